"""The contract of Index."""

import pytest

from bot.domain.articles import ArticleId
from bot.ports.repositories import Repositories
from tests.contracts.samples import DAY, HOUR, NOW, article, filed

IN_TITLE = article("title", "The ministers met in the morning.", title="Tariffs on steel")
IN_TEXT = article("text", "A new tariff was discussed, said the U.S. envoy.", title="Talks resume", at=NOW - DAY)
ELSEWHERE = article("else", "Fishermen in Nuuk, Grønland, went on strike. Élysée.", title="Strike", at=NOW - 2 * DAY)


@pytest.fixture(autouse=True)
async def _stored(folder: Repositories) -> None:
    await folder.articles.store([filed(each) for each in (IN_TEXT, ELSEWHERE, IN_TITLE)])


async def _found(folder: Repositories, *words: str) -> list[ArticleId]:
    return [hit.article for hit in await folder.index.search(words)]


async def test_a_word_in_the_title_counts_more_than_one_in_the_text(folder: Repositories) -> None:
    assert await _found(folder, "tariff") == [IN_TITLE.id, IN_TEXT.id]
    first, second = await folder.index.search(["tariff"])
    assert first.score > second.score


async def test_any_of_the_words_will_do(folder: Repositories) -> None:
    assert set(await _found(folder, "steel", "fishermen", "volcano")) == {IN_TITLE.id, ELSEWHERE.id}


@pytest.mark.parametrize("word", ["TARIFFS", "tariff", "Tariffs"])
async def test_case_and_endings_do_not_matter(folder: Repositories, word: str) -> None:
    assert set(await _found(folder, word)) == {IN_TITLE.id, IN_TEXT.id}


@pytest.mark.parametrize("word", ["elysee", "Élysée", "ÉLYSÉE"])
async def test_accents_do_not_matter(folder: Repositories, word: str) -> None:
    assert await _found(folder, word) == [ELSEWHERE.id]


async def test_what_is_one_word_to_the_asker_stands_together(folder: Repositories) -> None:
    assert await _found(folder, "U.S.") == [IN_TEXT.id]
    assert await _found(folder, "new tariff") == [IN_TEXT.id]
    assert await _found(folder, "tariff new") == []


@pytest.mark.parametrize(
    "word",
    ["", " ", '"', '""', "*", "tariff*x", "title:", "-", "AND", "OR", "NOT", "NEAR(x y)", "(", "^", "{x} :", "a\0b",
     "'", "\\", "; drop table articles", "%", "🙂", "tariff OR strike"],
)  # fmt: skip
async def test_no_word_is_query_syntax(folder: Repositories, word: str) -> None:
    assert await _found(folder, word) == []
    assert await _found(folder, word, "strike") == [ELSEWHERE.id]


async def test_no_words_find_nothing(folder: Repositories) -> None:
    assert await folder.index.search([]) == []


async def test_since_bounds_the_time_of_publication_whatever_the_order_of_storing(folder: Repositories) -> None:
    hits = await folder.index.search(["tariff", "strike"], since=NOW - DAY)
    assert {hit.article for hit in hits} == {IN_TITLE.id, IN_TEXT.id}
    assert [hit.article for hit in await folder.index.search(["tariff"], since=NOW)] == [IN_TITLE.id]
    assert await folder.index.search(["tariff"], since=NOW + HOUR) == []


async def test_among_bounds_the_articles(folder: Repositories) -> None:
    hits = await folder.index.search(["tariff", "strike"], among=[IN_TEXT.id, ELSEWHERE.id, ArticleId("a0")])
    assert {hit.article for hit in hits} == {IN_TEXT.id, ELSEWHERE.id}
    assert await folder.index.search(["tariff"], among=[]) == []
    both = await folder.index.search(["tariff", "strike"], since=NOW - DAY, among=[IN_TEXT.id, ELSEWHERE.id])
    assert [hit.article for hit in both] == [IN_TEXT.id]


async def test_limit_gives_the_best(folder: Repositories) -> None:
    assert [hit.article for hit in await folder.index.search(["tariff"], limit=1)] == [IN_TITLE.id]


async def test_hundreds_of_words_are_no_error(folder: Repositories) -> None:
    assert await _found(folder, *[f"word{number}" for number in range(2_000)], "strike") == [ELSEWHERE.id]


async def test_a_new_version_is_found_by_its_own_words_alone(folder: Repositories) -> None:
    await folder.articles.store([filed(article("else", "Whalers went to sea.", title="Whaling"))])
    assert await _found(folder, "fishermen", "strike") == []
    assert await _found(folder, "whalers") == [ELSEWHERE.id]


async def test_a_word_that_is_given_several_times_weighs_as_often(folder: Repositories) -> None:
    steel, fish = ["steel", *["fishermen"] * 9], ["fishermen", *["steel"] * 9]
    assert [(await _found(folder, *words))[0] for words in (steel, fish)] == [ELSEWHERE.id, IN_TITLE.id]
