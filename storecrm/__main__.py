"""python -m storecrm: the command line, or the window when no command is given."""

import sys


def main() -> None:
    """Entry point of the program."""
    if sys.argv[1:2] == ["__reader"]:
        from storecrm.services.keeping import reader

        reader.main(*sys.argv[2:4])
        return
    from storecrm.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
