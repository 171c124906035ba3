"""Datelines: where and by whom a report was filed, written before its first sentence and no part of it.

Standard library only, no I/O.
"""

import re

_DASH = r"\s*(?:--?|–|—)+\s+"
_AGENCY = r"\([A-Za-z][\w&./ -]{1,30}\)"
_UPPER = r"[A-Z][A-Z'’.]{2,}(?:[ /-][A-Z][A-Z'’.]+){0,4}"
_MIXED = r"[A-Z][\w'’.]+(?:[ /-][A-Z][\w'’.]+){0,3}"
_REST = r"(?:,\s(?:[A-Z][\w.]*|\d{1,2})(?: [A-Z0-9][\w.]*){0,3}){0,2}"
_BEGINS = r"(?=[“\"'‘]?(?:[A-Z][a-z]|A |I |U\.?S|U\.?K|E\.?U|UN|\d|[€£$])|[“\"])"
_DATELINE = re.compile(
    rf"^(?:{_UPPER}{_REST}\s?(?:{_AGENCY})?{_DASH}|[A-Z][A-Z ]{{4,}}{_REST}:\s+"
    rf"|(?:{_MIXED}(?: \d{{1,2}})?{_REST}\s?)?{_AGENCY}{_DASH}"
    rf"|(?:{_MIXED}{_REST}\s)?(?:CNN|AP|AFP|BBC|NPR|Reuters|Bloomberg)(?: \w+)?{_DASH}){_BEGINS}"
)
_KICKER = re.compile(
    r"^(?:exclusive|breaking(?: news)?|first on [A-Z]+(?: \w+)?|live(?: updates)?|updated?(?: \d)?|analysis|opinion"
    r"|explainer|explained|just in|developing|fact check|watch|video)\s?(?::|\||--?|–|—)\s+(?=[“\"'‘]?[A-Z\d])",
    re.IGNORECASE,
)


def bare(text: str) -> str:
    """A sentence without the dateline or the label at its head: `NUUK, Greenland (AP) - `, `EXCLUSIVE: `."""
    for head in (_KICKER, _DATELINE):
        text = head.sub("", text, count=1)
    return text
