"""The shades of a colour on which words are readable.

Between a pale and a full ground lies a stretch where neither dark nor light ink has the contrast
that small words need (WCAG 2.2, 1.4.3); a map that used it could not be read where it matters most.
"""

from functools import lru_cache

from PySide6.QtGui import QColor

from storecrm.ui.kit.tokens import tokens

READABLE = 4.5
"""The least contrast of words of a normal size."""
_STEPS = 64
_PALEST = 8
"""The first of the steps: paler than that a cell looks empty."""


def contrast(one: QColor, other: QColor) -> float:
    """How far two colours are apart, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shade(role: str, share: float, *, dark: bool) -> tuple[QColor, str]:
    """The ground of a cell that is `share` (0 to 1) of the warmest, and the role of its ink."""
    steps = _readable(role, dark)
    at = round(share * (len(steps) - 1))
    ground, ink = steps[at]
    # a colour is changed by whoever paints with it: this one is a copy
    return QColor(ground), ink


@lru_cache(maxsize=8)
def _readable(role: str, dark: bool) -> tuple[tuple[QColor, str], ...]:
    """Every step from pale to full on which one of the inks is readable."""
    colours = tokens(dark)
    full = QColor(colours[role])
    ground = QColor(colours["surface"])
    inks = ("text", "bg" if dark else "on_accent")
    found = []
    for step in range(_PALEST, _STEPS + 1):
        mixed = _mixed(ground, full, step / _STEPS)
        # dark ink on pale ground, light ink on full: whichever is farther away
        best = max(inks, key=lambda ink: contrast(mixed, QColor(colours[ink])))
        if contrast(mixed, QColor(colours[best])) >= READABLE:
            found.append((mixed, best))
    return tuple(found)


def _mixed(ground: QColor, full: QColor, share: float) -> QColor:
    """The colour that lies `share` of the way from the ground to the full one."""
    mixed = [
        low + (high - low) * share for low, high in zip(_parts(ground), _parts(full), strict=True)
    ]
    return QColor.fromRgbF(*mixed)


def _luminance(colour: QColor) -> float:
    """How bright a colour is to the eye, 0 to 1."""
    red, green, blue = (_linear(part) for part in _parts(colour))
    # the eye takes most of the light from green
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: QColor) -> tuple[float, float, float]:
    """Red, green and blue, 0 to 1."""
    return colour.redF(), colour.greenF(), colour.blueF()


def _linear(part: float) -> float:
    """A part of sRGB without its gamma."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
