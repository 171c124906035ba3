"""Extracts: claims built from the articles' own sentences, for when no model writes.

Standard library only, no I/O. Pure and CPU-bound: the writer runs these in a worker. Splitting text into sentences
is the adapter's business.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.briefings import Role
from bot.domain.drafts import Draft, DraftClaim, QuestionTask, SourceId, StoryTask, Support
from bot.domain.evidence import Query, coverage, keys, query, speaks_of
from bot.domain.questions import fits, wants_opinion
from bot.domain.topics import mentions

CLAIMS_A_STORY = 4
WORDS_A_STORY = 110
CLAIMS_AN_ANSWER = 3
ALIKE = 0.45
"""Cosine from which two sentences say the same, so that one backs the other."""
REPEATS = 0.35
"""Cosine from which a sentence tells a reader too little that is new."""
WEAK = 0.12
"""Share of the best sentence's score below which one is not worth reading."""
ANSWERS = 0.5
"""Share of the question's weight that one sentence must hold to stand as its answer."""

_MAX_CHARS = 300
_OPENING = 2
"""What happened is told in an article's first three sentences."""
_LEANING = frozenset(
    "he she it they this that these those his her their its such there here but and or so yet nor still then "
    "however moreover meanwhile instead also both another others one some elsewhere afterwards later earlier "
    "we our i my you your er sie es dieser diese dieses das doch aber il elle ils elles ce cette mais".split()
)
"""First words that lean on a sentence before; what starts so does not stand alone."""
_SPEAKING = frozenset({"i", "we", "my", "our"})
"""What a quotation may begin with: its speaker is named behind it."""
_POINTING = re.compile(
    r"[“\"]?(?:the (?:same|former|latter|other|two|three|first|second|third|move|measure|plans?|report|warning|decision"
    r"|announcement|developer|official|analyst|owner|speaker|question|answer|condition|date|figures?|result|reason)\b"
    r"(?! of\b| by\b| that\b| to\b)|what (?:should|follows|comes|is|was)\b|for (?:him|her|them|that|this)\b"
    r"|in (?:that|this|other)\b|at the same)",
    re.IGNORECASE,
)
"""First words that point back at something said before."""
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instruction|prompt|previous|above|rule)"
    r"|\b(?:system prompt|as an ai|language model reading|ai (?:assistant|model|system)s? (?:must|should|reading))\b"
    r"|@everyone|@here",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:click here|sign up|subscribe|newsletter|read more|photo|picture credit|cookies?)\b", re.IGNORECASE
)
_WHO = re.compile(r"(?<!^)\b[A-Z][a-z]\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence as it stands in an article. `place` counts from 0 in its article, `opens` a paragraph or not."""

    source: SourceId
    place: int
    text: str


def orders_about(paragraph: str) -> bool:
    """Whether a paragraph speaks to whatever reads it rather than to people; nothing of it is quoted."""
    return _ORDERS.search(paragraph) is not None


def stands_alone(text: str) -> bool:
    """Whether a sentence can be read without the one before: whole, plain, not leaning, not a question or an aside."""
    tokens = text.split()
    if not len(tokens) >= 7 or not 40 <= len(text) <= _MAX_CHARS:
        return False
    first = re.sub(r"[^\w]", "", tokens[0]).casefold()
    spoken = text[0] in '“"' and first in _SPEAKING
    if (
        (first in _LEANING and not spoken)
        or _POINTING.match(text)
        or not (text[0].isupper() or text[0].isdigit() or text[0] in "“\"'‘£$€")
    ):
        return False
    if text[-1] not in ".!”\"’'" or "?" in text or _ASIDE.search(text):
        return False
    if text.count("“") != text.count("”") or text.count('"') % 2:
        return False
    return not re.search(r"\byou(?:r|rs)?\b", re.sub(r"“[^”]*”|\"[^\"]*\"", "", text), re.IGNORECASE)


def tell(task: StoryTask, sentences: Sequence[Sentence]) -> Draft:
    """A story in its sources' sentences: central, on the topic, not repeating each other; the best one first."""
    vectors = _vectors([each.text for each in sentences])
    good = [n for n, each in enumerate(sentences) if stands_alone(each.text)]
    titles = [article.title for article in task.sources.values()]
    centre = _centre(vectors, titles)
    scores = {n: _centrality(n, sentences, vectors, centre) * _bonus(task, sentences[n]) for n in good}
    chosen = _diverse(scores, vectors, sentences, opens_like=titles[0])
    claims = [
        DraftClaim(
            text=sentences[n].text,
            support=_support(n, sentences, vectors),
            role=Role.WHAT if place == 0 else Role.POINT,
        )
        for place, n in enumerate(chosen)
    ]
    headline = next(iter(task.sources.values())).title
    return Draft(headline=headline, claims=tuple(claims))


def answer(task: QuestionTask, sentences: Sequence[Sentence]) -> Draft:
    """The sentences that answer a question, best first; `covered` is False where none does.

    Every name in the question must stand in a sentence's article, and what is rare in the evidence counts for more.
    """
    if wants_opinion(task.question):
        return Draft(claims=(), covered=False)
    vectors = _vectors([each.text for each in sentences])
    asked = query(task.question, task.earlier).by_rarity([each.text for each in sentences])
    named = {n: asked.names <= set(keys(f"{each.title} {each.text}")) for n, each in task.sources.items()}
    scores = {}
    for n, each in enumerate(sentences):
        if not named[each.source] or not stands_alone(each.text) or not fits(task.question, each.text):
            continue
        share = coverage(asked, each.text)
        if share >= ANSWERS and speaks_of(asked, each.text):
            speaks = 0.2 if asked.names & set(keys(" ".join(each.text.split()[:6]))) else 0.0
            scores[n] = share + 0.5 * _whole(asked, each.text) + 0.1 / (1 + each.place) + speaks
    best = max(scores.values(), default=0.0)
    chosen = _diverse({n: score for n, score in scores.items() if score >= 0.75 * best}, vectors, sentences)
    claims = [
        DraftClaim(text=sentences[n].text, support=_support(n, sentences, vectors)) for n in chosen[:CLAIMS_AN_ANSWER]
    ]
    return Draft(claims=tuple(claims), covered=bool(claims))


def _whole(asked: Query, text: str) -> float:
    """Share of the weight of all turns' words that stands in `text`."""
    present = set(keys(text))
    total = sum(asked.weights.values())
    return sum(weight for word, weight in asked.weights.items() if word in present) / total if total else 0.0


def _vectors(texts: Sequence[str]) -> list[Mapping[str, float]]:
    bags = [Counter(keys(text)) for text in texts]
    spread = Counter(word for bag in bags for word in bag)
    return [_unit({w: n * math.log(1 + len(bags) / spread[w]) for w, n in bag.items()}) for bag in bags]


def _unit(weights: Mapping[str, float]) -> Mapping[str, float]:
    norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / norm for word, weight in weights.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def _centre(vectors: Sequence[Mapping[str, float]], titles: Sequence[str]) -> Mapping[str, float]:
    """What the story is about: all its sentences together, the words of its titles counted double."""
    total: Counter[str] = Counter()
    for vector in vectors:
        total.update(dict(vector))
    named = {word for title in titles for word in keys(title)}
    return _unit({word: weight * (2.0 if word in named else 1.0) for word, weight in total.items()})


def _centrality(
    n: int, sentences: Sequence[Sentence], vectors: Sequence[Mapping[str, float]], centre: Mapping[str, float]
) -> float:
    """Nearness to the centre; more where other sources say the same, and near the top of an article."""
    others = {
        each.source
        for m, each in enumerate(sentences)
        if each.source != sentences[n].source and _cosine(vectors[n], vectors[m]) >= 0.3
    }
    return _cosine(vectors[n], centre) * (1 + 0.25 * min(len(others), 3)) * (1 + 0.8 / (1 + sentences[n].place))


def _bonus(task: StoryTask, sentence: Sentence) -> float:
    """News has figures, names and the topic's own words; very long sentences are hard to read."""
    on_topic = 1.2 if mentions(task.topic, sentence.text) else 0.9
    figure = 1.15 if re.search(r"\d", sentence.text) else 1.0 if _WHO.search(sentence.text) else 0.5
    length = 0.85 if len(sentence.text.split()) > 38 else 1.0
    return on_topic * figure * length


def _diverse(
    scores: Mapping[int, float],
    vectors: Sequence[Mapping[str, float]],
    sentences: Sequence[Sentence],
    opens_like: str = "",
) -> list[int]:
    """The best ones that do not repeat each other, WORDS_A_STORY in all.

    The first comes from an article's opening, one that says what the title `opens_like` says if there is one.
    """
    chosen: list[int] = []
    title = _unit(dict.fromkeys(keys(opens_like), 1.0))
    floor = WEAK * max(scores.values(), default=0.0)
    left = {n: score for n, score in scores.items() if score >= floor}
    room = WORDS_A_STORY

    def worth(n: int) -> tuple[float, int]:
        """Maximal marginal relevance: what is like something chosen, or from the same source, counts for less."""
        like = max((_cosine(vectors[n], vectors[m]) for m in chosen), default=0.0)
        used = sum(1 for m in chosen if sentences[m].source == sentences[n].source)
        return (left[n] * (1 - like) * 0.85**used, -n)

    while left and len(chosen) < CLAIMS_A_STORY:
        opens = [] if chosen else [n for n in left if sentences[n].place <= _OPENING]
        best = max(opens, key=lambda n: left[n] * (0.3 + _cosine(vectors[n], title))) if opens else max(left, key=worth)
        length = len(sentences[best].text.split())
        if length <= room and all(_cosine(vectors[best], vectors[n]) < REPEATS for n in chosen):
            chosen.append(best)
            room -= length
        del left[best]
    return chosen


def _support(n: int, sentences: Sequence[Sentence], vectors: Sequence[Mapping[str, float]]) -> tuple[Support, ...]:
    """The sentence itself, and the nearest one of each other source that says the same, two at most."""
    found = [Support(source=sentences[n].source, quote=sentences[n].text)]
    near = sorted(range(len(sentences)), key=lambda m: -_cosine(vectors[n], vectors[m]))
    for m in near[:6]:
        if _cosine(vectors[n], vectors[m]) >= ALIKE and sentences[m].source not in {each.source for each in found}:
            found.append(Support(source=sentences[m].source, quote=sentences[m].text))
    return tuple(found[:3])


def opening(text: str) -> str:
    """The first sentence of a text: what a publisher itself puts first."""
    paragraph = text.split("\n\n", 1)[0]
    end = re.search(r"(?<=[^\W\d_]{2}[.!?])[”\"’']?(?=\s+[“\"‘']?[A-Z0-9])", paragraph[40:])
    return paragraph[: 40 + end.end()] if end else paragraph
