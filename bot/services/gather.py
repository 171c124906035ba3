"""Gather: the stored passages that may answer a question. Decides nothing, writes nothing but vectors.

question + turns -> rewritten -> search (the thread's stories, this week, everything) -> fused with meaning -> passages
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.addresses import canonical, spellings
from bot.domain.articles import Article, ArticleId
from bot.domain.conversations import About
from bot.domain.deliveries import ThreadId
from bot.domain.drafts import Passage, SourceId
from bot.domain.errors import InputError, ModelError, NotFoundError
from bot.domain.evidence import by_meaning, fused, meant, passages, query, search_words
from bot.domain.orders import orders_about
from bot.domain.schedules import PUBLIC, ServerId
from bot.domain.topics import ON_TOPIC, Topic, relevance
from bot.domain.usage import Payer
from bot.ports.outside import Clock, Embedder, Rewriter, Workers
from bot.ports.repositories import Repositories

_DEADLINE = timedelta(seconds=20)
_FRESH = timedelta(days=7)
_HITS = 20
_OF_THREAD = 30
_NEAREST = 3
_NEAR_IN_MEANING = 4
_EMBEDDED_CHARS = 1_500
_MEANT_AMONG = 10
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]|]+")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A question, those asked before it, and where its answer is looked for first: a thread, and articles cited."""

    question: str
    earlier: tuple[str, ...] = ()
    topic: Topic | None = None
    thread: ThreadId | None = None
    cited: tuple[ArticleId, ...] = ()
    payer: Payer


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Evidence, and the nearest articles whether they answer the question or not, one a story."""

    passages: tuple[Passage, ...]
    sources: Mapping[SourceId, Article]
    nearest: tuple[Article, ...]


class Gathering:
    """Looks for evidence. Without `rewriter` and `embedder`, and where they fail, by words alone."""

    def __init__(
        self,
        repositories: Repositories,
        *,
        workers: Workers,
        clock: Clock,
        rewriter: Rewriter | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        self._kept = repositories
        self._workers = workers
        self._clock = clock
        self._rewriter = rewriter
        self._embedder = embedder

    async def evidence(self, wanted: Wanted) -> Found:
        """The best passages: those of the thread's stories count more than others, fresh ones more than stale ones."""
        seen = self._kept.seen_by(ServerId(wanted.payer.server))
        rewritten = await self._rewritten(wanted)
        sought = search_words(wanted.question, wanted.earlier, rewritten)
        since = self._clock.now() - _FRESH
        own = (*wanted.cited, *(await self._thread_articles(seen, wanted.thread) if wanted.thread else ()))
        hits = dict.fromkeys(await _search(seen, sought))
        hits |= dict.fromkeys(await _search(seen, sought, since=since))
        hits |= dict.fromkeys(await _search(seen, sought, among=own)) if own else {}
        articles = await self._articles(seen, (*hits, *(own[:_OF_THREAD] if self._embedder else ())), wanted.topic)
        near = await self._by_meaning(wanted, rewritten, articles)
        ranked = fused([each for each in hits if each in articles], near) if near else list(articles)
        sources = {f"S{n}": articles[each] for n, each in enumerate(ranked, 1)}
        chosen = await self._workers.run(
            _DEADLINE,
            passages,
            query(wanted.question, wanted.earlier, rewritten),
            sources,
            first=frozenset(n for n, each in sources.items() if each.id in own),
            stale=frozenset(n for n, each in sources.items() if each.published_at < since),
            near=frozenset(n for n, each in sources.items() if each.id in near[:_NEAR_IN_MEANING]),
        )
        return Found(
            passages=chosen,
            sources={n: sources[n] for n in dict.fromkeys(each.source for each in chosen)},
            nearest=await _nearest(seen, list(sources.values())),
        )

    async def subject(self, about: About, server: ServerId) -> tuple[Article, ...]:
        """The articles of the story that a message is about, the one that is meant first; none where none is."""
        seen = self._kept.seen_by(server)
        first = await _meant(seen, about.text) if about.text else None
        homes = await seen.stories.of_articles([first.id]) if first else {}
        story = homes.get(first.id) if first else about.story
        stories = await seen.stories.get([story]) if story else {}
        members = [article for each in stories.values() for article in each.articles]
        stored = await wanted_articles(seen, await seen.articles.get([first.id, *members] if first else members))
        return tuple(
            stored[each] for each in dict.fromkeys([*([first.id] if first else []), *members]) if each in stored
        )

    async def _rewritten(self, wanted: Wanted) -> str:
        """The question by itself, where there is something that it may rest on; empty where nobody can say it."""
        if self._rewriter is None or not wanted.earlier:
            return ""
        try:
            return await self._rewriter.rewrite(wanted.question, wanted.earlier, wanted.payer)
        except ModelError as error:
            log.warning("question_not_rewritten", reason=str(error))
            return ""

    async def _articles(
        self, seen: Repositories, ids: Sequence[ArticleId], topic: Topic | None
    ) -> dict[ArticleId, Article]:
        """The articles in the order of `ids`, each once; on a topic only, if one is given."""
        stored = await wanted_articles(seen, await seen.articles.get(ids))
        found = {each: stored[each] for each in ids if each in stored}
        if topic is None or not found:
            return found
        on_topic = await self._workers.run(_DEADLINE, _on_topic, topic, list(found.values()))
        return {each.id: each for each in on_topic}

    async def _by_meaning(
        self, wanted: Wanted, rewritten: str, articles: Mapping[ArticleId, Article]
    ) -> list[ArticleId]:
        """`articles` by how near their meaning is to the question's; none without an embedder, or where it fails."""
        if self._embedder is None or not articles:
            return []
        asked = rewritten or "\n".join((*wanted.earlier, wanted.question))
        keys = {each: _key(self._embedder.name, _embedded(article)) for each, article in articles.items()}
        vectors = dict(await self._kept.embeddings.get(list(keys.values())))
        missing = {keys[each]: _embedded(article) for each, article in articles.items() if keys[each] not in vectors}
        try:
            question, *others = await self._embedder.embed([asked, *missing.values()], wanted.payer)
        except ModelError as error:
            log.warning("search_by_words_alone", reason=str(error))
            return []
        fresh = dict(zip(missing, others, strict=True))
        if fresh:
            await self._kept.embeddings.put(fresh, self._clock.now())
        vectors |= fresh
        return by_meaning(question, {each: vectors[key] for each, key in keys.items()})

    async def _thread_articles(self, seen: Repositories, thread: ThreadId) -> tuple[ArticleId, ...]:
        """The articles of the stories told in a thread; none where no briefing stands there."""
        delivery = await self._kept.outbox.by_thread(thread)
        if delivery is None:
            return ()
        try:
            briefing = await self._kept.briefings.get(delivery.briefing)
        except NotFoundError:  # lost with a damaged archive; everything else may still answer
            return ()
        stories = await seen.stories.get([telling.story_id for telling in briefing.tellings])
        return tuple(article for story in stories.values() for article in story.articles)


