"""Corrections: posted claims whose cited source changed and no longer supports them.

    records     what is kept of a correction, and what the next front says of it
    rereading   which articles are read again now, and whether what was read is the article
    judging     what a new text means for a claim that was posted

Standard library only, no I/O, no clock; `services/correct` does what is decided here. A later, different figure from
elsewhere is an update and none of this.
"""

from bot.domain.corrections.judging import Doubt, Finding, doubts, judge, judge_all
from bot.domain.corrections.records import (
    Change,
    Correction,
    CorrectionId,
    Reread,
    Standing,
    correction_id,
    front_notes,
)
from bot.domain.corrections.rereading import LOOKED_AFTER, READ_AGAIN, cited, due, is_same_page

__all__ = [
    "LOOKED_AFTER",
    "READ_AGAIN",
    "Change",
    "Correction",
    "CorrectionId",
    "Doubt",
    "Finding",
    "Reread",
    "Standing",
    "cited",
    "correction_id",
    "doubts",
    "due",
    "front_notes",
    "is_same_page",
    "judge",
    "judge_all",
]
