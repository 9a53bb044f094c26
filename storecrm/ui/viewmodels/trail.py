"""The trail for the owner: a question, its newest entries, and the next ones while somebody
scrolls."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from storecrm.services.reports import audit_trail
from storecrm.services.reports.audit_trail import Entry, Page, Question
from storecrm.services.store import Store
from storecrm.ui.kit.tasks import Lane

AT_ONCE = 100


@dataclass(frozen=True)
class Stretch:
    """Entries in the order in which they are shown; `first` when they begin a list, `more` when
    others follow."""

    asked: int
    entries: tuple[Entry, ...]
    first: bool
    more: bool


class TrailViewModel(QObject):
    """Only what was asked last is answered; the rest of an older list is nobody's."""

    found = Signal(object)  # Stretch
    people = Signal(object)  # list[str]
    refused = Signal(object)  # StoreError
    _came = Signal(object)  # (asked, first, Page)

    def __init__(self, store: Store, bench: Lane) -> None:
        super().__init__()
        self.store = store
        self._bench = bench
        self._question = Question()
        self._following = ""
        self._asked = 0
        self._came.connect(self._on_page)

    def load_people(self) -> None:
        self._on_bench(lambda: audit_trail.people(self.store), self.people)

    def ask(self, question: Question) -> None:
        """Begin a new list."""
        self._question, self._following = question, ""
        self._asked += 1
        self._fetch(first=True)

    @Slot()
    def more(self) -> None:
        """The entries after those that came."""
        # at the end nothing follows
        if self._following:
            self._fetch(first=False)

    def every_entry(self) -> Iterator[Entry]:
        """All entries of the question of now, page by page as they are read; on a lane."""
        question = self._question
        after = ""
        while True:
            page = audit_trail.page(self.store, question=question, after=after, limit=AT_ONCE)
            yield from page.entries
            after = page.following
            if not after:
                return

    def _fetch(self, *, first: bool) -> None:
        asked = self._asked
        question = self._question
        after = self._following
        # the same stretch is not fetched twice while it is on its way
        self._following = ""

        def work() -> tuple[int, bool, Page]:
            page = audit_trail.page(self.store, question=question, after=after, limit=AT_ONCE)
            return asked, first, page

        self._on_bench(work, self._came)

    def _on_page(self, answer: tuple[int, bool, Page]) -> None:
        asked, first, page = answer
        # an answer to a question that is no longer asked
        if asked != self._asked:
            return
        self._following = page.following
        more = bool(page.following)
        self.found.emit(Stretch(asked=asked, entries=page.entries, first=first, more=more))

    def _on_bench(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Read without being in the way of the till."""
        self._bench.start(lambda _: work(), then=then, refused=self.refused)
