"""The REST routes of channels, threads and messages: who may do what where, and what the bot gets back.

Each handler is a plain function of a Call, done before the next request is looked at. It changes the world and
returns a JSON value (None for 204), or raises ApiError. Limits of bodies are counted in `limits`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tests.doubles.discord import limits
from tests.doubles.discord.calls import Call, Handler
from tests.doubles.discord.interactions import Interactions
from tests.doubles.discord.messages import CROSSPOSTED, Attachment, Message
from tests.doubles.discord.people import Json
from tests.doubles.discord.places import ANNOUNCEMENT, DM, FORUM, GROUP, TEXT, Channel
from tests.doubles.discord.world import ApiError, World


class ChannelRoutes:
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

    def routes(self) -> dict[tuple[str, str], Handler]:
        channel, message = "/channels/{channel_id}", "/channels/{channel_id}/messages/{message_id}"
        return {
            ("GET", channel): lambda call: self.channel(call).payload(),
            ("PATCH", channel): self.edit_channel,
            ("POST", f"{channel}/typing"): lambda call: self._may_write(self.channel(call)),
            ("GET", f"{channel}/messages"): self.history,
            ("POST", f"{channel}/messages"): self.post_message,
            ("POST", f"{channel}/threads"): self.start_thread,
            ("GET", f"{channel}/threads/archived/public"): self.archived_threads,
            ("PUT", f"{channel}/thread-members/@me"): lambda call: self._active(self.channel(call)),
            ("GET", message): lambda call: self.message(call).payload(content=self.reads_content),
            ("PATCH", message): self.edit_message,
            ("DELETE", message): self.delete_message,
            ("POST", f"{message}/crosspost"): self.crosspost,
            ("POST", f"{message}/threads"): self.start_thread_on_message,
        }

    # --- looking things up, and permissions -------------------------------------------------------------------

    def channel(self, call: Call) -> Channel:
        channel = self.world.channels.get(int(call.params["channel_id"]))
        if channel is None or channel.deleted:
            raise ApiError(404, 10003, "Unknown Channel")
        kicked = channel.guild is not None and channel.guild.id not in self.world.guilds
        if kicked or channel.kind == GROUP or (channel.guild and not channel.guild.me.can("view_channel", channel)):
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
        files = self.world.add_files(call.uploads)
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
        channel, body, files = self.channel(call), call.fields, self.world.add_files(call.uploads)
        self._may_write(channel)
        self._sound(channel, body, files)
        reply_to = None
        if reference := body.get("message_reference"):
            reply_to = channel.messages.get(int(reference["message_id"]))
            if reply_to is None and reference.get("fail_if_not_exists", True):
                self.check([("message_reference", "Unknown message")])
        return self.world.add_message(channel, self.world.bot, body, files=files, reply_to=reply_to).payload()

    def edit_message(self, call: Call) -> Json:
        message, body, files = self.message(call), call.fields, self.world.add_files(call.uploads)
        if message.author is not self.world.bot:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        self._active(message.channel)
        self.interactions.check_edit(message, body)
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
