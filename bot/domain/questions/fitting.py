"""Fitting: whether a sentence holds the kind of thing that is asked for. Standard library only, no I/O."""

import re
from collections.abc import Callable

from bot.domain.gate.lexicon import OPENERS
from bot.domain.questions.kinds import Asked, Kind
from bot.domain.synonyms import keys, meanings
from bot.domain.text import stems

_MONTH = (
    r"(?-i:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_NUMBER_WORDS = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?"
)
_FIGURE = re.compile(
    rf"\d|\b(?:{_NUMBER_WORDS}|half|halved|twice|doubled?|tripled?|thirds?|fifths?|tenths?|most"
    r"|(?:a|one|three)[ -]quarters?)\b",
    re.IGNORECASE,
)
_AMOUNT = r"[A-Z]{0,3}[$£€¥]\s?[\d.,]+(?:\s?(?:trillion|billion|million|tn|bn|m)\b)?"
_DAY = rf"\b(?:19|20)\d\d\b|\b{_MONTH} \d{{1,2}}\b|\b\d{{1,2}} {_MONTH}"
_A_DAY = re.compile(_DAY)
_NO_AMOUNT = re.compile(rf"{_AMOUNT}|{_DAY}")
_NO_COUNT = re.compile(rf"{_AMOUNT}|{_DAY}|[\d.,]+\s?(?:%|per ?cent\b)")
"""Figures that count nothing: money, shares, years, dates."""
_COUNT = re.compile(rf"\d|\b(?:no|both|{_NUMBER_WORDS}|half)\b", re.IGNORECASE)
_MONEY = re.compile(
    r"[$£€¥₹]\s?\d|\b\d[\d.,]*(?:\s?(?:trillion|billion|million|thousand|bn|tn|m|k))?\s(?:[\w-]+\s)?"
    r"(?:dollars?|pounds?|euros?|yen|yuan|kroner|kronor|krone|francs?|rupees?|cents?|pence|rand|reais|pesos?|won|liras?)\b"
    r"|\b(?:EUR|USD|GBP|DKK|NOK|SEK|CHF|JPY|CNY)\s?\d|\d\s?(?:EUR|USD|GBP|DKK|NOK|SEK|CHF|JPY|CNY)\b"
    r"|\b\w+ (?:of )?(?:dollars|pounds|euros|cents|pence|kroner)\b|\bfree\b",
    re.IGNORECASE,
)
_PRICED = re.compile(
    r"\b(?:costs?|costing|worth|pric(?:ed?|es|ing)|valu(?:ed?|es|ation)|pay|pays|paid|paying|insured|fetch|spen[dt]|bill"
    r"|charg(?:es?|ed|ing)|fees?|less than|more than|floor|budget|contract)\b"
    r"|\bfor (?:about |some |around )?[A-Z]{0,3}[$£€¥\d]",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"\b(?:\d{{1,2}}(?!\s?(?:%|per|\d|[.,]))|today|tomorrow|yesterday|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    rf"|{_MONTH}|(?:19|20)\d\d|weeks?|months?|years?|days?|hours?|until(?! then)|once|spring|summer"
    r"|autumn|winter|easter|christmas|century|decades?|weekend|morning|evening|night|noon|midnight|quarter)",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"\b(?:\d[\d.,]*|an?|{_NUMBER_WORDS}|several|many|few|half)[ -](?:more |working |full )?"
    r"(?:years?|months?|weeks?|days?|hours?|minutes?|decades?|seconds?|quarters?|centur(?:y|ies))\b|\bsince\b|\buntil\b",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(r"\bhow long (?:is|are|was|were)\b", re.IGNORECASE)
_LENGTH = re.compile(r"\d (?:kilo|centi|milli)?(?:met(?:re|er)s?|miles?|feet|yards|km|m|ft)\b", re.IGNORECASE)
_PART = r"%|\bper ?cent\b|\btimes\b|\bpoints?\b"
_METRES = r"\b(?:kilo|centi|milli)?met(?:re|er)s?\b|\b(?:miles?|feet|foot|km|storeys|floors|inches)\b"
_MEASURED = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(unit, re.IGNORECASE))
    for asks, unit in (
        (r"\bhow fast\b", rf"{_PART}|{_METRES}|\b(?:mph|knots|an hour|a second|km/h|minutes|seconds|days)\b"),
        (
            r"\bhow much of\b|\bwhat (?:share|percentage|proportion)\b",
            rf"{_PART}|\b(?:half|thirds?|fifths?|most|all)\b|\b(?:in|out of) (?:\d|[a-z]+\b)",
        ),
        (r"\bhow (?:tall|deep)\b", f"{_PART}|{_METRES}"),
        (
            r"\bhow heavy\b|\bhow much .{2,40} weigh",
            rf"{_PART}|\b(?:tons?|tonnes?|kilos?|kilograms?|grams?|pounds?|kg)\b",
        ),
    )
)
"""What is asked in a measure, and the measure that must stand in the answer."""
_AGE = re.compile(r"\w,\s?\d{1,3},|\baged?\b|\byears? old\b|\b\d{1,3}-year-old\b|\bborn (?:in|on)\b", re.IGNORECASE)
_NAME = re.compile(rf"(?<!^)(?<![.!?]\s)\b(?!{_MONTH}|\w+day\b)[A-Z][\w'’.-]*\w")
_NO_NAME = re.compile(rf"{_MONTH}|\w+day\b|(?:{_NUMBER_WORDS})\b", re.IGNORECASE)
_PLACE = re.compile(
    rf"\b(?:in|at|near|from|to|off|outside|under|beneath|towards?|across|around|between|on|into|through|of|for|over|where)\s"
    rf"(?:the\s|a\s|an\s)?(?:[a-z]+\s){{0,3}}(?!{_MONTH}|\w+day\b)[A-Z]\w+"
    r"|\b(?:in|at|near|from|into|inside|under|beneath|behind|towards?) (?:the|a|an)\s\w+"
)
_SAYS = re.compile(
    r"[“\"]|\b(?:said|says?|told|tells|called|calls?|warned|warns|added|argued|promised|wrote|described|announced|denied"
    r"|insisted|asked|urged|condemned|welcomed|praised|criticised|criticized|noted|thinks?|believes?|expects?|hopes?"
    r"|wants?|sees?|saw|framed|explained|dismissed|rejected|confirmed|claimed|according|puts?|shows?|showed"
    r"|suggests?|suggested|found|estimates?|estimated)\b",
    re.IGNORECASE,
)
_ACTOR = re.compile(
    r"\b(?:companies|company|government|importers?|buyers?|sellers?|advis[eo]r|economists?|officials?|minister|members"
    r"|customers?|consumers?|shoppers?|taxpayers?|police|court|parliament|investors?|workers?|farmers?|people)\b"
)
_BY_SOMEBODY = re.compile(r"\bby (?:an?|the|his|her|their) [a-z]")
_CALLED = re.compile(
    r"\b(?:called|named|dubbed|known as|titled|entitled|under the name|whose name is)\s(?:the\s)?[“\"'‘]?[A-Z\d]"
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|so that|in order to|reasons?|response|answers|blamed?|after|over|in protest"
    r"|as a result|caused?|thanks to|amid|protest\w* (?:against|at)|fear\w*|concern\w*"
    r"|worr(?:y|ied|ies)|complain\w*|argu(?:es?|ed|ing)|object\w*|cit(?:es|ed|ing)|accus(?:es?|ed|ing)"
    r"|prompted|led to|following|means|therefore)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|owing to|so that|in order to|reasons?|blamed?|in protest|as a result|caused|thanks to"
    r"|prompted)\b",
    re.IGNORECASE,
)
_DATE = re.compile(rf"\b{_MONTH}|\b(?:19|20)\d\d\b|day\b|tomorrow")
_ENDS = re.compile(
    r"\bwhen (?:will|does|do|is|are) .+ (?:end|stop|over|expire|finish)\W*$|\buntil when\b", re.IGNORECASE
)
_UNTIL = re.compile(r"\b(?:until|ends?|ended|expires?|through|lasts?)\b(?! then)", re.IGNORECASE)
_FROM_WHEN = re.compile(rf"\b(?:from|starting|as of|on|by|until) (?:{_MONTH} \d|\d{{1,2}} {_MONTH})")
_BEFORE_THE_THING, _BEHIND_IT = 6, 7
"""How many words a count may stand before what is counted, or behind what is done."""
_PEOPLE = re.compile(r"\b(?:people|persons)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WILL_WHEN = re.compile(r"\bwhen (?:will|is .+ (?:going|due|to be))\b", re.IGNORECASE)
_COMING = re.compile(
    r"\b(?:will|would|due|expect\w*|schedul\w*|set to|plan\w*|aim\w*|coming|next|until(?! then)|from|starting"
    r"|by the end|hopes?|later|(?:is|are|was|were|remain\w*) (?:due|to)|not (?:before|until)|takes? effect|opens|ends"
    r"|starts|begins"
    r"|meets|votes|on [A-Z]\w+ \d)",
    re.IGNORECASE,
)
_DID_WHEN = re.compile(r"\bwhen (?:did|was|were|has|have|had)\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:will|due|(?:is|are) to|expected to|scheduled|plans? to|begins?|starts?|opens|ends|closes)\b", re.IGNORECASE
)
_DONE = re.compile(r"\b(?:was|were|had|been|did|ago|last|since|\w+ed)\b", re.IGNORECASE)
_NEW = re.compile(
    r"\bwho\b.*\b(?:new|next)\b|\bwho(?:'s| is| will| has)?(?: be)? (?:replac|succeed|tak(?:es?|ing) over)"
    r"|\bwho was\b.*\bbefore\b",
    re.IGNORECASE,
)
_COMES = re.compile(
    r"\b(?:appoint|nam(?:ed|es)\b|elect(?:ed|s)|chose|succe(?:ed|ss)|replac|t(?:ak(?:es?|ing|en)|ook) over|sworn"
    r"|becom|became|promot|new\b|next\b|nominat|pick(?:ed|s)|incoming|hired)",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"\b(?:resign|quit|step(?:s|ped|ping)? down|retir|dismiss|oust|sacked|fired|outgoing|left|died)", re.IGNORECASE
)
_OPENING_WORDS = 3
_CAPITALISED = re.compile(r"\b[A-Z]\w+")
_EXACT = frozenset({Kind.ROLE, Kind.COUNT, Kind.PRICE})
"""Kinds of which the thing asked about is called by its name."""
_NEWS_OF_NAMES = frozenset({Kind.PERSON, Kind.ROLE, Kind.NAME, Kind.PLACE})
"""Kinds whose answer is a name that the question does not hold."""
_NAMED_SPANS = {
    "last quarter": re.compile(r"\bquarter\b|\bthree months\b", re.IGNORECASE),
    "last month": re.compile(rf"\b{_MONTH}"),
}
"""Spans that news call otherwise."""
_PAST = re.compile(r"\blast (?:year|month|quarter|week|summer|winter|spring|autumn)\b", re.IGNORECASE)


def fits(asked: Asked, text: str, beside: frozenset[str] = frozenset()) -> bool:
    """Whether `text` holds the kind of thing asked for: a figure, a count of that thing, a time, a name, a role.

    A year that is asked about must stand in it. What a figure is of may stand `beside` it (see `keys`).
    """
    if not set(_YEAR.findall(asked.text)) <= set(_YEAR.findall(text)):
        return False
    comes = names_the_new_one(asked, text)
    said = frozenset(keys(text)) if asked.kind in _EXACT else meanings(text)
    if not asked.thing <= (beside if comes or asked.kind is Kind.FIGURE else frozenset()).union(said):
        return False
    if _WILL_WHEN.search(asked.text) and not _COMING.search(text):
        return False
    if _DID_WHEN.search(asked.text) and _AHEAD.search(text) and not _DONE.search(text):
        return False
    if _NEW.search(asked.text) and _GOES.search(text) and not comes:
        return False
    if asked.kind is Kind.COUNT and asked.thing:
        return _counts_it(asked.thing, text, people=_PEOPLE.search(asked.text) is not None)
    if asked.kind in _NEWS_OF_NAMES:
        return _FITS[asked.kind](_without(asked.text, text))
    if any(asks.search(asked.text) and not unit.search(text) for asks, unit in _MEASURED):
        return False
    if asked.kind is Kind.SPAN and _HOW_LONG.search(asked.text) and _LENGTH.search(text):
        return True
    return _FITS[asked.kind](text)


def names_the_new_one(asked: Asked, text: str) -> bool:
    """Whether it is asked who has or gets a role now, and `text` tells of somebody who comes."""
    return _NEW.search(asked.text) is not None and _COMES.search(text) is not None


def gives_a_reason(text: str) -> bool:
    """Whether `text` says why."""
    return _REASON.search(text) is not None


def gives_a_cause(text: str) -> bool:
    """Whether `text` says why in so many words, and not only after what."""
    return _CAUSE.search(text) is not None


def names_a_date(text: str) -> bool:
    """Whether `text` names a day or a year, and not only a span."""
    return _DATE.search(text) is not None


def tells_when(asked: Asked, text: str) -> bool:
    """Whether `text` says on or from which day, or until when if that is asked."""
    if _ENDS.search(asked.text):
        return _UNTIL.search(text) is not None
    return _FROM_WHEN.search(text) is not None


def is_of_the_time(asked: Asked, text: str) -> bool:
    """Whether a sentence with a figure speaks of the span asked about: last year's figure is not this year's."""
    spans = {found.casefold() for found in _PAST.findall(asked.text)}
    said = text.casefold()
    return all(span in said or (span in _NAMED_SPANS and _NAMED_SPANS[span].search(text)) for span in spans)


def opens_with_another(asked: Asked, text: str) -> bool:
    """Whether `text` begins with a name that the question does not hold: it speaks of somebody else."""
    start = " ".join(_without(asked.text, text).split()[:_OPENING_WORDS])
    return _has_name(start)


def _without(question: str, text: str) -> str:
    """`text` with the names of the question in small letters: they are no answer to it."""
    own = {word.casefold() for word in _CAPITALISED.findall(question)}
    return _CAPITALISED.sub(lambda found: found[0].lower() if found[0].casefold() in own else found[0], text)


def _counts(text: str) -> bool:
    return _COUNT.search(_NO_COUNT.sub(" ", text)) is not None


def _counts_it(thing: frozenset[str], text: str, *, people: bool) -> bool:
    """Whether a count stands right before what is counted (or `people` who do it), or the text speaks of its number."""
    plain = (_NO_COUNT if people else _NO_AMOUNT).sub(" ", text)
    if re.search(r"\b(?:number|total) of\b|\btoll\b", plain):
        return _counts(text)
    tokens = plain.split()
    counts = [n for n, token in enumerate(tokens) if _COUNT.search(token)]
    things = [n for n, token in enumerate(tokens) if thing & meanings(token)]
    if people:
        things += [n for n, token in enumerate(tokens) if _PEOPLE.match(token)]
    return any(-_BEHIND_IT <= thing - count <= _BEFORE_THE_THING for count in counts for thing in things)


def _has_name(text: str) -> bool:
    """Whether a name stands in `text`: at its head any word that opens no sentence otherwise."""
    if _NAME.search(text):
        return True
    first = _CAPITALISED.match(text)
    return first is not None and not OPENERS.issuperset(stems(first[0])) and not _NO_NAME.match(text)


def _has_actor(text: str) -> bool:
    return _has_name(text) or _BY_SOMEBODY.search(text) is not None or _ACTOR.search(text) is not None


_FITS: dict[Kind, Callable[[str], bool]] = {
    Kind.COUNT: _counts,
    Kind.PRICE: lambda text: _MONEY.search(text) is not None and _PRICED.search(text) is not None,
    Kind.MONEY: lambda text: _MONEY.search(text) is not None,
    Kind.FIGURE: lambda text: _FIGURE.search(_SPAN.sub(" ", _A_DAY.sub(" ", text))) is not None,
    Kind.AGE: lambda text: _AGE.search(text) is not None,
    Kind.SPAN: lambda text: _SPAN.search(text) is not None,
    Kind.TIME: lambda text: _WHEN.search(text) is not None,
    Kind.PLACE: lambda text: _PLACE.search(text) is not None,
    Kind.PERSON: _has_actor,
    Kind.ROLE: _has_actor,
    Kind.NAME: _has_name,
    Kind.CALLED: lambda text: _CALLED.search(text) is not None,
    Kind.SPEECH: lambda text: _SAYS.search(text) is not None,
    Kind.REASON: lambda text: True,
    Kind.EVENT: lambda text: True,
    Kind.DEED: lambda text: True,
    Kind.OPEN: lambda text: True,
}
