"""What an offer says: only the fields of its kind, the sentence in both languages, what it collides
with, what it would have cost."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from storecrm.domain.offers import kinds, reading
from storecrm.domain.offers.reading import OfferView
from storecrm.domain.offers.rule import PERCENTAGES
from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.offers.backtest import Trial
from storecrm.ui.kit.actions import Action, act, button_of, refresh
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import button, field, label
from storecrm.ui.pages.offer_answers import OfferAnswers
from storecrm.ui.pages.offer_fields import (
    BESIDE,
    CHECKS,
    FIELDS,
    KINDS,
    LISTED,
    RARE,
    RARE_NAMES,
    TITLES,
    UNSEEN,
    USUAL,
    OfferField,
    text_of,
)
from storecrm.ui.pages.refusals import told
from storecrm.ui.viewmodels.offers import OffersViewModel
from storecrm.values import OfferKind, OfferState, parse_percent, zhe_text
from storecrm.wording import labels

TRY = Action("offers.try", m("Try on the last 30 days"), "history")
COPY = Action("offers.copy", m("Make a copy"))
STOP = Action("offers.stop", m("Stop"))
_REST_MS = 300
"""Who types has stopped for so long before it is looked which offers it collides with."""
_LOW = 420
"""A page of fewer pixels gives its fields more of them."""
_NEW_OFFER = {"bearer": True, "valid_days": 30}
"""The shop's usual: paper, 30 days."""
_USUAL = {"uses_allowed": 1}
"""What an offer says of its own accord."""


