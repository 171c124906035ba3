"""Leaning: whether a sentence needs the one before it to be understood. Standard library only, no I/O.

Nothing is resolved here: what leans is left out, and another sentence is chosen.
"""

import re

from bot.domain.text import STOP_WORDS, fold

_FIRST = frozenset(
    "he she it they this that these those his her their its such but and or so yet nor still then hence thus therefore "
    "however moreover meanwhile instead also both another others elsewhere afterwards later earlier likewise similarly "
    "consequently accordingly nevertheless nonetheless furthermore indeed additionally besides otherwise overall "
    "perhaps ultimately finally eventually subsequently again too well yes no not neither either none "
    "how why which whether who whose where because though here asked adding speaking "
    "we our i my you your er sie es dieser diese dieses doch aber il elle ils elles ce cette mais".split()
)
"""First words that lean on a sentence before, or begin no statement."""
_SPEAKING = frozenset("i we my our it this that these they you there no not yes".split())
"""What a quotation may begin with: its speaker is named behind it."""

_THINGS = (
    "move measures? plans? report warning decision announcement developer official analyst owner speaker question "
    "answer condition date figures? result reason incident latest statement news comments? remarks event findings "
    "change idea case image photo new following above below discovery study list survey document letter post video "
    "footage clip rest first second third same former latter others? two three four pair"
).replace(" ", "|")
_SAID_OF_WHAT = r"(?! (?:of|by|that|to|from|on|in|into|about|against|between|at|with|for|half|time|quarter)\b|'s\b)"
_MANY = "one|two|three|four|five|six|most|many|some|all|half|several|few|each|any|dozens|hundreds"
_NOT_THEMSELVES = (
    r"of (?:them|these|those|whom|which|the (?:two|three|others))|others?|was|is|were|are|had|has|said|says?"
    r"|came|went|took|made|such"
)
_POINTS = "the same|that|this|these|those|then|them|which|the time|the other|the way|other"
_WHERE = (
    "at|around|on|by|during|before|after|since|until|from|under|despite|following|beyond|among|along with|like|unlike"
    "|within"
)
_THERE = (
    "meantime|process|end|past|other|latest|interim|footage|video|clip|letter|document|statement|report|case|post|same"
)
_SPANS = "days?|hours?|minutes?|moments?|weeks?|months?|years?"
_SUBJECTS = "he|she|it|they|his|her|their|its|him|them|this|that|these|those|such|both|one"
_POINTING = re.compile(
    "|".join(
        (
            rf"the (?:{_THINGS})\b{_SAID_OF_WHAT}(?! (?-i:[A-Z]))",
            r"(?:a|the) (?:second|third|fourth|further|similar|separate|different)\b(?! (?:quarter|half|time|world))",
            rf"(?:{_MANY}) (?:more )?(?:{_NOT_THEMSELVES})\b",
            r"what (?:should|follows|comes|is|was|happened|matters)\b",
            r"(?:for|to|of|with|about) (?:him|her|them|that|this)\b",
            r"(?:fell|rose|was|were|is|are|has|had|does|did|goes|went|gave|gives|took|takes|came|comes|became|becomes|began"
            r"|begins|grew|grows|makes|says|sells|runs|owns|wants|needs|seems|plans to)\b(?! (?-i:[A-Z]))",
            r"das (?:ist|war|sind|waren|hat|hatte|habe|wird|wurde|ware|sei|sagte|sagten|teilte|bedeutet|heisst|zeigt"
            r"|gilt|geht|kann|konne|soll|solle|muss|macht|liegt|gelang|berichtet\w*)\b",
            r"in (?:that|this|these|those|other|addition|response|turn|contrast|return|both|short|fact|effect"
            r"|particular)\b(?! to\b)",
            r"in a (?:separate|second|further|similar|statement|follow-up)\b",
            rf"in the (?:{_THERE})\b"
            r"(?! (?:of|to|from|by|\d|last|two|three|few|year|days|weeks|months|decade|(?-i:[A-Z])))",
            rf"(?:{_WHERE}|because of|as part of|as a result of) (?:{_POINTS})\b",
            r"as (?:a (?:result|consequence|reminder)|such|well|usual|before)\b|even (?:so|then)\b",
            r"on (?:top of|the contrary)",
            r"for (?:example|instance|(?:his|her|its|their) part|one thing|now|starters)\b|of course\b|that said\b",
            r"by contrast\b|on the (?:other|one|flip|plus) (?:hand|side)\b",
            r"(?:more|less|worse) (?:importantly|recently|yet)\b",
            rf"(?:(?:an?|one|two|three|four|five|several|some|a few|just|only|\d+) )?(?:shortly|soon|long|{_SPANS})"
            r" (?:later|after(?:wards?)?|before|earlier)\b(?=,| (?:that|this|it|he|she|they|the)\b| [a-z]+ed\b)",
            r"(?:since|until|after|before|by|from) (?:then|now on|there)\b",
            r"there (?!(?:is|are|was|were|has|have|will|may|can|could)\b)",
            r"one (?:thing|reason|way|such|can|might|could|would|must|should)\b",
            r"not (?:only|to mention|so|just|all)\b|now\b(?! [a-z]+-)|other(?!wise|\w| than)",
            r"so (?:far )?(?:is|are|did|do|does|was|were|will|has|have|it|he|she|they|that|what)\b",
            rf"(?:when|as|after|before|if|while|although|once|until|since|unless|whenever) (?:{_SUBJECTS})\b",
        )
    ),
    re.IGNORECASE,
)
"""First words that point back at something said before, or ahead at something not quoted."""
_INSIDE = re.compile(
    rf"\b(?:(?:that|the same|the previous|the following) (?:{_SPANS}|night|evening|morning|afternoon|date|time|period)"
    r"|(?:and|but|that|which|because) (?:these|those|this) (?:is|are|was|were|has|have|had|will)"
    r"|(?:do|did|does|doing|done|says?|said) so|the latter|in question|is the \w+ one|of that \w+"
    r"|as (?:mentioned|noted) above"
    r"|(?:these|those) (?:two|three|four|five)"
    r"|therefore|thus|however|moreover|nevertheless|nonetheless|consequently)\b(?!'s)",
    re.IGNORECASE,
)
"""What points back wherever it stands."""
_SHARE = re.compile(
    r"\b(?:refin|produc|mak|min|process|suppl|control|hold|sell|export|grow|own|provid|import|buy|us|account)"
    r"(?:e|es|s|y|ies|ed|d|ied)?\b (?!up\b)"
    r"(?:[\w.,-]+ ){0,6}?(?:percent|per cent|\d[\d.,]*%|half|thirds?|quarters?|most|much|share)"
    r" of (?:(?:the )?(?:world(?:'s)?|global|worldwide|national|total)|the)"
    r" (?:supply|supplies|output|production|total)\W*$",
    re.IGNORECASE,
)
"""A share of what the sentence before named: `China refines 90 percent of the world's supply`."""

