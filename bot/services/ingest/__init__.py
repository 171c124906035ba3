"""Ingest: from due feeds to stored articles in stories, and the check of a feed before it is followed.

    due feeds -> asked -> parsed -> new entries -> pages -> articles -> stored, then the feed's state -> stories

What is due, new, credible or worth a request is decided in `domain.polling` and `domain.reading`; here the ports are
called in order. An entry counts as known, and a feed as polled, only after what they brought is stored.
"""

from bot.services.ingest.service import Ingest

__all__ = ["Ingest"]
