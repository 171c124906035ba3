"""Flips: a claim in its quote's own words, but for one that turns them round (part of rules negation and direction).

Standard library only, no I/O. Where all else is word for word the same no paraphrase explains the difference, so a flip
is refused; what is told in other words is only doubted (see `polarity`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from bot.domain.gate import figures
from bot.domain.gate.figures import Figure
from bot.domain.gate.polarity import are_opposites, has_opposite, is_negation
from bot.domain.gate.readings import Reading, Token
from bot.domain.gate.words import Word
from bot.domain.text import TOKEN, fold, stem

_MIN_SHARED: Final = 4
_MIN_SHARE: Final = 0.7
_REACH: Final = 3
_OTHER_END: Final = {"from": "to", "to": "from"}
_AUXILIARY: Final = frozenset({"do", "does", "did", "done"})  # "rose" is "did not rise" when it is denied


def find(claim: str, quotes: Sequence[str]) -> tuple[str, str] | None:
    """What the claim has and what its quote has instead, either may be empty; None where it is no flip.

    A claim that another quote says in these words is none.
    """
    said = _words(claim)
    found = None
    for quote in quotes:
        differences = _differences(said, _words(quote))
        if differences is None:
            continue
        turns = [each for each in differences if _turns(*each)]
        if len(turns) % 2 == 0:
            return None
        found = found or (" ".join(turns[0][0]), " ".join(turns[0][1]))
    return found


def of_a_figure(claim: Reading, quotes: Sequence[Reading]) -> tuple[str, str] | None:
    """A figure that goes the other way than in every quote that has it: what the claim and a quote say beside it.

    `fell 31%` for `rose 31%`; also `to 290 from 240` for `to 240 from 290`.
    """
    given = [step for quote in quotes for step in _steps(quote)]
    ends = []
    for step in _steps(claim):
        there = [other for other in given if figures.agree(step.figure, other.figure)]
        if step.way and there and all(are_opposites(step.way, other.way) for other in there):
            return f"{step.way} {step.figure.text}", f"{there[0].way} {step.figure.text}"
        if step.end and there and all(other.end == _OTHER_END[step.end] for other in there):
            ends.append((f"{step.end} {step.figure.text}", f"{there[0].end} {step.figure.text}"))
    return ends[0] if len(ends) > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A figure, with the word that says which way it goes and the end of the change that it is; empty for none."""

    figure: Figure
    way: str
    end: str


def _steps(reading: Reading) -> Iterator[_Step]:
    tokens = reading.tokens
    for at, token in enumerate(tokens):
        if isinstance(token.said, Figure) and not token.said.exempt:
            before = tokens[max(0, at - _REACH) : at]
            end = before[-1].text.casefold() if before else ""
            way = next(filter(None, map(_way, [*tokens[at + 1 : at + 2], *reversed(before)])), "")
            yield _Step(figure=token.said, way=way, end=end if end in _OTHER_END else "")


def _way(token: Token) -> str:
    """The word itself where it says which way something goes."""
    word = token.text.casefold()
    return word if isinstance(token.said, Word) and has_opposite(word) else ""


def _words(text: str) -> list[str]:
    return [word.casefold() for word in TOKEN.findall(fold(text))]


def _differences(said: list[str], given: list[str]) -> list[tuple[list[str], list[str]]] | None:
    """Where `said` differs from the stretch of `given` that it repeats; None unless all are opposites or fillers."""
    matcher = SequenceMatcher(None, [stem(word) for word in said], [stem(word) for word in given], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    shared = sum(block.size for block in blocks)
    if shared < _MIN_SHARED or shared < _MIN_SHARE * len(said):
        return None
    found = list(_between(said, given, blocks))
    return found if all(_turns(*each) or _fills(*each) for each in found) else None


def _between(
    said: list[str], given: list[str], blocks: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[list[str], list[str]]]:
    """What stands before, between and behind the shared blocks, where it differs."""
    first, last = blocks[0], blocks[-1]
    head = said[: first[0]]
    yield from [(head, given[max(0, first[1] - len(head)) : first[1]])] if head else []
    for (a, b, size), (next_a, next_b, _) in pairwise(blocks):
        yield said[a + size : next_a], given[b + size : next_b]
    tail = said[last[0] + last[2] :]
    yield from [(tail, given[last[1] + last[2] :][: len(tail)])] if tail else []


def _turns(said: list[str], given: list[str]) -> bool:
    """Whether one denies what the other does not, or is its opposite."""
    mine = [word for word in said if word not in _AUXILIARY]
    theirs = [word for word in given if word not in _AUXILIARY]
    if len(mine) + len(theirs) == 1:
        return is_negation((mine or theirs)[0])
    return len(mine) == len(theirs) == 1 and are_opposites(mine[0], theirs[0])


def _fills(said: list[str], given: list[str]) -> bool:
    return all(word in _AUXILIARY for word in (*said, *given))
