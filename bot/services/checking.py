"""Every draft passes here: the gate, one repair call for what it refused, and the gate again.

Decides nothing: the rules are in `bot.domain.gate`, which runs in a worker because it is pure CPU.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.domain.articles import Article
from bot.domain.briefings import Claim
from bot.domain.drafts import Draft, SourceId, Task
from bot.domain.errors import ModelError
from bot.domain.gate import Refusal, Verdict, check, check_headline
from bot.ports.outside import Workers, Writer

_DEADLINE = timedelta(seconds=10)
_CLAIMS = 5
_WORDS = 120

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What passed, what was refused in the end, and a headline that passed, or None."""

    claims: tuple[Claim, ...]
    refusals: tuple[Refusal, ...]
    headline: str | None


class Checking:
    """The gate with its one repair."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    async def check(self, writer: Writer, task: Task, draft: Draft) -> Checked:
        """Checks a draft that `writer` made for `task`. A repair that fails loses only what was refused."""
        verdict = await self._judge(draft, task.sources)
        refused = _refused(draft, verdict)
        if refused.claims:
            verdict = await self._repaired(writer, task, refused, verdict)
        for refusal in verdict.refusals:
            log.info("claim_withheld", rule=refusal.rule.value)  # a reason may repeat what a member asked
        claims = _bounded(verdict.claims)
        headline = await self._headline(draft.headline, claims, task.sources)
        return Checked(claims=claims, refusals=verdict.refusals, headline=headline)

    async def _repaired(self, writer: Writer, task: Task, refused: Draft, verdict: Verdict) -> Verdict:
        try:
            again = await writer.repair(task, refused, [f"{each.text} — {each.reason}" for each in verdict.refusals])
        except ModelError as error:
            log.warning("repair_failed", reason=str(error))
            return verdict
        second = await self._judge(again, task.sources)
        still = verdict.refusals[len(second.claims) :] if len(second.claims) < len(verdict.refusals) else ()
        return Verdict(claims=(*verdict.claims, *second.claims), refusals=still)

    async def _headline(
        self, headline: str, claims: tuple[Claim, ...], sources: Mapping[SourceId, Article]
    ) -> str | None:
        if not headline or not claims:
            return None
        refusal = await self._workers.run(_DEADLINE, check_headline, headline, claims, dict(sources))
        return headline if refusal is None else None

    async def _judge(self, draft: Draft, sources: Mapping[SourceId, Article]) -> Verdict:
        return await self._workers.run(_DEADLINE, check, draft.claims, dict(sources))


def _refused(draft: Draft, verdict: Verdict) -> Draft:
    texts = {refusal.text for refusal in verdict.refusals}
    return replace(draft, claims=tuple(claim for claim in draft.claims if claim.text in texts))


def _bounded(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Each text once, in order, as long as five claims and 120 words hold them; the first always."""
    kept: dict[str, Claim] = {}
    length = 0
    for claim in claims:
        length += len(claim.text.split())
        if kept and (length > _WORDS or len(kept) == _CLAIMS):
            break
        kept.setdefault(claim.text.casefold(), claim)
    return tuple(kept.values())
