"""Traces: all that is kept of one person. Standard library only, no I/O."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from bot.domain.conversations import Question, Turn
from bot.domain.notices import Notice
from bot.domain.schedules import PUBLIC, Schedule, ServerId
from bot.domain.servers import Member
from bot.domain.usage import Usage
from bot.domain.wording import answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What was collected of a person: what he asked, what he is owed an answer to, the model calls booked on him.

    `reports` are the notices that his reports became; `briefings` is how many were sent to him by direct message.
    """

    turns: tuple[Turn, ...] = ()
    questions: tuple[Question, ...] = ()
    usage: tuple[Usage, ...] = ()
    reports: tuple[Notice, ...] = ()
    briefings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that is kept of a person: what he decided, what he follows, and what was collected."""

    member: Member
    follows: tuple[Schedule, ...]
    traces: Traces


def document(held: Held, server: ServerId) -> str:
    """All of it as a JSON document for the person, handed to him in `server`; times in ISO 8601.

    Answers that he got in another server are named and not repeated: they may rest on what only that server reads, and
    he may have left it.
    """
    traces = held.traces
    told = {
        "member": asdict(held.member),
        "follows": [asdict(each) for each in held.follows],
        "questions": [_turn(each, server) for each in traces.turns],
        # Without the words that only the platform reads: they let whoever has them answer for the bot.
        "waiting": [
            {"asked_at": each.asked_at, "server": each.server, "text": each.text, "about": each.about.text}
            for each in traces.questions
        ],
        "model_calls": [asdict(each) for each in traces.usage],
        "reports": [{"raised_at": each.raised_at, "text": each.text} for each in traces.reports],
        "briefings_sent": traces.briefings,
    }
    return json.dumps(told, default=_plain, ensure_ascii=False, indent=1)


def _turn(turn: Turn, server: ServerId) -> dict[str, Any]:
    told = asdict(turn)
    if turn.server not in (PUBLIC, server):
        told["answer"] |= {"claims": [], "sources": [], "note": answers.ELSEWHERE}
    return told


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | time) else str(value)
