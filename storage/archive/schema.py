"""The archive's tables, as numbered migrations. Must not hold queries.

The version a file has is its PRAGMA user_version. A migration that was ever released is never edited: a change is the
next tuple. Times are ISO 8601 text of one width in UTC; `body`, `post`, `state_fields`, `answer`, `feeds` and `roles`
are JSON.
"""

from storage.archive.first_tables import FIRST, Migration

PAGE_BYTES = 16_384
"""In a new archive: with SQLite's own 4,096 storing many articles costs a sixth more. Every file keeps what it has."""

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

# Which places refused the bot, so that a restart does not begin to ask them again; where questions were asked; and
# which roles there those had for whom the model was called.
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
    "alter table usage add column roles text not null default '[]'",
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

# What is new is known by its number, so that storing it writes no row for that: beyond `until` nothing is indexed, and
# `unindexed` holds what was revised since it was. SQLite gives the number of the last row again once that is dropped.
_INDEXED_UNTIL: Migration = (
    "create table indexed (until integer not null) strict",
    "insert into indexed (until) select coalesce(max(number), 0) from articles",
    *(f"drop trigger articles_{change}" for change in ("stored", "dropped", "revised")),
    """
    create trigger articles_dropped after delete on articles begin
        insert into articles_fts (articles_fts, rowid, title, text) select 'delete', old.number, old.title, old.text
        from indexed where old.number <= until and old.number not in (select number from unindexed);
        delete from unindexed where number = old.number;
        update indexed set until = coalesce((select max(number) from articles), 0)
        where until > coalesce((select max(number) from articles), 0);
    end
    """,
    """
    create trigger articles_revised after update on articles
    when (old.title is not new.title or old.text is not new.text) and old.number <= (select until from indexed) begin
        insert into articles_fts (articles_fts, rowid, title, text) select 'delete', old.number, old.title, old.text
        where not exists (select 1 from unindexed where number = old.number);
        insert or ignore into unindexed (number) values (new.number);
    end
    """,
    # Parts of the index are merged when there are so many, not four: much less is written, searching takes 3 % longer.
    "insert into articles_fts (articles_fts, rank) values ('automerge', 8)",
)

MIGRATIONS: tuple[Migration, ...] = (FIRST, _OWED, _LATER, _OWN, _PAUSED + _INDEXED_LATER, _INDEXED_UNTIL)
