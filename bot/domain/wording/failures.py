"""Why a feed, a page or the model gave nothing. Workers say it too, so this imports nothing.

No sentence repeats what was fetched. Those on the model have no full stop: they are put into others.
"""

NOT_PUBLIC = "This address is not on the public internet, so it is not fetched."
NOT_SECURE_ANY_MORE = "The server leads from https to http, which is not followed."
OTHER_SCHEME = "Only http and https addresses are fetched."
OTHER_PORT = "Only the ports 80 and 443 are fetched from."
ODD_SPELLING = "This spelling of an address is not followed."
NO_WEB_ADDRESS = "This is not a web address that can be fetched."

TOO_SLOW = "The server took too long to answer."
NO_SUCH_HOST = "The host name of this address was not found."
NO_SECURE_CONNECTION = "No secure connection to the server could be made."
BROKE_OFF = "The server's answer broke off or could not be decoded."
NOT_HTTP = "The server answered with something that is not HTTP."
UNREACHABLE = "The server could not be reached."
RESTING = "The server has asked for a rest, which is not over yet."
GONE = "The server says that this is gone for good."
_STATUSES = {
    401: "asks for a log-in",
    403: "refuses access",
    404: "has nothing at this address",
    429: "asks for a rest",
    503: "is not available for now",
}

OTHER_DOCUMENT = "There is no feed at this address, but a document of another kind."
OTHER_JSON = "There is a JSON document at this address, and no feed."
PAGE_NOT_FEED = "There is a web page at this address, and no feed."
EMPTY = "The document at this address is empty."
TOO_MANY_VALUES = "The document holds more values than any feed does, so it was not read."
FEED_BROKE = "Reading this feed failed in a way that was not foreseen; the log has the particulars."

NOT_HTML = "The page could not be read: it is no HTML document."
NO_PAGE = "There is no web page at this address."
NO_ROBOTS = "The site does not want its pages read by robots."
OTHER_PAGE = "It shares too little with what stood there."
ANSWER_RESERVED = "The answer reserves the publisher's rights."
PAGE_RESERVED = "The page reserves the publisher's rights."
WALLED = "The page asks for consent, payment or a script."
SITE_TOO_SLOW = "Its site keeps us waiting: its other pages are left in this poll."

READING_TOO_LONG = "The document took too long to read."
TOO_MUCH_MEMORY = "The document could not be read: it takes more memory than a document may."
READER_GAVE_UP = "The document could not be read: its reader gave up on it."
READER_BROKE_DOWN = "The document could not be read: its reader broke down over it."
READERS_BROKE_DOWN = "The document could not be read: the readers broke down."
STORY_TOO_LONG = "they took too long to read"

MODEL_TOO_SLOW = "The model took too long"
MODEL_UNREACHABLE = "The model's server could not be reached; check OPENAI_BASE_URL"
MODEL_KEY = "The model's server refused the key; check OPENAI_API_KEY"
MODEL_UNKNOWN = "The model's server does not know this model or address; check OPENAI_MODEL"
MODEL_LIMITED = "The model's server is asked too often or its quota is used up"
MODEL_RESTING = "The model failed repeatedly, so it is left alone for a minute"
MODEL_REFUSED = "The model refused the task"
NO_COMPLETION = "The model's server answered with something that is no completion"
NO_EMBEDDINGS = "The model's server has no embeddings; check OPENAI_EMBEDDING_MODEL"
NO_VECTOR = "The model's server answered with something that is no vector"
OTHER_VECTORS = "The model's server answered with vectors of other texts"
UNEQUAL_VECTORS = "The model's vectors differ in length"
REPLY_CUT_OFF = "The model's reply was cut off"
REPLY_EMPTY = "The model replied with nothing"
REPLY_TOO_LONG = "The model's reply is far too long"
REPLY_NOT_JSON = "The model replied with something that is not the JSON it was asked for"
REPLY_NOT_YES_OR_NO = "The model replied with neither yes nor no"
REPLY_NO_QUESTION = "The model replied with no question"


def http_status(status: int) -> str:
    """An answer without the document."""
    return f"The server {_STATUSES.get(status, 'did not give the document')} (HTTP status {status})."


def too_many_redirects(most: int) -> str:
    """A server that leads on and on."""
    return f"The server redirects more than {most} times."


def too_large(max_bytes: int) -> str:
    """An answer that was hung up on."""
    limit = f"{max_bytes / 1e6:.3g} MB" if max_bytes >= 1e5 else f"{max_bytes} bytes"
    return f"The answer is larger than {limit}."


def too_many_entries(most: int) -> str:
    """A feed that no reader was given."""
    return f"The feed lists more than {most:,} entries, so it was not read."


def too_many_tags(most: int) -> str:
    """A document that no reader was given."""
    return f"The document holds more than {most:,} tags, so it was not read."


def too_many_attributes(most: int) -> str:
    """A document that no reader was given, for a single tag."""
    return f"The document has a tag with more than {most:,} attributes, so it was not read."


def model_status(status: int) -> str:
    """A model's server that answered with an error of another kind."""
    return f"The model's server answered with HTTP status {status}"
