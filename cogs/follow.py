"""`/follow`, `/unfollow` and the buttons that follow and mute: what a member has for himself, by direct message.

Posts nothing; what is due is found and posted by the services. All answers are for the one who asked.
"""

from contextlib import suppress

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.deliveries import Action, custom_id
from bot.domain.schedules import next_slot
from bot.domain.wording import commands as wording
from bot.services.follow import At, Followed
from cogs.drawing import MAX_CHOICE_CHARS, MAX_CHOICES, member_of, server_of, topic_choices, zone_choices, zone_of
from cogs.errors import UNREACHABLE
from cogs.services import Services
from cogs.stories import seen_by, story_choices

Interaction = discord.Interaction[commands.AutoShardedBot]

UNMUTE = "unmute"
"""The action of the button under the answer to a mute."""
_MUTED = "muted:"


class Follows(commands.Cog):
    """Following and muting."""

    follow = app_commands.Group(name="follow", description=wording.FOLLOW)

    def __init__(self, services: Services) -> None:
        self._services = services
        self._follow = services.follow

    @follow.command(description=wording.FOLLOW_TOPIC)
    @app_commands.describe(name=wording.FOLLOW_TOPIC_NAME, at=wording.FOLLOW_AT, zone=wording.FOLLOW_ZONE)
    async def topic(
        self,
        interaction: Interaction,
        name: app_commands.Range[str, 1, 100],
        at: app_commands.Range[str, 1, 20] | None = None,
        zone: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Follows a topic that everyone has."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        schedule = await self._follow.topic(member_of(interaction), name, await self._when(interaction, at, zone))
        await self._say_followed(interaction, Followed(schedule=schedule, name=schedule.topics[0]))

    @follow.command(description=wording.FOLLOW_STORY)
    @app_commands.describe(name=wording.STORY_NAME, at=wording.FOLLOW_AT, zone=wording.FOLLOW_ZONE)
    async def story(
        self,
        interaction: Interaction,
        name: app_commands.Range[str, 1, 100],
        at: app_commands.Range[str, 1, 20] | None = None,
        zone: app_commands.Range[str, 1, 100] | None = None,
    ) -> None:
        """Follows a story that was told here."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        telling = await self._services.explain.find(name, seen_by(interaction), server_of(interaction))
        schedule = await self._follow.story(member_of(interaction), telling, await self._when(interaction, at, zone))
        await self._say_followed(interaction, Followed(schedule=schedule, name=telling.headline))

    @app_commands.command(description=wording.UNFOLLOW)
    @app_commands.describe(name=wording.UNFOLLOW_NAME)
    async def unfollow(self, interaction: Interaction, name: app_commands.Range[str, 1, 100]) -> None:
        """Ends a follow, or a mute."""
        member = member_of(interaction)
        muted = name.removeprefix(_MUTED)
        if muted != name and await self._follow.unmute(member, muted):
            await interaction.response.send_message(wording.unmuted(muted), ephemeral=True)
            return
        gone = await self._follow.end(member, name)
        await interaction.response.send_message(wording.unfollowed(gone.name), ephemeral=True)

    async def acted_follow(self, interaction: Interaction, action: Action) -> None:
        """Called for the button under a story: follows it, or ends that."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        member = member_of(interaction)
        telling = await self._services.explain.told(action.delivery, action.part)
        if followed := await self._follow.find(member, telling.story_id):
            await self._follow.end(member, followed.id)
            await interaction.followup.send(wording.unfollowed(telling.headline), ephemeral=True)
            return
        schedule = await self._follow.story(member, telling, await self._when(interaction))
        await self._say_followed(interaction, Followed(schedule=schedule, name=telling.headline))

    async def acted_mute(self, interaction: Interaction, action: Action) -> None:
        """Called for the button under a story, and for the one that undoes it."""
        topic = (await self._services.explain.told(action.delivery, action.part)).topic
        if action.name == UNMUTE:
            await self._follow.unmute(member_of(interaction), topic)
            await interaction.response.send_message(wording.unmuted(topic), ephemeral=True)
            return
        await self._follow.mute(member_of(interaction), topic)
        undo = discord.ui.View(timeout=None)
        undo.add_item(
            discord.ui.Button(label=wording.UNMUTE, custom_id=custom_id(action.delivery, action.part, UNMUTE))
        )
        undo.stop()  # answered by custom_id, also after a restart
        await interaction.response.send_message(wording.muted(topic), view=undo, ephemeral=True)

    @commands.Cog.listener()
    async def on_app_command_completion(self, interaction: Interaction, _: object) -> None:
        """Whoever cannot be told by direct message that his follows rest is told behind his next command."""
        member = member_of(interaction)
        if pause := await self._follow.untold(member):
            with suppress(*UNREACHABLE):  # then behind the one after it
                await interaction.followup.send(wording.TAKES_NO_MESSAGES, ephemeral=True)
                await self._follow.told(member, pause)

    @topic.autocomplete("name")
    async def _topics(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await topic_choices(self._services.subscribe, typed)

    @story.autocomplete("name")
    async def _stories(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await story_choices(self._services.explain, interaction, typed)

    @topic.autocomplete("zone")
    @story.autocomplete("zone")
    async def _zones(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return zone_choices(typed)

    @unfollow.autocomplete("name")
    async def _followed(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        member = member_of(interaction)
        named = [(each.name, each.schedule.id) for each in await self._follow.follows(member)]
        muted = [
            (wording.muted_choice(topic), f"{_MUTED}{topic}") for topic in (await self._follow.member(member)).muted
        ]
        return [
            app_commands.Choice(name=name[:MAX_CHOICE_CHARS], value=value)
            for name, value in (*named, *muted)
            if typed.casefold() in name.casefold() and len(value) <= MAX_CHOICE_CHARS
        ][:MAX_CHOICES]

    async def _when(self, interaction: Interaction, at: str | None = None, zone: str | None = None) -> At:
        return At(at=at, zone=zone, default_zone=await zone_of(interaction, self._services.plan))

    async def _say_followed(self, interaction: Interaction, followed: Followed) -> None:
        following = next_slot(followed.schedule, self._services.clock.now())
        said = wording.followed(followed.schedule, followed.name, following)
        await interaction.followup.send(said, ephemeral=True)
