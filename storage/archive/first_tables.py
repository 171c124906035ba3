"""The archive's tables as the first migration made them. Released, and never edited: see `schema`."""

Migration = tuple[str, ...]

FIRST: Migration = (
    """
    create table feed_states (
        url text primary key,
        body text not null
    ) strict
    """,
    # `number` joins the row to the full-text index, and grows with the time of storing.
    """
    create table articles (
        number integer primary key,
        id text not null unique,
        url text not null unique,
        title text not null,
        outlet text not null,
        published_at text not null,
        seen_at text not null,
        tier text not null,
        text text not null,
        feeds text not null,
        version integer not null,
        author text,
        language text
    ) strict
    """,
    "create index articles_by_time on articles (published_at)",
    """
    create table versions (
        article text not null references articles (id) on delete cascade,
        version integer not null,
        title text not null,
        tier text not null,
        text text not null,
        primary key (article, version)
    ) strict
    """,
    # No reference to articles: an entry stays when its article is dropped, or it would be news again.
    """
    create table entries (
        feed text not null,
        entry text not null,
        article text not null,
        primary key (feed, entry)
    ) strict, without rowid
    """,
    """
    create virtual table articles_fts using fts5 (
        title, text, content='articles', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    create trigger articles_stored after insert on articles begin
        insert into articles_fts (rowid, title, text) values (new.number, new.title, new.text);
    end
    """,
    """
    create trigger articles_dropped after delete on articles begin
        insert into articles_fts (articles_fts, rowid, title, text)
        values ('delete', old.number, old.title, old.text);
    end
    """,
    """
    create trigger articles_revised after update on articles
    when old.title is not new.title or old.text is not new.text begin
        insert into articles_fts (articles_fts, rowid, title, text)
        values ('delete', old.number, old.title, old.text);
        insert into articles_fts (rowid, title, text) values (new.number, new.title, new.text);
    end
    """,
    """
    create table stories (
        id text primary key,
        created_at text not null,
        updated_at text not null
    ) strict
    """,
    "create index stories_by_time on stories (updated_at)",
    """
    create table story_articles (
        story text not null references stories (id) on delete cascade,
        position integer not null,
        article text not null,
        primary key (story, position)
    ) strict, without rowid
    """,
    "create index story_articles_by_article on story_articles (article)",
    """
    create table briefings (
        id text primary key,
        created_at text not null,
        body text not null
    ) strict
    """,
    # `newest` is when the newest article told of was published: the key is of no use once that is gone.
    """
    create table tellings (
        key text primary key,
        newest text not null,
        body text not null
    ) strict
    """,
    """
    create table deliveries (
        id text primary key,
        schedule text not null,
        local_date text not null,
        planned text not null,
        due_at text not null,
        destination text not null,
        briefing text not null,
        created_at text not null,
        unique (schedule, local_date, planned)
    ) strict
    """,
    "create index deliveries_by_destination on deliveries (destination, created_at)",
    """
    create table parts (
        delivery text not null references deliveries (id) on delete cascade,
        position integer not null,
        kind text not null,
        post text not null,
        state text not null,
        state_fields text not null,
        primary key (delivery, position)
    ) strict
    """,
    "create index parts_unfinished on parts (delivery) where state in ('pending', 'failed')",
    """
    create index parts_by_thread on parts (json_extract(state_fields, '$.message'))
    where kind = 'thread' and state = 'sent'
    """,
    """
    create table turns (
        number integer primary key,
        conversation text not null,
        asked_at text not null,
        asker text not null,
        answer text not null
    ) strict
    """,
    "create index turns_by_conversation on turns (conversation)",
    # What keeps an article from being dropped: exactly one of `briefing` and `turn` is set.
    """
    create table citations (
        article text not null,
        briefing text references briefings (id) on delete cascade,
        turn integer references turns (number) on delete cascade,
        check ((briefing is null) <> (turn is null))
    ) strict
    """,
    "create index citations_by_article on citations (article)",
    "create index citations_by_briefing on citations (briefing) where briefing is not null",
    "create index citations_by_turn on citations (turn) where turn is not null",
    """
    create table usage (
        at text not null,
        task text not null,
        model text not null,
        prompt_tokens integer not null,
        completion_tokens integer not null
    ) strict
    """,
    "create index usage_by_time on usage (at, prompt_tokens, completion_tokens)",
)
