"""The service itself: one poll from due feeds to stories. See the package."""

import asyncio
import random
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain import polling
from bot.domain.addresses import host_key, shown
from bot.domain.articles import Article
from bot.domain.errors import FetchError, NewsthreadError, ReadingError
from bot.domain.feeds import EntryId, FailedFeed, Feed, FeedCheck, FeedState, FeedUrl, PollReport, moved, readers
from bot.domain.health import news, own_feeds
from bot.domain.notices import noted
from bot.domain.polling import Trouble
from bot.domain.records import record
from bot.domain.schedules import PUBLIC
from bot.domain.servers import away, own_key
from bot.domain.wording import failures
from bot.ports.outside import Clock, FeedParser, PageReader, Robots, Web, Workers
from bot.ports.repositories import Filed, Repositories
from bot.services.ingest.asking import Asked, Asking, trouble
from bot.services.ingest.check import Checks
from bot.services.ingest.grouping import EVERY as GROUP_EVERY
from bot.services.ingest.grouping import Grouping
from bot.services.ingest.ledger import Ledger
from bot.services.ingest.pages import Pages
from bot.services.ingest.rooms import Rooms
from bot.services.ingest.together import together

FEEDS_AT_ONCE = 300
"""What they brought waits in memory to be parsed; more than the requests in flight, since many wait for the turn of
their host."""

Progress = Callable[[int, int], None]
States = Mapping[FeedUrl, FeedState]
Choose = Callable[[Sequence[Feed], States, datetime], Sequence[Feed]]
log = structlog.get_logger(__name__)


