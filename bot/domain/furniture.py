"""Furniture: paragraphs of a page or feed that stand around an article, or in front of it, and are no part of it.

Standard library only, no I/O. Whole paragraphs are kept or dropped; never a word inside one is touched, so that what
stays stands verbatim in what the publisher served.
"""

import re


def _pattern(verbose: str) -> re.Pattern[str]:
    """With groups that note nothing: to match takes half the time."""
    return re.compile(re.sub(r"(?<!\\)\((?!\?)", "(?:", verbose), re.VERBOSE)


_MAX_LINE_CHARS = 160
_MAX_TEASER_WORDS = 24

_AGE = re.compile(
    r"(?:(?:published|updated|posted)\s+)?(?:just\ now|yesterday"
    r"|(?:an?|one|\d+)\s*(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|mo|months?|y|years?)\s+ago)"
    r"[.\s]*",
    re.VERBOSE,
)
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|\[&hellip;\])\s*$")
_SENTENCE_END = re.compile(r"[.!?…:;,][\"'”’»)\]]*$")

_LABEL = r"""advertise?ments?|sponsored(\ content)?|promoted(\ content)?|(ad|paid)\ feedback
    |advertisement\ scroll\ for\ more|story\ continues\ below(\ (this\ )?ad\w*)?
    |article\ continues\ (after|below).{0,30}|skip\ (ad|advert\w*|to\ .{1,30})
    |share(\ (this|via|on)\b[^.!?]{0,40})?|share\ (save|print).{0,30}
    |save|print|e-?mail|copy\ link|link\ copied.{0,20}|comments?
    |facebook|twitter|whats\ ?app|linkedin|reddit|telegram|pocket|flipboard|bluesky|threads|x|tweet|pin\ it
    |listen(\ (now|to\ (this\ )?(article|story|podcast)).{0,20})?
    |(\d+|one|two|three|four|five)\ ?-?\ ?min(ute)?s?\ read
    |loading\.{0,3}|close|menu|search|back\ to\ top|view\ (all|image.{0,20}|gallery)
    |see\ (all|more)|show\ more|play(\ video)?
    |image\ (source|credit)s?:?.{0,60}|getty\ images|(photo|image|picture)(\ credits?)?:\ .{1,80}|file\ photo
    |about\ the\ authors?|by\ the\ same\ author"""
_HEADING = _pattern(
    r"""(more\ )?(recent|latest|related|top|other|trending|popular|recommended|featured|similar|next|previous|breaking)
    (\ (news|stories|story|articles?|posts?|topics?|content|reading|coverage|videos?|reports?|headlines?|items?|now))?
    |(most|also|further|recommended)\ (read|popular|viewed|shared|commented|reading)
    |(related|more)\ (on|from|in|about)\ [^.!?…]{1,60}|also\ on\ [^.!?…]{1,30}
    |editors?['’]s?\ picks?|you\ (may|might)\ (also\ )?(like|be\ interested\ in)
    |read\ (also|next)|up\ next|trending|must\ reads?|what\ to\ read\ next
    |more\ (stories|news|articles|coverage|headlines)|in\ other\ news|around\ the\ web
    |from\ our\ partners|don['’]t\ miss|in\ case\ you\ missed\ it"""
)
_PROMPT = r"""((continue|keep)\ reading|read\ (more|the\ (full|rest|whole)|full)\b|click\ here).{0,140}
    |(see\ also|read\ also|also\ read|related|more|watch|listen|more\ on\ this):.{0,140}
    |full\ story:?|read\ on\W?|sign\ up[!.]?|never\ miss\ a\ story
    |the\ post\ .{1,200}\ (appeared\ first|first\ appeared)\ on\ .{1,100}
    |this\ (article|post|story)\ (first|originally)\ (appeared|was\ published).{1,100}
    |(sign\ up|subscribe|register|get|never\ miss|join|follow|like\ us|download)\b.{0,140}\b
    (newsletters?|inbox|alerts?|whats\ ?app\ channel|telegram\ channel|social\ media|our\ app
    |on\ (facebook|twitter|x|instagram|google\ news|youtube|linkedin|bluesky))\b.{0,60}
    |(sign\ up|subscribe)(\ (now|today|here|for\ free))?[!.]?
    |thank\ you\ for\ (reading|subscribing|signing\ up).{0,60}
    |(do\ you\ )?have\ (a\ (tip|story)|something\ to\ say|news\ for\ us).{0,140}
    |(join|start)\ the\ conversation.{0,60}
    |(we|this\ (web)?site)\ uses?\ cookies.{0,200}|manage\ (your\ )?(cookies|consent|preferences).{0,40}
    |by\ (signing|clicking|subscribing|continuing).{1,40}\ you\ (agree|accept).{0,160}
    |(all\ rights\ reserved|©|\(c\)\ \d{4}|copyright\ (©|\(c\)|\d{4})).{0,140}"""
