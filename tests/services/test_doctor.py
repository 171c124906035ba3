"""The doctor names each fault and what to do about it."""

from bot.domain.errors import ModelError
from bot.domain.feeds import Feed, FeedState, FeedUrl
from bot.services.doctor import Doctor, Probe
from tests.domain.samples import NOW
from tests.doubles.memory import MemoryFolder

DEAD = FeedUrl("https://me:secret@dead.example/feed")


async def _works() -> str:
    return "it works"


async def _fails() -> str:
    raise ModelError("The model took too long")


async def test_a_dead_feed_is_named_without_its_password_and_the_rest_is_counted() -> None:
    folder = MemoryFolder(feeds=[Feed(url=DEAD, outlet="Dead"), Feed(url=FeedUrl("https://a.example"), outlet="A")])
    await folder.feed_states.put([FeedState(url=DEAD, due_at=NOW, failures=2, error="gone", detail="Gone for good.")])
    doctor = Doctor(feeds=folder.feeds, feed_states=folder.feed_states, articles=folder.articles, probes=())
    storage, feeds, dead = await doctor.examine()
    assert (storage.ok, feeds.detail) == (True, "2 followed, 1 in trouble, 1 not checked yet")
    assert (dead.ok, dead.name, dead.detail) == (False, "feed https://dead.example/feed", "gone: Gone for good.")
    assert dead.todo


async def test_a_probe_that_fails_says_what_to_do() -> None:
    folder = MemoryFolder()
    probes = (Probe(name="a", check=_works, todo="x"), Probe(name="model", check=_fails, todo="Check the key."))
    doctor = Doctor(feeds=folder.feeds, feed_states=folder.feed_states, articles=folder.articles, probes=probes)
    _, good, bad, feeds = await doctor.examine()
    assert (good.ok, good.todo) == (True, None)
    assert (bad.ok, bad.detail, bad.todo) == (False, "The model took too long", "Check the key.")
    assert feeds.todo == "Add one with `newsthread feeds add URL`."
