"""This machine's choices: language, theme, sound, the last store. One TOML file; damage falls back
to defaults."""

import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w

from storecrm import paths


@dataclass(frozen=True)
class Settings:
    """`theme` is light, dark or system; `sounds` plays at the till; `gap_ms` is the longest pause
    inside a scan.

    `last_store` and `last_shop` are what was open the last time, `last_staff` who signed in.
    `slip_printer` takes slips without a question, on paper of `slip_layout`. `lock_minutes` locks
    the till after so long a pause, 0 never."""

    language: str = ""
    theme: str = "system"
    sounds: bool = True
    gap_ms: int = 35
    last_store: str = ""
    last_staff: str = ""
    last_shop: str = ""
    slip_printer: str = ""
    slip_layout: str = "slip-80"
    lock_minutes: int = 0

    def with_(self, **changes: Any) -> "Settings":
        return replace(self, **changes)


def load(file: Path | None = None) -> Settings:
    """The choices kept on this machine; whatever cannot be read is its default."""
    try:
        raw = tomllib.loads((file or paths.settings_file()).read_text("utf-8"))
    except (OSError, ValueError):
        return Settings()
    known = asdict(Settings())
    return Settings(
        **{key: raw[key] for key in known if isinstance(raw.get(key), type(known[key]))}
    )


def save(settings: Settings, file: Path | None = None) -> None:
    """Keep the choices; the file is replaced as a whole.

    Raises:
        OSError: the folder cannot be written.
    """
    target = file or paths.settings_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_text(tomli_w.dumps(asdict(settings)), "utf-8")
    part.replace(target)
