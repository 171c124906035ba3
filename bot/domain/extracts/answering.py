"""Answers by extracts: the sentences that hold what is asked for, and hardly any other.

Standard library only, no I/O. A sentence that leans on the one before it is told together with that one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.domain.drafts import CLAIMS_AN_ANSWER, WORDS_AN_ANSWER, Draft, DraftClaim, QuestionTask, Support
from bot.domain.evidence.passages import share
from bot.domain.evidence.queries import Query, query
from bot.domain.evidence.recognising import recognised
from bot.domain.extracts.choosing import cosine, support_of, vectors_of
from bot.domain.extracts.placing import Place, held, named, names_one, places_of
from bot.domain.extracts.sentences import Sentence, is_plain
from bot.domain.questions import Declined, Kind, declined, fits
from bot.domain.questions.fitting import (
    gives_a_cause,
    gives_a_reason,
    is_of_the_time,
    names_a_date,
    names_the_new_one,
    opens_with_another,
    tells_when,
)
from bot.domain.synonyms import NATIONS, keys

ANSWERS = 0.55
"""Share of the weight of what is asked that a sentence must hold to be an answer (see `held`)."""
_TYPED = 0.45
"""The same where the name that is asked about, and the kind of thing that is asked for, are in the sentence too."""
_ABOUT = 0.2
"""The same where these two are all that is asked for."""
_IN_THE_ARTICLE = 0.6
"""Share of what is asked that must stand anywhere in the article: what it never mentions it does not answer."""
_DONE = 0.3
"""The same of what somebody is asked to have done."""
_EVENT = 0.8
"""Share of a question that an article's head must hold for a sentence to answer it without a word of the question."""
_TOLD = {Kind.OPEN: 0.6, Kind.EVENT: 0.6, Kind.PERSON: 0.6, Kind.DEED: 0.25, Kind.REASON: 0.25}
"""Share of what is asked about a name that must be there or beside for a sentence to tell of it, by kind."""
_OF_ONE = frozenset({Kind.COUNT, Kind.FIGURE, Kind.PRICE, Kind.MONEY, Kind.SPAN, Kind.PLACE})
"""What belongs to the one of whom a sentence speaks: another one's is no answer."""
_IN_OTHER_WORDS = frozenset({Kind.EVENT, Kind.DEED, Kind.REASON})
"""What an article tells in any words, if it is about those who are named (a nation alone is in too many of them)."""
_CONTEXT = 0.34
"""Share of what was asked before that a sentence must hold to answer a question that leans on it."""
_SAME_EVENT = 0.5
"""What a word of an earlier question counts for that stands anywhere in the article."""
_NEAR, _CLOSE, _VERY_NEAR = 0.5, 0.6, 0.7
"""How near the names of a question must be to a sentence; very near where it must speak of nobody else."""
_FIRST = 0.6
"""What a sentence of the article found first has before others where the question leans on an earlier one."""
_REASONS = 3
"""How many sentences off what happened may be told why it did."""
_LATEST = 0.6
"""What a count published just now has before an old one: tolls grow."""
_NEARLY = 0.84
"""Share of the best answer's score from which another one is told beside it."""
_SAME = 0.6
"""Cosine from which a claim repeats another one."""

_OF_WHOM = frozenset({Kind.SPEECH, Kind.EVENT})
"""What is told of somebody or something by name."""
_TYPES = frozenset({Kind.COUNT, Kind.FIGURE, Kind.PRICE, Kind.MONEY, Kind.TIME, Kind.PLACE, Kind.SPAN, Kind.REASON})
_COUNTED = frozenset({Kind.COUNT, Kind.FIGURE})
_ON_THE_EVENT = frozenset({Kind.PRICE, Kind.MONEY, Kind.TIME, Kind.REASON})
"""What a sentence may tell of the event that the whole article is about, without naming it again."""

_PRONOUN = re.compile(
    r"[“\"‘']?(?:he|she|it|they|this|that|these|those|his|her|its|their|both|such|there|then|but|and|so|here)\b",
    re.IGNORECASE,
)
"""First words without which a sentence cannot be understood; others that lean lose little alone."""