_SPEECH = re.compile(r"\"[^\"]*\"")
_OWN_VOICE = re.compile(r"\b(?:I|I'm|I've|we|we're|we've|our|ours|us|my|me|you|yours?|you're|you've|you'll)\b")
_PRONOUN = re.compile(
    r"\b(?:he|she|him|his|her|hers|himself|herself)\b"
    r"|\b(?:they|it) (?:said|says?|added|told|wrote|warned|noted|argued)\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"\bthe (?!minister|premier|governor|mayor|chancellor|speaker|prosecutor|newspaper|paper|broadcaster|chamber|cent"
    r"|maker|carrier|regulator|operator|publisher|manufacturer|retailer)(?P<who>\w+(?:er|or|ist|ian|ant|mat|man|eer))"
    r" (?:said|says|added|told|wrote|asked)\b"
)
"""Somebody who was introduced before: `the owner said`."""
_SOMEBODY = re.compile(
    r"\b(?:an?|the|one|former|chief|vice|prime|deputy|acting|\d\d-year-old)\s(?:[\w'-]+\s){0,3}?"
    r"(?:man|woman|boy|girl|child|baby|person|mother|father|son|wife|husband|king|queen|prince|princess|pope|chief|head"
    r"|boss|judge|justice|attorney|police|president|executive|official|representative|candidate|student|patient|victim"
    r"|suspect|resident|citizen|host|guard|pilot|nurse|coach|star|spokes\w+|chair\w*"
    r"|\w{2,}(?:men|man|ist|ian|ant|ier|eer|or|[^hvo\W]er))\b",
    re.IGNORECASE,
)
"""Somebody who may be meant by `he` or `she` although no name is given: `a police officer`, `the minister`."""
_NAME = re.compile(r"[A-Z][\w'-]*")
_NO_PERSON = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december".split()
)


def leans(text: str) -> bool:
    """Whether a sentence needs another: it points back, speaks of somebody unnamed, or is speech without a speaker."""
    plain = fold(text)
    told = _SPEECH.sub('"', plain)  # what is left are the reporter's own words
    first = re.sub(r"^\W*([A-Za-z]*).*$", r"\1", plain).casefold()
    if plain.startswith('"'):
        unsaid = sum(word[0].isalpha() for word in told.split()) < 2
        if unsaid or (first in _FIRST and first not in _SPEAKING):
            return True
    elif first in _FIRST or _POINTING.match(plain):
        return True
    speaker = _SPEAKER.search(told)
    if speaker and not re.search(rf"\ban? (?:[\w-]+ )*?{speaker['who']}\b", told[: speaker.start()], re.IGNORECASE):
        return True
    return any(pattern.search(told) for pattern in (_OWN_VOICE, _INSIDE, _SHARE)) or _is_about_somebody_else(told)


def _is_about_somebody_else(told: str) -> bool:
    """Whether `he` or `she` comes before anybody who may be meant."""
    pronoun = _PRONOUN.search(told)
    if pronoun is None:
        return False
    before = told[: pronoun.start()]
    named = any(_may_be_a_person(match, before) for match in _NAME.finditer(before))
    return not named and _SOMEBODY.search(before) is None


def _may_be_a_person(name: re.Match[str], before: str) -> bool:
    key = name.group().casefold().removesuffix("'s")
    if key in _NO_PERSON:
        return False
    if name.start() > 0:
        return True
    common = key in STOP_WORDS or key.endswith(("ing", "ly", "ed", "s"))
    return not common or re.match(r"[\w'-]+ (?:[A-Z]|said|says|told)", before) is not None
