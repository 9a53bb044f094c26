"""Builds the .mo catalogues beside their .po files when the package is installed or built."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

I18N = Path(__file__).resolve().parent.parent / "resources" / "i18n"


def build() -> list[Path]:
    """Compile every catalogue; returns the files written."""
    written = []
    for po in sorted(I18N.glob("*.po")):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.stem)
        target = po.with_suffix(".mo")
        with target.open("wb") as sink:
            write_mo(sink, catalogue)
        written.append(target)
    return written


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling for wheels and editable installs alike."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_data.setdefault("artifacts", []).extend(str(path) for path in build())