async def _meant(seen: Repositories, message: str) -> Article | None:
    """The stored article that a message links to, or whose words it has."""
    for address in _ADDRESS.findall(message):
        try:
            urls = spellings(canonical(address))
        except InputError:
            continue  # no address that an article could stand at
        for view in (seen, seen.seen_by(PUBLIC)):
            if found := await view.articles.by_url(urls):
                return next(iter(found.values()))
    hits = await seen.index.search(search_words(_ADDRESS.sub(" ", message)), limit=_MEANT_AMONG)
    stored = await seen.articles.get([hit.article for hit in hits])
    return meant(message, [stored[hit.article] for hit in hits if hit.article in stored])


async def wanted_articles(seen: Repositories, articles: Mapping[ArticleId, Article]) -> dict[ArticleId, Article]:
    """Those of `articles` that did not come by feeds alone that the server hid from itself."""
    hidden = {feed.url for feed in await seen.all_feeds.all() if feed.hidden and feed.server == seen.server}
    return {id_: each for id_, each in articles.items() if not each.feeds or not hidden.issuperset(each.feeds)}


async def _search(
    seen: Repositories,
    sought: Sequence[str],
    *,
    since: datetime | None = None,
    among: Collection[ArticleId] | None = None,
) -> list[ArticleId]:
    return [hit.article for hit in await seen.index.search(sought, since=since, among=among, limit=_HITS)]


async def _nearest(seen: Repositories, articles: Sequence[Article]) -> tuple[Article, ...]:
    """The first article of each story, of the best few."""
    stories = await seen.stories.of_articles([each.id for each in articles])
    first: dict[str, Article] = {}
    for each in (each for each in articles if not orders_about(each.title)):
        first.setdefault(stories.get(each.id, each.id), each)
    return tuple(first.values())[:_NEAREST]


def _key(model: str, text: str) -> str:
    return hashlib.sha256(f"{model}\n{text}".encode()).hexdigest()


def _embedded(article: Article) -> str:
    return f"{article.title}\n{article.text[:_EMBEDDED_CHARS]}"


def _on_topic(topic: Topic, articles: Sequence[Article]) -> list[Article]:
    """Runs in a worker."""
    return [each for each in articles if relevance(topic, each) >= ON_TOPIC]
