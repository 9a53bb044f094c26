"""Light and dark from one table of tokens; the style sheet is made of them, no colour stands
anywhere else. What stands where is in resources/look."""

from functools import lru_cache
from string import Template

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from storecrm import paths
from storecrm.services import files
from storecrm.ui.kit.tokens import tokens

_KIT = ("charts", "feedback", "lists", "pickers", "tables")
"""Parts of the kit with a sheet of their own."""
LOOKS = ("ok", "used", "bad", "info", "unknown")
_OF_SYSTEMS = ("Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC", "HarmonyOS Sans SC")
_OF_LINUX = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
CHINESE = [*_OF_SYSTEMS, *_OF_LINUX]
LATIN = ["Segoe UI", "SF Pro Text", "Inter", "Noto Sans"]

_Role = QPalette.ColorRole
_WINDOW_ROLES = {_Role.Window: "bg", _Role.WindowText: "text", _Role.PlaceholderText: "muted"}
_TEXT_ROLES = {_Role.Base: "surface", _Role.Text: "text", _Role.AlternateBase: "sunken"}
_BUTTON_ROLES = {_Role.Button: "surface", _Role.ButtonText: "text"}
_MARK_ROLES = {_Role.Highlight: "accent", _Role.HighlightedText: "on_accent"}
_TIP_ROLES = {_Role.ToolTipBase: "surface", _Role.ToolTipText: "text"}
_ROLES = _WINDOW_ROLES | _TEXT_ROLES | _BUTTON_ROLES | _MARK_ROLES | _TIP_ROLES
_FADING = (_Role.Text, _Role.ButtonText, _Role.WindowText)
"""What is paler where something cannot be used."""


@lru_cache(maxsize=1)
def vendored_family() -> str:
    """The family shipped for papers, used on screens only where the system has no Chinese font."""
    folder = paths.resources() / "fonts"
    regular = folder / "NotoSansSC-Regular.ttf"
    bold = folder / "NotoSansSC-Bold.ttf"
    number = QFontDatabase.addApplicationFont(str(regular))
    QFontDatabase.addApplicationFont(str(bold))
    families = QFontDatabase.applicationFontFamilies(number)
    return families[0] if families else "sans-serif"


def font(chinese: bool) -> QFont:
    """The interface font: system families first, the vendored one when none of them is here."""
    face = QFont()
    face.setFamilies(_families(chinese))
    face.setPixelSize(15)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return face


def _families(chinese: bool) -> list[str]:
    known = set(QFontDatabase.families())
    if known & set(CHINESE):
        return CHINESE if chinese else LATIN + CHINESE
    # names of members are Chinese in every language of the window
    latin = [] if chinese else [family for family in LATIN if family in known]
    return [*latin, vendored_family()]


def apply(app: QApplication, *, dark: bool, chinese: bool) -> None:
    """Set style, palette, font and style sheet once."""
    colours = tokens(dark)
    app.setStyle("Fusion")
    app.setPalette(_palette(colours))
    app.setFont(font(chinese))
    app.setStyleSheet(sheet(colours))
    app.setProperty("dark", dark)


def _palette(colours: dict[str, str]) -> QPalette:
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(colours[name]))
    pale = QColor(colours["control"])
    for role in _FADING:
        palette.setColor(QPalette.ColorGroup.Disabled, role, pale)
    return palette


def sheet(colours: dict[str, str]) -> str:
    """The whole style sheet from the tokens."""
    check = _file("check", colours["on_accent"])
    down = _file("chevron-down", colours["text2"])
    window = _template("window").substitute(colours, check=check, down=down)
    panels = [_panel(look, colours) for look in LOOKS]
    kit = [_template(part).substitute(colours, check=check, down=down) for part in _KIT]
    # panels first: the sheet of windows may say more of them, and a part of the kit more still
    return "".join([*panels, window, *kit])


def _panel(look: str, colours: dict[str, str]) -> str:
    ink = colours[_ink_on(look)]
    return _template("panel").substitute(
        look=look, ground=colours[look], ink=ink, veil=colours["veil"]
    )


def _ink_on(look: str) -> str:
    """White is not readable on yellow."""
    return "on_used" if look == "used" else "on_accent"


@lru_cache(maxsize=8)
def _template(name: str) -> Template:
    file = paths.resources() / "look" / f"{name}.qss"
    return Template(file.read_text("utf-8"))


def _drawing(name: str, colour: str) -> str:
    """An icon as SVG; its lines have the colour of whatever is around them."""
    file = paths.resources() / "icons" / f"{name}.svg"
    return file.read_text("utf-8").replace("currentColor", colour)


@lru_cache(maxsize=16)
def _file(name: str, colour: str) -> str:
    """An icon as a file in a colour, for the places where a style sheet wants a path."""
    target = files.temporary("look") / f"{name}.svg"
    target.write_text(_drawing(name, colour), "utf-8")
    # in quotation marks, for the folder of temporary files may bear any name
    path = target.as_posix().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{path}"'


@lru_cache(maxsize=512)
def _svg(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    source = _drawing(name, colour).encode()
    side = int(size * ratio)
    pixels = QPixmap(QSize(side, side))
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    QSvgRenderer(QByteArray(source)).render(painter)
    painter.end()
    pixels.setDevicePixelRatio(ratio)
    return pixels


def is_dark_now() -> bool:
    """Whether the window is dark; without a window it is not."""
    app = QApplication.instance()
    return bool(app.property("dark")) if app else False


def colour(role: str) -> QColor:
    """A token's colour in the theme of now."""
    return QColor(tokens(is_dark_now())[role])


def shade() -> QColor:
    """What lies over a window whose page has to wait a moment."""
    dark = colour("rail")
    dark.setAlpha(110)
    return dark


def pixmap(name: str, role: str = "text", size: int = 24) -> QPixmap:
    """An icon in a token's colour."""
    screen = QApplication.primaryScreen()
    ratio = screen.devicePixelRatio() if screen else 1.0
    return _svg(name, tokens(is_dark_now())[role], size, ratio)


def ink(role: str) -> QBrush:
    """A token's colour for words."""
    return QBrush(colour(role))


def brush(look: str, pattern: Qt.BrushStyle) -> QBrush:
    """The hazard band of a look."""
    return QBrush(colour(_ink_on(look)), pattern)


def icon(name: str, role: str = "text", size: int = 24) -> QIcon:
    return QIcon(pixmap(name, role, size))


BUTTON_ICON = QSize(27, 20)
"""The room of a picture on a button, with the gap to the words that Qt leaves out."""


def button_icon(name: str, role: str) -> QIcon:
    """A picture that stands apart from the words behind it."""
    drawn = pixmap(name, role, BUTTON_ICON.height())
    ratio = drawn.devicePixelRatio()
    spaced = QPixmap(BUTTON_ICON * ratio)
    spaced.setDevicePixelRatio(ratio)
    spaced.fill(Qt.GlobalColor.transparent)
    painter = QPainter(spaced)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return QIcon(spaced)
