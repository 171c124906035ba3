"""Settings: read once, by the program's entry, from the environment and a file `.env`; all faults told together."""

from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.errors import SettingsError
from bot.domain.usage import Budgets, Prices

Network = IPv4Network | IPv6Network

_LONGEST = timedelta(days=36_500)  # a time that can be added to now, and taken from it
_DEAREST = 1_000_000.0  # US dollars for a million tokens


class EngineChoice(StrEnum):
    """Who writes."""

    AUTO = "auto"
    OPENAI = "openai"
    EXTRACTIVE = "extractive"


class LogFormat(StrEnum):
    """How a log line looks."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """From which level on something is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Settings(BaseSettings):
    """Every setting, under its name in the environment (in lower case here). Secrets show as asterisks."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    discord_token: SecretStr | None = None
    discord_api_url: HttpUrl | None = Field(default=None, repr=False)  # may hold a password
    discord_message_content: bool = False
    openai_api_key: SecretStr | None = None
    openai_base_url: HttpUrl | None = Field(default=None, repr=False)
    openai_model: str = "gpt-5-mini"
    openai_embedding_model: str | None = None
    newsthread_verifier_model: str | None = None
    newsthread_daily_tokens: int = Field(default=0, ge=0)
    newsthread_server_tokens: int = Field(default=0, ge=0)
    newsthread_member_tokens: int = Field(default=0, ge=0)
    newsthread_price_in: float | None = Field(default=None, ge=0, le=_DEAREST)
    newsthread_price_out: float | None = Field(default=None, ge=0, le=_DEAREST)
    newsthread_data_dir: Path = Path("data")
    newsthread_engine: EngineChoice = EngineChoice.AUTO
    newsthread_contact: str | None = None
    newsthread_allow_networks: Annotated[tuple[Network, ...], NoDecode] = ()
    newsthread_poll_seconds: float = Field(default=1800, ge=1, le=_LONGEST.total_seconds())
    newsthread_host_pause_seconds: float = Field(default=1.0, ge=0, le=60)
    newsthread_keep_days: int = Field(default=90, ge=1, le=_LONGEST.days)
    newsthread_keep_megabytes: int = Field(default=0, ge=0)
    newsthread_log_format: LogFormat = LogFormat.CONSOLE
    newsthread_log_level: LogLevel = LogLevel.INFO
    newsthread_metrics_port: int = Field(default=0, ge=0, le=65_535)
    newsthread_metrics_host: str = "127.0.0.1"

    @field_validator("newsthread_allow_networks", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        blocks = [block.strip() for block in value.split(",") if block.strip()]
        try:
            return tuple(ip_network(block) for block in blocks)
        except ValueError as error:
            raise ValueError("comma-separated CIDR blocks such as 192.168.1.0/24 are wanted") from error

    @field_validator("newsthread_engine", "newsthread_log_format", mode="before")
    @classmethod
    def _small(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("newsthread_log_level", mode="before")
    @classmethod
    def _capital(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @property
    def writes_with_model(self) -> bool:
        """Whether the model writes: asked for, or, with `auto`, set up."""
        if self.newsthread_engine is EngineChoice.AUTO:
            return self.openai_api_key is not None or self.openai_base_url is not None
        return self.newsthread_engine is EngineChoice.OPENAI

    @property
    def budgets(self) -> Budgets:
        """Tokens a day of the whole bot, of a server and of a member."""
        return Budgets(
            whole=self.newsthread_daily_tokens,
            server=self.newsthread_server_tokens,
            member=self.newsthread_member_tokens,
        )

    @property
    def prices(self) -> Prices:
        """What tokens cost."""
        return Prices(prompt=self.newsthread_price_in, completion=self.newsthread_price_out)

    @property
    def poll_every(self) -> timedelta:
        """The usual time between two checks of one feed."""
        return timedelta(seconds=self.newsthread_poll_seconds)

    @property
    def keep_for(self) -> timedelta:
        """The age at which what was collected is dropped."""
        return timedelta(days=self.newsthread_keep_days)

    @property
    def keep_bytes(self) -> int | None:
        """How much the archive may take; None for no limit."""
        return self.newsthread_keep_megabytes * 1_000_000 or None

    @property
    def host_pause(self) -> timedelta:
        """The pause between two requests to one host."""
        return timedelta(seconds=self.newsthread_host_pause_seconds)


def read_settings(**overrides: Any) -> Settings:
    """Reads the settings. Raises SettingsError with every problem: the setting's name and what is wanted."""
    try:
        return Settings(**overrides)
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            (".env: it cannot be read; a text file in UTF-8 is wanted",)
        ) from None  # it holds what the file holds
    except ValidationError as error:
        problems = tuple(
            f"{'.'.join(str(part) for part in each['loc'][:1]).upper()}: {_wanted(each['msg'])}"
            for each in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(tuple(dict.fromkeys(problems))) from None


def _wanted(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Input ")
