"""Stories told in their sources' own sentences: what is told, by whom, and in which order."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.articles import Article
from bot.domain.briefings import Role
from bot.domain.drafts import CLAIMS_A_STORY, CLAIMS_WRITTEN, WORDS_A_STORY, WORDS_WRITTEN, Draft, StoryTask
from bot.domain.extracts import Sentence, tell
from bot.domain.gate import check
from bot.domain.topics import Topic
from tests.domain.samples import RALLY_TEXT, TARIFF_TEXT, article

TARIFFS = Topic(name="Tariffs", words=("tariff*",))


def _told(*articles: Article) -> Draft:
    """The story of these articles, each paragraph of which is one sentence."""
    sources = {f"S{n}": each for n, each in enumerate(articles, 1)}
    return tell(StoryTask(topic=TARIFFS, sources=sources), _sentences(sources))


def _sentences(sources: Mapping[str, Article]) -> list[Sentence]:
    return [
        Sentence(source=source, place=place, text=text)
        for source, each in sources.items()
        for place, text in enumerate(each.text.split("\n\n"))
    ]


def _text(*sentences: str) -> str:
    return "\n\n".join(sentences)


def test_a_story_opens_with_what_happened_and_every_claim_is_its_own_quote() -> None:
    draft = _told(article("Tariff on UK goods", TARIFF_TEXT))
    assert draft.headline == "Tariff on UK goods"
    assert [claim.role for claim in draft.claims][:2] == [Role.WHAT, Role.POINT]
    assert all(claim.support[0].quote == claim.text for claim in draft.claims)


def test_a_dateline_is_no_part_of_what_is_told() -> None:
    text = TARIFF_TEXT.replace("US president", "WASHINGTON (AP) — US president")
    told = article("Tariff on UK goods", text)
    draft = _told(told)
    assert draft.claims[0].text.startswith("US president Donald Trump")
    assert not check(draft.claims, {"S1": told}).refusals


def test_a_sentence_that_two_outlets_print_is_told_once_and_backed_by_both() -> None:
    draft = _told(article("Tariff", TARIFF_TEXT), article("Again", TARIFF_TEXT, outlet="Other"))
    assert len({claim.text for claim in draft.claims}) == len(draft.claims)
    assert {each.source for each in draft.claims[0].support} == {"S1", "S2"}


def test_what_lacks_the_figure_backs_nothing() -> None:
    other = TARIFF_TEXT.replace("a tariff of 10% on", "a new tariff on")
    draft = _told(article("Tariff", TARIFF_TEXT), article("Again", other, outlet="Other"))
    assert [each.source for claim in draft.claims for each in claim.support if "10%" in claim.text] == ["S1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Shares of Acme fell 3 per cent on Monday.", "Shares of Borealis fell 3 per cent on Monday."),
        ("Denmark sued Norway over the tariff of 10% on fish.", "Norway sued Denmark over the tariff of 10% on fish."),
        ("The court said the tariff of 10% is lawful.", "The court said the tariff of 10% is not lawful."),
        ("The union supports the tariff of 10% on steel.", "The union opposes the tariff of 10% on steel."),
        ("Exports of wool rose by 10% in the spring.", "Exports of wool fell by 10% in the spring."),
    ],
)
def test_nearly_the_same_words_that_say_another_thing_back_nothing(one: str, other: str) -> None:
    for second, backed in ((other, False), (one, True)):
        articles = article("Tariff news", one), article("Tariff report", second, outlet="Other")
        told = check(_told(*articles).claims, {"S1": articles[0], "S2": articles[1]}).claims
        assert any(len(claim.citations) > 1 for claim in told) is backed


def test_the_same_news_in_another_outlets_words_is_told_once() -> None:
    one = "A suspected mafia boss hanged himself in his prison cell in Palermo, police said on Wednesday."
    other = "An alleged mafia boss who was arrested in Palermo hanged himself in a prison cell, the police said."
    more = "Prosecutors in Sicily have opened an inquiry into how the guards watched over the new prisoners."
    draft = _told(article("Mafia boss dies", one), article("Boss found dead", _text(other, more), outlet="Other"))
    assert [claim.text for claim in draft.claims] == [one, more]


def test_what_is_posted_comes_first_and_what_is_written_stays_within_its_limits() -> None:
    towns = "Aarhus Bergen Cadiz Dover Essen Faro Genoa Hull Izmir Jena Kiel Lille".split()
    trades = "baker miner farmer sailor weaver tailor brewer joiner potter glazier printer mason".split()
    goods = "salt wool iron rye pepper silk copper coal butter marble timber cotton".split()
    ends = "storm fair strike flood feast election harvest snowfall funeral wedding race concert".split()
    lines = [
        f"In {town}, a {trade} with {n} crates of {good} was at the {end}, but {town[::-1].title()} had none of it."
        for n, (town, trade, good, end) in enumerate(zip(towns, trades, goods, ends, strict=True), 100)
    ]
    draft = _told(article("Trades speak on the tariff", _text(*lines)))
    lengths = [len(claim.text.split()) for claim in draft.claims]
    posted = [n for n in range(len(lengths)) if sum(lengths[: n + 1]) <= WORDS_A_STORY][:CLAIMS_A_STORY]
    assert len(posted) >= CLAIMS_A_STORY - 1
    assert len(draft.claims) <= CLAIMS_WRITTEN
    assert sum(lengths) <= WORDS_WRITTEN


def test_the_event_is_told_in_order_of_time_and_what_led_to_it_comes_last() -> None:
    lead = "Donald Trump announced a tariff of 10% on goods from Britain over Greenland, the White House said."
    past = "In 2019, the president cancelled a visit to Copenhagen because nobody wanted to sell him the island."
    start = "The tariff is due on February 1 at every American port, according to an order to customs officers."
    before = "On Friday, three senators had flown to Nuuk and promised their hosts to stop any such order."
    after = "On Sunday, ambassadors of 27 countries met in Brussels to prepare an answer to Washington."
    draft = _told(
        article("Trump announces tariff on British goods over Greenland", _text(lead, past, start, before, after))
    )
    assert [claim.text for claim in draft.claims] == [lead, before, after, start, past]


def test_who_is_called_by_the_last_name_alone_has_been_named_in_full_before() -> None:
    lead = "The founder of a news start-up was arrested on Thursday on charges of fraud, prosecutors said."
    bare = "The indictment of Thursday accuses Watson of lying to 12 investors about a contract with a bank."
    full = "Carlos Watson, 53, was released on a bond of $1 million after a hearing in a Brooklyn court."
    draft = _told(article("Founder of start-up arrested on charges of fraud", _text(lead, bare, full)))
    order = [claim.text for claim in draft.claims]
    assert order.index(full) < order.index(bare)


def test_why_it_matters_is_said_once_where_a_sentence_says_it() -> None:
    why = "The tariff could raise the prices of whisky, salmon and cheese for shoppers in America."
    again = "The tariff would cost the harbour towns of Scotland 2,000 jobs, the chamber of commerce fears."
    draft = _told(article("Tariff on UK goods", _text(TARIFF_TEXT, why, again)))
    assert [claim.role for claim in draft.claims].count(Role.WHY) == 1
    assert draft.claims[0].role is Role.WHAT


def test_where_two_outlets_differ_both_are_told_side_by_side_each_with_its_own_source() -> None:
    lead = "A bomb exploded in a crowded market in the Pakistani city of Quetta on Saturday, destroying shops."
    twelve = "Twelve people were killed in the market in Quetta, the police said."
    fourteen = "The blast in the market in Quetta killed 14 people, doctors said."
    more = "The provincial government has closed the schools of the city until Tuesday."
    draft = _told(
        article("Bomb explodes in Quetta market", _text(lead, twelve, more)),
        article("Dead in Quetta", _text(fourteen), outlet="Other"),
    )
    assert [claim.role for claim in draft.claims] == [Role.WHAT, Role.DIFFERS, Role.DIFFERS, Role.POINT]
    assert [(claim.text, [each.source for each in claim.support]) for claim in draft.claims[1:3]] == [
        (twelve, ["S1"]),
        (fourteen, ["S2"]),
    ]


def test_a_difference_that_is_the_news_itself_opens_the_story() -> None:
    twelve = "A bomb killed 12 people in a market in Quetta on Saturday."
    fourteen = "A bomb in a market in Quetta killed 14 people on Saturday."
    draft = _told(article("Bomb in Quetta", twelve, hours_old=5), article("Quetta bomb", fourteen, outlet="Other"))
    assert [(claim.role, claim.text) for claim in draft.claims] == [
        (Role.DIFFERS, twelve),
        (Role.DIFFERS, fourteen),
    ]


def test_what_only_announces_or_explains_is_not_told_where_three_claims_stand() -> None:
    idle = (
        "A tariff is the tax on a good that comes into a country from another.",
        "A brewer in Leith, who asked not to be named, described the tariff in simple words.",
    )
    more = (
        "Whisky from Scotland, salmon and 300 other goods are on the list that Washington gave to its customs officers."
    )
    draft = _told(article("Tariff on UK goods", _text(*idle, TARIFF_TEXT, more)))
    assert len(draft.claims) >= 3
    assert not {claim.text for claim in draft.claims} & set(idle)
    assert len(_told(article("What a tariff is", idle[0])).claims) == 1


def test_an_opinion_beside_reports_neither_leads_nor_names_the_story() -> None:
    argued = "The tariff of 10% that Donald Trump announced on goods from the United Kingdom is a folly of 2026."
    draft = _told(
        article("Opinion: Tariff on UK goods is a folly", argued, hours_old=1, outlet="Other"),
        article("Tariff on goods of the United Kingdom", TARIFF_TEXT),
    )
    assert draft.headline == "Tariff on goods of the United Kingdom"
    assert draft.claims[0].support[0].source == "S2"
    assert [claim.text for claim in _told(article("Opinion: Folly", argued)).claims] == [argued]


@pytest.mark.parametrize("text", ["Short.", "", "He said so in the harbour of the town on the island."])
def test_a_story_without_a_good_sentence_has_no_claims_but_a_headline(text: str) -> None:
    draft = _told(article("Tariff on UK goods", text))
    assert draft.claims == ()
    assert draft.headline == "Tariff on UK goods"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([*TARIFF_TEXT.split("\n\n"), *RALLY_TEXT.split("\n\n")]) | st.text(max_size=90)))
)
def test_whatever_the_articles_hold_every_claim_is_a_sentence_of_theirs(texts: list[list[str]]) -> None:
    articles = [article(f"Title {n}", _text(*text), outlet=f"Outlet {n % 3}") for n, text in enumerate(texts[:5], 1)]
    draft = _told(*articles or [article("Title", "")])
    assert draft == _told(*articles or [article("Title", "")])
    for claim in draft.claims:
        for each in claim.support:
            assert each.quote in articles[int(each.source[1:]) - 1].text


FIRST_TOLL = "At least 12 people were killed when a tariff protest in Nuuk was fired at, police said on Sunday."
LATER_TOLL = "At least 15 people were killed when a tariff protest in Nuuk was fired at, police said on Monday."
CROWD = "The protest against the tariff had drawn 4,000 people to the old harbour, the organisers said."
INQUIRY = "The tariff protest in Nuuk that was fired at had been given no guard, an inspector in Greenland found."


def test_what_an_outlet_reports_a_day_later_differs_from_nobody_and_takes_the_place_of_what_was_known() -> None:
    for outlet in ("Ledger", "Post"):
        old = article("Shots in Nuuk", _text(FIRST_TOLL, CROWD), outlet="Ledger", hours_old=30)
        new = article("Shots in Nuuk: toll rises", LATER_TOLL, outlet=outlet, hours_old=6)
        draft = _told(new, old)
        assert [claim.text for claim in draft.claims] == [LATER_TOLL, CROWD]
        assert Role.DIFFERS not in {claim.role for claim in draft.claims}


def test_an_outlets_earlier_toll_is_not_told_in_other_words_either() -> None:
    old = article(
        "Shots in Nuuk", "Shots at a tariff protest in Nuuk killed at least 12 people, police said.", hours_old=30
    )
    told = [claim.text for claim in _told(article("Toll rises", LATER_TOLL, hours_old=6), old).claims]
    assert told == [LATER_TOLL]


def test_what_a_later_article_begins_with_is_told_although_it_speaks_of_the_same() -> None:
    old = article("Shots in Nuuk", _text(FIRST_TOLL, CROWD), outlet="Ledger", hours_old=30)
    for hours_old, told in ((4, True), (29, False)):
        new = article("No guard for protest", INQUIRY, outlet="Post", hours_old=hours_old)
        assert (INQUIRY in [claim.text for claim in _told(old, new).claims]) is told
