"""Swaps: a figure or name put where its quote, otherwise running alike, has another (rules 3 and 4).

Standard library only, no I/O. A figure that stands somewhere in the quote, or a name that stands somewhere in the
article, may still be told of the wrong thing. Where claim and quote run side by side word for word but for one figure
or one name, the claim is wrong, however often that figure or name stands elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from bot.domain.gate import dates, figures
from bot.domain.gate.contexts import SENTENCE_END
from bot.domain.gate.dates import Date
from bot.domain.gate.figures import Figure
from bot.domain.gate.lexicon import CAPITALS, COUNTRIES, OPENERS, TITLES
from bot.domain.gate.readings import NAME, WORD, Reading, Token
from bot.domain.gate.standing import Standing, sound
from bot.domain.gate.words import CONNECTORS, Word
from bot.domain.text import STOP_WORDS, stem

_MIN_CONTEXT: Final = 3  # words that both share in one run with the place
# Said or left out without changing which figure or name is meant.
_FILLERS: Final = frozenset(
    "a an the about almost nearly around roughly approximately some circa just only also at least".split()
)
_MIN_BESIDE_DAY: Final = 2
_MAX_DEED: Final = 4  # words between two names
_LISTING: Final = frozenset({"and", "or", "und", "et", "og", "y"})
# What is done by both alike, or told of a list.
_MUTUAL: Final = _LISTING | frozenset(
    stem(word)
    for word in "with versus vs near meet met meeting play played face faced marry married fight fought join joined "
    "talk trade border merge clash speak spoke agree sign neighbour neighbor rival partner ally friend away".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """What the claim says, and what the quote says in its place."""

    said: str
    quoted: str
    name: bool


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a text: a stem, a date, a figure, or a whole name. `slot` is equal for what may be swapped."""

    slot: str
    keys: tuple[object, ...]
    text: str
    said: Date | Figure | Word


def find(claim: Reading, quotes: Iterable[tuple[Reading, date]], standing: Standing) -> Swap | None:
    """The first swap that no quote makes good; each quote comes with the day its article was published."""
    steps = _steps(claim, standing)
    found: dict[int, Swap] = {}
    upheld: set[int] = set()
    given = [(_steps(quote, standing), published) for quote, published in quotes]
    if turned := _turned(steps, [others for others, _ in given]):
        return turned
    for others, published in given:
        shared = _blocks([step.keys for step in steps], [step.keys for step in others])
        for misplaced, day in _misplaced_days(steps, others, shared):
            found.setdefault(misplaced, day)
        for start, _, size in shared:
            if size >= _MIN_CONTEXT:
                upheld.update(range(start, start + size))
        for start, other, size in _blocks([step.slot for step in steps], [step.slot for step in others]):
            for at in range(size):
                place = (start + at, other + at)
                swap = _exchanged(steps[place[0]], others[place[1]], published)
                if swap is not None and _in_context(steps, others, place, (start, other, size)):
                    found.setdefault(place[0], swap)
    return next((found[at] for at in sorted(found) if at not in upheld), None)


def _turned(steps: list[_Step], quotes: Sequence[list[_Step]]) -> Swap | None:
    """Two names with one deed between them that every quote with the deed tells the other way: `A sued B`."""
    deeds = [deed for others in quotes for deed in _deeds(others)]
    for one, deed, other in _deeds(steps):
        there = [(doer, done_to) for doer, same, done_to in deeds if same == deed]
        straight = any(_same_name(one, doer) or _same_name(other, done_to) for doer, done_to in there)
        if not straight and any(_same_name(one, done_to) and _same_name(other, doer) for doer, done_to in there):
            return Swap(said=one.text, quoted=other.text, name=True)
    return None


def _deeds(steps: list[_Step]) -> Iterator[tuple[_Step, tuple[str, ...], _Step]]:
    """Two names and what little stands between them, where that says something and is not done by both."""
    named = [at for at, step in enumerate(steps) if step.slot == "@name"]
    for start, end in pairwise(named):
        between = tuple(step.slot for step in steps[start + 1 : end])
        plain = not any(slot.startswith("@") for slot in between)
        telling = [slot for slot in between if slot not in STOP_WORDS]
        if plain and len(between) <= _MAX_DEED and telling and _MUTUAL.isdisjoint(between):
            yield steps[start], between, steps[end]


def _misplaced_days(
    steps: list[_Step], others: list[_Step], shared: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, Swap]]:
    """A name in the place of a weekday, or the other way round, between words that run alike: `said on Friday that`."""
    for (ours, theirs, size), (our_next, their_next, rest) in pairwise(shared):
        at, other = ours + size, theirs + size
        if (our_next, their_next) != (at + 1, other + 1) or min(size, rest) < _MIN_BESIDE_DAY:
            continue
        pair = (steps[at], others[other])
        has_day = any(isinstance(step.said, Date) and step.said.weekday is not None for step in pair)
        named = any(step.slot == "@name" for step in pair)
        if has_day and named and steps[at - 1].slot == "on":
            yield at, Swap(said=pair[0].text, quoted=pair[1].text, name=pair[0].slot == "@name")


def _blocks(ours: Sequence[object], theirs: Sequence[object]) -> list[tuple[int, int, int]]:
    """The runs that two sequences share, in order: where they start in each, and their length."""
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks()]


