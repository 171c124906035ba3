"""Datelines: where and by whom a report was filed, written before its first sentence and no part of it.

Standard library only, no I/O.
"""

import re

_DASH = r"\s*(?:--?|–|—)+\s+"
_AGENCY = r"\([A-Za-z][\w&./ -]{1,30}\)"
_UPPER = r"[A-Z][A-Z'’.]{2,}(?:[ /-][A-Z][A-Z'’.]+){0,4}"
_MIXED = r"[A-Z][\w'’.]+(?:[ /-][A-Z][\w'’.]+){0,3}"
_REST = r"(?:,\s(?:[A-Z][\w.]*|\d{1,4}|le)(?: [A-Z0-9][\w.]*| mai| juin){0,3}){0,3}"
# Before a colon, where a company's name may stand as well, only where correspondents sit.
_SEATS = (
    r"(?:NUUK|COPENHAGEN|TORSHAVN|REYKJAVIK|OSLO|STOCKHOLM|HELSINKI|BERLIN|FRANKFURT|BRUSSELS|PARIS|LONDON|DUBLIN|EDINBURGH"
    r"|MADRID|LISBON|ROME|GENEVA|VIENNA|WARSAW|KYIV|MOSCOW|ANKARA|ISTANBUL|CAIRO|JERUSALEM|GAZA|BEIRUT|DAMASCUS|BAGHDAD"
    r"|TEHRAN|RIYADH|DUBAI|DOHA|KABUL|ISLAMABAD|KARACHI|LAHORE|NEW DELHI|MUMBAI|DHAKA|COLOMBO|KATHMANDU|BANGKOK|HANOI"
    r"|KUALA LUMPUR|PUTRAJAYA|SINGAPORE|JAKARTA|MANILA|BEIJING|SHANGHAI|HONG KONG|TAIPEI|SEOUL|TOKYO|CANBERRA|SYDNEY"
    r"|MELBOURNE|WELLINGTON|WASHINGTON|NEW YORK|OTTAWA|TORONTO|MEXICO CITY|BRASILIA|BUENOS AIRES|NAIROBI|LAGOS|ABUJA"
    r"|JOHANNESBURG|PRETORIA|UNITED NATIONS)"
)
_BEGINS = r"(?=[“\"'‘]?(?:[A-Z][a-z]|A |I |U\.?S|U\.?K|E\.?U|UN|\d|[€£$])|[“\"])"
_DATELINE = re.compile(
    rf"^(?:{_UPPER}{_REST}\s?(?:{_AGENCY})?{_DASH}|{_SEATS}{_REST}:\s+"
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
