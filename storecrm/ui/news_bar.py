"""News over every page: what went wrong, and what somebody has to know."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.ui.kit.toast import Toast
from storecrm.wording.errors import cure, sentence


class NewsBar(Toast):
    """One piece of news over all pages, until it is put away or another one comes; nothing moves
    for it."""

    def __init__(self, over: QWidget, words: Catalogue) -> None:
        super().__init__(over)
        self._words = words

    def tell_news(self, news: str) -> None:
        self.tell(news, bad=True, undo=None)

    @Slot(object)
    def tell_error(self, error: StoreError) -> None:
        """What happened, and the way out."""
        self.tell_news(f"{sentence(error, self._words)} {cure(error, self._words)}")

    @Slot(object)
    def tell_gaps(self, said: list[str]) -> None:
        """The owner sees at once that the file is not the one that was closed here."""
        if said:
            self.tell_news("\n".join(said))

    @Slot(object)
    def tell_crash(self, error: Exception) -> None:
        """A fault of the program's own: what was saved is not touched by it."""
        self.tell_news(
            self._words.t(
                "Something went wrong in the program ({name}). It is written in the log; "
                "what was saved stays saved.",
                name=type(error).__name__,
            )
        )

    def tell_no_slip_printer(self) -> None:
        """A slip asks no question at the till: this says where the answer is given."""
        self.tell_news(
            self._words.t(
                "No slip printer answers. Choose it under Settings; "
                "the slip is kept with the receipt."
            )
        )
