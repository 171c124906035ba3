"""The REST routes: who may do what to which channel, and what the bot gets back.

Each handler is a plain function of a Call, done before the next request is looked at. It changes the world and
returns a JSON value (None for 204), or raises ApiError. Limits of bodies are counted in `limits`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.doubles.discord import limits
from tests.doubles.discord.interactions import Interactions
from tests.doubles.discord.messages import CROSSPOSTED, Attachment, Message
from tests.doubles.discord.people import Json
from tests.doubles.discord.places import ANNOUNCEMENT, DM, FORUM, TEXT, Channel, Guild
from tests.doubles.discord.world import ApiError, World


@dataclass(eq=False, slots=True)
class Call:
    """One request as it came in; `path` is that below the API's base, `status` what was answered (0: nothing)."""

    method: str
    path: str
    at: datetime
    token: str | None
    query: Mapping[str, str]
    body: Any
    uploads: list[tuple[str, bytes]]
    params: Mapping[str, str] = field(default_factory=dict)
    status: int = 0

    @property
    def fields(self) -> Json:
        """The body of a request that has to bring an object."""
        if not isinstance(self.body, dict):
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        return self.body


Handler = Callable[[Call], Any]


class Rest:
    """The handlers, over one world. `reads_content` is the Message Content switch of the developer portal."""

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
        self.gateway_url = ""
        self.shards = 1

    def routes(self) -> dict[tuple[str, str], Handler]:
        """(method, path) -> handler; every other route is a fault of the test."""
        message, hook = "/channels/{channel_id}/messages/{message_id}", "/webhooks/{webhook_id}/{webhook_token}"
        one, app = hook + "/messages/{message_id}", "/applications/{application_id}"
        return {
            ("GET", "/gateway/bot"): self.gateway_bot,
            ("GET", "/users/@me"): lambda call: self.world.bot.payload() | {"verified": True, "mfa_enabled": True},
            ("GET", "/users/@me/guilds"): lambda call: [g.payload() for g in self.world.guilds.values()],
            ("POST", "/users/@me/channels"): self.open_direct_messages,
            ("GET", "/users/{user_id}"): self.user,
            ("GET", "/oauth2/applications/@me"): self.application,
            ("GET", "/applications/@me"): self.application,
            ("GET", f"{app}/commands"): self.commands,
            ("PUT", f"{app}/commands"): self.replace_commands,
            ("GET", f"{app}/guilds/{{guild_id}}/commands"): self.commands,
            ("PUT", f"{app}/guilds/{{guild_id}}/commands"): self.replace_commands,
            ("GET", "/guilds/{guild_id}"): lambda call: self.guild(call).payload(),
            ("GET", "/guilds/{guild_id}/channels"): lambda call: [
                c.payload() for c in self.guild(call).channels.values() if not c.deleted and not c.is_thread
            ],
            ("GET", "/guilds/{guild_id}/roles"): lambda call: [r.payload() for r in self.guild(call).roles.values()],
            ("GET", "/guilds/{guild_id}/members/{user_id}"): self.member,
            ("GET", "/guilds/{guild_id}/threads/active"): self.active_threads,
            ("GET", "/channels/{channel_id}"): lambda call: self.channel(call).payload(),
            ("PATCH", "/channels/{channel_id}"): self.edit_channel,
            ("POST", "/channels/{channel_id}/typing"): lambda call: self._may_write(self.channel(call)),
            ("GET", "/channels/{channel_id}/messages"): self.history,
            ("POST", "/channels/{channel_id}/messages"): self.post_message,
            ("POST", "/channels/{channel_id}/threads"): self.start_thread,
            ("GET", "/channels/{channel_id}/threads/archived/public"): self.archived_threads,
            ("PUT", "/channels/{channel_id}/thread-members/@me"): lambda call: self.channel(call) and None,
            ("GET", message): lambda call: self.message(call).payload(content=self.reads_content),
            ("PATCH", message): self.edit_message,
            ("DELETE", message): self.delete_message,
            ("POST", f"{message}/crosspost"): self.crosspost,
            ("POST", f"{message}/threads"): self.start_thread_on_message,
            ("POST", "/interactions/{interaction_id}/{webhook_token}/callback"): self.answer_interaction,
            ("POST", hook): self.follow_up,
            ("GET", one): lambda call: self._token_message(call).payload(),
            ("PATCH", one): self.edit_follow_up,
            ("DELETE", one): lambda call: self.world.delete_message(self._token_message(call)),
        }

    # --- looking things up, and permissions -------------------------------------------------------------------

    def guild(self, call: Call) -> Guild:
        guild = self.world.guilds.get(int(call.params["guild_id"]))
        if guild is None:
            raise ApiError(404, 10004, "Unknown Guild")
        return guild

    def channel(self, call: Call) -> Channel:
        channel = self.world.channels.get(int(call.params["channel_id"]))
        if channel is None or channel.deleted:
            raise ApiError(404, 10003, "Unknown Channel")
        if channel.guild and not channel.guild.me.can("view_channel", channel):
            raise ApiError(403, 50001, "Missing Access")
        return channel

    def message(self, call: Call) -> Message:
        channel = self.channel(call)
        self._need(channel, "read_message_history")
        message = channel.messages.get(int(call.params["message_id"]))
        if message is None:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    def _need(self, channel: Channel, *names: str) -> None:
        if channel.guild and not all(channel.guild.me.can(name, channel) for name in names):
            raise ApiError(403, 50013, "Missing Permissions")

    def _may_write(self, channel: Channel) -> None:
        if channel.kind == FORUM:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        if channel.recipient and not channel.recipient.accepts_dms:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        self._need(channel, "send_messages_in_threads" if channel.is_thread else "send_messages")
        if channel.locked and channel.guild and not channel.guild.me.can("manage_threads", channel):
            raise ApiError(403, 50083, "Thread is archived")

    def _active(self, channel: Channel) -> None:
        if channel.archived:
            raise ApiError(400, 50083, "Thread is archived")

    def _files(self, call: Call) -> list[Attachment]:
        return [self.world.add_file(name, data) for name, data in call.uploads]

    # --- the bot itself ---------------------------------------------------------------------------------------

    def gateway_bot(self, call: Call) -> Json:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": limit}

    def application(self, call: Call) -> Json:
        bot, owner = self.world.bot, self.world.owner
        own = {"id": str(bot.id), "name": bot.name, "description": "", "icon": None, "bot_public": True}
        own |= {"bot_require_code_grant": False, "verify_key": "0" * 64, "owner": owner.payload(), "team": None}
        return own | {"summary": "", "flags": 1 << 19 if self.reads_content else 0}

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
        scope = self.guild(call).id if "guild_id" in call.params else None
        return self.world.commands.get(scope, [])

    def replace_commands(self, call: Call) -> list[Json]:
        """A bulk overwrite: what is not in it goes, what keeps its name keeps its id."""
        self.check(limits.commands(call.body))
        scope = self.guild(call).id if "guild_id" in call.params else None
        ids = {(c["type"], c["name"]): c["id"] for c in self.world.commands.get(scope, [])}
        defaults: Json = {"type": 1, "description": "", "options": [], "default_member_permissions": None}
        defaults |= {"application_id": str(self.world.bot.id), "nsfw": False, "version": str(self.world.next_id())}
        defaults |= {"guild_id": str(scope)} if scope else {"contexts": None, "integration_types": [0]}
        taken = [defaults | command for command in call.body]
        for command in taken:
            command["id"] = ids.get((command["type"], command["name"]), str(self.world.next_id()))
        self.world.commands[scope] = taken
        return taken

    # --- channels and threads ---------------------------------------------------------------------------------

    def edit_channel(self, call: Call) -> Json:
        """A thread's name, rest and lock; for the lock, and for waking a locked one, by moderators alone."""
        channel, body = self.channel(call), call.fields
        if not channel.is_thread:
            self._need(channel, "manage_channels")
            channel.name, channel.topic = body.get("name", channel.name), body.get("topic", channel.topic)
        else:
            self.check(limits.thread(body))
            if channel.locked or "locked" in body or not (channel.owner is self.world.bot or set(body) == {"archived"}):
                self._need(channel, "manage_threads")
            if body.get("archived") is not False:
                self._active(channel)
            channel.name = body.get("name", channel.name)
            channel.archived = body.get("archived", channel.archived)
            channel.locked = body.get("locked", channel.locked)
            channel.auto_archive_minutes = body.get("auto_archive_duration", channel.auto_archive_minutes)
        self.world.announce_channel(channel, "UPDATE")
        return channel.payload()

    def active_threads(self, call: Call) -> Json:
        guild = self.guild(call)
        shown = [c for c in guild.channels.values() if c.is_thread and not (c.archived or c.deleted)]
        return {"threads": [c.payload() for c in shown if guild.me.can("view_channel", c)], "members": []}

    def archived_threads(self, call: Call) -> Json:
        """Newest first, before a time if one is given."""
        parent, limit = self.channel(call), int(call.query.get("limit", 50))
        self._need(parent, "read_message_history")
        before = datetime.fromisoformat(call.query["before"]) if "before" in call.query else None
        found = [c for c in reversed(parent.threads) if c.archived and (before is None or c.created_at < before)]
        threads = [c.payload() for c in found[:limit]]
        return {"threads": threads, "members": [], "has_more": len(found) > limit}

    def start_thread(self, call: Call) -> Json:
        """A forum post with its first message; elsewhere a thread that hangs on no message."""
        parent, body = self.channel(call), call.fields
        self.check(limits.thread(body))
        if parent.kind != FORUM:
            self._need(parent, "create_public_threads")
            return self.world.start_thread(parent, self.world.bot, body).payload()
        self._need(parent, "send_messages")
        if unknown := {str(t) for t in body.get("applied_tags") or []} - {str(t) for t in parent.tags}:
            raise ApiError(400, 10087, f"Unknown tag {unknown}")
        content = body.get("message") or {}
        files = self._files(call)
        self._sound(parent, content, files)
        thread = self.world.start_thread(parent, self.world.bot, body)
        message = self.world.add_message(thread, self.world.bot, content, files=files)
        return thread.payload() | {"message": message.payload()}

    def start_thread_on_message(self, call: Call) -> Json:
        message, body = self.message(call), call.fields
        if message.channel.kind not in (TEXT, ANNOUNCEMENT):
            raise ApiError(400, 50024, "Cannot execute action on this channel type")
        self._need(message.channel, "create_public_threads")
        self.check(limits.thread(body))
        if message.thread or message.id in self.world.channels:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        return self.world.start_thread(message.channel, self.world.bot, body, on=message).payload()

    # --- messages ---------------------------------------------------------------------------------------------

    def _sound(self, channel: Channel, body: Json, files: list[Attachment]) -> None:
        self._need(channel, *(["embed_links"] if body.get("embeds") else []), *(["attach_files"] if files else []))
        self.interactions.check_message(body, files)

    def post_message(self, call: Call) -> Json:
        channel, body, files = self.channel(call), call.fields, self._files(call)
        self._may_write(channel)
        self._sound(channel, body, files)
        reply_to = None
        if reference := body.get("message_reference"):
            reply_to = channel.messages.get(int(reference["message_id"]))
            if reply_to is None and reference.get("fail_if_not_exists", True):
                self.check([("message_reference", "Unknown message")])
        return self.world.add_message(channel, self.world.bot, body, files=files, reply_to=reply_to).payload()

    def edit_message(self, call: Call) -> Json:
        message, body, files = self.message(call), call.fields, self._files(call)
        if message.author is not self.world.bot:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        self._active(message.channel)
        self.check(limits.message(body, message.flags))
        return self.world.edit_message(message, body, files).payload()

    def delete_message(self, call: Call) -> None:
        message = self.message(call)
        if message.author is not self.world.bot:
            if message.channel.kind == DM:
                raise ApiError(403, 50003, "Cannot execute action on a DM channel")
            self._need(message.channel, "manage_messages")
        self._active(message.channel)
        self.world.delete_message(message)

    def crosspost(self, call: Call) -> Json:
        message = self.message(call)
        if message.channel.kind != ANNOUNCEMENT or message.flags & CROSSPOSTED:
            raise ApiError(400, 50068, "Invalid message type")
        message.flags |= CROSSPOSTED
        self.world.announce_message(message, "UPDATE")
        return message.payload()

    def history(self, call: Call) -> list[Json]:
        """Newest first, whichever end it is counted from."""
        channel, limit = self.channel(call), int(call.query.get("limit", 50))
        if not 1 <= limit <= 100:
            self.check([("limit", "int value should be between 1 and 100.")])
        if channel.guild and not channel.guild.me.can("read_message_history", channel):
            return []
        found = sorted(channel.messages.values(), key=lambda m: m.id)
        if "after" in call.query:
            found = [m for m in found if m.id > int(call.query["after"])][:limit]
        elif "around" in call.query:
            middle, half = int(call.query["around"]), limit // 2
            older = [m for m in found if m.id < middle][-half:]
            found = older + [m for m in found if m.id >= middle][: limit - len(older)]
        elif "before" in call.query:
            found = [m for m in found if m.id < int(call.query["before"])]
        return [m.payload(content=self.reads_content) for m in reversed(found[-limit:])]

    # --- interactions -----------------------------------------------------------------------------------------

    def answer_interaction(self, call: Call) -> Json | None:
        answer = self.interactions.answer(call.params["webhook_token"], call.fields, self._files(call))
        return answer if call.query.get("with_response") in ("1", "true") else None

    def follow_up(self, call: Call) -> Json:
        return self.interactions.follow_up(call.params["webhook_token"], call.fields, self._files(call))

    def edit_follow_up(self, call: Call) -> Json:
        token, message_id = call.params["webhook_token"], call.params["message_id"]
        return self.interactions.edit(token, message_id, call.fields, self._files(call))

    def _token_message(self, call: Call) -> Message:
        return self.interactions.message(call.params["webhook_token"], call.params["message_id"])
