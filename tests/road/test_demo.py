"""The main job with nothing set up, from the command line to the pages it served itself."""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap.demo import open_demo
from bot.config import Settings
from bot.demo.site import DemoSite
from tests.doubles.event_loop import held_by_callbacks
from tests.road.served_pages import folded, visible_text

QUESTIONS = (
    "By how much did the onshore tech gauge rise this month?",
    "When do the tariffs on the UK start?",
    "Who wins the league tonight?",
)
OFF_TOPIC = ("Kodak", "Starlink", "compact camera", "office workers", "jog")
WALL = ("value your privacy", "cookies", "consent")
ORDERS = ("99%", "prize.example", "Ignore all", "@everyone")


def _environment() -> dict[str, str]:
    """This one without any setting of ours."""
    ours = ("NEWSTHREAD_", "OPENAI_", "DISCORD_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `newsthread demo --json` prints in an empty folder with nothing set."""
    import subprocess

    asks = [part for question in QUESTIONS for part in ("--ask", question)]
    run = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--json", *asks],
        cwd=tmp_path_factory.mktemp("empty"),
        env=_environment() | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    document: dict[str, Any] = json.loads(run.stdout)
    return document


def _claims(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for story in document["briefing"]["stories"]:
        yield from story["claims"]
    for answer in document["answers"]:
        yield from answer["claims"]


def test_every_topic_has_a_claim_and_no_story_is_off_topic(shown: dict[str, Any]) -> None:
    topics = {story["topic"] for story in shown["briefing"]["stories"] if story["claims"]}
    assert topics == {"Tariffs", "AI stocks", "Greenland"}
    text = json.dumps(shown["briefing"], ensure_ascii=False)
    assert not [word for word in OFF_TOPIC if word in text]


async def test_every_quote_stands_word_for_word_in_the_page_that_was_served(shown: dict[str, Any]) -> None:
    tiers = {each["id"]: each["tier"] for story in shown["briefing"]["stories"] for each in story["articles"]}
    tiers |= {each["id"]: each["tier"] for answer in shown["answers"] for each in answer["articles"]}
    checked = 0
    async with DemoSite() as site:
        for claim in _claims(shown):
            for citation in claim["citations"]:
                if tiers[citation["article_id"]] == "full":
                    assert citation["quote"] in folded(await visible_text(site, citation["url"]))
                    assert citation["link"].startswith(citation["url"] + "#:~:text=")
                    checked += 1
    assert checked >= 10


def test_nothing_of_the_consent_wall_is_shown_and_no_order_obeyed(shown: dict[str, Any]) -> None:
    text = json.dumps(shown, ensure_ascii=False)
    assert not [word for word in (*WALL, *ORDERS) if word.casefold() in text.casefold()]


def test_the_messages_are_those_that_would_be_posted(shown: dict[str, Any]) -> None:
    messages = shown["briefing"]["messages"]
    assert "Written by software" in messages["front"]
    assert len(messages["thread"]) == len(shown["briefing"]["stories"])
    assert all("**Sources** as of <t:" in message for message in messages["thread"])
    assert all("-# As of <t:" in answer["messages"][-1] for answer in shown["answers"])


def test_questions_are_answered_from_what_was_read_or_honestly_not(shown: dict[str, Any]) -> None:
    gauge, tariffs, league = shown["answers"]
    assert [answer["status"] for answer in shown["answers"]] == ["answered", "answered", "not_covered"]
    assert "almost 13 per cent" in gauge["claims"][0]["text"]
    assert "February 1" in tariffs["claims"][0]["text"]
    assert league["claims"] == []


def test_the_pipeline_takes_less_than_ten_seconds(shown: dict[str, Any]) -> None:
    assert shown["seconds"] < 10


async def test_a_poll_never_holds_the_event_loop_for_fifty_milliseconds(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, newsthread_data_dir=tmp_path)
    async with DemoSite() as site, open_demo(settings, site.feeds) as app:
        await app.ingest.check(site.feed_urls[0])  # imports and first connections are not the poll's
        with held_by_callbacks() as held:
            report = await app.ingest.poll(force=True)
    assert report.new_articles >= 14
    assert report.failed == ()
    assert max(held) < 0.05


def test_the_readmes_example_is_what_the_demonstration_shows(shown: dict[str, Any]) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    example = readme.split("```text\n")[1].split("\n```")[0]
    words = folded(re.sub("[│╭╮╰╯─]", " ", example))
    claims = re.findall(r"• ([^•…]+?) \[\d", words)
    assert len(claims) >= 3
    assert set(claims) <= {claim["text"] for claim in _claims(shown)}
    counts = shown["briefing"]["counts"]
    assert f"{counts['stories']} stories" in words
    assert f"{counts['articles']} articles from {counts['feeds']} feeds" in words
