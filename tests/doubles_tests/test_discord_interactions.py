"""Commands, buttons, modals and their deadlines, answered by the real discord.py."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.doubles.discord import Channel, DiscordServer, Guild, Member, NotOfferedError
from tests.doubles_tests.conftest import NO_PRIVILEGE, Connect, TestBot


class AskModal(discord.ui.Modal, title="Ask"):
    question = discord.ui.TextInput[Any](label="Question", max_length=20)
    topic: Any = discord.ui.Label(text="Topic", component=discord.ui.Select(options=[discord.SelectOption(label="AI")]))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"{self.question.value} on {self.topic.component.values}")


class SetUpModal(discord.ui.Modal, title="Set up"):
    channels: Any = discord.ui.Label(
        text="Channels",
        component=discord.ui.ChannelSelect(channel_types=[discord.ChannelType.text], max_values=2, required=False),
    )
    feeds: Any = discord.ui.Label(text="Feeds", component=discord.ui.FileUpload(required=False))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        names = [channel.name for channel in self.channels.component.values]
        texts = [(await file.read()).decode() for file in self.feeds.component.values]
        await interaction.response.send_message(f"{names} {texts}")


class Panel(discord.ui.LayoutView):
    """Components V2, with a menu of each kind."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        menus: list[Any] = [
            discord.ui.Select(options=[discord.SelectOption(label=n) for n in ("AI", "Greenland")], max_values=2),
            discord.ui.ChannelSelect(channel_types=[discord.ChannelType.text]),
            discord.ui.RoleSelect(),
            discord.ui.UserSelect(),
        ]
        box = discord.ui.Container[Any](discord.ui.TextDisplay("What to follow"))
        for number, menu in enumerate(menus):
            menu.custom_id, menu.callback = f"menu {number}", self._tell(menu)
            box.add_item(discord.ui.ActionRow(menu))
        self.add_item(box)

    @staticmethod
    def _tell(menu: Any) -> Any:
        async def tell(interaction: discord.Interaction) -> None:
            file = discord.File(io.BytesIO(b"<opml/>"), filename="feeds.opml")
            chosen = [getattr(value, "name", value) for value in menu.values]
            await interaction.response.send_message(f"{chosen}", file=file, ephemeral=True)

        return tell


