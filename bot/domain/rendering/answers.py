"""An answer as messages. Standard library only, no I/O."""

from bot.domain.conversations import Answer, Status
from bot.domain.deliveries import Post
from bot.domain.rendering.story import claim_forms, source_forms
from bot.domain.rendering.text import CONTENT_CHARS, escape, fitted, packed, plural

_NOTHING = {
    Status.NOT_COVERED: "Nothing that I have stored answers this.",
    Status.OVER_BUDGET: "Today's budget for the model is used up, and no stored sentence answers this by itself.",
    Status.UNAVAILABLE: "The model does not answer right now, and no stored sentence answers this by itself.",
}
_DECLINED = "What they say about it:"


def answer_posts(answer: Answer) -> tuple[Post, ...]:
    """An answer as messages of at most 2,000 characters, split at claims."""
    lines = _first(answer)
    if answer.note:
        lines.append(f"-# {escape(answer.note)}")
    for claim in answer.claims:
        lines += fitted([claim_forms(claim)], CONTENT_CHARS)
    if answer.sources:
        lines.append("**Sources**" if answer.claims else "**Nearest to it**")
        titled = not answer.claims
        lines += [source_forms(n, each, "UTC", titled=titled)[0] for n, each in enumerate(answer.sources, 1)]
    as_of = f"{answer.as_of.day} {answer.as_of:%B %Y, %H:%M} UTC"
    if answer.claims:
        count = plural(len(answer.sources), "article")
        lines.append(f"-# As of {as_of} · written by software from {count}; each claim links to its quote.")
    else:
        lines.append(f"-# As of {as_of} · written by software.")
    return tuple(Post(content=text) for text in packed(lines))


def _first(answer: Answer) -> list[str]:
    """What is said before anything else: that there is no answer, or why not, or on how little it rests."""
    caveat = escape(answer.caveat or "")
    if answer.status is Status.ANSWERED:
        return [f"-# {caveat}"] if caveat else []
    declined = [caveat] if caveat else [_NOTHING[answer.status]]
    return [*declined, _DECLINED] if answer.claims else declined
