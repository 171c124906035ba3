"""The client keeps running, asks for no more than it needs, and publishes its commands only when they changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import InputError, SettingsError, StorageError
from bot.domain.wording import commands as wording
from cogs.client import Connection, NewsthreadBot
from cogs.errors import sentence
from cogs.managing import NotManagerError
from tests.cogs.conftest import Connect, Newsroom
from tests.doubles.discord import Channel, DiscordServer, Member


def published(server: DiscordServer) -> int:
    return sum(call.method == "PUT" and call.path.endswith("/commands") for call in server.requests)


async def alive(server: DiscordServer, person: Member, channel: Channel) -> bool:
    asked = await server.slash(person, channel, "ask", question="Are you there?")
    return bool(await asked.wait_reply())


async def test_only_intents_that_need_no_approval_are_asked_for(server: DiscordServer, bot: NewsthreadBot) -> None:
    assert [identify["intents"] for identify in server.gateway.identifies] == [4609]


async def test_commands_are_published_once_and_again_only_when_they_changed(
    server: DiscordServer, room: Newsroom, news: Channel, connect: Connect
) -> None:
    for times in (1, 1):
        async with connect(room):
            assert published(server) == times
    server.world.commands[None][0]["description"] = "An older description"
    async with connect(room):
        assert published(server) == 2
    next(each for each in server.world.commands[None] if each["options"])["options"].pop()
    async with connect(room):
        assert published(server) == 3
    server.world.commands[None].append({**server.world.commands[None][0], "id": "1", "name": "old"})
    async with connect(room):
        assert published(server) == 4
    names = [command["name"] for command in server.world.commands[None]]
    assert "old" not in names
    assert len(names) == len(set(names))


class German(app_commands.Translator):
    """Translates by putting a letter before the words."""

    letter = "ä"

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        return f"{self.letter}{string.message.lower()}" if locale is discord.Locale.german else None


class Everything(NewsthreadBot):
    """A bot with a command of each kind that Discord has fields of its own for."""

    translator = German()

    async def setup_hook(self) -> None:
        await self.tree.set_translator(self.translator)
        inner = app_commands.Group(name="inner", description="Inner")

        @inner.command(name="pick", description="Picks")
        @app_commands.choices(
            pace=[app_commands.Choice(name="Daily", value=1), app_commands.Choice(name="Never", value=0)]
        )
        async def pick(
            interaction: discord.Interaction[Any],
            pace: app_commands.Choice[int],
            where: discord.TextChannel | discord.VoiceChannel,
            share: app_commands.Range[float, 0.5, 1.5] = 1.0,
            file: discord.Attachment | None = None,
        ) -> None: ...

        outer = app_commands.Group(
            name="outer",
            description="Outer",
            guild_only=True,
            nsfw=True,
            default_permissions=discord.Permissions(manage_guild=True),
        )
        outer.add_command(inner)
        self.tree.add_command(outer)

        @self.tree.context_menu(name="ask")
        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        async def about(interaction: discord.Interaction[Any], message: discord.Message) -> None: ...

        await super().setup_hook()


async def test_commands_of_every_kind_are_published_once_and_again_when_a_translation_changed(
    server: DiscordServer, room: Newsroom, news: Channel, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make() -> NewsthreadBot:
        return Everything(room.services, api_url=server.api_url)

    room.connection = Connection(make, token=server.token, clock=room.clock)
    for times in (1, 1):
        async with connect(room):
            assert published(server) == times
    monkeypatch.setattr(German, "letter", "ö")
    for times in (2, 2):
        async with connect(room):
            assert published(server) == times
    both = [command["type"] for command in server.world.commands[None] if command["name"] == "ask"]
    assert sorted(both) == [1, 3]


async def test_a_bot_whose_commands_cannot_be_published_answers_mentions_all_the_same(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    server.fail_next("GET", "/commands$", status=503)
    async with connect(room):
        await server.say(anna, news, f"{server.bot.mention} Are you there?")
        await server.wait_for(lambda: [m for m in news.posts if m.author is server.bot])
    assert not server.world.commands.get(None)
    assert len(room.answers.asked) == 1


async def test_a_malformed_event_ends_a_client_and_another_takes_its_place(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel, anna: Member
) -> None:
    for session in server.gateway.connected:
        session.add("MESSAGE_CREATE", {"id": "not a message"})
    await server.wait_for(lambda: room.connection.client not in (None, bot))
    await server.wait_for(
        lambda: len(server.gateway.identifies) == 2 and room.connection.client.get_guild(news.guild.id)
    )
    assert bot.is_closed()
    assert room.clock.slept[0].total_seconds() == 2
    assert await alive(server, anna, news)


@pytest.mark.parametrize("trouble", ["cut", "reconnect", "invalidate"])
async def test_a_lost_gateway_is_taken_up_again_by_the_same_client(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, anna: Member, trouble: str
) -> None:
    channel = anna.guild.add_text_channel("talk")
    if trouble == "cut":
        server.gateway.cut()
    elif trouble == "reconnect":
        await server.gateway.ask_to_reconnect()
    else:
        await server.gateway.invalidate(resumable=True)
    await server.wait_for(lambda: server.gateway.resumes and server.gateway.connected, 10.0)
    assert await alive(server, anna, channel)
    assert room.connection.client is bot


async def test_a_server_that_is_away_at_the_start_is_tried_again(
    server: DiscordServer, room: Newsroom, news: Channel, anna: Member, connect: Connect
) -> None:
    server.fail_next("GET", "/users/@me$", status=503, times=2)
    async with connect(room):
        assert await alive(server, anna, news)
    assert [pause.total_seconds() for pause in room.clock.slept] == [2, 4]


async def test_messages_can_be_posted_from_log_in_on_and_no_longer_after_the_end(
    server: DiscordServer, room: Newsroom, news: Channel, connect: Connect
) -> None:
    waiting = asyncio.create_task(room.connection.logged_in())
    await asyncio.sleep(0)
    assert not waiting.done()
    async with connect(room):
        await waiting
        await room.connection.logged_in()
    assert room.connection.client is None
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(room.connection.logged_in(), 0.01)


@asynccontextmanager
async def silent_gateway() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """The address of a gateway that takes connections and says nothing, and what is set when one came."""
    came = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        yield f"ws://127.0.0.1:{silent.sockets[0].getsockname()[1]}/", came


async def ends(running: asyncio.Task[None]) -> bool:
    """Whether the task ends once it is cancelled; where not, it is cancelled again, so that no test waits for it."""
    running.cancel()
    _, pending = await asyncio.wait([running], timeout=2)
    while not running.done():
        running.cancel()
        await asyncio.wait([running], timeout=0.1)
    return not pending


async def test_a_stop_that_comes_while_the_gateway_reconnects_ends_the_connection(
    server: DiscordServer, room: Newsroom, news: Channel, connect: Connect
) -> None:
    async with silent_gateway() as (address, came):
        server.gateway.url = address  # where clients resume
        running = asyncio.create_task(room.connection.run())
        await server.wait_for(lambda: room.connection.client and room.connection.client.get_guild(news.guild.id))
        server.gateway.cut()
        await asyncio.wait_for(came.wait(), 5)
        assert await ends(running)


async def test_a_wrong_token_is_said_to_the_operator(room: Newsroom, connect: Connect) -> None:
    room.server.token = "another"
    with pytest.raises(SettingsError, match="DISCORD_TOKEN is not accepted"):
        await room.connection.run()


async def test_an_intent_that_the_portal_refuses_is_said_to_the_operator(room: Newsroom, connect: Connect) -> None:
    room.message_content = True
    with pytest.raises(SettingsError, match="DISCORD_MESSAGE_CONTENT"):
        async with asyncio.timeout(5):
            await room.connection.run()


async def test_nothing_but_the_message_of_a_person_is_answered(
    server: DiscordServer, room: Newsroom, bot: NewsthreadBot, news: Channel
) -> None:
    await room.services.answering.ask("x", conversation=None)  # type: ignore[arg-type]
    server.world.add_message(news, server.bot, {"content": f"{server.bot.mention} hello"})
    robot = server.world.bot.__class__(server.world.next_id(), "robot", bot=True)
    server.world.add_message(news, robot, {"content": f"{server.bot.mention} hello"})
    await asyncio.sleep(0.1)
    assert len(room.answers.asked) == 1


def leaves(tree: app_commands.CommandTree[Any]) -> list[app_commands.Command[Any, ..., Any]]:
    return [command for command in tree.walk_commands() if isinstance(command, app_commands.Command)]


async def test_every_command_and_option_is_described_and_within_the_limits(bot: NewsthreadBot) -> None:
    found = leaves(bot.tree)
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for command in found:
        assert f"/{command.qualified_name.partition(' ')[0]}" in readme, command.qualified_name
        for text in (command.description, *(parameter.description for parameter in command.parameters)):
            assert 1 < len(str(text)) <= 100
            assert str(text) != "…"


class Transformer(app_commands.Transformer):
    """Stands for one that failed."""

    def __init__(self, kind: discord.AppCommandOptionType) -> None:
        self.kind = kind

    @property
    def type(self) -> discord.AppCommandOptionType:
        return self.kind


def failed_value(kind: discord.AppCommandOptionType) -> app_commands.TransformerError:
    return app_commands.TransformerError("x", kind, Transformer(kind))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SettingsError(("DISCORD_TOKEN is missing",)), "The settings cannot be used: DISCORD_TOKEN is missing."),
        (NotManagerError(), wording.NEEDS_MANAGER),
        (app_commands.NoPrivateMessage(), wording.SERVER_ONLY),
        (app_commands.CheckFailure(), wording.NOT_ALLOWED),
        (app_commands.CommandNotFound("old", []), wording.COMMAND_CHANGED),
        (failed_value(discord.AppCommandOptionType.channel), wording.CHANNEL_UNSEEN),
        (failed_value(discord.AppCommandOptionType.integer), wording.NOT_TAKEN),
        (discord.DiscordException("inner detail"), wording.UNEXPECTED),
        (ExceptionGroup("", [ValueError("inner detail"), StorageError("/srv is full.")]), wording.NOT_STORED),
        (ExceptionGroup("", [ExceptionGroup("", [InputError("No such topic")])]), "No such topic."),
        (ExceptionGroup("", [ValueError("inner detail")]), wording.UNEXPECTED),
        (ValueError("inner detail"), wording.UNEXPECTED),
        (commands.CommandError("inner detail"), wording.UNEXPECTED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_has_a_sentence_without_inner_details(error: Exception, said: str) -> None:
    assert sentence(error) == said