class Editor(QWidget):
    """What the offer says; the sentence in both languages follows every key."""

    def __init__(
        self,
        anew: Callable[[], None],
        leave: Callable[[], None],
        vm: OffersViewModel,
        words: Catalogue,
    ) -> None:
        super().__init__()
        self._anew = anew
        self._vm = vm
        self._words = words
        self._offer: OfferView | None = None
        self._base: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._make_fields()
        self._make_choices()
        self._make_acts()
        self.errors = FieldErrors(self)
        body = QWidget()
        body.setLayout(self._form())
        self.form = Form(
            self,
            body,
            words=words,
            save=self._save,
            leave=leave,
            draft="offer",
            others=[self.trial, self.copy, self.stop],
        )
        self.save = self.form.save_button
        self.answers = OfferAnswers(words)
        column = QVBoxLayout(self)
        column.addWidget(self.answers)
        column.addWidget(self.form, 1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._join()
        self.show_offer(None)

    def _make_fields(self) -> None:
        w = self._words
        self.kind = QComboBox()
        self.kind.setAccessibleName(w.t("Kind"))
        for kind in KINDS:
            self.kind.addItem(w.t(labels.KINDS[kind]), kind.value)
        self.boxes = {one.name: field(w.t(one.title), one.example) for one in FIELDS}
        for name in LISTED:
            self.boxes[name].setMaxLength(1_000_000)
        self._rows: dict[str, QLabel] = {}
        for one in FIELDS:
            self._rows[one.name] = label(w.t(one.title))

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

    def _make_acts(self) -> None:
        """What is done with the offer, and what is said of what a file set."""
        w = self._words
        self.kept = label("", "small", wrap=True)
        self.leave_out = button(w.t("Leave it out"), self._leave_out, kind="link")
        self.trial_act = act(self, TRY, self._try, words=w)
        self.copy_act = act(self, COPY, self._copy, words=w, enabled=self._is_kept)
        self.stop_act = act(self, STOP, self._stop, words=w, enabled=self._is_kept)
        self.trial = button_of(self.trial_act)
        self.copy = button_of(self.copy_act)
        self.stop = button_of(self.stop_act)

    def _is_kept(self) -> bool:
        return self._offer is not None

    def _form(self) -> QFormLayout:
        w = self._words
        form = QFormLayout()
        form.setVerticalSpacing(6)
        self._how = label(w.t("How it goes out"))
        self._ways = QWidget()
        choices = QVBoxLayout(self._ways)
        choices.setContentsMargins(0, 0, 0, 0)
        for way in self._each_way():
            choices.addWidget(way)
        form.addRow(self._how, self._ways)
        form.addRow(label(w.t("Kind")), self.kind)
        self._add_fields(form, USUAL)
        form.addRow(self.more)
        self._add_fields(form, RARE)
        self._beside_title = label(w.t("Beside other offers"))
        form.addRow(self._beside_title, self.stackable)
        for check in self.checks.values():
            form.addRow(check)
        form.addRow(self.kept)
        form.addRow(self.leave_out)
        return form

    def _add_fields(self, form: QFormLayout, fields: tuple[OfferField, ...]) -> None:
        for one in fields:
            form.addRow(self._rows[one.name], self.boxes[one.name])

    def _join(self) -> None:
        self._soon.timeout.connect(self._look_beside)
        self._vm.collided.connect(self.answers.show_beside)
        self._vm.tried.connect(self._show_trial)
        self.more.toggled.connect(self._arrange)
        self.kind.currentIndexChanged.connect(self._read)
        self.stackable.currentIndexChanged.connect(self._read)
        for box in self.boxes.values():
            box.textChanged.connect(self._read)
        ticks: tuple[QAbstractButton, ...] = (*self._each_way(), *self.checks.values())
        for tick in ticks:
            tick.toggled.connect(self._read)

    def show_offer(self, offer: OfferView | None) -> None:
        """Fill the fields; an offer with coupons out is frozen, a new one starts with the shop's
        usual."""
        self._offer = offer
        self.errors.clear()
        keys = reading.as_keys(offer, self._words.digits) if offer else None
        # keys without a field of theirs stay with the offer
        self._base = keys or dict(_NEW_OFFER)
        with self.form.filling(of=offer.code if offer else ""):
            self._fill()
        frozen = offer is not None and offer.issued > 0
        self._freeze(frozen)
        refresh(self)
        running = offer is None or offer.state is OfferState.RUNNING
        self.stop_act.setText(self._words.t("Stop") if running else self._words.t("Let it run"))
        self._read()
        if frozen:
            self.answers.show_frozen()

    def _freeze(self, frozen: bool) -> None:
        """What was issued keeps its rule."""
        self.form.save_act.setEnabled(not frozen)
        choices = (self.kind, *self._each_way(), self.stackable, self.leave_out)
        for part in (*choices, *self.boxes.values(), *self.checks.values()):
            part.setEnabled(not frozen)

    def _kind(self) -> OfferKind:
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
        for name, text in self._texts.items():
            self.boxes[name].setText(text)
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

    def _unseen(self) -> dict[str, Any]:
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
        self._read()

    def raw(self) -> dict[str, Any]:
        """All the offer's keys: what was typed over what it said before, so that nothing is lost
        that has no field or stands in it as it was. A percentage typed in Chinese is 折."""
        kind = self._kind()
        automatic = self._applies_by_itself()
        typed = {name: box.text().strip() for name, box in self.boxes.items()}
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
        another = self._kind().value != before.get("kind", self._kind().value)
        changed = {}
        for name, text in typed.items():
            new = text != self._texts[name] or name not in before
            if new or (another and name == "value"):
                changed[name] = text
        return changed

    def _applies_by_itself(self) -> bool:
        """True where no coupon is needed."""
        return self.automatic.isChecked() or self._kind() in kinds.BY_ITSELF

    def _arrange(self, *_: object) -> None:
        """Only the fields that the kind has; rarer ones on demand."""
        kind = self._kind()
        more = self.more.isChecked()
        for name, box in self.boxes.items():
            shown = self._is_shown(name, kind)
            box.setVisible(shown)
            self._rows[name].setVisible(shown)
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
        unseen = self._unseen()
        parts = [f"{w.t(UNSEEN[name])}: {text_of(value)}" for name, value in unseen.items()]
        said = w.t("Set by a file and kept as it is: {list}.", list="; ".join(parts))
        self.kept.setText(said if unseen else "")
        self.kept.setVisible(bool(unseen))
        self.leave_out.setVisible(bool(unseen))

    def _look_beside(self) -> None:
        code = self._offer.code if self._offer else ""
        self._vm.look_beside(self.raw(), code)

    def _try(self) -> None:
        self._vm.try_out(self.raw())

    @Slot(object)
    def _show_trial(self, found: Trial) -> None:
        w = self._words
        # without receipts there is no share
        share = found.qualified / found.receipts if found.receipts else None
        text = w.n(
            "In the last 30 days 1 receipt ({share}) would have qualified; cost {cost}, "
            "{near} just missed it.",
            "In the last 30 days {count} receipts ({share}) would have qualified; cost {cost}, "
            "{near} just missed it.",
            found.qualified,
            share=w.percent(share),
            cost=w.money(found.cost),
            near=w.number(found.near),
        )
        say(self, text)

    def _read(self, *_: object) -> None:
        """Follow what is typed: the fields, the hint, the sentences, what is wrong with it."""
        self._arrange()
        # collisions ask the store, so they wait until the typing rests
        self._soon.start()
        self.boxes["value"].setPlaceholderText(self._value_hint())
        chinese, english, error = self._vm.read_aloud(self.raw())
        self.answers.show_sentence(chinese, english, error)

    def _value_hint(self) -> str:
        """An example of the value in the kind's own unit."""
        w = self._words
        kind = self._kind()
        if kind in PERCENTAGES and w.chinese:
            return w.t("8.5 means the customer pays 85%")
        if kind in PERCENTAGES:
            return w.t("15 means 15% off")
        return "2" if kind is OfferKind.POINTS_TIMES else "20"

    def _save(self) -> None:
        self.errors.clear()
        self._vm.keep(self.raw())

    def refuse(self, error: StoreError) -> bool:
        """Say it at its field; False where it is about none of them."""
        self.form.refused()
        box = self.boxes.get(error.where)
        if box is None:
            return False
        if error.where in RARE_NAMES:
            self.more.setChecked(True)
        # the kind has no such field
        if box.isHidden():
            return False
        self.errors.show(box, told(error, self._words, TITLES))
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.answers.fit(low=self.height() < _LOW)

    def _copy(self) -> None:
        """The same under another code: what was issued keeps its rule."""
        base = self._base | {"code": ""}
        typed = {name: box.text() for name, box in self.boxes.items()} | {"code": ""}
        ticked = {name: check.isChecked() for name, check in self.checks.items()}
        [way] = [way for way in self._each_way() if way.isChecked()]
        kind = self.kind.currentData()
        beside = self.stackable.currentIndex()
        # the page forgets the offer that was chosen, and empties the fields
        self._anew()
        self._base = base
        self._fill()
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.stackable.setCurrentIndex(beside)
        way.setChecked(True)
        for name, text in typed.items():
            self.boxes[name].setText(text)
        for name, on in ticked.items():
            self.checks[name].setChecked(on)
        self._read()
        self.boxes["code"].setFocus()

    def _stop(self) -> None:
        if self._offer is not None:
            running = self._offer.state is OfferState.STOPPED
            self._vm.stop(self._offer.code, running=running)
