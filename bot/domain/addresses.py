"""Addresses: which URLs lead to one article, which is the feed's own, what of a URL may be shown.

Standard library only, no I/O. Nothing here decides whether an address may be fetched: that is the web adapter's guard.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from bot.domain.errors import InputError
from bot.domain.feeds import FeedUrl
from bot.domain.wording import refusals

MOST_CHARS = 2_000
"""A longer address is not kept: no browser bar, chat message or printed page holds it."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_AFTER_SCHEME = len("https://")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SAFE = "%!$&'()*+,;=:@/?~#[]"
_CAMPAIGN = re.compile(
    r"(utm|mtm|pk|piwik|hsa|ns|stm)_.*"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|igsh|ttclid|li_fat_id"
    r"|mc_[ce]id|_hsenc|_hsmi|_ga|_gl|vero_id|oly_(anon|enc)_id|rb_clickid|s_cid|wt_mc|xtor|mkt_tok"
    r"|at_(medium|campaign|campaign_type|custom\d|format|link_[a-z]+|ptr_name|bbc_team)"
    r"|cmp|cmpid|ito|smid|emc|partner|ncid|ftag|guccounter|guce_referrer(_sig)?|__twitter_impression"
    r"|ref_src|ref_url|spm|cn-reloaded|traffic_source|sr_share|outputtype",
    re.IGNORECASE,
)
"""Query parameters that count readers and choose nothing: measuring tools, newsletters, social networks, big papers."""
_CANONICAL = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z]{2,}/[A-Za-z0-9%!$&'()*+,;=:@/~._-]*")
"""Most addresses are: by name, without port and query, nothing to encode."""
_WHOLE = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*(?::[0-9]{1,4})?/[!-~]*")
_BARE = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9/._~-]*")
"""An address that has no place for a secret."""
_PLACE = re.compile(r"(https?)://([a-z0-9.-]+)(?::([0-9]{1,4}))?(?![^/])")
"""What most addresses begin with."""
_SECOND_LEVEL = {"ac", "co", "com", "edu", "go", "gob", "gov", "gv", "ne", "net", "nhs", "or", "org"}
_SHARED = {
    *("blogspot.com", "buttondown.email", "feedburner.com", "ghost.io", "github.io", "medium.com", "netlify.app"),
    *("substack.com", "tumblr.com", "vercel.app", "wordpress.com"),
}
"""Sites of which every name belongs to somebody else."""
_SECRET = re.compile(
    r"(?P<name>[?&](?:[\w.-]*[_.-])?(?:access|api|auth|client|feed|private|rss|session|user)?"
    r"(?:auth|key|pass(?:word|wd)?|pwd|secret|sig(?:nature)?|token))=[^&#\s'\"]+",
    re.IGNORECASE,
)
"""A query parameter that looks as if it opened a door, with the sign before it."""
_MOBILE = re.compile(r"^(www\d?|m|mobile|amp)\.")


def canonical(url: str) -> str:
    """The whole http(s) address of an article without what does not choose the article; still leads to the page.

    Host in lower case, no default port, no credentials, no fragment, no reader-counting parameters. Raises InputError
    for anything that is no http(s) address.
    """
    if len(url) <= MOST_CHARS and _CANONICAL.fullmatch(url):
        return url
    parts = _split(url)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _CAMPAIGN.fullmatch(pair.split("=")[0]))
    return _quoted(parts._replace(netloc=_netloc(parts, credentials=False), query=query, fragment=""))


def spellings(url: str) -> tuple[str, ...]:
    """Every spelling under which this canonical URL may be stored: http and https, with and without a final slash.

    The first is `url` itself; addresses whose spellings meet are one article.
    """
    if "?" not in url and not url.endswith("/"):  # most are
        other = "http" + url[5:] if url.startswith("https") else "https" + url[4:]
        return url, url + "/", other, other + "/"
    scheme, _, rest = url.partition("://")
    place, mark, query = rest.partition("?")
    bare, query = place.rstrip("/"), mark + query
    other = "http" if scheme == "https" else "https"
    if "/" not in bare:  # a front page has no shorter form
        forms: tuple[str, ...] = (f"{scheme}://{bare}/{query}", f"{other}://{bare}/{query}")
    else:
        short, long = f"://{bare}{query}", f"://{bare}/{query}"
        forms = (scheme + short, scheme + long, other + short, other + long)
    return (url, *[form for form in forms if form != url])


def identity(url: str) -> str:
    """The same for all spellings of one article's canonical URL; no address itself."""
    place, mark, query = url.partition("://")[2].partition("?")
    return place.rstrip("/") + mark + query


def own_address(fetched: str, claimed: str | None) -> str:
    """The canonical URL of a page fetched at `fetched` that says it is `claimed` (`rel=canonical`).

    The claim counts where it stays on the same site and names a page; many sites name their front page on every page.
    It never turns https into http.
    """
    here = canonical(fetched)
    if not claimed:
        return here
    try:
        there = canonical(urljoin(fetched, claimed))
    except (InputError, ValueError):
        return here
    if not same_site(here, there) or (urlsplit(there).path in {"", "/"} and urlsplit(here).path not in {"", "/"}):
        return here
    return here if here.startswith("https:") and there == "http" + here[5:] else there


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one publisher: the same host but for `www.`, mobile and AMP names, and port."""
    first, second = urlsplit(one), urlsplit(other)
    bare = [_MOBILE.sub("", parts.hostname or "") for parts in (first, second)]
    return bare[0] == bare[1] and _port(first) == _port(second)


def publisher(url: str) -> str:
    """What a publisher is called of whom nothing but an address is known."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def same_publisher(one: str, other: str) -> bool:
    """Whether two addresses seem to belong to one publisher: names under one domain, or one numeric host and port."""
    return _share_domain(origin(one), origin(other))


