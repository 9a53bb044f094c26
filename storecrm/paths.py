"""Where things lie: data, backups, logs, resources."""

import hashlib
import os
import re
import shutil
import sys
from pathlib import Path

import platformdirs

APP = "storecrm"


def data_folder() -> Path:
    """The folder of this user's store, made on first use, readable by this user only."""
    folder = Path(platformdirs.user_data_dir(APP, appauthor=False))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def default_store() -> Path:
    """The store opened when none is named."""
    return data_folder() / "store.db"


def default_place() -> Path:
    """Where the default store lies or would lie; nothing is made."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False)) / "store.db"


def own_folders() -> tuple[Path, ...]:
    """Where this program keeps choices, keys and logs: nobody's papers belong there."""
    names = (
        platformdirs.user_config_dir(APP, appauthor=False),
        platformdirs.user_log_dir(APP, appauthor=False),
    )
    return (*(Path(name) for name in names), _apart())


def _apart() -> Path:
    """The folder for what must not lie in the one of the stores. Where a system has one folder for
    data and choices (Windows, macOS) it is another one, and what an earlier version kept there
    moves along."""
    usual = Path(platformdirs.user_config_dir(APP, appauthor=False))
    if usual != Path(platformdirs.user_data_dir(APP, appauthor=False)):
        return usual
    folder = _elsewhere()
    for name in ("keys", "trail"):
        if (usual / name).is_dir() and not (folder / name).exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(usual / name, folder / name)
    return folder


def _elsewhere() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Preferences" / APP
    return Path(platformdirs.user_config_dir(APP, appauthor=False, roaming=True))


def is_url(store: str) -> bool:
    """True when the store is named by a database URL rather than a file."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", store) is not None


def private(file: Path) -> None:
    """An empty file that only this user reads, before anything is written into it. One that stands
    there already is made so.

    Raises:
        OSError: it cannot be made.
    """
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    file.chmod(0o600)


def key_file(store: Path) -> Path:
    """Where this machine keeps the key of an encrypted store: apart from the store, so that a
    stolen copy stays closed."""
    name = hashlib.sha256(str(store.resolve()).encode()).hexdigest()[:24]
    return _apart() / "keys" / f"{name}.key"


def seal_file(uid: str) -> Path:
    """Where this machine keeps the key that seals a shop's list of the erased: apart from the
    store, so that who has the store's folder alone cannot add to the list."""
    name = hashlib.sha256(uid.encode()).hexdigest()[:24]
    return _apart() / "keys" / f"{name}.seal"


def anchor_file(name: str) -> Path:
    """Where this machine keeps where a shop's trail stood: apart from the store, so that who puts
    another file there does not put this one back with it."""
    return _apart() / "trail" / f"{name}.json"


def settings_file() -> Path:
    """This machine's choices."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "settings.toml"


def log_file() -> Path:
    """The one rotating log."""
    return Path(platformdirs.user_log_dir(APP, appauthor=False)) / "storecrm.log"


def backup_folder(store: Path) -> Path:
    """Backups lie beside the store until a person chooses another place."""
    return store.parent / f"{store.stem}-backups"


def resources() -> Path:
    """Icons, fonts, words, sounds: beside the package in a checkout, inside it when installed or
    bundled."""
    bundled = getattr(sys, "_MEIPASS", None)
    candidates = [Path(bundled) / "resources"] if bundled else []
    here = Path(__file__).resolve().parent
    candidates += [here / "resources", here.parent / "resources"]
    return next(path for path in candidates if path.is_dir())
