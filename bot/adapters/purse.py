"""The purse: what may still be spent on models. It counts what is booked and under way; it books nothing itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.domain.errors import BudgetError
from bot.domain.schedules import ServerId
from bot.domain.servers import Server
from bot.domain.usage import Budgets, Payer, day_began
from bot.domain.wording.budget import used_up
from bot.ports.outside import Clock
from bot.ports.repositories import UsageLedger

SettingsOf = Callable[[ServerId], Awaitable[Server]]
"""What a server decided; its defaults where that is nothing."""


class Purse:
    """The budgets of all models together: the operator's, and beside them each server's own.

    A call under way counts with what it is expected to take, so that many at once do not run far over.
    """

    def __init__(self, ledger: UsageLedger, clock: Clock, budgets: Budgets, settings_of: SettingsOf) -> None:
        self._ledger = ledger
        self._clock = clock
        self._budgets = budgets
        self._settings_of = settings_of
        self._under_way: list[tuple[Payer, int]] = []
        self._counting = asyncio.Lock()

    @asynccontextmanager
    async def opened(self, payer: Payer, expected_tokens: int) -> AsyncIterator[None]:
        """For one call, which is booked inside. Raises BudgetError where a budget of `payer` is used up."""
        call = payer, expected_tokens
        async with self._counting:
            await self._check(payer)
            self._under_way.append(call)
        try:
            yield
        finally:
            self._under_way.remove(call)

    async def _check(self, payer: Payer) -> None:
        midnight = day_began(self._clock.now())
        own = await self._settings_of(ServerId(payer.server))
        for budget in self._budgets.of(payer, own):
            under_way = sum(tokens for other, tokens in self._under_way if budget.payer.covers(other))
            if under_way + await self._ledger.tokens(midnight, budget.payer) >= budget.tokens:
                raise BudgetError(used_up(budget))
