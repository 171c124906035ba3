"""Usage: the tokens of model calls, who they are booked on, how many there may be, what they cost.

Standard library only, no I/O, no clock. A day is one of UTC.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.servers import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Whose budget a call is booked on besides the whole bot's: ids of server and member, empty where there is none.

    `roles` are ids of those that the member has in that server. What is written for everyone (stories) has nothing.
    """

    server: str = ""
    member: str = ""
    roles: tuple[str, ...] = ()

    def covers(self, other: "Payer") -> bool:
        """Whether all that this one names is so of `other` too; one that names nothing covers everything."""
        return (
            self.server in ("", other.server)
            and self.member in ("", other.member)
            and set(self.roles) <= set(other.roles)
        )


EVERYONE = Payer()


class Scope(StrEnum):
    """Whose tokens a budget counts: `HERE` are a member's in one server, `MEMBER` his wherever he asks."""

    WHOLE = "whole"
    SERVER = "server"
    ROLE = "role"
    HERE = "here"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """So many tokens a day for all that is booked on what `payer` covers."""

    scope: Scope
    payer: Payer
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """The operator's: tokens a day of the whole bot, of each server and of each member; 0 is no limit."""

    whole: int = 0
    server: int = 0
    member: int = 0

    def of(self, payer: Payer, own: Server) -> tuple[Budget, ...]:
        """The budgets that a call of `payer` has to keep to, the widest first; `own` is what its server decided.

        A server's own hold beside the operator's, so none of them lets more through than that.
        """
        here, person = Payer(server=payer.server), Payer(member=payer.member)
        every = [(Scope.WHOLE, EVERYONE, self.whole)]
        if payer.server:
            every += [(Scope.SERVER, here, stricter(self.server, own.tokens))]
            roles = ((role, own.role_tokens.get(role, 0)) for role in payer.roles)
            every += [(Scope.ROLE, Payer(server=payer.server, roles=(role,)), tokens) for role, tokens in roles]
        if payer.server and payer.member:
            every += [(Scope.HERE, Payer(server=payer.server, member=payer.member), own.member_tokens)]
        if payer.member:
            every += [(Scope.MEMBER, person, self.member)]
        return tuple(Budget(scope=scope, payer=whose, tokens=tokens) for scope, whose, tokens in every if tokens)


def stricter(one: int, other: int) -> int:
    """The lower of two budgets, of which 0 is no limit."""
    return min(filter(None, (one, other)), default=0)


def day_began(now: datetime) -> datetime:
    """When the day of `now` began, and with it the budgets anew."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One model call. `task` is the prompt's name; a server that reports no tokens gets an estimate of ours."""

    at: datetime
    task: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    payer: Payer = EVERYONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What some calls took together."""

    calls: int
    prompt_tokens: int
    completion_tokens: int

    @property
    def tokens(self) -> int:
        """As budgets count them."""
        return self.prompt_tokens + self.completion_tokens

    @classmethod
    def of(cls, calls: Sequence[Usage]) -> "Spent":
        """The sum of `calls`."""
        return cls(
            calls=len(calls),
            prompt_tokens=sum(each.prompt_tokens for each in calls),
            completion_tokens=sum(each.completion_tokens for each in calls),
        )

    @classmethod
    def together(cls, parts: Iterable["Spent"]) -> "Spent":
        """The sum of `parts`."""
        every = list(parts)
        return cls(
            calls=sum(each.calls for each in every),
            prompt_tokens=sum(each.prompt_tokens for each in every),
            completion_tokens=sum(each.completion_tokens for each in every),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySpent:
    """What the calls of one task took on one day."""

    day: date
    task: str
    spent: Spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """US dollars for a million tokens; one that is not known counts as nothing beside the other."""

    prompt: float | None = None
    completion: float | None = None

    def cost(self, spent: Spent) -> float | None:
        """US dollars; None where no price is known."""
        if self.prompt is None and self.completion is None:
            return None
        dollars = spent.prompt_tokens * (self.prompt or 0) + spent.completion_tokens * (self.completion or 0)
        return dollars / 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A budget, and what of it was spent today."""

    budget: Budget
    spent: int

    @property
    def tokens(self) -> int:
        """What is left."""
        return max(self.budget.tokens - self.spent, 0)
