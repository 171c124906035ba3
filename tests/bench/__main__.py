"""`python -m tests.bench [NAME …]`: lists the benchmarks, or runs one and prints a table or one JSON document."""

import argparse
import asyncio
import importlib
import inspect
import json
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

import tests.bench
from bot.domain.errors import NewsthreadError

PROGRAM = "python -m tests.bench"


def main(arguments: list[str]) -> int:
    """The exit status: 0 done, 1 could not be done, 2 wrong usage."""
    names = sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__) if module.name != "__main__")
    if not arguments:
        Console().print(_listed([_module(name) for name in names]))
        return 0
    choice = argparse.ArgumentParser(prog=PROGRAM, add_help=arguments[0] in {"-h", "--help"})
    choice.add_argument("name", choices=names)
    name = choice.parse_args(arguments[:1]).name
    module = _module(name)
    parser = argparse.ArgumentParser(prog=f"{PROGRAM} {name}", description=inspect.getdoc(module))
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    parsed = parser.parse_args(arguments[1:])
    try:
        document = module.run(parsed)
        if inspect.iscoroutine(document):
            document = asyncio.run(document)
    except (NewsthreadError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if parsed.json:
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        Console().print(_table(name, document))
    return 0


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"tests.bench.{name}")


def _is_benchmark(module: ModuleType) -> bool:
    """A module without `run` only serves its neighbours."""
    return hasattr(module, "run")


def _listed(modules: list[ModuleType]) -> Table:
    table = Table("name", "measures", "needs", title=f"{PROGRAM} NAME [FILE …] [--json]")
    for module in filter(_is_benchmark, modules):
        summary = (inspect.getdoc(module) or "").partition("\n")[0]
        table.add_row(module.__name__.rpartition(".")[2], summary, module.NEEDS)
    return table


def _table(name: str, document: Mapping[str, Any]) -> Table:
    table = Table("figure", "ours", "rival", "ratio", title=name)
    for row in _rows(document, ""):
        table.add_row(*row)
    return table


def _rows(document: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str, str, str]]:
    for key, value in document.items():
        if isinstance(value, Mapping) and "ours" in value:
            yield prefix + key, *(_shown(value.get(column)) for column in ("ours", "rival", "ratio"))
        elif isinstance(value, Mapping):
            yield from _rows(value, f"{prefix}{key}.")
        elif not (key.startswith("rival_") and key.removeprefix("rival_") in document):
            yield prefix + key, _shown(value), _shown(document.get(f"rival_{key}")), ""


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
