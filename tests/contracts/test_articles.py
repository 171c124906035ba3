"""The contract of Articles."""

from dataclasses import replace

import pytest

from bot.domain.articles import ArticleId, Tier
from bot.domain.briefings import BriefingId
from bot.domain.conversations import ConversationId
from bot.domain.errors import NotFoundError
from bot.domain.feeds import EntryId, FeedUrl
from bot.domain.schedules import ServerId
from bot.ports.repositories import Repositories
from tests.contracts.samples import DAY, FEED, HOUR, NOW, article, briefing, delivery, filed, telling, turn

OTHER_FEED = FeedUrl("https://other.example/feed")
LONG_AGO = NOW - 100 * DAY


async def test_a_stored_article_comes_back_with_its_feed(folder: Repositories) -> None:
    one = article("one", "Café “text”.\n\nSecond paragraph — 13 %.")
    assert await folder.articles.store([filed(one)]) == 1
    expected = replace(one, feeds=(FEED,))
    assert await folder.articles.get([one.id]) == {one.id: expected}
    assert await folder.articles.by_url([one.url, "https://unknown.example/"]) == {one.url: expected}
    assert await folder.articles.count() == 1


async def test_a_publisher_is_known_by_the_origin_of_its_articles_and_by_no_part_of_it(folder: Repositories) -> None:
    await folder.articles.store([filed(article("one"))])
    others = ["http://news.example", "https://news.exampl", "https://news.example2", "https://a.news.example"]
    assert set(await folder.articles.origins(["https://news.example", *others])) == {"https://news.example"}
    assert set(await folder.seen_by(ServerId("1")).articles.origins(["https://news.example"])) == set()


async def test_only_new_articles_are_counted(folder: Repositories) -> None:
    one, two = article("one"), article("two")
    assert await folder.articles.store([filed(one)]) == 1
    assert await folder.articles.store([filed(one), filed(two), filed(two)]) == 1
    assert await folder.articles.store([]) == 0


async def test_entries_are_known_with_the_article_they_led_to(folder: Repositories) -> None:
    one = article("one")
    await folder.articles.store([filed(one, entry="e1")])
    await folder.articles.store([filed(one, entry="e2")])
    asked = [EntryId("e1"), EntryId("e2"), EntryId("e3")]
    known = await folder.articles.known_entries({FEED: asked, OTHER_FEED: asked})
    assert known == {FEED: {"e1": one.id, "e2": one.id}, OTHER_FEED: {}}
    assert await folder.articles.known_entries({}) == {}


async def test_a_second_feed_is_added_behind_the_first(folder: Repositories) -> None:
    one = article("one")
    await folder.articles.store([filed(one)])
    await folder.articles.store([filed(one, feed=OTHER_FEED), filed(one)])
    stored = (await folder.articles.get([one.id]))[one.id]
    assert stored.feeds == (FEED, OTHER_FEED)
    assert stored.version == 1


async def test_a_changed_text_becomes_the_next_version_and_the_old_one_is_kept(folder: Repositories) -> None:
    first = article("one", "The duty is 10 per cent.")
    second = replace(first, text="The duty is 15 per cent.", title="Corrected", published_at=NOW + DAY, version=9)
    await folder.articles.store([filed(first)])
    assert await folder.articles.store([filed(replace(second, seen_at=NOW + DAY))]) == 0
    stored = (await folder.articles.get([first.id]))[first.id]
    expected = replace(first, text=second.text, title="Corrected", version=2, feeds=(FEED,))
    assert stored == expected
    assert await folder.articles.text(first.id, 1) == first.text
    assert await folder.articles.text(first.id, 2) == second.text


async def test_versions_within_one_batch_count_one_by_one(folder: Repositories) -> None:
    texts = [article("one", text) for text in ("First.", "Second.", "Third.")]
    assert await folder.articles.store([filed(each) for each in texts]) == 1
    stored = await folder.articles.get([texts[0].id])
    assert stored[texts[0].id].version == 3
    assert [await folder.articles.text(texts[0].id, version) for version in (1, 2, 3)] == [
        "First.",
        "Second.",
        "Third.",
    ]


async def test_other_spacing_and_case_is_no_new_version_and_leaves_the_text(folder: Repositories) -> None:
    first = article("one", "The duty is 10 per cent.")
    await folder.articles.store([filed(first)])
    await folder.articles.store([filed(replace(first, text="THE DUTY  is 10 per cent."))])
    stored = (await folder.articles.get([first.id]))[first.id]
    assert (stored.text, stored.version) == (first.text, 1)


