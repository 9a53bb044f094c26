"""A box for an amount of money."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from storecrm.i18n import Catalogue
from storecrm.ui.kit import theme
from storecrm.ui.kit.pickers.readings import grouped, typed_amount
from storecrm.ui.kit.pickers.typed_box import TypedBox
from storecrm.values import MAX_MONEY, Money, currency_digits

_EDGE = 11
"""Where the text of a line begins, in pixels."""


class MoneyBox(TypedBox):
    """An amount typed as people type it (￥1,280.50, 1280.5, 12万, full-width digits), written
    1,280.50 behind the sign of its currency."""

    sample = "1,000,000.00"

    def __init__(
        self, name: str, words: Catalogue, currency: str = "", amount: Money | None = None
    ) -> None:
        super().__init__(name, words)
        other = bool(currency) and currency != words.currency
        # another currency than the shop's is told by its code
        self._sign = currency if other else words.symbol.strip()
        self._digits = currency_digits(currency) if other else words.digits
        self.room = self.fontMetrics().horizontalAdvance(self._sign) + 6
        self.setTextMargins(self.room, 0, 0, 0)
        self.setAccessibleDescription(self._sign)
        self.set_amount(amount)

    def amount(self) -> Money | None:
        """In minor units; None of an empty box and of what cannot be read."""
        value = self.current()
        return None if value is None else Money(value)

    def set_amount(self, amount: Money | None) -> None:
        """Put an amount in; it is nobody's change."""
        self.set_current(amount)

    def read(self, text: str) -> Money:
        # the sign of the currency may be typed, or come with what is pasted
        return typed_amount(text.replace(self._sign, ""), digits=self._digits)

    def written(self, value: Money) -> str:
        return grouped(value, self._digits)

    def stepped(self, value: Money | None, by: int, *, far: bool) -> Money:
        whole = 10**self._digits
        step = 10 * whole if far else whole
        moved = (value or 0) + by * step
        return Money(max(0, min(MAX_MONEY - 1, moved)))

    def wrong(self) -> str:
        example = grouped(Money(1280 * 10**self._digits), self._digits)
        return self.words.t("Not an amount. Type it as {example}.", example=example)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.colour("muted"))
        left = QRect(_EDGE, 0, self.room, self.height())
        painter.drawText(left, int(Qt.AlignmentFlag.AlignVCenter), self._sign)
        painter.end()
