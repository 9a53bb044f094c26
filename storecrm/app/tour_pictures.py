"""The pictures of the tour: every page and till state, painted without a screen."""

import os
import sys
from pathlib import Path

from storecrm.app.program import Program
from storecrm.models import database
from storecrm.services import files
from storecrm.services.files import Target
from storecrm.settings import Settings
from storecrm.ui.kit import pictures
from storecrm.ui.tour import states


def paint_tour(store_file: Path, folder: Path) -> list[Path]:
    """Every page and till state in both languages, and the till in the dark, painted without a
    screen."""
    if (
        "DISPLAY" not in os.environ
        and sys.platform.startswith("linux")
        or os.environ.get("STORECRM_HEADLESS")
    ):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with files.scratch("pictures") as copies:
        for language, look in (
            ("zh_CN", "light"),
            ("en", "light"),
            ("zh_CN", "dark"),
            ("en", "dark"),
        ):
            copy = copies / f"{language}-{look}.db"
            # each walk sells and returns: it gets a store of its own
            engine = database.open_engine(str(store_file))
            database.copy_into(engine, copy)
            engine.dispose()
            made += _Painter(copy, language, look, folder).paint()
    return made


class _Painter:
    """Walks through the program once and takes a picture at every step."""

    def __init__(self, store: Path, language: str, look: str, folder: Path) -> None:
        self.program = Program(
            str(store),
            Settings(language=language, theme=look, sounds=False),
            "1 号收银台",
            lambda _: None,
        )
        self.language = language
        self.look = look
        self.folder = folder
        self.made: list[Path] = []

    def paint(self) -> list[Path]:
        try:
            window = self.program.window
            window.show()
            for name, size in states(window, self.settle):
                window.resize(*size)
                self.settle()
                file = self.folder / f"{name}-{self.language}-{self.look}.png"
                target = Target(file, "screen", private=False)
                pictures.save(window.grab().toImage(), target)
                self.made.append(file)
        finally:
            self.program.close()
        return self.made

    def settle(self) -> None:
        """Until the lanes are idle and everything is painted."""
        app = self.program.app
        lanes = self.program.lanes
        for _ in range(3):
            app.processEvents()
            while any(lane.busy for lane in lanes.all()):
                app.processEvents()
        app.processEvents()
