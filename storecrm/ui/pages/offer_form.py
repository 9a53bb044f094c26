"""What an offer says, typed: the boxes of its kind and the choices beside them, filled from its
keys and read back as such."""

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.offers import kinds
from storecrm.domain.offers.rule import PERCENTAGES
from storecrm.i18n import Catalogue
from storecrm.ui.kit.widgets import button, label
from storecrm.ui.pages.offer_boxes import OfferBoxes
from storecrm.ui.pages.offer_fields import (
    BESIDE,
    CHECKS,
    KINDS,
    RARE,
    RARE_NAMES,
    UNSEEN,
    USUAL,
    text_of,
)
from storecrm.ui.viewmodels.lookups import Lookups
from storecrm.values import OfferKind, parse_percent, zhe_text
from storecrm.wording import labels

NEW_OFFER = {"bearer": True, "valid_days": 30}
"""The shop's usual: paper, 30 days."""
_NARROW = 400
_USUAL = {"uses_allowed": 1}
"""What an offer says of its own accord."""


class OfferForm(QWidget):
    """The fields from top to bottom."""

    changed = Signal()

    def __init__(self, lookups: Lookups, words: Catalogue) -> None:
        super().__init__()
        self._lookups = lookups
        self._words = words
        self._base: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._make_fields()
        self._make_choices()
        self.kept = label("", "small", wrap=True)
        self.leave_out = button(words.t("Leave it out"), self._leave_out, kind="link")
        self.setLayout(self._form())
        self._join()

    def _join(self) -> None:
        self.more.toggled.connect(self.arrange)
        self.kind.currentIndexChanged.connect(self._tell)
        self.stackable.currentIndexChanged.connect(self._tell)
        for change in self.fields.changes():
            change.connect(self._tell)
        ticks: tuple[QAbstractButton, ...] = (*self._each_way(), *self.checks.values())
        for tick in ticks:
            tick.toggled.connect(self._tell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        form = self.layout()
        assert isinstance(form, QFormLayout)
        # a title stands above its box where both have no room beside each other
        policy = QFormLayout.RowWrapPolicy
        narrow = self.width() < _NARROW
        form.setRowWrapPolicy(policy.WrapAllRows if narrow else policy.WrapLongRows)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit()

    def fill(self, keys: dict[str, Any] | None) -> None:
        """What an offer says, or the shop's usual for a new one."""
        # keys without a field of theirs stay with the offer
        self._base = keys or dict(NEW_OFFER)
        self._fill()

    def freeze(self, frozen: bool) -> None:
        """What was issued keeps its rule."""
        choices = (self.kind, *self._each_way(), self.stackable, self.leave_out)
        for part in (*choices, *self.fields.whole.values(), *self.checks.values()):
            part.setEnabled(not frozen)

    def begin_copy(self) -> dict[str, Any]:
        """All that stands here now, without the code."""
        [way] = [number for number, one in enumerate(self._each_way()) if one.isChecked()]
        return {
            "base": self._base | {"code": ""},
            "typed": self.fields.typed() | {"code": ""},
            "ticked": {name: check.isChecked() for name, check in self.checks.items()},
            "way": way,
            "kind": self.kind.currentData(),
            "beside": self.stackable.currentIndex(),
        }

    def put_copy(self, copied: dict[str, Any]) -> None:
        """What was taken by `begin_copy`, typed into an empty form."""
        self._base = copied["base"]
        self._fill()
        self.kind.setCurrentIndex(self.kind.findData(copied["kind"]))
        self.stackable.setCurrentIndex(copied["beside"])
        self._each_way()[copied["way"]].setChecked(True)
        self.fields.put(copied["typed"])
        for name, on in copied["ticked"].items():
            self.checks[name].setChecked(on)

    def _make_fields(self) -> None:
        w = self._words
        self.kind = QComboBox()
        self.kind.setAccessibleName(w.t("Kind"))
        for kind in KINDS:
            self.kind.addItem(w.t(labels.KINDS[kind]), kind.value)
        self.fields = OfferBoxes(self._lookups, w)
        self.boxes = self.fields.by_key

    def _make_choices(self) -> None:
        w = self._words
        self.bearer = QRadioButton(w.t("On paper, for whoever holds it (bearer)"))
        self.named = QRadioButton(w.t("To members by name"))
        self.automatic = QRadioButton(w.t("Applies by itself, without a coupon"))
        self._goes = QButtonGroup(self)
        for way in self._each_way():
            way.setAccessibleName(way.text())
            self._goes.addButton(way)
        self.more = QCheckBox(w.t("More conditions"))
        self.more.setAccessibleName(self.more.text())
        self.checks = {name: QCheckBox(w.t(title)) for name, title in CHECKS}
        for check in self.checks.values():
            check.setAccessibleName(check.text())
        self.stackable = QComboBox()
        self.stackable.setAccessibleName(w.t("Beside other offers"))
        for title, says in BESIDE:
            self.stackable.addItem(w.t(title), says)

    def _each_way(self) -> tuple[QRadioButton, ...]:
        """The ways in which an offer goes out."""
        return self.bearer, self.named, self.automatic

    def _form(self) -> QFormLayout:
        w = self._words
        form = QFormLayout()
        form.setVerticalSpacing(6)
        # the bar of the area stands beside it
        form.setContentsMargins(0, 0, 8, 0)
        self._how = label(w.t("How it goes out"))
        self._ways = QWidget()
        choices = QVBoxLayout(self._ways)
        choices.setContentsMargins(0, 0, 0, 0)
        for way in self._each_way():
            choices.addWidget(way)
        form.addRow(self._how, self._ways)
        form.addRow(label(w.t("Kind")), self.kind)
        self.fields.add_to(form, USUAL)
        form.addRow(self.more)
        self.fields.add_to(form, RARE)
        self._beside_title = label(w.t("Beside other offers"))
        form.addRow(self._beside_title, self.stackable)
        for check in self.checks.values():
            form.addRow(check)
        form.addRow(self.kept)
        form.addRow(self.leave_out)
        return form

    def chosen_kind(self) -> OfferKind:
        """The kind that is chosen."""
        return OfferKind(self.kind.currentData())

    def _fill(self) -> None:
        """Put what the offer says into the fields, and remember the words that stand there."""
        base = self._base
        kind = OfferKind(base.get("kind", KINDS[0].value))
        self._offer_kind(kind)
        self._texts = {name: text_of(base.get(name, "")) for name in self.boxes}
        # who reads Chinese says 8.5 where others say 15 %
        if kind in PERCENTAGES and self._words.chinese:
            percent = parse_percent(base["value"])
            self._texts["value"] = zhe_text(percent)
        self.fields.put(self._texts)
        # as each box writes it: only what somebody types otherwise is a change
        self._texts = self.fields.typed()
        self._way().setChecked(True)
        for name, check in self.checks.items():
            check.setChecked(bool(base.get(name)))
        answers = [says for _, says in BESIDE]
        self.stackable.setCurrentIndex(answers.index(base.get("stackable")))
        self.more.setChecked(self._says_rare())

    def _offer_kind(self, kind: OfferKind) -> None:
        """Choose the kind; one that is made by a file only stands there for this offer alone."""
        if self.kind.count() > len(KINDS):
            self.kind.removeItem(len(KINDS))
        if kind not in KINDS:
            self.kind.addItem(self._words.t(labels.KINDS[kind]), kind.value)
        self.kind.setCurrentIndex(self.kind.findData(kind.value))

    def _way(self) -> QRadioButton:
        """How the offer goes out."""
        if self._base.get("automatic"):
            return self.automatic
        return self.bearer if self._base.get("bearer") else self.named

    def _says_rare(self) -> bool:
        """True where the offer says something that is shown on demand only."""
        typed = any(self._texts[name] for name in RARE_NAMES)
        ticked = any(check.isChecked() for check in self.checks.values())
        return typed or ticked or self.stackable.currentIndex() > 0

    def unseen(self) -> dict[str, Any]:
        """What the offer says that has no field here."""
        unseen = {}
        for name in UNSEEN:
            usual = _USUAL.get(name)
            if self._base.get(name, usual) != usual:
                unseen[name] = self._base[name]
        return unseen

    def _leave_out(self) -> None:
        """The offer without what has no field here."""
        for name in UNSEEN:
            self._base.pop(name, None)
        self._tell()

    def raw(self) -> dict[str, Any]:
        """All the offer's keys: what was typed over what it said before, so that nothing is lost
        that has no field or stands in it as it was. A percentage typed in Chinese is 折."""
        kind = self.chosen_kind()
        automatic = self._applies_by_itself()
        typed = self.fields.typed()
        keys = self._base | self._changed(typed)
        keys["kind"] = kind.value
        keys["bearer"] = not self.named.isChecked()
        keys["automatic"] = automatic
        for name, check in self.checks.items():
            keys[name] = check.isChecked()
        keys["stackable"] = self.stackable.currentData()
        for name in self.boxes:
            if kind not in kinds.having(name):
                keys[name] = ""
        if automatic:
            keys["bearer"] = True
        # no coupon is issued of it, so none has days; a card of stamps gives one
        if automatic and kind is not OfferKind.STAMPS:
            keys["valid_days"] = ""
        as_zhe = kind in PERCENTAGES and self._words.chinese
        if as_zhe and keys["value"] == typed["value"]:
            keys["zhe"] = keys.pop("value")
        return keys

    def _changed(self, typed: dict[str, str]) -> dict[str, str]:
        """What was typed otherwise than it stood there; the value of another kind is another one
        even where it reads the same."""
        before = self._base
        another = self.chosen_kind().value != before.get("kind", self.chosen_kind().value)
        changed = {}
        for name, text in typed.items():
            new = text != self._texts[name] or name not in before
            if new or (another and name == "value"):
                changed[name] = text
        return changed

    def _applies_by_itself(self) -> bool:
        """True where no coupon is needed."""
        return self.automatic.isChecked() or self.chosen_kind() in kinds.BY_ITSELF

    @Slot()
    def arrange(self) -> None:
        """Only the fields that the kind has; rarer ones on demand."""
        kind = self.chosen_kind()
        more = self.more.isChecked()
        self.fields.show_only(name for name in self.boxes if self._is_shown(name, kind))
        for rare in (self._beside_title, self.stackable, *self.checks.values()):
            rare.setVisible(more)
        # a kind that applies by itself goes out in no way
        by_coupon = kind not in kinds.BY_ITSELF
        for part in (self._how, self._ways, self.automatic):
            part.setVisible(by_coupon)
        self._show_unseen()

    def _is_shown(self, name: str, kind: OfferKind) -> bool:
        if kind not in kinds.having(name):
            return False
        if name == "valid_days" and self._applies_by_itself() and kind is not OfferKind.STAMPS:
            return False
        return name not in RARE_NAMES or self.more.isChecked()

    def _show_unseen(self) -> None:
        """What a file set is said, so that nobody wonders why the offer does more than is typed."""
        w = self._words
        unseen = self.unseen()
        parts = [f"{w.t(UNSEEN[name])}: {text_of(value)}" for name, value in unseen.items()]
        said = w.t("Set by a file and kept as it is: {list}.", list="; ".join(parts))
        self.kept.setText(said if unseen else "")
        self.kept.setVisible(bool(unseen))
        self.leave_out.setVisible(bool(unseen))
