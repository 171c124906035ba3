"""Recognising: a question as its asker would have typed it with care, in the light of the texts that were found.

Members type names in small letters and misspell words; the articles do neither. Standard library only, no I/O.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bot.domain.articles import Article
from bot.domain.gate.lexicon import OPENERS, TITLES
from bot.domain.synonyms import initialisms, is_known
from bot.domain.text import STOP_WORDS, content_words, fold, marked_stems, stems, word_key, words

_TYPED = re.compile(r"(?<![\w'.-])[a-zà-ÿ][\w']*[a-zà-ÿ](?![\w']|\.\w)")
_ACRONYM = re.compile(r"\b(?:ai|eu|uk|usa|ipo|ceo|cfo|(?<=the )us|(?<=does )us|(?<=did )us|(?<=in )us)\b")
_ACRONYM_CHARS = range(2, 6)
_CAPITALS = re.compile(r"\b[A-Z]{2,5}\b")
_CONTRACTED = re.compile(r"\b(what|who|how|where|when|why)s\b", re.IGNORECASE)
_ASKING = frozenset("happened happening happens announced government president because company people".split())
"""Words that many questions hold, and few of the texts about their matter."""
_MISSPELT_CHARS = 6
"""Shorter words have too many neighbours."""
_ALIKE = 0.87
_SHARED = 3
"""Words that a message must share with an article to be about it, or all that it has."""
_OPENING_CHARS = 600


def recognised(question: str, texts: Iterable[str]) -> str:
    """`question` with capitals at what are names in `texts`, and words that stand in none spelled as their neighbour.

    Nothing is changed that is a word of its own: what no text holds keeps its letters unless hardly one is wrong.
    """
    named, plain, vocabulary = Counter[str](), Counter[str](), set(_ASKING)
    small, acronyms = set[str](), set[str]()
    for text in texts:
        for stem, is_name in marked_stems(text):
            (named if is_name else plain)[stem] += 1
        vocabulary.update(words(text))
        small.update(stem for found in _TYPED.findall(fold(text)) for stem in stems(found))
        acronyms.update(initialisms(text), map(str.casefold, _CAPITALS.findall(text)))

    def is_a_name(stem: str) -> bool:
        return named[stem] > plain[stem] or (named[stem] + plain[stem] > 1 and stem not in small)

    def written(found: re.Match[str]) -> str:
        key = word_key(fold(found[0]))
        if key in STOP_WORDS or not (stem := next(iter(stems(key)), "")) or stem in OPENERS or key in TITLES:
            return found[0]
        if len(key) in _ACRONYM_CHARS and key in acronyms and stem not in small:
            return key.upper()
        if stem in named or stem in plain:
            return found[0].capitalize() if is_a_name(stem) else found[0]
        if len(key) < _MISSPELT_CHARS or key in vocabulary or is_known(key):
            return found[0]
        like = [each for each in vocabulary if each[0] == key[0] and abs(len(each) - len(key)) <= 2]
        meant = next(iter(get_close_matches(key, like, 1, _ALIKE)), "")
        stem = next(iter(stems(meant)), "")
        return (meant.capitalize() if is_a_name(stem) else meant) or found[0]

    question = _CONTRACTED.sub(r"\1's", question)
    return _TYPED.sub(written, _ACRONYM.sub(lambda found: found[0].upper(), question))


def meant(message: str, articles: Sequence[Article]) -> Article | None:
    """The one of `articles` that a message is about, whoever wrote it; a word of the title counts twice."""
    said = content_words(message)

    def shared(article: Article) -> tuple[int, int]:
        title = said & content_words(article.title)
        either = title | (said & content_words(article.text[:_OPENING_CHARS]))
        return len(either), len(title)

    best = max(articles, key=lambda each: sum(shared(each)), default=None)
    return best if best and said and shared(best)[0] >= min(_SHARED, len(said)) else None
