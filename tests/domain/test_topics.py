"""An article is on a topic when its words say so, in whatever spelling."""

import pytest

from bot.domain.topics import ON_TOPIC, Topic, mentions, relevance
from tests.domain.samples import TARIFF_TEXT, article

TARIFFS = Topic(name="Tariffs", words=("tariff*", "Strafzölle", "trade war"), exclusions=("energy tariff*",))
AI_STOCKS = Topic(name="AI stocks", words=("AI stock*", "AI + shares"))


@pytest.mark.parametrize(
    ("topic", "title", "text", "on_topic"),
    [
        (TARIFFS, "Tariffs on steel", "", True),
        (TARIFFS, "TARIFF on steel", "", True),
        (TARIFFS, "Neue Strafzolle angekündigt", "", True),
        (TARIFFS, "Neue Strafzölle angekündigt", "", True),
        (TARIFFS, "A trade war begins", "", True),
        (TARIFFS, "A war on trade begins", "", False),
        (TARIFFS, "Energy tariffs go up", "The tariff of the tariffs.", False),
        (TARIFFS, "Envoys meet", TARIFF_TEXT, True),
        (TARIFFS, "Envoys meet", "Once, a tariff was named.", False),
        (TARIFFS, "Tariffville votes", "", True),
        (AI_STOCKS, "AI stocks rally", "", True),
        (AI_STOCKS, "Nvidia leads AI gains", "Its shares rose.", False),
        (AI_STOCKS, "AI lifts shares", "", True),
        (AI_STOCKS, "AI helps doctors", "No market here.", False),
        (AI_STOCKS, "AI lifts Wall Street", "Shares rose.", False),
        (AI_STOCKS, "AI lifts Wall Street", "Shares rose. Shares of makers rose most.", True),
        (AI_STOCKS, "Wall Street ends higher", "Shares rose on hopes for AI, and on what AI may earn.", True),
        (AI_STOCKS, "AI, AI", "AI, AI and AI. " + "Nothing else. " * 60 + "AI, AI, AI. Shares.", False),
        (TARIFFS, "Bills go up", "The energy tariff rises, and so does the tariff of the tariffs.", False),
        (TARIFFS, "Tariffs bite", "Not energy tariffs, but tariffs on steel.", True),
        (AI_STOCKS, "Shares of a brewer", "He said again that beer sells.", False),
    ],
)
def test_words_decide_whether_an_article_is_on_a_topic(topic: Topic, title: str, text: str, on_topic: bool) -> None:
    assert (relevance(topic, article(title, text)) >= ON_TOPIC) is on_topic


def test_a_word_far_down_counts_less_than_one_in_the_title() -> None:
    far = article("Envoys meet", "Nothing here. " * 100 + "A tariff.")
    assert 0 < relevance(TARIFFS, far) < relevance(TARIFFS, article("A tariff"))


def test_a_word_without_letters_matches_nothing() -> None:
    assert relevance(Topic(name="Odd", words=("***", "+", "")), article("Anything at all", "Text.")) == 0


def test_mentions_count_either_part_of_a_joined_word() -> None:
    assert mentions(AI_STOCKS, "Shares rose as AI spread.") == 2
