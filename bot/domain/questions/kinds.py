"""Kinds of questions: what one asks for, and which of its words only ask. Standard library only, no I/O."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.synonyms import keys, spelled_out


class Kind(StrEnum):
    """What an answer must hold."""

    COUNT = "count"
    PRICE = "price"
    MONEY = "money"
    FIGURE = "figure"
    AGE = "age"
    SPAN = "span"
    TIME = "time"
    PLACE = "place"
    PERSON = "person"
    ROLE = "role"
    NAME = "name"
    CALLED = "called"
    SPEECH = "speech"
    REASON = "reason"
    EVENT = "event"
    DEED = "deed"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as it is read.

    `thing` is what is counted, which role somebody has or what he did: it must stand in the answer itself. `idle` are
    words that only ask; `soft` are words that an answer of this kind often leaves out. `leans` says that the question
    speaks of something named before it.
    """

    text: str
    kind: Kind
    thing: frozenset[str] = frozenset()
    idle: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset()
    leans: bool = False


_Reading = tuple[Kind, frozenset[str], frozenset[str]]
"""A kind, what must stand in the answer itself, and words that only ask in a question of this kind."""


def read(question: str) -> Asked:
    """Reads a question; what is not understood is OPEN and demands nothing but its words."""
    plain = question.replace("’", "'").strip()
    kind, thing, idle = _reading(plain)
    return Asked(
        text=question,
        kind=kind,
        thing=thing,
        idle=_IDLE | idle,
        soft=_LIGHT | _SOFT.get(kind, frozenset()),
        leans=any(not _NAMED.search(plain, 0, found.start()) for found in _LEANS.finditer(plain)),
    )


def _reading(question: str) -> _Reading:
    for pattern, reading in _READINGS:
        if found := pattern.search(question):
            return reading(found)
    return Kind.OPEN, frozenset(), frozenset()


def _all(words: str) -> frozenset[str]:
    return frozenset(keys(words))


def _plainly(kind: Kind, idle: str = "") -> Callable[[re.Match[str]], _Reading]:
    words = _all(idle)
    return lambda found: (kind, frozenset(), words)


def _people(found: re.Match[str]) -> _Reading:
    """How many people: what they do, or what is done to them."""
    deeds = [key for key in keys(re.sub(r"\b[A-Z]\w+", "", found[1])) if key not in _IDLE]
    return Kind.COUNT, frozenset(deeds[:1]), frozenset()


def _counted(found: re.Match[str]) -> _Reading:
    """The noun in `jobs could Norwegian farmers cut`: the last word before the verb, of those behind `how many`."""
    noun = _VERB.split(found[1])[0].split()
    return Kind.COUNT, _all(noun[-1]) if noun else frozenset(), frozenset()


def _amount(found: re.Match[str]) -> _Reading:
    """Of `how much`: a price, other money, an amount of something, or just any figure."""
    asked = found.string
    if _PRICE.search(asked):
        return Kind.PRICE, frozenset(), _all("cost price worth")
    if _MONEY.search(asked):
        return Kind.MONEY, frozenset(), _all("pay paid money cash market value dollars euros pounds")
    noun = re.search(r"\bhow much (?:of (?:the |its )?)?(\w+)", asked, re.IGNORECASE)
    thing = _all(noun[1]) if noun and not _NO_NOUN.match(noun[1]) else frozenset()
    return Kind.FIGURE, thing, _all("expensive high low")


def _degree(found: re.Match[str]) -> _Reading:
    return Kind.FIGURE if found[1].casefold() in _FIGURED else Kind.OPEN, frozenset(), _all(found[1])


def _role_or_deed(found: re.Match[str]) -> _Reading:
    """What `who` is asked for: the role that he has (of the mayors one is a mayor), or what he did."""
    if doing := _DOING.search(found.string):
        return Kind.PERSON, _all(doing[1]) - _IDLE, frozenset()
    if role := _ROLE.search(found.string):
        plain = " ".join(word for word in role[1].split() if not word[0].isupper() or word.isupper())
        return Kind.ROLE, _all(plain), frozenset()
    deed = _DEED.search(spelled_out(found.string))
    return Kind.PERSON, _all(deed[1]) - _IDLE - _LIGHT if deed else frozenset(), frozenset()


def _said(found: re.Match[str]) -> _Reading:
    """Whose words are asked for: of a person with a role but no name, the role."""
    whose = " ".join(word for word in found[1].split() if not word[0].isupper())
    return Kind.SPEECH, _all(whose) if found[1].startswith("the ") else frozenset(), frozenset()


