"""Settings are read once, all faults told together, and no secret ever shows."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import EngineChoice, LogLevel, read_settings
from bot.domain.errors import SettingsError
from bot.domain.usage import Spent

PRICES = ("NEWSTHREAD_PRICE_IN", "NEWSTHREAD_PRICE_OUT")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "NEWSTHREAD_ENGINE", "DISCORD_TOKEN", *PRICES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_all_problems_are_told_together_each_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSTHREAD_POLL_SECONDS", "often")
    monkeypatch.setenv("NEWSTHREAD_ENGINE", "magic")
    monkeypatch.setenv("NEWSTHREAD_ALLOW_NETWORKS", "localhost")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    names = {problem.split(":")[0] for problem in caught.value.problems}
    assert names == {"NEWSTHREAD_POLL_SECONDS", "NEWSTHREAD_ENGINE", "NEWSTHREAD_ALLOW_NETWORKS"}
    assert any("CIDR" in problem for problem in caught.value.problems)


def test_a_secret_shows_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "very-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "also-secret")
    shown = f"{read_settings()!r} {read_settings()}"
    assert "very-secret" not in shown
    assert "also-secret" not in shown


def test_a_wrong_secret_is_not_repeated_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "not a url with hunter2")
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("engine", "key", "base_url", "model_writes"),
    [
        (None, None, None, False),
        (None, "k", None, True),
        (None, None, "http://127.0.0.1:1/v1", True),
        ("extractive", "k", None, False),
        ("openai", None, None, True),
    ],
)
def test_a_model_writes_where_one_is_set_up(
    monkeypatch: pytest.MonkeyPatch, engine: str | None, key: str | None, base_url: str | None, model_writes: bool
) -> None:
    for name, value in (("NEWSTHREAD_ENGINE", engine), ("OPENAI_API_KEY", key), ("OPENAI_BASE_URL", base_url)):
        if value:
            monkeypatch.setenv(name, value)
    assert read_settings().writes_with_model is model_writes


def test_the_environment_wins_over_the_file_and_networks_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("NEWSTHREAD_ENGINE=openai\nNEWSTHREAD_ALLOW_NETWORKS=127.0.0.0/8, ::1/128\n")
    monkeypatch.setenv("NEWSTHREAD_ENGINE", "extractive")
    settings = read_settings()
    assert settings.newsthread_engine is EngineChoice.EXTRACTIVE
    assert [str(network) for network in settings.newsthread_allow_networks] == ["127.0.0.0/8", "::1/128"]


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "DISCORD_API_URL"])
def test_a_password_in_an_address_shows_nowhere(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://me:hunter2@127.0.0.1:1/v1")
    assert "hunter2" not in f"{read_settings()!r} {read_settings()}"


def test_an_env_file_that_is_not_utf8_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("NEWSTHREAD_CONTACT=Zürich\n".encode("latin-1"))
    with pytest.raises(SettingsError) as caught:
        read_settings()
    assert caught.value.problems == (".env: it cannot be read; a text file in UTF-8 is wanted",)


def test_names_are_understood_whatever_their_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSTHREAD_ENGINE", "EXTRACTIVE")
    monkeypatch.setenv("NEWSTHREAD_LOG_LEVEL", "debug")
    monkeypatch.setenv("NEWSTHREAD_LOG_FORMAT", "Json")
    settings = read_settings()
    assert (settings.newsthread_engine, settings.newsthread_log_level) == (EngineChoice.EXTRACTIVE, LogLevel.DEBUG)
    assert settings.newsthread_log_format == "json"


@pytest.mark.parametrize("seconds", ["1", "5", "90.5", "604800"])
def test_any_pace_of_polling_from_a_second_on_is_taken(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("NEWSTHREAD_POLL_SECONDS", seconds)
    assert read_settings().poll_every == timedelta(seconds=float(seconds))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEWSTHREAD_POLL_SECONDS", "0"),
        ("NEWSTHREAD_POLL_SECONDS", "nan"),
        ("NEWSTHREAD_POLL_SECONDS", "1e300"),
        ("NEWSTHREAD_KEEP_DAYS", "36501"),
        ("NEWSTHREAD_KEEP_DAYS", "0"),
        ("NEWSTHREAD_KEEP_MEGABYTES", "-1"),
        ("NEWSTHREAD_PRICE_IN", "-1"),
        ("NEWSTHREAD_PRICE_OUT", "nan"),
        ("NEWSTHREAD_PRICE_OUT", "cheap"),
    ],
)
def test_a_time_or_size_that_cannot_be_is_a_problem(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        read_settings()


@pytest.mark.parametrize(("value", "keep_bytes"), [("0", None), ("500", 500_000_000)])
def test_no_megabytes_are_no_limit(monkeypatch: pytest.MonkeyPatch, value: str, keep_bytes: int | None) -> None:
    monkeypatch.setenv("NEWSTHREAD_KEEP_MEGABYTES", value)
    assert read_settings().keep_bytes == keep_bytes


def test_prices_are_not_known_unless_they_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    million = Spent(calls=1, prompt_tokens=1_000_000, completion_tokens=100_000)
    assert read_settings().prices.cost(million) is None
    monkeypatch.setenv("NEWSTHREAD_PRICE_IN", "0.25")
    assert read_settings().prices.cost(million) == 0.25
    monkeypatch.setenv("NEWSTHREAD_PRICE_OUT", "2")
    assert read_settings().prices.cost(million) == 0.45