def answer(task: QuestionTask, sentences: Sequence[Sentence]) -> Draft:
    """The sentences that answer a question, best first; `covered` is False where none does.

    Of a question that is declined they are what the articles say about its matter, and `covered` is False.
    """
    places = places_of(task.sources, sentences, task.asked_at)
    texts = [each.text for each in task.sources.values()]
    question, *earlier = (recognised(each, texts) for each in (task.question, *task.earlier))
    asked = query(question, earlier).by_rarity([each.words for each in places])
    why_not = declined(task.question)
    if why_not is Declined.NO_NEWS:
        return Draft(claims=(), covered=False)
    scores = _scores(_speaks, asked, places) if why_not else _found(asked, places)
    if asked.asked.kind is Kind.REASON:
        scores = _with_reasons(scores, places)
    told = _told(sentences, places, scores)
    if asked.asked.kind in _COUNTED:  # counts grow: the latest is what holds
        told = dict(sorted(told.items(), key=lambda each: places[each[0]].age))
    claims = tuple(told.values())
    return Draft(claims=claims, covered=bool(claims) and why_not is None)


def _found(asked: Query, places: Sequence[Place]) -> dict[int, float]:
    """What answers or at least tells of the matter; a question that names nothing is first asked of what was before."""
    leaning = replace(asked, asked=replace(asked.asked, leans=True))
    for reading in (leaning, asked) if (asked.before or asked.named_before) and not asked.names else (asked,):
        if found := _scores(_answers, reading, places) or _scores(_tells_of, reading, places):
            return found
    return {}


def _with_reasons(scores: Mapping[int, float], places: Sequence[Place]) -> dict[int, float]:
    """`scores` with the sentence near the best one that says why it happened: news tells what, then why."""
    best = max(scores, key=lambda n: scores[n], default=None)
    if best is None or gives_a_cause(places[best].sentence.text):
        return dict(scores)
    here = places[best].sentence.source
    near = range(max(0, best - _REASONS), min(best + 1 + _REASONS, len(places)))
    beside = [n for n in near if n != best and places[n].sentence.source == here]
    causes = [n for n in beside if gives_a_cause(places[n].sentence.text)]
    behind = [n for n in beside if n > best]
    reasons = [n for n in behind if gives_a_reason(places[n].sentence.text)]
    return {**scores, **dict.fromkeys((causes or reasons or behind)[:1], scores[best])}


def _scores(score: Callable[[Query, Place], float], asked: Query, places: Sequence[Place]) -> dict[int, float]:
    return {n: found for n, each in enumerate(places) if (found := score(asked, each)) > 0}


def _told(sentences: Sequence[Sentence], places: Sequence[Place], scores: Mapping[int, float]) -> dict[int, DraftClaim]:
    """The best sentences as claims by their places, none that says what another one said."""
    best = max(scores.values(), default=0.0)
    vectors = vectors_of([each.text for each in sentences])
    told: dict[int, DraftClaim] = {}
    room = WORDS_AN_ANSWER
    for n in sorted(scores, key=lambda n: (-scores[n], n)):
        if scores[n] < _NEARLY * best or len(told) == CLAIMS_AN_ANSWER:
            break
        claim = _claim(places[n], support_of(n, sentences, vectors))
        if claim is None or any(cosine(vectors[n], vectors[m]) >= _SAME for m in told):
            continue
        within = [m for m, other in told.items() if other.text in claim.text]
        if _overlaps(claim, [other for m, other in told.items() if m not in within]):
            continue
        room += sum(len(told.pop(m).text.split()) for m in within)
        length = len(claim.text.split())
        if length <= room:
            told[n] = claim
            room -= length
    return told


def _overlaps(claim: DraftClaim, told: Iterable[DraftClaim]) -> bool:
    """Whether a claim quotes what another one quotes, as those do that lean on the same sentence."""
    quoted = {each.quote for other in told for each in other.support}
    return any(each.quote in quote for each in claim.support for quote in quoted)


