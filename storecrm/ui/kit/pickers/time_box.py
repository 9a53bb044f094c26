"""A box for a time of the day."""

from storecrm.i18n import Catalogue
from storecrm.ui.kit.pickers.readings import DAY_MINUTES, minutes_text, typed_minutes
from storecrm.ui.kit.pickers.typed_box import TypedBox

_NEAR, _FAR = 15, 60
"""By how many minutes the arrow keys and the page keys move."""
_FIRST = 9 * 60
"""Where the arrow keys begin in an empty box: when most shops open."""


class TimeBox(TypedBox):
    """A time typed as people say it (9, 930, 9点半, 3pm), written 09:30. With `end` it is when
    something is over, and the day's last is 24:00."""

    sample = "00:00"

    def __init__(
        self, name: str, words: Catalogue, minutes: int | None = None, *, end: bool = False
    ) -> None:
        super().__init__(name, words)
        self._last = DAY_MINUTES if end else DAY_MINUTES - 1
        self.setPlaceholderText("24:00" if end else "00:00")
        self.set_minutes(minutes)

    def minutes(self) -> int | None:
        """Minutes since midnight, None of an empty box and of what cannot be read."""
        value = self.current()
        return None if value is None else int(value)

    def set_minutes(self, minutes: int | None) -> None:
        """Put a time in; it is nobody's change."""
        self.set_current(minutes)

    def read(self, text: str) -> int:
        minutes = typed_minutes(text)
        if minutes > self._last:
            raise ValueError("not_time")
        return minutes

    def written(self, value: int) -> str:
        return minutes_text(value)

    def stepped(self, value: int | None, by: int, *, far: bool) -> int:
        if value is None:
            return _FIRST
        span = _FAR if far else _NEAR
        # to the next full step, whatever stood there
        moved = (value // span + by) * span if by > 0 else -(-value // span) * span - span
        return max(0, min(self._last, moved))

    def wrong(self) -> str:
        return self.words.t("Not a time. Type it as 09:30.")
