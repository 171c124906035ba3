"""Declining: questions that no article answers for the asker, whatever is stored. Standard library only, no I/O."""

import re
from enum import StrEnum


class Declined(StrEnum):
    """Why a question is declined."""

    ADVICE = "advice"
    FORECAST = "forecast"
    NO_NEWS = "no_news"


def declined(question: str) -> Declined | None:
    """Why a question is declined, or None: advice, views, forecasts of the bot's own, and what no newspaper tells."""
    for why, pattern in _PATTERNS.items():
        if pattern.search(question):
            return why
    return None


_GOOD = (
    "good|bad|great|smart|wise|safe|right|best|risky|clever|sensible|worthwhile|fair|unfair|stupid|crazy|wrong|overrated"
    "|overvalued|undervalued"
)
_ADVICE = (
    r"(?<!when )(?<!where )\b(?:should|shall|ought|must|can|could|would) (?:i|we|one|people like me)\b"
    r"(?! (?:know|expect|learn|find|read|see|ask))",
    r"\bdo (?:you|u) (?:think|believe|recommend|like|support|prefer|agree|feel|suggest|reckon|want|approve)\b",
    r"\b(?:what|which|who) (?:do|would) you\b|\bwould you\b",
    r"\bare you (?:for|against|in favou?r|optimistic|worried)\b",
    r"\byour (?:view|opinion|advice|take|thoughts?|favou?rite|recommendation|guess|feeling|prediction)\b",
    r"\bis it (?:in )?(?:my|our) (?:interest|advantage)\b|\bfor my (?:portfolio|savings|pension)\b",
    r"\bis (?:it|this|that|now|he|she|\w+(?: \w+){0,5}) (?:a |an |the )?(?:really |still |too )?"
    rf"(?:{_GOOD})\b(?: (?:time|moment|idea|investment|buy|bet|choice|thing|deal|person|leader)"
    r"| (?:to|for|it|in|that)\b|\s*\?|\s*$)",
    r"\bare (?:the |these |those |\w+ ){1,5}"
    r"(?:fair|unfair|right|wrong|good|bad|worth it|overvalued|undervalued|a good \w+|justified)\s*(?:\?|$)",
    r"\bworth (?:buying|selling|investing|it)\b|\b(?:best|better) (?:stocks?|shares?|investments?|fund) to\b",
    r"\b(?:advise|recommend|convince) me\b|\bwhat (?:is|are) the best (?:\w+ ){0,3}(?:to (?:buy|own|invest)|for me)\b",
)
_FORECAST = (
    r"^\s*(?:and |but |so )?(?:will|is|are) (?!.*\b(?:planned|planning|due|scheduled|according)\b).{2,80}\b"
    r"(?:go up|go down|rise|fall|recover|crash|collapse|rally|survive|win|be right|be worth|succeed|fail|double"
    r"|go bankrupt|(?:keep|continue) (?:to )?\w+)\b",
    r"\b(?:predict|forecast for me|how likely is it|what are the (?:odds|chances))\b",
    r"\bwho(?:'ll| will| is going to) win\b",
    r"\bwhat will .{2,60} (?:do|be worth|happen|cost|look like)\b.{0,20}\b(?:next|tomorrow"
    r"|in (?:\d+|five|ten|two) years|in the future|(?:by|in) 20[3-9]\d)\b",
    r"\bwhere will .{2,60} be (?:in|by|next)\b",
)
_NO_NEWS = (
    r"\b(?:tell|give|write|make|sing|compose|draw|generate|create)(?: me| us)? (?:a|an|some|another|the)?\s?"
    r"(?:\w+ ){0,3}(?:jokes?|poems?|songs?|haikus?|limericks?|essays?|rap|riddles?|recipes?|functions?|scripts?"
    r"|programs?|code|picture|image|logo)\b",
    r"\b(?:python|javascript|java|html|sql|regex|c\+\+|bash)\b.*"
    r"\b(?:function|script|code|query|program|loop|list|page)\b",
    r"\b(?:what(?:'s| is| will be)|how(?:'s| is)) the (?:weather|temperature)\b",
    r"\bweather (?:today|now|tomorrow|tonight|forecast|like)\b",
    r"\b(?:is|will) it (?:going to )?(?:rain|snow|raining|snowing|sunny|hot|cold)\b",
    r"\bwhat time is it\b|\bwhat(?:'s| is) (?:the )?(?:time|date|day)(?: (?:today|now))?\s*\?",
    r"\b\d[\d.,]*\s*(?:\+|-|\*|x|×|/|÷|times|plus|minus|divided by|multiplied by|to the power of)\s*\d",
    r"\b\d[\d.,]*\s?(?:%|per ?cent) of \$?\d|\bsquare root\b|\bsolve\b.*[=?]",
    r"\b(?:who|what) are you\b|\bhow are you\b|\bare you (?:an? )?(?:ai|human|bot|real|robot|there)\b",
    r"\bwhat(?:'s| is) your (?:name|age|system|prompt)",
    r"\b(?:what|show|repeat|print|reveal|tell|give|output|display)\b.*"
    r"\b(?:system prompt|your (?:prompt|instructions|rules))\b",
    r"\b(?:do|can|will) you (?:love|marry|sing|dance|sleep|eat)\b|\brecipe for\b",
    r"\bhow (?:do|can|should|would) (?:i|you)\b"
    r"(?! (?:know|help|donate|vote|claim|apply|register|follow|watch|explain))",
    r"\btranslate\b|\b(?:meaning of life|knock knock)\b",
    r"\bmy (?:girlfriend|boyfriend|wife|husband|mum|mother|dad|father|dog|cat|boss|homework|computer|laptop|phone|car)"
    r"\b",
    r"^\s*(?:hi|hello|hey|thanks?|thank you|good (?:morning|night|evening))\b[\s!.]*$",
    r"\b(?:you are now|act as|pretend (?:to be|that you|you are)|role-?play|jailbreak|developer mode)\b",
)
_PATTERNS = {
    why: re.compile("|".join(patterns), re.IGNORECASE)
    for why, patterns in ((Declined.NO_NEWS, _NO_NEWS), (Declined.ADVICE, _ADVICE), (Declined.FORECAST, _FORECAST))
}
