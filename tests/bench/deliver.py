"""Delivering briefings that are due in one minute, through the real client, to a Discord that keeps its rate limits.

Each channel gets a front, a thread and its stories. The Discord is the double on loopback in this process, which
refuses the 51st request of any second and a channel's sixth message in five seconds. What is written is the same for
all, so that posting is measured and not writing.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.adapters.metrics import Metrics
from bot.bootstrap import App, open_app
from bot.bootstrap.discord_bot import connect_discord, reach_discord
from bot.bootstrap.regular import Reach
from bot.config import Settings
from bot.domain.briefings import Briefing, BriefingId
from bot.domain.rendering import parts
from bot.domain.schedules import Destination, Schedule, ScheduleId, ServerId
from bot.services.deliver import Deliver
from bot.services.editions import Editions
from cogs.client import Connection
from tests.contracts.samples import article, briefing, telling
from tests.doubles.discord import Channel, DiscordServer
from tests.doubles.discord.calls import Call

NEEDS = "nothing"

CHANNELS_OF_A_SERVER = 10
PER_SECOND, PER_CHANNEL = 50, 5
LONGEST = timedelta(minutes=10)
CONNECTS_WITHIN_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--channels", type=int, default=200, metavar="N", help="that are due in the same minute (200)")
    parser.add_argument("--stories", type=int, default=4, metavar="N", help="in each briefing (4)")


async def run(arguments: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name, capture_logs():
        async with DiscordServer() as server:
            server.rates.per_second, server.rates.per_channel = PER_SECOND, PER_CHANNEL
            channels = _channels(server, arguments.channels)
            settings = Settings(
                _env_file=None,
                newsthread_data_dir=Path(name),
                discord_token=SecretStr(server.token),
                discord_api_url=server.api_url,
            )
            async with open_app(settings, writes=True) as app:
                await _post(app, server, channels, arguments.stories)
        return _document(server, channels, arguments.stories)


def _channels(server: DiscordServer, count: int) -> list[Channel]:
    guilds = [server.add_guild(f"Server {number}") for number in range(-(-count // CHANNELS_OF_A_SERVER))]
    return [guilds[number // CHANNELS_OF_A_SERVER].add_text_channel(f"news-{number}") for number in range(count)]


async def _post(app: App, server: DiscordServer, channels: Sequence[Channel], stories: int) -> None:
    reach = reach_discord(app, lambda: connection.client)
    connection = connect_discord(app, reach, Metrics(), server.token)
    running = asyncio.create_task(connection.run())
    try:
        await server.wait_for(lambda: running.done() or _knows(connection, channels), CONNECTS_WITHIN_SECONDS)
        await _plan(app, channels)
        await _deliver(app, reach, stories)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def _knows(connection: Connection, channels: Sequence[Channel]) -> bool:
    return connection.client is not None and all(connection.client.get_channel(each.id) for each in channels)


async def _plan(app: App, channels: Sequence[Channel]) -> None:
    now = app.clock.now()
    for number, channel in enumerate(channels):
        assert channel.guild is not None
        schedule = Schedule(
            id=ScheduleId(f"s{number}"),
            server=ServerId(f"discord:{channel.guild.id}"),
            destination=Destination(f"discord:{channel.id}"),
            at=now.astimezone(UTC).time().replace(second=0, microsecond=0),
            zone="UTC",
            topics=(),
            created_at=now - timedelta(days=1),
        )
        await app.folder.schedules.put(schedule)


async def _deliver(app: App, reach: Reach, stories: int) -> None:
    """As the alarms of the program do it, until nothing is left."""
    written = briefing(
        "b", *(telling(f"st{number}", article(f"{number}"), cites=(article(f"{number}"),)) for number in range(stories))
    )
    count = 0

    async def brief(*_: object) -> Briefing:
        nonlocal count
        count += 1
        made = replace(written, id=BriefingId(f"b{count}"), created_at=app.clock.now())
        await app.folder.briefings.put(made)
        return made

    outbox, access, notify, clock = app.folder.outbox, reach.access, reach.notify, app.clock
    deliver = Deliver(outbox=outbox, deliverer=reach.delivery, access=access, notify=notify, clock=clock)
    editions = Editions(
        schedules=app.folder.schedules,
        servers=app.folder.servers,
        outbox=outbox,
        brief=brief,
        render=parts,
        deliver=deliver,
        access=access,
        notify=notify,
        clock=clock,
    )
    began = clock.now()
    await editions.run_due()
    await deliver.settled()
    while await outbox.unfinished() and clock.now() - began < LONGEST:
        await clock.sleep(timedelta(seconds=5))
        await deliver.resume()
        await deliver.settled()


def _document(server: DiscordServer, channels: Sequence[Channel], stories: int) -> dict[str, Any]:
    posted = [call for call in server.requests if call.method == "POST" and "/channels/" in call.path]
    taken = [call for call in posted if call.status == 200]
    standing = [_standing(channel) for channel in channels]
    return {
        "channels": len(channels),
        "requests": len(taken),
        "seconds": _seconds(taken),
        "per_second": (len(taken) - 1) / _seconds(taken),
        "most_in_a_second": server.rates.most_in_a_second,
        "refused": server.rates.refused,
        "doubled": sum(count - 1 for counts in standing for count in counts.values()),
        "lost": sum(2 + stories - len(counts) for counts in standing),
        "violations": len(server.violations) + len(server.faults),
    }


def _seconds(calls: Sequence[Call]) -> float:
    return (calls[-1].at - calls[0].at).total_seconds()


def _standing(channel: Channel) -> Counter[str]:
    """How often each part stands: fronts and threads by their kind, stories by their own."""
    counts = Counter({"front": len(channel.posts), "thread": len(channel.threads)})
    for thread in channel.threads:
        counts.update(message.buttons[0]["custom_id"].rpartition(":")[0] for message in thread.posts)
    return +counts
