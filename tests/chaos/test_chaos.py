"""The short form of the proof: a few kills and faults, after which nothing is lost and nothing stands twice."""

from tests.chaos.tally import run


async def test_a_program_killed_and_hindered_at_random_loses_nothing_and_repeats_nothing() -> None:
    told: list[str] = []
    tally = await run(4, 4, seed=2, at_once=True, report=told.append)
    document = tally.document
    assert (document["kills"], document["faults"]) == (4, 4), told
    assert (document["lost"], document["doubled"]) == (0, 0), told
    assert document["once"], told
    assert document["settings"], told
