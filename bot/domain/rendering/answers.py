"""An answer as messages. Standard library only, no I/O."""

from dataclasses import replace

from bot.domain.conversations import Answer, Status
from bot.domain.deliveries import Button, Post
from bot.domain.rendering.story import claim_forms, source_rows
from bot.domain.rendering.text import CONTENT_CHARS, SMALL, escape, fitted, moment, packed
from bot.domain.wording import posts as wording


def answer_posts(answer: Answer, buttons: tuple[Button, ...] = ()) -> tuple[Post, ...]:
    """An answer as messages of at most 2,000 characters, split at claims; the last one has the buttons."""
    lines = _first(answer)
    if answer.note:
        lines.append(SMALL + escape(answer.note))
    for claim in answer.claims:
        lines += fitted([claim_forms(claim)], CONTENT_CHARS)
    if answer.sources:
        lines.append(wording.SOURCES if answer.claims else wording.NEAREST)
        rows = source_rows(answer.sources, answer.claims, titled=not answer.claims)
        lines += [forms[0] for forms in rows]
    articles = len(answer.sources) if answer.claims else 0
    lines.append(SMALL + wording.answer_signature(moment(answer.as_of), articles))
    *posts, last = (Post(content=text) for text in packed(lines))
    return (*posts, replace(last, buttons=buttons))


def _first(answer: Answer) -> list[str]:
    """What is said before anything else: that there is no answer, or why not, or on how little it rests."""
    caveat = escape(answer.caveat or "")
    if answer.status is Status.ANSWERED:
        return [SMALL + caveat] if caveat else []
    declined = [caveat or wording.NO_ANSWER[answer.status]]
    return [*declined, wording.WHAT_THEY_SAY] if answer.claims else declined
