"""Stories by extracts: what to tell of all the sentences, and in which order. Standard library only, no I/O."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.briefings import Role
from bot.domain.drafts import (
    CLAIMS_A_STORY,
    CLAIMS_WRITTEN,
    WORDS_A_STORY,
    WORDS_WRITTEN,
    Draft,
    DraftClaim,
    SourceId,
    StoryTask,
    Support,
)
from bot.domain.evidence import keys
from bot.domain.extracts.choosing import ALIKE
from bot.domain.extracts.differing import disputes, same_figures
from bot.domain.extracts.headlines import headline
from bot.domain.extracts.material import OPENING, Material, full_names, material, strangers
from bot.domain.extracts.ordering import says_why, took_place
from bot.domain.extracts.sentences import Sentence
from bot.domain.novelty import Novelty, Statement, compare

_NEW = 0.45
"""Share of its words that a sentence must add to what is told already."""
_ENOUGH = 0.7
"""Share from which one is as new as can be: what has nothing to do with the story is new as well."""
_RETELLS = 0.3
"""Share of the lead's words in another article's first sentence from which that tells the same news again."""
_WEAK_AT_FIRST = 0.1
"""Share of the third best score below which a sentence is not worth reading."""
_FEW = 3
_WEAK = 0.2
"""The same when so many are told already."""
_COMPARED = 60
"""So many of the best sentences are looked at for figures that disagree."""
_LATER = timedelta(hours=18)
"""Outlets whose articles lie so far apart differ in what was known by then, and not with each other."""
_SOMEBODY_KNOWN = re.compile(
    r"(?:On \w+, )?[Tt]he (?:\d+-year-old|man|woman|boy|girl|pair|couple|suspects?|victims?|company|firm|group|actor"
    r"|player|agency|ministry|lawmakers|family)\b"
)
"""How a sentence begins that tells more of somebody who was named before."""


def tell(task: StoryTask, sentences: Sequence[Sentence]) -> Draft:
    """A story in its sources' sentences: first what happened, where figures differ, then the points in order of time.

    The first ones, as many as are posted, are the best; what comes after is for readers who know some of them.
    """
    found, pair = _current(material(task, sentences))
    lead = _lead(found, pair)
    head = [*([] if lead is None else [lead]), *pair]
    posted, spare = _points(found, head)
    told = [*head, *_introduced(found, head, sorted(posted, key=lambda n: _when(found, n))), *spare]
    claims = [_claim(found, n, lead=lead, pair=pair) for n in told]
    first = [found.text(n) for n in told[:CLAIMS_A_STORY]]
    return Draft(headline=headline(list(task.sources.values()), first), claims=tuple(_with_one_reason(claims)))


def _current(found: Material) -> tuple[Material, tuple[int, ...]]:
    """Without sentences that give a figure or day for which there is a later one: 14 dead, no longer 12.

    And the two of the rest that differ most visibly, the older article's first; none where none do.
    """
    good = sorted(found.scores, key=lambda n: (-found.scores[n], n))[:_COMPARED]
    pairs = list(disputes(found.sentences, good, found.likeness, found.task.sources))
    old = {n for pair in pairs for n in pair if _is_later(found, sum(pair) - n, n)}
    old |= {n for n in found.scores if _is_overtaken(found, n)}
    left = replace(found, scores={n: score for n, score in found.scores.items() if n not in old})
    standing = (pair for pair in pairs if old.isdisjoint(pair))
    pair = max(standing, key=lambda pair: sum(found.scores[n] for n in pair), default=())
    return left, tuple(sorted(pair, key=lambda n: (_published(found, n), n)))


def _is_overtaken(found: Material, n: int) -> bool:
    """Whether a later sentence says the same with another figure."""
    said = Statement(text=found.text(n), at=_published(found, n))
    return any(
        like >= ALIKE
        and _is_later(found, m, n)
        and compare(said, Statement(text=found.text(m), at=_published(found, m))) is Novelty.EARLIER
        for m, like in found.likeness[n].items()
    )


def _is_later(found: Material, m: int, n: int) -> bool:
    """Whether sentence `m` is what was known after `n`: the same outlet's later one, or another's of the next day."""
    same = found.task.sources[found.sentences[m].source].outlet == found.task.sources[found.sentences[n].source].outlet
    apart = _published(found, m) - _published(found, n)
    return apart > timedelta(0) if same else apart >= _LATER


def _published(found: Material, n: int) -> datetime:
    return found.task.sources[found.sentences[n].source].published_at


def _lead(found: Material, pair: Collection[int]) -> int | None:
    """What happened: a sentence of an article's opening, near to the titles; None where `pair` tells it already."""
    titles = [frozenset(keys(article.title)) for article in found.task.sources.values()]
    best_source = next(iter(found.task.sources))

    def worth(n: int) -> float:
        sentence, words = found.sentences[n], found.words[n]
        titled = sum(len(words & title) / math.sqrt(1 + len(title)) for title in titles) / len(titles)
        whole = math.sqrt(sum(found.centre[word] for word in words))
        late = 1 + 0.5 * sentence.place + (2.0 if _when(found, n)[0] else 0.0)
        late += 1.0 if _SOMEBODY_KNOWN.match(sentence.text) else 0.0
        first = 1.3 if sentence.source == best_source else 1.0
        return found.scores[n] * whole * (1 + titled) * first / late * (0.5 if n in pair else 1.0)

    opens = [n for n in found.scores if found.sentences[n].place <= OPENING] or list(found.scores)
    best = max(opens, key=worth, default=None)
    if best is None or best in pair:
        return None
    words = found.words[best]
    return None if any(len(words & found.words[n]) >= _NEW * len(words) for n in pair) else best


