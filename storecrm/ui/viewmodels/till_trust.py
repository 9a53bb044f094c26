"""What needs somebody's word at the till: refusals and who may set them aside, the member's proof,
points to burn."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal

from storecrm.errors import CouponRefused, NotAllowed, StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services import rights
from storecrm.services.loyalty import points_account, stamp_cards
from storecrm.services.members import verification
from storecrm.services.members.verification import Proof, ProofLevel, Question
from storecrm.services.rights import Right
from storecrm.services.staff import accounts
from storecrm.services.store import Store, new_request
from storecrm.services.till import open_bill, overrides, scan
from storecrm.services.till.overrides import Approval
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.viewmodels.till_bill import TillBill
from storecrm.ui.viewmodels.till_customer import Customer
from storecrm.ui.viewmodels.till_results import ICON, LOOK, ApproveAsk, Choice, MoreAsk, Result
from storecrm.values import Money, RefusalCode, ean_ok, grouped, parse_money
from storecrm.wording import labels
from storecrm.wording.errors import cure
from storecrm.wording.offers import benefit
from storecrm.wording.refusals import refusal_title, refusal_todo


class TillTrust(TillBill):
    """Refusals that teach, and the ways past them."""

    approving = Signal(object)  # ApproveAsk
    approved = Signal()
    not_approved = Signal(object)  # StoreError
    asking_proof = Signal(object)  # Question
    proved = Signal()
    not_proved = Signal(object)  # StoreError
    asking_more = Signal(object)  # MoreAsk

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        super().__init__(store, lane, words)
        self._misreads = 0
        self._to_approve, self._lifts = "", False
        self._for_own_card = False

    # --- refusals ---

    def _refusal(self, error: CouponRefused) -> Result:
        w, first = self.words, error.refusals[0]
        look = LOOK.get(first.code, "bad")
        facts: list[tuple[str, str]] = []
        if error.view is not None:
            facts = [
                (w.t("Offer"), error.view.offer_name),
                (w.t("Code"), grouped(error.view.code)),
                (w.t("Valid to"), w.day(error.view.valid_to)),
            ]
        for other in error.refusals[1:3]:
            facts.insert(0, (refusal_title(other, w), refusal_todo(other, w)))
        if first.code is RefusalCode.AMOUNT_REQUIRED or first.code is RefusalCode.MEMBER_REQUIRED:
            self._pending = error.coupon
        big = benefit(error.view.rule, w) if error.view is not None else grouped(error.coupon)
        icon = ICON[look] if look != "info" else "cash"
        return Result(
            look,
            refusal_title(first, w),
            big,
            self._todo(error),
            tuple(facts[:4]),
            self._ways(error),
            icon,
        )

    def _todo(self, error: CouponRefused) -> str:
        w, first = self.words, error.refusals[0]
        if (
            first.code is RefusalCode.AMOUNT_REQUIRED
            and error.view is not None
            and error.view.rule.scoped
        ):
            return w.t("Type the amount of the goods it is for, then Enter.")
        if first.code is RefusalCode.CHECKSUM:
            self._misreads += 1
            if self._misreads > 1:
                return w.t("Ask for a brighter, larger picture, or type the digits.")
        if first.code is RefusalCode.NOT_FOUND and ean_ok(error.coupon):
            if self.sells_goods:
                return w.t(
                    "No article has this barcode. Type its price, or ask the manager to import it."
                )
            return w.t("This is an article's barcode. Scan goods at the register.")
        return refusal_todo(first, w)

    def _ways(self, error: CouponRefused) -> tuple[Choice, ...]:
        """The numbered ways on from a refusal, the best for the customer first."""
        w, code, choices = self.words, error.coupon, []
        if error.refusals[0].code is RefusalCode.NOT_STACKABLE:
            choices.append(Choice(w.t("Use this one instead"), lambda: self._swap(code)))
            if not self.goods:
                choices.append(
                    Choice(w.t("Next customer"), lambda: self._close_then(lambda: self._take(code)))
                )
        elif error.best is not None:
            best = error.best
            words = w.t("Use {offer} instead", offer=best.offer_name)
            words += f" ({w.money(best.discount)})" if best.discount is not None else ""
            choices.append(Choice(words, lambda: self._take(best.code)))
        what = refusal_title(error.refusals[0], w)
        if error.own:
            choices.append(Choice(w.t("On my own word"), lambda: self._ask_own(code, what)))
        if {r.code for r in error.refusals} <= overrides.MAY_BE_SET_ASIDE and len(choices) < 3:
            choices.append(Choice(w.t("Manager approves"), lambda: self._ask_manager(code, what)))
        if error.refusals[0].code is RefusalCode.THROTTLED:
            choices.append(
                Choice(w.t("Manager approves"), lambda: self._ask_manager(code, what, lifts=True))
            )
        return tuple(choices)

    # --- somebody's word ---

    def _ask_own(self, code: str, what: str) -> None:
        self._to_approve, self._lifts, self._for_own_card = code, False, False
        self.approving.emit(ApproveAsk((), what, own=True))

    def _ask_manager(
        self, code: str, what: str, *, lifts: bool = False, own_card: bool = False
    ) -> None:
        """A manager comes to the till: the small card asks for name, PIN and reason. With `lifts`
        codes may be tried again at all; with `own_card` the card may be used although it is the own
        one of who stands at the till, who is no second person."""
        self._to_approve, self._lifts, self._for_own_card = code, lifts, own_card

        def names() -> ApproveAsk:
            people = [
                p
                for p in accounts.listed(self.store)
                if not p.disabled and p.has_pin and rights.may(p.role, Right.VOID_LATER)
            ]
            others = [p for p in people if not own_card or p.id != self.store.staff]
            return ApproveAsk(tuple(p.name for p in others), what, safe=not lifts and not own_card)

        self._lane.start(lambda _: names(), then=self.approving)

    def approve(self, name: str, pin: str, reason: str) -> None:
        """Check the manager's PIN, then take the coupon with the rule set aside; both people are
        written down."""
        if self._lifts:
            self._ask(
                lambda: scan.lift_throttle(self.store, name=name, pin=pin, reason=reason),
                self._on_lifted,
                self.not_approved.emit,
            )
            return
        if self._for_own_card:
            self._ask(
                lambda: overrides.approve(self.store, name=name, pin=pin, reason=reason),
                self._on_second,
                self.not_approved.emit,
            )
            return
        self._approve_by(lambda: overrides.approve(self.store, name=name, pin=pin, reason=reason))

    def _on_second(self, word: Approval) -> None:
        """A second person stands in for this customer's card: what waited for that goes on."""
        self.approved.emit()
        self.now.proof = replace(self.now.proof, second=overrides.second(word))
        retry, self._retry = self._retry, None
        if retry is not None:
            retry()

    def _on_lifted(self, _: None) -> None:
        self.approved.emit()
        self._take(self._to_approve)

    def approve_alone(self, reason: str) -> None:
        """The cashier's own small allowance."""
        self._approve_by(lambda: overrides.allow(self.store, reason=reason))

    def approve_by_code(self, code: str, reason: str) -> None:
        """A code from the list in the safe."""
        self._approve_by(lambda: overrides.emergency(self.store, code=code, reason=reason))

    def _approve_by(self, word: Callable[[], Approval]) -> None:
        self._ask(word, partial(self._take_on_word, self._to_approve), self.not_approved.emit)

    def _take_on_word(self, code: str, word: Approval) -> None:
        request, amount, member = new_request(), self.now.typed, self.now.member_no
        proof = replace(self.now.proof, second=overrides.second(word) or self.now.proof.second)

        def act(bill: str) -> BillView:
            return open_bill.take(
                self.store,
                code=code,
                amount=amount,
                member=member,
                request_no=request,
                approval=word,
                proof=proof,
                bill=bill,
            )

        self._of_bill(act, self._on_approved, partial(self._not_taken, code, word))

    def _not_taken(self, code: str, word: Approval, error: StoreError) -> None:
        """The proof that is missing is asked for on the panel; the word that was given stands
        meanwhile."""
        asked = self._proof_missing(error.code, partial(self._take_on_word, code, word))
        if asked is None:
            self.not_approved.emit(error)
            return
        self.approved.emit()
        self._show(asked)

    def _on_approved(self, bill: BillView) -> None:
        self.approved.emit()
        self._taken.emit(bill)

    # --- proof ---

    def _proof_missing(self, code: str, retry: Callable[[], None]) -> Result | None:
        """The card or the whole phone is asked for on the panel; above the limit the small card
        asks; for one's own card a second person is."""
        member = self.now.who
        if code == "own_card":
            self._retry, w = retry, self.words
            refused = NotAllowed("own_card")
            what = w.t("YOUR OWN CARD")
            ways = (
                Choice(w.t("Manager approves"), lambda: self._ask_manager("", what, own_card=True)),
            )
            return replace(self._note("bad", m("YOUR OWN CARD"), cure(refused, w)), choices=ways)
        if code == "proof_card":
            self._retry = retry
            return self._note(
                "info",
                m("IS IT THE MEMBER?"),
                self.words.t("Scan the card, or type the whole phone."),
                icon="user-scan",
            )
        if code == "proof_second" and member is not None:
            self._retry, number = retry, member.member_no
            self._ask(
                lambda: verification.question(self.store, member=number), self.asking_proof.emit
            )
            return self._note(
                "info",
                m("IS IT THE MEMBER?"),
                self.words.t("Ask the member before you go on."),
                icon="user-scan",
            )
        return None

    def confirm(self, password: str, *, said: bool = False) -> None:
        """The member's password, or that surname and birthday are right."""
        member = self.now.who
        if member is None:
            self.proved.emit()
            return
        number, how = (
            member.member_no,
            self.now.proof.how if self.now.proof.how is not ProofLevel.VOUCHED else ProofLevel.CARD,
        )
        self._ask(
            lambda: verification.confirm(
                self.store, member=number, how=how, password=password, said=said
            ),
            self._on_proved,
            self.not_proved.emit,
        )

    def _on_proved(self, proof: Proof) -> None:
        self.proved.emit()
        self.now.proof = replace(proof, second=self.now.proof.second)
        self._go_on()

    def _go_on(self) -> bool:
        """What waited for the member's proof is done now; False when nothing did."""
        if self.now.proof.how is ProofLevel.TAIL:
            return False
        retry, self._retry = self._retry, None
        if retry is not None:
            retry()
        return retry is not None

    # --- points and more ---

    def ask_more(self) -> None:
        """F7: points to use, what earns nothing, stamps to count."""
        view = self.now.quoted or self.now.bill
        net = (
            (view.net or 0) + view.points_paid
            if view is not None and view.net is not None
            else self.now.amount
        )
        if net is None:
            self._show(
                self._note(
                    "info",
                    m("NO BILL YET"),
                    self.words.t("Type the amount or scan goods first."),
                    icon="cash",
                )
            )
            return
        member = self.now.who
        number, counted, customer = member.member_no if member else None, self.goods, self.now

        def work() -> MoreAsk:
            most = points_account.most_usable(self.store, member=number, net=Money(net))
            cards = (
                tuple(stamp_cards.cards(self.store, member=number))
                if number and not counted
                else ()
            )
            return MoreAsk(
                most.active,
                most.most,
                most.step,
                most.worth,
                cards,
                customer.points_used,
                customer.no_points,
                member=number is not None,
                customer=customer,
            )

        self._ask(work, self.asking_more.emit)

    def set_more(
        self,
        used: str,
        no_points: str,
        what_for: str,
        pieces: dict[str, str],
        customer: Customer | None = None,
    ) -> str:
        """Take what was typed on the card; returns what is wrong, "" when nothing is. A card of a
        customer who is gone does nothing."""
        if customer is not None and customer is not self.now:
            return ""
        self._retry = None
        try:
            burnt = int(used or "0")
            without = parse_money(no_points, digits=self.words.digits) if no_points else Money(0)
            counted = {code: int(text) for code, text in pieces.items() if text and int(text)}
        except ValueError:
            return self.words.t("Type whole points, an amount like 12.50, and whole pieces.")
        self._apply_more(burnt, without, what_for, counted)
        return ""

    def _apply_more(
        self, used: int, without: Money, what_for: str, counted: dict[str, int]
    ) -> None:
        self.now.points_used, self.now.no_points, self.now.no_points_for, self.now.pieces = (
            used,
            without,
            what_for,
            counted,
        )
        self.now.quoted = None
        self.quote()

    @staticmethod
    def question_words(asked: Question, words: Catalogue) -> str:
        """What the cashier compares."""
        if not (asked.surname and asked.birthday):
            return words.t("Ask the member for the password.")
        born = labels.birthday(asked.birthday, asked.calendar, words)
        return words.t(
            "Ask for surname and birthday. In the file: {surname}, {birthday}.",
            surname=asked.surname,
            birthday=born,
        )
