"""What can be done with a chart: seen as a table, copied as numbers or as a picture, saved.

The acts belong to the chart that has the cursor, so two charts of a page do not share a key.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent, QKeySequence

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.files import Target
from storecrm.ui.kit import file_dialogs, pictures
from storecrm.ui.kit.actions import Action, act, menu_of
from storecrm.ui.kit.charts.canvas import Canvas
from storecrm.ui.kit.charts.numbers_sheet import NumbersSheet
from storecrm.ui.kit.charts.picture import picture
from storecrm.ui.kit.charts.points import as_tsv
from storecrm.ui.kit.toast import say
from storecrm.wording import errors

_TABLE = Action("chart.table", m("Show as a table"), "table", "T")
_COPY = Action("chart.copy_numbers", m("Copy the numbers"), "copy", "Ctrl+C")
_COPY_PICTURE = Action("chart.copy_picture", m("Copy the picture"), "photo", "Ctrl+Shift+C")
_SAVE_PICTURE = Action("chart.save_picture", m("Save as a picture"), "download")
_KIND = "PNG (*.png)"


class ChartMenu(QObject):
    """The acts of one chart, and the menu that shows them."""

    def __init__(self, chart: Canvas, words: Catalogue) -> None:
        super().__init__(chart)
        self._chart = chart
        self._words = words
        self._sheet: NumbersSheet | None = None
        self.acts = [
            self._made(_TABLE, self.show_table),
            self._made(_COPY, self.copy_numbers),
            self._made(_COPY_PICTURE, self.copy_picture),
            self._made(_SAVE_PICTURE, self.save_picture),
        ]
        self.refresh()

    def refresh(self) -> None:
        """The acts are there while the chart has the cursor and something to show."""
        is_here = self._chart.hasFocus() and bool(self._chart.points)
        for action in self.acts:
            action.setVisible(is_here)

    def open(self, place: QPoint) -> None:
        """Show the acts as a menu."""
        self._chart.setFocus(Qt.FocusReason.MouseFocusReason)
        # made anew each time, and gone when it closes
        menu = menu_of(self._chart, self.acts)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def is_letter(self, event: QKeyEvent) -> bool:
        """True for a key of an act that is a letter alone."""
        return not event.modifiers() and self._named(event) is not None

    def take(self, event: QKeyEvent) -> bool:
        """Do what the key of an act says; False where it is the key of none."""
        action = self._named(event)
        if action is None:
            return False
        action.trigger()
        return True

    def put_away(self) -> None:
        """The chart is not seen any more, so its table is not either."""
        if self._sheet is not None:
            self._sheet.put_away()

    def show_table(self) -> None:
        chart = self._chart
        if self._sheet is None:
            self._sheet = NumbersSheet(chart, self._words)
            # it lies in the window, which may outlive the chart
            chart.destroyed.connect(self._sheet.deleteLater)
        self._sheet.show_numbers(chart.points)

    def copy_numbers(self) -> None:
        text = as_tsv(self._chart.titles, self._chart.points)
        # text alone: beside a picture some programs would paste that
        QGuiApplication.clipboard().setText(text)
        say(self._chart, self._words.t("The numbers are copied."))

    def copy_picture(self) -> None:
        QGuiApplication.clipboard().setImage(picture(self._chart))
        say(self._chart, self._words.t("The picture is copied."))

    def save_picture(self) -> None:
        w = self._words
        chart = self._chart
        name = chart.accessibleName().replace("/", "-")
        file = file_dialogs.save_as(chart, w.t("Save as a picture"), f"{name}.png", _KIND)
        if file is None:
            return
        try:
            # whoever chose the place was asked there whether the file that lies there may go
            pictures.save(picture(chart), Target(file, "chart", overwrite=True))
        except StoreError as error:
            said = f"{errors.sentence(error, w)} {errors.cure(error, w)}"
            say(chart, said.strip(), bad=True)
        else:
            say(chart, w.t("Saved: {file}", file=str(file)))

    def _made(self, declared: Action, do: Callable[[], object]) -> QAction:
        made = act(self._chart, declared, do, words=self._words)
        # a key of the chart is not one of the page
        made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        return made

    def _named(self, event: QKeyEvent) -> QAction | None:
        """The act whose key was pressed, if it can be done now."""
        pressed = QKeySequence(event.keyCombination())
        for action in self.acts:
            if action.isVisible() and action.shortcut() == pressed:
                return action
        return None
