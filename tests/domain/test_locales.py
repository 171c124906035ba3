"""Each of Discord's locales has time zones to offer, few enough for one menu."""

import discord
import pytest

from bot.domain.locales import OFTEN_USED, likely_zones
from bot.domain.schedules import check_zone


@pytest.mark.parametrize("locale", [*discord.Locale], ids=str)
def test_every_locale_has_its_zones_first_and_those_often_used_behind(locale: discord.Locale) -> None:
    found = likely_zones(str(locale))
    assert len(found) > len(OFTEN_USED) or set(found) == set(OFTEN_USED)
    assert len(set(found)) == len(found) <= 20
    assert [check_zone(zone) for zone in found] == list(found)
    assert set(OFTEN_USED) <= set(found)


@pytest.mark.parametrize(
    ("locale", "zone"), [("de", "Europe/Berlin"), ("en-US", "America/New_York"), ("ja", "Asia/Tokyo")]
)
def test_the_likeliest_zone_comes_first(locale: str, zone: str) -> None:
    assert likely_zones(locale)[0] == zone


def test_an_unknown_locale_has_those_that_are_often_used() -> None:
    assert likely_zones("tlh") == OFTEN_USED
