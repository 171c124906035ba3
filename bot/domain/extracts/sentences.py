"""Sentences: which ones can be read without the one before. Standard library only, no I/O."""

import re
from dataclasses import dataclass

from bot.domain.drafts import SourceId
from bot.domain.extracts.leaning import leans
from bot.domain.text import fold

_MIN_WORDS = 7
_LEAST_WORDS = 5
_MIN_CHARS = 40
_MAX_CHARS = 300
_ASIDE = re.compile(
    r"\b(?:"
    r"click (?:here|on)|sign(?:ed)? up (?:for|to)|subscribe|newsletter|read more|cookies?|podcast|our app|follow us"
    r"|stay tuned"
    r"|scroll down|swipe|live (?:blog|updates|coverage)|as it happened|all rights reserved|the views expressed"
    r"|here(?:'s| is| are) (?:what|why|how|everything|the|a|our|all)|(?:what|everything)(?: you need)? to know"
    r"|photo(?:graph)?s?(?: by| credit|:)|picture credit|image(?: source| credit|:)|file (?:photo|picture|image)"
    r"|getty images|shutterstock|(?:ap|afp|reuters|via) (?:photo|ap|getty)|(?:is|are) pictured|pictured (?:here|above)"
    r"|(?:this|an?|the (?:lower|upper|left|right)[\w-]*) (?:image|photo|photograph|picture)"
    r"|(?:reporting|writing|editing|compiled|graphics?) by [A-Z]\w+|contributed (?:to|reporting)"
    r"|this (?:article|story|post) (?:was|is|has been|first|originally|appeared)"
    r"|(?:first|originally) (?:appeared|published)"
    r"|(?:was|were) first reported by"
    r"|(?:is|was) an? [\w -]{0,40}(?:reporter|correspondent|columnist|editor|staff writer)"
    r" (?:at|for|with|of|based|covering)"
    r")\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?:explore|read|watch|listen|see|find out|learn|check out|discover|get (?:the|our|your|all)|join|download|share"
    r"|tell us|let us|take a look|look at|meet the|imagine|think of|remember|consider|forget|stay|sign|click|follow"
    r"|support|donate|enjoy|try|don't miss|welcome|thank|good (?:morning|evening|afternoon)|hello|happy"
    r"|from [^:.]{3,60} to [^:.]{2,40}:"
    r"|(?:photo|picture|image|video|caption|source|credit|note|updated?|published|posted|last (?:updated|modified)"
    r"|correction|editor's note|topics|tags|related|more|by [A-Z][a-z]+ [A-Z][a-z]+,?)\s*[:|]|file\s*-)(?:\b|\s)",
    re.IGNORECASE,
)
"""How teasers, captions, greetings and lines about the page itself begin."""
_AGENCIES = "ap|afp|epa|getty|reuters"
_CAPTION = re.compile(
    r"^(?:file\b\s*(?:photo|picture|image)?\s*[-:]|photo(?:graph)?\s*(?::|by\b)|pictured?\s*[:,])"
    rf"|\((?:(?:ap )?photo\b|image\b|picture\b|(?:{_AGENCIES})\b|[^()]{{0,60}}\b(?:via|/)\s?(?:{_AGENCIES})\b)"
    r"[^()]{0,80}\)?\s*$"
    r"|\b(?:getty images|shutterstock|epa-efe|ap photo"
    r"|(?:photo(?:graph)?|image|picture|credit)\s?(?:by|credit|:)[^.]{2,60})\s*$",
    re.IGNORECASE,
)
_MAX_CAPTION_CHARS = 700
_LISTED = re.compile(
    r"\d{1,2}[.)] (?!(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)\b)[A-Z]"
)

_ABBREVIATED = re.compile(
    r"(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Lt|Sgt|Capt|Cmdr|Col|Gen|Const|Cpl|Det|Insp|Supt|Pres|Hon|Rev|Fr|St|Mt"
    r"|vs|No|Nos|cf|approx|ca|z\.B|bzw|[A-Z])\.$"
)
"""Where a splitter took the point of an abbreviation for the end of a sentence."""

