"""The rules of this house that a program can check: layers, sizes, names that must agree."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import Settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "cogs", "storage", "prompts")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 40
MAX_POSITIONAL = 5

MAY_IMPORT = {
    "bot.domain": {"bot.domain"},
    "bot.ports": {"bot.ports", "bot.domain"},
    "bot.services": {"bot.services", "bot.ports", "bot.domain"},
    "bot.adapters": {"bot.adapters", "bot.ports", "bot.domain"},
    "storage": {"storage", "bot.ports", "bot.domain"},
    "cogs": {"cogs", "bot.services", "bot.ports", "bot.domain"},
    "bot.demo": {"bot.demo"},
    "bot.config": {"bot.domain"},
    "bot.logs": set(),
    "prompts": set(),
    "bot.cli": {
        "bot.cli",
        "bot.bootstrap",
        "bot.config",
        "bot.logs",
        "bot.demo",
        "bot.services",
        "bot.ports",
        "bot.domain",
    },
    "bot.__main__": {"bot.cli"},
}
KNOWS_EVERYTHING = "bot.bootstrap"
DISCORD_IN = ("cogs.", "bot.adapters.discord_delivery")
THIRD_PARTY_IN_DOMAIN: set[str] = set()


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _layer(module: str) -> str | None:
    layers = [*MAY_IMPORT, KNOWS_EVERYTHING]
    return next((layer for layer in layers if module == layer or module.startswith(layer + ".")), None)


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_dependencies_point_one_way(path: Path) -> None:
    layer = _layer(_name(path))
    if layer is None:
        assert _name(path) == "bot", f"{_name(path)} belongs to no layer"
        return
    if layer == KNOWS_EVERYTHING:
        return
    ours = {_layer(module) for module in _imports(path)} - {None}
    assert ours <= MAY_IMPORT[layer], f"{_name(path)} may not import {ours - MAY_IMPORT[layer]}"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_discord_is_imported_where_it_belongs_only(path: Path) -> None:
    uses = any(module.split(".")[0] == "discord" for module in _imports(path))
    assert not uses or (_name(path) + ".").startswith(DISCORD_IN)


@pytest.mark.parametrize("path", [path for path in MODULES if _name(path).startswith("bot.domain")], ids=_name)
def test_the_domain_uses_the_standard_library_alone(path: Path) -> None:
    import sys

    foreign = {module.split(".")[0] for module in _imports(path)} - set(sys.stdlib_module_names) - {"bot"}
    assert not foreign


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MAX_MODULE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION_LINES, f"{node.name} has {length} lines"
            positional = [
                arg.arg for arg in (*node.args.posonlyargs, *node.args.args) if arg.arg not in {"self", "cls"}
            ]
            is_command = any("command" in ast.dump(decorator) for decorator in node.decorator_list)
            assert is_command or len(positional) <= MAX_POSITIONAL, f"{node.name} has {len(positional)} positional"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_the_example_file_names_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^([A-Z][A-Z_]+)=", example, re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_file_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


def test_the_wheel_takes_the_four_packages_and_their_data() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tools = project["tool"]["setuptools"]
    assert set(tools["packages"]["find"]["include"]) == {f"{package}*" for package in PACKAGES}
    assert tools["package-data"]["prompts"] == ["*.md"]
    data = [path for pattern in tools["package-data"]["bot"] for path in (ROOT / "bot").glob(pattern)]
    others = [path for path in (ROOT / "bot").rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}]
    assert set(data) == set(others)


def test_no_pin_names_an_address() -> None:
    pins = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert pins
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", pin) for pin in pins)


def test_the_presets_are_well_formed() -> None:
    from bot.bootstrap import read_presets

    presets = read_presets()
    names = {topic.name for topic in presets.topics}
    assert names == {"Tariffs", "AI stocks", "Greenland"}
    assert all(feed.topics and set(feed.topics) <= names for feed in presets.feeds)
    assert len({feed.url for feed in presets.feeds}) == len(presets.feeds) == 20


# What programmers read of errors, what cogs say in other words, and what names a fact.
UNSAID = {
    *(
        "AssertionError",
        "CancelledError",
        "ConnectionError",
        "ExceptionGroup",
        "RuntimeError",
        "TypeError",
        "ValueError",
    ),
    *("StorageError", "SettingsError", "NoticeId", "_identity"),
}
# What an operator reads in a terminal or a log, or a machine reads.
NOT_IN_DISCORD = (
    *("bot.__main__", "bot.bootstrap", "bot.cli", "bot.config", "bot.demo", "bot.logs", "cogs.client", "cogs.identity"),
    *("bot.adapters.metrics", "bot.adapters.model_messages", "bot.adapters.model_server", "bot.adapters.prompt_files"),
    *("bot.domain.errors", "bot.services.doctor"),
    *("storage.archive", "storage.backup", "storage.codecs", "storage.folder", "storage.lock", "storage.packing"),
    "storage.state.files",
)
# Words that are looked for in articles, questions and settings: they are of a language, and not said to anybody.
LOOKED_FOR = tuple(
    f"bot.domain.{name}"
    for name in (
        *("corrections.comparing", "datelines", "evidence", "extracts", "furniture", "gate", "genres", "novelty"),
        *("opinions", "orders", "questions", "schedules", "synonyms", "text"),
    )
)
WORDING = "bot.domain.wording"
_TWO_WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")
_SENTENCE = re.compile(r"[A-Z“{][^|]*[.!?:”…]\s*", re.DOTALL)


def _is_passed_over(node: ast.AST) -> bool:
    """Docstrings, and what is said to nobody."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in UNSAID
        case _:
            return False


def _texts(tree: ast.AST) -> Iterator[str]:
    """The strings of a module, `{}` in place of what is put in."""
    for node in ast.iter_child_nodes(tree):
        if _is_passed_over(node):
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        else:
            yield from _texts(node)


def _is_of(path: Path, modules: tuple[str, ...]) -> bool:
    return (_name(path) + ".").startswith(tuple(f"{module}." for module in modules))


@pytest.mark.parametrize(
    "path", [path for path in MODULES if not _is_of(path, (*NOT_IN_DISCORD, WORDING, "prompts"))], ids=_name
)
def test_what_people_read_in_discord_is_worded_in_one_place(path: Path) -> None:
    """As far as a program can tell a sentence: two words beside each other; among lists of words one that looks so."""
    texts = [text for text in _texts(ast.parse(path.read_text(encoding="utf-8"))) if _TWO_WORDS.search(text)]
    if _is_of(path, LOOKED_FOR):
        texts = [text for text in texts if _SENTENCE.fullmatch(text)]
    assert texts == []
