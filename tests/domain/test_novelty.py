"""What one sentence says beyond another: the same, an update, or another matter."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.novelty import Novelty, Statement, adds, compare, same
from tests.domain.samples import NOW

DAY = timedelta(days=1)

SAME = [
    ("Envoys met in Nuuk on Sunday.", "Envoys met in Nuuk on Sunday."),
    ("Envoys met in Nuuk on Sunday", "envoys met in Nuuk on Sunday."),
    ("The tariff of 13 per cent starts on February 1.", "The tariff of 13% starts on 1 February."),
    ("At least 14 people were killed in the fire.", "Fourteen people were killed in the fire, police said."),
    ("Denmark rejects the plan, officials said on Monday.", "Denmark rejects the plan, officials said on Sunday."),
    ("President Trump announced a 10% tariff on UK goods.", "Donald Trump announced a tariff of 10% on UK goods."),
    ("The firm will cut 300 jobs in Ohio.", "The company will cut 300 jobs in Ohio."),
    ("The firm will cut 300 jobs in Ohio.", "The firm will cut 300 jobs in Ohio by the end of 2027, a union said."),
    ("Nvidia shares rose 3% to $142.", "Shares of Nvidia climbed 3% to $142."),
    ("The levy on steel costs US$732 million a year.", "The tariff on steel costs $732m a year."),
    ("The minister of Denmark did not sign the treaty.", "The minister of Denmark didn't sign the treaty."),
    ("The vote in Brussels was put off.", "The vote in Brussels was put off until March."),
    ("Talks in Brussels will resume in May.", "Talks in Brussels resume in May."),
    ("The levy could cost exporters 900 million pounds.", "The levy might cost exporters 900 million pounds."),
    ("Zwölf Menschen starben bei dem Brand in Köln.", "Zwölf Menschen starben bei dem Brand in Köln"),
    ("関税は二月一日に始まる。", "関税は二月一日に始まる。"),
]
UPDATE = [  # (told before, told now by a later article)
    ("At least 12 people were killed in the fire.", "At least 14 people were killed in the fire."),
    ("12 people were killed in the hotel fire in Nuuk.", "14 people were killed in the fire in Nuuk."),
    ("Twelve people died in the fire.", "Fourteen people died in the fire."),
    ("Two ministers of the Danish cabinet resigned.", "Three ministers of the Danish cabinet have now resigned."),
    ("The tariff on UK goods will be 10%.", "The tariff on UK goods will be 15%."),
    ("The death toll in the fire stands at 12.", "The death toll in the fire has risen to 14."),
    ("The storm left 40,000 homes without power.", "The storm left 65,000 homes without power."),
    ("Nvidia offered $2 billion for the chip maker.", "Nvidia offered $2.5 billion for the chip maker."),
    ("The fund holds 5% of the shares of the bank.", "The fund holds 7% of the shares of the bank."),
    ("Some 40 flights were cancelled at Nuuk airport.", "More than 60 flights were cancelled at Nuuk airport."),
    ("Nvidia's market value reached $4 trillion.", "Nvidia's market value has passed $4.5 trillion."),
    ("The EU's tariff on US steel is 25 per cent.", "The EU raised its tariff on US steel to 50 per cent."),
    ("Police said 12 people had been killed.", "Police said 14 people had now been killed."),
    (
        "The death toll from the storm rose to 31, police said on Sunday.",
        "The death toll from the storm is 45.",
    ),
    ("Police arrested 8 protesters in Nuuk.", "Police arrested 11 protesters in Nuuk."),
    ("12 people were killed and 30 injured in the blast.", "14 people were killed and 35 injured in the blast."),
]
OTHER = [
    ("At least 12 people were killed in the fire.", "A minister resigned over the fire."),
    ("Denmark warns the US over Greenland.", "The US warns Denmark over Greenland."),
    ("Exports to China rose 3% in October.", "Imports to China rose 3% in October."),
    ("Exports to China rose 3% in October.", "Exports to Japan rose 3% in October."),
    ("Exports to China rose 3% in October.", "Exports to China rose 4% in November."),
    ("Exports rose 3% and imports rose 5%.", "Exports rose 5% and imports rose 3%."),
    ("Nvidia shares rose 3% on Monday.", "Nvidia shares fell 3% on Monday."),
    ("Nvidia shares rose 3%.", "Nvidia shares rose 4%."),
    ("Nvidia shares were up 3% in early trade.", "Nvidia shares were down 2% in early trade."),
    ("The S&P 500 gained 1.2% to 5,010 points.", "The S&P 500 gained 0.4% to 5,030 points."),
    ("The minister will sign the treaty.", "The minister will not sign the treaty."),
    ("The court approved the merger of the banks.", "The court blocked the merger of the banks."),
    (
        "The European Commission approved the merger of the two banks after a long review of competition concerns.",
        "The European Commission blocked the merger of the two banks after a long review of competition concerns.",
    ),
    ("Berlin rejects the tariff on cars.", "Paris rejects the tariff on cars."),
    ("Germany rejects the tariff on cars.", "Germany and France reject the tariff on cars."),
    ("The fire destroyed 12 homes.", "The fire destroyed 30 cars."),
    ("The fire in the old harbour destroyed 12 homes.", "The fire in the old harbour destroyed 30 cars."),
    ("12 soldiers were killed in the attack in January.", "14 soldiers were killed in the attack in March."),
    ("12 people were killed in the fire in Berlin.", "14 people were killed in the fire in Munich."),
    ("The tariff on steel is 25%.", "The tariff on steel and copper is 50%."),
    ("The tariff on steel is 25%.", "The tariff on cars is 15%."),
    ("The bank cut its rate to 3.5%.", "The bank cut 500 jobs."),
    ("The company lost $2 billion.", "The company lost 2 managers."),
    ("Trump announced a tariff on UK goods.", "Trump announced a tariff of 10% on UK goods."),
    ("The talks begin.", "The talks begin on 4 March."),
    ("The talks begin on 4 March.", "The talks begin on 11 March."),
    ("The mission has 200 troops.", "Denmark sends 300 troops to the mission."),
    ("Unemployment rose by 0.2 points.", "Unemployment rose by 0.3 points."),
    ("Denmark has 3 ships off Greenland.", "Norway has 3 ships off Greenland."),
    ("Two suspects were arrested.", "Three suspects were charged."),
    ("The first round of talks ended in Geneva.", "The second round of talks ended in Geneva."),
    ("The vote is at 18:00 in Nuuk.", "The vote is at 19:00 in Nuuk."),
    ("Less than 12 homes were hit by the storm.", "More than 12 homes were hit by the storm."),
    ("Exports to China reached $3bn.", "Exports to China reached $4bn in October."),
    ("", "Envoys met in Nuuk."),
    (
        "The minister resigned over the leak of the report.",
        "The minister refused to resign over the leak of the report.",
    ),
    ("The envoys walked out of the talks in Nuuk.", "The envoys threatened to walk out of the talks in Nuuk."),
    ("Talks may resume in May, Brussels said.", "Talks will resume in May, Brussels said."),
    (
        "The storm left 40,000 homes without power.",
        "The storm left 40,000 homes without power and closed every school.",
    ),
]


def _at(text: str, days: float = 0) -> Statement:
    return Statement(text=text, at=NOW + days * DAY)


@pytest.mark.parametrize(("told", "now"), [*SAME, *((new, old) for old, new in SAME[:5])])
def test_what_was_told_in_other_words_is_the_same(told: str, now: str) -> None:
    shorter, longer = sorted((told, now), key=len)
    assert compare(_at(shorter, 1), _at(longer)) is Novelty.SAME


@pytest.mark.parametrize(("told", "now"), UPDATE)
def test_a_later_figure_is_an_update_and_an_earlier_one_is_none(told: str, now: str) -> None:
    assert compare(_at(now, 1), _at(told)) is Novelty.UPDATE
    assert compare(_at(told), _at(now, 1)) is Novelty.EARLIER
    assert compare(_at(now), _at(told)) is Novelty.OTHER


@pytest.mark.parametrize(("told", "now"), OTHER)
def test_another_matter_is_neither_the_same_nor_an_update(told: str, now: str) -> None:
    assert compare(_at(now, 1), _at(told)) is Novelty.OTHER
    assert not same(_at(told), _at(now))


def test_on_tuesday_is_another_day_a_week_later() -> None:
    told = _at("The ministers meet in Nuuk on Tuesday.")
    assert compare(_at(told.text, 1), told) is Novelty.SAME
    assert compare(_at(told.text, 7), told) is Novelty.OTHER


def test_a_date_is_the_same_however_it_is_said() -> None:
    told = _at("The ministers met in Nuuk on 17 January.")  # a Saturday, the day before
    assert compare(_at("The ministers met in Nuuk on Saturday."), told) is Novelty.SAME
    assert compare(_at("The ministers met in Nuuk on Friday."), told) is Novelty.OTHER


SENTENCES = st.lists(
    st.sampled_from(
        "Denmark the US warns rejects tariff of 10% 14 people were killed in fire on Tuesday not 1 March and said "
        "rose fell to $2 billion Greenland — “quoted” 関税 “".split(" ")
    ),
    max_size=14,
).map(" ".join) | st.text(max_size=60)


@given(SENTENCES)
def test_whatever_is_said_is_the_same_as_itself(text: str) -> None:
    assert same(_at(text), _at(text))
    assert compare(_at(text), _at(text)) is Novelty.SAME


@given(SENTENCES, SENTENCES, st.floats(0, 20))
def test_being_the_same_has_no_direction(one: str, other: str, days: float) -> None:
    assert same(_at(one, days), _at(other)) == same(_at(other), _at(one, days))


@given(SENTENCES, SENTENCES)
def test_what_is_earlier_one_way_is_an_update_the_other_way(one: str, other: str) -> None:
    told, now = _at(one), _at(other, 1)
    if compare(told, now) is Novelty.EARLIER:
        assert compare(now, told) is Novelty.UPDATE


@given(SENTENCES, st.integers(2, 99))
def test_a_figure_that_was_not_told_is_something_new(text: str, figure: int) -> None:
    more = f"{text} besides {figure}111 ships"
    assert adds(_at(more), _at(text))
