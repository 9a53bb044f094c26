"""The icon that opens the window: in the menu of a desktop, and on the desktop itself where Windows
is."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from storecrm import cli, windows
from storecrm.i18n import Catalogue
from storecrm.settings import Settings
from storecrm.ui.kit import program_icon, shortcut
from storecrm.ui.kit.sounds import Sounds
from storecrm.ui.pages.settings import SettingsPage

only = pytest.mark.skipif(sys.platform != "win32", reason="Windows has links")
elsewhere = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has links, and no entries of a menu"
)


@pytest.fixture
def menu(tmp_path, monkeypatch):
    """Folders of this test alone in place of the person's own."""
    for name in ("desktop", "applications"):
        monkeypatch.setattr(
            shortcut.platformdirs, f"user_{name}_dir", lambda name=name: str(tmp_path / name)
        )
    return tmp_path


def test_a_windows_icon_holds_the_picture_in_each_size(qapp):
    """Windows takes the nearest one and stretches nothing."""
    made = Image.open(io.BytesIO(program_icon.ico()))
    assert made.format == "ICO" and made.info["sizes"] == {
        (size, size) for size in program_icon.SIZES
    }
    for size in program_icon.SIZES:
        drawn = made.ico.getimage((size, size)).convert("RGBA")
        assert (
            drawn.size == (size, size)
            and drawn.getpixel((size // 2, size // 8))[2] > 150
            and drawn.getpixel((0, 0))[3] == 0
        )


@elsewhere
def test_the_menus_entry_opens_the_window_as_it_was_asked_to(menu, capsys):
    """Whatever signs are in the names: read back as the specification says, the command is the same
    again."""
    store, till = menu / '50% "of" $HOME' / "stóre `x` \\ y.db", "收银台 1"
    assert cli.run(["--json", "--store", str(store), "--till", till, "shortcut"]) == 0
    file = menu / "applications" / "storecrm.desktop"
    assert str(file) in capsys.readouterr().out
    entry = dict(line.split("=", 1) for line in file.read_text("utf-8").splitlines()[1:])
    # the escapes of every value, then those inside quotes, then the codes of fields
    words = re.findall(r'"((?:\\.|[^"\\])*)"', entry["Exec"].replace("\\\\", "\\"))
    command = [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]
    assert command == [*shortcut.opener(), "--store", str(store), "--till", till]
    assert Path(entry["Icon"]).is_file() and entry["Name"] == "storecrm"


@elsewhere
def test_an_icon_that_cannot_be_made_is_said(menu, capsys):
    """With the file's name; the window says the same."""
    (menu / "applications").write_bytes(b"a file in the way")
    assert cli.run(["--lang", "en", "shortcut"]) == 6
    assert str(menu / "applications") in capsys.readouterr().err


def test_the_opener_has_no_console(tmp_path, monkeypatch):
    """The installed window if there is one beside the Python that runs, else a Python without a
    window of its own."""
    end = ".exe" if os.name == "nt" else ""
    monkeypatch.setattr(shortcut.sys, "executable", str(tmp_path / f"python{end}"))
    monkeypatch.setattr(shortcut.sysconfig, "get_path", lambda _: str(tmp_path / "Scripts"))
    assert shortcut.opener() == [str(tmp_path / f"python{end}"), "-m", "storecrm"]
    (tmp_path / f"pythonw{end}").write_bytes(b"")
    assert shortcut.opener() == [str(tmp_path / f"pythonw{end}"), "-m", "storecrm"]
    (tmp_path / "Scripts").mkdir()
    (tmp_path / "Scripts" / f"storecrm-till{end}").write_bytes(b"")
    assert shortcut.opener() == [str(tmp_path / "Scripts" / f"storecrm-till{end}")]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_settings_make_the_icon_and_say_where_it_stands(menu, qtbot, language):
    """For the till at which the button is pressed, in both languages."""
    page = SettingsPage(Settings(), Catalogue(language), Sounds(False), till="T 2")
    qtbot.addWidget(page)
    page.show()
    qtbot.mouseClick(page.icon, Qt.MouseButton.LeftButton)
    assert str(menu / "applications") in page.icon_made.text()
    made = {file.suffix for file in menu.rglob("storecrm.*")}
    assert made == ({".lnk"} if sys.platform == "win32" else {".desktop"})


@only
def test_a_link_says_what_it_opens_and_whose_windows_these_are(menu, capsys):
    """In the menu and on the desktop; a second one takes the place of the first."""
    for till in ("T1", "收银台 2"):
        assert cli.run(["--json", "--till", till, "shortcut"]) == 0
    places = [menu / "desktop" / "storecrm.lnk", menu / "applications" / "storecrm.lnk"]
    assert all(str(place.name) in capsys.readouterr().out for place in places[:1])
    for place in places:
        held = place.read_bytes()
        for word in (
            subprocess.list2cmdline(["--till", "收银台 2"]),
            "storecrm.ico",
            Path(shortcut.opener()[0]).name,
        ):
            assert word.encode("utf-16-le") in held
    windows.write_link(
        menu / "a.lnk",
        windows.Link(Path(sys.executable), "", menu / "a.ico", "w", shortcut.IDENTITY),
    )
    with pytest.raises(OSError):
        windows.write_link(
            menu / "no" / "a.lnk", windows.Link(Path(sys.executable), "", menu / "a.ico", "w", "i")
        )
