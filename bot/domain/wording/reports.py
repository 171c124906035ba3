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