def _reacted(found: re.Match[str]) -> _Reading:
    """Of a reaction: what somebody said, or how prices moved."""
    kind = Kind.EVENT if _MOVED.search(found[1]) else Kind.SPEECH
    return kind, frozenset(), _all("respond react reply answer explain justify")


def _which(found: re.Match[str]) -> _Reading:
    return Kind.NAME, frozenset(), _all(found[1])


_IDLE = _all(
    "say said tell told know explain happen happened happening describe give list latest news update going think mean "
    "means much many long far often kind sort please comment remark get got become became exactly about day today "
    "tonight now yesterday tomorrow week month year new recent recently current currently next Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday matter thing anything something done involve affect able compare "
    "compared put set do go went come came try seem look turn money amount percentage percent per cent reason figure "
    "willing ready number total detail details summary summarise anyone anybody someone somebody nobody"
)
_LIGHT = _all(
    "give take make keep bring want need plan expect use carry become remain involve include risk total cause decide "
    "maker makes"
)
_SOFT = {
    Kind.TIME: _all(
        "start begin take effect open deliver release launch publish place vote complete meet hold next "
        "available ready operational approve"
    ),
    Kind.PLACE: _all("build open take place hold base headquarters find"),
    Kind.PRICE: _all("buy acquire build"),
    Kind.MONEY: _all("buy acquire build total invest spend lend borrow offer contribute donate pledge"),
    Kind.COUNT: _all("employ have total number people depend rely"),
    Kind.REASON: _all("people"),
    Kind.SPAN: _all("take last hold run"),
    Kind.DEED: _all("people"),
}

