"""A list and one record of it: beside each other where there is room, else one at a time.

both = ListDetail(self.list, self.detail, narrow=700, shares=(2, 3))
both.show_detail()      # a record is chosen
both.show_list()        # back to the others
"""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from storecrm.ui.kit.cursor import carry


class ListDetail(QWidget):
    """Two parts.

    Args:
        narrow: in less than so many pixels one of the two is shown.
        shares: how the width is shared out where both are.
    """

    narrowed = Signal(bool)  # there is room for one of the two only, or for both again

    def __init__(
        self, records: QWidget, detail: QWidget, *, narrow: int, shares: tuple[int, int] = (1, 1)
    ) -> None:
        super().__init__()
        self._narrow = narrow
        self._list = records
        self._detail = detail
        self._in_detail = False
        self._is_narrow = False
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(16)
        for part, share in zip((records, detail), shares, strict=True):
            line.addWidget(part, share)

    def show_detail(self) -> None:
        """Where there is room for one, it is the record."""
        self._in_detail = True
        self._fit()

    def show_list(self) -> None:
        """Where there is room for one, it is the list."""
        self._in_detail = False
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The wider one alone: otherwise both together never became one."""
        parts = (self._list.minimumSizeHint(), self._detail.minimumSizeHint())
        width = max(part.width() for part in parts)
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < self._narrow
        if is_narrow is not self._is_narrow:
            self._is_narrow = is_narrow
            self._fit()
            self.narrowed.emit(is_narrow)

    def _fit(self) -> None:
        shown, other = self._list, self._detail
        if self._in_detail:
            shown, other = other, shown
        shown.show()
        if self._is_narrow:
            carry(other, shown)
        other.setVisible(not self._is_narrow)
