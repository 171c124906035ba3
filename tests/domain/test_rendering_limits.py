"""Whatever sources hold, what is posted fits Discord, loses no citation, and nothing of it works there."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from discord.http import handle_message_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.discord_delivery.drawing import drawn
from bot.domain.articles import Tier
from bot.domain.briefings import Briefing, Citation, Claim, Form, Role, Source, Telling
from bot.domain.conversations import Answer, ConversationId, Status
from bot.domain.deliveries import Button, DeliveryId, PartKind, Post
from bot.domain.feeds import FailedFeed, FeedUrl
from bot.domain.rendering import FRONT_CHARS, MOMENT, answer_posts, as_text, link, parts
from bot.domain.text import INVISIBLE
from tests.contracts.samples import NOW, article, telling
from tests.contracts.samples import briefing as a_briefing
from tests.doubles.discord import limits
from tests.doubles.discord.described import description_of

HARM = (
    *("@everyone", "@here", "<@1>", "<@&1>", "<#1>", "</ask:1>", "<:smile:1>", "<t:0:R>", "<t:0:f>", "<id:home>"),
    *("**b**", "__u__", "*i*", "~~s~~", "`c`", "```\ncode", "||spoiler||", "\n> q", "\n>>> q", "\n# h", "\n-# small"),
    *("[x](https://evil.example)", "](<https://evil.example>)", "https://evil.example", "discord.gg/evil", "\\"),
    *("\u202e", "\u2067", "\u200f", "\u200b", "\u2066\u2066", "\ufeff", "\U000e0041", "\n\n- item", "\r", "\x00"),
    *("נשיא", "الرسوم", "関税", "Zölle", "tariff", "10%", " "),
)
HOSTILE = st.lists(st.sampled_from(HARM), max_size=40).map(" ".join) | st.text(max_size=120)
LONG = st.builds(lambda text, times: (text * times)[:6_000], HOSTILE, st.integers(1, 400))
ADDRESSES = st.builds("https://x.example/{}#:~:text={}".format, HOSTILE, LONG)


@st.composite
def claims(draw: st.DrawFn, articles: int) -> Claim:
    cited = draw(st.lists(st.integers(1, articles), min_size=1, max_size=3, unique=True))
    url = draw(ADDRESSES)
    said = article("one")
    citations = (Citation(n=n, article_id=said.id, version=1, url=url, link=url, quote="x") for n in cited)
    return Claim(
        role=draw(st.sampled_from(Role)), text=draw(LONG), citations=tuple(citations), update=draw(st.booleans())
    )


@st.composite
def tellings(draw: st.DrawFn) -> Telling:
    articles = draw(st.sampled_from((1, 3, 300)))
    source = replace(
        Source.of(article("one")), outlet=draw(LONG), title=draw(LONG), url=draw(ADDRESSES), tier=Tier.EXCERPT
    )
    return replace(
        telling("s1"),
        topic=draw(HOSTILE),
        headline=draw(LONG),
        form=draw(st.sampled_from(Form)),
        claims=tuple(draw(st.lists(claims(articles), max_size=7))),
        sources=(source,) * articles,
        since=draw(st.none() | st.just(NOW - timedelta(days=1))),
    )


@st.composite
def briefings(draw: st.DrawFn) -> Briefing:
    told = draw(st.lists(tellings(), max_size=2))
    failed = FailedFeed(url=FeedUrl(f"https://x.example/{draw(HOSTILE)}"), error="timeout", detail=draw(HOSTILE))
    return replace(
        a_briefing("b1", *told * draw(st.sampled_from((1, 6)))),
        topics=(draw(HOSTILE), "Tariffs"),
        failed_feeds=(failed,) * draw(st.integers(0, 5)),
        notes=tuple(draw(st.lists(LONG, max_size=4))),
        unchanged=tuple(draw(st.lists(LONG, max_size=20))),
    )


def body(post: Post) -> dict[str, Any]:
    """What discord.py would send of a post."""
    with handle_message_parameters(**drawn(post)) as parameters:
        return dict(parameters.payload or {})


def is_taken(post: Post) -> None:
    sent = body(post)
    assert limits.message(sent) == []
    assert sent.get("content") or sent["embeds"][0]["description"].strip()
    assert sent["allowed_mentions"] == {"parse": []}
    if described := os.environ.get("NEWSTHREAD_DISCORD_OPENAPI"):
        route = ("POST", "/channels/{channel_id}/messages")
        assert description_of(Path(described)).request(*route, sent) == []


def is_inert(text: str) -> None:
    """Nothing is left of a text, once our own mark-up is taken away, that Discord would act on."""
    assert not INVISIBLE.search(text.replace("\u200b", ""))
    ours = MOMENT.sub("", text)
    ours = re.sub(r"\]\(<https?://[^<>()\[\]\\\s]*>\)", "]", ours)
    ours = re.sub(r"\\[\\*_~`|>#\[\]<.-]", "¬", ours)
    assert not re.search(r"@(?![\u200b…])|[<>`|_]|://|discord\.\w", ours), ours
    for line in ours.split("\n"):
        rest = re.sub(r"^(-# |- )", "", line)
        assert not re.search(r"^\s*(#|>|-# |- |\d+\. )", rest), line
        assert rest.count("**") % 2 == 0
        assert not re.sub(r"\*\*[^*]+\*\*|\[\[?\w+\]\]?|\[[^\[\]]*\]", "", rest).strip("*[] ").count("*"), line


@given(briefings())
@settings(max_examples=20, deadline=None)
def test_any_briefing_is_taken_by_discord_loses_no_citation_and_does_nothing_there(briefing: Briefing) -> None:
    made = parts(briefing, DeliveryId("d" * 16), "America/Argentina/Buenos_Aires")
    assert len(made[0].post.content) <= FRONT_CHARS
    assert all(len(line.split()) <= 13 for line in made[0].post.content.split("\n") if line.startswith("- "))
    assert limits.thread({"name": made[1].post.title}) == []
    assert not INVISIBLE.search(made[1].post.title)
    for part in made:
        if part.kind is not PartKind.THREAD:
            is_taken(part.post)
        is_inert(part.post.content)
        is_inert(part.post.body)
        is_inert(part.post.title if part.kind is PartKind.STORY else "")
        assert not INVISIBLE.search(part.post.footer)
    for told, part in zip(briefing.tellings, made[2:], strict=True):
        cited = {citation.n for claim in told.claims for citation in claim.citations}
        above, _, below = part.post.body.partition("**Sources** as of")
        assert {int(n) for n in re.findall(r"\[(\d+)\]", above)} >= cited
        assert {int(n) for n in re.findall(r"(?m)^-# \[(\d+)\]", below)} >= cited


@given(st.lists(claims(300), max_size=5), LONG, st.sampled_from((1, 300)))
@settings(max_examples=20, deadline=None)
def test_any_answer_is_split_between_claims_into_messages_that_discord_takes(
    said: list[Claim], hostile: str, articles: int
) -> None:
    source = replace(Source.of(article("one")), outlet=hostile, title=hostile)
    answer = Answer(
        question="What?",
        conversation=ConversationId("c1"),
        status=Status.ANSWERED,
        claims=tuple(said),
        sources=(source,) * articles,
        as_of=NOW,
        engine=telling("s1").engine,
        caveat=hostile,
        note=hostile,
    )
    buttons = (Button(label="And then?", custom_id="nt:d1:0:ask"),)
    posts = answer_posts(answer, buttons)
    assert [post.buttons for post in posts] == [()] * (len(posts) - 1) + [buttons]
    for post in posts:
        is_taken(post)
        is_inert(post.content)
    whole = "\n".join(post.content for post in posts)
    marks = [int(n) for line in whole.split("\n") if line.startswith("- ") for n in re.findall(r"\[(\d+)\]", line)]
    assert marks == [citation.n for claim in said for citation in claim.citations]


def test_three_hundred_articles_are_counted_where_they_cannot_be_listed() -> None:
    sources = tuple(Source.of(article(f"n{n}")) for n in range(300))
    briefing = a_briefing("b1", replace(telling("s1"), sources=sources))
    *_, part = parts(briefing, DeliveryId("d1"), "UTC")
    assert part.post.body.endswith(
        "-# [12] [The Example](<https://news.example/n11>) · <t:1772366400:f> · full text\n-# … and 288 more articles"
    )
    assert part.post.footer == "Tariffs · written by software from 300 articles"


@pytest.mark.parametrize("harm", HARM)
def test_an_address_holds_nothing_that_is_seen(harm: str) -> None:
    assert as_text(Post(content=link("1", f"https://x.example/{harm}"))).isascii() or harm.isalpha()
