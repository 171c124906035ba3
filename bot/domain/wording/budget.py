"""What is said about budgets and what was spent."""

from datetime import UTC, date, datetime, time

from bot.domain.servers import Server
from bot.domain.usage import Budget, Budgets, Left, Scope, Spent, stricter
from bot.domain.wording import listed

GROUP = "How many tokens a day questions here may take."
SHOW = "Shows the budgets of this server."
SET = "Sets how many tokens a day the questions of this server, a role or each member may take."
TOKENS = "Tokens a day, from midnight UTC; 0 is no limit of your own"
WHOSE = "Whose; this server's as a whole if you leave this out"
ROLE = "A role instead: all its members here together"
OF_SERVER, OF_MEMBERS = "This server's as a whole", "Each member's"
ROLE_OR_OTHERS = "A budget is either a role's or not: leave out one of `role` and `whose`. Nothing was changed."
OVER_IT = "-# Over a budget, questions are answered by extracts, and the answer says so."

USAGE = "Shows what your questions and those of this server took, and what is left today. Only you see it."
OWN, SERVER = "Your questions", "All questions of this server"
OWN_HERE = "Your questions in this server"
LEFT = "Left today"
NO_BUDGET = "There is no limit."
BY_DAY = "This server by day"
NOTHING = "nothing"

_USED_UP = {
    Scope.WHOLE: "The bot's",
    Scope.SERVER: "This server's",
    Scope.ROLE: "Your role's",
    Scope.HERE: "Your",
    Scope.MEMBER: "Your",
}
_OPERATORS = {Scope.WHOLE: "the whole bot", Scope.SERVER: "a server", Scope.MEMBER: "a member"}
_TASKS = {
    "answer": "answers",
    "repair": "second drafts",
    "rewrite": "reading questions that follow on others",
    "verify": "second opinions",
    "embed": "search by meaning",
}


def budgets(server: Server, operators: Budgets) -> str:
    """All budgets of a server."""
    roles = [f"<@&{role}> together: {_limit(tokens)}" for role, tokens in server.role_tokens.items()]
    member = stricter(server.member_tokens, operators.member)
    lines = [
        f"This server: {_limit(stricter(server.tokens, operators.server))}",
        *roles,
        f"Each member: {_limit(member)}",
        *_operators(operators),
        OVER_IT,
    ]
    return "\n".join(lines)


def total(days: int, spent: Spent, cost: float | None) -> str:
    """The sum of some days."""
    return f"Last {days} days: {_spent(spent, cost)}"


def task(name: str, spent: Spent, cost: float | None) -> str:
    """The sum of one kind of call."""
    return f"-# {_TASKS.get(name, name)}: {_spent(spent, cost)}"


def day(day: date, spent: Spent, cost: float | None) -> str:
    """The sum of one day; its noon is the same day nearly everywhere."""
    noon = datetime.combine(day, time(12), UTC)
    return f"<t:{int(noon.timestamp())}:d> {_spent(spent, cost)}"


def left(of: Left) -> str:
    """What is left of a budget."""
    role = f"<@&{of.budget.payer.roles[0]}>" if of.budget.payer.roles else ""
    whose = {
        Scope.WHOLE: "The whole bot",
        Scope.SERVER: "This server",
        Scope.ROLE: role,
        Scope.HERE: "You, in this server",
        Scope.MEMBER: "You",
    }[of.budget.scope]
    return f"{whose}: {of.tokens:,} of {of.budget.tokens:,} tokens"


def anew(at: datetime) -> str:
    """When budgets begin anew."""
    return f"-# They begin anew <t:{int(at.timestamp())}:R>."


def used_up(budget: Budget) -> str:
    """Why no model is asked."""
    return f"{_USED_UP[budget.scope]} {budget.tokens:,} tokens of today are used up; more at midnight UTC"


def above_operators(scope: Scope, most: int) -> str:
    """Why a budget is not taken: the operator's is lower."""
    return (
        f"Whoever runs this bot allows {_OPERATORS[scope]} {most:,} tokens a day; choose a number up to that. Nothing"
        " was changed."
    )


def most_roles(most: int) -> str:
    """Why a role's budget is not taken: as many others have one as may."""
    return f"{most} roles have budgets already; set one of them to 0 first. Nothing was changed."


def heading(text: str) -> str:
    """What stands over a part of the account."""
    return f"**{text}**"


def _spent(spent: Spent, cost: float | None) -> str:
    if not spent.calls:
        return NOTHING
    calls = "1 call" if spent.calls == 1 else f"{spent.calls:,} calls"
    price = "" if cost is None else " · less than $0.01" if 0 < cost < 0.01 else f" · ${cost:,.2f}"
    return f"{spent.tokens:,} tokens in {calls}{price}"


def _limit(tokens: int) -> str:
    return f"{tokens:,} tokens a day" if tokens else "no limit"


def _operators(operators: Budgets) -> list[str]:
    named = {Scope.WHOLE: operators.whole, Scope.SERVER: operators.server, Scope.MEMBER: operators.member}
    limits = [f"{_OPERATORS[scope]} {tokens:,}" for scope, tokens in named.items() if tokens]
    return [f"-# Whoever runs this bot allows {listed(limits)} tokens a day."] if limits else []
