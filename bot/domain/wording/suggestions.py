"""What is suggested as the next question: the label of each button, and what it asks. No logic beside putting in.

A question is about a story that is named beside it, and so says "this" where others would not know of what.
"""

WHY, WHY_ASKED = "Why does it matter?", "Why does this matter?"
DIFFERS = "Where do sources differ?"
NEW, NEW_ASKED = "What is new on this story?", "What is new on this?"
OTHER_ASKED = "What happened?"


def differs_asked(matter: str) -> str:
    """What asks for both sides of what sources differ on, by the words that both have."""
    return f"What is reported on {matter}?"


def other(headline: str) -> str:
    """The button that leads to another story."""
    return f"More: {headline}"


def about(headline: str, question: str) -> str:
    """A question above its answer, with the story that it is about."""
    return f"“{headline}” {question}"
