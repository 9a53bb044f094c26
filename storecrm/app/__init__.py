"""Opens the window. What is imported here is light: a window stands on the screen before the
database library is loaded.

first_run: from the first window to the running program, or to the first store.
identity: the program's name and picture to the system.
program: one running program: store, lanes, frame.
tour_pictures: the pictures of the tour, painted without a screen.
"""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from storecrm import log, paths
from storecrm import settings as choices
from storecrm.app import identity
from storecrm.i18n import Catalogue, system_language
from storecrm.settings import Settings
from storecrm.ui.kit.splash import Opening


def application() -> QApplication:
    """The one QApplication."""
    return QApplication.instance() or QApplication(sys.argv[:1])  # type: ignore[return-value]


def run(*, store: str, language: str, till: str) -> int:
    """Open the window on `store`, or on the store of the last time when none is named; returns the
    exit status."""
    log.start()
    app = application()
    settings = choices.load()
    identity.show(app)
    if language:
        settings = settings.with_(language=language)
    opening = Opening(Catalogue(settings.language or system_language()), settings)
    opening.show()
    # painted before anything heavy is loaded
    app.processEvents()
    # the database library is loaded while the first window already stands on the screen
    from storecrm.app import first_run

    return first_run.begin(app, opening, store or _last(settings), settings, till)


def _last(settings: Settings) -> str:
    kept = settings.last_store
    return (
        kept
        if kept and (paths.is_url(kept) or Path(kept).is_file())
        else str(paths.default_store())
    )
