"""What is said against a drafted claim: to the writer who is to mend it, and to who asks what was withheld."""

RULES = {
    "source": "source",
    "quote": "quote",
    "figure": "figure",
    "name": "name",
    "overlap": "overlap",
    "shape": "shape",
    "negation": "negation",
    "direction": "direction",
    "opinion": "opinion",
}
"""What each rule is called, by its stored name (see `gate.Rule`)."""

NO_SOURCE = "It cites no source."
UNSEEN = "It carries control characters or characters that cannot be seen."
LOST = "It carries a character that was lost."
MANY_LINES = "It has more than one line."
UNCONFIRMED = "A second reader does not find all of it in its quotes."

LINK = "a link"
E_MAIL = "an e-mail address"
MENTION = "a mention"
MASKED_LINK = "a masked link"
MARK_UP = "mark-up"
ADDRESS = "an address"


def unknown_source(source: str) -> str:
    return f"There is no source {source!r}."


def short_quote(quote: str, least: int) -> str:
    return f"The quote “{quote}” is too short: at least {least} words must be copied."


def long_quote(opening: str) -> str:
    return f"The quote “{opening}…” is too long: quote the one or two sentences that say it."


def quote_across(quote: str) -> str:
    return f"The quote “{quote}” runs across two paragraphs: quote each by itself."


def quote_with_gaps(quote: str) -> str:
    return f"The quote “{quote}” leaves words out: copy one stretch without gaps."


def no_quote(quote: str) -> str:
    return f"The quote “{quote}” does not stand word for word in its article."


def not_said(words: str) -> str:
    return f"The words “{words}” stand in none of its articles, so they are no quotation."


def no_date(date: str) -> str:
    return f"The date “{date}” stands in none of its quotes."


def no_figure(figure: str) -> str:
    return f"The figure “{figure}” stands in none of its quotes."


def other_figure(figure: str, quoted: str) -> str:
    return f"The figure “{figure}” does not stand in its quotes, which say “{quoted}”."


def no_name(name: str) -> str:
    return f"The name “{name}” stands in none of its articles."


def instead(said: str, quoted: str) -> str:
    return f"It says “{said}” where its quote says “{quoted}”."


def of_another(said: str, quoted: str) -> str:
    return f"It says “{said}” of what its quote says of “{quoted}”."


def opposite(said: str, quoted: str) -> str:
    """Either may be empty: one of both has a word that the other has not."""
    return f"It says the opposite of its quote: {_named(said)} for {_named(quoted)}."


def _named(words: str) -> str:
    return f"“{words}”" if words else "nothing"


def against(said: str, quoted: str) -> str:
    """As `instead`, of all its quotes."""
    return f"It says “{said}” where its quotes say “{quoted}”."


def denies(word: str) -> str:
    return f"It denies what its quotes say of “{word}”."


def denied(word: str) -> str:
    return f"Its quotes deny what it says of “{word}”."


def little_shared(share: float) -> str:
    return f"Its quotes do not say it: they share {share:.0%} of its words."


def begins_midway(word: str) -> str:
    return f"It begins in the middle of a sentence (“{word}”)."


def leans(word: str) -> str:
    return f"It does not stand by itself: “{word}” means something named before."


def few_words(least: int) -> str:
    return f"It has fewer than {least} words."


def long(most_chars: int) -> str:
    return f"It is longer than {most_chars} characters."


def carries(what: str, found: str) -> str:
    return f"It carries {what} (“{found}”)."