def _claim(place: Place, support: tuple[Support, ...]) -> DraftClaim | None:
    """A sentence as a claim, behind the one it leans on if it leans; None where it cannot be told."""
    text = place.sentence.text
    both = f"{place.anchor.text} {text}" if place.anchor else ""
    if place.anchor and is_plain(place.anchor.text) and is_plain(both):
        quotes = (both,) if place.together else (place.anchor.text, text)
        return DraftClaim(
            text=both, support=tuple(Support(source=place.sentence.source, quote=each) for each in quotes)
        )
    if is_plain(text) and not (place.leaning and _PRONOUN.match(text)):
        return DraftClaim(text=text, support=support)
    return None


def _answers(asked: Query, place: Place) -> float:
    """How well a sentence answers, 0 where it does not."""
    text, kind = place.sentence.text, asked.asked.kind
    on_it, near, context = held(asked, asked.matter, place), named(asked.names, place), _context(asked, place)
    if not _is_about_them(asked, place, near, context):
        return 0.0
    if not (_is_on_the_matter(asked, place, on_it) if asked.matter else _needs_no_matter(asked, place, near, context)):
        return 0.0
    deed = 1.0 if kind is Kind.TIME and tells_when(asked.asked, text) else share(asked, asked.soft, place.words)
    opens = kind is Kind.SPEECH and any(set(name) & set(keys(" ".join(text.split()[:6]))) for name in asked.names)
    said = share(asked, asked.own, place.words) + share(asked, asked.deeds, place.words) + opens
    leaning = 0.5 * context + _FIRST / (1 + place.rank) if asked.asked.leans else 0.15 * context
    latest = _LATEST / (1 + place.age / timedelta(days=1)) if kind in _COUNTED else 0.0
    return on_it + 0.4 * near + leaning + 0.3 * said + 0.5 * deed + _directness(kind, text) + _priority(place) + latest


def _is_about_them(asked: Query, place: Place, near: float, context: float) -> bool:
    """Whether a sentence holds the kind of thing asked for, of those whom the question names or leans on."""
    text, kind = place.sentence.text, asked.asked.kind
    if not _agrees(asked, place) or not fits(asked.asked, text, place.beside) or not is_of_the_time(asked.asked, text):
        return False
    if near < (_VERY_NEAR if kind is Kind.AGE else _NEAR) or (asked.asked.leans and context < _CONTEXT):
        return False
    if kind in _OF_WHOM and asked.names and not names_one(asked.names, place):
        return False
    if kind in _OF_ONE and asked.names and opens_with_another(asked.asked, text) and not _names_one_itself(asked, text):
        return False
    # a figure of something, where neither the thing nor the name is here
    return near == 1 or asked.asked.thing <= place.words or names_the_new_one(asked.asked, text)


def _names_one_itself(asked: Query, text: str) -> bool:
    """Whether a sentence by itself, without the one it leans on, has a word of a name asked about."""
    return not frozenset(keys(text)).isdisjoint(word for name in asked.names for word in name)


def _needs_no_matter(asked: Query, place: Place, near: float, context: float) -> bool:
    """Whether a sentence is near enough to what is named, where nothing else is asked for."""
    if near < 1 and asked.soft and not asked.soft & (place.words | place.beside):
        return False
    return near >= _CLOSE and (context >= _CONTEXT or (asked.asked.kind is not Kind.OPEN and bool(asked.names)))


