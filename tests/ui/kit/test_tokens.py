"""The colours of both themes: every pair that stands on each other is readable, by the figures of
WCAG 2.2 (1.4.3 and 1.4.11)."""

import re

import pytest
from PySide6.QtGui import QColor

from storecrm import paths
from storecrm.ui.kit.tokens import tokens

TEXT, CONTROL = 4.5, 3.0
GROUNDS = ("bg", "surface", "surface2", "sunken", "accent_soft")
"""What plain words stand on: a window, a card, what the mouse is over, every other row, what is
chosen."""
INKS = ("text", "text2", "muted")
ON_CARDS = ("bg", "surface", "sunken")
_PAIRS = (
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *(("accent_text", ground) for ground in GROUNDS),
    *((word, ground) for word in ("ok_text", "used_text", "bad_text") for ground in ON_CARDS),
    *((f"{word}_text", f"{word}_soft") for word in ("ok", "used", "bad")),
    *(
        ("on_accent", ground)
        for ground in ("accent", "accent_hover", "ok", "bad", "info", "unknown")
    ),
    ("on_used", "used"),
    *((ink, ground) for ink in ("rail_text", "on_accent") for ground in ("rail", "rail_on")),
    *(
        (f"tag_{colour}", ground)
        for colour in ("grey", "blue", "green", "amber", "red")
        for ground in ON_CARDS
    ),
)
_DRAWN = (
    *((line, ground) for line in ("control", "accent") for ground in ON_CARDS),
    *((f"chart{number}", ground) for number in range(1, 8) for ground in ("bg", "surface")),
)
_BLOCK = re.compile(r"([^{}]+)[{]([^}]*)[}]")
_COLOUR = re.compile(r"(?<![-\w])color: [$](\w+)")
_GROUND = re.compile(r"(?<![-\w])background(?:-color)?: [$](\w+)")


def brightness(colour: str) -> float:
    """The relative luminance of sRGB."""
    found = QColor(colour)
    parts = (found.redF(), found.greenF(), found.blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def in_sheets():
    """Ink and ground that a style sheet names in one breath; what cannot be used may be pale."""
    for file in sorted((paths.resources() / "look").glob("*.qss")):
        for selector, block in _BLOCK.findall(file.read_text("utf-8")):
            ink, ground = _COLOUR.search(block), _GROUND.search(block)
            if ink and ground and ":disabled" not in selector:
                yield ink[1], ground[1]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_are_readable_on_everything_they_stand_on(dark):
    """White on a mid indigo had 3.7."""
    colours, sheets = tokens(dark), set(in_sheets())
    pairs = {(i, g) for i, g in {*_PAIRS, *sheets} if i in colours and g != "veil"}
    found = {f"{i} on {g}": contrast(colours[i], colours[g]) for i, g in pairs}
    assert len(sheets) > 8 and len(found) > 50
    assert {pair: round(c, 2) for pair, c in found.items() if c < TEXT} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_frames_and_charts_are_seen(dark):
    """The frame of a field, the ring of the focus, the lines of a chart."""
    colours = tokens(dark)
    found = {f"{i} on {g}": contrast(colours[i], colours[g]) for i, g in _DRAWN}
    assert {pair: round(c, 2) for pair, c in found.items() if c < CONTROL} == {}


def test_contrast_is_what_the_standard_says():
    """Black on white, and a grey that is known to just fail."""
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21.0
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48