def feed_url(text: str) -> FeedUrl:
    """The identity of a feed from what a person typed: scheme added if missing, no fragment, no default port.

    Credentials and the whole query stay: they choose the feed. Raises InputError for what is no http(s) address.
    """
    text = text.strip().removeprefix("feed:")
    if text.startswith("//"):
        text = "https:" + text
    elif text and not _SCHEME.match(text):
        text = "https://" + text
    parts = _split(text)
    return FeedUrl(_quoted(parts._replace(netloc=_netloc(parts, credentials=True), fragment="")))


def shown(url: str) -> str:
    """`url` as it may stand in a log or before a person: without user name, password, and what opens doors."""
    if _BARE.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
        return _SECRET.sub(r"\g<name>=***", urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])))
    except ValueError:
        return refusals.ADDRESS_UNREADABLE


def without_secrets_of(feed: FeedUrl, url: str) -> str:
    """The address of an article without the secrets of the feed that leads there: whoever reads of it has none."""
    if "?" not in url or not (secrets := _secrets(feed)):
        return url
    page, _, query = url.partition("?")
    kept = "&".join(pair for pair in query.split("&") if pair and not {"?" + pair, "&" + pair} & secrets)
    return f"{page}?{kept}" if kept else page


@lru_cache(maxsize=1 << 10)  # asked again for each entry of a feed
def _secrets(feed: FeedUrl) -> frozenset[str]:
    return frozenset(found[0] for found in _SECRET.finditer(feed))


def origins(urls: Iterable[str], at_most: int) -> frozenset[str]:
    """Scheme and host that the canonical URLs of these addresses begin with, in both schemes.

    Empty where that cannot be told, or they are more than `at_most`.
    """
    as_they_came = {origin(url) for url in urls}
    try:
        found = [origin(canonical(f"{each}/")) for each in as_they_came] if len(as_they_came) <= at_most else ()
    except InputError:
        return frozenset()
    return frozenset([f"{scheme}{each[each.index(':') :]}" for each in found for scheme in _DEFAULT_PORTS])


def origin(url: str) -> str:
    """Scheme and host, and what stands before the first slash after them."""
    path = url.find("/", _AFTER_SCHEME)
    return url if path < 0 else url[:path]


def host_key(url: str) -> str:
    """Host and port of an http(s) address, lower case: `example.org:443`."""
    if found := _PLACE.match(url):
        return f"{found[2]}:{int(found[3] or 0) or _DEFAULT_PORTS[found[1]]}"
    parts = urlsplit(url)
    return f"{parts.hostname or ''}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)}"


def resolved(base: str, link: str) -> str:
    """`link` as a whole http(s) address, seen from `base`; empty where it is none."""
    if _WHOLE.fullmatch(link):
        return link
    try:
        link = link.strip()
        whole = link if link.startswith(("https://", "http://")) else urljoin(base, link)
        parts = urlsplit(whole)
        return whole if parts.scheme in _DEFAULT_PORTS and parts.hostname else ""
    except ValueError:
        return ""


@lru_cache(maxsize=1 << 10)  # the entries of a feed are mostly from one place
def _share_domain(one: str, other: str) -> bool:
    domain = _domain(one)
    return domain == _domain(other) != ""


def _domain(url: str) -> str:
    """The part of a host name that somebody registered, as far as that can be told without a list of all suffixes."""
    host, _, port = host_key(url).rpartition(":")
    labels = host.split(".")
    if labels[-1].isdigit() or ":" in host:
        return f"{host}:{port}"
    country = len(labels[-1]) == 2 and len(labels) > 2 and labels[-2] in _SECOND_LEVEL
    domain = ".".join(labels[-3:] if country else labels[-2:])
    return host if domain in _SHARED else domain


def _split(url: str) -> SplitResult:
    if len(url) > MOST_CHARS:
        raise InputError(refusals.address_chars(MOST_CHARS))
    try:
        parts = urlsplit(url.strip())
        known = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise InputError(refusals.NOT_AN_ADDRESS) from error
    if not known or re.search(r"[\s\x00-\x20\x7f]", parts.netloc):
        raise InputError(refusals.NOT_AN_ADDRESS)
    return parts


def _netloc(parts: SplitResult, *, credentials: bool) -> str:
    host = (parts.hostname or "").rstrip(".")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise InputError(refusals.HOST_UNREADABLE) from error
    host = f"[{host}]" if ":" in host else host
    port = _port(parts)
    user = parts.netloc.rpartition("@")[0]
    return (f"{user}@" if credentials and user else "") + host + (f":{port}" if port else "")


def _port(parts: SplitResult) -> int | None:
    return None if parts.port == _DEFAULT_PORTS.get(parts.scheme) else parts.port


def _quoted(parts: SplitResult) -> str:
    """Spaces and non-ASCII characters percent-encoded, halves of characters left out; what is encoded stays."""
    path, query = (quote(part, safe=_SAFE, errors="ignore") for part in (parts.path or "/", parts.query))
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
