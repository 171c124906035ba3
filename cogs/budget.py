"""`/budget` and `/usage`: how many tokens questions may take here, and how many they took, for the asker alone."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import InputError
from bot.domain.usage import DaySpent, Payer, Scope, Spent, day_began
from bot.domain.wording import budget as said
from bot.services.budget import DAYS, MOST_TOKENS, Account
from cogs.drawing import member_of, roles_of, say, server_of, show_list
from cogs.managing import FOR_MANAGERS, is_manager, require_manager
from cogs.services import Services

Interaction = discord.Interaction[commands.AutoShardedBot]

_WHOSE = [
    app_commands.Choice(name=said.OF_SERVER, value=Scope.SERVER.value),
    app_commands.Choice(name=said.OF_MEMBERS, value=Scope.HERE.value),
]
_WEEK = 7


class Spending(commands.Cog):
    """Deciding about tokens, and seeing where they went."""

    budget = app_commands.Group(name="budget", description=said.GROUP, guild_only=True, extras=FOR_MANAGERS)

    def __init__(self, services: Services) -> None:
        self._services = services
        self._budgeting = services.budgeting

    @budget.command(description=said.SHOW)
    async def show(self, interaction: Interaction) -> None:
        """Shows the server's budgets beside the operator's."""
        await require_manager(interaction, self._services)
        known = await self._services.settings.of(server_of(interaction))
        await say(interaction, said.budgets(known, self._budgeting.operators))

    @budget.command(name="set", description=said.SET)
    @app_commands.describe(tokens=said.TOKENS, whose=said.WHOSE, role=said.ROLE)
    @app_commands.choices(whose=_WHOSE)
    async def decide(
        self,
        interaction: Interaction,
        tokens: app_commands.Range[int, 0, MOST_TOKENS],
        whose: str | None = None,
        role: discord.Role | None = None,
    ) -> None:
        """Sets one of the server's budgets; that of the role which everyone has is the server's."""
        await require_manager(interaction, self._services)
        if role is not None and whose is not None:
            raise InputError(said.ROLE_OR_OTHERS)
        of_role = role is not None and not role.is_default()
        after = await self._budgeting.decide(
            server_of(interaction),
            Scope.ROLE if of_role else Scope(whose or Scope.SERVER),
            tokens,
            str(role.id) if role else "",
            roles=[str(each.id) for each in interaction.guild.roles] if interaction.guild else (),
        )
        await say(interaction, said.budgets(after, self._budgeting.operators))

    @app_commands.command(description=said.USAGE)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def usage(self, interaction: Interaction) -> None:
        """Shows the asker what he spent, what his server did, and what is left to him today."""
        payer = Payer(server=server_of(interaction), member=member_of(interaction), roles=roles_of(interaction.user))
        account = await self._budgeting.account(payer)
        lines = [*self._own(account), *self._server(account)]
        if account.server and await is_manager(interaction, self._services):
            lines += [said.heading(said.BY_DAY), *self._sums(account.server, lambda each: each.day, said.day)]
        lines += self._left(account)
        await show_list(interaction, lines, empty=said.NOTHING)

    def _own(self, account: Account) -> Iterable[str]:
        yield said.heading(said.OWN if account.server is None else said.OWN_HERE)
        yield from self._totals(account.own)

    def _server(self, account: Account) -> Iterable[str]:
        if account.server is not None:
            yield said.heading(said.SERVER)
            yield from self._totals(account.server)

    def _totals(self, spent: Sequence[DaySpent]) -> Iterable[str]:
        """The last days, and what they went for."""
        for days in (_WEEK, DAYS):
            sum_ = _sum(self._budgeting.last(days, spent))
            yield said.total(days, sum_, self._budgeting.cost(sum_))
        yield from self._sums(spent, lambda each: each.task, said.task)

    def _sums(
        self, spent: Sequence[DaySpent], key: Callable[[DaySpent], Any], line: Callable[[Any, Spent, float | None], str]
    ) -> Iterable[str]:
        """A line for each of the values that `key` has."""
        for value in sorted({key(each) for each in spent}):
            sum_ = _sum([each for each in spent if key(each) == value])
            yield line(value, sum_, self._budgeting.cost(sum_))

    def _left(self, account: Account) -> Iterable[str]:
        yield said.heading(said.LEFT)
        if not account.left:
            yield said.NO_BUDGET
            return
        yield from map(said.left, account.left)
        yield said.anew(day_began(self._services.clock.now()) + timedelta(days=1))


def _sum(spent: Iterable[DaySpent]) -> Spent:
    return Spent.together(each.spent for each in spent)
