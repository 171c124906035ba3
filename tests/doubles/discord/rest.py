"""The REST routes of the bot itself, its guilds, its commands and its interactions.

Handlers are made as in `channels`, whose routes stand in this table too.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.doubles.discord import limits
from tests.doubles.discord.calls import Call, Handler
from tests.doubles.discord.channels import ChannelRoutes
from tests.doubles.discord.interactions import Interactions
from tests.doubles.discord.messages import Message
from tests.doubles.discord.people import Json
from tests.doubles.discord.places import Guild
from tests.doubles.discord.world import ApiError, World


class Rest:
    """Everything the API answers to."""

    def __init__(
        self,
        world: World,
        interactions: Interactions,
        *,
        check: Callable[[list[limits.Finding]], None],
        reads_content: bool,
    ) -> None:
        self.world = world
        self.interactions = interactions
        self.check = check
        self.reads_content = reads_content
        self.channels = ChannelRoutes(world, interactions, check=check, reads_content=reads_content)
        self.gateway_url = ""
        self.shards = 1

    def routes(self) -> dict[tuple[str, str], Handler]:
        """(method, path) -> handler; every other route is a fault of the test."""
        hook, app, guild = (
            "/webhooks/{webhook_id}/{webhook_token}",
            "/applications/{application_id}",
            "/guilds/{guild_id}",
        )
        one = hook + "/messages/{message_id}"
        return self.channels.routes() | {
            ("GET", "/gateway/bot"): self.gateway_bot,
            ("GET", "/users/@me"): lambda call: (
                self.world.bot.payload() | {"verified": True, "mfa_enabled": True, "locale": "en-US"}
            ),
            ("GET", "/users/@me/guilds"): lambda call: [g.payload() for g in self.world.guilds.values()],
            ("POST", "/users/@me/channels"): self.open_direct_messages,
            ("GET", "/users/{user_id}"): self.user,
            ("GET", "/oauth2/applications/@me"): self.application,
            ("GET", "/applications/@me"): self.application,
            ("GET", f"{app}/commands"): self.commands,
            ("PUT", f"{app}/commands"): self.replace_commands,
            ("GET", f"{app}/guilds/{{guild_id}}/commands"): self.commands,
            ("PUT", f"{app}/guilds/{{guild_id}}/commands"): self.replace_commands,
            ("GET", guild): lambda call: self.guild(call).payload(),
            ("GET", f"{guild}/channels"): lambda call: self._channels(call, threads=False),
            ("GET", f"{guild}/roles"): lambda call: [r.payload() for r in self.guild(call).roles.values()],
            ("GET", f"{guild}/members/{{user_id}}"): self.member,
            ("GET", f"{guild}/threads/active"): lambda call: {
                "threads": self._channels(call, threads=True),
                "members": [],
                "has_more": False,
            },
            ("POST", "/interactions/{interaction_id}/{webhook_token}/callback"): self.answer_interaction,
            ("POST", hook): self.follow_up,
            ("GET", one): lambda call: self._token_message(call).payload(),
            ("PATCH", one): self.edit_follow_up,
            ("DELETE", one): lambda call: self.world.delete_message(self._token_message(call)),
        }

    def guild(self, call: Call) -> Guild:
        guild = self.world.guilds.get(int(call.params["guild_id"]))
        if guild is None:
            raise ApiError(404, 10004, "Unknown Guild")
        return guild

    def _channels(self, call: Call, *, threads: bool) -> list[Json]:
        guild = self.guild(call)
        shown = [c for c in guild.channels.values() if c.is_thread == threads and not (c.deleted or c.archived)]
        return [c.payload() for c in shown if guild.me.can("view_channel", c)]

    # --- the bot itself ---------------------------------------------------------------------------------------

    def gateway_bot(self, call: Call) -> Json:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}

    def application(self, call: Call) -> Json:
        bot, owner = self.world.bot, self.world.owner
        own = {"id": str(bot.id), "name": bot.name, "description": "", "icon": None, "bot_public": True}
        own |= {"bot_require_code_grant": False, "verify_key": "0" * 64, "owner": owner.payload(), "team": None}
        own |= {"type": None, "redirect_uris": [], "interactions_endpoint_url": None, "explicit_content_filter": 0}
        own |= {"role_connections_verification_url": None, "eligible_oauth2_scopes": [], "flags_new": "0"}
        own |= {f"approximate_{what}_count": 0 for what in ("guild", "user_install", "user_authorization")}
        return own | {"flags": 1 << 19 if self.reads_content else 0}

    def user(self, call: Call) -> Json:
        user = self.world.find_user(int(call.params["user_id"]))
        if user is None:
            raise ApiError(404, 10013, "Unknown User")
        return user.payload()

    def member(self, call: Call) -> Json:
        member = self.guild(call).members.get(int(call.params["user_id"]))
        if member is None:
            raise ApiError(404, 10007, "Unknown Member")
        return member.payload()

    def open_direct_messages(self, call: Call) -> Json:
        user = self.world.find_user(int(call.fields["recipient_id"]))
        if user is None:
            raise ApiError(404, 10013, "Unknown User")
        return self.world.direct_messages(user).payload()

    def commands(self, call: Call) -> list[Json]:
        """As they stand, without translations unless these are asked for."""
        scope = self.guild(call).id if "guild_id" in call.params else None
        standing = self.world.commands.get(scope, [])
        return standing if call.query.get("with_localizations") == "true" else [_untranslated(c) for c in standing]

    def replace_commands(self, call: Call) -> list[Json]:
        """A bulk overwrite: what is not in it goes, what keeps its name keeps its id."""
        self.check(limits.commands(call.body))
        scope = self.guild(call).id if "guild_id" in call.params else None
        ids = {(c["type"], c["name"]): c["id"] for c in self.world.commands.get(scope, [])}
        defaults: Json = {"type": 1, "description": "", "options": [], "default_member_permissions": None}
        defaults |= {"application_id": str(self.world.bot.id), "nsfw": False, "version": str(self.world.next_id())}
        defaults |= {"guild_id": str(scope)} if scope else {"contexts": None, "integration_types": [0]}
        taken = [defaults | {k: v for k, v in command.items() if v is not None} for command in call.body]
        for command in taken:
            for unordered in ("contexts", "integration_types"):
                if command.get(unordered):
                    command[unordered] = sorted(command[unordered], reverse=True)
            if command.get("contexts") is not None:
                command.pop("dm_permission", None)
            command["id"] = ids.get((command["type"], command["name"]), str(self.world.next_id()))
            if command["default_member_permissions"] is not None:
                command["default_member_permissions"] = str(command["default_member_permissions"])
        self.world.commands[scope] = taken
        return taken

    # --- interactions -----------------------------------------------------------------------------------------

    def answer_interaction(self, call: Call) -> Json | None:
        answer = self.interactions.answer(call.params["webhook_token"], call.fields, self.world.add_files(call.uploads))
        return answer if call.query.get("with_response") in ("1", "true") else None

    def follow_up(self, call: Call) -> Json:
        return self.interactions.follow_up(
            call.params["webhook_token"], call.fields, self.world.add_files(call.uploads)
        )

    def edit_follow_up(self, call: Call) -> Json:
        token, message_id = call.params["webhook_token"], call.params["message_id"]
        return self.interactions.edit(token, message_id, call.fields, self.world.add_files(call.uploads))

    def _token_message(self, call: Call) -> Message:
        return self.interactions.message(call.params["webhook_token"], call.params["message_id"])


def _untranslated(node: Json) -> Json:
    kept = {key: value for key, value in node.items() if not key.endswith("_localizations")}
    return kept | {key: [_untranslated(each) for each in node[key]] for key in ("options", "choices") if node.get(key)}
