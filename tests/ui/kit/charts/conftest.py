"""A window with two charts, as a page holds them."""

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.charts.bar_chart import Bar, BarChart
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.tables import Kind

BARS = [Bar("new", 12, "12  40%"), Bar("active", 18, "18  60%"), Bar("lost", 0, "0  0%")]


@pytest.fixture
def words():
    return Catalogue("en")


@pytest.fixture
def page(qtbot):
    """A window that charts are put into."""
    theme.apply(QApplication.instance(), dark=False, chinese=False)
    made = QWidget()
    made.setObjectName("page")
    made.resize(640, 480)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def bars(page, words):
    """Bars on the page, with three points."""
    titles = (Title("Stage"), Title("Members", Kind.NUMBER))
    chart = BarChart("Stages now", words, titles)
    page.layout().addWidget(chart)
    chart.show_bars(BARS)
    QApplication.processEvents()
    return chart
