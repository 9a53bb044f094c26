"""Goods that come back: scan the receipt, type how many of each, read what it does, press
return."""

from collections.abc import Iterator

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from storecrm.errors import StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services.store import Topic
from storecrm.services.till.basket import Article
from storecrm.services.till.bill_lines import LineIn
from storecrm.services.till.exchanges import Exchanged
from storecrm.services.till.receipts import BillView
from storecrm.services.till.returned_goods import Returned
from storecrm.ui.kit.actions import Action, act, button_of
from storecrm.ui.kit.field_errors import FieldErrors
from storecrm.ui.kit.forms import Form
from storecrm.ui.kit.toast import say
from storecrm.ui.kit.widgets import ChoiceBox, Saying, button, card, field, label, row
from storecrm.ui.pages.refusals import told
from storecrm.ui.pages.return_lines import ReturnLines
from storecrm.ui.viewmodels.returns import ReturnsViewModel
from storecrm.values import PIECE, TenderKind, grouped
from storecrm.wording import labels
from storecrm.wording.returns import return_effects

WAYS = (TenderKind.CASH, TenderKind.WECHAT, TenderKind.ALIPAY, TenderKind.CARD, TenderKind.OTHER)
_RETURN = Action("returns.go", m("Return goods"), "arrow-back-up", "Ctrl+S")
_EVERYTHING = Action("returns.all", m("Return all"), "check")
_OF_RECEIPT = ("receipt", "not_a_sale", "sale_state", "sale_suspended", "nothing_left")
_OF_ARTICLE = ("product", "price_missing")
_OF_LINE = ("return_line", "return_quantity")
_SHORT = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
_REST_MS = 250
"""Who types has stopped for so long before it is reckoned what the return does."""


