"""What a second model is shown: the quotes, what stands around them, and no more."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.briefings import Citation, Claim, Role
from bot.domain.gate import Rule
from bot.domain.opinions import MOST_CHARS, excerpts, objection
from tests.domain.samples import RALLY_TEXT, TARIFF_TEXT, article

LONG = "\n\n".join(f"Sentence {n} of a long report on the harbour and its cranes stands here." for n in range(400))
SOURCES = {"S1": article("Tariff", TARIFF_TEXT), "S2": article("Harbour", LONG), "S3": article("Rally", RALLY_TEXT)}


def claim(*quotes: tuple[str, str]) -> Claim:
    """A claim that cites these quotes by source."""
    citations = tuple(
        Citation(n=1, article_id=SOURCES[source].id, version=1, url="", link="", quote=quote)
        for source, quote in quotes
    )
    return Claim(role=Role.POINT, text="It is so.", citations=citations)


def quoted(n: int) -> str:
    return LONG.split("\n\n")[n]


def test_a_short_article_is_shown_whole_and_others_not_at_all() -> None:
    shown = excerpts(claim(("S1", TARIFF_TEXT.split("\n\n")[1])), SOURCES)
    assert {source: each.text for source, each in shown.items()} == {"S1": TARIFF_TEXT}
    assert shown["S1"].outlet == SOURCES["S1"].outlet


def test_of_a_long_article_what_stands_around_the_quote_is_shown() -> None:
    (text,) = [each.text for each in excerpts(claim(("S2", quoted(200))), SOURCES).values()]
    assert len(text) <= MOST_CHARS
    assert all(quoted(n) in text for n in (190, 200, 210))
    assert LONG[LONG.index(text) - 1].isspace()
    assert LONG[LONG.index(text) + len(text)].isspace()


def test_stretches_that_meet_are_one_and_others_stand_apart() -> None:
    near = excerpts(claim(("S2", quoted(200)), ("S2", quoted(203))), SOURCES)["S2"].text
    assert near in LONG
    apart = excerpts(claim(("S2", quoted(20)), ("S2", quoted(300))), SOURCES)["S2"].text
    assert apart not in LONG
    assert apart.index(quoted(20)) < apart.index(quoted(300))


@given(st.lists(st.tuples(st.sampled_from(["S1", "S2", "S3"]), st.integers(0, 399)), min_size=1, max_size=9))
def test_every_quote_is_shown_within_the_limit(places: list[tuple[str, int]]) -> None:
    paragraphs = {source: each.text.split("\n\n") for source, each in SOURCES.items()}
    quotes = [(source, paragraphs[source][n % len(paragraphs[source])]) for source, n in places]
    shown = excerpts(claim(*quotes), SOURCES)
    assert all(quote in shown[source].text for source, quote in quotes)
    assert sum(len(each.text) for each in shown.values()) <= MOST_CHARS + 2 * len(quotes)


def test_a_quote_that_is_longer_than_all_there_is_room_for_is_cut() -> None:
    (shown,) = excerpts(claim(("S2", LONG)), SOURCES).values()
    assert len(shown.text) <= MOST_CHARS


def test_a_no_is_a_refusal_of_the_sentence_as_it_was_drafted() -> None:
    refusal = objection("It is so.")
    assert (refusal.text, refusal.rule) == ("It is so.", Rule.OPINION)
    assert refusal.reason.endswith(".")
