"""What the judge of corrections compares: sentences, spelling, names, negations. Standard library only, no I/O."""

import re
from collections.abc import Iterator

from bot.domain.extracts.facts import facts
from bot.domain.gate import names
from bot.domain.gate.figures import Figure, agree
from bot.domain.gate.lexicon import COUNTRIES
from bot.domain.gate.readings import Reading
from bot.domain.text import STOP_WORDS, stem, words

_LONG = 5  # letters of a word that one more or two changed make no other word
_BREAK = re.compile(r"(?<=[.!?…。！？])[\"”’')\]]*\s+(?=[^a-z\s])")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Gen|Col|St|No|vs|approx|ca)\.$")
_OWN_ERROR = re.compile(
    r"\b(?:earlier|previous|original) versions? of (?:this|the)\b|^(?:correction|clarification|editor'?s note)\b"
    r"|\bthis (?:article|story|report|headline|post|piece) (?:has been|was|is) (?:corrected|amended|updated|revised)\b"
    r"|\b(?:article|story|headline|version|caption)\b.{0,80}\b(?:misstated|incorrectly (?:said|stated|reported|gave))\b"
    r"|^(?:korrektur|berichtigung|rectificatif|rettelse|correccion)\b",
    re.IGNORECASE,
)
_NEGATIONS = frozenset(
    "not no never none nobody nothing neither nor without cannot nicht kein keine keinen keiner keines nie niemand pas"
    " jamais aucun aucune ikke ingen aldrig nunca ningun ninguna ninguno".split()
)
_ASIDE = re.compile(
    r"\s*\([^()]*\)"
    r"|, (?:among them|including|all|both|many|most|some|one|two|three|four|five) [^,.;]{1,60},",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:from|than|earlier|previously|initially|originally)(?: an?| the| of)?(?: \w+)? $", re.IGNORECASE
)


def without_own_errors(old: str, new: str) -> str:
    """The new text without the paragraphs, not there before, in which it tells of its own error."""
    before = set(old.split("\n\n"))
    return "\n\n".join(each for each in new.split("\n\n") if each in before or not _OWN_ERROR.search(each))


def sentences_of(text: str) -> Iterator[str]:
    """Sentences as they stand, roughly: a wrong end does no harm, neighbours are looked at together."""
    for paragraph in text.split("\n\n"):
        start = 0
        for match in _BREAK.finditer(paragraph):
            if not _ABBREVIATED.search(paragraph[start : match.start()]):
                yield paragraph[start : match.end()].strip()
                start = match.end()
        if paragraph[start:].strip():
            yield paragraph[start:].strip()


def misspelt(one: str, other: str) -> bool:
    """Whether two words are one, spelt rightly and wrongly: a letter too many, or two that changed places."""
    if stem(one) == stem(other):
        return True
    short, long = sorted((one, other), key=len)
    if len(long) < _LONG:
        return False
    if len(short) == len(long):
        swapped = (one[:at] + one[at + 1] + one[at] + one[at + 2 :] for at in range(len(one) - 1))
        return other in swapped
    return any(long[:at] + long[at + 1 :] == short for at in range(1, len(long)))


def names_in(reading: Reading) -> set[str]:
    """The words of its names, but for those that open a sentence; a country by one name, whichever it is given."""
    found: set[str] = set()
    for name in names.find(reading.wordly):
        said = name.words[1:] if name.opens else name.words
        keys = [word.key for word in said if word.capital and len(word.key) > 1 and word.key not in STOP_WORDS]
        country = COUNTRIES.get(" ".join(keys))
        found |= {country} if country else {COUNTRIES.get(key, key) for key in keys}
    return found


def without_asides(text: str) -> str:
    """The text without what stands in brackets, or between commas about some of those just counted."""
    return _ASIDE.sub("", text)


def counts_others(quote: Reading, other: Reading) -> bool:
    """Whether a figure counts the dead, the hurt or the like in the quote, and only another of these here."""
    found = list(facts(other))
    for fact in facts(quote):
        same = [each.kind for each in found if agree(fact.figure, each.figure) and each.kind]
        if fact.kind and same and fact.kind not in same:
            return True
    return False


def negated(text: str) -> int:
    return sum(word in _NEGATIONS for word in words(text.replace("n't", " not").replace("n’t", " not")))


def is_past(figure: Figure, reading: Reading) -> bool:
    """Whether it is told as what it was before: `up from 12`."""
    return _PAST.search(reading.folded, max(0, figure.start - 40), figure.start) is not None
