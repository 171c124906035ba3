"""Small whole values of the domain, every field filled where that is what a test is about."""

from datetime import UTC, date, datetime, time, timedelta

from bot.domain.articles import Article, ArticleId, Tier, article_id
from bot.domain.briefings import (
    Briefing,
    BriefingId,
    Citation,
    Claim,
    Counts,
    Engine,
    Form,
    Role,
    Source,
    Telling,
    Window,
)
from bot.domain.conversations import Answer, ConversationId, Status, Turn
from bot.domain.corrections import Change, Correction, CorrectionId
from bot.domain.deliveries import Button, Delivery, DeliveryId, Part, PartKind, PartState, Pending, Post
from bot.domain.feeds import EntryId, FailedFeed, FeedUrl
from bot.domain.schedules import Destination, ScheduleId, ServerId, Slot
from bot.domain.stories import Story, StoryId
from bot.ports.repositories import Filed

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FEED = FeedUrl("https://news.example/feed")


def article(
    name: str,
    text: str = "Nothing happened.",
    *,
    title: str | None = None,
    tier: Tier = Tier.FULL,
    at: datetime = NOW,
) -> Article:
    url = f"https://news.example/{name}"
    return Article(
        id=article_id(url),
        url=url,
        title=title or f"About {name}",
        outlet="The Example",
        published_at=at,
        seen_at=at + timedelta(minutes=5),
        tier=tier,
        text=text,
        feeds=(),
        author="A. Writer",
        language="en",
    )


def filed(what: Article, *, feed: FeedUrl = FEED, entry: str | None = None) -> Filed:
    return Filed(article=what, feed=feed, entry=EntryId(entry or what.url))


def story(name: str, *articles: ArticleId, updated: datetime = NOW) -> Story:
    return Story(id=StoryId(name), articles=articles, created_at=NOW - DAY, updated_at=updated)


def claim(cited: Article) -> Claim:
    citation = Citation(n=1, article_id=cited.id, version=1, url=cited.url, link=f"{cited.url}#:~:text=x", quote="“x”")
    return Claim(role=Role.WHAT, text="It happened — at last.", citations=(citation,))


def telling(name: str, *shown: Article, cites: tuple[Article, ...] = ()) -> Telling:
    return Telling(
        story_id=StoryId(name),
        topic="Tariffs",
        headline="Headline",
        form=Form.WRITTEN,
        claims=tuple(claim(each) for each in cites),
        sources=tuple(Source.of(each) for each in shown),
        engine=Engine(name="openai", model="m", prompt_name="story", prompt_sha256="00"),
        withheld=1,
        note="A note.",
    )


def briefing(name: str, *tellings: Telling) -> Briefing:
    return Briefing(
        id=BriefingId(name),
        created_at=NOW,
        window=Window(since=NOW - DAY, until=NOW),
        topics=("Tariffs", "Greenland"),
        engine=Engine(name="extractive"),
        counts=Counts(feeds=3, articles=2, stories=1, claims_posted=1, claims_withheld=0),
        tellings=tellings,
        failed_feeds=(FailedFeed(url=FEED, error="timeout", detail="It did not answer."),),
        notes=("A note.",),
    )


def delivery(name: str, *states: PartState, day: int = 1, to: str = "discord:1", of: str = "b1") -> Delivery:
    kinds = (PartKind.FRONT, PartKind.THREAD, *[PartKind.STORY] * len(states))
    post = Post(title="T", body="B", footer="F", buttons=(Button(label="Why?", custom_id="why:x"),), labels=("News",))
    local = date(2026, 3, day)
    return Delivery(
        id=DeliveryId(name),
        slot=Slot(
            schedule=ScheduleId("s1"),
            local_date=local,
            planned=time(7, 30),
            due_at=datetime(2026, 3, day, 6, 30, tzinfo=UTC),
            zone="Europe/Berlin",
        ),
        destination=Destination(to),
        briefing=BriefingId(of),
        created_at=datetime(2026, 3, day, 6, 31, tzinfo=UTC),
        parts=tuple(
            Part(index=index, kind=kind, post=post, state=state)
            for index, (kind, state) in enumerate(zip(kinds, states or (Pending(),), strict=False))
        ),
        server=ServerId("discord:9"),
    )


def correction(name: str, *, delivery: str = "d1", part: int = 2, at: datetime = NOW) -> Correction:
    cited = article("one")
    return Correction(
        id=CorrectionId(name),
        delivery=DeliveryId(delivery),
        part=part,
        destination=Destination("discord:1"),
        story=StoryId("st1"),
        headline="Headline",
        claim="The duty is 10 per cent.",
        article=cited.id,
        outlet="The Example",
        url=cited.url,
        version=2,
        change=Change.FIGURE,
        quote="The duty is 10 per cent.",
        now="The duty is “15” per cent.",
        found_at=at,
    )


def turn(question: str, *, conversation: str = "c1", cites: tuple[Article, ...] = ()) -> Turn:
    return Turn(
        asked_at=NOW,
        asker="discord:42",
        answer=Answer(
            question=question,
            conversation=ConversationId(conversation),
            status=Status.ANSWERED,
            claims=tuple(claim(each) for each in cites),
            sources=tuple(Source.of(each) for each in cites),
            as_of=NOW,
            engine=Engine(name="extractive"),
        ),
    )
