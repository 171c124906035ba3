"""Links that lead a browser to a quote (WICG Text Fragments).

Standard library only, no I/O. Nothing here checks that the quote stands on the page.
"""

from bot.domain.articles import Tier

SHORT_QUOTE_WORDS = 8
EDGE_WORDS = 4
MAX_EDGE_WORDS = 8


def citation_link(url: str, tier: Tier, quote: str, *, within: str = "") -> str:
    """`url` with a text fragment that leads to `quote`, when the page was read (tier `full`); else `url`.

    A fragment that `url` has already is dropped. Quotes of up to eight words stand whole; of longer ones the first
    and last words, whole and as they stand, four of each or as many more as it takes to be unique `within` the
    article's text.
    """
    words = quote.split()
    if tier is not Tier.FULL or not words:
        return url
    page = url.partition("#")[0]
    if len(words) <= SHORT_QUOTE_WORDS:
        return f"{page}#:~:text={_encoded(words)}"
    most = min(len(words) // 2, MAX_EDGE_WORDS)
    text = " ".join(within.split()).casefold()
    first = EDGE_WORDS
    while first < most and text.count(" ".join(words[:first]).casefold()) > 1:
        first += 1
    rest = " ".join(words[first:]).casefold()
    last = EDGE_WORDS
    while last < most and rest.count(" ".join(words[-last:]).casefold()) > 1:
        last += 1
    return f"{page}#:~:text={_encoded(words[:first])},{_encoded(words[-last:])}"


def _encoded(words: list[str]) -> str:
    """Everything but ASCII letters and digits percent-encoded: `-`, `,` and `&` are the fragment's own syntax."""
    return "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}"
        for byte in " ".join(words).encode(errors="replace")
    )
