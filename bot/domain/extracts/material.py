"""Material: all sentences of a story, and what each is worth by itself. Standard library only, no I/O.

Nothing is chosen here: what one sentence is worth beside others is decided in `telling`.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.datelines import bare
from bot.domain.drafts import SourceId, StoryTask
from bot.domain.evidence import keys
from bot.domain.extracts.choosing import likeness_of, unit, vectors_of
from bot.domain.extracts.sentences import Sentence, says_little, stands_alone
from bot.domain.genres import Genre, genre
from bot.domain.text import stems
from bot.domain.topics import Topic, mentions

OPENING = 2
"""What happened is told in an article's first three sentences."""
_HEARD = 0.3
"""Cosine from which another source's sentence speaks of the same."""
_SAYS_SOMETHING = 6
_NO_NEWS = 0.3
"""What a sentence that only announces or explains is worth beside others."""
_ARGUED = 0.3
"""What an opinion's sentence is worth where a report tells of the same."""
_SAYS_LITTLE = frozenset(
    stems(
        "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight morning afternoon "
        "evening night overnight week month year day hour late early recent recently last next new alleged allegedly "
        "suspected reportedly report reported reports according source sources official officials people major big "
        "huge massive large announced announce release statement told confirm confirmed spokesman spokeswoman "
        "news agency"
    )
)
"""Words that make a sentence no newer than it is."""
_WHO = re.compile(r"(?<!^)\b[A-Z][a-z]\w+")
_FULL_NAME = re.compile(r"\b([A-Z][\w'’-]+) (?:(?:de|von|van|bin|al|der|[A-Z]\.) )*([A-Z][a-z][\w’-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The sentences of a story, without their datelines, and what was found out about each, by its number.

    `likeness` are the cosines with other sentences, `words` those that say something, `centre` what the story is
    about as weights of words, and `weights` the same from 1 to 2; `scores` holds the sentences that can be read alone,
    `opens` the first such one of each article, `little` those that hold no news. `surnames` are last names of people
    who must be introduced.
    """

    task: StoryTask
    sentences: Sequence[Sentence]
    likeness: Sequence[Mapping[int, float]]
    words: Sequence[frozenset[str]]
    centre: Mapping[str, float]
    weights: Mapping[str, float]
    scores: Mapping[int, float]
    surnames: frozenset[str]
    opens: Collection[int]
    little: Collection[int]

    def text(self, n: int) -> str:
        """The text of sentence `n`."""
        return self.sentences[n].text

    def length(self, chosen: Sequence[int]) -> int:
        """Words of these sentences together."""
        return sum(len(self.text(n).split()) for n in chosen)


def material(task: StoryTask, sentences: Sequence[Sentence]) -> Material:
    """Takes a story's sentences together: central ones score most, the more if other sources say the same."""
    found = [replace(each, text=bare(each.text)) for each in sentences]
    vectors = vectors_of([each.text for each in found])
    likeness = likeness_of(vectors)
    words = [frozenset(vector) - _SAYS_LITTLE for vector in vectors]
    centre = _centre(vectors, [article.title for article in task.sources.values()])
    most = max(centre.values(), default=1.0)
    surnames = _surnames(task)
    good = [n for n, each in enumerate(found) if stands_alone(each.text)]
    little = frozenset(n for n in good if says_little(found[n].text))
    argued = _argued(task)
    scores = {}
    for n in good:
        voices = {found[m].source for m, like in likeness[n].items() if like >= _HEARD} - {found[n].source}
        near = sum(weight * centre[word] for word, weight in vectors[n].items())
        place = 1 + 0.8 / (1 + found[n].place)
        says = 1.0 if len(words[n]) >= _SAYS_SOMETHING else 0.6
        heard = 1 + 0.25 * min(len(voices), 3)
        news = (_NO_NEWS if n in little else 1.0) * (_ARGUED if found[n].source in argued else 1.0)
        scores[n] = near * heard * place * says * news * _readable(found[n].text, task.topic, surnames)
    firsts: dict[str, int] = {}
    for n in good:
        firsts.setdefault(found[n].source, n)
    return Material(
        task=task,
        sentences=found,
        likeness=likeness,
        words=words,
        centre=centre,
        weights={word: 1 + weight / most for word, weight in centre.items()},
        scores=scores,
        surnames=surnames,
        opens=frozenset(n for n in firsts.values() if found[n].place <= OPENING),
        little=little,
    )


def _argued(task: StoryTask) -> frozenset[SourceId]:
    """The opinions among a story's articles; none where nothing else has text."""
    argued = frozenset(source for source, each in task.sources.items() if genre(each) is Genre.OPINION)
    reported = any(each.text and source not in argued for source, each in task.sources.items())
    return argued if reported else frozenset()


def full_names(text: str) -> frozenset[str]:
    """Last names of those whom `text` names in full."""
    return frozenset(match[2] for match in _FULL_NAME.finditer(text))


def strangers(text: str, surnames: frozenset[str]) -> frozenset[str]:
    """Those of `surnames` whom `text` calls by the last name alone."""
    return frozenset(re.findall(r"\b[A-Z][\w-]+", text)) & surnames - full_names(text)


def _centre(vectors: Sequence[Mapping[str, float]], titles: Sequence[str]) -> Mapping[str, float]:
    """What the story is about: all its sentences together, the words of its titles counted double."""
    total: Counter[str] = Counter()
    for vector in vectors:
        total.update(dict(vector))
    named = {word for title in titles for word in keys(title)}
    return unit({word: weight * (2.0 if word in named else 1.0) for word, weight in total.items()})


def _readable(text: str, topic: Topic, surnames: frozenset[str]) -> float:
    """News has figures, names and the topic's own words; long sentences are hard to read, bare surnames too."""
    on_topic = 1.2 if mentions(topic, text) else 0.9
    figure = 1.15 if re.search(r"\d", text) else 1.0 if _WHO.search(text) else 0.45
    length = 1.0 / max(1.0, len(text.split()) / 30)
    also = 0.8 if re.search(r"^(?:\S+ ){0,6}(?:also|too|again|still)\b", text) else 1.0
    spoken = 0.8 if text[0] in '“"' else 1.0
    return on_topic * figure * length * also * spoken * (0.6 if strangers(text, surnames) else 1.0)


def _surnames(task: StoryTask) -> frozenset[str]:
    """Last names of people whom the articles name in full and no title does: who they are must be said."""
    titles = {word for article in task.sources.values() for word in re.findall(r"[\w'’-]+", article.title)}
    return frozenset(name for article in task.sources.values() for name in full_names(article.text)) - titles
