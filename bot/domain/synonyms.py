"""Synonyms: the words by which a text and a question about it are compared. Standard library only, no I/O.

News and readers name the same thing in different words; a group here is compared as its first word. English, since most
members ask in English; in other languages a word is compared as itself.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.domain.wording import stems

_GROUPS = (
    "higher rise rose risen gain climb jump surge advance increase grow grew grown growth soar",
    "fall fell fallen drop decline slump decrease shed slide slid plunge tumble sink sank lose lost loss",
    "start begin began begun effect launch commence",
    "end stop finish expire conclude lift scrap",
    "share stock equity equities",
    "tariff duty duties levy levies",
    "meet met meeting convene gather summit",
    "warn warning caution",
    "condemn criticise criticize denounce",
    "announce unveil declare reveal",
    "employ work worker employee staff job workforce",
    "own owner belong",
    "close shut",
    "build built construct construction builder",
    "win won victory beat beaten winner",
    "die dead death kill died toll fatality fatalities",
    "injure hurt wound injuries injury",
    "buy bought purchase acquire acquisition takeover",
    "sell sold sale",
    "cost price worth",
    "resign quit resignation",
    "succeed successor replace replacement",
    "quake earthquake tremor",
    "company firm business",
    "agree agreement deal accord pact",
    "postpone delay defer",
    "licence license permit",
    "found founder founded establish",
    "name call",
    "oppose object opposition objection",
    "cut reduce lower slash reduction",
    "approve approval adopt pass",
    "ban prohibit forbid",
    "produce production output",
    "invest investment investor spend spent spending",
    "choose chose chosen elect election",
    "leave left departure",
    "hold held keep kept",
    "send sent",
    "make made maker",
    "give gave given",
    "take took taken",
    "write wrote written author",
    "lead led leader head headed",
    "speak spoke spoken",
    "pay paid payment",
    "come came",
    "go went gone",
    "bring brought",
    "find",
    "break broke broken",
    "fly flew flown flight",
    "drive drove driven driver",
    "child children kid",
    "man men",
    "woman women",
    "person people",
    "score goal",
    "arrest detain detention",
    "attack strike struck",
    "car vehicle automobile",
    "import importer",
    "export exporter",
    "envoy ambassador",
    "decide decision",
    "propose proposal",
    "plan scheme blueprint",
    "reply respond response reaction react",
    "retaliate retaliation",
    "vaccine vaccination jab",
    "euro euros",
    "tech technology technological",
    "deliver delivery deliveries",
    "test trial experiment",
    "hospital clinic",
    "steal stole stolen theft",
    "collide collision crash",
    "shoot shot",
    "catch caught",
    "teach taught teacher",
    "fight fought",
    "see saw seen",
    "flood flooding",
    "blaze fire wildfire",
    "storm hurricane cyclone typhoon",
    "ship vessel boat",
    "soldier troop",
    "aid relief help",
    "profit earnings",
    "revenue turnover",
    "chair chairman chairwoman chairperson",
    "damage destroy destruction",
    "expand expansion enlarge",
    "refuse reject refusal rejection deny",
    "suspect accuse blame",
    "fine penalty",
    "heat heatwave hot",
    "promise pledge vow",
    "demand want ask request",
    "hire recruit",
)
_NATIONS = (
    "america american",
    "britain british briton",
    "europe european",
    "denmark danish dane",
    "greenland greenlandic greenlander",
    "norway norwegian",
    "sweden swedish swede",
    "finland finnish finn",
    "iceland icelandic",
    "germany german",
    "france french",
    "spain spanish spaniard",
    "portugal portuguese",
    "italy italian",
    "netherlands dutch",
    "belgium belgian",
    "austria austrian",
    "switzerland swiss",
    "poland polish",
    "ireland irish",
    "scotland scottish scots",
    "wales welsh",
    "england english",
    "greece greek",
    "turkey turkish",
    "hungary hungarian",
    "romania romanian",
    "ukraine ukrainian",
    "russia russian",
    "china chinese",
    "japan japanese",
    "taiwan taiwanese",
    "korea korean",
    "vietnam vietnamese",
    "thailand thai",
    "indonesia indonesian",
    "malaysia malaysian",
    "india indian",
    "pakistan pakistani",
    "israel israeli",
    "palestine palestinian",
    "iran iranian",
    "iraq iraqi",
    "egypt egyptian",
    "arabia arabian saudi",
    "africa african",
    "nigeria nigerian",
    "kenya kenyan",
    "ghana ghanaian",
    "asia asian",
    "australia australian",
    "canada canadian",
    "mexico mexican",
    "brazil brazilian",
    "argentina argentine argentinian",
    "chile chilean",
    "peru peruvian",
    "colombia colombian",
    "venezuela venezuelan",
)
_PHRASES = (
    (r"\bU\.S\.A?\.?|\bUSA?\b|\bUnited States\b(?: of America\b)?", "America"),
    (r"\bU\.K\.?|\bUK\b|\bUnited Kingdom\b|\bGreat Britain\b", "Britain"),
    (r"\bE\.U\.?|\bEU\b|\bEuropean Union\b", "Europe"),
    (r"\bA\.I\.?|\bAI\b", "artificial intelligence"),
    (r"\b(?:CEO|[Cc]hief [Ee]xecutive(?: [Oo]fficer)?)\b", "ceo"),
    (r"\b(?:PM|[Pp]rime [Mm]inister)\b", "premier"),
    (r"\b(?:took|taken?|takes|taking) over\b", "succeed"),
    (r"\b(?:puts?|putting) off\b", "postpone"),
    (r"\b(?:steps?|stepped|stepping) down\b", "resign"),
    (r"\b(?:wiped?|wipes) off\b", "shed"),
    (r"\b(?:go|goes|going|went|gone) public\b|\bIPO\b|\b[Ii]nitial [Pp]ublic [Oo]ffering\b", "flotation"),
    (r"\b(?:stock market |share )?[Ll]isting\b|\bshare sale\b", "flotation"),
)
_PHRASE = re.compile(r"\b(?=[UGEACPILcgilptsw])(?:" + "|".join(f"({pattern})" for pattern, _ in _PHRASES) + ")")
_NOUN_ENDINGS = ("ation", "ition", "ement", "ment", "ion", "anc", "enc", "ent", "ant", "abl", "ibl", "cy")


def _root(stem: str) -> str:
    """A stem without the ending that makes a noun of a verb: `resignat` of resignation is `resign`."""
    word = stem[:-1] + "y" if stem.endswith("i") else stem
    for ending in _NOUN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 5:
            return word.removesuffix(ending)
    return word[:-1] if word.endswith("y") and len(word) >= 7 else word


def _roots(text: str) -> list[str]:
    return [_root(each) for each in stems(text)]


_SAME = {root: roots[0] for roots in map(_roots, (*_GROUPS, *_NATIONS)) for root in roots}
NATIONS = frozenset(_SAME[_roots(group)[0]] for group in _NATIONS)
"""The keys of countries, however they are written."""


def keys(text: str) -> list[str]:
    """The content words of `text` in order, each as the first of its synonyms."""
    return [_key(word) for word in stems(spelled_out(text))]


@lru_cache(maxsize=1 << 15)
def _key(stem: str) -> str:
    root = _root(stem)
    return _SAME.get(root, root)


def spelled_out(text: str) -> str:
    """`text` with abbreviations and phrases that mean one thing written as one word: U.S. and United States alike."""
    return _PHRASE.sub(lambda found: _PHRASES[(found.lastindex or 1) - 1][1], text)


def kin(key: str) -> Sequence[str]:
    """The words that are compared as `key`, as they are written; none for most."""
    return _KIN.get(key, ())


_KIN: dict[str, list[str]] = {
    "america": ["us", "united states"],
    "britain": ["uk", "united kingdom"],
    "europe": ["eu"],
    "artificial": ["ai"],
}
for _word in " ".join((*_GROUPS, *_NATIONS)).split():
    _KIN.setdefault(next(iter(keys(_word)), _word), []).append(_word)


def initialisms(text: str) -> Iterator[str]:
    """Initials of the names of several words in `text`, in small letters: World Trade Organization gives `wto`."""
    for found in re.finditer(r"\b[A-Z][\w'’]+(?: (?:(?:of|for|the|and|on) )*[A-Z][\w'’]+)+", text):
        initials = "".join(word[0] for word in found[0].split() if word[0].isupper())
        yield initials.casefold()
