"""The doctor names each fault and what to do about it."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from bot.domain.errors import DamagedError, ModelError
from bot.domain.feeds import Feed, FeedState, FeedUrl
from bot.services.doctor import Doctor, Probe, Seen
from tests.domain.samples import NOW
from tests.doubles.memory import MemoryFeedStates, MemoryFolder

DEAD = FeedUrl("https://me:secret@dead.example/feed")


async def _works() -> Seen:
    return Seen("it works", "https://there.example")


async def _fails() -> Seen:
    raise ModelError("The model took too long")


async def _breaks() -> Seen:
    raise TypeError("string indices must be integers, not 'str' in <html>")


async def _hangs() -> Seen:
    await asyncio.Event().wait()
    return Seen("never")


class UnreadableStates(MemoryFeedStates):
    async def all(self) -> Mapping[FeedUrl, FeedState]:
        raise DamagedError("The archive is damaged.")


async def test_a_dead_feed_is_named_without_its_password_and_the_rest_is_counted() -> None:
    folder = MemoryFolder(feeds=[Feed(url=DEAD, outlet="Dead"), Feed(url=FeedUrl("https://a.example"), outlet="A")])
    await folder.feed_states.put([FeedState(url=DEAD, due_at=NOW, failures=2, error="gone", detail="Gone for good.")])
    feeds, dead = await Doctor(folder, probes=()).examine()
    assert feeds.detail == "2 followed, 1 in trouble, 1 not checked yet"
    assert (dead.ok, dead.name, dead.detail) == (False, "feed https://dead.example/feed", "gone: Gone for good.")
    assert dead.todo


async def test_a_probe_that_fails_says_what_to_do() -> None:
    folder = MemoryFolder()
    probes = (Probe(name="a", check=_works, todo="x"), Probe(name="model", check=_fails, todo="Check the key."))
    good, bad, feeds = await Doctor(folder, probes=probes).examine()
    assert (good.ok, good.detail, good.link, good.todo) == (True, "it works", "https://there.example", None)
    assert bad.link is None
    assert (bad.ok, bad.detail, bad.todo) == (False, "The model took too long", "Check the key.")
    assert feeds.todo == "Add one with `newsthread feeds add URL`."


async def test_a_probe_that_hangs_or_breaks_is_a_finding_too() -> None:
    probes = (
        Probe(name="hung", check=_hangs, todo="Wait.", patience=timedelta(milliseconds=20)),
        Probe(name="broken", check=_breaks, todo="Look."),
    )
    hung, broken, _ = await Doctor(MemoryFolder(), probes=probes).examine()
    assert (hung.ok, hung.detail, hung.todo) == (False, "There was no answer within 0.02 seconds", "Wait.")
    assert (broken.ok, broken.todo) == (False, "Look.")
    assert "TypeError" in broken.detail
    assert "html" not in broken.detail


async def test_a_folder_that_cannot_be_opened_or_read_leaves_the_other_findings() -> None:
    probes = (Probe(name="a", check=_works, todo="x"),)
    assert [each.name for each in await Doctor(None, probes=probes).examine()] == ["a"]
    folder = MemoryFolder()
    folder.feed_states = UnreadableStates()
    good, feeds = await Doctor(folder, probes=probes).examine()
    assert (good.ok, feeds.ok, feeds.detail) == (True, False, "The archive is damaged.")
