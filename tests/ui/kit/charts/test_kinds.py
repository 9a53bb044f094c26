"""Each kind of chart: where its points lie, and what they say."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from storecrm.ui.kit.charts.flow_chart import Flow, FlowChart
from storecrm.ui.kit.charts.heat_map import SIDE, Axes, HeatCell, HeatMap
from storecrm.ui.kit.charts.line_chart import DayValue, LineChart
from storecrm.ui.kit.charts.points import Title
from storecrm.ui.kit.tables import Kind

COUNT = Title("Members", Kind.NUMBER)
FIRST = date(2026, 10, 1)


@pytest.fixture
def put(page):
    """Puts a chart on the page."""

    def put(chart):
        page.layout().addWidget(chart)
        QApplication.processEvents()
        return chart

    return put


def days(*values):
    return [
        DayValue(FIRST + timedelta(days=at), value, str(value)) for at, value in enumerate(values)
    ]


def test_a_day_is_read_wherever_the_pointer_is_above_it(put, words):
    """Nobody has to hit a dot of six pixels."""
    chart = put(LineChart("Members", words, (Title("Day", Kind.DAY), COUNT)))
    chart.show_days(days(3, 9, 4))
    spot = chart.outline(1).boundingRect().center()
    assert chart.found(QPointF(spot.x() + 20, chart.height() - 2)) == 1
    assert chart.points[1].said == "2026-10-02: 9"
    assert chart.points[1].values == (date(2026, 10, 2), 9)


def test_one_day_alone_is_a_dot(put, words):
    """The first day of a shop is a value, too."""
    chart = put(LineChart("Members", words, (Title("Day", Kind.DAY), COUNT)))
    chart.show_days(days(0))
    before = chart.grab().toImage()
    chart.show_days([])
    assert chart.grab().toImage() != before and chart.found(QPointF(5, 5)) == -1


def cells():
    return [
        HeatCell(
            x=x, y=y, count=x * y, amount=100 * x, text=f"{x * y}", more=f"¥{x}", said=f"R{x} F{y}"
        )
        for x in range(1, SIDE + 1)
        for y in range(1, SIDE + 1)
    ]


def test_the_keys_of_a_map_go_in_two_directions(qtbot, put, words):
    """Up is more often, right is more lately; the edge is the end."""
    chart = put(HeatMap("RFM", words, Axes("R", "F"), (COUNT, Title("Spent", Kind.MONEY))))
    chart.show_cells(cells(), "25 members")
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    said = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right):
        qtbot.keyClick(chart, key)
        said.append(chart.points[chart.current].said)
    # it begins with those who come lately and often
    assert said == ["R5 F5", "R4 F5", "R4 F4", "R5 F4"]
    assert chart.points[chart.current].texts == ("5", "4", "20", "¥5")


def test_a_cell_of_the_map_lies_where_it_is_said_to(put, words):
    """R to the right, F upwards."""
    chart = put(HeatMap("RFM", words, Axes("R", "F"), (COUNT, Title("Spent", Kind.MONEY))))
    chart.show_cells(cells(), "25 members")
    lowest = chart.points[chart.found(QPointF(60, chart.height() - 60))]
    highest = chart.points[chart.found(QPointF(chart.width() - 30, 20))]
    assert (lowest.said, highest.said) == ("R1 F1", "R5 F5")


def test_a_band_is_read_and_a_name_that_is_unknown_is_left_out(put, words):
    """Whoever went nowhere is not drawn; bands stand in the order of the names."""
    chart = put(FlowChart("Moves", words, (Title("From"), Title("To"), COUNT)))
    flows = [
        Flow("lost", "new", 5),
        Flow("new", "lost", 1_200),
        Flow("new", "new", 0),
        Flow("other", "new", 4),
    ]
    chart.show_flows(flows, {"new": "New", "lost": "Lost"}, "Moves")
    assert [point.said for point in chart.points] == ["New → Lost: 1,200", "Lost → New: 5"]
    spot = chart.outline(0).pointAtPercent(0.99)
    assert chart.found(QPointF(spot.x() + 1, spot.y() + 2)) in (0, 1)
    assert chart.points[0].values == ("New", "Lost", 1_200)
