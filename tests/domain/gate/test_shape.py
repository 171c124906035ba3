"""Rules 5 and 6: claim and quotes speak of the same thing, and the claim is one line of plain prose."""

import pytest

from bot.domain.gate import Rule
from tests.domain.gate.scene import broken, judged, refusal

QUOTE = "The harbour at Nuuk reopened on Friday after the storm, the port authority said."

PROSE = [
    "The harbour at Nuuk reopened on Friday after the storm.",
    "The harbour (at Nuuk) reopened on Friday; the storm's over - or so the port authority said!",
    "The harbour at Nuuk “reopened on Friday”, after the storm… [the port authority said].",
    "The harbour at Nuuk reopened on Friday after the 'storm' & the snake_case port_authority said so.",
    "The harbour at Nuuk #reopened on Friday < after the storm >.",
]

ADORNED = [
    "The harbour at Nuuk reopened: https://evil.example/x",
    "The harbour at Nuuk reopened, see www.evil.example",
    "The harbour at Nuuk reopened, says evil.com",
    "The harbour at Nuuk reopened, says bit.ly/abc",
    "The harbour at Nuuk reopened, join discord.gg/abc",
    "The harbour at Nuuk reopened, write to port@nuuk.example",
    "The harbour at Nuuk reopened @everyone",
    "The harbour at Nuuk reopened @here",
    "The harbour at Nuuk reopened <@123>",
    "The harbour at Nuuk reopened <@&123>",
    "The harbour at Nuuk reopened <#123>",
    "The harbour at Nuuk reopened <:storm:123>",
    "The harbour at Nuuk reopened <t:123>",
    "The harbour at Nuuk [reopened](evil)",
    "The harbour at Nuuk [reopened] (evil)",
    "The harbour at Nuuk `reopened` after the storm",
    "The harbour at Nuuk *reopened* after the storm",
    "The harbour at Nuuk **reopened** after the storm",
    "The harbour at Nuuk _reopened_ after the storm",
    "The harbour at Nuuk __reopened__ after the storm",
    "The harbour at Nuuk ~~reopened~~ after the storm",
    "The harbour at Nuuk ||reopened|| after the storm",
    "# The harbour at Nuuk reopened",
    "-# The harbour at Nuuk reopened",
    "> The harbour at Nuuk reopened",
    "- The harbour at Nuuk reopened",
    "1. The harbour at Nuuk reopened",
    "The harbour at Nuuk <b>reopened</b>",
    "The harbour at Nuuk\nreopened after the storm",
    "The harbour at Nuuk\u2028reopened after the storm",
    "The harbour at Nuuk re\u200bopened",
    "The harbour at Nuuk reopened, says evil．com",
    "The harbour at Nuuk reopened, says evil。com",
    "The harbour at Nuuk reopened, see ｗｗｗ.evil.example",
    "The harbour at Nuuk reopened, join discord。gg/abc",
    "The harbour at Nuuk reopened, says evil.example/win",
    "The harbour at Nuuk reopened ＠everyone",
    "The harbour at Nuuk reopened ﹫here",
    "The harbour at Nuuk reopened ＜＠123＞",
    "The harbour at Nuuk ＊＊reopened＊＊ after the storm",
    "The harbour at Nuuk re\ufffdopened",
    "The harbour at Nuuk re\u00adopened",
    "The harbour at Nuuk \u202ereopened\u202c",
    "The harbour at Nuuk reopened\x07",
    "The harbour at Nuuk reopened\u1fefafter the storm\u1fef",
]


@pytest.mark.parametrize("claim", PROSE)
def test_ordinary_prose_passes(claim: str) -> None:
    assert refusal(claim, QUOTE) is None


@pytest.mark.parametrize("claim", ADORNED)
def test_links_mentions_and_mark_up_are_refused(claim: str) -> None:
    found = refusal(claim, QUOTE)
    assert found is not None
    assert (found.rule, found.text) == (Rule.SHAPE, claim)


def test_a_mark_in_a_verbatim_sentence_is_refused_by_its_shape() -> None:
    for mark in ("*storm*", "`storm`", "@storm", "https://storm.example"):
        quote = f"The harbour at Nuuk reopened after the {mark} of Friday."
        assert broken(quote, quote) is Rule.SHAPE


def test_the_name_of_a_site_may_stand_when_it_stands_in_a_quote() -> None:
    quote = "Booking.com said the hotels of Nuuk were full after the storm."
    assert broken("The hotels were full, Booking.com said.", quote) is None
    assert broken("The hotels were full, see https://booking.com for more.", quote) is Rule.SHAPE
    assert broken("The hotels were full, said booking.com/nuuk after the storm.", quote) is Rule.SHAPE


@pytest.mark.parametrize("claim", ["", "   ", "Reopened.", "It reopened.", "— — — —"])
def test_a_claim_of_less_than_three_words_is_refused(claim: str) -> None:
    assert refusal(claim, QUOTE) is not None


def test_three_hundred_characters_are_the_limit() -> None:
    quote = "The harbour reopened after a storm that was " + "very " * 45 + "hard."
    fits = quote + " " * 0
    assert len(fits) <= 300
    assert broken(fits, quote) is None
    longer = fits + " The harbour reopened after a storm, the harbour reopened."
    assert len(longer) > 300
    assert broken(longer, quote) is Rule.SHAPE


def test_a_claim_of_another_matter_is_refused() -> None:
    text = f"{QUOTE}\n\nA survey found that whales near the coast have doubled since hunting ended."
    found = refusal("Whales near the coast have doubled since hunting ended.", QUOTE, text=text)
    assert found is not None
    assert found.rule is Rule.OVERLAP


