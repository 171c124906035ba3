"""Why Discord did not take a message."""

CHANNEL_GONE = "The channel is gone."
NO_ACCESS = "The bot has no access to that channel."
NO_PERMISSION = "The bot lacks a permission in that channel."
NO_DIRECT_MESSAGES = "That person takes no direct messages."
LOCKED = "The thread is locked."
NO_CHANNEL = "That destination is not a Discord channel."
UNKNOWN_CHANNEL = "That channel is of a kind unknown to the bot."
UNFIT_CHANNEL = "Briefings can be posted in text, announcement and forum channels only."

MESSAGE_GONE = "The message it belongs to is gone."
NO_FRONT = "There is no front post to open a thread on."
NO_THREAD = "There is no thread to post in."
NOT_STANDING = "The post does not stand yet."
TOO_LATE = "It could not be posted while it was news."

NOBODY = "There is nobody to tell."
OTHER_SERVER = "That server is none of Discord's."
NO_OWNER = "That server does not say who owns it."

WAITING = "Discord asks to wait."
TOO_SLOW = "Discord did not answer in time."
FORUM_POST_NOT_TAKEN = "Discord did not take the forum post for now."
NOT_CONNECTED = "There is no connection to Discord."
CLOSED = "The connection to Discord was closed."
FAILED = "The connection to Discord failed."

EMPTY = "The message is empty."
CARD_TOO_LONG = "The card is longer than the 6,000 characters that Discord takes."
BUTTONS = "The message has more than 25 buttons, or two of the same kind."
CONTENT, TITLE, TEXT, FOOTER = "content", "title", "text", "footer"
LABEL, BUTTON_ID, THREAD_NAME = "button's label", "button's id", "thread name"


def length(what: str, chars: int, least: int, limit: int) -> str:
    """A text that is longer or shorter than Discord takes; `what` is one of the names above."""
    return f"The {what} has {chars:,} characters; Discord takes {least} to {limit:,}."


def not_taken(status: int, code: int) -> str:
    """Refused for now."""
    return f"Discord did not take it for now (HTTP {status}, code {code})."


def refused(status: int, code: int) -> str:
    """Refused for good."""
    return f"Discord refused it (HTTP {status}, code {code})."
