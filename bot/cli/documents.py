"""The JSON documents that commands print with `--json`: the contract with programs, field by field.

Times are ISO 8601 in UTC. Fields may be added here, never renamed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.addresses import shown
from bot.domain.briefings import Briefing, Claim, Engine, Source, Telling
from bot.domain.conversations import Answer
from bot.domain.feeds import Entry, FailedFeed, Feed, FeedCheck, FeedState, PollReport
from bot.domain.health import health
from bot.domain.rendering import answer_posts, as_text, preview
from bot.domain.selection import serves
from bot.domain.topics import Topic
from bot.domain.usage import Spent

Document = dict[str, Any]


def poll_document(report: PollReport) -> Document:
    """What one poll did."""
    return {
        "feeds": report.feeds,
        "not_modified": report.not_modified,
        "failed": [_failed(each) | {"detail": each.detail} for each in report.failed],
        "new_articles": report.new_articles,
        "seconds": round(report.took.total_seconds(), 3),
    }


def check_document(check: FeedCheck) -> Document:
    """What a feed check found."""
    return {
        "url": shown(check.url),
        "feed_url": shown(check.feed_url) if check.feed_url else None,
        "title": check.title,
        "format": check.format,
        "entries": [_entry(each) for each in check.entries],
        "status": check.status,
        "error": check.error,
        "detail": check.detail,
    }


def feed_document(feed: Feed, state: FeedState | None) -> Document:
    """A feed that is followed, with what polling remembers of it; `trouble` is that in a sentence, if there is any."""
    known = health(feed, state)
    return {
        "url": shown(feed.url),
        "outlet": feed.outlet,
        "topics": list(feed.topics),
        "checked_at": _time(state.checked_at) if state else None,
        "succeeded_at": _time(known.succeeded_at),
        "due_at": _time(known.due_at),
        "failures": known.failures,
        "failing_since": _time(state.failing_since) if state else None,
        "gone": known.gone,
        "trouble": known.trouble or None,
        "entries_a_week": None if known.entries_a_week is None else round(known.entries_a_week, 1),
        "error": state.error if state else None,
        "detail": state.detail if state else None,
    }


def topics_document(topics: Sequence[Topic], feeds: Sequence[Feed]) -> Document:
    """The topics, each with the feeds that serve it."""
    return {
        "topics": [
            {
                "name": topic.name,
                "words": list(topic.words),
                "exclusions": list(topic.exclusions),
                "feeds": [shown(feed.url) for feed in feeds if serves(feed, topic)],
            }
            for topic in topics
        ]
    }


def briefing_document(briefing: Briefing, zone: str = "UTC") -> Document:
    """A briefing, with its messages as they would be posted."""
    front, *thread = (as_text(post) for post in preview(briefing, zone))
    counts = briefing.counts
    return {
        "id": briefing.id,
        "created_at": _time(briefing.created_at),
        "window": {"since": _time(briefing.window.since), "until": _time(briefing.window.until)},
        "topics": list(briefing.topics),
        "engine": _engine(briefing.engine),
        "counts": {
            "feeds": counts.feeds,
            "articles": counts.articles,
            "stories": counts.stories,
            "claims_posted": counts.claims_posted,
            "claims_withheld": counts.claims_withheld,
            "stories_left_out": counts.stories_left_out,
        },
        "stories": [_telling(each) for each in briefing.tellings],
        "unchanged": list(briefing.unchanged),
        "failed_feeds": [_failed(each) for each in briefing.failed_feeds],
        "notes": list(briefing.notes),
        "messages": {"front": front, "thread": thread},
    }


def usage_document(spent: Spent) -> Document:
    """What calls of models took."""
    return {
        "calls": spent.calls,
        "prompt_tokens": spent.prompt_tokens,
        "completion_tokens": spent.completion_tokens,
    }


def answer_document(answer: Answer) -> Document:
    """An answer, or the honest lack of one, with its messages as they would be posted."""
    return {
        "question": answer.question,
        "conversation": answer.conversation,
        "status": answer.status.value,
        "claims": [_claim(each) for each in answer.claims],
        "articles": [_source(each) for each in answer.sources],
        "as_of": _time(answer.as_of),
        "engine": _engine(answer.engine),
        "note": answer.note,
        "caveat": answer.caveat,
        "messages": [as_text(post) for post in answer_posts(answer)],
    }


def _telling(telling: Telling) -> Document:
    return {
        "id": telling.story_id,
        "topic": telling.topic,
        "headline": telling.headline,
        "form": telling.form.value,
        "claims": [_claim(each) | {"update": each.update} for each in telling.claims],
        "articles": [_source(each) for each in telling.sources],
        "engine": _engine(telling.engine),
        "claims_withheld": telling.withheld,
        "refusals": [{"text": each.text, "rule": each.rule, "reason": each.reason} for each in telling.refusals],
        "since": _time(telling.since),
    }


def _claim(claim: Claim) -> Document:
    citations = [
        {"n": each.n, "article_id": each.article_id, "url": each.url, "link": each.link, "quote": each.quote}
        for each in claim.citations
    ]
    return {"role": claim.role.value, "text": claim.text, "citations": citations}


def _source(source: Source) -> Document:
    return {
        "id": source.id,
        "url": source.url,
        "title": source.title,
        "outlet": source.outlet,
        "published_at": _time(source.published_at),
        "tier": source.tier.value,
    }


def _engine(engine: Engine) -> Document:
    prompt = {"name": engine.prompt_name, "sha256": engine.prompt_sha256} if engine.prompt_name else None
    return {"name": engine.name, "model": engine.model, "prompt": prompt}


def _entry(entry: Entry) -> Document:
    return {
        "id": shown(entry.id),
        "title": entry.title,
        "url": shown(entry.url),
        "published_at": _time(entry.published_at),
    }


def _failed(failed: FailedFeed) -> Document:
    return {"url": shown(failed.url), "error": failed.error}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
