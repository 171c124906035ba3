"""Setting up: `/setup`, the panel that guides through it, and its arrival in a server that takes the bot."""

from cogs.setup.cog import Setup
from cogs.setup.panel import FAMILY

__all__ = ["FAMILY", "Setup"]
