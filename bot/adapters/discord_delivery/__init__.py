"""What is sent to Discord by itself: briefings to channels, notices to people. What members ask is answered in `cogs`.

posts    a delivery's messages, posted and found again; errors of the library translated
drawing  a post as the library's arguments, within the limits
notices  direct messages to owners
pace     how many requests a second, of whichever kind
"""

from bot.adapters.discord_delivery.notices import DiscordNotices
from bot.adapters.discord_delivery.pace import Pace, paced
from bot.adapters.discord_delivery.posts import DiscordDelivery

__all__ = ["DiscordDelivery", "DiscordNotices", "Pace", "paced"]
