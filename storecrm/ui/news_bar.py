"""News over every page: what went wrong, and what somebody has to know."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue
from storecrm.wording.errors import cure, sentence


class NewsBar(QLabel):
    """One piece of news, until another one is told; without any it takes no room."""

    def __init__(self, words: Catalogue) -> None:
        super().__init__("")
        self._words = words
        self.setProperty("kind", "warning")
        self.setWordWrap(True)
        # names and reasons are of people, never markup
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.hide()

    def tell(self, news: str) -> None:
        self.setText(news)
        self.show()

    @Slot(object)
    def tell_error(self, error: StoreError) -> None:
        """What happened, and the way out."""
        self.tell(f"{sentence(error, self._words)} {cure(error, self._words)}")

    @Slot(object)
    def tell_gaps(self, said: list[str]) -> None:
        """The owner sees at once that the file is not the one that was closed here."""
        if said:
            self.tell("\n".join(said))

    @Slot(object)
    def tell_crash(self, error: Exception) -> None:
        """A fault of the program's own: what was saved is not touched by it."""
        self.tell(
            self._words.t(
                "Something went wrong in the program ({name}). It is written in the log; "
                "what was saved stays saved.",
                name=type(error).__name__,
            )
        )

    def tell_no_slip_printer(self) -> None:
        """A slip asks no question at the till: this says where the answer is given."""
        self.tell(
            self._words.t(
                "No slip printer answers. Choose it under Settings; "
                "the slip is kept with the receipt."
            )
        )
