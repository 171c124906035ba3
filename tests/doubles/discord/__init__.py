"""A Discord on loopback for the real discord.py to connect to: REST, gateway, and the people in front of the bot."""

from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.messages import Attachment, Message
from tests.doubles.discord.people import Member, Role, User
from tests.doubles.discord.places import Channel, Guild
from tests.doubles.discord.play import NotOfferedError
from tests.doubles.discord.server import DiscordServer
from tests.doubles.discord.trouble import Hold

__all__ = [
    "Attachment",
    "Channel",
    "DiscordServer",
    "Guild",
    "Hold",
    "Interaction",
    "Member",
    "Message",
    "NotOfferedError",
    "Role",
    "User",
]