_AUXILIARY = (
    r"(?:is|are|was|were|be|do|does|did|will|would|has|have|had|can|could|may|might|must|should|shall|in|of|at|on|to|by"
    r"|for|from)"
)
_VERB = re.compile(
    rf"\b(?:{_AUXILIARY}|live|lives|lived|died|use|uses|work|works|worked|voted|took|take|attend|attended|left|lost)\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\bhow much (?:is|are|was|were) (?:an?|one)\b"
    r"|\b(?:costs?|worth|sell for|price(?! (?:rise|rose|fall|fell|climb|drop|jump|go|change|increase|gain)))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\b(?:money|cash|pay(?:s|ing)?|paid|spen(?:d|ds|t|ding)|rais(?:e|es|ed|ing)|charg(?:e|es|ed|ing)"
    r"|invest(?:s|ed|ing)?|len(?:d|ds|t|ding)|borrow(?:s|ed|ing)?|offer(?:s|ed|ing)?|contribut(?:e|es|ed|ing)"
    r"|donat(?:e|es|ed|ing)|pledg(?:e|es|ed|ing)|ransom|revenue|profit|value|receiv(?:e|es|ed)"
    r"|(?<=each )\w+ (?:get|earn)|(?:in )?(?:dollars|euros|pounds))\b",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(rf"(?:{_AUXILIARY}|the|an?|more|less|\w+er)$", re.IGNORECASE)
_FIGURED = frozenset("high large big low small strong fast tall deep heavy wide far powerful expensive".split())
_ROLE = re.compile(
    r"\bwho(?:'s| is| was| are| were| will be| became) (?:now |currently )?(?:the |an? |[A-Z][\w-]*'s )?"
    r"(?:new |current |next |former )?(?!behind |in |from |on )(.{3,60}?)"
    r"(?: (?:of|at|in|for|from|behind|before|after)\b|'s\b|\?|$)",
    re.IGNORECASE,
)
_DEED = re.compile(
    r"\bwho (?:has |have |had |will |would |also |else )*"
    r"(?!(?:is|was|are|were|did|does|do|can|could|should|the|has|will)\b)(\w+)",
    re.IGNORECASE,
)
_DOING = re.compile(r"\bwho(?:'s| is| was| are| were)(?: now| currently| still)? (\w+ing)\b", re.IGNORECASE)
_MOVED = re.compile(r"\b(?:shares?|stocks?|markets?|prices?|index|currency)\b", re.IGNORECASE)
_LEANS = re.compile(
    r"^(?:and|but|so|what about|how about|what of|why so|since when)\b"
    r"|\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|these|those)\b"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b"
    r"|\bthat(?=\s*(?:[?.,!]|$|for|mean|cost|happen|start|end|work|affect|because|be|so)\b)"
    r"|^(?:by )?(?:why|when|where|who|how(?: much| many)?)(?: not)?\s*\??\s*$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<=\s)[A-Z][a-z]\w")
"""A name in the question itself, which a pronoun behind it stands for."""
_NAMED_KINDS = (
    r"compan(?:y|ies)|countr(?:y|ies)|cit(?:y|ies)|persons?|people|firms?|nations?|states?|place|town|banks?"
    r"|organi[sz]ations?|groups?|part(?:y|ies)|teams?|region|retailer|newspaper|outlets?|agency|university|two|three"
)
_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Reading]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reading)
    for pattern, reading in (
        (r"\bhow many (?:people|persons|men and women)\b(.*)", _people),
        (r"\bhow many (?:years|months|weeks|days|hours)\b|\bhow long\b", _plainly(Kind.SPAN, "long last run take")),
        (r"\bhow many (?:more |of the |other |of its |new )?((?:[\w'-]+ ?){1,4})", _counted),
        (r"\b(?:share|stock) price\b", lambda found: (Kind.PRICE, _all("price"), frozenset())),
        (r"\bhow old\b|\bwhat age\b", _plainly(Kind.AGE, "old age")),
        (
            r"\bhow much\b|\bwhat (?:does|do|did|will|would|is|are|was|were) .{2,60} (?:cost|worth|pay)\b"
            r"|\bwhat (?:is|was|are|were) the (?:\w+ )?price\b",
            _amount,
        ),
        (r"\bhow (?:expensive|costly|pricey)\b", _plainly(Kind.PRICE, "expensive cost price")),
        (rf"\bhow (\w+) {_AUXILIARY}\b", _degree),
        (
            r"\bhow (?:far|large|big|high|low)\b|\bwhat (?:percentage|share|amount|proportion|rate|number)\b"
            r"|\bwhat (?:tariff|duty|levy|toll|fine|penalty|tax|sum|interest|discount)\b",
            _plainly(Kind.FIGURE, "far large big high low share percentage amount proportion number"),
        ),
        (
            r"\bwhat(?:'s| is| was| are| were) (?:[\w'-]+ ){0,4}?"
            r"(value|revenue|turnover|profit|loss|budget|population|turnout|salary|wage|size|length|height|weight|speed"
            r"|distance|toll|deficit|debt|inflation|majority|margin|temperature|capacity)\b",
            lambda found: (Kind.FIGURE, _all(found[1]), frozenset()),
        ),
        (r"\bwhat(?:'s| is| was| are| were) (?:[\w'-]+ ){0,4}?rate\b", _plainly(Kind.FIGURE, "rate")),
        (r"\bname of\b|\bwhat (?:is|was|are|were) .+ (?:called|named)\b", _plainly(Kind.CALLED, "name")),
        (
            r"\bwhen\b|\b(?:what|which) (?:date|day|time|year|month|week)\b|\bsince when\b|\bhow soon\b",
            _plainly(Kind.TIME, "date time soon publish"),
        ),
        (
            r"\bwhere\b|\b(?:in|at|to|from) (?:what|which) (?:city|country|place|town|state|region)\b",
            _plainly(Kind.PLACE, "city country place town locate located"),
        ),
        (r"\bwho(?:se|m)?\b", _role_or_deed),
        (
            r"\bwhat(?:'s| is| has| was)? (?:happen|going on|new\b|the latest)"
            r"|\b(?:latest|news|update) (?:on|about|from)\b",
            _plainly(Kind.EVENT),
        ),
        (
            r"\bwhy\b|\bwhat (?:caused|led to|is behind|was behind|prompted)\b|\bhow come\b|\bfor what reason\b",
            _plainly(Kind.REASON, "cause caused behind prompt prompted reason"),
        ),
        (
            r"\bhow (?:did|does|do|has|have) (.+) (?:respond|react|reply|answer|explain|justify)",
            _reacted,
        ),
        (
            r"\bwhat (?:did|does|do|has|have|is|was|were) (.+) (?:say|said|saying|call|called|warn|argue|promise)\b",
            _said,
        ),
        (rf"\b(?:which|what) ({_NAMED_KINDS})\b", _which),
        (r"\bwhich (?:of (?:the|its) )?([a-z]+)\b", lambda found: (Kind.NAME, frozenset(), frozenset())),
        (r"\bwhich\b", _plainly(Kind.NAME)),
        (
            r"^\W*(?:and |but |so )?(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could)(?:n't)?\b"
            r"|\bhow (?:do|does|did|has|have|will|would)\b|\bwhat (?:is|are|was|were) .+ \w+ing\b"
            r"|\bwhat (?:do|does|did|has|have|will|would) .+ (?:do|done|think|want)\b",
            _plainly(Kind.DEED),
        ),
    )
)
