"""Evidence is found by the question's own words, and by those asked before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.evidence import PASSAGES, by_meaning, fused, keys, passages, query, search_words
from bot.domain.evidence.queries import ANY_TURN, OWN_TURN
from bot.domain.evidence.recognising import recognised
from bot.domain.synonyms import meanings
from tests.domain.samples import RALLY_TEXT, TARIFF_TEXT, article

SOURCES = {"S1": article("Tariff on UK goods", TARIFF_TEXT), "S2": article("Tech gauge up", RALLY_TEXT)}
WHEN = "When do the tariffs on the UK start?"
TWINS = {"S1": article("Tariff on UK goods", TARIFF_TEXT), "S2": article("UK goods tariff", TARIFF_TEXT)}
WORDS = st.text(max_size=80)


def test_the_best_passage_holds_the_words_of_the_question() -> None:
    best = passages(query(WHEN), SOURCES)[0]
    assert best.source == "S1"
    assert "February 1" in best.text


def test_a_synonym_finds_as_well_as_the_word_itself() -> None:
    best = passages(query("How much did the onshore tech gauge climb?"), SOURCES)[0]
    assert "almost 13 per cent" in best.text


def test_nothing_covers_a_question_about_something_else() -> None:
    assert passages(query("Who wins the league tonight?"), SOURCES) == ()


def test_earlier_turns_find_what_a_question_leans_on_but_the_question_weighs_most() -> None:
    asked = query("And Denmark?", [WHEN])
    assert passages(asked, SOURCES)[0].source == "S1"
    assert asked.weights["denmark"] > asked.weights[keys("tariff")[0]] > 0
    assert asked.named_before == (("britain",),)


def test_a_rewritten_question_adds_its_words_and_takes_none_away() -> None:
    asked = query("And when?", rewritten="When do the tariffs on the UK start?")
    assert {"britain", *keys("tariff")} <= asked.weights.keys()
    assert not asked.own
    assert search_words("And when?", rewritten=WHEN).count("tariffs") == ANY_TURN


def test_the_conversations_own_articles_come_first_and_stale_ones_last() -> None:
    assert passages(query(WHEN), TWINS)[0].source == "S1"
    assert passages(query(WHEN), TWINS, first=frozenset({"S2"}))[0].source == "S2"
    assert passages(query(WHEN), TWINS, stale=frozenset({"S1"}))[0].source == "S2"


def test_what_is_near_in_meaning_is_evidence_whatever_its_words() -> None:
    asked = query("Who wins the league tonight?")
    assert {each.source for each in passages(asked, SOURCES, near=frozenset({"S2"}))} == {"S2"}


def test_passages_are_bounded() -> None:
    many = {f"S{n}": article(f"Tariff {n}", TARIFF_TEXT, outlet=f"O{n}") for n in range(40)}
    assert len(passages(query("When do tariffs start?"), many)) == PASSAGES


def test_a_question_of_asking_words_alone_covers_nothing() -> None:
    assert not query("What happened?").own
    assert passages(query("What happened?"), SOURCES) == ()


def test_names_stand_apart_from_what_is_asked_about_them() -> None:
    asked = query("What did Trade Minister Sindre Haugland say about salmon from Norway in March?")
    assert asked.names == (("trad", "minist", "sindr", "haugland"), ("norway",))
    assert (asked.matter, asked.months) == ({"salmon"}, {"march"})


def test_two_names_that_are_joined_stay_two() -> None:
    assert set(query("What did the US and Halden Micro agree on?").names) == {("america",), ("halden", "micro")}


def test_nations_are_names_however_they_are_written() -> None:
    assert query("when do american tariffs start").names == (("america",),)
    assert keys("U.S.") == keys("the United States") == keys("American") == ["america"]


NEWS = (
    "Halden Micro of Portugal said that a viaduct would collapse. The economy of Portugal needs Halden.",
    "Rovers won. Rovers drew at home.",
    "The EFTA met. Trade Minister Aino Koivu of the county of Kent came.",
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("is halden micro leaving portugal", "is Halden Micro leaving Portugal"),
        ("who won against rovers?", "who won against Rovers?"),
        ("did the viaduct colapse", "did the viaduct collapse"),
        ("what happend in portgual", "what happened in Portugal"),
        ("whats the us doing about ai", "what's the US doing about AI"),
        ("Is Norway richer than Portugal?", "Is Norway richer than Portugal?"),
        ("tell us about dengue", "tell us about dengue"),
        ("is home the economy", "is home the economy"),
        ("which country and which minister", "which country and which minister"),
        ("does the efta like it", "does the EFTA like it"),
    ],
)
def test_a_question_is_read_as_it_was_meant(typed: str, meant: str) -> None:
    assert recognised(typed, NEWS) == meant


@given(WORDS, st.lists(WORDS, max_size=3))
def test_any_question_is_recognised_and_one_well_written_stays(question: str, texts: list[str]) -> None:
    once = recognised(question, texts)
    assert recognised(once, texts) == once


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("when does it kick in", "it comes into force"),
        ("did they hit back", "they retaliated"),
        ("who got laid off", "he was dismissed"),
        ("did it go bust", "its bankruptcy"),
        ("is there a probe", "an investigation"),
        ("was she found guilty", "she was convicted"),
        ("who is the CFO", "its finance chief"),
        ("the labor center", "a labour centre"),
        ("was it organized", "it was organised"),
        ("who are its users", "who uses it"),
        ("who took part", "the participants"),
        ("how far did he ride", "he rode"),
        ("how many voters are there", "they may vote"),
        ("why are people against it", "its opponents"),
        ("when is the ipo", "its stock market listing"),
    ],
)
def test_everyday_words_are_those_of_the_news(asked: str, written: str) -> None:
    assert set(keys(asked)) & set(keys(written))


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Why is there a strike?", "It is a walkout."),
        ("When was the strike?", "A raid was flown."),
        ("Who financed it?", "He paid for it."),
    ],
)
def test_a_word_stands_for_another_one_in_one_of_its_senses(asked: str, written: str) -> None:
    assert meanings(asked) & meanings(written)


def test_search_words_say_the_question_most_often_and_bring_synonyms() -> None:
    words = search_words("Did shares rise?", ["What of Greenland?"])
    assert {"stock", "climb"} <= set(words)
    assert words.count("shares") == OWN_TURN + ANY_TURN
    assert words.count("greenland") == ANY_TURN


def test_what_both_rankings_have_near_the_top_comes_first() -> None:
    assert fused(["a", "b", "c"], ["b", "c", "d"]) == ["b", "c", "a", "d"]
    assert fused(["a", "b"]) == ["a", "b"]


def test_what_means_the_same_is_nearest() -> None:
    assert by_meaning([1.0, 0.0], {"far": [0.0, 1.0], "near": [0.8, 0.6]}) == ["near", "far"]


@given(WORDS, st.lists(WORDS, max_size=3), WORDS)
def test_any_question_can_be_asked_of_any_text(question: str, earlier: list[str], text: str) -> None:
    found = passages(query(question, earlier), {"S1": article(question, text)})
    assert all(each.text in text for each in found)
    assert all(word for word in search_words(question, earlier))
