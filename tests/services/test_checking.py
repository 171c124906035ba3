"""From a draft to what may be shown: the gate, a second opinion, one repair."""

from collections.abc import Mapping, Sequence

import structlog

from bot.adapters.extractive_writer import ExtractiveWriter
from bot.domain.articles import Article
from bot.domain.drafts import Draft, QuestionTask, SourceId, StoryTask
from bot.domain.errors import ModelError
from bot.domain.gate import Rule
from bot.domain.topics import Topic
from bot.domain.usage import EVERYONE, Payer
from bot.services.checking import Checked, Checking
from tests.domain.samples import NOW, TARIFF_TEXT, article
from tests.doubles.workers import SameProcess
from tests.services.scripted_writer import ScriptedWriter, draft

SOURCES = {"S1": article("Tariff on UK goods", TARIFF_TEXT)}
STORY = StoryTask(topic=Topic(name="Tariffs", words=("tariff*",)), sources=SOURCES)
ANNOUNCED, STARTS, COSTS = TARIFF_TEXT.split("\n\n")
FEBRUARY_9 = STARTS.replace("February 1", "February 9")
DENIES = "The tariffs on the UK do not start on February 1 and stay until Denmark agrees over Greenland."
DOUBTFUL = "Until Denmark agrees over Greenland, tariffs on the UK would not start on February 1."


class ScriptedVerifier:
    """Port Verifier: says no to what is in `against`, fails for what is in `lost`; `asked` are the claims in order."""

    def __init__(self, *against: str, lost: Sequence[str] = ()) -> None:
        self.against = against
        self.lost = lost
        self.asked: list[str] = []
        self.shown: list[str] = []
        self.payers: set[Payer] = set()

    async def supports(self, excerpts: Mapping[SourceId, Article], claim: str, payer: Payer = EVERYONE) -> bool:
        self.asked.append(claim)
        self.shown += [each.text for each in excerpts.values()]
        self.payers.add(payer)
        if claim in self.lost:
            raise ModelError("The model took too long")
        return claim not in self.against


async def checked(made: Draft, verifier: ScriptedVerifier | None = None, *repairs: Draft) -> tuple[Checked, int]:
    """What comes of a draft, and how many repairs were asked for."""
    writer = ScriptedWriter(made, repairs=list(repairs))
    found = await Checking(SameProcess(), verifier).check(writer, STORY, made)
    return found, len(writer.calls)


def texts(found: Checked) -> list[str]:
    return [claim.text for claim in found.claims]


async def test_what_the_gate_passes_stands_and_no_repair_is_asked_for() -> None:
    found, repairs = await checked(draft(ANNOUNCED, STARTS, headline="Tariff on UK goods"))
    assert (texts(found), found.refusals, found.headline, repairs) == (
        [ANNOUNCED, STARTS],
        (),
        "Tariff on UK goods",
        0,
    )


async def test_what_still_fails_after_the_repair_is_withheld_with_rule_and_reason() -> None:
    wrong = draft(ANNOUNCED, (FEBRUARY_9, STARTS))
    found, repairs = await checked(wrong, None, draft((FEBRUARY_9, STARTS)))
    assert (texts(found), repairs) == ([ANNOUNCED], 1)
    (refusal,) = found.refusals
    assert (refusal.text, refusal.rule) == (FEBRUARY_9, Rule.FIGURE)
    assert "February 9" in refusal.reason


async def test_a_doubted_claim_asks_for_the_repair_and_is_replaced_by_what_it_brings() -> None:
    found, repairs = await checked(draft((DOUBTFUL, STARTS), COSTS), None, draft(STARTS))
    assert (texts(found), repairs) == ([STARTS, COSTS], 1)


async def test_a_doubted_claim_that_no_repair_mends_is_not_withheld() -> None:
    found, repairs = await checked(draft((DOUBTFUL, STARTS), COSTS), None, Draft(claims=()))
    assert (texts(found), found.refusals, repairs) == ([DOUBTFUL, COSTS], (), 1)


