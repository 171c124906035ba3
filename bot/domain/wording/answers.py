"""What is said of an answer before its claims, and of how it came about."""

DECLINED = {
    "advice": "I give no advice and hold no views; I only pass on what the articles say.",
    "forecast": "I make no forecasts of my own; I only pass on what the articles say.",
    "no_news": "I answer questions about the news I have read, and this is not one of them.",
}
"""Why a question is declined, by the name of its reason (see `questions.Declined`)."""

EXCERPT_ALONE = "This rests on an excerpt alone; the full article could not be read."
ELSEWHERE = "`/privacy export` in that server holds the answer."


def stale(days: int) -> str:
    """That what an answer rests on is old."""
    return f"The newest article on this is {days} days old; things may have changed since."


def one_article(outlet: str) -> str:
    """That an answer rests on little."""
    return f"This rests on one article alone, by {outlet}."


def by_extracts(reason: str) -> str:
    """That the model did not write it."""
    return f"Answered by extracts: {reason}."
