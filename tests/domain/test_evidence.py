"""Evidence is found by the question's own words, and by those asked before."""

from bot.domain.evidence import PASSAGES, coverage, keys, passages, query, search_words, speaks_of
from tests.domain.samples import RALLY_TEXT, TARIFF_TEXT, article

SOURCES = {"S1": article("Tariff on UK goods", TARIFF_TEXT), "S2": article("Tech gauge up", RALLY_TEXT)}


def test_the_best_passage_holds_the_words_of_the_question() -> None:
    best = passages(query("When do the tariffs on the UK start?"), SOURCES)[0]
    assert best.source == "S1"
    assert "February 1" in best.text


def test_a_synonym_finds_as_well_as_the_word_itself() -> None:
    best = passages(query("How much did the onshore tech gauge climb?"), SOURCES)[0]
    assert "almost 13 per cent" in best.text


def test_nothing_covers_a_question_about_something_else() -> None:
    assert passages(query("Who wins the league tonight?"), SOURCES) == ()


def test_earlier_turns_weigh_but_only_the_question_must_be_covered() -> None:
    alone = passages(query("And Denmark?"), SOURCES)
    asked = query("And Denmark?", ["When do the tariffs on the UK start?"])
    assert [each.source for each in passages(asked, SOURCES)] == [each.source for each in alone] == ["S1"]
    assert asked.weights["denmark"] > asked.weights[keys("tariff")[0]] > 0


def test_the_conversations_own_articles_come_first() -> None:
    twin = {"S1": article("Tariff on UK goods", TARIFF_TEXT), "S2": article("UK goods tariff", TARIFF_TEXT)}
    asked = query("When do the tariffs on the UK start?")
    assert passages(asked, twin, frozenset({"S2"}))[0].source == "S2"


def test_passages_are_bounded() -> None:
    many = {f"S{n}": article(f"Tariff {n}", TARIFF_TEXT, outlet=f"O{n}") for n in range(40)}
    assert len(passages(query("When do tariffs start?"), many)) == PASSAGES


def test_a_question_of_asking_words_alone_covers_nothing() -> None:
    assert coverage(query("What happened?"), TARIFF_TEXT) == 0
    assert passages(query("What happened?"), SOURCES) == ()


def test_a_name_alone_does_not_answer_what_is_asked_about_it() -> None:
    asked = query("What is the population of Denmark?")
    assert not speaks_of(asked, "Denmark has not agreed.")
    assert speaks_of(asked, "Denmark has a population of six million.")


def test_search_words_bring_synonyms_and_put_the_question_first() -> None:
    words = search_words("Did shares rise?", ["What of Greenland?"])
    assert {"stock", "climb"} <= set(words)
    assert words[-1] == "greenland"
