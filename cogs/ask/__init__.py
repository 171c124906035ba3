"""Questions by members: every way to ask (`cog`), what a message is that is asked about (`about`), their course to an
answer (`desk`), and where it is put (`places`, under a message; `response`, to an interaction).

A question is recorded before it is shown to be taken, and forgotten once its answer stands or its asker was told that
there is none. So it is found again whenever and however the process ended.
"""

from cogs.ask.cog import Ask

__all__ = ["Ask"]
