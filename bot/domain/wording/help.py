"""What `/help` says."""

from collections.abc import Sequence

COMMAND = "Says what I do, how to ask me here, and which commands there are. Only you see it."
TITLE = "Newsthread"
ABOUT = (
    "I watch news feeds, brief you on what is new and answer questions. Each sentence I tell has a source, and a click"
    " opens it at the words that back it.\n"
)

_ASK = "**To ask me**"
ASK_DIRECTLY = f"{_ASK}, just write to me here.\n"
ASK_BY_COMMAND = f"{_ASK} here, use `/ask`: I read no other messages in this place.\n"
ASK_BY_MENTION = (
    f"{_ASK}, mention me with your question, reply to me with the mention on, press *Ask about this* under a story, or"
    " use `/ask`. I do not read other messages here.\n"
)
ASK_PLAINLY = (
    f"{_ASK}, just write in one of my threads. Elsewhere mention me with your question, reply to me with the mention"
    " on, or use `/ask`.\n"
)

EVERYONE = "**For everyone**"
MANAGERS = "\n**For those who manage me here**"


def line(mentions: Sequence[str], description: str) -> str:
    """A command, or those of one group, and what they are for."""
    return f"{' '.join(mentions)}: {description}"


def menu(name: str) -> str:
    """A command in the menu of a message."""
    return f"*{name}*, in the menu of a message under Apps"
