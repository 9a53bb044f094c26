"""The grounds of the heat map."""

import pytest
from PySide6.QtGui import QColor

from storecrm.ui.kit.charts.shades import READABLE, contrast, shade
from storecrm.ui.kit.tokens import tokens


def test_contrast_is_that_of_the_guidelines():
    """Black on white is 21, a colour on itself 1; the grey is the one that WCAG names."""
    white = QColor("white")
    assert contrast(QColor("black"), white) == pytest.approx(21)
    assert contrast(white, white) == 1
    assert contrast(QColor(118, 118, 118), white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("dark", [False, True])
def test_words_are_readable_on_every_shade(dark):
    """White on a middle indigo was 3.66 : 1 where the numbers matter most."""
    inks = tokens(dark)
    for step in range(201):
        ground, ink = shade("chart1", step / 200, dark=dark)
        assert contrast(ground, QColor(inks[ink])) >= READABLE


@pytest.mark.parametrize("dark", [False, True])
def test_warmer_is_farther_from_the_page(dark):
    """The eye reads the map by it: no shade is paler than the one before."""
    surface = QColor(tokens(dark)["surface"])
    away = [contrast(shade("chart1", step / 10, dark=dark)[0], surface) for step in range(11)]
    assert away == sorted(away) and away[-1] > 3 > 1.5 > away[0] > 1
