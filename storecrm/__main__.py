"""python -m storecrm: the command line, or the window when no command is given."""

import importlib
import sys


def main() -> None:
    """Entry point of the program."""
    if getattr(sys, "frozen", False) and sys.argv[1:2] == ["__child"]:
        # a bundled program has no Python beside it: it is its own child
        importlib.import_module(sys.argv[2]).main(*sys.argv[3:])
        return
    from storecrm.cli import run, said, streams

    outlets = streams.settle()
    sys.exit(said(run(sys.argv[1:]), streams.lost(outlets)))


if __name__ == "__main__":
    main()