@record(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of one feed: its state as it is to be kept, or the trouble that is weighed at the end."""

    feed: Feed
    state: FeedState
    changed: bool = False
    moved_to: FeedUrl | None = None
    trouble: Trouble | None = None


class Ingest:
    """Polls feeds and checks addresses. One poll runs at a time; `jitter` gives numbers from 0 to 1."""

    def __init__(
        self,
        repositories: Repositories,
        *,
        web: Web,
        parser: FeedParser,
        pages: PageReader,
        robots: Robots,
        workers: Workers,
        clock: Clock,
        poll_every: timedelta,
        jitter: Callable[[], float] = random.random,
        group_every: timedelta = GROUP_EVERY,
    ) -> None:
        self._kept = repositories
        self._feeds = repositories.all_feeds
        self._servers = repositories.servers
        self._states = repositories.feed_states
        self._notices = repositories.notices
        self._web = web
        self._reader = pages
        self._robots = robots
        self._workers = workers
        self._clock = clock
        self._every = poll_every
        self._jitter = jitter
        self._rooms = Rooms()
        self._asking = Asking(web, parser, self._rooms)
        self._checks = Checks(web, self._asking, workers, self._rooms)
        self._grouping = Grouping(repositories, workers, clock, every=group_every)
        self._polling = asyncio.Lock()

    async def check(self, url: str) -> FeedCheck:
        """Whether there is a feed at `url`, or on the site there. A bad feed is a result, not an error."""
        return await self._checks.check(url)

    async def poll(self, force: bool = False, progress: Progress | None = None) -> PollReport:
        """Asks every feed that is due, with `force` every one, and stores what is new.

        `progress` hears (feeds done, feeds in all). Raises StorageError; what was stored before then stays.
        """

        def chosen(feeds: Sequence[Feed], states: States, now: datetime) -> Sequence[Feed]:
            return polling.due(feeds, states, now, interval=self._every, force=force)

        return await self._in_turn(chosen, progress)

    async def refresh(self, urls: Collection[FeedUrl], progress: Progress | None = None) -> PollReport:
        """What a member can have asked: those of these feeds that are followed and may be (see `refreshable`).

        The rest is as for `poll`.
        """
        return await self._in_turn(lambda feeds, states, now: polling.refreshable(feeds, states, now, urls), progress)

    async def read_again(self, article: Article) -> Article | None:
        """An article of tier full as its page has it now, stored where its words changed.

        None where the page may not or cannot be read, or what is there now is another page. Raises StorageError.
        """
        revised = await self._pages(Ledger(self._kept), 1).again(article)
        if revised is None:
            return None
        articles = self._kept.articles
        await articles.store([Filed(article=revised, feed=article.feeds[0], entry=EntryId(article.url))])
        return (await articles.get([article.id])).get(article.id)

    async def _in_turn(self, chosen: Choose, progress: Progress | None) -> PollReport:
        async with self._polling:
            with structlog.contextvars.bound_contextvars(poll="p" + secrets.token_hex(5)):
                return await self._poll(chosen, progress)

    async def _followed(self) -> list[Feed]:
        """The feeds of everyone and of each server, but for those that removed the bot."""
        left = away(await self._servers.all())
        return [feed for feed in await self._feeds.all() if feed.server not in left]

    async def _poll(self, chosen: Choose, progress: Progress | None) -> PollReport:
        now = self._clock.now()
        read_by = readers(await self._followed())
        states = await self._told(await self._states.all())  # what a killed poll left untold
        servers = {feed.server for each in read_by.values() for feed in each}
        self._grouping.begin({PUBLIC, *servers}, all_known=all(url in states for url in read_by))
        due = chosen([each[0] for each in read_by.values()], states, now)
        waiting, came = iter(due), dict[FeedUrl, _Outcome]()
        async with Ledger(self._kept) as ledger:
            pages = self._pages(ledger, len(due))

            async def some() -> None:
                for feed in waiting:  # whoever is free takes the next
                    came[feed.url] = await self._one(read_by[feed.url], states.get(feed.url), ledger, pages)
                    if progress is not None:
                        progress(len(came), len(due))

            asking = together(some() for _ in due[:FEEDS_AT_ONCE])
            await self._grouping.beside(asking, lambda: ledger.new_articles)
        outcomes = [came[feed.url] for feed in due]
        await self._settle(outcomes, states)
        await self._grouping.finish(ledger.new_articles)
        await self._kept.index.catch_up()
        report = _report(outcomes, ledger.new_articles, self._clock.now() - now)
        if due:
            log.info("polled", feeds=report.feeds, new=report.new_articles, failed=len(report.failed))
        return report

    def _pages(self, ledger: Ledger, feeds: int) -> Pages:
        return Pages(self._web, self._robots, self._reader, ledger, feeds=feeds, rooms=self._rooms)

    async def _one(self, read_by: Sequence[Feed], known: FeedState | None, ledger: Ledger, pages: Pages) -> _Outcome:
        now, feed = self._clock.now(), read_by[0]
        state = known or FeedState(url=feed.url, due_at=now)
        try:
            asked = await self._asking.ask(feed, known, now)
            filed = [each for by in read_by for each in await pages.file(by, asked.parsed, now)] if asked.parsed else []
        except (FetchError, ReadingError) as error:
            return _Outcome(feed=feed, state=state, trouble=trouble(error))
        except NewsthreadError:
            raise
        except Exception:
            # A fault of ours in reading one feed must not keep the others from being read.
            log.exception("feed_broke", url=shown(feed.url))
            broke = Trouble(error="unreadable", detail=failures.FEED_BROKE)
            return _Outcome(feed=feed, state=state, trouble=broke)
        after, moved_to = self._answered(state, asked, now)
        await ledger.keep(filed, after)
        if filed:
            log.info("feed_read", url=shown(feed.url), articles=[each.article.id for each in filed])
        return _Outcome(feed=feed, state=after, changed=asked.parsed is not None, moved_to=moved_to)

    def _answered(self, state: FeedState, asked: Asked, now: datetime) -> tuple[FeedState, FeedUrl | None]:
        after = polling.answered(
            state,
            now,
            headers=asked.headers,
            body_hash=asked.body_hash,
            interval=self._every,
            jitter=self._jitter(),
            document=asked.parsed,
        )
        return polling.moved(after, asked.moved_to)

    async def _settle(self, outcomes: Sequence[_Outcome], before: Mapping[FeedUrl, FeedState]) -> None:
        """Writes down failures, once it is known whether they are the feeds' own; rests hosts; adopts addresses."""
        now = self._clock.now()
        failed = [(each, each.trouble) for each in outcomes if each.trouble is not None]
        asked = {each.feed.url for each in outcomes}
        others = [state for url, state in before.items() if url not in asked]
        ours = polling.fault_is_ours([trouble for _, trouble in failed], len(outcomes), others, now)
        after = {**before, **{each.feed.url: each.state for each in outcomes if each.trouble is None}}
        for each, why in failed:
            log.warning("feed_failed", url=shown(each.feed.url), error=why.error, detail=why.detail, spared=ours)
            jitter = self._jitter()
            if ours:
                after[each.feed.url] = polling.spared(each.state, why, now, interval=self._every, jitter=jitter)
            else:
                after[each.feed.url] = polling.failed(each.state, why, now, interval=self._every, jitter=jitter)
        tired = {host_key(each.feed.url): why.rest for each, why in failed if why.busy}
        rested = {state.url: state for state in polling.resting(after.values(), tired, now)} if tired else {}
        after |= rested
        await self._states.put([after[url] for url in {each.feed.url for each, _ in failed} | set(rested)])
        settled = await self._told(after)
        for each in outcomes:
            if each.moved_to is not None:
                await self._adopt(each.feed, settled[each.feed.url], each.moved_to)

    async def _told(self, states: States) -> States:
        """Records what somebody must hear of the feeds followed, then that it is; returns the states after it."""
        records = [feed for feed in await self._followed() if not feed.hidden]
        followed = {feed.url for feed in records}
        now = self._clock.now()
        facts, told = news([state for url, state in states.items() if url in followed], now, own_feeds(records))
        for fact in facts:
            await self._notices.raise_(noted(fact, now))
            log.warning("notice_raised", notice=fact.id, audience=fact.audience, text=fact.text)
        if told:
            await self._states.put(told)
        return {**states, **{state.url: state for state in told}}

    async def _adopt(self, feed: Feed, state: FeedState, target: FeedUrl) -> None:
        """Puts a feed's new address in place of the old one; where that is followed already, one of them is enough."""
        records = await self._feeds.all()
        old = [each for each in records if each.url == feed.url]
        if not old:
            return  # removed meanwhile
        there = {each.server: each for each in records if each.url == target}
        await self._feeds.put(*(moved(each, there.get(each.server), target) for each in old))
        if not there:
            await self._states.put([replace(state, url=target)])
        for each in old:
            await self._feeds.remove(own_key(each.server, each.url))
        await self._states.remove(feed.url)
        log.info("feed_moved", url=shown(feed.url), to=shown(target))


def _report(outcomes: Sequence[_Outcome], new_articles: int, took: timedelta) -> PollReport:
    return PollReport(
        feeds=len(outcomes),
        not_modified=sum(each.trouble is None and not each.changed for each in outcomes),
        failed=tuple(
            FailedFeed(url=each.feed.url, error=each.trouble.error, detail=each.trouble.detail)
            for each in outcomes
            if each.trouble is not None
        ),
        new_articles=new_articles,
        took=took,
    )
