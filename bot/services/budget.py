"""Budgeting: what servers decide about their tokens, and the account of what was spent. Stops no call itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.errors import InputError
from bot.domain.schedules import ServerId
from bot.domain.servers import Server
from bot.domain.usage import Budgets, DaySpent, Left, Payer, Prices, Scope, Spent, day_began
from bot.domain.wording import budget as wording
from bot.ports.outside import Clock
from bot.ports.repositories import UsageLedger
from bot.services.settings import ServerSettings

MOST_TOKENS = 1_000_000_000  # a day
MAX_ROLES = 25
DAYS = 30
"""How far back an account goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The last DAYS days of a member's calls and of his server's (none in direct messages), and what is left today."""

    own: tuple[DaySpent, ...]
    server: tuple[DaySpent, ...] | None
    left: tuple[Left, ...]


class Budgeting:
    """The budgets of one data folder beside `operators`, the operator's own. All methods raise StorageError."""

    def __init__(
        self, *, settings: ServerSettings, usage: UsageLedger, operators: Budgets, prices: Prices, clock: Clock
    ) -> None:
        self.operators = operators
        self.prices = prices
        self._settings = settings
        self._usage = usage
        self._clock = clock

    async def decide(
        self, server: ServerId, scope: Scope, tokens: int, role: str = "", *, roles: Collection[str] = ()
    ) -> Server:
        """Sets the tokens a day of the whole server, of each member there (HERE), or of a role; 0 is no limit.

        `roles` are all that the server has: budgets of others are dropped. Raises InputError for more than the
        operator allows.
        """

        def decided(before: Server) -> Server:
            match scope:
                case Scope.ROLE:
                    return replace(before, role_tokens=_with(before, role, tokens, roles))
                case Scope.HERE:
                    _check(tokens, self.operators.member, Scope.MEMBER)
                    return replace(before, member_tokens=tokens)
                case _:
                    _check(tokens, self.operators.server, Scope.SERVER)
                    return replace(before, tokens=tokens)

        return await self._settings.change(server, decided)

    async def account(self, payer: Payer) -> Account:
        """What a member and his server spent, and what is left to him."""
        today = day_began(self._clock.now())
        since = today - timedelta(days=DAYS - 1)
        budgets = self.operators.of(payer, await self._settings.of(ServerId(payer.server)))
        return Account(
            own=tuple(await self._usage.by_day(since, Payer(server=payer.server, member=payer.member))),
            server=tuple(await self._usage.by_day(since, Payer(server=payer.server))) if payer.server else None,
            left=tuple([Left(budget=each, spent=await self._usage.tokens(today, each.payer)) for each in budgets]),
        )

    def last(self, days: int, spent: Sequence[DaySpent]) -> tuple[DaySpent, ...]:
        """Those of the last so many days, of which today is one."""
        first = (self._clock.now() - timedelta(days=days - 1)).date()
        return tuple(each for each in spent if each.day >= first)

    def cost(self, spent: Spent) -> float | None:
        """US dollars, where prices are known."""
        return self.prices.cost(spent)


def _check(tokens: int, most: int, scope: Scope) -> None:
    if most and tokens > most:
        raise InputError(wording.above_operators(scope, most))


def _with(server: Server, role: str, tokens: int, roles: Collection[str]) -> dict[str, int]:
    others = {name: number for name, number in server.role_tokens.items() if name != role and name in roles}
    if tokens and len(others) >= MAX_ROLES:
        raise InputError(wording.most_roles(MAX_ROLES))
    return others | ({role: tokens} if tokens else {})
