"""Backups with their proofs, one of them put in the store's place, and the proof of the books."""

from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.backup.backups import BackupView
from storecrm.services.rights import Right
from storecrm.ui.kit.tables import Column, Empty, Kind, Table
from storecrm.ui.kit.widgets import button, field, label, row
from storecrm.ui.viewmodels.office import OfficeViewModel
from storecrm.wording import labels


class BackupsTab(QWidget):
    """The list with its acts; a trail that lacks something is answered above it."""

    refused = Signal(str)  # why an act was not even tried

    def __init__(self, vm: OfficeViewModel, words: Catalogue, restored: Any) -> None:
        super().__init__()
        self._vm = vm
        self._words = words
        self._restored = restored
        self._doubted = Path()
        # the newest stands first, it is the one that is wanted
        self.list = self._table()
        hint = words.t("type RESTORE to put the chosen backup in place")
        self.confirm = field(words.t("Type the word to restore"), hint)
        # offered only once a copy was refused because its manifest is missing
        self.all_the_same = button(words.t("Restore all the same"), self._restore_all_the_same)
        self.all_the_same.hide()
        self._lay_out()
        vm.backups.connect(self._show)
        vm.gaps.connect(self._lacks)

    def _table(self) -> Table[BackupView]:
        w = self._words
        columns = [
            Column("made", w.t("Time"), _time, width=160, kind=Kind.MOMENT, value=_made),
            self._counted("members", w.t("Members"), 90),
            self._counted("redemptions", w.t("Redemptions"), 110),
            Column(
                "size",
                w.t("Size"),
                _size,
                width=90,
                kind=Kind.NUMBER,
                value=lambda backup: backup.size,
            ),
            Column("proof", w.t("Proof"), lambda backup: labels.proof(backup.proof, w), 220),
            Column("file", w.t("File"), _file, 240, stretch=True),
        ]
        none = Empty("database-export", w.t("No backup yet."), w.t("Back up now"), self._vm.back_up)
        return Table(
            columns,
            w.t("Backups"),
            kept_as="backups",
            empty=none,
            no_match=w.t("Nothing fits the filters."),
            words=w,
            same=lambda backup: backup.path,
        )

    def _counted(self, what: str, title: str, width: int) -> Column[BackupView]:
        """How many of `what` lie in a backup."""
        return Column(
            what,
            title,
            lambda backup: self._count(backup, what),
            width,
            kind=Kind.NUMBER,
            value=lambda backup: backup.counts.get(what, 0),
        )

    def _count(self, backup: BackupView, what: str) -> str:
        count = backup.counts.get(what, 0)
        return self._words.number(count)

    def _lay_out(self) -> None:
        w = self._words
        now = button(w.t("Back up now"), self._vm.back_up, kind="primary", icon="database-export")
        prove = button(w.t("Prove the books"), self._vm.prove)
        restore = button(w.t("Restore"), self._restore)
        each_day = w.t(
            "A backup is also made each day, and every page of it is checked. Copy the folder to "
            "a USB stick every week."
        )
        saved_first = w.t("The present state is saved before a backup takes its place.")
        # shown only while the trail lacks something
        answer = self._gap_answer()
        column = QVBoxLayout(self)
        # as far from the edge as the other tabs
        column.setContentsMargins(0, 8, 0, 0)
        column.addLayout(row(now, prove, None))
        column.addWidget(self.gaps)
        column.addLayout(answer)
        column.addWidget(label(each_day, "small", wrap=True))
        column.addWidget(self.list, 1)
        column.addLayout(row(self.confirm, restore, self.all_the_same))
        column.addWidget(label(saved_first, "small", wrap=True))

    def _gap_answer(self) -> QHBoxLayout:
        """Where the owner says that this file is the right one all the same."""
        w = self._words
        hint = w.t("Why is this file the right one?")
        self.gaps = label("", "error", wrap=True)
        self.why_right = field(w.t("Why this file is the right one"), hint)
        self.is_right = button(w.t("This file is the right one"), self._accept)
        for part in (self.gaps, self.why_right, self.is_right):
            part.hide()
        return row(self.why_right, self.is_right)

    def _accept(self) -> None:
        self._vm.accept_gaps(self.why_right.text())

    @Slot(object)
    def _show(self, found: list[BackupView]) -> None:
        self.list.show(found)

    def _restore(self) -> None:
        chosen = self.list.current()
        word = self._words.t("RESTORE")
        typed = self.confirm.text().strip()
        if chosen is None or typed != word:
            self.refused.emit(self._words.t("Choose a backup and type {word}.", word=word))
            return
        # the word has to be typed again for another one
        self.confirm.clear()
        self._doubted = chosen.path
        self.all_the_same.hide()
        self._vm.restore(self._doubted, self._restored)

    def _restore_all_the_same(self) -> None:
        self.all_the_same.hide()
        self._vm.restore(self._doubted, self._restored, force=True)

    @Slot(object)
    def _lacks(self, said: list[str]) -> None:
        """A trail that was cut or put back is said until the owner answers."""
        may_answer = rights.holds(self._vm.store.actor, Right.RESTORE)
        self.gaps.setText("\n".join(said))
        self.gaps.setVisible(bool(said))
        self.why_right.setVisible(bool(said) and may_answer)
        self.is_right.setVisible(bool(said) and may_answer)


def _time(backup: BackupView) -> str:
    """When a backup was made, to the second."""
    return backup.made_at.replace("T", " ")[:19]


def _made(backup: BackupView) -> datetime | None:
    # a copy without its manifest says nothing of itself
    return datetime.fromisoformat(backup.made_at) if backup.made_at else None


def _file(backup: BackupView) -> str:
    return str(backup.path)


def _size(backup: BackupView) -> str:
    return f"{backup.size / 1e6:.1f} MB"
