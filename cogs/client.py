"""The Discord client: its intents, its commands, and the supervisor that starts it again whenever it ends.

Holds no rules; what members ask for is answered in the cogs, and what is posted on schedule comes from the services.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import structlog
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.domain.deliveries import Action, parse_custom_id
from bot.domain.errors import InputError, SettingsError
from bot.domain.rendering import ASK, FOLLOW, MUTE, SOURCES, TIMELINE, WRONG
from bot.domain.suggestions import MORE
from bot.domain.wording import commands as wording
from bot.ports.outside import Clock
from cogs import privacy
from cogs import setup as setting_up
from cogs.ask import Ask
from cogs.ask.about import ABOUT
from cogs.briefings import Briefings
from cogs.budget import Spending
from cogs.errors import DROPPED, Tree, tell
from cogs.feeds import Feeds
from cogs.follow import UNMUTE, Follows
from cogs.guilds import Guilds
from cogs.help import Help
from cogs.privacy import Privacy
from cogs.publishing import publish
from cogs.reports import Reports
from cogs.schedule import Schedules
from cogs.services import Services
from cogs.setup import Setup
from cogs.status import State
from cogs.stories import Stories
from cogs.topics import Topics

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=5)
STABLE = timedelta(minutes=10)  # a client that ran so long ended for a new reason
LETS_GO_WITHIN = timedelta(seconds=1)  # after it was closed
LONGEST_RATE_LIMIT_SECONDS = 60.0

_AUTHENTICATION_FAILED, _INTENTS_REFUSED = 4004, 4014

Acted = Callable[[discord.Interaction[commands.AutoShardedBot], Action], Awaitable[None]]
Pressed = Callable[[discord.Interaction[commands.AutoShardedBot], str], Awaitable[None]]

_log = structlog.get_logger()


class NewsthreadBot(commands.AutoShardedBot):
    """The bot. `message_content` asks for the privileged intent; `api_url` replaces Discord's own REST API.

    `http_trace` is told of each request before it goes out.
    """

    def __init__(
        self,
        services: Services,
        *,
        message_content: bool = False,
        api_url: str | None = None,
        http_trace: aiohttp.TraceConfig | None = None,
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nothing here speaks
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=message_content
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT_SECONDS,
            http_trace=http_trace or aiohttp.TraceConfig(),
        )
        self._services = services
        self._api_url = api_url
        self._actions: dict[str, Acted] = {}  # of buttons under what was delivered
        self._command_ids: dict[str, int] = {}
        self._families: dict[str, Pressed] = {}  # of all others, whose custom_ids begin with `nt:family:`
        if api_url:
            Route.BASE = api_url.rstrip("/")

    async def setup_hook(self) -> None:
        """Called by discord.py between log-in and the gateway."""
        if self._api_url:
            # Reconnects go to this default, not to what /gateway/bot said at the start.
            _, gateway, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        ask, stories, follows = Ask(self, self._services), Stories(self._services), Follows(self._services)
        reports = Reports(self._services)
        self._actions = {ASK: ask.acted, TIMELINE: stories.acted, SOURCES: stories.acted_sources}
        self._actions |= {WRONG: reports.acted, FOLLOW: follows.acted_follow}
        self._actions |= {MUTE: follows.acted_mute, UNMUTE: follows.acted_mute}
        others = (Spending, State, Briefings, Schedules, Topics, Feeds)
        setup, private = Setup(self, self._services), Privacy(self._services)
        self._families = {setting_up.FAMILY: setup.pressed, privacy.FAMILY: private.pressed}
        self._families |= {ABOUT: ask.acted_about, MORE: ask.acted_more}
        guilds = Guilds(self, self._services, welcome=setup.welcome)
        guide = Help(self, self._services, self._command_ids)
        named = (ask, stories, follows, reports, setup, private, guilds, guide)
        for cog in (*named, *(make(self._services) for make in others)):
            await self.add_cog(cog)
        try:
            self._command_ids |= await publish(self)
        except (discord.DiscordException, *DROPPED):
            # Those of last time stand, and mentions work without any.
            _log.exception("commands_not_published")

    async def on_message(self, message: discord.Message, /) -> None:
        """Keeps discord.py from reading messages as prefix commands; the cog `Ask` listens on its own."""

    async def on_interaction(self, interaction: discord.Interaction[commands.AutoShardedBot], /) -> None:
        """Hands what is done with a button or modal of ours to the cog whose action it is.

        They are known by their custom_id alone, so that those of before a restart work on.
        """
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if not custom_id.startswith("nt:"):
            return
        _, family, what = (*custom_id.split(":", 2), "")[:3]
        try:
            if family in self._families:
                await self._families[family](interaction, what)
            else:
                await self._acted(interaction, parse_custom_id(custom_id))
        except Exception as error:
            await tell(interaction, error)

    async def _acted(self, interaction: discord.Interaction[commands.AutoShardedBot], action: Action) -> None:
        acted = self._actions.get(action.name.partition("-")[0])
        if acted is None:
            raise InputError(wording.OLD_BUTTON)  # of another version of this program
        await acted(interaction, action)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Called by discord.py inside the handling of an exception that an event handler let through."""
        _log.exception("event_failed", event_name=event_method)


class Connection:
    """The client that is connected now; a new one takes its place whenever it ends."""

    def __init__(self, make: Callable[[], NewsthreadBot], *, token: str, clock: Clock) -> None:
        self.client: NewsthreadBot | None = None
        self._make = make
        self._token = token
        self._clock = clock
        self._logged_in = asyncio.Event()

    async def logged_in(self) -> None:
        """Waits until messages can be posted: from log-in on, with or without a gateway."""
        await self._logged_in.wait()

    async def run(self) -> None:
        """Runs until it is cancelled. Raises SettingsError for what only the operator can put right."""
        pause = FIRST_PAUSE
        while True:
            began = self._clock.now()
            await self._run_once()
            if self._clock.now() - began > STABLE:
                pause = FIRST_PAUSE
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _run_once(self) -> None:
        client = self.client = self._make()
        try:
            await client.login(self._token)
            self._logged_in.set()
            await _connect(client)
        except discord.LoginFailure as error:
            raise wrong_token() from error
        except discord.PrivilegedIntentsRequired as error:
            raise _wrong_intents() from error
        except discord.ConnectionClosed as error:
            if error.code == _AUTHENTICATION_FAILED:
                raise wrong_token() from error
            if error.code == _INTENTS_REFUSED:
                raise _wrong_intents() from error
            _log.warning("discord_client_ended", code=error.code)
        except Exception:
            # discord.py ends with the exception of a single malformed event: whatever it is, begin anew.
            _log.exception("discord_client_ended")
        finally:
            self.client = None
            self._logged_in.clear()
            await client.close()


async def _connect(client: NewsthreadBot) -> None:
    """Has the client connected until it ends or this is cancelled, and closes it.

    In a task of its own, because discord.py drops a cancellation that comes while a shard reconnects, and goes on.
    """
    connected = asyncio.create_task(client.connect())
    try:
        await asyncio.shield(connected)
    finally:
        await client.close()
        connected.cancel()
        await asyncio.wait([connected], timeout=LETS_GO_WITHIN.total_seconds())


def wrong_token() -> SettingsError:
    """What the operator is told of a token that Discord refuses."""
    return SettingsError(("DISCORD_TOKEN is not accepted by Discord; copy it again from the developer portal",))


def _wrong_intents() -> SettingsError:
    return SettingsError(
        ("DISCORD_MESSAGE_CONTENT is true, but the developer portal has Message Content Intent off; make them agree",)
    )
