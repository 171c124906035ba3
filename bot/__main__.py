"""The program: `newsthread`, also `python -m bot`."""


def main() -> None:
    """Parses the command line and runs one command. Imports late: worker processes import this module too."""
    from bot.cli.commands import program  # noqa: PLC0415

    program()


if __name__ == "__main__":
    main()