async def test_a_lower_tier_never_replaces_a_higher_one(folder: Repositories) -> None:
    full = article("one", "The whole text.")
    await folder.articles.store([filed(full)])
    await folder.articles.store([filed(article("one", "An excerpt.", tier=Tier.EXCERPT), feed=OTHER_FEED)])
    stored = (await folder.articles.get([full.id]))[full.id]
    assert stored == replace(full, feeds=(FEED, OTHER_FEED))


async def test_the_feed_of_another_publisher_replaces_no_words_but_by_the_page(folder: Repositories) -> None:
    theirs = article("one", "", tier=Tier.HEADLINE)
    renamed = replace(theirs, title="Otherwise", text="Other words.", tier=Tier.FEED)
    await folder.articles.store([filed(theirs), filed(renamed, feed=OTHER_FEED)])
    stored = (await folder.articles.get([theirs.id]))[theirs.id]
    assert stored == replace(theirs, feeds=(FEED, OTHER_FEED))
    await folder.articles.store([filed(replace(renamed, tier=Tier.FULL), feed=OTHER_FEED)])
    stored = (await folder.articles.get([theirs.id]))[theirs.id]
    assert (stored.title, stored.text, stored.version) == ("Otherwise", "Other words.", 2)


async def test_a_higher_tier_replaces_a_lower_one(folder: Repositories) -> None:
    headline = article("one", "", tier=Tier.HEADLINE)
    await folder.articles.store([filed(headline)])
    await folder.articles.store([filed(article("one", "The whole text."))])
    stored = (await folder.articles.get([headline.id]))[headline.id]
    assert (stored.tier, stored.text, stored.version) == (Tier.FULL, "The whole text.", 2)


async def test_the_same_words_from_a_higher_tier_raise_the_tier_alone(folder: Repositories) -> None:
    await folder.articles.store([filed(article("one", "The text.", tier=Tier.FEED))])
    full = article("one", "The text.")
    await folder.articles.store([filed(full)])
    stored = (await folder.articles.get([full.id]))[full.id]
    assert (stored.tier, stored.version) == (Tier.FULL, 1)


async def test_a_version_without_author_keeps_the_known_one(folder: Repositories) -> None:
    one = article("one", "First.")
    await folder.articles.store([filed(one)])
    await folder.articles.store([filed(replace(one, text="Second.", author=None, language=None))])
    stored = (await folder.articles.get([one.id]))[one.id]
    assert (stored.author, stored.language) == ("A. Writer", "en")


async def test_a_version_that_is_not_there_is_not_found(folder: Repositories) -> None:
    one = article("one")
    await folder.articles.store([filed(one)])
    with pytest.raises(NotFoundError):
        await folder.articles.text(one.id, 2)
    with pytest.raises(NotFoundError):
        await folder.articles.text(ArticleId("a0"), 1)


async def test_published_is_half_open_and_newest_first(folder: Repositories) -> None:
    articles = [article(str(hour), at=NOW + hour * HOUR) for hour in range(4)]
    await folder.articles.store([filed(each) for each in articles])
    found = await folder.articles.published(NOW + HOUR, NOW + 3 * HOUR)
    assert [each.id for each in found] == [articles[2].id, articles[1].id]


async def test_leads_come_oldest_first_with_their_opening(folder: Repositories) -> None:
    late, early, old = article("late", "ä" * 1_300, at=NOW + HOUR), article("early"), article("old", at=NOW - HOUR)
    await folder.articles.store([filed(each) for each in (late, early, old)])
    assert await folder.articles.leads(NOW) == [early.lead, late.lead]


async def test_at_most_5000_articles_are_given_the_newest_of_them(folder: Repositories) -> None:
    articles = [article(str(number), at=NOW + number * DAY / 5_002) for number in range(5_002)]
    await folder.articles.store([filed(each) for each in articles])
    published = await folder.articles.published(NOW, NOW + DAY)
    leads = await folder.articles.leads(NOW)
    assert (len(published), published[0].id, published[-1].id) == (5_000, articles[-1].id, articles[2].id)
    assert (len(leads), leads[0].id, leads[-1].id) == (5_000, articles[2].id, articles[-1].id)


async def test_old_articles_are_dropped_with_their_versions_while_their_entries_stay(folder: Repositories) -> None:
    old, new = article("old", "First.", at=LONG_AGO), article("new")
    await folder.articles.store([filed(old), filed(replace(old, text="Second.")), filed(new)])
    assert await folder.articles.prune(NOW - 90 * DAY) == 1
    assert set(await folder.articles.get([old.id, new.id])) == {new.id}
    assert await folder.articles.known_entries({FEED: [EntryId(old.url)]}) == {FEED: {old.url: old.id}}
    assert await folder.index.search(["about"]) != []
    assert await folder.index.search(["old"]) == []
    with pytest.raises(NotFoundError):
        await folder.articles.text(old.id, 1)


