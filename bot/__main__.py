"""The program: `newsthread`, also `python -m bot`."""

import io
import sys


def main() -> None:
    """Parses the command line and runs one command; whatever goes wrong, a person reads one line.

    Imports late: worker processes may import this module too.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a locale without UTF-8 must not lose a briefing over a dash
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        from bot.cli.commands import program  # noqa: PLC0415
        from bot.cli.running import failed  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        program()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        failed(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
