"""What holds for every text, however odd."""

from datetime import UTC, datetime

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.domain.drafts import DraftClaim, Support
from bot.domain.gate import Rule, check, check_headline
from bot.domain.gate.words import count_words
from bot.domain.text import normalise
from tests.domain.gate.scene import judged, source

MANY = settings(deadline=None, max_examples=150)

PIECES = st.one_of(
    st.sampled_from(
        "the of in 13 13% $5m US$732bn 1,200 1.200 6½ January 13, 2026 Tuesday yesterday may May Denmark's U.S. F-35 "
        "G7 two-thirds three million half a dozen hundreds “won’t be” – … (AP) O'Brien Ørsted Straße ﬁne № ² "
        "İstanbul q4 5.30pm 17:30 '80s 1990s 10-15 per cent points 3rd twenty-first last week €1,2 Mrd. ŉ ſ ３ ٣ A. "
        "said,".split()
    ),
    st.text(min_size=1, max_size=8),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=25).map(" ".join)
MOMENTS = st.integers(-700_000_000, 20_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@MANY
@given(TEXTS, TEXTS, TEXTS)
@example("In 1912 5 people", "of 1 000 000 kr.", "at 5 p.m. on 31 April")
def test_a_verbatim_sentence_that_quotes_itself_passes_but_for_its_shape(before: str, said: str, after: str) -> None:
    sentence = normalise(said)
    assume("\n" not in sentence and count_words(sentence) >= 4 and len(sentence) <= 300)
    verdict = judged(sentence, sentence, text=f"{before}\n\n{sentence}\n\n{after}")
    assert all(refused.rule is Rule.SHAPE for refused in verdict.refusals)


@MANY
@given(TEXTS, TEXTS, TEXTS, MOMENTS)
def test_no_draft_breaks_the_gate_and_no_citation_is_made_up(
    text: str, claim: str, quote: str, published: datetime
) -> None:
    sources = {"S1": source(text, title=quote, published_at=published), "S2": source(claim)}
    stretch = " ".join(normalise(text).split()[:9])
    drafts = [
        DraftClaim(text=said, support=(Support(source=name, quote=given),))
        for said in (claim, f"{stretch}.", text)
        for given in (quote, stretch.upper(), claim)
        for name in ("S1", "S2", "S3")
    ]
    verdict = check(drafts, sources)
    assert len(verdict.claims) + len(verdict.refusals) == len(drafts)
    for passed in verdict.claims:
        assert 0 < len(passed.text) <= 300
        for citation in passed.citations:
            cited = list(sources.values())[citation.n - 1]
            assert citation.quote in cited.text
            assert citation.link.startswith(cited.url)
    for refused in verdict.refusals:
        assert refused.reason.endswith(".")
    check_headline(claim, verdict.claims, sources)


@MANY
@given(st.integers(13, 10**7), st.integers(13, 10**7), st.sampled_from(["", "%", " per cent", " million", "m euros"]))
def test_a_number_passes_exactly_when_it_is_the_quoted_one(said: int, quoted: int, unit: str) -> None:
    claim = f"The office counted {said:,}{unit} in all."
    verdict = judged(claim, f"In its survey the office counted {quoted}{unit} in all of them.")
    assert bool(verdict.claims) is (said == quoted)


@MANY
@given(st.integers(1, 12), st.integers(1, 28), st.integers(1, 12), st.integers(1, 28))
def test_a_day_passes_exactly_when_it_is_the_quoted_one(month: int, day: int, other_month: int, other_day: int) -> None:
    said = datetime(2026, month, day, tzinfo=UTC).strftime("%-d %B")
    quoted = datetime(2026, other_month, other_day, tzinfo=UTC).strftime("%B %-d")
    verdict = judged(
        f"The talks resumed on {said} in the town.", f"They said the talks resumed on {quoted} in the town."
    )
    assert bool(verdict.claims) is ((month, day) == (other_month, other_day))


@MANY
@given(st.data())
def test_a_quote_with_one_word_altered_is_refused(data: st.DataObject) -> None:
    words = "Officials in Nuuk said that the talks on trade would go on until the end of May".split()
    place = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from(["never", "Oslo", "June", "not", "13"]))
    altered = " ".join([*words[:place], other, *words[place + 1 :]])
    verdict = judged("The talks would go on until May.", altered, text=" ".join(words))
    assert [refused.rule for refused in verdict.refusals] == [Rule.QUOTE]


@MANY
@given(TEXTS, TEXTS, TEXTS)
@example("US$732bn 0A the", "the US$732bn 0\x1fA", "the")
@example("BERLIN (dpa) - Talks resumed in Nuuk on 13 May.", "“would not be hurried”", "the talks “will not hurry”")
def test_what_passed_passes_again_unchanged(text: str, claim: str, quote: str) -> None:
    stretch = " ".join(normalise(text).split()[:9])
    sources = {"S1": source(f"{text}\n\n{claim}", title=quote)}
    drafts = [
        DraftClaim(text=said, support=(Support(source="S1", quote=given),))
        for said in (claim, stretch, text)
        for given in (stretch, claim)
    ]
    passed = check(drafts, sources).claims
    again = [
        DraftClaim(text=each.text, support=tuple(Support(source="S1", quote=c.quote) for c in each.citations))
        for each in passed
    ]
    assert [each.text for each in check(again, sources).claims] == [each.text for each in passed]


TOLD = (
    "Denmark will spend {} on {} ships for Greenland by {}, a rise of {} on {}, the minister told reporters in Nuuk.",
    ("$42.4 billion", "16", "2033", "7.5 per cent", "12 May"),
)
OTHERS = (
    "$42.9 billion",
    "$42.4 million",
    "€42.4 billion",
    "61",
    "2035",
    "7.5 points",
    "8.5 per cent",
    "13 May",
    "12 June",
)


@MANY
@given(st.integers(0, 4), st.sampled_from(OTHERS))
def test_a_sentence_that_differs_from_its_quote_in_one_figure_is_refused(place: int, other: str) -> None:
    sentence, told = TOLD
    altered = [*told[:place], other, *told[place + 1 :]]
    quote = sentence.format(*told)
    assert judged(quote, quote).refusals == ()
    assert len(judged(sentence.format(*altered), quote).refusals) == 1


@MANY
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read_without_an_exception(one: str, other: str) -> None:
    for name in ("en", "de", "zh", "xx"):
        verdict = check(
            [DraftClaim(text=one, support=(Support(source="S1", quote=other),))],
            {"S1": source(f"{other} {one}", language=name)},
        )
        assert len(verdict.claims) + len(verdict.refusals) == 1
