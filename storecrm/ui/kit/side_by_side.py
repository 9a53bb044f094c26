"""Two columns that go below each other where there is no room beside each other.

both = SideBySide(self.list, self.detail, beside=900, shares=(2, 3))
"""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

_BELOW = QBoxLayout.Direction.TopToBottom
_BESIDE = QBoxLayout.Direction.LeftToRight


class SideBySide(QWidget):
    """Two parts.

    Args:
        beside: from so many pixels on they stand beside each other.
        shares: how the width is shared out then.
        spacing: between the two.
    """

    def __init__(
        self,
        left: QWidget,
        right: QWidget,
        *,
        beside: int,
        shares: tuple[int, int] = (1, 1),
        spacing: int = 12,
    ) -> None:
        super().__init__()
        self._beside = beside
        self._shares = shares
        self._parts = (left, right)
        self._columns = QBoxLayout(_BELOW, self)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(spacing)
        for part in self._parts:
            self._columns.addWidget(part)

    def minimumSizeHint(self) -> QSize:
        """The wider one alone: otherwise what stands beside each other never came to stand below
        each other again."""
        inside = super().minimumSizeHint()
        width = max(part.minimumSizeHint().width() for part in self._parts)
        return QSize(width, inside.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = event.size().width() >= self._beside
        if (self._columns.direction() == _BESIDE) is is_wide:
            return
        self._columns.setDirection(_BESIDE if is_wide else _BELOW)
        # below each other each is as high as it needs to be
        for at, share in enumerate(self._shares):
            self._columns.setStretch(at, share if is_wide else 0)
