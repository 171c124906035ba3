"""`/story`, its button and `/why` tell the one who asks what is on record, and nobody else."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.articles import Article, Tier, article_id
from bot.domain.deliveries import DeliveryId, custom_id
from bot.domain.feeds import EntryId, Feed, FeedUrl
from bot.domain.schedules import Destination, ServerId
from bot.domain.stories import Story, StoryId
from bot.ports.repositories import Filed
from cogs.client import NewsthreadBot
from tests.cogs.conftest import URL, Connect, Newsroom
from tests.doubles.discord import Channel, DiscordServer, Member, Message

FEED = FeedUrl("https://ledger.example/feed")


async def told_in(room: Newsroom, channel: Channel) -> Message:
    """A briefing that stands in `channel`; the message of its one story, which is on record with its article."""
    assert channel.guild
    home, place = ServerId(f"discord:{channel.guild.id}"), Destination(f"discord:{channel.id}")
    await room.plan.add(home, place, at=f"{room.clock.now():%H:%M}", zone="UTC")
    await _file(room)
    room.clock.move(timedelta(days=1))
    await room.run_due()
    return channel.threads[0].posts[-1]


async def _file(room: Newsroom) -> None:
    now = room.clock.now()
    article = Article(
        id=article_id(URL),
        url=URL,
        title="Envoys meet @everyone",
        outlet="Harbour Ledger",
        published_at=now,
        seen_at=now,
        tier=Tier.FULL,
        text="Envoys met in Nuuk, Greenland, on Sunday.",
        feeds=(FEED,),
    )
    await room.folder.articles.store([Filed(article=article, feed=FEED, entry=EntryId("1"))])
    await room.folder.feeds.put(Feed(url=FEED, outlet="Harbour Ledger"))
    story = Story(id=StoryId("s1"), articles=(article.id,), created_at=now, updated_at=now)
    await room.folder.stories.put([story])


async def test_a_story_told_here_is_offered_and_shown_to_the_one_who_asks(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await told_in(room, news)
    offered = await server.autocomplete(anna, news, "story", "name", name="nuuk env")
    assert [(choice["name"], choice["value"]) for choice in offered] == [("Envoys meet in Nuuk", "s1")]
    assert await server.autocomplete(anna, news, "story", "name", name="tariff") == []
    asked = await server.slash(anna, news, "story", name="s1")
    page = await asked.wait_reply()
    assert page.content.startswith("**Envoys meet in Nuuk**")
    assert f"- Envoys met in Nuuk on Sunday. [[1]](<{URL}#:~:text=Envoys%20met>)" in page.content
    assert "**Sources**\n-# [1] [Harbour Ledger]" in page.content
    assert (page.ephemeral, page.allowed_mentions) == (True, {"parse": []})


async def test_a_headline_that_was_typed_finds_its_story_and_any_other_is_not_found(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await told_in(room, news)
    typed = await server.slash(anna, news, "story", name="envoys nuuk")
    assert "Envoys met in Nuuk on Sunday." in (await typed.wait_reply()).content
    unknown = await server.slash(anna, news, "story", name="football")
    reply = await unknown.wait_reply()
    assert (reply.content, reply.ephemeral) == (
        "No story of that name was told in the last two weeks; please pick one from the list.",
        True,
    )


async def test_stories_of_channels_that_a_member_cannot_read_are_not_offered(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    assert news.guild
    hidden = news.guild.add_text_channel("board")
    hidden.deny("view_channel", to=anna)
    await told_in(room, hidden)
    assert await server.autocomplete(anna, news, "story", "name", name="") == []
    assert len(await server.autocomplete(anna, server.dm(anna), "story", "name", name="")) == 1


async def test_the_button_under_a_story_shows_its_page_also_after_a_restart(
    server: DiscordServer, room: Newsroom, connect: Connect, news: Channel, anna: Member
) -> None:
    async with connect(room):
        message = await told_in(room, news)
    labels = {button["label"]: button["custom_id"] for button in message.buttons}
    async with connect(room):
        pressed = await server.press(anna, message, labels["Timeline"])
        page = await pressed.wait_reply()
    assert page.content.startswith("**Envoys meet in Nuuk**")
    assert page.ephemeral


async def test_the_button_under_a_note_names_the_part_that_told_the_story(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    message = await told_in(room, news)
    (delivery,) = room.folder.outbox.deliveries
    message.buttons[1]["custom_id"] = custom_id(delivery.id, 3, "story-2")
    pressed = await server.press(anna, message, message.buttons[1]["custom_id"])
    assert (await pressed.wait_reply()).content.startswith("**Envoys meet in Nuuk**")


async def test_a_button_whose_delivery_is_forgotten_says_so(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    message = await told_in(room, news)
    for part in (custom_id(DeliveryId("d0"), 2, "story"), custom_id(room.folder.outbox.deliveries[0].id, 9, "story")):
        message.buttons[1]["custom_id"] = part
        pressed = await server.press(anna, message, part)
        reply = await pressed.wait_reply()
        assert (reply.content, reply.ephemeral) == ("That story is not on record any more.", True)


async def test_why_says_from_the_record_what_became_of_an_article(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await told_in(room, news)
    for text in (f"<{URL}?utm_source=x#:~:text=Envoys>", "envoys meet"):
        asked = await server.slash(anna, news, "why", text=text)
        reply = await asked.wait_reply()
        assert f"**[Envoys meet @\u200beveryone](<{URL}>)** (Harbour Ledger)" in reply.content
        assert "in the feed of Harbour Ledger. Its page was read in full." in reply.content
        assert "last told as “Envoys meet in Nuuk”" in reply.content
        assert "Greenland 2.0" in reply.content
        assert f"- Told in <#{news.id}> on " in reply.content
        assert "; 1 claim cites it." in reply.content
        assert (reply.ephemeral, reply.allowed_mentions) == (True, {"parse": []})


async def test_why_knows_nothing_of_what_no_feed_brought(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    for text, said in (
        ("https://elsewhere.example/a", "That address was not seen in any feed that I follow"),
        ("a wholly unknown headline", "I have no article with a headline like that"),
        ("http://", "address"),
        ("@everyone \\*", "I have no article with a headline like that"),
    ):
        asked = await server.slash(anna, news, "why", text=text)
        reply = await asked.wait_reply()
        assert said in reply.content
        assert reply.ephemeral


async def test_in_direct_messages_no_server_is_spoken_of(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await told_in(room, news)
    asked = await server.slash(anna, server.dm(anna), "why", text=URL)
    reply = await asked.wait_reply()
    assert "Told in" not in reply.content
    assert "No briefing was written here since it was found." in reply.content


async def test_a_long_page_comes_in_several_messages(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    await told_in(room, news)
    (kept,) = room.folder.briefings.kept.values()
    claim = kept.tellings[0].claims[0]
    claims = tuple(replace(claim, text=f"Envoys counted {n}00 ships. " + f"ice{n} " * 45) for n in range(2, 22))
    room.folder.briefings.kept[kept.id] = replace(kept, tellings=(replace(kept.tellings[0], claims=claims),))
    asked = await server.slash(anna, news, "story", name="s1")
    await server.wait_for(lambda: asked.messages and "Dated by publication" in asked.messages[-1].content, 5.0)
    assert sum(page.content.count("Envoys counted") for page in asked.messages) == 20
    assert len(asked.messages) > 2
    assert all(page.ephemeral and len(page.content) <= 2000 for page in asked.messages)