def _is_on_the_matter(asked: Query, place: Place, on_it: float) -> bool:
    """Whether a sentence holds enough of what is asked about the names: less where name and kind are there already."""
    kind = asked.asked.kind
    by_name = bool(asked.names) and names_one(asked.names, place)
    core = asked.matter - asked.deeds if kind in _TYPES else asked.matter
    if kind not in _OF_WHOM and share(asked, core or asked.matter, place.article) < _IN_THE_ARTICLE:
        return False
    if names_the_new_one(asked.asked, place.sentence.text):
        return on_it >= _TYPED
    counted = kind in _COUNTED and asked.asked.thing and asked.asked.thing <= place.words
    if kind in _OF_WHOM or (counted and named(asked.names, place) >= _VERY_NEAR):
        return on_it >= _ABOUT
    if kind in _TYPES and asked.soft & place.words and asked.matter <= place.article and on_it >= _ABOUT:
        return True
    if (asked.matter | asked.soft) & place.words:
        typed = kind in _TYPES and by_name and named(asked.names, place) >= _VERY_NEAR
        dated = kind is Kind.TIME and _directness(kind, place.sentence.text) and named(asked.names, place) >= _VERY_NEAR
        return on_it >= (_TYPED if typed or dated else ANSWERS)
    on_the_event = share(asked, asked.matter.union(*asked.names), place.beside | place.words) >= _EVENT
    return kind in _ON_THE_EVENT and on_the_event and _directness(kind, place.sentence.text) > 0


def _tells_of(asked: Query, place: Place) -> float:
    """How well a sentence tells of the matter where none answers in the words of the question, 0 where it does not.

    Only of what can be told in many words: a figure, a time, a name or what somebody said are there or are not. The
    article must be about what is named; what was done may have been said in other words.
    """
    kind = asked.asked.kind
    least = _TOLD.get(kind)
    if least is None or not _agrees(asked, place) or (asked.asked.leans and _context(asked, place) < _CONTEXT):
        return 0.0
    near, text = place.words | place.beside, place.sentence.text
    sought = asked.matter - (asked.deeds - place.article)
    if not all(near.issuperset(name) for name in asked.names) or not asked.asked.thing <= near:
        return 0.0
    is_of_them = kind in _IN_OTHER_WORDS and not all(map(NATIONS.issuperset, asked.names))
    is_of_them = is_of_them and all(map(place.head.issuperset, asked.names))
    if kind is Kind.DEED and share(asked, asked.matter, place.article) < _DONE:
        return 0.0
    if kind is Kind.DEED and asked.matter and share(asked, asked.matter, near) < least:
        return 0.0
    if not is_of_them and (not sought or share(asked, sought, near) < (least if asked.names else _EVENT)):
        return 0.0
    said = share(asked, asked.own, place.words)
    told = said > 0 and fits(replace(asked.asked, thing=frozenset()), text)
    return said + _directness(kind, text) + _priority(place) if told else 0.0


def _speaks(asked: Query, place: Place) -> float:
    """How well a sentence speaks of the matter of a question that is declined."""
    near, on_it = named(asked.names, place), held(asked, asked.matter, place)
    by_name = bool(asked.names) and names_one(asked.names, place)
    if near < _NEAR or not asked.own & place.words or not (on_it >= _CONTEXT or by_name):
        return 0.0
    return near + on_it + _priority(place)


def _agrees(asked: Query, place: Place) -> bool:
    """Whether the names of the question are those of the article, and its figures and months those beside."""
    if not all(place.article.issuperset(name) for name in asked.names):
        return False
    return asked.figures <= place.words | place.beside and asked.months <= place.words | place.month


def _context(asked: Query, place: Place) -> float:
    """How far a sentence speaks of what was asked before; 1 where nothing was."""
    if not asked.before and not asked.named_before:
        return 1.0
    matter = max(held(asked, asked.before, place), _SAME_EVENT * share(asked, asked.before, place.article))
    return max(matter, 0.6 * named(asked.named_before, place)) if asked.named_before else matter


def _directness(kind: Kind, text: str) -> float:
    """A day answers better than a span, a cause better than what was caused."""
    if kind is Kind.TIME:
        return 0.2 if names_a_date(text) else 0.0
    if kind in {Kind.PRICE, Kind.MONEY}:
        return 0.1
    return 0.3 if kind is Kind.REASON and gives_a_reason(text) else 0.0


def _priority(place: Place) -> float:
    """Of answers as good as each other, the newer one and the one nearer to the top of its article."""
    return 0.1 / (1 + place.sentence.place) + 0.15 / (1 + place.age / timedelta(days=1))