class ReturnsPage(QWidget):
    """Left the receipt's lines, right what the return does."""

    def __init__(self, vm: ReturnsViewModel, words: Catalogue) -> None:
        super().__init__()
        self.setObjectName("page")
        self._vm = vm
        self._words = words
        self.taken: list[Article] = []
        self._make_entry()
        self._make_effect()
        self._make_form()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REST_MS)
        self._lay_out()
        self._join()
        self._clear()

    def _make_entry(self) -> None:
        """The receipt, its lines, the goods taken instead."""
        w = self._words
        hint = w.t("Scan the receipt, or type its number")
        self.number = field(w.t("Receipt number"), hint)
        self.title = label("", "h2", wrap=True)
        self.lines = ReturnLines(w)
        article = w.t("Scan them, or type the article number")
        self.instead = field(w.t("Goods taken instead"), article)
        self.taken_text = Saying()
        self.errors = FieldErrors(self)

    def _make_effect(self) -> None:
        """What the return does, and how the money goes."""
        w = self._words
        ways = {kind.value: w.t(labels.TENDERS[kind]) for kind in WAYS}
        self.meaning = label("", "small")
        self.cash = label("", "h1")
        self.effects = label("", wrap=True)
        self.way = ChoiceBox(w.t("How the money goes over the counter"), ways)
        # the longest way to pay does not make the page wider than a small screen
        self.way.setMinimumContentsLength(4)
        self.way.setSizeAdjustPolicy(_SHORT)

    def _make_form(self) -> None:
        """The lines scroll, what is done with them stands below."""
        w = self._words
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.lines)
        inside.addWidget(self._exchange_part())
        inside.addStretch(1)
        self.all_act = act(self, _EVERYTHING, self.take_all, words=w)
        self.everything = button_of(self.all_act)
        self.form = Form(
            self,
            body,
            words=w,
            save=self._return,
            leave=self._leave,
            draft="return",
            save_as=_RETURN,
            others=(self.everything,),
        )
        self.go = self.form.save_button
        self.form.set_apart(self._taken_part, self._take_typed)

    def _exchange_part(self) -> QWidget:
        w = self._words
        nothing = button(w.t("Nothing instead"), self._nothing_instead)
        self._taken_part = QWidget()
        inside = QVBoxLayout(self._taken_part)
        inside.setContentsMargins(0, 12, 0, 0)
        inside.addWidget(label(w.t("Goods taken instead"), "small"))
        inside.addLayout(row(self.instead, nothing))
        inside.addWidget(self.taken_text)
        return self._taken_part

    def _lay_out(self) -> None:
        w = self._words
        title = label(w.t("Return goods"), "h1")
        look_up = button(w.t("Look up"), self._look_typed, icon="search")
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(self._receipt_card(), 3)
        both.addWidget(self._effect_card(), 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(12)
        whole.addLayout(row(title, None))
        whole.addLayout(row(self.number, look_up))
        whole.addLayout(both, 1)

    def _receipt_card(self) -> QFrame:
        frame, column = card()
        column.addWidget(self.title)
        column.addWidget(self.form, 1)
        return frame

    def _effect_card(self) -> QFrame:
        frame, side = card()
        for part in (self.meaning, self.cash, self.way, self.effects):
            side.addWidget(part)
        side.addStretch(1)
        return frame

    def _join(self) -> None:
        vm = self._vm
        self._soon.timeout.connect(self.preview)
        self.lines.typed.connect(self._soon.start)
        self.lines.chosen.connect(self.look)
        self.number.returnPressed.connect(self._look_typed)
        vm.opened.connect(self._show)
        vm.previewed.connect(self._show_preview)
        vm.returned.connect(self._done)
        vm.refused.connect(self._refuse)
        vm.article.connect(self._add_taken)
        vm.weighed.connect(self._show_weighed)
        vm.exchanged.connect(self._exchanged)

    topics = frozenset[Topic]()
    """A return is one person's work on one receipt: nothing is drawn anew under it."""

    def open(self) -> None:
        """Nothing is loaded before a receipt is named."""
        self.number.setFocus()

    @Slot()
    def _look_typed(self) -> None:
        self.look(self.number.text())

    @Slot(str)
    def look(self, receipt: str) -> None:
        """Open this receipt."""
        if receipt.strip():
            self.errors.clear()
            self.number.setText(receipt.strip())
            self._vm.open(receipt)

    def _clear(self) -> None:
        self.lines.clear()
        self._nothing_instead()
        self.title.setText(self._words.t("Scan the receipt of the goods."))
        self._show_no_effect()
        self.way.setVisible(False)
        self._taken_part.setVisible(False)
        self.form.save_act.setEnabled(False)
        self.all_act.setEnabled(False)

    def _leave(self) -> None:
        """This receipt is put away; the next one can be scanned."""
        self._clear()
        self.number.clear()
        self.number.setFocus()

    def _show_no_effect(self) -> None:
        self.cash.setText("—")
        self.effects.setText("")

    @Slot(object)
    def _show(self, answer: tuple[BillView, Returned]) -> None:
        bill, left = answer
        say(self, "")
        # what was typed for one receipt waits for it, whichever is scanned next
        with self.form.filling(bill.receipt_no):
            self._clear()
            self.lines.show_bill(bill, left)
        self.title.setText(self._headed(bill))
        self.all_act.setEnabled(True)
        self._taken_part.setVisible(True)
        self.way.setVisible(left.way is not None)
        # the money goes back the way it came, unless somebody says otherwise
        self.way.setText((left.way or WAYS[0]).value)
        self.lines.begin()

    def _headed(self, bill: BillView) -> str:
        """Which bill it is: number, day, amount, whose."""
        w = self._words
        parts = [grouped(bill.receipt_no), w.day(bill.business_date), w.money(bill.net or 0)]
        if bill.member:
            parts.append(bill.member.title)
        return " · ".join(parts)

    def take_all(self) -> None:
        """All that can still come back does."""
        self.lines.take_all()

    @Slot()
    def preview(self) -> None:
        """Reckon what the return does."""
        lines = self.lines.asked()
        # what is not reckoned yet is not done
        self.form.save_act.setEnabled(False)
        if lines and self.taken:
            self._vm.preview_exchange(lines, self._instead())
        elif lines:
            self._vm.preview(lines)
        else:
            self._show_no_effect()

    @Slot(object)
    def _show_preview(self, found: Returned) -> None:
        self.cash.setText(self._words.money(found.cash))
        self.effects.setText("\n".join(return_effects(found, self._words)))
        self.form.save_act.setEnabled(bool(self.lines.boxes))

    def _return(self) -> None:
        lines = self.lines.asked()
        way = TenderKind(self.way.text())
        # a second press must not give the money twice
        self.form.save_act.setEnabled(False)
        if self.taken:
            self._vm.exchange(lines, self._instead(), way)
        else:
            self._vm.take_back(lines, way)

    # --- goods taken instead ---

    def take(self, code: str) -> None:
        """An article that goes with the customer instead."""
        if code.strip() and self.lines.boxes:
            self.instead.clear()
            self._vm.find_article(code)

    def _take_typed(self) -> None:
        self.take(self.instead.text())

    def _instead(self) -> list[LineIn]:
        return [LineIn(article.sku, article.quantity or PIECE) for article in self.taken]

    @Slot(object)
    def _add_taken(self, found: Article) -> None:
        self.taken.append(found)
        names = [article.name or article.sku for article in self.taken]
        self.taken_text.setText(self._words.listed(names))
        # the button says what will be done
        self.form.save_act.setText(self._words.t("Exchange goods"))
        self.way.setVisible(True)
        self.preview()

    def _nothing_instead(self) -> None:
        w = self._words
        self.taken = []
        self.taken_text.setText("")
        self.form.save_act.setText(w.t("Return goods"))
        self.meaning.setText(w.t("The customer gets"))
        if self.lines.boxes:
            self.preview()

    @Slot(object)
    def _show_weighed(self, found: Exchanged) -> None:
        """The goods that come back against those taken instead."""
        self._show_money(found.difference)
        self.effects.setText("\n".join(self._weighed(found)))
        self.form.save_act.setEnabled(bool(self.lines.boxes))

    def _show_money(self, pays: int) -> None:
        """What the customer pays; what the customer gets is below nothing."""
        w = self._words
        self.meaning.setText(w.t("The customer pays") if pays > 0 else w.t("The customer gets"))
        self.cash.setText(w.money(abs(pays)))

    def _weighed(self, found: Exchanged) -> Iterator[str]:
        w = self._words
        net = found.sale.net or 0
        yield w.t("For the goods that come back: {cash}.", cash=w.money(found.back.cash))
        yield w.t("For the others: {cash}.", cash=w.money(net))
        yield from return_effects(found.back, w)

    # --- answers ---

    @Slot(object)
    def _exchanged(self, done: Exchanged) -> None:
        w = self._words
        amount = w.money(abs(done.difference))
        take = w.t("Exchanged: take {amount}.", amount=amount)
        give = w.t("Exchanged: give {amount} back.", amount=amount)
        said = take if done.difference > 0 else give
        receipt = w.t("Receipt")
        self._end(done.difference, f"{said} {receipt} {grouped(done.sale.receipt_no)}")

    @Slot(object)
    def _done(self, done: Returned) -> None:
        w = self._words
        said = w.t(
            "Returned: give the customer {cash}. Receipt {receipt}.",
            cash=w.money(done.cash),
            receipt=grouped(done.receipt_no),
        )
        self._end(-done.cash, said)

    def _end(self, pays: int, said: str) -> None:
        """What is to be done with the money; then the next receipt."""
        self.form.saved()
        self._leave()
        say(self, said)
        # news go after a while: the money must be read until the next receipt
        self._show_money(pays)
        self.effects.setText(said)

    @Slot(object)
    def _refuse(self, error: StoreError) -> None:
        self.form.refused()
        self.form.save_act.setEnabled(False)
        candidates = error.facts.get("candidates")
        if candidates:
            with self.form.filling():
                self._clear()
            self.title.setText(self._words.t("Which of them?"))
            self.lines.ask_which(candidates)
        box = self._box_of(error)
        if box is None or not box.isVisible():
            say(self, told(error, self._words), bad=True)
        else:
            self.errors.show(box, told(error, self._words))

    def _box_of(self, error: StoreError) -> QWidget | None:
        """The field that is wrong: that of the receipt, of a line, of the other goods."""
        if error.code in _OF_RECEIPT:
            return self.number
        if error.code in _OF_ARTICLE:
            return self.instead
        if error.code in _OF_LINE:
            return self.lines.boxes.get(int(error.where))
        return None
