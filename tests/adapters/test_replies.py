"""Whatever a model replied: what is in it is read, and what is none is an error of ours."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.replies import MAX_REWRITTEN_CHARS, draft_as_json, read_draft, read_opinion, read_question
from bot.domain.briefings import Role
from bot.domain.drafts import Draft, DraftClaim, Support
from bot.domain.errors import ModelError
from tests.doubles.model_server import fenced, thinking

CLAIM = {"role": "what", "text": "T.", "support": [{"source": "S1", "quote": "q"}]}
GOOD = json.dumps({"headline": "H", "claims": [CLAIM]})


@pytest.mark.parametrize(
    "wrapped",
    [
        GOOD,
        fenced(GOOD),
        thinking(GOOD),
        thinking(fenced(GOOD)),
        GOOD + "\n\nHope this helps!",
        "The form {headline, claims} was asked for: " + GOOD,
        'First a draft {"a": 1}, then ' + GOOD,
        'The user wants {"claims": []}.\n</think>\n' + GOOD,
        "<thinking>{}</thinking>" + GOOD,
        "\ufeff" + GOOD,
        json.dumps(json.loads(GOOD) | {"language": "en"}),
    ],
)
def test_sound_json_is_read_however_it_is_wrapped(wrapped: str) -> None:
    draft = read_draft(wrapped)
    assert (draft.headline, draft.claims[0].text, draft.claims[0].role) == ("H", "T.", Role.WHAT)


def test_half_a_character_is_read_as_the_mark_of_a_lost_one() -> None:
    reply = json.dumps(
        {"headline": "\ud800H", "claims": [{"text": "T\udc00", "support": [{"source": "S1", "quote": "q\ud800"}]}]}
    )
    draft = read_draft(reply)
    assert (draft.headline, draft.claims[0].text, draft.claims[0].support[0].quote) == ("\ufffdH", "T\ufffd", "q\ufffd")
    assert read_draft(json.dumps({"headline": "\U0001f6a2", "claims": []})).headline == "\U0001f6a2"


@pytest.mark.parametrize(
    "reply",
    ["no json", "[]", '{"claims": 3}', '{"claims": [{"text": "T."}]}', "{", "null", "{" * 5_000, '{"a":' * 5_000, ""],
)
def test_a_reply_of_another_shape_becomes_an_error_of_ours(reply: str) -> None:
    with pytest.raises(ModelError, match="not the JSON"):
        read_draft(reply)


def test_an_unknown_or_missing_role_is_a_point_and_not_covered_is_heard() -> None:
    assert read_draft(GOOD.replace('"what"', '"verdict"')).claims[0].role is Role.POINT
    assert read_draft(GOOD.replace('"role": "what", ', "")).claims[0].role is Role.POINT
    assert not read_draft('{"status": "not_covered", "claims": []}').covered


@given(st.lists(st.tuples(st.text(), st.text(), st.sampled_from(list(Role))), max_size=4), st.text())
def test_a_draft_shown_to_the_model_reads_as_it_was(claims: list[tuple[str, str, Role]], headline: str) -> None:
    drafted = tuple(
        DraftClaim(text=text, support=(Support(source="S1", quote=quote),), role=role) for text, quote, role in claims
    )
    draft = Draft(claims=drafted, headline=headline)
    assert read_draft(draft_as_json(draft)) == draft


@given(st.text() | st.text(alphabet='{}[]":,<>/think`\n '))
def test_no_reply_is_worse_than_unreadable(reply: str) -> None:
    for read in (read_draft, read_opinion, read_question):
        with suppress(ModelError):
            assert read(reply) is not None


@pytest.mark.parametrize(
    ("reply", "opinion"),
    [
        ("yes", True),
        ("No", False),
        ("Yes.", True),
        ("**No**, it does not.", False),
        ("<think>No? It says yes.</think>\nYes", True),
        ("thoughts, no doubt</think> Yes", True),
        ('{"answer": "yes"}', True),
        ('```json\n{"supported": false}\n```', False),
        ('{"verdict": "No."}', False),
        ("Supported", True),
        ("unsupported", False),
        ("TRUE", True),
        ("Not supported.", False),
    ],
)
def test_a_yes_or_a_no_is_heard(reply: str, opinion: bool) -> None:
    assert read_opinion(reply) is opinion


@pytest.mark.parametrize("reply", ["", "perhaps", "The claim says yes", "42", "{}", '{"answer": null}', "nothing"])
def test_what_is_neither_yes_nor_no_is_an_error(reply: str) -> None:
    with pytest.raises(ModelError, match="neither yes nor no"):
        read_opinion(reply)


@pytest.mark.parametrize(
    ("reply", "question"),
    [
        ("When does the tariff on UK goods start?", "When does the tariff on UK goods start?"),
        ("  “When does it start?”\n", "When does it start?"),
        ("Here is the question:\n\nWhen does it start?\n\nHope this helps!", "When does it start?"),
        ("<think>Hm, {}.</think>When does it start?", "When does it start?"),
        ("```\nWhen does it start?\n```", "When does it start?"),
        ("start of the tariff on UK goods", "start of the tariff on UK goods"),
        ("See https://evil.example/x now: when <b>does it start?", "See now: when b does it start?"),
        ("Ask @everyone\u202e when it starts", "Ask when it starts"),
    ],
)
def test_a_question_put_anew_is_one_plain_line(reply: str, question: str) -> None:
    assert read_question(reply) == question


def test_a_question_put_anew_is_cut_to_its_length() -> None:
    assert len(read_question("word " * 400)) <= MAX_REWRITTEN_CHARS


@pytest.mark.parametrize("reply", ["", "<think>When?</think>", "?!", "https://evil.example"])
def test_no_question_is_an_error(reply: str) -> None:
    with pytest.raises(ModelError, match="no question"):
        read_question(reply)
