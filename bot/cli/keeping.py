"""Commands that look after the program: feeds, topics, doctor, backup, restore."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap import App
from bot.bootstrap.upkeep import back_up, examine, restore_folder, write_text
from bot.cli import terminal
from bot.cli.documents import Document, check_document, feed_document, topics_document
from bot.cli.running import done, print_document, quiet, settings_for_command, with_app
from bot.domain.addresses import shown
from bot.domain.errors import InputError
from bot.domain.feeds import Feed, FeedCheck
from bot.domain.health import FeedHealth, health
from bot.domain.opml import MAX_BYTES, ImportReport
from bot.domain.topics import ServedTopic
from bot.domain.wording import plural
from bot.services.doctor import Finding
from bot.services.subscribe import FollowedFeed

feeds = typer.Typer(help="The feeds that are followed.", no_args_is_help=True, rich_markup_mode=None)
topics = typer.Typer(help="The topics briefings are about.", no_args_is_help=True, rich_markup_mode=None)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Address = Annotated[str, typer.Argument(metavar="URL", help="A feed's address, or a site's.")]


@feeds.command("add")
def add_feed(
    url: Address,
    topic: Annotated[list[str] | None, typer.Option("--topic", help="A topic it serves; none means all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Follows a feed; a site's address will do."""

    async def work(app: App) -> Feed:
        return await app.subscribe.add_feed(url, topic or ())

    feed = with_app(work, writes=True)
    _show(as_json, feed_document(feed, None), f"Following {feed.outlet}: {shown(feed.url)}")


@feeds.command("list")
def list_feeds(as_json: AsJson = False) -> None:
    """Lists the feeds: last success, next check, entries a week, and what its failures mean."""

    async def work(app: App) -> Sequence[FollowedFeed]:
        return await app.subscribe.feeds()

    followed = with_app(work)
    if as_json:
        print_document({"feeds": [feed_document(each.feed, each.state) for each in followed]})
        return
    rows = [_row(health(each.feed, each.state)) for each in followed]
    columns = ["outlet", "address", "topics", "last success", "next check", "a week", "trouble"]
    terminal.show_table(f"{len(rows)} feeds (times in UTC)", columns, rows)


@feeds.command("remove")
def remove_feed(url: Address, as_json: AsJson = False) -> None:
    """Stops following a feed; what it brought stays."""

    async def work(app: App) -> Feed:
        return await app.subscribe.remove_feed(url)

    feed = with_app(work, writes=True)
    _show(as_json, feed_document(feed, None), f"No longer following {feed.outlet}; its articles stay.")


@feeds.command("check")
def check_feed(url: Address, as_json: AsJson = False) -> None:
    """Tries a feed, or a site's address, without following it."""

    async def work(app: App) -> FeedCheck:
        with terminal.progress("Checking"):
            return await app.ingest.check(url)

    check = with_app(work)
    if as_json:
        print_document(check_document(check))
    elif check.error:
        terminal.say(f"Not usable ({check.error}): {check.detail}")
    else:
        where = shown(check.feed_url or check.url)
        terminal.say(
            f"Good: {check.title} ({check.format}, {plural(len(check.entries), 'entry', 'entries')}) at {where}"
        )
        for entry in check.entries[:10]:
            terminal.say(f"  {_when(entry.published_at)}  {entry.title}")


@feeds.command("import")
def import_feeds(
    file: Annotated[Path, typer.Argument(metavar="FILE.opml", help="An OPML file.")], as_json: AsJson = False
) -> None:
    """Follows every feed of an OPML file."""

    async def work(app: App) -> ImportReport:
        try:
            with file.open("rb") as opened:
                document = opened.read(MAX_BYTES + 1)  # a device never ends; what is larger is refused by its size
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror}; nothing was changed.") from error
        return await app.subscribe.import_feeds(document)

    report = with_app(work, writes=True)
    document: Document = {
        "added": [shown(each.url) for each in report.added],
        "known": [shown(each) for each in report.known],
        "refused": [{"url": shown(each.url), "reason": each.reason} for each in report.refused],
    }
    added = plural(len(report.added), "feed")
    line = f"{added} added, {len(report.known)} followed before, {len(report.refused)} refused."
    _show(as_json, document, "\n".join([line, *(f"  {shown(each.url)}: {each.reason}" for each in report.refused)]))


@feeds.command("export")
def export_feeds(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE.opml]", help="Where to; none: printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Writes the feeds as OPML, without any password."""

    async def work(app: App) -> str:
        opml = await app.subscribe.export_feeds()
        if file:
            write_text(app.settings, file, opml)
        return opml

    opml = with_app(work)
    if as_json:
        print_document({"file": str(file) if file else None, "opml": opml})
    elif file:
        terminal.say(f"Written to {file}.")
    else:
        typer.echo(opml, nl=False)


@topics.command("list")
def list_topics(as_json: AsJson = False) -> None:
    """Lists the topics with their words."""

    async def work(app: App) -> tuple[Sequence[ServedTopic], Sequence[FollowedFeed]]:
        return await app.subscribe.topics(), await app.subscribe.feeds()

    served, followed = with_app(work)
    if as_json:
        print_document(topics_document([each.topic for each in served], [each.feed for each in followed]))
        return
    rows = [
        [each.topic.name, ", ".join(each.topic.words), ", ".join(each.topic.exclusions), str(len(each.feeds))]
        for each in served
    ]
    terminal.show_table(f"{len(rows)} topics", ["topic", "words", "not with", "feeds"], rows)


def doctor(as_json: AsJson = False) -> None:
    """Checks settings, storage, feeds, model and Discord, and says what to do about each fault."""
    found: Sequence[Finding] = done(examine(quiet(settings_for_command())))
    if as_json:
        checks = [dataclasses.asdict(each) for each in found]
        print_document({"ok": all(each.ok for each in found), "checks": checks})
        return
    for each in found:
        terminal.say(f"{'✓' if each.ok else '✗'} {each.name}: {each.detail}")
        for more in filter(None, (each.todo, each.link)):
            terminal.say(f"  → {more}")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")], as_json: AsJson = False
) -> None:
    """Writes the whole data folder into one consistent file, also while the bot runs."""
    settings = quiet(settings_for_command())
    with terminal.progress("Backing up") as report:
        done(back_up(settings, file, report))
    _show(as_json, {"file": str(file), "bytes": file.stat().st_size}, f"The data folder is saved in {file}.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` wrote.")], as_json: AsJson = False
) -> None:
    """Puts a backup in place of the data folder; what is there now is kept beside it."""
    settings = quiet(settings_for_command())
    with terminal.progress("Restoring") as report:
        done(restore_folder(settings, file, report))
    folder = settings.newsthread_data_dir
    kept = f"What {folder} held before is kept in a folder `before-restore-…` within it."
    _show(as_json, {"file": str(file), "folder": str(folder)}, f"Restored from {file}. {kept}")


def _show(as_json: bool, document: Document, line: str) -> None:
    if as_json:
        print_document(document)
    else:
        terminal.say(line)


def _row(known: FeedHealth) -> list[str]:
    return [
        known.feed.outlet,
        shown(known.feed.url),
        ", ".join(known.feed.topics) or "all",
        _when(known.succeeded_at),
        "never" if known.gone else _when(known.due_at) if known.due_at else "at once",
        "" if known.entries_a_week is None else f"{known.entries_a_week:.0f}",
        known.trouble,
    ]


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"
