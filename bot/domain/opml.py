"""Lists of feeds as OPML 2.0: what other feed readers export, and what they import.

Standard library only, no I/O. A file comes from anybody: whatever declares a document type or an entity is refused
before anything of it is read, and nothing is ever fetched.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.parsers import expat

from bot.domain.addresses import shown
from bot.domain.errors import InputError
from bot.domain.feeds import Feed, FeedUrl
from bot.domain.wording import refusals

MAX_BYTES = 1_000_000
MAX_FEEDS = 500
MAX_DEPTH = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed named in a file. `labels` are its categories and the folders it stands in, outermost first."""

    url: str
    title: str
    labels: tuple[str, ...]


@dataclass(slots=True)
class _Reader:
    """Collects the outlines that have an address while expat walks through the document."""

    found: list[Outline] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens; attributes are compared whatever their case, as files in the wild spell them."""
        self.path.append(tag.casefold())
        if self.path[0] != "opml" or len(self.path) > MAX_DEPTH:
            raise InputError(refusals.NOT_OPML)
        if tag.casefold() != "outline":
            return
        known = {name.casefold(): value.strip() for name, value in attributes.items()}
        title = known.get("title") or known.get("text") or ""
        if known.get("xmlurl"):
            categories = [piece.strip(" /") for piece in known.get("category", "").split(",")]
            labels = tuple(label for label in [*self.folders, *categories] if label)
            self.found.append(Outline(url=known["xmlurl"], title=title, labels=labels))
            if len(self.found) > MAX_FEEDS:
                raise InputError(refusals.feeds_in_file(MAX_FEEDS))
        self.folders.append("" if known.get("xmlurl") else title)

    def end(self, tag: str) -> None:
        """An element closes."""
        self.path.pop()
        if tag.casefold() == "outline":
            self.folders.pop()


def read_opml(document: bytes) -> tuple[Outline, ...]:
    """The feeds that a file names, in its order, repetitions included. Raises InputError."""
    if len(document) > MAX_BYTES:
        raise InputError(refusals.FILE_TOO_LARGE)
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(document.lstrip(), True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: an encoding that is none
        raise InputError(refusals.NOT_XML) from error
    return tuple(reader.found)


def write_opml(feeds: Iterable[Feed], title: str) -> str:
    """The feeds as a document. Topics stand as categories; user names and passwords in addresses are left out."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    body = ET.SubElement(root, "body")
    for feed in feeds:
        outline = ET.SubElement(body, "outline", type="rss", text=feed.outlet, xmlUrl=shown(feed.url))
        if feed.topics:
            outline.set("category", ",".join(feed.topics))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document.decode() + "\n"


def _refuse_document_type(*_: object) -> None:
    raise InputError(refusals.DOCUMENT_TYPE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFeed:
    """An address that was not taken over, and the sentence that says why."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the feeds of a file: new ones, those followed before, and those refused."""

    added: tuple[Feed, ...]
    known: tuple[FeedUrl, ...]
    refused: tuple[RefusedFeed, ...]
