"""Names: finds them in a claim and looks for each in the articles that the claim cites (rule 4).

Standard library only, no I/O. A name is what is written with a capital where a common word would not be; a code such
as F-35 or COVID-19 is one too. Titles, possessives, accents, initials and a country's other names are seen through.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.gate.lexicon import COUNTRIES, OPENERS, TITLES
from bot.domain.gate.standing import Standing
from bot.domain.gate.words import CODE, CONNECTORS, Word, code_key, opens_sentence, words_of
from bot.domain.text import STOP_WORDS, stem

_NOUN_ENDING = re.compile(r"(?:ung|heit|keit|schaft|ion|tat|nis)(?:en|se)?$|(?:ismus|tum)$")
_DETERMINED = re.compile(
    r"\b(?:d(?:er|ie|as|em|en|es)|(?:k?ein|sein|ihr|unser)(?:e[mnrs]?)?|diese[mnrs]?|jede[mnrs]?|im|am|zum|zur|vom|beim"
    r"|ins|ans|viele|mehrere|alle)(?: [a-z]+(?:e|en|er|es|em))? $",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Words of a claim that make up a name; `opens` when the first stands where a sentence may begin."""

    words: tuple[Word, ...]
    opens: bool


def strangers(
    folded: str, standing: Standing, *, noun_capitals: bool = False, every_word_opens: bool = False
) -> Iterator[str]:
    """The names of a folded claim, dates and figures blanked, that do not stand.

    `noun_capitals` is for German, where a capital says little: each word is looked for by itself. In a Title Case
    Headline `every_word_opens`, as the first word of a sentence does.
    """
    for match in CODE.finditer(folded):
        if code_key(match.group()) not in standing.codes:
            yield match.group()
    folded = CODE.sub(lambda match: "\x00" * len(match.group()), folded)
    for name in find(folded):
        if len(name.words) > 1 and not noun_capitals and standing.has(list(name.words)):
            continue
        opens = every_word_opens or name.opens
        loose = [
            _is_loose(word, standing, opens=every_word_opens or (name.opens and not index))
            for index, word in enumerate(name.words)
        ]
        if not opens and all(word.key in TITLES for word in name.words):  # "the Duke" of nobody named
            loose = [stem(word.key) in standing.stems for word in name.words]
        if noun_capitals:
            loose = [is_loose or _is_noun(word, folded) for word, is_loose in zip(name.words, loose, strict=True)]
        for part in _parts(name, loose, apart=noun_capitals):
            if not standing.has(part):
                yield " ".join(word.text for word in part)


def find(folded: str) -> Iterator[Name]:
    """Runs of capitalised words, with what joins them (`Bank of Japan`), in order."""
    run: list[Word] = []
    waiting: list[Word] = []
    for word in words_of(folded):
        last = waiting[-1] if waiting else run[-1] if run else None
        between = folded[last.end : word.start] if last else ""
        if run and (between not in (" ", ". ") or (between == ". " and len(run[-1].text) > 1)):
            yield _name(run, folded)
            run, waiting = [], []
        if word.capital:
            run += [*waiting, word]
            waiting = []
            if word.text.endswith("'s") or folded[word.end : word.end + 2] == "' ":
                yield _name(run, folded)
                run = []
        elif run and word.key in CONNECTORS:
            waiting.append(word)
        elif run:
            yield _name(run, folded)
            run, waiting = [], []
    if run:
        yield _name(run, folded)


def _name(run: list[Word], folded: str) -> Name:
    return Name(words=tuple(run), opens=opens_sentence(folded, run[0].start))


def _parts(name: Name, loose: list[bool], *, apart: bool) -> Iterator[list[Word]]:
    """The stretches of `name` that have to stand: what is left when titles and common words are taken out."""
    part: list[Word] = []
    for word, is_loose in zip(name.words, loose, strict=True):
        if part and (is_loose or apart):
            yield part
            part = []
        if not is_loose and (word.capital or part):
            part.append(word)
    while part and not part[-1].capital:
        part.pop()
    if part:
        yield part


def _is_loose(word: Word, standing: Standing, *, opens: bool) -> bool:
    """Whether `word` is no name by itself, whatever its capital."""
    if len(word.key) < 2 or word.key in TITLES:
        return True
    if word.key in COUNTRIES and standing.has([word]):
        return True
    if word.acronym:
        return False
    if word.key in standing.lower or word.key in STOP_WORDS:
        return True
    return opens and (stem(word.key) in standing.lower_stems or stem(word.key) in OPENERS)


def _is_noun(word: Word, folded: str) -> bool:
    """Whether a German word is surely a noun: by its ending, or by the article before it and no name after it."""
    if word.acronym or word.key in COUNTRIES:
        return False
    if _NOUN_ENDING.search(word.key):
        return True
    begun = _DETERMINED.search(folded, 0, word.start) is not None
    return begun and not (folded[word.end : word.end + 1] == " " and folded[word.end + 1 : word.end + 2].isupper())
