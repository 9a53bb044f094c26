"""Long work, shown over the page: `begin("Importing", task)`, `step(done, total)`, `end()`.

Nothing is seen of what ends at once; what takes longer can be cancelled.
"""

from PySide6.QtCore import QCoreApplication, QSize, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from storecrm.ui.kit.fitted_labels import ElideLabel
from storecrm.ui.kit.overlay import Overlay, announce, page_of
from storecrm.ui.kit.tasks import Task
from storecrm.ui.kit.widgets import button

SEEN_MS = 400
"""What ends sooner is not worth a look."""
CANCEL_MS = 2_000
"""Who waits longer is asked whether to go on."""
_WIDTH = 480


class Progress(Overlay):
    """A bar with the thing that is being done; one piece of work at a time."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(page_of(widget), "progress")
        self._task: Task | None = None
        self.words = ElideLabel("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.cancel = button(QCoreApplication.translate("QPlatformTheme", "Cancel"), self._cancel)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 8, 8, 8)
        line.setSpacing(10)
        line.addWidget(self.words, 3)
        line.addWidget(self.bar, 2)
        line.addWidget(self.cancel)
        self._seen = self._after(SEEN_MS)
        self._seen.timeout.connect(self._show)
        self._long = self._after(CANCEL_MS)
        self._long.timeout.connect(self._offer_cancel)

    def _after(self, after_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        return timer

    def begin(self, text: str, task: Task | None) -> None:
        """`task` is being done; without one it cannot be cancelled."""
        self._task = task
        self.words.setText(text)
        self.setAccessibleName(text)
        self.bar.setAccessibleName(text)
        # how much there is to do is not known before the first step
        self.bar.setRange(0, 0)
        self.cancel.hide()
        self.cancel.setEnabled(True)
        self.hide()
        self._seen.start()
        self._long.start()

    def step(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def end(self) -> None:
        """It is done, refused or cancelled."""
        self._task = None
        self._seen.stop()
        self._long.stop()
        self.hide()

    @Slot()
    def _show(self) -> None:
        self.show()
        announce(self, self.words.text())

    @Slot()
    def _offer_cancel(self) -> None:
        if self._task is not None:
            self.cancel.show()
            self.lie()

    def _cancel(self) -> None:
        """It ends at its next step; until then the button says that it was pressed."""
        if self._task is not None:
            self._task.cancel()
            self.cancel.setEnabled(False)

    def fitted(self, most: int) -> QSize:
        return QSize(min(most, _WIDTH), self.sizeHint().height())
