"""What is said about reports of what is wrong."""

TITLE = "What is wrong?"
WHICH = "Which sentence"
SOMETHING_ELSE = "The headline, or something else"
SAID = "What is wrong with it"
SAID_HINT = "What the source says, or where it is said otherwise"

PASSED_ON = (
    "Thank you. Those who look after the bot here are told, with your name; the post stays as it is until they, or its"
    " source, say otherwise."
)
PASSED_ON_BEFORE = "You have reported this story before, so nothing was sent again. Your first report stands."


def wrong(member: str, said: str) -> str:
    """That a member holds a posted claim, or headline, to be wrong."""
    return f"{member} says that something is wrong with: “{said}”"


def wrong_because(said: str) -> str:
    """What he says about it."""
    return f"In their own words: “{said}”"


def rests_on(outlet: str, quote: str) -> str:
    """The quote that a claim rests on."""
    return f"{outlet} says: “{quote}”"


def wrong_stands(post: str) -> str:
    """Where it stands, and what to do about it; without a `post` in direct messages, which nobody else sees."""
    if not post:
        return (
            "It stands in a direct message. Please compare it with its source; what the source itself takes back is"
            " corrected without you."
        )
    return (
        f"It stands as it was posted: {post} Please compare it with its source, and answer there if it is wrong; what"
        " the source itself takes back is corrected without you."
    )