_FILED = (
    r"(categor(y|ies)|tags?|tagged|topics?|filed\ under|keywords?|sections?|posted\ in|read(ing)?\ time)\s*[:|].{0,120}"
)
_ROLES = (
    *("Editor", "Reporter", "Correspondent", "Columnist", "Contributor", "Journalist", "Producer", "Writer"),
    *("Bureau Chief", "Newsroom", "Staff", "Editor-in-Chief"),
)
_ROLE = re.compile(rf"(?:[A-Z][\w&'’.-]*\s+|(?:of|for|and|in|the|at|to)\s+){{0,7}}(?:{'|'.join(_ROLES)})")
_RESERVED = re.compile(r".{0,100}\ball rights reserved\.?")
_OUTLETS = (
    *("post", "journal", "times", "newspaper", "paper", "publication", "site", "website", "outlet", "magazine"),
    "station",
)
_OWNED = _pattern(
    rf"""[^.]{{2,80}}\b(owns|is\ the\ (parent\ company|owner|publisher)\ of)\s+
    (the|this)\ (news\ site|{"|".join(_OUTLETS)})\.?
    |(the|this)\ (post|journal|newspaper|paper|publication|site|website|outlet|magazine)\s+
    is\ (owned|published|operated)\ by\b[^.]{{2,80}}\.?"""
)
_DAY_NAME = (
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|(?:man|tirs|ons|tors|fre|lør|søn)dag"
    r"|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo"
)
_MONTH = (
    r"jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[eé]v(?:rier)?|mar(?:ch|ts|s)?|märz|apr(?:il)?|avr(?:il)?|may|mai|maj|june?"
    r"|juni|juin|july?|juli|juillet|aug(?:ust)?|août|sept?(?:ember|embre)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?"
    r"|de[cz](?:ember)?|déc(?:embre)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre"
)
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\ (?:of\ |de\ )?(?:{_MONTH})\.?|(?:{_MONTH})\.?\ \d{{1,2}}(?:st|nd|rd|th)?)"
    r"(?:,?\ (?:de\ )?\d{4})?|\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
)
_TIME = r"\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\ ?[ap]\.?m\.?)?|\d{1,2}\ ?[ap]\.?m\.?"
_ZONE = r"gmt|utc|[ecmp][sd]?t|bst|ces?t|ae[sd]t|ist|hkt|uhr|local\ time"
_DATED = re.compile(
    rf"""(?:(?:(?:first\ |last\ )?(?:published|updated|posted|modified)|date|on|at)\b[\s:]*)*
    (?:(?:{_DAY_NAME}|{_DATE}|{_TIME}|{_ZONE}|at|um|kl|à)(?![^\W_])[\s.,:]*){{1,7}}""",
    re.VERBOSE,
)
_DIGIT = re.compile(r"\d")
_LETTERS = r"[A-ZÀ-Þ][\w'’.-]*"
_NAME = rf"{_LETTERS}(?:\ (?:(?:de|da|di|van|von|der|den|del|la|le|bin|al|el|af|of|the)\ )*{_LETTERS})"
_AGENCY = r"(?:The\ )?(?:Reuters|AFP|AP|dpa|PA|EFE|Ritzau|Associated\ Press|Bloomberg|Staff(?:\ Writers?)?)"
_AUTHOR = rf"(?:{_NAME}{{1,4}}|{_AGENCY})"
_BYLINE = re.compile(
    rf"""(?:(?:Written\ |Words\ |Story\ |Report\ |Photographs?\ |Pictures?\ )?[Bb]y|BY|Von|Par|Por|Af|Fra|Di)\s+
    {_AUTHOR}(?:(?:,|,?\ and|\ und|\ et|\ og|\ y|\ &)\ {_AUTHOR})*(?:\ (?:in|for|at)\ {_NAME}{{0,3}}|,?\ \S+@\S+)?
    |\(?(?:(?:Additional\ )?[Rr]eporting|[Ee]diting|[Ww]riting|[Cc]ompiled)\ by\ [^.!?]{{2,200}}[.)]*""",
    re.VERBOSE,
)
_BETWEEN = re.compile(r"\s*[|•·]\s*|\s[–—-]\s")
_WALL = re.compile(
    r"""\b(enable|turn\ on|activate|requires?|needs?)\ javascript
    |javascript\ (is|must\ be|has\ to\ be)\ (disabled|enabled|required)
    |(accept|agree\ to|consent\ to|allow)\b.{0,40}\bcookies\b.{0,40}\b(continue|proceed|access|read|view)
    |\bwe\ value\ your\ privacy\b|\bbefore\ you\ continue\ to\b
    |\b(subscribe|sign\ (in|up)|log\ in|register|create\ an?\ (free\ )?account|become\ an?\ (member|subscriber))\b
    .{0,60}\b(to\ (continue|read|keep\ reading|access|unlock|finish)|for\ (full|unlimited)\ access)\b
    |\bto\ (continue|keep)\ reading\b.{0,60}\b(subscribe|sign\ (in|up)|log\ in|register)\b
    |\b(article|story|content|page)\ is\ (only\ |exclusively\ )?(for|available\ (only\ )?to|reserved\ for)\b
    .{0,30}\b(subscribers|members)
    |\balready\ an?\ (subscriber|member)\?|\byou(\ have|['’]ve)\ (reached|read|used)\b.{0,50}\b(limit|free\ articles?)\b
    |\b(verify|confirm|checking)\b.{0,30}\b(human|your\ browser)\b|\bare\ you\ a\ robot\b|\bunusual\ traffic\b
    |\bcontinue\ (without|with)\ (accepting|consent|ads)\b
    |\bwe\ (and|&)\ our\ .{0,20}\b(partners|vendors)\b.{0,60}\b(cookies|personal\ data|your\ device|information\ on)\b
    |\b(log|sign)\ in\ to\ your\ account\b(?!.{0,30}\bcomment)|\be-?mail\b.{0,20}\band\ password\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WALL_ABROAD = re.compile(
    r"""\bjavascript\b.{0,40}\b(aktivieren|einschalten|activé|habilitado|activado|slået\ til|aktiveret)\b
    |\b(aktivieren|activ(er|ez)|habilit[ae]r?|activ[ae]|aktiver|slå)\b.{0,30}\bjavascript\b
    |\b(nur|exklusiv)\ für\ (unsere\ )?(abonnent|mitglieder)|\bum\ weiterzulesen\b|\bjetzt\ weiterlesen\ mit\b
    |\bweiter(lesen)?\ mit\ werbung\b|\bmit\ (einem\ )?abo\ (weiter)?lesen\b
    |\b(cookies|tracking)\b.{0,40}\b(zustimmen|akzeptieren)\b
    |\bréservée?s?\ (à\ nos|aux)\ abonnés\b|\babonnez-vous\ pour\b|\bil\ vous\ reste\ .{1,20}\ à\ lire\b
    |\bconnectez-vous\ pour\ (lire|continuer|accéder)\b|\bcontinuer\ sans\ accepter\b
    |\baccepte[rz]\b.{0,40}\bcookies\b.{0,60}\b(continuer|lire|accéder)\b
    |\b(exclusivo|reservado|s[oó]lo)\ (para|a)\ (los\ |nuestros\ )?suscriptores\b|\bsuscríbe(te|se)\ para\b
    |\binici[ae]\ sesión\ para\ (leer|seguir|continuar)\b|\bcontinuar\ sin\ aceptar\b
    |\bacepta[r]?\b.{0,40}\bcookies\b.{0,60}\b(continuar|leer|acceder)\b
    |\b(kun|forbeholdt)\ (for\ )?(vores\ )?(abonnenter|medlemmer)\b
    |\b(log\ ind|bliv\ abonnent|(køb|tegn)\ abonnement)\ for\ at\b
    |\b(accept[eé]r|godkend)\b.{0,30}\bcookies\b.{0,60}\b(fortsætte|læse)\b
    |\b(wir\ und\ unsere|nous\ et\ nos|nosotros\ y\ nuestros|vi\ og\ vores)\ .{0,20}\b(partnere?|partenaires|socios)\b
    .{0,80}\b(cookies|daten|data|données|datos|gerät|appareil|dispositivo|enhed)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""The same in German, French, Spanish and Danish."""
_WALL_CHARS = 1_500
"""A notice in front of an article is not longer; in a longer text only the last lines can be one."""
_FOLDED = _pattern("|".join((_LABEL, _HEADING.pattern, _PROMPT, _FILED, _AGE.pattern)))
"""In small letters for lines in small letters: to ignore case while matching takes several times as long."""
_MARKS = ("•", "·", " – ", " — ")


def without_furniture(text: str) -> str:
    """`text` (paragraphs with blank lines between them) without the paragraphs that are furniture."""
    return "\n\n".join(article_of(list(filter(None, text.split("\n\n")))))


def article_of(paragraphs: list[str]) -> list[str]:
    """`paragraphs` without those that are furniture."""
    if dropped := _teasers(paragraphs):
        paragraphs = [paragraph for number, paragraph in enumerate(paragraphs) if number not in dropped]
    return [paragraph for paragraph in paragraphs if not is_furniture(paragraph)]


def is_furniture(paragraph: str) -> bool:
    """Whether a paragraph, seen alone, is a label, a prompt, a heading of teasers, an age, a date, a byline or a role.

    Or several of these in one line: "By Jane Doe | 12 October 2026 | 3 min read".
    """
    line = paragraph.strip(" \t*•·|–—-»>")
    if len(line) > 2 * _MAX_LINE_CHARS:
        return False
    if not line or _is_kind(line):
        return True
    marked = (
        "|" in line or ("-" in line and " - " in line) or (not line.isascii() and any(map(line.__contains__, _MARKS)))
    )
    parts = _BETWEEN.split(line) if marked else ()
    return len(parts) > 1 and all(not part or _is_kind(part) for part in parts)


def _is_kind(line: str) -> bool:
    folded = line.casefold()
    return bool(
        _FOLDED.fullmatch(folded)
        or _BYLINE.fullmatch(line)
        or (line.endswith(_ROLES) and _ROLE.fullmatch(line))
        or (_DATED.fullmatch(folded) and _DIGIT.search(folded))
        or ("reserved" in folded and _RESERVED.fullmatch(folded))
        or (len(line) <= _MAX_LINE_CHARS and _tells_owner(folded))
    )


def _tells_owner(folded: str) -> bool:
    may = folded.startswith(("the ", "this ")) or folded.removesuffix(".").endswith(_OUTLETS)
    return may and bool(_OWNED.fullmatch(folded))


def is_wall(text: str) -> bool:
    """Whether a page's text is, or ends in, a request for consent, payment, a log-in or JavaScript."""
    if len(text) <= _WALL_CHARS:
        return _asks(text)
    return any(len(line) <= 2 * _MAX_LINE_CHARS and _asks(line) for line in text.split("\n\n")[-3:])


def _asks(text: str) -> bool:
    return bool(_WALL.search(text) or _WALL_ABROAD.search(text))


def is_cut_off(text: str) -> bool:
    """Whether a feed's text breaks off, or ends by asking to read on elsewhere: no whole article."""
    *_, last = text.rsplit("\n\n", 1)
    return bool(_CUT_OFF.search(last)) or bool(
        re.match(r"(?i)(continue reading|read (more|the (full|rest|whole)|on)\b)", last)
    )


def _teasers(paragraphs: list[str]) -> set[int]:
    """Numbers of paragraphs that advertise other articles.

    Two shapes: title, clipped opening, age ("7 hours ago"), in this order and each but the age optional; and a run of
    titles under a heading such as "Recent news".
    """
    found: set[int] = set()
    for number, paragraph in enumerate(paragraphs):
        if len(paragraph) > _MAX_LINE_CHARS:
            continue
        folded = paragraph.casefold()
        if _AGE.fullmatch(folded) and number:
            clipped = bool(_CUT_OFF.search(paragraphs[number - 1]))
            if clipped:
                found.add(number - 1)
            title = number - 1 - clipped
            if title >= 0 and _is_title(paragraphs[title]):
                found.add(title)
        if _HEADING.fullmatch(folded):
            found.update(_titles_after(paragraphs, number + 1))
    return found


def _titles_after(paragraphs: list[str], start: int) -> range:
    """The run of titles, clipped openings and ages from `start` on, if there are at least two of them."""
    end = start
    while end < len(paragraphs) and (
        _is_title(paragraphs[end]) or _CUT_OFF.search(paragraphs[end]) or _AGE.fullmatch(paragraphs[end].casefold())
    ):
        end += 1
    return range(start, end) if end - start > 1 else range(0)


def _is_title(paragraph: str) -> bool:
    """Whether this looks like a headline: short, and no sentence unless it asks."""
    short = len(paragraph) <= _MAX_LINE_CHARS and len(paragraph.split()) <= _MAX_TEASER_WORDS
    return short and (paragraph.endswith("?") or not _SENTENCE_END.search(paragraph))
