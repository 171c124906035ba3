"""The bundled demonstration edition: invented outlets, their feeds and pages, and the small site that serves them.

`newsthread demo` runs the ordinary pipeline over it. Nothing in here imports another package of the bot.
"""
