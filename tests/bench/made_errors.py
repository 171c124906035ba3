"""Errors made on purpose from claims that are right: figures, names, citations and quotes. Serves its neighbours.

Each is one change that makes the claim or its quote wrong. Figures and names are found by plain patterns, not by the
gate's own reading, so that what the gate cannot read is made wrong, too. Counts spelled out up to twelve stay as they
are: they are exempt.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.drafts import DraftClaim, Support
from tests.bench.quoted_claims import WEEKDAYS, Told

KINDS = ("figures", "names", "crossed", "quotes")
SAME_ARTICLE_NAMES = "names_of_same_article"

_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SPELLED = [*"thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), *_TENS]
_MONTHS = "January February March April May June July August September October November December".split()
_AMOUNT = re.compile(
    r"(?<![\w.,-])(?P<before>[$€£]?)(?P<digits>\d+(?:[.,]\d+)*)"
    r"(?P<after>(?:bn|tn|m|%)(?!\w)| ?(?:per ?cent|percent|million|billion|trillion)\b|(?![\w-]))"
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_ANY_MONTH = "|".join(f"{month[:3]}(?:{month[3:]}|\\.)?" for month in _MONTHS)
_BESIDE_MONTH = re.compile(rf"\b(?:{_ANY_MONTH}) \d|\d (?:{_ANY_MONTH})\b")
_WORDS = {
    "spelled": re.compile(rf"\b(?:{'|'.join(_SPELLED)})\b", re.IGNORECASE),
    "weekday": re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b"),
    "month": re.compile(rf"\b(?:{'|'.join(_MONTHS)})(?= \d)"),
}
_CHOICES = {"spelled": _SPELLED, "weekday": WEEKDAYS, "month": _MONTHS}
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z][\w'’-]*(?: [A-Z][\w'’-]+)*")
_NO_NAMES = frozenset(word.casefold() for word in [*WEEKDAYS, *_MONTHS, *_SPELLED, "the", "a", "an"])

Wrong = tuple[str, DraftClaim]


class Errors:
    """Makes errors out of right claims, the same ones for the same seed."""

    def __init__(self, told: Sequence[Told], seed: int) -> None:
        self._random = random.Random(seed)
        self._told = told
        texts = {each.article.id: each.article.text for each in told}
        lower = {word for text in texts.values() for word in re.findall(r"\b[a-z]+", text)}
        self._names = {
            article: sorted({name for name in _NAME.findall(text) if not _is_common(name, lower)})
            for article, text in texts.items()
        }

    def of(self, source: Told, claim: DraftClaim) -> Iterator[Wrong]:
        """The errors that `claim` of `source` can be turned into, each with its kind."""
        yield from (("figures", replace(claim, text=text)) for text in self._other_figures(source, claim.text))
        yield from (("names", replace(claim, text=text)) for text in self._other_names(source, claim, elsewhere=True))
        yield from (
            (SAME_ARTICLE_NAMES, replace(claim, text=text))
            for text in self._other_names(source, claim, elsewhere=False)
        )
        yield "crossed", self.crossed(source, claim)
        yield from (("quotes", wrong) for wrong in self._altered_quotes(source, claim))

    def other_source(self, source: Told) -> Told:
        """A line about another article."""
        others = [each for each in self._told if each.article.id != source.article.id and each.supported]
        return self._random.choice(others)

    def crossed(self, source: Told, claim: DraftClaim) -> DraftClaim:
        """The claim with the quotes of another article's claim, which do stand there."""
        other = self.other_source(source)
        given = self._random.choice(other.claims).support
        return replace(claim, support=tuple(Support(source=other.article.url, quote=each.quote) for each in given))

    def _other_figures(self, source: Told, text: str) -> Iterator[str]:
        told = [(_sort_of(match), match["digits"]) for match in _AMOUNT.finditer(source.article.text)]
        for match in _AMOUNT.finditer(text):
            mine = _plain(match["digits"])
            alike = [digits for sort, digits in told if sort == _sort_of(match) and _plain(digits) != mine]
            if alike:
                yield _put(text, match.span("digits"), self._random.choice(alike))
            slightly = self._slightly(match["digits"])
            if _sort_of(match) != "day" or 0 < int(slightly) <= 28:
                yield _put(text, match.span("digits"), slightly)
        for kind, pattern in _WORDS.items():
            for match in pattern.finditer(text):
                others = [word for word in _CHOICES[kind] if word.casefold() != match.group().casefold()]
                told = [word for word in others if re.search(rf"\b{word}\b", source.article.text)]
                yield _put(text, match.span(), self._random.choice(told or others))
                yield _put(text, match.span(), self._random.choice(others))

    def _slightly(self, digits: str) -> str:
        places = [at for at, char in enumerate(digits) if char.isdigit()]
        at = self._random.choice(places)
        given = [digit for digit in "123456789" if digit != digits[at]]
        return digits[:at] + self._random.choice(given) + digits[at + 1 :]

    def _other_names(self, source: Told, claim: DraftClaim, *, elsewhere: bool) -> Iterator[str]:
        own = self._names[source.article.id]
        known = source.article.text.casefold()
        for match in _NAME.finditer(claim.text):
            if match.group().casefold() in _NO_NAMES or match.group() not in own:
                continue
            if elsewhere:
                pool = [name for names in self._names.values() for name in names if name.casefold() not in known]
                pool = [name for name in pool if not any(part.casefold() in known for part in name.split())]
            else:
                pool = [name for name in own if not _share_words(name, match.group())]
            if pool:
                yield _put(claim.text, match.span(), self._random.choice(pool))

    def _altered_quotes(self, source: Told, claim: DraftClaim) -> Iterator[DraftClaim]:
        known = " ".join(re.findall(r"\w+", source.article.text.casefold()))
        vocabulary = sorted(set(re.findall(r"\b[A-Za-z]{3,}\b", source.article.text)))
        for way in ("put", "leave out", "add"):
            at = self._random.randrange(len(claim.support))
            words = claim.support[at].quote.split()
            place = self._random.randrange(1, len(words) - 1)
            given = {"put": [self._random.choice(vocabulary)], "leave out": [], "add": [words[place], "not"]}[way]
            altered = " ".join([*words[:place], *given, *words[place + 1 :]])
            if " ".join(re.findall(r"\w+", altered.casefold())) not in known:
                support = replace(claim.support[at], quote=altered)
                yield replace(claim, support=(*claim.support[:at], support, *claim.support[at + 1 :]))


def _is_common(name: str, lower: set[str]) -> bool:
    words = [word.casefold() for word in re.findall(r"\w+", name)]
    return any(word in _NO_NAMES for word in words) or all(word in lower for word in words)


def _share_words(name: str, other: str) -> bool:
    return bool(set(re.findall(r"\w+", name.casefold())) & set(re.findall(r"\w+", other.casefold())))


def _sort_of(match: re.Match[str]) -> str:
    """Figures of one sort are put for one another: amounts, years, days beside a month, and counts."""
    if match["before"] or match["after"]:
        return "amount"
    if _BESIDE_MONTH.search(match.string[max(0, match.start() - 11) : match.end() + 11]):
        return "year" if _YEAR.fullmatch(match["digits"]) else "day"
    return "year" if _YEAR.fullmatch(match["digits"]) else "count"


def _plain(digits: str) -> str:
    return digits.replace(",", "").lstrip("0")


def _put(text: str, span: tuple[int, int], given: str) -> str:
    return text[: span[0]] + given + text[span[1] :]
