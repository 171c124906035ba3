"""Every draft passes here: the gate, a second opinion where there is one, one repair call, and both again.

Decides nothing: the rules are in `bot.domain.gate`, what becomes of a repair in `bot.domain.repairs`. Both run in a
worker because they are pure CPU.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.domain.briefings import Claim
from bot.domain.drafts import Draft, DraftClaim, QuestionTask, Task
from bot.domain.errors import ModelError
from bot.domain.gate import Refusal
from bot.domain.opinions import excerpts, objection
from bot.domain.repairs import Judged, judged, mended, told
from bot.domain.usage import EVERYONE
from bot.ports.outside import Verifier, Workers, Writer

_DEADLINE = timedelta(seconds=10)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What passed, what was refused in the end, and a headline that passed, or None."""

    claims: tuple[Claim, ...]
    refusals: tuple[Refusal, ...]
    headline: str | None


class Checking:
    """The gate with its one repair, and the second opinion of a `verifier`."""

    def __init__(self, workers: Workers, verifier: Verifier | None = None) -> None:
        self._workers = workers
        self._verifier = verifier

    async def check(self, writer: Writer, task: Task, draft: Draft) -> Checked:
        """Checks a draft that `writer` made for `task`. A repair that fails loses only what was refused.

        Whether there is a second opinion or not, nothing passes that the gate refuses.
        """
        verifier = self._verifier if writer.engine(type(task)).model else None  # else these are an article's own words
        found = await self._judged(task, draft.claims, verifier)
        faulty = [each for each in found if each.fault]
        if faulty:
            found = mended(found, await self._repaired(writer, task, replace(draft, claims=_drafts(faulty)), faulty))
        refusals = tuple(each.fault for each in found if each.fault and not each.claim)
        for refusal in refusals:
            log.info("claim_withheld", rule=refusal.rule.value)  # a reason may repeat what a member asked
        passed = [each.claim for each in found if each.claim]
        claims, headline = await self._workers.run(_DEADLINE, told, task, passed, draft.headline)
        return Checked(claims=claims, refusals=refusals, headline=headline)

    async def _repaired(self, writer: Writer, task: Task, draft: Draft, faulty: Sequence[Judged]) -> tuple[Judged, ...]:
        reasons = [f"{each.fault.text} — {each.fault.reason}" for each in faulty if each.fault]
        try:
            again = await writer.repair(task, draft, reasons)
        except ModelError as error:
            log.warning("repair_failed", reason=str(error))
            return ()
        return await self._judged(task, again.claims, self._verifier)

    async def _judged(self, task: Task, drafted: Sequence[DraftClaim], verifier: Verifier | None) -> tuple[Judged, ...]:
        """What gate and verifier say of each."""
        found = await self._workers.run(_DEADLINE, judged, task, tuple(drafted)) if drafted else ()
        if verifier is None:
            return found
        failures: list[ModelError] = []
        opinions = await asyncio.gather(*(_with_opinion(verifier, task, each, failures) for each in found))
        if failures:  # what code checked stands
            log.warning("no_second_opinion", claims=len(failures), reason=str(failures[0]))
        return tuple(opinions)


async def _with_opinion(verifier: Verifier, task: Task, each: Judged, failures: list[ModelError]) -> Judged:
    """The claim, if it passed, as the verifier leaves it; unchanged where he fails, which `failures` then has."""
    if each.claim is None:
        return each
    payer = task.payer if isinstance(task, QuestionTask) else EVERYONE
    try:
        supported = await verifier.supports(excerpts(each.claim, task.sources), each.claim.text, payer)
    except ModelError as error:
        failures.append(error)
        return each
    return each if supported else replace(each, claim=None, fault=objection(each.draft.text))


def _drafts(faulty: Sequence[Judged]) -> tuple[DraftClaim, ...]:
    return tuple(each.draft for each in faulty)
