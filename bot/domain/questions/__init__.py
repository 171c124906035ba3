"""Questions: what kind of answer one asks for, whether a sentence can be it, and which are declined.

Standard library only, no I/O. English questions, since most members ask in English; of a question in another language
nothing is demanded but its words.
"""

from bot.domain.questions.declining import Declined, declined
from bot.domain.questions.fitting import fits
from bot.domain.questions.kinds import Asked, Kind, read

__all__ = ["Asked", "Declined", "Kind", "declined", "fits", "read"]
