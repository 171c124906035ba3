"""Synonyms: words that mean the same to a question and to the news. Standard library only, no I/O."""

from bot.domain.synonyms.comparing import NATIONS, initialisms, is_known, keys, kin, meanings, spelled_out

__all__ = ["NATIONS", "initialisms", "is_known", "keys", "kin", "meanings", "spelled_out"]
