"""The colours of both themes, by their role. No colour stands anywhere else."""

from PySide6.QtCore import Qt

# each group of roles has a light table and, where dark differs, a dark one

_GROUND = {"bg": "#F3F5F8", "surface": "#FFFFFF", "surface2": "#E9EDF2", "sunken": "#EEF1F5"}
_INK = {"text": "#16202B", "text2": "#46525F", "muted": "#5F6B78"}
_EDGES = {"line": "#D3DAE2", "control": "#7C8896"}
_ACCENT = {"accent": "#3A45D0", "accent_hover": "#2C36AE", "on_accent": "#FFFFFF"}
_SOFT_ACCENT = {"accent_text": "#323CBE", "accent_soft": "#E7E9FC"}
# what a scan came to: seen from two metres away
_LOOKS = {"ok": "#0B7A5C", "used": "#F5B301", "on_used": "#241A00", "bad": "#A8150F"}
_OTHER_LOOKS = {"info": "#3A45D0", "unknown": "#2A323B", "veil": "rgba(255,255,255,36)"}
_WORDS = {"ok_text": "#085C45", "used_text": "#6B4A00", "bad_text": "#A8150F"}
_BANDS = {"ok_soft": "#DDF3EA", "used_soft": "#FFF1C9", "bad_soft": "#FCE4E2"}
_RAIL = {"rail": "#171C3A", "rail_text": "#C2C7DE", "rail_on": "#343E8F"}
# neighbours in a chart differ in lightness too, for eyes that see no red or green
_CHART = {"chart1": "#3A45D0", "chart2": "#0E8F8A", "chart3": "#B45309", "chart4": "#7A3EB1"}
_MORE_CHART = {"chart5": "#5F6B78", "chart6": "#0B7A5C", "chart7": "#A8150F"}
_TAGS = {"tag_grey": "#5F6B78", "tag_blue": "#3A45D0", "tag_green": "#0B7A5C"}
_WARM_TAGS = {"tag_amber": "#8A5A00", "tag_red": "#A8150F"}

_PAGE = _GROUND | _INK | _EDGES | _RAIL
_BUTTONS = _ACCENT | _SOFT_ACCENT
_VERDICTS = _LOOKS | _OTHER_LOOKS | _WORDS | _BANDS
_FIGURES = _CHART | _MORE_CHART | _TAGS | _WARM_TAGS
LIGHT = _PAGE | _BUTTONS | _VERDICTS | _FIGURES

_DARK_GROUND = {"bg": "#11161D", "surface": "#1A212B", "surface2": "#26303C", "sunken": "#151B23"}
_DARK_INK = {"text": "#EAF0F6", "text2": "#B9C4D0", "muted": "#9AA7B5"}
_DARK_EDGES = {"line": "#323D4A", "control": "#7A8896"}
_DARK_ACCENT = {"accent": "#5560E6", "accent_hover": "#4A54DA"}
_DARK_SOFT_ACCENT = {"accent_text": "#A6AEFF", "accent_soft": "#262C5C"}
_DARK_LOOKS = {"used": "#F0AE0A", "bad": "#AE1F19", "info": "#4C56DC", "unknown": "#4A5765"}
_DARK_WORDS = {"ok_text": "#5FD6AE", "used_text": "#FFCF5C", "bad_text": "#FF9A93"}
_DARK_BANDS = {"ok_soft": "#12352B", "used_soft": "#3B2E0B", "bad_soft": "#43201F"}
_DARK_RAIL = {"rail": "#0B0F16", "rail_text": "#AEBBC9", "rail_on": "#30387F"}
_DARK_CHART = {"chart1": "#8A94FF", "chart2": "#3CC4BD", "chart3": "#F0A04B", "chart4": "#C192F0"}
_DARK_MORE_CHART = {"chart5": "#9AA7B5", "chart6": "#5FD6AE", "chart7": "#FF9A93"}
_DARK_TAGS = {"tag_grey": "#9AA7B5", "tag_blue": "#A6AEFF", "tag_green": "#5FD6AE"}
_DARK_WARM_TAGS = {"tag_amber": "#FFCF5C", "tag_red": "#FF9A93"}

_DARK_PAGE = _DARK_GROUND | _DARK_INK | _DARK_EDGES | _DARK_RAIL
_DARK_BUTTONS = _DARK_ACCENT | _DARK_SOFT_ACCENT
_DARK_VERDICTS = _DARK_LOOKS | _DARK_WORDS | _DARK_BANDS
_DARK_FIGURES = _DARK_CHART | _DARK_MORE_CHART | _DARK_TAGS | _DARK_WARM_TAGS
DARK = LIGHT | _DARK_PAGE | _DARK_BUTTONS | _DARK_VERDICTS | _DARK_FIGURES


def tokens(dark: bool) -> dict[str, str]:
    """The colours of a theme by their role."""
    return DARK if dark else LIGHT


def is_dark(choice: str, system: Qt.ColorScheme) -> bool:
    """True when the choice (light, dark, system) means dark now."""
    return system == Qt.ColorScheme.Dark if choice == "system" else choice == "dark"