async def test_the_quotes_own_words_turned_round_are_withheld_where_no_repair_mends_them() -> None:
    found, repairs = await checked(draft((DENIES, STARTS), COSTS), None, draft((DENIES, STARTS)))
    assert (texts(found), [each.rule for each in found.refusals], repairs) == ([COSTS], [Rule.NEGATION], 1)


async def test_the_second_opinion_is_asked_of_every_claim_that_passed_and_no_other() -> None:
    verifier = ScriptedVerifier()
    found, _ = await checked(draft(ANNOUNCED, STARTS, (FEBRUARY_9, STARTS)), verifier)
    assert (verifier.asked, verifier.payers) == ([ANNOUNCED, STARTS], {EVERYONE})
    assert set(verifier.shown) == {TARIFF_TEXT}
    assert texts(found) == [ANNOUNCED, STARTS]


async def test_a_no_asks_for_the_repair_and_its_claim_is_withheld_after_a_second_no() -> None:
    verifier = ScriptedVerifier(STARTS)
    found, repairs = await checked(draft(ANNOUNCED, STARTS), verifier, draft(STARTS))
    assert (texts(found), repairs) == ([ANNOUNCED], 1)
    assert [(refusal.text, refusal.rule) for refusal in found.refusals] == [(STARTS, Rule.OPINION)]
    assert verifier.asked == [ANNOUNCED, STARTS, STARTS]


async def test_a_claim_mended_after_a_no_stands_where_the_first_one_stood() -> None:
    found, _ = await checked(draft(STARTS, ANNOUNCED), ScriptedVerifier(STARTS), draft(COSTS))
    assert (texts(found), found.refusals) == ([COSTS, ANNOUNCED], ())


async def test_gate_and_verifier_share_the_one_repair() -> None:
    writer = ScriptedWriter(draft(), repairs=[Draft(claims=())])
    await Checking(SameProcess(), ScriptedVerifier(ANNOUNCED)).check(
        writer, STORY, draft(ANNOUNCED, (FEBRUARY_9, STARTS), (DENIES, STARTS))
    )
    (reasons,) = writer.reasons
    assert [reason.split(" — ")[0] for reason in reasons] == [ANNOUNCED, FEBRUARY_9, DENIES]
    assert "second reader" in reasons[0]


async def test_where_the_verifier_fails_the_claim_stands_and_the_log_says_so_once() -> None:
    with structlog.testing.capture_logs() as logs:
        found, repairs = await checked(draft(ANNOUNCED, STARTS), ScriptedVerifier(lost=(ANNOUNCED, STARTS)))
    assert (texts(found), repairs) == ([ANNOUNCED, STARTS], 0)
    assert [(each["event"], each["claims"]) for each in logs] == [("no_second_opinion", 2)]


async def test_the_articles_own_sentences_need_no_second_opinion() -> None:
    verifier = ScriptedVerifier(STARTS)
    found = await Checking(SameProcess(), verifier).check(ExtractiveWriter(SameProcess()), STORY, draft(STARTS))
    assert (texts(found), verifier.asked) == ([STARTS], [])


async def test_opinions_on_an_answer_are_paid_by_who_asked() -> None:
    anna = Payer(server="discord:1", member="anna")
    task = QuestionTask(question="When?", asked_at=NOW, passages=(), sources=SOURCES, payer=anna)
    verifier = ScriptedVerifier()
    await Checking(SameProcess(), verifier).check(ScriptedWriter(draft()), task, draft(STARTS))
    assert verifier.payers == {anna}


async def test_a_repair_that_fails_loses_only_what_was_refused() -> None:
    writer = ScriptedWriter(draft(), repairs=[ModelError("The model took too long")])
    found = await Checking(SameProcess()).check(writer, STORY, draft(ANNOUNCED, (FEBRUARY_9, STARTS)))
    assert (texts(found), len(found.refusals)) == ([ANNOUNCED], 1)
