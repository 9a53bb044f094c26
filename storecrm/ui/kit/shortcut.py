"""The icon by which the program is opened: on the desktop and in the menu of Windows, in the menu
elsewhere."""

import os
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from subprocess import list2cmdline

import platformdirs

from storecrm import paths, windows
from storecrm.errors import StorageTrouble
from storecrm.i18n import Catalogue
from storecrm.ui.kit.program_icon import PICTURE, ico

NAME = "storecrm"
IDENTITY = f"{NAME}.till"
"""What Windows groups the windows by: a button fixed to the task bar opens the link that bears
it."""


def make(words: Catalogue, options: Sequence[str] = ()) -> list[Path]:
    """Make the icon anew, or for the first time; it opens the window with `options`. Returns the
    files that stand for it.

    Raises:
        StorageTrouble: cannot_write.
    """
    comment = words.t("Members, points and coupons at the counter")
    made: list[Path] = []
    try:
        if sys.platform == "win32":
            _make_links(made, comment, options)
        else:
            _make_entry(made, comment, options)
    except OSError as error:
        where = str(error.filename or paths.data_folder())
        raise StorageTrouble("cannot_write", where=where, reason=error.strerror or "") from error
    return made


def _make_links(made: list[Path], comment: str, options: Sequence[str]) -> None:
    """On the desktop, and in the menu, where the task bar looks for what it shall open again."""
    icon = paths.data_folder() / f"{NAME}.ico"
    icon.write_bytes(ico())
    program, *first = opener()
    link = windows.Link(
        target=Path(program),
        arguments=list2cmdline([*first, *options]),
        icon=icon,
        words=comment,
        identity=IDENTITY,
    )
    for folder in (platformdirs.user_desktop_dir(), platformdirs.user_applications_dir()):
        file = Path(folder) / f"{NAME}.lnk"
        file.parent.mkdir(parents=True, exist_ok=True)
        windows.write_link(file, link)
        made.append(file)


def _make_entry(made: list[Path], comment: str, options: Sequence[str]) -> None:
    file = Path(platformdirs.user_applications_dir()) / f"{NAME}.desktop"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(entry(comment, [*opener(), *options]), "utf-8")
    made.append(file)


def entry(comment: str, command: Sequence[str]) -> str:
    """The menu's entry by the Desktop Entry Specification, its command quoted as its section "The
    Exec key" wants it."""
    lines = {
        "Type": "Application",
        "Name": NAME,
        "Comment": comment,
        "Exec": " ".join(_quoted(one) for one in command),
        "Icon": _escaped(str(paths.resources() / "icons" / PICTURE)),
        "Categories": "Office;Finance;",
        "StartupWMClass": NAME,
    }
    return "\n".join(["[Desktop Entry]", *(f"{key}={value}" for key, value in lines.items()), ""])


def _quoted(word: str) -> str:
    for sign in '\\"`$':
        word = word.replace(sign, f"\\{sign}")
    return _escaped('"' + word.replace("%", "%%") + '"')


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")


def opener() -> list[str]:
    """The command that opens the window without a console behind it."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    end = ".exe" if os.name == "nt" else ""
    for folder in (Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))):
        if (folder / f"{NAME}-till{end}").is_file():
            return [str(folder / f"{NAME}-till{end}")]
    quiet = Path(sys.executable).with_name(f"pythonw{end}")
    return [str(quiet if quiet.is_file() else sys.executable), "-m", NAME]