def _points(found: Material, head: Sequence[int]) -> tuple[list[int], list[int]]:
    """What else is worth telling, best first: as much as is posted beside `head`, and the rest of what is written."""
    chosen = list(head)
    told = {word for n in chosen for word in found.words[n]}
    left = {n for n in found.scores if n not in chosen}
    good = min(sorted(found.scores.values())[-_FEW:], default=0.0)
    posted: list[int] = []
    spare: list[int] = []

    def worth(n: int) -> float:
        used = sum(found.sentences[m].source == found.sentences[n].source for m in chosen)
        return found.scores[n] * _newness(found, n, told, chosen) * 0.92**used

    while left and len(chosen) < CLAIMS_WRITTEN:
        best = max(left, key=lambda n: (worth(n), -n))
        if worth(best) <= good * (_WEAK if len(chosen) >= _FEW else _WEAK_AT_FIRST):
            break
        left.remove(best)
        if found.length([*chosen, best]) > WORDS_WRITTEN or (best in found.little and len(chosen) >= _FEW):
            continue
        fits = len(head) + len(posted) < CLAIMS_A_STORY and found.length([*head, *posted, best]) <= WORDS_A_STORY
        (posted if fits else spare).append(best)
        chosen.append(best)
        told |= found.words[best]
    return posted, spare


def _newness(found: Material, n: int, told: Collection[str], chosen: Sequence[int]) -> float:
    """How new a sentence is after what is told, 1 at most; 0 for one that adds too little.

    What the story is about weighs more: who tells it again in other words uses the same names and deeds.
    """
    words, weights = found.words[n], found.weights
    new = sum(weights[word] for word in words if word not in told) / (sum(weights[word] for word in words) or 1.0)
    return 0.0 if new < _NEW or _retells(found, n, chosen) else min(1.0, new / _ENOUGH)


def _retells(found: Material, n: int, chosen: Sequence[int]) -> bool:
    """Whether an article begins with what is told already; the next day's begins with the same story's next news."""
    return n in found.opens and any(
        _share(found.words[m], found.words[n]) >= _RETELLS and not _is_later(found, n, m) for m in chosen
    )


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _when(found: Material, n: int) -> tuple[bool, date, datetime, SourceId, int]:
    """Where a point stands in its story: the event first, in order of time, then what led to it."""
    sentence = found.sentences[n]
    published = found.task.sources[sentence.source].published_at
    background, day = took_place(sentence.text, published.astimezone(UTC).date())
    return background, day, published, sentence.source, sentence.place


def _introduced(found: Material, head: Sequence[int], ordered: Sequence[int]) -> list[int]:
    """`ordered`, but who is called by the last name alone comes after the sentence that names them in full."""
    result: list[int] = []
    left = list(ordered)
    while left:
        met = " ".join(found.text(m) for m in (*head, *result, left[0]))
        unknown = strangers(met, found.surnames)
        first = next((m for m in left if unknown & full_names(found.text(m))), left[0])
        left.remove(first)
        result.append(first)
    return result


def _claim(found: Material, n: int, *, lead: int | None, pair: Collection[int]) -> DraftClaim:
    text = found.text(n)
    if n in pair:
        return DraftClaim(text=text, support=(_support(found, n),), role=Role.DIFFERS)
    role = Role.WHAT if n == lead else Role.WHY if says_why(text) else Role.POINT
    return DraftClaim(text=text, support=(_support(found, n), *_backing(found, n)), role=role)


def _support(found: Material, n: int) -> Support:
    return Support(source=found.sentences[n].source, quote=found.text(n))


def _backing(found: Material, n: int) -> list[Support]:
    """The nearest sentence of each other source that says the same with the same figures, two at most."""
    backing: dict[str, Support] = {}
    near = found.likeness[n]
    for m in sorted(near, key=lambda m: (-near[m], m)):
        source = found.sentences[m].source
        if near[m] < ALIKE or len(backing) == 2:
            break
        if source == found.sentences[n].source or source in backing:
            continue
        published = found.task.sources[source].published_at.astimezone(UTC).date()
        if same_figures(found.text(n), found.text(m), published):
            backing[source] = _support(found, m)
    return list(backing.values())


def _with_one_reason(claims: Sequence[DraftClaim]) -> list[DraftClaim]:
    """Why it matters is said once: the first such claim keeps its role."""
    reasons = [n for n, claim in enumerate(claims) if claim.role is Role.WHY]
    return [replace(claim, role=Role.POINT) if n in reasons[1:] else claim for n, claim in enumerate(claims)]
