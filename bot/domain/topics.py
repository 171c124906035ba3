"""Topics: what readers ask for, and how an article is told to be on one.

Standard library only, no I/O.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What readers ask for. `name` is its identity, whatever the case.

    A word matches whole words, whatever case and accents; `*` at its end matches any ending; `a + b` needs both in
    one article. An article with an exclusion in its title is not on the topic.
    """

    name: str
    words: tuple[str, ...]
    exclusions: tuple[str, ...] = ()
