"""Acting as a person: talking, commands, buttons, modals.

Only what Discord's own client would let that person do: an option that is not registered, a command without the
permission for it, a button that is not there raise NotOfferedError, which fails the test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.doubles.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL_SUBMIT,
    Interaction,
    Interactions,
    WaitFor,
)
from tests.doubles.discord.messages import Attachment, Message, walk
from tests.doubles.discord.people import ALL, Json, Member, Role, User
from tests.doubles.discord.places import DM, Channel
from tests.doubles.discord.world import World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = 3, 4, 5, 6, 7, 8, 9, 10, 11
_TEXT_INPUT, _UPLOAD = 4, 19
_ONE_VALUE = {_TEXT_INPUT, 21, 23}  # and radio buttons, a checkbox; all other fields of a modal bring lists
_PYTHON = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}
_RECORD = {USER: (Member, User), CHANNEL: Channel, ROLE: Role, MENTIONABLE: (Member, User, Role), FILE: Attachment}
_MENU = {5: USER, 6: ROLE, 7: MENTIONABLE, 8: CHANNEL, _UPLOAD: FILE}  # components by the option that takes the same


class NotOfferedError(AssertionError):
    """Discord's client does not offer this to that person."""


@dataclass(eq=False, slots=True)
class People:
    """What any person can do in front of the bot. All return at once; the bot's answer is waited for elsewhere."""

    world: World
    interactions: Interactions
    wait_for: WaitFor

    def say(
        self,
        person: Member | User,
        channel: Channel,
        content: str,
        *,
        reply_to: Message | None = None,
        mention: bool = True,
    ) -> Message:
        """A message; a reply notifies its target unless `mention` is off."""
        if channel.locked:
            raise NotOfferedError(f"{channel.name} is locked")
        body: Json = {"content": content}
        if reply_to and not mention:
            body["allowed_mentions"] = {"parse": ["users", "roles", "everyone"], "replied_user": False}
        return self.world.add_message(channel, self._account(person, channel), body, reply_to=reply_to)

    # --- commands ---------------------------------------------------------------------------------------------

    def owners(self, person: Member | User, channel: Channel) -> Json:
        """Through which installations this person reaches the bot here."""
        guild, user = channel.guild, person.user if isinstance(person, Member) else person
        found = {"1": str(user.id)} if user in self.world.installed_by else {}
        if guild is None:
            return found | ({"0": "0"} if channel.kind == DM else {})
        return found | ({"0": str(guild.id)} if guild.id in self.world.guilds else {})

    def command(self, person: Member | User, channel: Channel, name: str, kind: int = 1) -> Json:
        """The registered command of that name, if this person is offered it here."""
        guild, member = channel.guild, self._here(person, channel)
        registered = [*(self.world.commands.get(guild.id, []) if guild else []), *self.world.commands.get(None, [])]
        for command in registered:
            if command["name"] == name and command["type"] == kind:
                break
        else:
            raise NotOfferedError(f"no command {name!r} among {sorted(c['name'] for c in registered)}")
        contexts = command.get("contexts") or ([0] if command.get("dm_permission") is False else [0, 1, 2])
        installed = {int(way) for way in self.owners(person, channel)} & set(command.get("integration_types") or [0])
        if channel.context not in contexts or not installed:
            raise NotOfferedError(f"/{name} is not offered {'here' if guild else 'in direct messages'}")
        wanted = command.get("default_member_permissions")
        if isinstance(member, Member) and wanted is not None:
            granted = member.permissions_in(channel)
            if granted != ALL and (int(wanted) == 0 or int(wanted) & ~granted):
                raise NotOfferedError(f"{member.user.name} lacks the permission for /{name}")
        return command

    def slash(self, person: Member | User, channel: Channel, path: str, options: Mapping[str, Any]) -> Interaction:
        """A slash command; `path` names subcommands too: 'schedule add'."""
        if channel.locked:
            raise NotOfferedError(f"{channel.name} is locked")
        data = self._command_data(person, channel, path, options, focused=None)
        return self._open(COMMAND, person, channel, data)

    def autocomplete(
        self, person: Member | User, channel: Channel, path: str, focused: str, options: Mapping[str, Any]
    ) -> Interaction:
        """Typing into the option `focused`, whose text so far is among `options`."""
        data = self._command_data(person, channel, path, {focused: "", **options}, focused=focused)
        return self._open(AUTOCOMPLETE, person, channel, data)

    def message_command(self, person: Member | User, message: Message, name: str) -> Interaction:
        """A command from the context menu of a message."""
        command = self.command(person, message.channel, name, kind=3)
        data = {"id": command["id"], "name": name, "type": 3, "target_id": str(message.id)}
        data["resolved"] = {"messages": {str(message.id): message.payload()}}
        return self._open(COMMAND, person, message.channel, data)

    def _command_data(
        self,
        person: Member | User,
        channel: Channel,
        path: str,
        options: Mapping[str, Any],
        *,
        focused: str | None,
    ) -> Json:
        name, *inner = path.split()
        command = self.command(person, channel, name)
        data: Json = {"id": command["id"], "name": name, "type": 1, "options": [], "resolved": {}}
        data |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
        node, place = command, data
        for word in inner:
            found = next((o for o in node["options"] if o["name"] == word and o["type"] in (1, 2)), None)
            if found is None:
                raise NotOfferedError(f"{path!r}: no {word!r} among {[o['name'] for o in node['options']]}")
            node, step = found, {"name": word, "type": found["type"], "options": []}
            place["options"].append(step)
            place = step
        known = {o["name"]: o for o in node.get("options") or []}
        self._offered(path, known, options, complete=focused is None)
        for option_name, value in options.items():
            option = known[option_name]
            if option_name != focused:
                more = {"value": self._value(option, value, data["resolved"])}
            elif option.get("autocomplete"):
                more = {"value": value, "focused": True}
            else:
                raise NotOfferedError(f"/{path} does not complete {option_name!r}")
            place["options"].append({"name": option_name, "type": option["type"], **more})
        return data

    @staticmethod
    def _offered(path: str, known: Json, options: Mapping[str, Any], *, complete: bool) -> None:
        if any(o["type"] in (1, 2) for o in known.values()):
            raise NotOfferedError(f"/{path} is not a command but a group of {set(known)}")
        if unknown := set(options) - set(known):
            raise NotOfferedError(f"/{path} has no option {unknown}, it has {set(known)}")
        missing = {o["name"] for o in known.values() if o.get("required")} - set(options)
        if missing and complete:
            raise NotOfferedError(f"/{path} requires {missing}")

    def _value(self, option: Json, value: Any, resolved: Json) -> Any:
        kind, name = option["type"], option["name"]
        wanted = _PYTHON.get(kind) or _RECORD[kind]
        if not isinstance(value, wanted) or (isinstance(value, bool) and kind != BOOLEAN):
            raise NotOfferedError(f"option {name!r} wants {wanted}, not {value!r}")
        if kind in _RECORD:
            self._resolve(option, value, resolved)
            return str(value.id)
        if option.get("choices") and value not in [c["value"] for c in option["choices"]]:
            raise NotOfferedError(f"{value!r} is no choice of {name!r}: {option['choices']}")
        size, unit = (len(value), "length") if kind == STRING else (value, "value")
        low, high = option.get(f"min_{unit}"), option.get(f"max_{unit}")
        if (low is not None and size < low) or (high is not None and size > high):
            raise NotOfferedError(f"option {name!r} must have a {unit} from {low} to {high}, not {size}")
        return value

    def _resolve(self, option: Json, value: Any, resolved: Json) -> None:
        key = str(value.id)
        if isinstance(value, Member):
            resolved.setdefault("members", {})[key] = value.payload(user=False) | {"permissions": "0"}
            value = value.user
        if isinstance(value, Channel) and option.get("channel_types") and value.kind not in option["channel_types"]:
            raise NotOfferedError(f"option {option['name']!r} takes channels of types {option['channel_types']}")
        payload = value.payload() | ({"permissions": "0"} if isinstance(value, Channel) else {})
        kinds = {User: "users", Channel: "channels", Role: "roles", Attachment: "attachments"}
        resolved.setdefault(kinds[type(value)], {})[key] = payload

    # --- buttons and modals -----------------------------------------------------------------------------------

    def press(
        self, person: Member | User, message: Message, custom_id: str, values: tuple[Any, ...] | None = None
    ) -> Interaction:
        """A button, or with `values` a choice from a menu."""
        part = next((p for p in message.parts if p.get("custom_id") == custom_id), None)
        if part is None or message.deleted or part.get("disabled"):
            raise NotOfferedError(f"no live {custom_id!r} among {[p.get('custom_id') for p in message.parts]}")
        user = self._account(person, message.channel)
        if message.ephemeral and message.interaction and message.interaction.user is not user:
            raise NotOfferedError(f"{user.name} does not see that message")
        data: Json = {"custom_id": custom_id, "component_type": part["type"], "id": part.get("id", 1)}
        if values is not None:
            resolved: Json = {}
            data["values"] = self._chosen(part, values, resolved)
            data |= {"resolved": resolved} if part["type"] in _MENU else {}
        return self._open(COMPONENT, person, message.channel, data, message=message)

    def submit_modal(self, opened: Interaction, answers: Mapping[str, Any]) -> Interaction:
        """Fills in the modal that `opened` brought up; `answers` go by custom_id or by label."""
        modal = opened.modal
        if modal is None:
            raise NotOfferedError("no modal is open")
        left, resolved = dict(answers), dict[str, Any]()
        parts = [self._filled(part, left, resolved) for part in modal["components"] if part["type"] in (1, 18)]
        if left:
            raise NotOfferedError(f"the modal {modal['title']!r} has no {set(left)}")
        data = {"custom_id": modal["custom_id"], "components": parts, "resolved": resolved}
        return self._open(MODAL_SUBMIT, opened.person, opened.channel, data, message=opened.message, opened_by=opened)

    def _chosen(self, part: Json, values: Sequence[Any], resolved: Json) -> list[str]:
        """What a menu sends for a choice: as many as it takes, of what it offers."""
        low, high = (1 if part.get(bound) is None else part[bound] for bound in ("min_values", "max_values"))
        low = 0 if part.get("required") is False and not values else low
        if not low <= len(values) <= high:
            raise NotOfferedError(f"{part['custom_id']!r} takes {low} to {high}, not {len(values)}")
        if (option := _MENU.get(part["type"])) is not None:
            known = {"name": part["custom_id"], "type": option, "channel_types": part.get("channel_types")}
            return [self._value(known, value, resolved) for value in values]
        if unknown := set(values) - {each["value"] for each in part.get("options", [])}:
            raise NotOfferedError(f"{part['custom_id']!r} does not offer {unknown}")
        return list(values)

    def _filled(self, part: Json, left: dict[str, Any], resolved: Json) -> Json:
        field = next(p for p in walk([part]) if "custom_id" in p)
        label = part.get("label") or field.get("label")
        key = field["custom_id"] if field["custom_id"] in left else label
        value = left.pop(key, field.get("value", "") if field["type"] in _ONE_VALUE else [])
        done = {"type": field["type"], "custom_id": field["custom_id"], "id": 1}
        if field["type"] in _MENU or field["type"] == STRING:
            value = self._chosen(field, value, resolved)
        if field["type"] == _TEXT_INPUT:
            low, high = field.get("min_length") or int(field.get("required", True)), field.get("max_length") or 4000
            if not low <= len(value) <= high and (value or field.get("required", True)):
                raise NotOfferedError(f"{label!r} must have {low} to {high} characters, not {len(value)}")
        done["value" if field["type"] in _ONE_VALUE else "values"] = value
        return {"type": 1, "components": [done]} if part["type"] == 1 else {"type": 18, "component": done}

    def _open(self, kind: int, person: Member | User, channel: Channel, data: Json, **more: Any) -> Interaction:
        more |= {"wait_for": self.wait_for, "owners": self.owners(person, channel)}
        return self.interactions.open(kind, self._here(person, channel), channel, data, **more)

    def _here(self, person: Member | User, channel: Channel) -> Member | User:
        """The person as the channel knows it: a member of its guild, or in direct messages an account."""
        if channel.guild is None:
            return person.user if isinstance(person, Member) else person
        if person.id not in channel.guild.members:
            raise NotOfferedError(f"{person} is no member of {channel.guild}")
        return channel.guild.members[person.id]

    def _account(self, person: Member | User, channel: Channel) -> User:
        found = self._here(person, channel)
        return found.user if isinstance(found, Member) else found