def test_names_alone_are_no_common_matter() -> None:
    quote = "Denmark, Norway and Finland are named in the letter of the president."
    claim = "Denmark, Norway and Finland will hold military exercises together."
    assert broken(claim, quote) is Rule.OVERLAP


def test_a_light_paraphrase_speaks_of_the_same_thing() -> None:
    claim = "Nuuk's port opened again on Friday when the storm had passed, according to the authority."
    assert broken(claim, QUOTE) is None


LEANING = [
    "He said the harbour at Nuuk reopened on Friday.",
    "It reopened on Friday after the storm.",
    "It is looking ahead to Friday after the storm.",
    "They reopened the harbour at Nuuk on Friday.",
    "This reopened the harbour at Nuuk.",
    "This decision reopened the harbour at Nuuk.",
    "These reopened on Friday after the storm.",
    "Its harbour at Nuuk reopened on Friday.",
    "Their harbour at Nuuk reopened on Friday.",
    "Her US harbour reopened on Friday.",
    "We reopened the harbour at Nuuk on Friday.",
    "the harbour at Nuuk reopened on Friday.",
    "reopened on Friday after the storm.",
]

STANDING = [
    "It is not clear whether the harbour at Nuuk reopened.",
    "It was the storm that the port authority said reopened the harbour.",
    "It took until Friday for the harbour at Nuuk to reopen.",
    "This week the harbour at Nuuk reopened after the storm.",
    "Those who said the harbour reopened on Friday after the storm.",
    "“We reopened the harbour at Nuuk on Friday,” the port authority said.",
    "“It reopened on Friday,” the port authority at Nuuk said.",
    "IT at the harbour of Nuuk reopened on Friday.",
    "iPhone users said the harbour at Nuuk reopened.",
    "eBay said the harbour at Nuuk reopened.",
    "al-Shabaab said the harbour at Nuuk reopened.",
    "von der Leyen said the harbour at Nuuk reopened.",
    "He Lifeng said the harbour at Nuuk reopened.",
    "2,000 people said the harbour at Nuuk reopened.",
]


@pytest.mark.parametrize("claim", LEANING)
def test_a_claim_that_leans_on_something_before_is_refused(claim: str) -> None:
    assert broken(claim, QUOTE) is Rule.SHAPE
    assert broken(claim, claim) is Rule.SHAPE  # a publisher's own sentence, too


@pytest.mark.parametrize("claim", STANDING)
def test_a_claim_that_stands_by_itself_is_not_taken_for_one_that_leans(claim: str) -> None:
    assert broken(claim, QUOTE) is not Rule.SHAPE


@pytest.mark.parametrize(
    ("claim", "language", "rule"),
    [
        ("Er sagte, der Hafen sei offen.", "de", Rule.SHAPE),
        ("Es gibt im Hafen wieder Schiffe.", "de", None),
        ("Elle est ouverte depuis vendredi.", "fr", Rule.SHAPE),
        ("Il y a un bateau dans le port.", "fr", None),
        ("Han sagde, at havnen er åben.", "da", Rule.SHAPE),
        ("Han Duck-soo said the port is open.", "en", None),
        ("Ella dijo que el puerto está abierto.", "es", Rule.SHAPE),
    ],
)
def test_what_leans_is_known_by_the_language_of_the_article(claim: str, language: str, rule: Rule | None) -> None:
    assert broken(claim, claim, language=language) is rule


@pytest.mark.parametrize(
    "quote", ["NUUK, Greenland (Reuters) - The harbour reopened on Friday.", "The harbour reopened on Friday."]
)
@pytest.mark.parametrize("dateline", ["NUUK, Greenland (Reuters) - ", "BRUSSELS: ", "OSLO, Jan 20 (AP) — ", ""])
def test_a_dateline_is_no_part_of_a_sentence_told_verbatim(dateline: str, quote: str) -> None:
    shown = judged(f"{dateline}The harbour reopened on Friday.", quote).claims
    assert [(each.text, each.citations[0].quote) for each in shown] == [("The harbour reopened on Friday.", quote)]


def test_chinese_is_measured_in_letters() -> None:
    text = "丹麦首相周二在努克表示，格陵兰岛不出售。关税将于2026年2月1日上调至13%，影响金额达5亿美元。"
    told = {"text": text, "language": "zh"}
    assert broken("格陵兰岛不会出售，丹麦首相说。", "格陵兰岛不出售。关税", **told) is None
    assert broken("丹麦首相表示，格陵兰岛不出售。", "格陵兰岛不出", **told) is Rule.QUOTE
    assert broken("日本银行公布新的利率政策。", "丹麦首相周二在努克表示", **told) is Rule.OVERLAP
    assert (
        broken("关税2月1日上调至13%，涉及5亿美元。", "关税将于2026年2月1日上调至13%，影响金额达5亿美元。", **told)
        is None
    )
    assert (
        broken("关税2月1日上调至13%，涉及6亿美元。", "关税将于2026年2月1日上调至13%，影响金额达5亿美元。", **told)
        is Rule.FIGURE
    )


def test_a_claim_in_other_words_is_shown_without_its_dateline() -> None:
    text = "OTTAWA (Continental Press) - The levy on fish rises in June."
    told = judged(
        "OTTAWA (Continental Press) - In June the levy on fish goes up.", "The levy on fish rises in June", text=text
    )
    assert [claim.text for claim in told.claims] == ["In June the levy on fish goes up."]
