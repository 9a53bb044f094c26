"""A chart as a table, over the page: sorted, filtered, copied and exported as every list is."""

from collections.abc import Sequence

from storecrm.i18n import Catalogue
from storecrm.ui.kit.charts.canvas import Canvas
from storecrm.ui.kit.charts.points import Point, Title
from storecrm.ui.kit.tables import Column, Empty, Table
from storecrm.ui.kit.veil import Veil
from storecrm.ui.kit.widgets import button, label, row

OPENED_BY = "chart.table"
"""The act that opens it."""
_WIDEST = 760


class NumbersSheet(Veil):
    """The points of one chart, a line each; Esc leads back to the chart."""

    def __init__(self, chart: Canvas, words: Catalogue) -> None:
        name = chart.accessibleName()
        super().__init__(chart.window(), name, OPENED_BY)
        # kept for nobody: each chart has its own columns, in its own order
        columns = [_column(at, title) for at, title in enumerate(chart.titles)]
        self.table: Table[Point] = Table(
            columns,
            name,
            kept_as="",
            empty=Empty("table", chart.empty),
            no_match=words.t("No line of the table fits."),
            words=words,
        )
        close = button(words.t("Close"), self.put_away, key="Esc")
        self.column.addLayout(row(label(name, "h2"), None, close))
        self.column.addWidget(self.table, 1)

    def place_card(self) -> None:
        super().place_card()
        # a few columns are read badly across a whole wide window
        if self.card.width() > _WIDEST:
            self.card.resize(_WIDEST, self.card.height())
            self.card.move((self.width() - _WIDEST) // 2, self.card.y())

    def show_numbers(self, points: Sequence[Point]) -> None:
        """Lie over the page with these points."""
        self.table.show(points)
        self.lie_over(self.table)


def _column(at: int, title: Title) -> Column[Point]:
    return Column(
        key=f"column{at}",
        title=title.text,
        text=lambda point: point.texts[at],
        width=120 if title.kind.right else 180,
        kind=title.kind,
        value=lambda point: point.values[at],
    )
