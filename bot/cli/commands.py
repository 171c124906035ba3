"""Commands that read and write news: demo, run, poll, brief, ask. The program and its exit statuses start here."""

import asyncio
import sys
import tempfile
import time
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap import App, Overrides
from bot.bootstrap.demo import open_demo, serve_demo
from bot.cli import keeping, terminal
from bot.cli.documents import answer_document, briefing_document, poll_document, usage_document
from bot.cli.running import done, leave_in_time, print_document, quiet, settings_for_command, with_app
from bot.config import EngineChoice, Settings
from bot.domain.addresses import shown
from bot.domain.briefings import Briefing, Window
from bot.domain.conversations import Answer, ConversationId
from bot.domain.errors import InputError
from bot.domain.feeds import PollReport
from bot.domain.rendering import answer_posts, preview, thread_name
from bot.domain.usage import Spent, Usage
from bot.domain.wording import plural

program = typer.Typer(
    name="newsthread",
    help="News briefings in which every sentence is backed by a quote, for Discord and the terminal.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
program.add_typer(keeping.feeds, name="feeds")
program.add_typer(keeping.topics, name="topics")
program.command("doctor")(keeping.doctor)
program.command("backup")(keeping.backup)
program.command("restore")(keeping.restore)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Topics = Annotated[list[str] | None, typer.Option("--topic", help="A topic's name; may be given several times.")]
ZONE = "UTC"
_CONVERSATION = ConversationId("terminal")


@program.callback(invoke_without_command=True)
def _version(
    show: Annotated[bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)] = False,
) -> None:
    if show:
        terminal.say(f"newsthread {version('newsthread')}")
        raise typer.Exit


@program.command()
def demo(
    ask: Annotated[list[str] | None, typer.Option("--ask", help="A question; may be given several times.")] = None,
    engine: Annotated[EngineChoice | None, typer.Option(help="Who writes.")] = None,
    data: Annotated[Path | None, typer.Option(help="Keep what is collected in this folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Shows the whole thing with nothing set up: a briefing from a bundled edition, and answers to questions."""
    settings = quiet(settings_for_command())
    chosen = engine or settings.newsthread_engine
    with tempfile.TemporaryDirectory(prefix="newsthread-demo-") as folder:
        changed = settings.model_copy(update={"newsthread_engine": chosen, "newsthread_data_dir": data or Path(folder)})
        done(_demo(changed, ask or [], as_json))


@program.command()
def run() -> None:
    """Runs the Discord bot until it is told to stop."""
    from bot.bootstrap.discord_bot import run_discord  # noqa: PLC0415  (no other command needs discord.py)

    done(run_discord(settings_for_command(), stopping=leave_in_time))


@program.command()
def poll(
    force: Annotated[bool, typer.Option("--force", help="Also feeds that are not due.")] = False,
    as_json: AsJson = False,
) -> None:
    """Checks every feed that is due, once, and reads what is new."""

    async def work(app: App) -> PollReport:
        with terminal.progress("Checking feeds") as report:
            return await app.ingest.poll(force=force, progress=report)

    report = with_app(work, writes=True)
    if as_json:
        print_document(poll_document(report))
        return
    seconds = report.took.total_seconds()
    terminal.say(
        f"{plural(report.feeds, 'feed')} asked, {report.not_modified} unchanged, {len(report.failed)} failed; "
        f"{plural(report.new_articles, 'new article')} in {seconds:.1f} s."
    )
    for failed in report.failed:
        terminal.say(f"  {shown(failed.url)}: {failed.detail}")


@program.command()
def brief(
    topic: Topics = None,
    hours: Annotated[int, typer.Option(min=1, max=24 * 90, help="How far back the briefing looks.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Writes a briefing from what is stored, and says what model calls it took. Posts nothing."""
    from bot.bootstrap.metering import MeteredLedger  # noqa: PLC0415  (few commands need what it brings along)

    calls: list[Usage] = []

    async def work(app: App) -> Briefing:
        now = app.clock.now()
        with terminal.progress("Writing stories") as report:
            window = Window(since=now - timedelta(hours=hours), until=now)
            return await app.compose.brief(topic or (), window, progress=report)

    briefing = with_app(work, overrides=Overrides(around_usage=lambda ledger: MeteredLedger(ledger, calls.append)))
    spent = Spent.of(calls)
    if as_json:
        print_document(briefing_document(briefing, ZONE) | {"usage": usage_document(spent)})
    else:
        terminal.show_briefing(preview(briefing, ZONE), thread_name(briefing, ZONE))
        tokens = spent.prompt_tokens + spent.completion_tokens
        terminal.say(f"\n{spent.calls} model {'call' if spent.calls == 1 else 'calls'}, {tokens:,} tokens.")


@program.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotation marks.")],
    topic: Annotated[str | None, typer.Option(help="Look only at articles on this topic.")] = None,
    conversation: Annotated[str | None, typer.Option(help="Carries on the conversation with this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answers a question from what is stored, each sentence with its source."""

    async def work(app: App) -> Answer:
        chosen = ConversationId(conversation) if conversation else app.new_conversation()
        return await app.answering.ask(question, conversation=chosen, topic=topic)

    answer = with_app(work)
    if as_json:
        print_document(answer_document(answer))
    else:
        terminal.show_answer(answer_posts(answer))


async def _demo(settings: Settings, questions: list[str], as_json: bool) -> None:
    """Serves the edition, polls it, briefs on it, answers; asks at the terminal when no question was given."""
    started = time.monotonic()
    async with serve_demo(settings) as site, open_demo(settings, site.feeds) as app:
        with terminal.progress("Reading the demonstration edition") as report:
            await app.ingest.poll(force=True, progress=report)
        now = app.clock.now()
        with terminal.progress("Writing stories") as report:
            briefing = await app.compose.brief((), Window(since=now - timedelta(hours=36), until=now), progress=report)
        answers = []
        if not as_json:
            terminal.show_briefing(preview(briefing, ZONE), thread_name(briefing, ZONE))
        for question in questions:
            answers.append(await app.answering.ask(question, conversation=_CONVERSATION))
            if not as_json:
                terminal.say(f"\n> {question}")
                terminal.show_answer(answer_posts(answers[-1]))
        seconds = time.monotonic() - started
        if as_json:
            documents = [answer_document(answer) for answer in answers]
            print_document(
                {"briefing": briefing_document(briefing, ZONE), "answers": documents, "seconds": round(seconds, 3)}
            )
        elif not questions and sys.stdin.isatty() and sys.stdout.isatty():
            await _talk(app)


async def _talk(app: App) -> None:
    """Asks for questions until an empty line."""
    terminal.say("\nAsk about the briefing (an empty line ends):")
    while question := (await _read_line()).strip():
        try:
            answer = await app.answering.ask(question, conversation=_CONVERSATION)
        except InputError as error:
            terminal.complain(str(error))
        else:
            terminal.show_answer(answer_posts(answer))


async def _read_line() -> str:
    """A line from the terminal, waited for without a thread, so that Ctrl-C ends the waiting."""
    sys.stdout.write("> ")
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(sys.stdin, ready.set)
    except NotImplementedError:  # Windows
        return await asyncio.to_thread(sys.stdin.readline)
    try:
        await ready.wait()
        return sys.stdin.readline()
    finally:
        loop.remove_reader(sys.stdin)
