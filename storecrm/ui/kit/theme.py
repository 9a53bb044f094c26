"""Light and dark from one table of tokens; the style sheet is generated, no colour stands anywhere
else."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from storecrm import paths
from storecrm.services import files
from storecrm.ui.kit.tokens import tokens

LOOKS = ("ok", "used", "bad", "info", "unknown")
CHINESE = [
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "HarmonyOS Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
]
LATIN = ["Segoe UI", "SF Pro Text", "Inter", "Noto Sans"]


@lru_cache(maxsize=1)
def vendored_family() -> str:
    """The family shipped for papers, used on screens only where the system has no Chinese font."""
    folder = paths.resources() / "fonts"
    number = QFontDatabase.addApplicationFont(str(folder / "NotoSansSC-Regular.ttf"))
    QFontDatabase.addApplicationFont(str(folder / "NotoSansSC-Bold.ttf"))
    families = QFontDatabase.applicationFontFamilies(number)
    return families[0] if families else "sans-serif"


def font(chinese: bool) -> QFont:
    """The interface font: system families first, the vendored one when none of them is here."""
    known = set(QFontDatabase.families())
    wanted = (
        (CHINESE if chinese else LATIN + CHINESE)
        if known & set(CHINESE)
        else []
        if chinese
        else [f for f in LATIN if f in known]
    )
    face = QFont()
    face.setFamilies([*wanted, vendored_family()] if not known & set(CHINESE) else wanted)
    face.setPixelSize(15)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return face


def apply(app: QApplication, *, dark: bool, chinese: bool) -> None:
    """Set style, palette, font and style sheet once."""
    t = tokens(dark)
    app.setStyle("Fusion")
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "bg", QPalette.ColorRole.WindowText: "text", QPalette.ColorRole.Base: "surface", QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.AlternateBase: "sunken", QPalette.ColorRole.Button: "surface", QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.Highlight: "accent", QPalette.ColorRole.HighlightedText: "on_accent", QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.ToolTipBase: "surface", QPalette.ColorRole.ToolTipText: "text",
    }  # fmt: skip
    for role, name in roles.items():
        palette.setColor(role, QColor(t[name]))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
        QPalette.ColorRole.WindowText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t["control"]))
    app.setPalette(palette)
    app.setFont(font(chinese))
    app.setStyleSheet(sheet(t))
    app.setProperty("dark", dark)


def sheet(t: dict[str, str]) -> str:
    """The whole style sheet from the tokens."""
    check, down = _file("check", t["on_accent"]), _file("chevron-down", t["text2"])
    panels = "".join(
        f'#panel[look="{look}"] {{ background: {t[look]}; border-radius: 14px; }} #panel[look="{look}"] QLabel {{ color: {t["on_used"] if look == "used" else t["on_accent"]}; background: transparent; }}'
        f'#panel[look="{look}"] QPushButton {{ color: {t["on_used"] if look == "used" else t["on_accent"]}; background: {t["veil"]}; border: 1px solid {t["on_used"] if look == "used" else t["on_accent"]}; min-height: 34px; }}'
        f'#panel[look="{look}"][tight="true"] QPushButton {{ min-height: 24px; }}'
        for look in LOOKS
    )
    return (
        panels
        + f"""
    QWidget {{ color: {t["text"]}; }}
    QMainWindow, #page, QScrollArea, QScrollArea > QWidget > QWidget {{ background: {t["bg"]}; }}
    QScrollArea {{ border: none; }}
    QScrollArea[plain="true"], QScrollArea[plain="true"] > QWidget > QWidget {{ background: transparent; }}
    #rail {{ background: {t["rail"]}; }}
    #rail QToolButton {{ color: {t["rail_text"]}; background: transparent; border: none; border-radius: 8px; padding: 6px 2px; font-size: 13px; font-weight: bold; }}
    #rail QToolButton:checked {{ background: {t["rail_on"]}; color: {t["on_accent"]}; }}
    #rail QToolButton:hover {{ color: {t["on_accent"]}; }}
    #rail QToolButton:focus {{ border: 2px solid {t["rail_text"]}; padding: 4px 0px; }}
    #topbar {{ background: {t["surface"]}; border-bottom: 1px solid {t["line"]}; }}
    #card, QFrame[card="true"] {{ background: {t["surface"]}; border: 1px solid {t["line"]}; border-radius: 10px; }}
    #panel[look="idle"] {{ background: {t["surface"]}; border: 1px solid {t["line"]}; border-radius: 14px; }}
    #todo {{ background: {t["veil"]}; border-radius: 8px; }}
    QLabel[kind="h1"] {{ font-size: 24px; font-weight: bold; }}
    QLabel[kind="h2"] {{ font-size: 18px; font-weight: bold; }}
    QLabel[kind="kpi"] {{ font-size: 28px; font-weight: bold; }}
    QLabel[kind="small"] {{ font-size: 13px; color: {t["text2"]}; }}
    QLabel[kind="error"] {{ color: {t["bad_text"]}; }}
    QLabel[kind="cap"] {{ background: {t["surface2"]}; border: 1px solid {t["control"]}; border-radius: 5px; padding: 1px 8px; min-width: 26px; font-weight: bold; font-size: 13px; }}
    QLabel[kind="sentence"] {{ font-size: 18px; background: {t["accent_soft"]}; border-radius: 8px; padding: 10px; }}
    QLabel[kind="pill"] {{ background: {t["ok_soft"]}; color: {t["ok_text"]}; border-radius: 13px; padding: 0px 12px; min-height: 26px; max-height: 26px; font-size: 13px; font-weight: bold; }}
    QLabel[kind="demo"] {{ background: {t["used_soft"]}; color: {t["used_text"]}; border-radius: 13px; padding: 0px 12px; min-height: 26px; max-height: 26px; font-size: 13px; font-weight: bold; }}
    QLabel[kind="banner"] {{ background: {t["ok_soft"]}; color: {t["ok_text"]}; border-radius: 8px; padding: 8px 12px; min-height: 20px; }}
    QLabel[kind="warning"] {{ background: {t["bad_soft"]}; color: {t["bad_text"]}; border-radius: 8px; padding: 8px 12px; min-height: 20px; }}
    QPushButton {{ background: {t["surface"]}; border: 1px solid {t["control"]}; border-radius: 8px; padding: 6px 14px; min-height: 22px; }}
    QPushButton:hover {{ background: {t["surface2"]}; }}
    QPushButton:focus {{ border: 2px solid {t["accent"]}; padding: 5px 13px; }}
    QPushButton:disabled {{ color: {t["control"]}; border-color: {t["line"]}; }}
    QPushButton[kind="primary"] {{ background: {t["accent"]}; color: {t["on_accent"]}; border: 1px solid {t["accent"]}; font-weight: bold; }}
    QPushButton[kind="primary"]:hover {{ background: {t["accent_hover"]}; }}
    QPushButton[kind="primary"]:focus {{ border: 2px solid {t["text"]}; }}
    QPushButton[kind="primary"]:disabled {{ background: {t["control"]}; border-color: {t["control"]}; color: {t["surface"]}; }}
    QPushButton[kind="till"] {{ min-height: 38px; text-align: left; }}
    QPushButton[kind="link"] {{ border: 1px solid transparent; background: transparent; color: {t["accent_text"]}; font-size: 13px; padding: 2px 4px; text-align: left; min-height: 18px; }}
    QPushButton[kind="link"]:hover {{ background: {t["surface2"]}; }}
    QPushButton[kind="link"]:focus {{ border: 1px solid {t["accent"]}; padding: 2px 4px; }}
    QPushButton[kind="chip"] {{ font-size: 12px; padding: 4px 4px; min-height: 20px; }}
    QPushButton[kind="chip"]:focus {{ padding: 3px 3px; }}
    QPushButton[kind="chip"]:checked {{ background: {t["accent_soft"]}; border: 2px solid {t["accent"]}; padding: 3px 3px; font-weight: bold; }}
    QPushButton[kind="till"][low="true"] {{ min-height: 30px; }}
    QPushButton[kind="pin"] {{ min-height: 50px; font-size: 22px; }}
    QPushButton[kind="pin"][low="true"] {{ min-height: 40px; }}
    QPushButton[kind="choice"] {{ min-height: 38px; text-align: left; font-weight: bold; }}
    QPushButton[kind="person"] {{ min-height: 76px; min-width: 110px; font-size: 18px; }}
    QPushButton[kind="person"][low="true"] {{ min-height: 48px; min-width: 96px; padding: 4px 4px; font-size: 15px; }}
    QPushButton[kind="person"]:checked {{ background: {t["accent_soft"]}; border: 2px solid {t["accent"]}; }}
    QLineEdit, QComboBox, QDateEdit, QSpinBox, QPlainTextEdit {{ background: {t["surface"]}; border: 1px solid {t["control"]}; border-radius: 8px; padding: 6px 10px; min-height: 22px; selection-background-color: {t["accent"]}; placeholder-text-color: {t["muted"]}; }}
    QLineEdit:focus, QComboBox:focus, QDateEdit:focus, QSpinBox:focus, QPlainTextEdit:focus {{ border: 2px solid {t["accent"]}; padding: 5px 9px; }}
    QComboBox QAbstractItemView {{ background: {t["surface"]}; color: {t["text"]}; selection-background-color: {t["accent"]}; selection-color: {t["on_accent"]}; }}
    #scan {{ font-size: 26px; min-height: 46px; }}
    #amount {{ font-size: 26px; font-weight: bold; min-height: 46px; }}
    #scan[low="true"], #amount[low="true"] {{ font-size: 22px; min-height: 32px; }}
    #scan[empty="true"], #amount[empty="true"] {{ font-size: 18px; }}
    #scan[low="true"][empty="true"], #amount[low="true"][empty="true"] {{ font-size: 15px; }}
    #strip {{ background: {t["surface"]}; border: 1px solid {t["line"]}; border-radius: 8px; }}
    QTableView {{ background: {t["surface"]}; border: none; gridline-color: {t["line"]}; selection-background-color: {t["accent_soft"]}; selection-color: {t["text"]}; alternate-background-color: {t["sunken"]}; }}
    QTableView:focus {{ border: 1px solid {t["accent"]}; }}
    QHeaderView::section {{ background: {t["surface"]}; color: {t["text2"]}; border: none; border-bottom: 2px solid {t["line"]}; padding: 8px 10px; font-weight: bold; font-size: 13px; }}
    QProgressBar {{ border: 1px solid {t["line"]}; border-radius: 6px; background: {t["sunken"]}; text-align: center; min-height: 18px; }}
    QProgressBar::chunk {{ background: {t["accent"]}; border-radius: 5px; }}
    QToolTip {{ background: {t["surface"]}; color: {t["text"]}; border: 1px solid {t["line"]}; }}
    QTabBar::tab {{ padding: 8px 16px; border-bottom: 3px solid transparent; color: {t["text2"]}; }}
    QTabBar::tab:selected {{ border-bottom: 3px solid {t["accent"]}; color: {t["accent_text"]}; font-weight: bold; }}
    QTabBar {{ qproperty-drawBase: 0; }}
    QTabWidget::pane {{ border: none; }}
    QCheckBox {{ spacing: 8px; }}
    QCheckBox::indicator {{ width: 16px; height: 16px; border: 1px solid {t["control"]}; border-radius: 4px; background: {t["surface"]}; }}
    QCheckBox::indicator:checked {{ background: {t["accent"]}; border-color: {t["accent"]}; image: url({check}); }}
    QRadioButton {{ spacing: 8px; }}
    QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {t["control"]}; border-radius: 8px; background: {t["surface"]}; }}
    QRadioButton::indicator:checked {{ background: {t["accent"]}; border: 3px solid {t["surface2"]}; width: 10px; height: 10px; }}
    QRadioButton:disabled {{ color: {t["muted"]}; }}
    QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: 24px; }}
    QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url({down}); width: 14px; height: 14px; }}
    QSpinBox::up-button, QSpinBox::down-button {{ border: none; width: 0px; }}
    #countdown {{ border: none; background: transparent; min-height: 5px; max-height: 5px; }}
    #countdown::chunk {{ background: {t["veil"]}; border-radius: 2px; }}
    """
    )


@lru_cache(maxsize=16)
def _file(name: str, colour: str) -> str:
    """An icon as a file in a colour, for the places where a style sheet wants a path."""
    target = files.temporary("look") / f"{name}.svg"
    target.write_text(
        (paths.resources() / "icons" / f"{name}.svg")
        .read_text("utf-8")
        .replace("currentColor", colour),
        "utf-8",
    )
    # in quotation marks, for the folder of temporary files may bear any name
    return '"' + target.as_posix().replace("\\", "\\\\").replace('"', '\\"') + '"'


@lru_cache(maxsize=512)
def _svg(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    source = (
        (paths.resources() / "icons" / f"{name}.svg")
        .read_text("utf-8")
        .replace("currentColor", colour)
    )
    pixels = QPixmap(QSize(int(size * ratio), int(size * ratio)))
    pixels.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixels)
    QSvgRenderer(QByteArray(source.encode())).render(painter)
    painter.end()
    pixels.setDevicePixelRatio(ratio)
    return pixels


def pixmap(name: str, role: str = "text", size: int = 24) -> QPixmap:
    """An icon in a token's colour."""
    app = QApplication.instance()
    dark = bool(app.property("dark")) if app else False
    screen = QApplication.primaryScreen()
    return _svg(name, tokens(dark)[role], size, screen.devicePixelRatio() if screen else 1.0)


def ink(role: str) -> QBrush:
    """A token's colour for words."""
    app = QApplication.instance()
    return QBrush(QColor(tokens(bool(app.property("dark")) if app else False)[role]))


def brush(look: str, pattern: Qt.BrushStyle) -> QBrush:
    """The hazard band of a look."""
    app = QApplication.instance()
    t = tokens(bool(app.property("dark")) if app else False)
    return QBrush(QColor(t["on_used" if look == "used" else "on_accent"]), pattern)


def icon(name: str, role: str = "text", size: int = 24) -> QIcon:
    return QIcon(pixmap(name, role, size))
