"""Settings are read once, all faults told together, and no secret ever shows."""

import pytest

from bot.config import EngineChoice, read_settings
from bot.domain.errors import SettingsError


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "NEWSTHREAD_ENGINE", "DISCORD_TOKEN"):
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
    monkeypatch: pytest.MonkeyPatch,
    tmp_path,  # type: ignore[no-untyped-def]
) -> None:
    (tmp_path / ".env").write_text("NEWSTHREAD_ENGINE=openai\nNEWSTHREAD_ALLOW_NETWORKS=127.0.0.0/8, ::1/128\n")
    monkeypatch.setenv("NEWSTHREAD_ENGINE", "extractive")
    settings = read_settings()
    assert settings.newsthread_engine is EngineChoice.EXTRACTIVE
    assert [str(network) for network in settings.newsthread_allow_networks] == ["127.0.0.0/8", "::1/128"]
