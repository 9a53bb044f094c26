"""What the system's task bar shows of this program."""

import importlib
import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from storecrm.app import identity

ROOT = Path(__file__).resolve().parents[2]


def test_the_program_has_its_own_picture_and_name(qapp):
    """Not those of the Python that runs it, in each size that is asked for."""
    identity.show(qapp)
    icon = qapp.windowIcon()
    assert {size.width() for size in icon.availableSizes()} == set(identity.SIZES)
    drawn = icon.pixmap(64, 64).toImage()
    assert (
        drawn.pixelColor(32, 8).blue() > 150
        and drawn.pixelColor(18, 24).red() > 200
        and drawn.pixelColor(0, 0).alpha() == 0
    )
    assert QGuiApplication.desktopFileName() == identity.NAME
    entry = (ROOT / "packaging" / f"{identity.NAME}.desktop").read_text("utf-8")
    assert f"\nIcon={identity.NAME}\n" in entry and "\nExec=storecrm-till\n" in entry


def test_the_window_has_a_way_in_without_a_console():
    """Beside the command's, and to the same program."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for kind, name in (("scripts", "storecrm"), ("gui-scripts", "storecrm-till")):
        module, _, verb = project[kind][name].partition(":")
        assert callable(getattr(importlib.import_module(module), verb))


@pytest.mark.skipif(sys.platform != "win32", reason="Windows groups windows by it")
def test_windows_is_told_whose_windows_these_are(qapp):
    import ctypes

    identity.show(qapp)
    said = ctypes.c_wchar_p()
    answer = ctypes.windll.shell32.GetCurrentProcessExplicitAppUserModelID(ctypes.byref(said))
    if answer == -2147467263:
        pytest.skip("this machine takes the name and does not say it")
    assert answer == 0
    assert said.value == "storecrm.till"
