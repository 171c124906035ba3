"""What is left of a telling for a place that was told before, and a story's page made of all that was told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Article
from bot.domain.briefings import (
    BriefingId,
    Citation,
    Claim,
    Engine,
    Form,
    PastTelling,
    Role,
    Source,
    Telling,
    Told,
    told,
)
from bot.domain.corrections import Change, Correction, CorrectionId
from bot.domain.deliveries import DeliveryId
from bot.domain.drafts import CLAIMS_A_STORY, WORDS_A_STORY
from bot.domain.rendering import CONTENT_CHARS, moment, timeline_posts
from bot.domain.retelling import retell
from bot.domain.schedules import Destination
from bot.domain.stories import StoryId
from bot.domain.timeline import MOST_ENTRIES, Timeline, timeline
from tests.domain.samples import NOW, article

STORY = StoryId("s1")
EVERY = tuple(article(name, outlet=name, hours_old=age) for name, age in (("A", 48), ("B", 24), ("C", 1), ("D", 1)))
OLD, MIDDLE, NEW, TWIN = EVERY
FIRE = "12 people were killed in the hotel fire in Nuuk."
WORSE = "14 people were killed in the hotel fire in Nuuk."
CAUSE = "A heater had set the curtains of the lobby alight."
MAYOR = "The mayor wants sprinklers in every hotel."


def _claim(text: str, cited: Article = NEW, *, role: Role = Role.POINT, n: int = 9) -> Claim:
    citation = Citation(n=n, article_id=cited.id, version=1, url=cited.url, link=cited.url, quote=text)
    return Claim(role=role, text=text, citations=(citation,))


def _telling(*claims: Claim, headline: str = "Fire in Nuuk", shown: tuple[Article, ...] = EVERY[::-1]) -> Telling:
    return Telling(
        story_id=STORY,
        topic="Greenland",
        headline=headline,
        form=Form.WRITTEN if claims else Form.HEADLINE,
        claims=claims,
        sources=tuple(Source.of(each) for each in shown),
        engine=Engine(name="extractive"),
    )


def _told(*claims: Claim, knowing: tuple[Article, ...] = ()) -> Told:
    """What was told a day ago, when what it cites was known, and these articles."""
    cited = {citation.article_id for claim in claims for citation in claim.citations}
    past = PastTelling(
        briefing=BriefingId("b1"),
        at=NOW - timedelta(days=1),
        telling=_telling(*claims, shown=(*knowing, *(each for each in EVERY if each.id in cited))),
        destination=Destination("discord:1"),
    )
    return told([past])[STORY]


def _left(telling: Telling, before: Told | None) -> Telling | None:
    (left,) = retell([telling], {STORY: before} if before else {})
    return left


def test_what_was_never_told_is_told_from_the_front_within_the_limits() -> None:
    claims = [_claim(f"Claim {n} says {'word ' * 20}here.") for n in range(7)]
    left = _left(_telling(*claims), None)
    assert left
    assert ([each.text for each in left.claims], left.since) == ([each.text for each in claims[:CLAIMS_A_STORY]], None)
    assert sum(len(claim.text.split()) for claim in left.claims) <= WORDS_A_STORY
    long = _left(_telling(*(_claim("word " * 50 + str(n)) for n in range(5))), None)
    assert long
    assert len(long.claims) == 2


def test_what_was_told_is_left_out_and_the_rest_moves_up() -> None:
    left = _left(_telling(_claim(FIRE, OLD), _claim(CAUSE), _claim(MAYOR, MIDDLE)), _told(_claim(FIRE, OLD)))
    assert left
    assert [claim.text for claim in left.claims] == [CAUSE, MAYOR]
    assert left.since == NOW - timedelta(days=1)


def test_a_headline_with_a_figure_that_is_overtaken_gives_way_to_the_newest_title() -> None:
    before = _told(_claim(FIRE, OLD))
    for headline, shown in (("Fire kills 12", "C (C)"), ("Fire kills 14", "Fire kills 14"), ("Fire", "Fire")):
        left = _left(_telling(_claim(WORSE, NEW), _claim(CAUSE, MIDDLE), headline=headline), before)
        assert left
        assert left.headline == shown


def test_a_headline_with_a_day_or_figure_that_is_not_told_gives_way_as_well() -> None:
    before = _told(_claim(FIRE, OLD))
    left = _left(_telling(_claim(MAYOR, NEW), headline="Hotel in Nuuk reopens on March 1"), before)
    assert left
    assert left.headline == "C (C)"
    cut = [_claim(f"Claim {n} says {'word ' * 20}here.") for n in range(5)]
    for claims, shown in (([*cut, _claim(FIRE)], "C (C)"), ([_claim(FIRE), *cut], "Fire kills 12")):
        first = _left(_telling(*claims, headline="Fire kills 12"), None)
        assert first
        assert first.headline == shown


def test_what_was_struck_there_is_told_when_others_say_it() -> None:
    before = replace(_told(_claim(FIRE, OLD), _claim(CAUSE, OLD)), struck=frozenset({FIRE}))
    left = _left(_telling(_claim(FIRE, NEW), _claim(CAUSE, NEW)), before)
    assert left
    assert [(claim.text, claim.update) for claim in left.claims] == [(FIRE, False)]
    assert _left(_telling(_claim(FIRE, OLD)), before) is None


def test_what_rests_on_articles_known_then_is_not_new_although_it_was_not_told() -> None:
    before = _told(_claim(FIRE, OLD), knowing=(MIDDLE,))
    assert _left(_telling(_claim(CAUSE, MIDDLE), _claim(MAYOR, OLD)), before) is None


def test_a_later_version_of_an_article_can_hold_something_new() -> None:
    later = _claim(CAUSE, OLD)
    later = replace(later, citations=(replace(later.citations[0], version=2),))
    left = _left(_telling(_claim(MAYOR, OLD), later), _told(_claim(FIRE, OLD)))
    assert left
    assert [claim.text for claim in left.claims] == [CAUSE]


def test_only_sources_that_are_cited_or_new_there_are_listed_and_numbered_anew() -> None:
    before = _told(_claim(FIRE, OLD), knowing=(NEW,))
    left = _left(_telling(_claim(FIRE, OLD), _claim(MAYOR, MIDDLE), shown=(NEW, MIDDLE, OLD)), before)
    assert left
    assert [source.title for source in left.sources] == ["B"]
    assert left.claims[0].citations[0].n == 1


@pytest.mark.parametrize(
    ("before", "now", "texts", "update"),
    [
        ((FIRE, OLD), (WORSE, NEW), [WORSE], True),
        ((WORSE, NEW), (FIRE, OLD), None, False),  # overtaken
        ((FIRE, NEW), (WORSE, TWIN), [WORSE], False),  # of the same time: neither is later
        ((FIRE, OLD), (FIRE, NEW), None, False),
        ((FIRE, OLD), (CAUSE, NEW), [CAUSE], False),
    ],
)
def test_a_later_figure_is_told_as_an_update_and_an_earlier_one_not_at_all(
    before: tuple[str, Article], now: tuple[str, Article], texts: list[str] | None, update: bool
) -> None:
    left = _left(_telling(_claim(*now)), _told(_claim(*before)))
    assert (left and [claim.text for claim in left.claims]) == texts
    assert bool(left and left.claims[0].update) == update


def test_an_update_of_an_update_is_measured_by_the_last_one() -> None:
    worst = "17 people were killed in the hotel fire in Nuuk."
    before = _told(_claim(FIRE, OLD), _claim(WORSE, MIDDLE))
    left = _left(_telling(_claim(WORSE, MIDDLE), _claim(FIRE, OLD), _claim(worst, NEW)), before)
    assert left
    assert [(claim.text, claim.update) for claim in left.claims] == [(worst, True)]


def test_where_sources_differ_all_sides_are_told_again_as_soon_as_one_is_new() -> None:
    sides = (_claim(FIRE, OLD, role=Role.DIFFERS), _claim(WORSE, NEW, role=Role.DIFFERS))
    left = _left(_telling(*sides), _told(_claim(FIRE, OLD)))
    assert left
    assert [(claim.text, claim.update) for claim in left.claims] == [(FIRE, False), (WORSE, False)]
    assert _left(_telling(*sides), _told(*sides)) is None


def test_the_sides_of_sources_that_differ_are_never_parted_by_the_limit() -> None:
    claims = [_claim(f"Claim {n}: {'ship ' * n}", role=Role.POINT) for n in range(1, CLAIMS_A_STORY)]
    sides = [_claim(text, role=Role.DIFFERS) for text in (FIRE, WORSE)]
    left = _left(_telling(*claims, *sides), None)
    assert left
    assert [each.text for each in left.claims] == [each.text for each in claims]


def test_a_bare_headline_is_told_again_only_where_it_says_something_new() -> None:
    assert _left(_telling(), _told()) is None
    again = _left(_telling(headline="Hotel in Nuuk to be torn down"), _told())
    assert again
    assert again.since
    assert _left(_telling(headline="Hotel in Nuuk to be torn down"), _told(_claim(FIRE))) is None


TEXTS = st.lists(st.sampled_from([FIRE, WORSE, CAUSE, MAYOR, "", "x"]), max_size=6)


@given(TEXTS, TEXTS)
def test_nothing_is_told_twice_in_the_same_words(before: list[str], now: list[str]) -> None:
    left = _left(_telling(*(_claim(text, TWIN) for text in now)), _told(*map(_claim, before)))
    assert not {claim.text for claim in left.claims} & set(before) if left else True


# --- a story's page -----------------------------------------------------------------------------------------------


def _page(*tellings: Telling, corrected: tuple[str, ...] = ()) -> Timeline:
    past = [
        PastTelling(briefing=BriefingId(f"b{n}"), at=NOW + timedelta(days=n), telling=telling)
        for n, telling in enumerate(tellings)
    ]
    return timeline(past, [_correction(text) for text in corrected])


def _correction(claim: str) -> Correction:
    return Correction(
        id=CorrectionId(f"k-{claim}"),
        delivery=DeliveryId("d1"),
        part=2,
        destination=Destination("discord:1"),
        story=STORY,
        headline="Fire in Nuuk",
        claim=claim,
        article=OLD.id,
        outlet="A",
        url=OLD.url,
        version=2,
        change=Change.FIGURE,
        quote=claim,
        now=WORSE,
        found_at=NOW + timedelta(days=2),
    )


def test_a_page_tells_each_claim_once_in_order_of_time_with_its_sources() -> None:
    page = _page(
        _telling(_claim(CAUSE, MIDDLE), _claim(FIRE, OLD)),
        _telling(_claim(WORSE, NEW), _claim(FIRE, NEW), headline="Fire in Nuuk: 14 dead"),
    )
    assert [entry.claim.text for entry in page.entries] == [FIRE, CAUSE, WORSE]
    assert [entry.at for entry in page.entries] == [OLD.published_at, MIDDLE.published_at, NEW.published_at]
    assert [source.title for source in page.sources] == ["A", "B", "C"]
    assert [entry.claim.citations[0].n for entry in page.entries] == [1, 2, 3]
    assert (page.headline, page.left_out) == ("Fire in Nuuk: 14 dead", 0)


def test_a_corrected_claim_stays_on_the_page_struck_through_with_the_date() -> None:
    page = _page(_telling(_claim(FIRE, OLD)), _telling(_claim(WORSE, OLD)), corrected=(FIRE,))
    assert [(entry.claim.text, entry.corrected_at is None) for entry in page.entries] == [(FIRE, False), (WORSE, True)]
    (post,) = timeline_posts(page)
    assert f"- ~~{FIRE}~~ [[1]](<{OLD.url}>) *corrected {moment(NOW + timedelta(days=2))}*" in post.content
    assert f"- {WORSE} [[1]]" in post.content


def test_of_a_long_story_the_latest_claims_are_shown_and_the_rest_is_counted() -> None:
    claims = [_claim(f"Ship {n}00 left the harbour.") for n in range(2, MOST_ENTRIES + 5)]
    page = _page(_telling(*claims))
    assert (len(page.entries), page.left_out) == (MOST_ENTRIES, 3)
    assert "-# 3 earlier claims are not shown." in timeline_posts(page)[0].content


def test_a_page_puts_claims_below_their_times_and_fits_its_messages() -> None:
    far = replace(_claim(FIRE, OLD).citations[0], url="https://x/" + "a" * 600, link="https://x/" + "b" * 600)
    long = Claim(role=Role.POINT, text="word " * 58 + "end.", citations=(far,))
    posts = timeline_posts(_page(_telling(long, _claim(CAUSE, MIDDLE), _claim(MAYOR, NEW))))
    whole = "\n".join(post.content for post in posts)
    assert all(
        whole.count(f"**{moment(at)}**") == 1 for at in (OLD.published_at, MIDDLE.published_at, NEW.published_at)
    )
    assert all(len(post.content) <= CONTENT_CHARS for post in posts)
    assert "word word" in whole


def test_a_story_of_headlines_alone_says_so() -> None:
    (post,) = timeline_posts(_page(_telling(headline="@everyone **look**")))
    assert "Only the headline of this story is known so far." in post.content
    assert post.content.startswith("**@\u200beveryone \\*\\*look\\*\\***")


def test_sources_stand_in_the_order_in_which_they_are_cited_and_the_others_behind() -> None:
    cited_last = _claim("Ships wait in port.", role=Role.POINT)
    telling = _telling(cited_last)
    left = _left(telling, None)
    assert left
    article = cited_last.citations[0].article_id
    assert left.sources[0].id == article
    assert {each.id for each in left.sources} == {each.id for each in telling.sources}
    assert [each.n for each in left.claims[0].citations] == [1]
