"""Every command as a person runs it: output, JSON, exit status, one plain line for what cannot be done."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.cli.commands import program
from bot.domain.topics import Topic
from storage.folder import open_folder
from storage.state.registers import Presets
from tests.doubles.model_server import ModelServer
from tests.doubles.models import honest
from tests.doubles.news_site import Item, NewsSite

ROOT = Path(__file__).parents[2]


class Shell:
    """Runs `newsthread` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ours = ("NEWSTHREAD_", "OPENAI_", "DISCORD_")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.env |= {"PYTHONPATH": str(ROOT), "NEWSTHREAD_ALLOW_NETWORKS": "127.0.0.0/8", "COLUMNS": "100"}
        self.env["NEWSTHREAD_HOST_PAUSE_SECONDS"] = "0"

    def __call__(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.env | env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def document(self, *arguments: str) -> Any:
        run = self(*arguments, "--json")
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def _commands() -> Iterator[str]:
    for command in program.registered_commands:
        yield command.name or (command.callback.__name__ if command.callback else "")
    for group in program.registered_groups:
        for command in group.typer_instance.registered_commands if group.typer_instance else ():
            yield f"{group.name} {command.name}"


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `newsthread ([a-z]+(?: [a-z]+)?)", readme, re.MULTILINE))
    assert listed == set(_commands())


def test_help_is_there_for_the_program(shell: Shell) -> None:
    run = shell("--help")
    assert run.returncode == 0
    for name in ("demo", "run", "poll", "brief", "ask", "doctor", "backup", "restore", "feeds", "topics"):
        assert name in run.stdout


@pytest.mark.parametrize("arguments", [["nonsense"], ["brief", "--hours", "many"], ["ask"], ["feeds", "add"]])
def test_wrong_usage_ends_with_status_two(shell: Shell, arguments: list[str]) -> None:
    run = shell(*arguments)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr


def test_wrong_settings_are_all_named_and_end_with_status_two(shell: Shell) -> None:
    run = shell("topics", "list", NEWSTHREAD_ENGINE="magic", NEWSTHREAD_POLL_SECONDS="x")
    assert run.returncode == 2
    assert len(run.stderr.strip().splitlines()) == 2
    assert "NEWSTHREAD_ENGINE" in run.stderr
    assert "NEWSTHREAD_POLL_SECONDS" in run.stderr


def test_run_without_a_token_says_what_is_wanted(shell: Shell) -> None:
    run = shell("run")
    assert (run.returncode, len(run.stderr.splitlines())) == (2, 1)
    assert "DISCORD_TOKEN" in run.stderr


def test_what_cannot_be_done_is_one_line_and_status_one(shell: Shell) -> None:
    run = shell("brief", "--topic", "Sport")
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (1, "", 1)
    assert "There is no topic called “Sport”; the topics are: Tariffs, AI stocks, Greenland" in run.stderr


def test_a_new_folder_shows_the_presets(shell: Shell) -> None:
    topics = shell.document("topics", "list")["topics"]
    assert [topic["name"] for topic in topics] == ["Tariffs", "AI stocks", "Greenland"]
    assert all(topic["words"] and topic["feeds"] for topic in topics)
    assert len(shell.document("feeds", "list")["feeds"]) == 20


def test_an_empty_folder_briefs_and_answers_honestly(shell: Shell) -> None:
    briefing = shell.document("brief")
    assert briefing["stories"] == []
    assert "Nothing new on these topics" in briefing["messages"]["front"]
    assert shell.document("ask", "When do the tariffs start?")["status"] == "not_covered"


async def test_a_feed_is_added_polled_briefed_asked_about_backed_up_and_restored(shell: Shell, tmp_path: Path) -> None:
    text = "A tariff of 10% on goods from the United Kingdom starts on February 1, the White House said on Sunday."
    async with NewsSite() as site:
        title = "Tariff on UK goods starts February 1"
        site.feed("/feed.xml", [Item(title, site.url("/a"), published=datetime.now(UTC) - timedelta(hours=1))])
        site.page(
            "/a", f"<html><body><article><p>{text}</p><p>{text.replace('10%', 'ten')}</p></article></body></html>"
        )
        await _whole_circle(shell, site, tmp_path)


async def _whole_circle(shell: Shell, site: NewsSite, tmp_path: Path) -> None:
    import asyncio

    async def document(*arguments: str) -> Any:
        return await asyncio.to_thread(shell.document, *arguments)

    topics = (Topic(name="Tariffs", words=("tariff*",)),)
    async with open_folder(shell.folder / "data", presets=Presets(topics=topics), writes=True):
        pass  # a folder that follows no feed yet
    added = await document("feeds", "add", site.url("/feed.xml"), "--topic", "tariffs")
    assert added["topics"] == ["Tariffs"]
    polled = await document("poll")
    assert (polled["feeds"], polled["new_articles"], polled["failed"]) == (1, 1, [])
    assert (await document("poll", "--force"))["new_articles"] == 0
    briefing = await document("brief")
    assert briefing["stories"][0]["topic"] == "Tariffs"
    assert briefing["usage"] == {"calls": 0, "prompt_tokens": 0, "completion_tokens": 0}
    await _briefed_by_a_model(shell)
    answer = await document("ask", "When does the tariff start?", "--conversation", "c1")
    assert (answer["status"], answer["conversation"]) == ("answered", "c1")
    saved = tmp_path / "saved.zip"
    await document("backup", str(saved))
    await document("feeds", "remove", added["url"])
    await document("restore", str(saved))
    assert [feed["url"] for feed in (await document("feeds", "list"))["feeds"]] == [added["url"]]


async def _briefed_by_a_model(shell: Shell) -> None:
    """What a story costs, with a second opinion on each claim, is told; and nothing where it is written already."""
    import asyncio

    async with ModelServer(lambda body: "yes" if body["model"] == "small" else honest(body)) as model:
        env = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "large", "NEWSTHREAD_VERIFIER_MODEL": "small"}
        first = json.loads((await asyncio.to_thread(shell, "brief", "--json", **env)).stdout)
        second = await asyncio.to_thread(shell, "brief", **env)
    claims = sum(len(story["claims"]) for story in first["stories"])
    assert [body["model"] for body in model.requests] == ["large", *["small"] * claims]
    spent = first["usage"]
    assert (spent["calls"], spent["prompt_tokens"] > 0, spent["completion_tokens"] > 0) == (1 + claims, True, True)
    assert "0 model calls, 0 tokens." in second.stdout


def test_feeds_go_out_and_come_in_as_opml(shell: Shell, tmp_path: Path) -> None:
    assert shell("feeds", "export", "out.opml").returncode == 0
    imported = shell.document("feeds", "import", "out.opml")
    assert (imported["added"], len(imported["known"])) == ([], 20)
    assert "<opml" in shell("feeds", "export").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["feeds", "import", "missing.opml"], "cannot be read"),
        (["restore", "missing.zip"], "missing.zip"),
        (["backup", "saved.zip"], "nothing to back up"),
        (["feeds", "remove", "https://nowhere.example/feed"], "No feed with that address"),
        (["feeds", "add", "not an address"], "not a web address"),
    ],
)
def test_bad_input_gets_one_clear_sentence(shell: Shell, arguments: list[str], said: str) -> None:
    run = shell(*arguments)
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (1, "", 1)
    assert said in run.stderr


def test_a_second_writer_is_refused_while_readers_work(shell: Shell) -> None:
    from storage.lock import folder_lock

    (shell.folder / "data").mkdir()
    with folder_lock(shell.folder / "data"):
        refused = shell("poll")
        assert refused.returncode == 1
        assert "data" in refused.stderr
        assert shell("topics", "list").returncode == 0


def test_the_doctor_finds_its_way_with_nothing_set_up(shell: Shell) -> None:
    found = {check["name"]: check for check in shell.document("doctor")["checks"]}
    assert found["storage"]["ok"]
    assert "extracts" in found["model"]["detail"]
    assert "no token" in found["Discord"]["detail"]


def test_the_doctor_says_what_to_do_about_a_model_that_is_not_there(shell: Shell) -> None:
    run = shell("doctor", OPENAI_BASE_URL="http://127.0.0.1:9/v1", OPENAI_API_KEY="sk-secret")
    assert run.returncode == 0
    assert "✗ model: The model's server could not be reached" in run.stdout
    assert "→ Check OPENAI_API_KEY" in run.stdout
    assert "sk-secret" not in run.stdout + run.stderr


def test_a_locale_without_utf8_loses_nothing(shell: Shell) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "topics", "list"],
        cwd=shell.folder,
        env=shell.env | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0
    assert "Strafzölle" in run.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("name", "todo"),
    [("archive.sqlite3", "sets it aside and saves what can be read"), ("state/feeds.json", "restore a backup")],
)
def test_a_damaged_file_is_named_with_what_to_do(shell: Shell, name: str, todo: str) -> None:
    damaged = shell.folder / "data" / name
    damaged.parent.mkdir(parents=True)
    damaged.write_text("this is neither")
    run = shell("feeds", "list")
    assert (run.returncode, len(run.stderr.splitlines())) == (1, 1)
    assert name in run.stderr
    assert todo in run.stderr
    assert damaged.read_text() == "this is neither"


@pytest.mark.parametrize("name", ["data/state/feeds.json", "data/out.opml", "pipe"])
def test_feeds_are_not_exported_over_our_own_files_nor_into_a_pipe(shell: Shell, name: str) -> None:
    feeds = shell.folder / "data" / "state" / "feeds.json"
    feeds.parent.mkdir(parents=True)
    feeds.write_text('{"version": 1, "feeds": {}}')
    os.mkfifo(shell.folder / "pipe")
    run = shell("feeds", "export", name)
    assert (run.returncode, len(run.stderr.splitlines())) == (1, 1)
    assert "nothing was changed" in run.stderr
    assert feeds.read_text() == '{"version": 1, "feeds": {}}'
    assert (shell.folder / "pipe").is_fifo()


def test_an_import_reads_no_more_of_a_file_than_it_takes(shell: Shell) -> None:
    run = shell("feeds", "import", "/dev/zero")
    assert (run.returncode, len(run.stderr.splitlines())) == (1, 1)
    assert "nothing was imported" in run.stderr


def test_lines_in_a_pipe_are_not_broken_and_a_terminal_without_a_width_gets_one(shell: Shell) -> None:
    for columns, width in (("0", 100), ("1", 40)):
        run = shell("topics", "list", COLUMNS=columns)
        assert (run.returncode, run.stderr) == (0, "")
        assert max(map(len, run.stdout.splitlines())) == width
    del shell.env["COLUMNS"]
    assert max(map(len, shell("topics", "list").stdout.splitlines())) == 100
    file = "a-name-that-is-rather-long/" * 4 + "feeds.opml"
    (shell.folder / file).parent.mkdir(parents=True)
    assert shell("feeds", "export", file).stdout == f"Written to {file}.\n"


@pytest.mark.parametrize("state", ["damaged archive", "damaged page", "damaged state", "file for a folder"])
def test_the_doctor_finds_a_folder_that_cannot_be_used(shell: Shell, state: str) -> None:
    data = shell.folder / "data"
    if state == "damaged archive":
        data.mkdir()
        (data / "archive.sqlite3").write_text("this is no archive")
    elif state == "damaged page":
        assert shell("topics", "list").returncode == 0
        archive = data / "archive.sqlite3"
        body = bytearray(archive.read_bytes())
        body[4096 * 20 : 4096 * 30] = b"\xa5" * (4096 * 10)
        archive.write_bytes(body)
    elif state == "damaged state":
        (data / "state").mkdir(parents=True)
        (data / "state" / "feeds.json").write_text("{")
    else:
        data.write_text("a file")
    found = shell.document("doctor")
    checks = {check["name"]: check for check in found["checks"]}
    assert not found["ok"]
    assert not checks["storage"]["ok"]
    assert checks["storage"]["todo"]
    assert checks["model"]["ok"]


def test_a_demonstration_keeps_its_folder_and_leaves_others_alone(shell: Shell) -> None:
    first, second = (shell.document("demo", "--data", "own")["briefing"] for _ in range(2))
    assert first["counts"] == second["counts"]
    assert len(first["stories"]) == len(second["stories"])
    state = shell.folder / "data" / "state"
    state.mkdir(parents=True)
    (state / "feeds.json").write_text('{"version": 1, "feeds": {"1": {"url": "https://a.example/", "outlet": "A"}}}')
    refused = shell("demo", "--data", "data")
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
    assert "follows other feeds" in refused.stderr


@pytest.fixture
def html() -> Iterator[str]:
    """A server that answers every request with a page, as a captive portal does."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>Welcome</html>")

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("token", ["a-token", "two\nlines"])
def test_the_doctor_finds_a_discord_that_is_none_and_a_token_that_is_none(shell: Shell, html: str, token: str) -> None:
    run = shell("doctor", "--json", DISCORD_TOKEN=token, DISCORD_API_URL=html)
    assert (run.returncode, run.stderr) == (0, "")
    checks = {check["name"]: check for check in json.loads(run.stdout)["checks"]}
    assert not checks["Discord"]["ok"]
    assert "DISCORD_TOKEN" in checks["Discord"]["todo"]
    assert checks["storage"]["ok"]
