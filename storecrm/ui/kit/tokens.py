"""The colours of both themes, by their role. No colour stands anywhere else."""

from PySide6.QtCore import Qt

LIGHT = {
    "bg": "#F3F5F8", "surface": "#FFFFFF", "surface2": "#E9EDF2", "sunken": "#EEF1F5", "text": "#16202B", "text2": "#46525F", "muted": "#5F6B78",
    "line": "#D3DAE2", "control": "#7C8896", "accent": "#3A45D0", "accent_hover": "#2C36AE", "accent_text": "#323CBE", "accent_soft": "#E7E9FC",
    "on_accent": "#FFFFFF", "ok": "#0B7A5C", "used": "#F5B301", "on_used": "#241A00", "bad": "#A8150F", "info": "#3A45D0", "unknown": "#2A323B",
    "ok_text": "#085C45", "ok_soft": "#DDF3EA", "used_text": "#6B4A00", "used_soft": "#FFF1C9", "bad_text": "#A8150F", "bad_soft": "#FCE4E2",
    "rail": "#171C3A", "rail_text": "#C2C7DE", "rail_on": "#343E8F", "veil": "rgba(255,255,255,36)",
    "chart1": "#3A45D0", "chart2": "#0E8F8A", "chart3": "#B45309", "chart4": "#7A3EB1", "chart5": "#5F6B78", "chart6": "#0B7A5C", "chart7": "#A8150F",
    "tag_grey": "#5F6B78", "tag_blue": "#3A45D0", "tag_green": "#0B7A5C", "tag_amber": "#8A5A00", "tag_red": "#A8150F",
}  # fmt: skip
DARK = LIGHT | {
    "bg": "#11161D", "surface": "#1A212B", "surface2": "#26303C", "sunken": "#151B23", "text": "#EAF0F6", "text2": "#B9C4D0", "muted": "#9AA7B5",
    "line": "#323D4A", "control": "#7A8896", "accent": "#5560E6", "accent_hover": "#4A54DA", "accent_text": "#A6AEFF", "accent_soft": "#262C5C",
    "used": "#F0AE0A", "bad": "#AE1F19", "info": "#4C56DC", "unknown": "#4A5765", "ok_text": "#5FD6AE", "ok_soft": "#12352B", "used_text": "#FFCF5C",
    "used_soft": "#3B2E0B", "bad_text": "#FF9A93", "bad_soft": "#43201F", "rail": "#0B0F16", "rail_text": "#AEBBC9", "rail_on": "#30387F",
    "chart1": "#8A94FF", "chart2": "#3CC4BD", "chart3": "#F0A04B", "chart4": "#C192F0", "chart5": "#9AA7B5", "chart6": "#5FD6AE", "chart7": "#FF9A93",
    "tag_grey": "#9AA7B5", "tag_blue": "#A6AEFF", "tag_green": "#5FD6AE", "tag_amber": "#FFCF5C", "tag_red": "#FF9A93",
}  # fmt: skip


def tokens(dark: bool) -> dict[str, str]:
    """The colours of a theme by their role."""
    return DARK if dark else LIGHT


def is_dark(choice: str, system: Qt.ColorScheme) -> bool:
    """True when the choice (light, dark, system) means dark now."""
    return system == Qt.ColorScheme.Dark if choice == "system" else choice == "dark"
