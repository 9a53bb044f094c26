"""The till's large keys below the panel."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QGridLayout

from storecrm.ui.kit.widgets import button

IN_A_ROW = 4


class KeyGrid(QGridLayout):
    """Keys as (key, words, act), four in a row; those that there is no room for are on the F1
    sheet."""

    def __init__(self, keys: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        super().__init__()
        self.setSpacing(8)
        self.buttons = [button(text, act, kind="till", key=key) for key, text, act in keys]
        self._laid: tuple[int, ...] = ()

    def lay(self, places: tuple[int, ...]) -> None:
        """Show these keys alone, without holes."""
        if places == self._laid:
            return
        self._laid = places
        while self.takeAt(0):
            pass
        for at, made in enumerate(self.buttons):
            if at in places:
                place = places.index(at)
                self.addWidget(made, place // IN_A_ROW, place % IN_A_ROW)
            made.setVisible(at in places)