_ENGLISH = re.compile(r"\b(?:the|of|and|in|to|a|for|on|that|with)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|should|shall|do|does|did|says?|said"
    r"|told|went|took|made|came|gave|got|found|left|led|met|fell|rose|grew|won|lost|held|kept|sent|spent|ran|began"
    r"|became|bought|sold|paid|built|hit|cut|put|set|shut|struck|wrote|saw|knew|thought|brought|caught|fought|sought"
    r"|taught|threw|drew|flew|broke|spoke|chose|drove|stood|understood|heard|read|laid|sat|shot|beat|bid|spread|swept"
    r"|dealt|felt|fled|froze|hid|hung|meant|rode|sang|sank|shook|slid|stole|swore|tore|wore|withdrew|overthrew|ate|dug"
    r"|sees?|faces?|plans?|wants?|needs?|remains?|seems?|appears?|continues?|shows?|makes?|takes?|gives?|comes?|goes"
    r"|gets?"
    r"|finds?|leads?|keeps?|holds?|begins?|becomes?|means?|includes?|expects?|hopes?|believes?|thinks?|knows?|works?"
    r"|lives?"
    r"|stands?|starts?|ends?|opens?|closes?|falls?|rises?|wins?|loses?|calls?|asks?|accuses?|threatens?|warns?|argues?"
    r"|names?|tells?|adds?|costs?|pays?|hits|drops?|cuts|puts|tracks?|covers?|belongs?|allows?|helps?|leaves?|moves?"
    r"|turns?|tries|looks?|sends?|sets|serves?|grows?|draws?|reach(?:es)?|follows?|raises?|links?|rests?|depends?|rules?"
    r"|supports?|opposes?|rejects?|accepts?|owns?|sells?|buys?|runs?|uses?|offers?|brings?|sits?|lies|\w+[a-z]n't"
    r"|[a-z]\w+ed)\b"
    r"|\w['’](?:s|re|ve|ll|d)\b",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"\b(?:described|explained|framed|phrased|summed up|put) [^.;:]{1,60}"
    r"\b(?:in [\w-]+(?: [\w-]+)? (?:terms|words|language)|this way|that way|like (?:this|so)|differently)\W*$"
    r"|^(?:An?|One) [\w' -]{3,80}: (?:\S+ ){0,2}\S+$"
    r"|\b(?:the following|as follows)\W*$",
    re.IGNORECASE,
)
"""Says that something was said, and keeps for the next sentence what it was; or makes a riddle of one figure."""
_LIKENS = re.compile(r"\bthan [\w' ]{1,40} (?:suggests?|implies|imply)\W*$", re.IGNORECASE)
"""Weighs against what might be thought, and says nothing that happened: `closer than a map suggests`."""
_DEFINES = re.compile(
    r"(?:An? |The )?(?-i:[A-Z]?[a-z]+)(?: [a-z-]+){0,3} "
    r"(?:(?:is|are) (?:the|an?|what|when|where|whatever|owed|called|known|defined|measured|calculated)"
    r"|means?|refers? to|stands? for|measures?)\b",
    re.IGNORECASE,
)
"""How a sentence begins that explains a word of the trade."""
_PARTICULAR = re.compile(r"\d|(?<!^)(?<!^[\"'])\b[A-Z][\w-]+|\b(?:said|says|told|announced|was|were|had|will)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence as it stands in an article. `place` counts from 0 in its article."""

    source: SourceId
    place: int
    text: str


def is_caption(paragraph: str) -> bool:
    """Whether a paragraph stands under a picture: it tells what is seen there, and by whose camera."""
    return len(paragraph) <= _MAX_CAPTION_CHARS and _CAPTION.search(paragraph) is not None


def is_listed(paragraph: str) -> bool:
    """Whether a paragraph is an item of a numbered list: what it says, it says of the words at its head."""
    return _LISTED.match(paragraph) is not None


def goes_on(text: str) -> bool:
    """Whether a sentence so cut is not at its end: its point belongs to an abbreviation."""
    return _ABBREVIATED.search(text) is not None


def stands_alone(text: str) -> bool:
    """Whether a sentence can be read without the one before: whole, plain, not leaning, not a question or an aside."""
    return (
        len(text.split()) >= _MIN_WORDS
        and len(text) >= _MIN_CHARS
        and is_plain(text)
        and _has_verb(text)
        and not leans(text)
    )


def is_plain(text: str) -> bool:
    """Whether a text is one whole sentence of an article's own, however short: no question, no aside, no fragment."""
    return _is_whole(text) and not _is_aside(text)


def says_little(text: str) -> bool:
    """Whether a sentence holds no news of its own: it announces what follows, likens, or explains a word."""
    plain = fold(text)
    if _ANNOUNCES.search(plain) or _LIKENS.search(plain):
        return True
    return _DEFINES.match(plain) is not None and _PARTICULAR.search(plain) is None


def _is_whole(text: str) -> bool:
    tokens = text.split()
    if len(tokens) < _LEAST_WORDS or len(text) > _MAX_CHARS:
        return False
    if not (text[0].isupper() or text[0].isdigit() or text[0] in "“\"'‘£$€"):
        return False
    if text[-1] not in ".!”\"’'" or text.endswith(("...", "…")) or goes_on(text) or "?" in text:
        return False
    if text.count("“") != text.count("”") or text.count('"') % 2 or text.count("(") != text.count(")"):
        return False
    shouted = sum(len(token) > 3 and token.isupper() for token in tokens)
    return shouted <= len(tokens) / 3


def _has_verb(text: str) -> bool:
    """Whether a sentence in English says that something is or happens; other languages are believed."""
    return len(_ENGLISH.findall(text)) < 2 or _VERB.search(text) is not None


def _is_aside(text: str) -> bool:
    plain = fold(text)
    return (
        _ASIDE.search(plain) is not None
        or _HEADING.match(plain.lstrip("\"'")) is not None
        or any(mark in text for mark in "|•·►▶©")
    )


def opening(text: str) -> str:
    """The first sentence of a text: what a publisher itself puts first."""
    paragraph = text.split("\n\n", 1)[0]
    end = re.search(r"(?<=[^\W\d_]{2}[.!?])[”\"’']?(?=\s+[“\"‘']?[A-Z0-9])", paragraph[40:])
    return paragraph[: 40 + end.end()] if end else paragraph
