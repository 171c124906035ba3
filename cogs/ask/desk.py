"""The course of a question: recorded, answered, forgotten; and taken up again where a process died, or Discord failed.

Knows nothing of how a question is asked, nor how a place is written to. A question is forgotten when its answer stands
whole, when its asker was told that there is none, or when its place cannot be reached for good; never before.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import Any, TypeVar

import discord
import structlog

from bot.domain.conversations import Answer, Question, QuestionId
from bot.domain.deliveries import Post
from bot.domain.errors import InputError, NewsthreadError, ReadingError, StorageError
from bot.domain.rendering import answer_posts
from bot.domain.schedules import ServerId
from bot.domain.suggestions import buttons
from bot.domain.wording import commands as wording
from cogs import errors
from cogs.ask.places import Place, Reply, Standing, is_passing
from cogs.ask.response import Response
from cogs.services import Services

AT_ONCE = 8  # answered at the same time; the others wait for their turn
AT_ONCE_EACH = 2  # of one asker, answered or waiting
MOST_WAITING = 100  # at eight a time the last one's turn comes well before its token expires
RECORDED_WITHIN = timedelta(milliseconds=1500)  # an interaction is to be acknowledged within 3 s
FRESH = timedelta(minutes=15)  # how long an answer is worth having, and an interaction's token good
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=5)  # before what was put off is tried again
LAST_ANSWERS_WITHIN = timedelta(seconds=1)  # what stops before takes most of the ten seconds that there are
REMEMBERED = 1_000  # questions just finished: Discord may send an event twice after a reconnect

T = TypeVar("T")

_log = structlog.get_logger()


class Desk:
    """Sees to the questions of one client, from its `start` to its `stop`."""

    def __init__(self, client: discord.Client, services: Services) -> None:
        self._client = client
        self._services = services
        self._room = asyncio.Semaphore(AT_ONCE)
        self._open: dict[QuestionId, str] = {}
        self._finished: OrderedDict[QuestionId, None] = OrderedDict()
        self._answering: set[asyncio.Task[Any]] = set()
        self._others: set[asyncio.Task[Any]] = set()
        self._owing = asyncio.Event()
        self._stopping = False
        self._pause = FIRST_PAUSE

    def start(self) -> None:
        """Takes up what this process or an earlier one was left owing; for a client that is logged in."""
        _run(self._take_up(), self._others)

    async def stop(self) -> None:
        """Gives those under way a moment. What is not finished then stays recorded, for the next client or process."""
        self._stopping = True
        if self._answering:
            await asyncio.wait(self._answering, timeout=LAST_ANSWERS_WITHIN.total_seconds())
        left = [*self._answering, *self._others]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def accept(self, question: Question) -> bool:
        """Records a question, which is then for `begin` or `later`; False where it came before.

        Raises InputError where there is too much to do, and StorageError where it is not recorded in time; then
        nothing is owed.
        """
        if question.id in self._open or question.id in self._finished:
            return False
        busy = wording.TOO_MANY_QUESTIONS if len(self._open) >= MOST_WAITING else None
        if list(self._open.values()).count(question.asker) >= AT_ONCE_EACH:
            busy = wording.ONE_AFTER_THE_OTHER
        if busy:
            self._remember(question.id)
            raise InputError(busy)
        self._open[question.id] = question.asker
        new = False
        try:
            new = await self._record(question)
        except StorageError:
            self._remember(question.id)
            raise
        finally:
            if not new:
                del self._open[question.id]
                self._owing.set()  # it may have been put off, and passed over while it stood here
        return new

    def begin(self, question: Question) -> None:
        """Answers a question that was accepted."""
        _run(self._see_to(question, again=False), self._answering)

    def later(self, question: Question) -> None:
        """Puts off a question that was accepted: what stands is looked for before more is posted."""
        age = self._services.clock.now() - question.asked_at
        self._pause = min(max(FIRST_PAUSE, age / 4), LONGEST_PAUSE)
        self._open.pop(question.id, None)
        self._owing.set()

    async def _record(self, question: Question) -> bool:
        recording = _run(self._services.questions.accept(question), self._others)
        await asyncio.wait([recording], timeout=RECORDED_WITHIN.total_seconds())
        if not recording.done():
            if not self._stopping:  # else it stays recorded, and the next process sees to it
                _run(self._withdraw(question, recording), self._others)
            raise StorageError("The question was not stored in time.")
        return recording.result()

    async def _withdraw(self, question: Question, recording: asyncio.Task[bool]) -> None:
        """Takes back a record that came too late."""
        await asyncio.gather(recording, return_exceptions=True)
        await self._forget(question.id)

    async def _take_up(self) -> None:
        while True:
            self._owing.clear()
            try:
                for question in await self._services.questions.unanswered():
                    if question.id in self._finished:
                        await self._forget(question.id)
                    elif question.id not in self._open:
                        self._open[question.id] = question.asker
                        _run(self._see_to(question, again=True), self._answering)
            except Exception:  # whatever it is, what is owed must be tried again
                _log.exception("questions_not_read")
                self._owing.set()
            await self._owing.wait()
            await self._services.clock.sleep(self._pause)

    async def _see_to(self, question: Question, *, again: bool) -> None:
        place = self._place(question)
        try:
            async with place.working() if self._is_fresh(question) else nullcontext(), self._room:
                await (self._resume if again else self._answer)(question, place)
        except Exception as error:
            over = await self._told(question, place, error)
        else:
            over = True
        if over:
            await self._forget(question.id)
            self._open.pop(question.id, None)
        else:
            self.later(question)

    async def _answer(self, question: Question, place: Place) -> None:
        answer = await self._services.answering.ask(
            question.text,
            conversation=question.conversation,
            asker=question.asker,
            topic=question.topic,
            thread=question.thread,
            asked_at=question.asked_at,
            server=question.server,
            about=question.about,
            name=question.id,
            roles=question.roles,
        )
        await _post(place, await self._posts(question, place, answer))

    async def _resume(self, question: Question, place: Place) -> None:
        """Posts what does not stand yet of an answer. An answer is recorded before anything of it is posted."""
        standing = await place.standing()
        answer = await self._services.answering.recorded(
            question.text,
            conversation=question.conversation,
            asker=question.asker,
            asked_at=question.asked_at,
        )
        if standing.told or (standing.texts and answer is None):
            return  # somebody was told something in place of an answer
        if answer is None and standing.open and self._is_fresh(question):
            await self._answer(question, place)
        elif answer is None:
            await self._lose(question, place, wording.LOST)
        else:
            await self._complete(question, place, standing, answer)

    async def _complete(self, question: Question, place: Place, standing: Standing, answer: Answer) -> None:
        posts = await self._posts(question, place, answer)
        stands = len(standing.texts)
        if stands >= len(posts):
            return
        if not standing.known:
            await self._lose(question, place, wording.PERHAPS_LOST)
        elif standing.open and self._is_fresh(question) and _begins(posts, standing.texts):
            await _post(place, posts, stands)
        else:
            await self._lose(question, place, wording.REST_LOST if stands else wording.LOST)

    async def _posts(self, question: Question, place: Place, answer: Answer) -> Sequence[Post]:
        """An answer as it is posted, with what may be asked next."""
        try:
            found = await self._services.suggest.after(answer, ServerId(question.server))
        except NewsthreadError:  # no reason to keep an answer back
            _log.exception("nothing_suggested", question=question.id)
            found = ()
        return place.framed(answer_posts(answer, buttons(found)))

    async def _lose(self, question: Question, place: Place, sentence: str) -> None:
        await place.lose(sentence)
        _log.warning("question_lost", question=question.id, sentence=sentence)

    async def _told(self, question: Question, place: Place, error: Exception) -> bool:
        """Says why there is no answer; False where that has to wait, and the answer may come yet."""
        # A worker that died, as all do when the process is stopped, may do it the next time.
        broke = isinstance(error, ReadingError) and self._is_fresh(question)
        if not broke and not is_passing(error):
            sentence = errors.noted(error)
            try:
                await place.tell(wording.REST_NOT_SENT if place.posted else sentence)
            except Exception as unreachable:  # whatever it is, it must not leave the question open for ever
                error = unreachable
            else:
                return True
        foreseen = isinstance(error, errors.UNREACHABLE)
        passing = is_passing(error) if foreseen else self._is_fresh(question)
        event = "question_put_off" if passing else "question_out_of_reach"
        _log.warning(event, question=question.id, reason=repr(error))
        return not passing

    async def _forget(self, question: QuestionId) -> None:
        self._remember(question)
        try:
            await self._services.questions.done(question)
        except StorageError:
            _log.exception("question_not_forgotten", question=question)
            self._owing.set()

    def _remember(self, question: QuestionId) -> None:
        self._finished[question] = None
        if len(self._finished) > REMEMBERED:
            self._finished.popitem(last=False)

    def _place(self, question: Question) -> Place:
        """The place that the words recorded with a question name."""
        kind, *words = question.reply_to.split(" ")
        if kind == "response":
            return Response(self._client, self._services.clock, question, words)
        channel, message = words
        return Reply(self._client, self._services.clock, int(channel), int(message))

    def _is_fresh(self, question: Question) -> bool:
        return self._services.clock.now() - question.asked_at < FRESH


async def _post(place: Place, posts: Sequence[Post], start: int = 0) -> None:
    for number, post in enumerate(posts[start:], start):
        await place.post(number, post)


def _begins(posts: Sequence[Post], texts: Sequence[str]) -> bool:
    """Whether what stands is the beginning of this answer; Discord trims what it stores."""
    return all(post.content.split() == text.split() for post, text in zip(posts, texts, strict=False))


def _run(coroutine: Coroutine[Any, Any, T], among: set[asyncio.Task[Any]]) -> asyncio.Task[T]:
    task = asyncio.create_task(coroutine)
    among.add(task)
    task.add_done_callback(among.discard)
    return task
