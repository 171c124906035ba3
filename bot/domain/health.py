"""Health: what the state of a feed means to a person, in a list of feeds and as word to whoever can mend it.

Standard library only, no I/O, no clock. When a feed is asked again is the concern of `polling`.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.addresses import shown
from bot.domain.feeds import Ailment, Feed, FeedState, FeedUrl
from bot.domain.notices import OPERATOR, Audience, Fact, NoticeId
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.wording import notices as wording

TOLD_AFTER_FAILURES = 3
TOLD_AFTER = timedelta(days=1)
SILENCE_TOLD_AFTER = timedelta(hours=1)
MOST_NAMED = 5
_URL_CHARS, _DETAIL_CHARS = 120, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """What a list of feeds shows of one; `trouble` is empty where all is well.

    `due_at` is None where the feed is asked at the next opportunity, or, if it is `gone`, never again.
    """

    feed: Feed
    succeeded_at: datetime | None
    due_at: datetime | None
    gone: bool
    failures: int
    entries_a_week: float | None
    trouble: str


class News(NamedTuple):
    """What somebody is to be told, and the states of feeds once that is recorded."""

    facts: tuple[Fact, ...]
    states: tuple[FeedState, ...]


def health(feed: Feed, state: FeedState | None) -> FeedHealth:
    """What is known of a feed; one without a state was never asked."""
    return FeedHealth(
        feed=feed,
        succeeded_at=state.succeeded_at if state else None,
        due_at=None if state is None or state.gone else state.due_at,
        gone=state.gone if state else False,
        failures=state.failures if state else 0,
        entries_a_week=state.entries_a_week if state else None,
        trouble=_trouble(state) if state else "",
    )


Own = Mapping[FeedUrl, Collection[ServerId]]
"""The feeds that some servers alone read, and which servers these are; all others are everyone's."""


def own_feeds(records: Iterable[Feed]) -> Own:
    """Those of the feeds followed, by everyone or a server, that are no one's but some servers'."""
    servers: dict[FeedUrl, set[ServerId]] = {}
    for each in records:
        servers.setdefault(each.url, set()).add(each.server)
    return {url: sorted(those) for url, those in servers.items() if PUBLIC not in those}


def news(states: Sequence[FeedState], now: datetime, own: Own | None = None) -> News:
    """What is not told yet of these feeds, which must be all that are followed; the same once only.

    The operator hears of everyone's, the admins of a server of its own, which nobody else hears of. A failing feed is
    told of when it failed three times in a row or for a day, and again when it works; one that is gone at once. Where
    none at all answers, that alone is told, and to the operator alone.
    """
    if _all_silent(states, now):
        fresh = [each for each in states if not each.gone and each.told is None]
        facts = [_silence(states)] if fresh else []
        return News(tuple(facts), _told(fresh, Ailment.SILENCE))
    gone = [each for each in states if each.gone and each.told is not Ailment.GONE]
    failing = [each for each in states if each.told is None and not each.gone and _ails(each, now)]
    well = [each for each in states if each.told is Ailment.FAILING and each.failing_since is None]
    silent = [each for each in states if each.told is Ailment.SILENCE]
    facts = [
        *_facts("gone", gone, own or {}),
        *_facts("failing", failing, own or {}),
        *_facts("well", well, own or {}),
        *([_speaks_again(silent)] if silent else ()),
    ]
    return News(
        tuple(facts), (*_told(gone, Ailment.GONE), *_told(failing, Ailment.FAILING), *_told([*well, *silent], None))
    )


def _ails(state: FeedState, now: datetime) -> bool:
    since = state.failing_since
    return state.failures >= TOLD_AFTER_FAILURES or (since is not None and now - since >= TOLD_AFTER)


def _all_silent(states: Sequence[FeedState], now: datetime) -> bool:
    """Whether none of several feeds has answered for a while."""
    since = [each.failing_since for each in states if not each.gone]
    return len(since) > 1 and all(each is not None and now - each >= SILENCE_TOLD_AFTER for each in since)


def _told(states: Iterable[FeedState], ailment: Ailment | None) -> tuple[FeedState, ...]:
    return tuple(replace(each, told=ailment) for each in states)


def _facts(kind: str, states: Sequence[FeedState], own: Own) -> Iterator[Fact]:
    """One for each who can mend some of them."""
    theirs: dict[Audience, list[FeedState]] = {}
    for each in states:
        for audience in map(Audience, own.get(each.url, (OPERATOR,))):
            theirs.setdefault(audience, []).append(each)
    for audience, some in theirs.items():
        yield _fact(kind, some, audience)


def _fact(kind: str, states: Sequence[FeedState], audience: Audience) -> Fact:
    named = [_named(each) for each in states[:MOST_NAMED]]
    text = wording.feeds(kind, named, len(states) - len(named), in_terminal=audience == OPERATOR)
    return Fact(audience, _identity(kind, states, audience), text)


def _silence(states: Sequence[FeedState]) -> Fact:
    away = [each for each in states if not each.gone]
    latest = max(away, key=lambda each: each.checked_at or each.due_at)
    since = min(each.failing_since for each in away if each.failing_since)
    text = wording.silence(since, _detail(latest))
    return Fact(OPERATOR, NoticeId(f"no feed answers {since:%Y-%m-%dT%H:%M:%SZ}"), text)


def _speaks_again(states: Sequence[FeedState]) -> Fact:
    return Fact(OPERATOR, _identity("answer again", states, OPERATOR), wording.FEEDS_ANSWER_AGAIN)


def _identity(kind: str, states: Sequence[FeedState], audience: Audience) -> NoticeId:
    """The same for the same feeds in the same trouble, so that a killed poll has it told once."""
    facts = sorted(f"{each.url} {each.failing_since or each.succeeded_at}" for each in states)
    if audience != OPERATOR:
        facts.append(audience)
    return NoticeId(f"feeds {kind} {hashlib.sha256(' '.join(facts).encode()).hexdigest()[:16]}")


def _named(state: FeedState) -> str:
    address = shown(state.url)
    clipped = f"<{address if len(address) <= _URL_CHARS else address[: _URL_CHARS - 1] + '…'}>"
    return wording.failing(clipped, state.failing_since, _detail(state)) if state.failing_since else clipped


def _detail(state: FeedState) -> str:
    return (state.detail or wording.NOT_HAD)[:_DETAIL_CHARS]


def _trouble(state: FeedState) -> str:
    if state.gone:
        return wording.GONE
    if state.failing_since is None and not state.error:
        return ""
    return wording.trouble(state.failures, state.failing_since, state.detail)
