"""Rooms of the services that a command names but does not enter are not loaded: most commands need
one of fifty."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

_ROOMS = "storecrm.services."


class _Later(MetaPathFinder):
    """Finds our rooms as they are, to be read when something of theirs is first asked for."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # libraries of others are loaded as they always are
        if not fullname.startswith(_ROOMS):
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found is not None and found.loader is not None:
            found.loader = LazyLoader(found.loader)
        return found


@contextmanager
def loaded_later() -> Iterator[None]:
    """Rooms that are imported meanwhile are loaded when they are used. For the command line, which
    has one thread."""
    finder = _Later()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
