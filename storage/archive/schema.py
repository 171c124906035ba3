"""The archive's tables, as numbered migrations. Must not hold queries.

The version a file has is its PRAGMA user_version. A migration that was ever released is never edited: a change is the
next tuple. Times are ISO 8601 text of one width in UTC; `body`, `post`, `state_fields`, `answer` and `feeds` are JSON.
"""

Migration = tuple[str, ...]

_FIRST: Migration = (
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

# What a kill must not lose besides briefings: questions owed an answer, notices owed to somebody. `facts` holds what is
# true of the archive itself, each under its name.
_OWED: Migration = (
    "alter table deliveries add column zone text not null default 'UTC'",
    "alter table deliveries add column server text not null default ''",
    """
    create table questions (
        id text primary key,
        asked_at text not null,
        body text not null
    ) strict
    """,
    """
    create table notices (
        number integer primary key,
        id text not null unique,
        audience text not null,
        body text not null,
        raised_at text not null,
        state text not null,
        state_fields text not null
    ) strict
    """,
    "create index notices_untold on notices (number) where state in ('pending', 'failed')",
    """
    create table facts (
        name text primary key,
        value text not null
    ) strict
    """,
)

# What keeps the word later: which briefings told a story, what was corrected, which pages were read again; vectors of
# texts; and whose question a model call was made for.
_LATER: Migration = (
    """
    create table told_stories (
        briefing text not null references briefings (id) on delete cascade,
        position integer not null,
        story text not null,
        primary key (briefing, position)
    ) strict, without rowid
    """,
    "create index told_stories_by_story on told_stories (story)",
    """
    insert into told_stories (briefing, position, story)
    select briefings.id, telling.key, json_extract(telling.value, '$.story_id')
    from briefings, json_each(iif(json_valid(briefings.body), briefings.body, '{}'), '$.tellings') as telling
    """,
    """
    create table corrections (
        number integer primary key,
        id text not null unique,
        delivery text not null references deliveries (id) on delete cascade,
        story text not null,
        destination text not null,
        found_at text not null,
        shown_at text,
        body text not null
    ) strict
    """,
    "create index corrections_by_delivery on corrections (delivery)",
    "create index corrections_by_story on corrections (story)",
    "create index corrections_by_destination on corrections (destination, found_at)",
    "create index corrections_unshown on corrections (number) where shown_at is null",
    """
    create table rereads (
        article text primary key,
        tried_at text not null,
        read_at text
    ) strict
    """,
    """
    create table embeddings (
        key text primary key,
        kept_at text not null,
        vector blob not null
    ) strict, without rowid
    """,
    "create index embeddings_by_time on embeddings (kept_at)",
    "alter table usage add column server text not null default ''",
    "alter table usage add column member text not null default ''",
)

# What only one server may read; empty for what everyone may.
_OWN: Migration = (
    "alter table articles add column server text not null default ''",
    "alter table stories add column server text not null default ''",
)

# Which places refused the bot, so that a restart does not begin to ask them again; and where questions were asked.
_PAUSED: Migration = (
    """
    create table pauses (
        destination text not null,
        thread text not null,
        standing integer not null,
        body text not null,
        primary key (destination, thread)
    ) strict
    """,
    "alter table turns add column server text not null default ''",
    "alter table turns add column question text not null default ''",
    "create index turns_by_question on turns (question) where question <> ''",
)

# Articles are indexed later (see `index`); what never was must not be taken out, or the index breaks (FTS5 §4.4.3).
_INDEXED_LATER: Migration = (
    "create table unindexed (number integer primary key) strict",
    *(f"drop trigger articles_{change}" for change in ("stored", "dropped", "revised")),
    "create trigger articles_stored after insert on articles begin insert into unindexed values (new.number); end",
    """
    create trigger articles_dropped after delete on articles begin
        insert into articles_fts (articles_fts, rowid, title, text) select 'delete', old.number, old.title, old.text
        where not exists (select 1 from unindexed where number = old.number);
        delete from unindexed where number = old.number;
    end
    """,
    """
    create trigger articles_revised after update on articles
    when old.title is not new.title or old.text is not new.text begin
        insert into articles_fts (articles_fts, rowid, title, text) select 'delete', old.number, old.title, old.text
        where not exists (select 1 from unindexed where number = old.number);
        insert or ignore into unindexed (number) values (new.number);
    end
    """,
)

MIGRATIONS: tuple[Migration, ...] = (_FIRST, _OWED, _LATER, _OWN, _PAUSED + _INDEXED_LATER)
