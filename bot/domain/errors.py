"""Every error that Newsthread raises on purpose; one sentence in each that a person can act on.

    NewsthreadError
    ├── SettingsError          a setting is missing or wrong                        exit status 2
    ├── InputError             a person asked for something that cannot be done     the sentence is the answer
    │   └── NotFoundError      what was named is not there
    ├── StorageError           the data folder cannot be read or written
    │   ├── FolderInUseError   another process writes in this folder
    │   └── DamagedError       a file is unreadable or from an unknown version
    │       └── MendableError  the archive, found damaged while in use; the next start mends it
    ├── FetchError             a feed or page could not be had; has a `fault`, see Fault
    ├── ReadingError           a document was had but could not be read (worker died, deadline, nonsense)
    ├── ModelError             the model gave nothing usable
    │   └── BudgetError        the tokens of the day are used up
    ├── PromptError            a prompt file is missing, or a placeholder has no value
    └── DeliveryError          a message could not be posted
        ├── RefusedError       for good: repeating it is useless
        │   ├── UnacceptableError  this message only; the next one may be taken
        │   └── ClosedError        whatever comes, until somebody gives access again
        └── DeferredError      for now: try again later; the message may stand already

This module must not import anything of ours. Adapters translate foreign errors into these, each in one place.
"""

from datetime import timedelta
from enum import StrEnum


class NewsthreadError(Exception):
    """Base of all. `str(error)` is one sentence for a person; it never holds a secret or a fetched body."""


class SettingsError(NewsthreadError):
    """All faults of the settings together; `problems` has one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("The settings cannot be used: " + "; ".join(problems))
        self.problems = problems


class InputError(NewsthreadError):
    """What a person asked for cannot be done as asked."""


class NotFoundError(InputError):
    """What was named is not there."""


class StorageError(NewsthreadError):
    """The data folder cannot be read or written; what was stored before stays as it is."""


class FolderInUseError(StorageError):
    """Another process holds the folder's lock file."""


class DamagedError(StorageError):
    """A file cannot be read, or was written by a version this one does not know."""


class MendableError(DamagedError):
    """The archive was found damaged while in use; the next process that opens it for writing saves what it can."""


class Fault(StrEnum):
    """What went wrong with a fetch, in the words of the feed check's `error` field."""

    REFUSED_ADDRESS = "refused_address"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    HTTP_STATUS = "http_status"
    NOT_A_FEED = "not_a_feed"
    GONE = "gone"


class FetchError(NewsthreadError):
    """A feed or page could not be had. `status` is the HTTP status where there was one."""

    def __init__(
        self, fault: Fault, detail: str, *, status: int | None = None, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail
        self.status = status
        self.retry_after = retry_after


class ReadingError(NewsthreadError):
    """A document could not be read in its worker: it took too long, ended the worker, or is no such thing."""


class ModelError(NewsthreadError):
    """The model could not be reached, refused, or returned what is not an answer to the task."""


class BudgetError(ModelError):
    """The tokens of the day are used up; nothing was asked of the model."""


class PromptError(NewsthreadError):
    """A prompt file is missing or unreadable, or lacks values for the placeholders named."""


class DeliveryError(NewsthreadError):
    """A message could not be posted."""


class RefusedError(DeliveryError):
    """Refused for good: no permission, channel gone. Repeating it would not help, nor would another message."""


class UnacceptableError(RefusedError):
    """This message was refused for what it holds. Repeating it would not help; another message may be taken."""


class ClosedError(RefusedError):
    """The place takes nothing from the bot: no access or locked, or, where `gone`, not there (any more)."""

    def __init__(self, detail: str, *, gone: bool = False) -> None:
        super().__init__(detail)
        self.gone = gone


class DeferredError(DeliveryError):
    """Not now. The message may or may not stand already, so look before repeating."""

    def __init__(self, detail: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