async def test_cited_articles_outlive_the_rest(folder: Repositories) -> None:
    told, asked, shown = (article(name, at=LONG_AGO) for name in ("told", "asked", "shown"))
    await folder.articles.store([filed(each) for each in (told, asked, shown, article("new"))])
    await folder.briefings.put(briefing("b1", telling("story", told, shown, cites=(told,))))
    await folder.conversations.add(turn("Why?", cites=(asked,)))
    assert await folder.articles.prune(NOW) == 1
    assert set(await folder.articles.get([told.id, asked.id, shown.id])) == {told.id, asked.id}
    assert await folder.articles.prune(NOW) == 0


async def test_what_was_shown_to_nobody_but_the_asker_keeps_no_article_for_ever(folder: Repositories) -> None:
    preview, posted, asked = (article(name, at=LONG_AGO) for name in ("preview", "posted", "asked"))
    await folder.articles.store([filed(each) for each in (preview, posted, asked, article("new", at=NOW + DAY))])
    for name, cites in (("b1", preview), ("b2", posted)):
        await folder.briefings.put(briefing(name, telling("story", cites, cites=(cites,))))
    await folder.outbox.open(delivery("d2", of="b2"))
    await folder.conversations.add(turn("Why?", cites=(asked,)))
    assert await folder.articles.prune(NOW) == 0
    assert await folder.articles.prune(NOW + HOUR) == 2
    assert set(await folder.articles.get([preview.id, posted.id, asked.id])) == {posted.id}
    assert await folder.conversations.turns(ConversationId("c1")) == []
    assert (await folder.briefings.get(BriefingId("b2"))).id == "b2"
    with pytest.raises(NotFoundError):
        await folder.briefings.get(BriefingId("b1"))


async def test_a_dropped_article_may_be_stored_anew(folder: Repositories) -> None:
    old = article("old", "First.", at=LONG_AGO)
    await folder.articles.store([filed(old), filed(article("new"))])
    await folder.articles.prune(NOW)
    assert await folder.articles.store([filed(old)]) == 1
    assert await folder.articles.text(old.id, 1) == "First."


async def test_nothing_is_dropped_for_its_age_where_nothing_is_newer(folder: Repositories) -> None:
    """A clock that was set years ahead must not empty the archive."""
    one, asked = article("one"), article("asked")
    await folder.articles.store([filed(one), filed(asked)])
    await folder.conversations.add(turn("Why?", cites=(asked,)))
    await folder.briefings.put(briefing("b1"))
    assert await folder.articles.prune(NOW + 3_000 * DAY) == 0
    assert set(await folder.articles.get([one.id, asked.id])) == {one.id, asked.id}
    assert len(await folder.conversations.turns(ConversationId("c1"))) == 1
    assert (await folder.briefings.get(BriefingId("b1"))).id == "b1"
    assert await folder.articles.prune(NOW + 3_000 * DAY, even_all=True) == 2


async def test_the_oldest_are_dropped_until_the_rest_fits_and_never_what_is_cited(folder: Repositories) -> None:
    text = "A sentence about something else. " * 600
    articles = [article(str(number), f"{text} {number}", at=NOW + number * 6 * HOUR) for number in range(60)]
    await folder.articles.store([filed(each) for each in articles])
    await folder.index.catch_up()  # as after a poll: what is indexed takes room too
    await folder.conversations.add(turn("Why?", cites=(articles[0], articles[40])))
    assert await folder.articles.prune(LONG_AGO, most_bytes=100_000_000) == 0
    dropped = await folder.articles.prune(LONG_AGO, most_bytes=700_000)
    assert 20 < dropped < 50
    kept = await folder.articles.get([each.id for each in articles])
    uncited = [each for each in articles if each not in (articles[0], articles[40])]
    assert set(kept) == {each.id for each in (articles[0], articles[40], *uncited[dropped:])}
    assert len(await folder.index.search(["sentence"], limit=60)) == len(kept)
    assert await folder.articles.prune(LONG_AGO, most_bytes=700_000) == 0


async def test_what_is_not_articles_never_drives_out_the_news_of_two_days(folder: Repositories) -> None:
    articles = [article(str(number), at=NOW - number * DAY) for number in range(5)]
    await folder.articles.store([filed(each) for each in articles])
    await folder.conversations.add(turn("Why? " * 100_000, cites=(articles[4],)))
    assert await folder.articles.prune(LONG_AGO, most_bytes=1) == 1
    assert set(await folder.articles.get([each.id for each in articles])) == {articles[n].id for n in (0, 1, 2, 4)}
    assert await folder.articles.prune(LONG_AGO, most_bytes=1) == 0