def _steps(reading: Reading, standing: Standing) -> list[_Step]:
    """The tokens: words by their stems, fillers left out, the words of one name together."""
    steps: list[_Step] = []
    last = 0
    for token in reading.tokens:
        if last and SENTENCE_END.search(reading.folded, last - 1, token.said.start):
            steps.append(_Step("@end", ("@end",), "", token.said))
        last = token.said.end
        key = str(token.key)
        if token.kind == WORD or _is_common(token, standing):
            if key not in _FILLERS:
                steps.append(_Step(stem(key), (stem(key),), token.text, token.said))
        elif token.kind != NAME:
            steps.append(_Step("@number", (token.key,), token.text, token.said))
        else:
            begun = _begun_name(steps, token, reading.wordly)
            steps, parts = steps[: len(steps) - begun], steps[len(steps) - begun :]
            keys = tuple(key for part in parts for key in part.keys)
            text = " ".join([*(part.text for part in parts), token.text])
            steps.append(_Step("@name", (*keys, key), text, token.said))
    return steps


def _begun_name(steps: list[_Step], token: Token, text: str) -> int:
    """How many of the last steps belong to the name that `token` carries on: `Bank`, `of` before `Japan`."""
    if not steps:
        return 0
    name, start, begun = steps[-1], token.said.start, 1
    if name.slot in CONNECTORS and len(steps) > 1 and text[name.said.end : start] == " ":
        name, start, begun = steps[-2], name.said.start, 2
    last_word = name.text.rpartition(" ")[2]
    between = text[name.said.end : start]
    goes_on = between == " " or (between == ". " and len(last_word) == 1)
    return begun if name.slot == "@name" and goes_on and not last_word.endswith("'s") else 0


def _is_common(token: Token, standing: Standing) -> bool:
    """Whether a capital says nothing here: a title, or the first word of a sentence that may be any word."""
    if token.kind != NAME:
        return False
    key = str(token.key)
    if len(key) == 1 and not token.opens:
        return False
    return key in TITLES or key in STOP_WORDS or (token.opens and (key in standing.lower or stem(key) in OPENERS))


def _exchanged(said: _Step, quoted: _Step, published: date) -> Swap | None:
    if said.keys == quoted.keys or not said.slot.startswith("@"):
        return None
    name = isinstance(said.said, Word)
    same = _same_name(said, quoted) if name else _same_number(said.said, quoted.said, published)
    return None if same else Swap(said=said.text, quoted=quoted.text, name=name)


def _in_context(steps: list[_Step], others: list[_Step], place: tuple[int, int], block: tuple[int, int, int]) -> bool:
    """Whether the run around `place` is long enough to be sure that both speak of the same thing."""
    at, other = place
    start, _, size = block
    if _is_other_unit(steps[at], others[other]) and _reordered(steps, at, others[other]):
        return False
    run = [step for step in steps[start : start + size] if not step.slot.startswith("@")]
    if len(run) < _MIN_CONTEXT or all(step.slot in STOP_WORDS for step in run):
        return False
    begins, ends = at == 0, at == len(steps) - 1
    if any(step.keys == steps[at].keys for step in others):
        # Told elsewhere in the quote: then only the very same place counts.
        if _reordered(steps, at, others[other]):
            return False
        begins, ends = begins and other == 0, ends and other == len(others) - 1
    if (begins or at > start) and (ends or at < start + size - 1):
        return True
    # A number hangs on the words right before or after it; a name changes sides in the passive.
    beside = (steps[max(start, at - _MIN_CONTEXT) : at], steps[at + 1 : min(start + size, at + 1 + _MIN_CONTEXT)])
    return steps[at].slot == "@number" and any(
        len(side) == _MIN_CONTEXT and not any(step.slot.startswith("@") for step in side) for side in beside
    )


def _reordered(steps: list[_Step], at: int, quoted: _Step) -> bool:
    """Whether what the quote has here stands in the same list of the claim, whose order is free."""
    for place, step in enumerate(steps):
        between = steps[min(at, place) + 1 : max(at, place)]
        if step.keys == quoted.keys and all(s.slot.startswith("@") or s.slot in _LISTING for s in between):
            return True
    return False


def _is_other_unit(said: _Step, quoted: _Step) -> bool:
    """Whether one is an amount in another currency or measure, as is given in brackets."""
    one, other = said.said, quoted.said
    return isinstance(one, Figure) and isinstance(other, Figure) and one.units.isdisjoint(other.units)


def _same_number(said: Date | Figure | Word, quoted: Date | Figure | Word, published: date) -> bool:
    if isinstance(said, Figure) and isinstance(quoted, Figure):
        return said.sort is not quoted.sort or figures.agree(said, quoted)
    if isinstance(said, Date) and isinstance(quoted, Date):
        return dates.stands(said, quoted, published)
    # "1800" alone may be a year, "1,800" never is.
    year, other = (said, quoted) if isinstance(said, Date) else (quoted, said)
    return isinstance(year, Date) and isinstance(other, Figure) and year.only_year and year.year in other.values


def _same_name(said: _Step, quoted: _Step) -> bool:
    """Whether one is part of the other, its initials, another name of the same country, or its capital."""
    ours, theirs = _forms(said), _forms(quoted)
    if ours & theirs:
        return True
    initials = ("".join(str(key)[0] for key in step.keys) for step in (said, quoted))
    return any(letters in ours | theirs for letters in initials if len(letters) > 1)


def _forms(name: _Step) -> set[str]:
    keys = [str(key) for key in name.keys]
    whole = " ".join(keys)
    # "Washington" said so: a country's capital stands for it, as papers write.
    place = CAPITALS.get(whole) or COUNTRIES.get(whole)
    return {place} if place else {sound(stem(COUNTRIES.get(key, key))) for key in keys}