class Buttons(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Why", custom_id="why")
    async def why(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.send_message("Because.", ephemeral=True)

    @discord.ui.button(label="Ask", custom_id="ask")
    async def ask(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.send_modal(AskModal())

    @discord.ui.button(label="Done", custom_id="done")
    async def done(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.edit_message(content="Done.", view=None)

    @discord.ui.button(label="Later", custom_id="later")
    async def later(self, interaction: discord.Interaction, button: Any) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="Later.")
        await interaction.followup.send("And more.")


class Schedule(app_commands.Group):
    @app_commands.command(description="Adds a schedule")
    async def add(  # noqa: PLR0917 - an option of each kind
        self,
        interaction: discord.Interaction,
        time: app_commands.Range[str, 5, 5],
        place: discord.TextChannel,
        hours: app_commands.Range[int, 1, 48] = 24,
        ping: discord.Role | None = None,
        by: discord.Member | None = None,
    ) -> None:
        given = f"{time} {place.name} {hours} {ping and ping.name} {by and by.name}"
        await interaction.response.send_message(given, ephemeral=True)


def add_commands(bot: TestBot) -> None:
    @bot.tree.command(description="Asks")
    async def ask(interaction: discord.Interaction, question: str, topic: str = "") -> None:
        await interaction.response.defer(thinking=True)
        await interaction.followup.send(f"{question} ({topic})", wait=True)
        await interaction.followup.send("privately", ephemeral=True)
        await interaction.edit_original_response(content="corrected")

    @ask.autocomplete("topic")
    async def topics(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=n, value=n) for n in ("tariffs", "Greenland") if n.startswith(current)]

    @bot.tree.command(description="Sleeps")
    async def sleep(interaction: discord.Interaction) -> None:
        await asyncio.sleep(0.3)
        await interaction.response.send_message("too late")

    @bot.tree.command(description="Shows buttons")
    async def panel(interaction: discord.Interaction, secret: bool = False) -> None:
        await interaction.response.send_message("Panel", view=Buttons(), ephemeral=secret)

    @bot.tree.command(description="Shows menus")
    async def menus(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=Panel())

    @bot.tree.command(description="Sets up")
    async def setup(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(SetUpModal())

    @bot.tree.command(description="Works everywhere")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def anywhere(interaction: discord.Interaction) -> None:
        by = [interaction.is_guild_integration(), interaction.is_user_integration()]
        await interaction.response.send_message(f"{interaction.context.to_array()} {by}")
        for number in range(6):
            await interaction.followup.send(f"{number}")

    @bot.tree.command(description="Reads a file")
    async def load(interaction: discord.Interaction, file: discord.Attachment) -> None:
        await interaction.response.send_message((await file.read()).decode())

    @bot.tree.context_menu(name="Ask about this")
    async def ask_about(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"About: {message.content}")

    permissions = discord.Permissions(manage_guild=True)
    bot.tree.add_command(Schedule(name="schedule", guild_only=True, default_permissions=permissions, description="S"))
    bot.add_view(Buttons())

    @bot.tree.error
    async def on_error(interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        bot.events.append(str(getattr(error, "original", error)))


@pytest.fixture
async def bot(server: DiscordServer, news: Channel, connect: Connect) -> AsyncIterator[TestBot]:
    made = TestBot(NO_PRIVILEGE)
    add_commands(made)
    made.setup_hook = made.tree.sync
    async with connect(server, made) as running:
        yield running


@pytest.mark.usefixtures("bot")
async def test_a_deferred_command_is_filled_followed_up_and_corrected(
    server: DiscordServer, news: Channel, anna: Member
) -> None:
    asked = await server.slash(anna, news, "ask", question="Why?", topic="tariffs")
    answer, private = await asked.wait_messages(2)
    await server.wait_for(lambda: answer.text == "corrected")
    assert answer.earlier_texts == ["Why? (tariffs)"]
    assert not answer.ephemeral
    assert (private.text, private.ephemeral) == ("privately", True)
    assert news.posts == [answer]
    assert 0 < asked.first_response_after < 3
    assert answer.allowed_mentions == {"parse": []}
    server.assert_no_faults()


@pytest.mark.usefixtures("bot")
async def test_subcommands_and_every_type_of_option_are_resolved(
    server: DiscordServer, guild: Guild, news: Channel
) -> None:
    admin = guild.add_member("olga", manage_guild=True)
    role = guild.add_role("readers")
    options: dict[str, Any] = {"time": "07:00", "place": news, "hours": 12, "ping": role, "by": admin}
    asked = await server.slash(admin, news, "schedule add", **options)
    assert (await asked.wait_reply()).text == "07:00 news 12 readers olga"
    loaded = await server.slash(admin, news, "load", file=server.file("feeds.opml", b"<opml/>"))
    assert (await loaded.wait_reply()).text == "<opml/>"


@pytest.mark.usefixtures("bot")
async def test_what_discord_does_not_offer_cannot_be_done(
    server: DiscordServer, guild: Guild, news: Channel, anna: Member
) -> None:
    admin = guild.add_member("olga", manage_guild=True)
    for person, place, command, options in [
        (anna, news, "nothing", {}),
        (anna, news, "ask", {}),
        (anna, news, "ask", {"question": "x", "colour": "red"}),
        (anna, news, "ask", {"question": 7}),
        (anna, news, "schedule add", {"time": "07:00", "place": news}),
        (admin, news, "schedule", {}),
        (admin, news, "schedule drop", {}),
        (admin, news, "schedule add", {"time": "7", "place": news}),
        (admin, news, "schedule add", {"time": "07:00", "place": news, "hours": 49}),
        (admin, server.dm(admin), "schedule add", {"time": "07:00", "place": news}),
    ]:
        with pytest.raises(NotOfferedError):
            await server.slash(person, place, command, **options)


@pytest.mark.usefixtures("bot")
async def test_typing_is_completed(server: DiscordServer, news: Channel, anna: Member) -> None:
    offered = await server.autocomplete(anna, news, "ask", "topic", topic="ta")
    assert offered == [{"name": "tariffs", "value": "tariffs"}]


async def test_an_answer_after_the_deadline_is_refused(
    server: DiscordServer, bot: TestBot, news: Channel, anna: Member
) -> None:
    server.interactions.deadline = timedelta(seconds=0.2)
    asked = await server.slash(anna, news, "sleep")
    await server.wait_for(lambda: any("10062" in event for event in bot.events))
    assert asked.messages == []
    assert asked.first_response_after is None


async def test_an_interaction_is_acknowledged_once_and_its_token_lives_a_quarter_of_an_hour(connect: Connect) -> None:
    now = datetime.now(UTC)
    async with DiscordServer(clock=lambda: now) as server:
        guild = server.add_guild()
        news, anna = guild.add_text_channel("news"), guild.add_member("anna")
        bot, kept = TestBot(NO_PRIVILEGE), []

        @bot.tree.command(description="Keeps")
        async def keep(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("kept")
            kept.append(interaction)

        async with connect(server, bot):
            await bot.tree.sync()
            await (await server.slash(anna, news, "keep")).wait_reply()
            (interaction,) = await server.wait_for(lambda: kept)
            interaction.response._response_type = None
            with pytest.raises(discord.HTTPException, match="40060"):
                await interaction.response.send_message("again")
            now += timedelta(minutes=16)
            with pytest.raises(discord.HTTPException, match="50027"):
                await interaction.followup.send("late")


@pytest.mark.usefixtures("bot")
async def test_buttons_answer_change_their_message_and_open_modals(
    server: DiscordServer, news: Channel, anna: Member
) -> None:
    panel = await (await server.slash(anna, news, "panel")).wait_reply()
    why = await (await server.press(anna, panel, "why")).wait_reply()
    assert (why.text, why.ephemeral) == ("Because.", True)

    opened = await server.press(anna, panel, "ask")
    assert (await opened.wait_modal())["title"] == "Ask"
    with pytest.raises(NotOfferedError):
        await server.submit_modal(opened, {"Question": "x" * 21, "Topic": ["AI"]})
    told = await (await server.submit_modal(opened, {"Question": "Why?", "Topic": ["AI"]})).wait_reply()
    assert told.text == "Why? on ['AI']"

    later = await (await server.press(anna, panel, "later")).wait_messages(2)
    assert [m.text for m in later] == ["Later.", "And more."]
    done = await (await server.press(anna, panel, "done")).wait_reply()
    assert done is panel
    assert panel.earlier_texts == ["Panel", "Later."]
    with pytest.raises(NotOfferedError):
        await server.press(anna, panel, "why")


@pytest.mark.usefixtures("bot")
async def test_a_private_answer_is_seen_by_its_asker_alone(
    server: DiscordServer, guild: Guild, news: Channel, anna: Member
) -> None:
    panel = await (await server.slash(anna, news, "panel", secret=True)).wait_reply()
    assert news.posts == []
    assert (await (await server.press(anna, panel, "done")).wait_reply()).text == "Done."
    with pytest.raises(NotOfferedError):
        await server.press(guild.add_member("bert"), panel, "why")


@pytest.mark.usefixtures("bot")
async def test_commands_work_in_direct_messages_and_buttons_after_a_restart(
    server: DiscordServer, anna: Member, connect: Connect, bot: TestBot
) -> None:
    panel = await (await server.slash(anna, server.dm(anna), "panel")).wait_reply()
    await bot.close()
    second = TestBot(NO_PRIVILEGE)
    second.add_view(Buttons())
    async with connect(server, second):
        assert (await (await server.press(anna, panel, "why")).wait_reply()).text == "Because."


@pytest.mark.usefixtures("bot")
async def test_a_message_command_is_given_the_message_whole(
    server: DiscordServer, guild: Guild, news: Channel, anna: Member
) -> None:
    said = await server.say(guild.add_member("bert"), news, "Greenland votes")
    asked = await server.message_command(anna, said, "Ask about this")
    assert (await asked.wait_reply()).text == "About: Greenland votes"


async def test_a_command_in_a_thread_answers_there_and_none_is_offered_in_a_locked_one(
    server: DiscordServer, bot: TestBot, news: Channel, anna: Member
) -> None:
    channel: Any = bot.get_channel(news.id)
    await (await channel.send("Front")).create_thread(name="Stories")
    (thread,) = news.threads
    asked = await server.slash(anna, thread, "ask", question="Why?")
    assert (await asked.wait_reply()).channel is thread
    await asked.wait_messages(2)
    thread.archive(locked=True)
    with pytest.raises(NotOfferedError):
        await server.slash(anna, thread, "ask", question="Why?")


async def test_commands_keep_their_ids_and_broken_ones_are_refused(server: DiscordServer, bot: TestBot) -> None:
    before = {c["name"]: c["id"] for c in server.world.commands[None]}
    await bot.tree.sync()
    assert {c["name"]: c["id"] for c in server.world.commands[None]} == before
    assert {c.name for c in await bot.tree.fetch_commands()} == set(before)
    with pytest.raises(discord.HTTPException):
        await bot.http.bulk_upsert_global_commands(bot.user.id, [{"name": "Bad Name", "description": "", "type": 1}])
    assert len(server.violations) == 2
    guild_id = next(iter(server.world.guilds))
    await bot.http.bulk_upsert_guild_commands(bot.user.id, guild_id, [{"name": "here", "description": "x", "type": 1}])
    assert [c["name"] for c in server.world.commands[guild_id]] == ["here"]


@pytest.mark.usefixtures("bot")
async def test_menus_bring_what_was_chosen_and_offer_nothing_else(
    server: DiscordServer, guild: Guild, news: Channel, anna: Member
) -> None:
    panel = await (await server.slash(anna, news, "menus")).wait_reply()
    assert panel.text == "What to follow"
    role, forum = guild.add_role("readers"), guild.add_forum("briefings")
    for custom_id, values, told in [
        ("menu 0", ["AI", "Greenland"], "['AI', 'Greenland']"),
        ("menu 1", [news], "['news']"),
        ("menu 2", [role], "['readers']"),
        ("menu 3", [anna], "['anna']"),
    ]:
        answer = await (await server.press(anna, panel, custom_id, *values)).wait_reply()
        assert answer.text == told
        assert (answer.ephemeral, [file.data for file in answer.attachments]) == (True, [b"<opml/>"])
    for custom_id, values in [
        ("menu 0", ["Tariffs"]),
        ("menu 1", [forum]),
        ("menu 1", [news, news]),
        ("menu 2", [anna]),
        ("menu 3", ["anna"]),
    ]:
        with pytest.raises(NotOfferedError):
            await server.press(anna, panel, custom_id, *values)
    server.assert_no_faults()


@pytest.mark.usefixtures("bot")
async def test_a_modal_brings_channels_and_files(
    server: DiscordServer, guild: Guild, news: Channel, anna: Member
) -> None:
    opened = await server.slash(anna, news, "setup")
    await opened.wait_modal()
    for answers in ({"Channels": [guild.add_forum("posts")]}, {"Channels": [news] * 3}, {"Feeds": [news]}):
        with pytest.raises(NotOfferedError):
            await server.submit_modal(opened, answers)
    given = {"Channels": [news], "Feeds": [server.file("feeds.opml", b"<opml/>")]}
    assert (await (await server.submit_modal(opened, given)).wait_reply()).text == "['news'] ['<opml/>']"
    again = await server.slash(anna, news, "setup")
    await again.wait_modal()
    assert (await (await server.submit_modal(again, {})).wait_reply()).text == "[] []"


@pytest.mark.usefixtures("bot")
async def test_a_person_who_added_the_bot_uses_it_where_the_bot_is_not(
    server: DiscordServer, guild: Guild, news: Channel, anna: Member
) -> None:
    elsewhere = server.add_guild("Elsewhere")
    hall = elsewhere.add_text_channel("hall")
    elsewhere.remove_bot()
    ines = server.add_user("ines", installed=True)
    elsewhere.add_member("ines", user=ines)
    guild.add_member("ines", user=ines)
    for person, place, told in [
        (anna, news, "[0] [True, False]"),
        (ines, news, "[0] [True, True]"),
        (ines, hall, "[0] [False, True]"),
        (ines, server.dm(ines), "[1] [False, True]"),
        (ines, server.group(ines), "[2] [False, True]"),
    ]:
        answers = await (await server.slash(person, place, "anywhere")).wait_messages(6)
        assert answers[0].text == told
    bert = elsewhere.add_member("bert")
    for person, place, command in [
        (bert, hall, "anywhere"),
        (ines, hall, "panel"),
        (ines, server.group(ines), "panel"),
    ]:
        with pytest.raises(NotOfferedError):
            await server.slash(person, place, command)


async def test_where_a_person_alone_added_the_bot_five_messages_may_follow(
    server: DiscordServer, bot: TestBot, anna: Member
) -> None:
    ines = server.add_user("ines", installed=True)
    asked = await server.slash(ines, server.group(ines), "anywhere")
    await server.wait_for(lambda: any("40094" in event for event in bot.events))
    assert len(asked.messages) == 6


async def test_a_file_that_is_gone_cannot_be_read(
    server: DiscordServer, bot: TestBot, news: Channel, anna: Member
) -> None:
    file = server.file("feeds.opml", b"<opml/>")
    del server.world.attachments[file.id]
    await server.slash(anna, news, "load", file=file)
    await server.wait_for(lambda: any("404" in event for event in bot.events))
