"""The till: what was typed or scanned, the bill it belongs to, and what the panel says. No widgets."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from storecrm.errors import CouponRefused, NotFound, StorageTrouble, StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services import rights, rules, wording
from storecrm.services.people import members, staff, tiers
from storecrm.services.people.members import MemberView, NewMember
from storecrm.services.people.tiers import Standing
from storecrm.services.rights import Right
from storecrm.services.store import Store, new_request
from storecrm.services.till import approving, bills, giving, judging, points, receipts, scanning, today, undoing
from storecrm.services.till.judging import Checked
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.tasks import Lane
from storecrm.values import Channel, Kind, Money, RefusalCode, damm, ean_ok, grouped, masked_phone, own_kind, parse_money, scan_key

SUSPICIOUS = 5
"""An amount above this many times the usual most is asked once more."""

LOOK = {
    RefusalCode.ALREADY_REDEEMED: "used",
    RefusalCode.ON_THIS_BILL: "info",
    RefusalCode.AMOUNT_REQUIRED: "info",
    RefusalCode.MEMBER_REQUIRED: "info",
    RefusalCode.NOT_FOUND: "unknown",
    RefusalCode.CHECKSUM: "unknown",
    RefusalCode.PAYMENT_CODE: "unknown",
    RefusalCode.AMBIGUOUS: "unknown",
    RefusalCode.THROTTLED: "unknown",
    RefusalCode.REQUEST_CONFLICT: "unknown",
}
ICON = {
    "ok": "circle-check",
    "used": "alert-triangle",
    "bad": "alert-octagon",
    "info": "user-scan",
    "unknown": "zoom-question",
    "idle": "scan",
}


@dataclass(frozen=True)
class Choice:
    """A numbered way on: key 1-9, its words, and what it does."""

    text: str
    act: Callable[[], None]


@dataclass(frozen=True)
class Result:
    """What the panel shows: a look, the state, the big line, what to do, facts, numbered choices."""

    look: str
    title: str
    big: str = ""
    todo: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = field(default=(), compare=False)
    icon: str = ""
    seconds: int = 0


@dataclass(frozen=True)
class Strip:
    """The bill strip: amount, coupons, member, what is due."""

    amount: Money | None = None
    coupons: tuple[tuple[str, Money], ...] = ()
    due: Money | None = None
    member: str = ""
    open: bool = False


@dataclass(frozen=True)
class _MemberFound:
    member: MemberView
    active: int
    coupons: list[Checked]
    tier: Standing | None = None


@dataclass(frozen=True)
class _Begun:
    """What stood on the strip when the bill was closed, to be put back if the store could not take it."""

    amount: Money | None
    member: MemberView | None
    bill: BillView | None
    request: str


class TillViewModel(QObject):
    """Everything the till decides."""

    shown = Signal(object)  # Result
    strip_changed = Signal(object)  # Strip
    board_changed = Signal(object)  # today.Board
    registering = Signal(str)  # a phone to begin with
    registered = Signal(object)  # MemberView
    not_registered = Signal(object)  # StoreError
    approving = Signal(object)  # (list of managers' names, what is refused)
    approved = Signal()
    not_approved = Signal(object)  # StoreError

    _taken = Signal(object)
    _approved_taken = Signal(object)
    _quote_made = Signal(object)
    _priced = Signal(object)
    _closed = Signal(object)
    _undone = Signal(object)
    _dropped = Signal(object)
    _filled = Signal(object)
    _found = Signal(object)
    _people = Signal(object)
    _resolved = Signal(object)
    _refused = Signal(object)
    _resumed = Signal(object)
    _usual = Signal(object)
    _new_member = Signal(object)

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store, self._lane, self.words = store, lane, words
        self.amount: Money | None = None
        self.member: MemberView | None = None
        self.bill: BillView | None = None
        self._quoted: BillView | None = None
        self.settled = False
        self._pending = ""
        self._asked_twice: Money | None = None
        self._misreads = 0
        self._most: Money | None = None
        self._closing: _Begun | None = None
        self._request = new_request()
        self._last = ""
        self.result = self.idle()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._idle_close)
        for signal, slot in (
            (self._taken, self._on_taken), (self._priced, self._on_priced), (self._closed, self._on_closed), (self._undone, self._on_undone),
            (self._found, self._on_member), (self._people, self._on_people), (self._resolved, self._on_resolved), (self._refused, self._on_refused),
            (self._resumed, self._on_resumed), (self._usual, self._on_usual), (self._new_member, self._on_new_member), (self._dropped, self._on_dropped), (self._quote_made, self._on_quote),
            (self._approved_taken, self._on_approved), (self._filled, self._on_filled),
        ):  # fmt: skip
            signal.connect(slot)

    # --- what the person does ---

    def start(self) -> None:
        """After signing in: the bill a power cut left open, the day's counts."""
        self._do(lambda: receipts.current(self.store), self._resumed)
        self._do(lambda: (today.usual_most(self.store), int(rules.show(self.store)["idle_close_minutes"])), self._usual)
        self.refresh()

    def refresh(self) -> None:
        self._do(lambda: today.board(self.store), self.board_changed)

    def entered(self, text: str) -> None:
        """Enter in the scan box: empty, a number by its length, a code, or a name."""
        typed = text.strip()
        if not typed:
            self._enter_on_empty()
        elif typed.endswith("+"):
            self._typed_amount(typed[:-1]) if typed != "+" else self.close()
        elif re.fullmatch(r"\d{1,3}|\d+[.]\d*|[.]\d+", typed):
            self._typed_amount(typed)
        elif re.fullmatch(r"\d{4}|\d{11}", typed):
            self.find(typed)
        elif re.fullmatch(r"[\d\s\-]+", typed):
            self.scanned(typed)
        else:
            self.find(typed)

    def scanned(self, text: str) -> None:
        """A scan, or a typed code."""
        self._pending = ""
        self._resolve(text)

    def _resolve(self, text: str) -> None:
        def work() -> tuple[str, Any]:
            with self.store.read() as session:
                hit = scanning.resolve(session, text)
            return text, hit

        kind = own_kind(scan_key(text))
        if kind is Kind.COUPON:
            self._take(text)
        else:
            self._do(work, self._resolved)

    def find(self, text: str) -> None:
        """Members by tail, phone, name or initials."""

        def work() -> list[_MemberFound]:
            return [self._with_coupons(view) for view in members.find(self.store, text=text, limit=9)]

        self._do(work, self._people)

    def set_amount_text(self, text: str) -> None:
        """F3: always the amount of this bill."""
        self._typed_amount(text, anew=False)

    def close(self, by: str = "key") -> None:
        """Post what is open: the bill with its coupons, or the plain amount. The strip is free for the next customer at once; the
        store does things in the order they were asked."""
        begun = _Begun(self.amount, self.member, self.bill, self._request)
        if begun.bill is None and begun.amount is None:
            self._clear()
            self._show(self.idle())
            return
        self._closing = begun
        self._clear()
        if begun.bill is not None:
            self._do(lambda: bills.close(self.store, by=by), self._closed)
        else:
            number = begun.member.member_no if begun.member else None
            self._do(
                lambda: bills.record(self.store, amount=begun.amount, member=number, request_no=begun.request, closed_by=by), self._closed
            )

    def undo(self) -> None:
        """F8: the bill on the strip; without one the bill closed last, once."""
        if self.bill is None and (self.amount is not None or self.member is not None):
            self._clear()
            self._show(self.idle())
        elif self.bill is not None:
            receipt, self.bill = str(self.bill.receipt_no), None
            self._do(lambda: undoing.undo(self.store, receipt=receipt), self._undone)
        elif self._last:
            receipt, self._last = self._last, ""
            self._do(lambda: undoing.undo(self.store, receipt=receipt), self._undone)
        else:
            self._show(
                self._note(
                    "info",
                    m("NOTHING TO TAKE BACK"),
                    self.words.t("Older bills: ask the manager to void the receipt."),
                    icon="arrow-back-up",
                )
            )

    def escape(self) -> None:
        """Esc: the panel back to rest; the bill stays."""
        self._pending = ""
        if self.bill is None and self.amount is None:
            self._clear()
        self._show(self.idle())

    def choose(self, number: int) -> bool:
        """A numbered way on; False when there is none with this number."""
        if 1 <= number <= len(self.result.choices):
            self.result.choices[number - 1].act()
            return True
        return False

    def register(self, new: NewMember) -> None:
        """F4: keep the small card."""
        self._lane.start(lambda _: giving.register(self.store, new=new), then=self._new_member, refused=self.not_registered)

    def consent_card(self, phone: str, name: str, birthday: str, gender: str, channels: tuple[Channel, ...]) -> None:
        self.register(NewMember(phone=phone, name=name, birthday=birthday, gender=gender, consent=channels))

    def fill_amount(self, receipt: str, text: str) -> None:
        """F9: the amount of a bill that closed without one."""
        amount = self._parsed(text)
        if amount is not None:
            self._do(lambda: bills.fill_amount(self.store, receipt=receipt, amount=amount), self._filled)

    # --- amounts ---

    def _parsed(self, text: str) -> Money | None:
        try:
            amount = parse_money(text, digits=self.words.digits)
        except ValueError:
            self._show(self._note("bad", m("NOT AN AMOUNT"), self.words.t("Type it like 128 or 128.50.")))
            return None
        if amount == 0:
            self._show(self._note("bad", m("NOT AN AMOUNT"), self.words.t("An amount is more than zero.")))
            return None
        return amount

    def _typed_amount(self, text: str, *, anew: bool = True) -> None:
        amount = self._parsed(text)
        if amount is None:
            return
        if self._most is not None and amount > SUSPICIOUS * self._most and self._asked_twice != amount:
            self._asked_twice = amount
            self._show(
                self._note("info", m("REALLY?"), self.words.t("{amount}? Type it once more to confirm.", amount=self.words.money(amount)))
            )
            return
        self._asked_twice = None
        if anew and self.settled:
            # the last customer is done: post that bill, and this amount begins the next
            self._close_then(lambda: self._begin(amount))
        else:
            self._begin(amount)

    def _begin(self, amount: Money) -> None:
        if self.bill is not None:
            self._do(lambda: bills.set_amount(self.store, amount=amount), self._priced)
            return
        self.amount, self._request, self._quoted = amount, new_request(), None
        self._strip()
        if self._pending:
            self._take(self._pending)
        else:
            self._show(self._amount_note(amount))
            self._quote()

    def _amount_note(self, amount: Money) -> Result:
        todo = self.words.t("Scan a coupon or a member card; + closes the bill.")
        return self._note("info", m("AMOUNT"), todo, big=self.words.money(amount), icon="cash")

    def _quote(self) -> None:
        """What promotions and the member's tier make of a plain amount: the cashier takes it off now, not when the bill is closed."""
        if self.bill is None and self.amount is not None:
            amount, member = self.amount, self.member.member_no if self.member else None
            self._do(lambda: bills.record(self.store, amount=amount, member=member, dry_run=True), self._quote_made)

    @Slot(object)
    def _on_quote(self, quote: BillView) -> None:
        if self.bill is not None or self.amount != quote.gross:
            return
        w, self._quoted = self.words, quote
        self._strip()
        facts = [(s.offer_name or w.t(wording.STEPS[s.step]), w.money(-s.amount)) for s in quote.steps]
        facts += [(name, wording.near(refused, w)) for name, refused in quote.near]
        if quote.steps:
            off = w.t("Take {amount} off", amount=w.money((quote.gross or 0) - (quote.net or 0)))
            todo = w.t(
                "{before} → {after}. Key the discount into the register.", before=w.money(quote.gross or 0), after=w.money(quote.net or 0)
            )
            self._show(Result("ok", w.t("PROMOTION"), off, todo, tuple(facts[:4]), icon="discount"))
        elif facts and self.result.icon == "cash":
            self._show(replace(self.result, facts=tuple(facts[:4])))

    def _enter_on_empty(self) -> None:
        if self._pending:
            self._pending = ""
            self._show(self.idle())
        elif self.bill is not None or self.amount is not None:
            self._show(self._note("info", m("OPEN BILL"), self.words.t("+ closes it, F8 drops it.")))

    def _close_then(self, then: Callable[[], None]) -> None:
        """The last customer is done: post that bill, then begin with the next."""
        if self.bill is not None or self.amount is not None:
            self.close("next")
        then()

    # --- coupons ---

    def _take(self, text: str) -> None:
        self._pending = ""
        amount = None if self.bill is not None and self.bill.gross is not None else self.amount
        member, request = self.member.member_no if self.member else None, new_request()
        self._pending_text = text
        self._do(lambda: bills.take(self.store, code=text, amount=amount, member=member, request_no=request), self._taken)

    @Slot(object)
    def _on_taken(self, bill: BillView) -> None:
        self.bill, self.settled, self._misreads = bill, bill.gross is not None, 0
        mine = bill.coupons[-1]
        w = self.words
        # promotions may have changed with the coupon: then the whole of it is said
        off = mine.discount if not bill.steps or bill.gross is None else Money(bill.gross - (bill.net or 0))
        big = w.t("Take {amount} off", amount=w.money(off))
        todo = (
            w.t("{before} → {after}. Key the discount into the register.", before=w.money(bill.gross), after=w.money(bill.net or 0))
            if bill.gross is not None
            else w.t("Key the discount into the register.")
        )
        facts = [(w.t("Offer"), mine.offer_name), (w.t("Code"), grouped(mine.code)), (w.t("Valid to"), w.day(mine.valid_to))]
        if bill.member:
            facts.insert(0, (w.t("Member"), _who(bill.member)))
        self._strip()
        self._show(Result("ok", w.t("REDEEMED"), big, todo, tuple(facts), icon="circle-check", seconds=8))
        self.refresh()
        if bill.gross is None and self.amount is not None:
            # the amount was typed while the coupon was on its way
            self._begin(self.amount)

    @Slot(object)
    def _on_priced(self, bill: BillView) -> None:
        w = self.words
        self.bill, self.amount, self.settled = bill, bill.gross, True
        if bill.handed_back:
            names = ", ".join(c.offer_name for c in bill.handed_back)
            self.settled = False
            result = Result(
                "bad",
                w.t("HANDED BACK"),
                names,
                w.t("The new amount is too small for it. The coupon can be used again."),
                icon="arrow-back-up",
            )
        else:
            result = Result(
                "ok",
                w.t("BILL"),
                w.t("Take {amount} off", amount=w.money((bill.gross or 0) - (bill.net or 0))),
                f"{w.money(bill.gross or 0)} → {w.money(bill.net or 0)}",
                icon="circle-check",
                seconds=8,
            )
        self._strip()
        self._show(result)
        self.refresh()

    @Slot(object)
    def _on_refused(self, error: StoreError) -> None:
        if self._closing is not None and not isinstance(error, CouponRefused):
            begun, self._closing = self._closing, None
            if self.bill is None and self.amount is None:
                self.amount, self.member, self.bill, self._request = begun.amount, begun.member, begun.bill, begun.request
                self._strip()
        if isinstance(error, NotFound) and error.code == "open_bill":
            self._clear()
        if isinstance(error, CouponRefused):
            self._show(self._refusal(error))
            self.refresh()
        elif isinstance(error, StorageTrouble):
            self._show(
                Result(
                    "unknown",
                    self.words.t("NOT SAVED"),
                    "",
                    f"{wording.sentence(error, self.words)} {wording.cure(error, self.words)}",
                    icon="database-x",
                )
            )
        elif isinstance(error, NotFound) and error.code == "member":
            self._show(self._note("unknown", m("NOT A MEMBER"), self.words.t("Press F4 to register."), icon="user-search"))
        else:
            self._show(Result("bad", wording.sentence(error, self.words), "", wording.cure(error, self.words), icon="alert-octagon"))

    def _refusal(self, error: CouponRefused) -> Result:
        w, first = self.words, error.refusals[0]
        look = LOOK.get(first.code, "bad")
        todo = wording.refusal_todo(first, w)
        facts: list[tuple[str, str]] = []
        choices: list[Choice] = []
        if error.view is not None:
            facts = [
                (w.t("Offer"), error.view.offer_name),
                (w.t("Code"), grouped(error.view.code)),
                (w.t("Valid to"), w.day(error.view.valid_to)),
            ]
        for other in error.refusals[1:3]:
            facts.insert(0, (wording.refusal_title(other, w), wording.refusal_todo(other, w)))
        if first.code is RefusalCode.AMOUNT_REQUIRED or first.code is RefusalCode.MEMBER_REQUIRED:
            self._pending = error.coupon
            if error.view is not None and error.view.rule.scoped and first.code is RefusalCode.AMOUNT_REQUIRED:
                todo = w.t("Type the amount of the goods it is for, then Enter.")
        if first.code is RefusalCode.CHECKSUM:
            self._misreads += 1
            if self._misreads > 1:
                todo = w.t("Ask for a brighter, larger picture, or type the digits.")
        if first.code is RefusalCode.NOT_FOUND and ean_ok(error.coupon):
            todo = w.t("This is an article's barcode. Scan goods at the register.")
        if first.code is RefusalCode.NOT_STACKABLE:
            code = error.coupon
            choices = [
                Choice(w.t("Use this one instead"), lambda: self._swap(code)),
                Choice(w.t("Next customer"), lambda: self._close_then(lambda: self._take(code))),
            ]
        elif error.best is not None:
            best = error.best
            words = w.t("Use {offer} instead", offer=best.offer_name) + (
                f" ({w.money(best.discount)})" if best.discount is not None else ""
            )
            choices = [Choice(words, lambda: self._take(best.code))]
        if error.refusals and {r.code for r in error.refusals} <= approving.MAY_BE_SET_ASIDE and len(choices) < 3:
            code = error.coupon
            choices.append(Choice(w.t("Manager approves"), lambda: self._ask_manager(code, wording.refusal_title(first, w))))
        big = wording.benefit(error.view.rule, w) if error.view is not None else grouped(error.coupon)
        return Result(
            look, wording.refusal_title(first, w), big, todo, tuple(facts[:4]), tuple(choices), ICON[look] if look != "info" else "cash"
        )

    def _ask_manager(self, code: str, what: str) -> None:
        """A manager comes to the till: the small card asks for name, PIN and reason."""
        self._to_approve = code

        def names() -> tuple[list[str], str]:
            people = [p for p in staff.listed(self.store) if not p.disabled and p.has_pin]
            return [p.name for p in people if rights.may(p.role, Right.VOID_LATER)], what

        self._lane.start(lambda _: names(), then=self.approving)

    def approve(self, name: str, pin: str, reason: str) -> None:
        """Check the manager's PIN, then take the coupon with the rule set aside; both people are written down."""
        code, request = self._to_approve, new_request()
        amount = None if self.bill is not None and self.bill.gross is not None else self.amount
        member = self.member.member_no if self.member else None

        def work() -> BillView:
            given = approving.approve(self.store, name=name, pin=pin, reason=reason)
            return bills.take(self.store, code=code, amount=amount, member=member, request_no=request, approval=given)

        self._lane.start(lambda _: work(), then=self._approved_taken, refused=self.not_approved)

    @Slot(object)
    def _on_approved(self, bill: BillView) -> None:
        self.approved.emit()
        self._on_taken(bill)

    _to_approve = ""

    def _swap(self, code: str) -> None:
        """Hand the bill's coupons back and take this one for the same amount and member."""
        request = new_request()
        self._do(lambda: bills.swap(self.store, code=code, request_no=request), self._taken)

    # --- members ---

    def _with_coupons(self, view: MemberView) -> _MemberFound:
        amount = self.amount or (self.bill.gross if self.bill else None)
        return _MemberFound(
            view,
            points.show(self.store, member=view.member_no).active,
            judging.usable(self.store, member=view.member_no, amount=amount),
            tiers.standing(self.store, member=view.member_no),
        )

    @Slot(object)
    def _on_people(self, found: list[_MemberFound]) -> None:
        w = self.words
        if not found:
            self._show(self._note("unknown", m("NOT A MEMBER"), w.t("Press F4 to register."), icon="user-search"))
        elif len(found) == 1:
            self._on_member(found[0])
        else:
            choices = tuple(Choice(f"{_who(f.member)}", lambda f=f: self._on_member(f)) for f in found[:6])  # type: ignore[misc]
            self._show(Result("info", w.t("WHICH ONE?"), "", w.t("Press its number."), (), choices, "user-search"))

    @Slot(object)
    def _on_member(self, found: _MemberFound) -> None:
        present = self.member or (self.bill.member if self.bill else None)
        if present is not None and present.id != found.member.id and (self.bill is not None or self.amount is not None):
            self._close_then(lambda: self._on_member(found))
            return
        self.member = found.member
        w = self.words
        if self.bill is not None and self.bill.member is None:
            number = found.member.member_no
            self._do(lambda: bills.join(self.store, member=number), self._dropped)
        self._strip()
        usable = [c for c in found.coupons if c.discount is not None or self.amount is None][:3]
        choices = tuple(Choice(_offer_line(c, w), lambda c=c: self._take(c.code)) for c in usable)  # type: ignore[misc]
        todo = (
            w.n("1 coupon can be used: press its number.", "{count} coupons can be used: press a number.", len(usable))
            if usable
            else w.t("No coupon to use. Go on with the bill.")
        )
        facts: tuple[tuple[str, str], ...] = ((w.t("Points"), w.number(found.active)), (w.t("Member"), _who(found.member)))
        if found.tier is not None and (found.tier.tier or found.tier.next_tier):
            facts = (*facts, (w.t("Tier"), wording.tier_sentence(found.tier.tier, found.tier.next_tier, found.tier.short, w)))
        if self._pending:
            self._take(self._pending)
            return
        self._show(Result("info", found.member.title, "", todo, facts, choices, "user-scan"))
        self._quote()

    @Slot(object)
    def _on_dropped(self, bill: BillView) -> None:
        self.bill = bill
        self._strip()

    @Slot(object)
    def _on_resolved(self, answer: tuple[str, Any]) -> None:
        text, hit = answer
        if hit.kind is Kind.COUPON:
            self._take(text)
        elif hit.kind is Kind.MEMBER:
            self._do(lambda: self._with_coupons(members.show(self.store, member=hit.key)), self._found)
        elif hit.kind is Kind.PRODUCT:
            self._show(self._note("unknown", m("AN ARTICLE"), self.words.t("Scan goods at the register.")))
        else:
            self._show(self._note("unknown", m("NOT A COUPON"), self.words.t("Scan the coupon or the member card.")))

    @Slot(object)
    def _on_new_member(self, view: MemberView) -> None:
        self.registered.emit(view)
        self._do(lambda: self._with_coupons(view), self._found)

    # --- the end of a bill ---

    @Slot(object)
    def _on_closed(self, bill: BillView) -> None:
        w, self._closing, self._last = self.words, None, str(bill.receipt_no)
        self.refresh()
        if bill.closed_by == "next":
            return
        facts = [(w.t("Receipt"), grouped(bill.receipt_no))]
        if bill.member:
            facts.insert(0, (w.t("Member"), _who(bill.member)))
        todo = w.t("{points} points earned.", points=w.number(bill.points_earned)) if bill.points_earned else w.t("Next customer, please.")
        facts += [(w.t("Give this coupon"), f"{one.offer_name} · {grouped(one.code)}") for one in bill.given]
        if bill.closed_by == "idle":
            todo = w.t("Closed by itself after a pause.") + " " + todo
        big = w.money(bill.net) if bill.net is not None else ""
        self._show(Result("ok", w.t("BILL CLOSED"), big, todo, tuple(facts), icon="circle-check", seconds=8))

    @Slot(object)
    def _on_filled(self, bill: BillView) -> None:
        """A bill of before got its amount; the one on the strip stays."""
        w = self.words
        self._show(
            Result(
                "ok",
                w.t("AMOUNT KEPT"),
                w.money(bill.gross or 0),
                w.t("{points} points earned.", points=w.number(bill.points_earned)),
                icon="circle-check",
                seconds=8,
            )
        )
        self.refresh()

    @Slot(object)
    def _on_undone(self, bill: BillView) -> None:
        w = self.words
        self._clear()
        names = ", ".join(c.offer_name for c in bill.coupons)
        todo = w.t("Coupons and points are back where they were.")
        self._show(Result("info", w.t("TAKEN BACK"), names or (w.money(bill.gross) if bill.gross else ""), todo, icon="arrow-back-up"))
        self.refresh()

    @Slot(object)
    def _on_resumed(self, bill: BillView | None) -> None:
        if bill is None:
            self._show(self.idle())
            return
        w = self.words
        self.bill, self.amount, self.settled = bill, bill.gross, bill.gross is not None
        self._strip()
        names = ", ".join(c.offer_name for c in bill.coupons)
        choices = (Choice(w.t("Finish it"), self.close), Choice(w.t("Take it back"), self.undo))
        self._show(Result("info", w.t("OPEN BILL"), names, w.t("This bill was open when the program ended."), (), choices, "history"))

    @Slot(object)
    def _on_usual(self, answer: tuple[Money | None, int]) -> None:
        self._most, minutes = answer
        self._idle_ms = minutes * 60_000

    @Slot()
    def _idle_close(self) -> None:
        if self.bill is not None or self.amount is not None:
            self.close("idle")
        else:
            self._clear()
            self._show(self.idle())

    # --- small things ---

    def idle(self) -> Result:
        return Result("idle", self.words.t("Ready"), "", self.words.t("Scan a coupon or a member card, or type the amount."), icon="scan")

    def _note(self, look: str, title: str, todo: str, *, big: str = "", icon: str = "") -> Result:
        return Result(look, self.words.t(title), big, todo, icon=icon or ICON[look])

    def _do(self, work: Callable[[], Any], then: Any) -> None:
        self._lane.start(lambda _: work(), then=then, refused=self._refused)

    def _show(self, result: Result) -> None:
        self.result = result
        if self.bill is not None or self.amount is not None or self.member is not None or self._pending:
            self._idle.start(self._idle_ms)
        self.shown.emit(result)

    _idle_ms = 180_000

    def _clear(self) -> None:
        self.amount = self.member = self.bill = self._quoted = None
        self.settled, self._pending = False, ""
        self._idle.stop()
        self._strip()

    def _strip(self) -> None:
        bill, member = self.bill, self.member or (self.bill.member if self.bill else None)
        amount = bill.gross if bill is not None and bill.gross is not None else self.amount
        coupons = tuple((c.offer_name, c.discount) for c in bill.coupons) if bill else ()
        if bill is None and self._quoted is not None and self._quoted.gross == amount:
            coupons = tuple((s.offer_name or self.words.t(wording.STEPS[s.step]), s.amount) for s in self._quoted.steps)
            due = self._quoted.net
        else:
            due = bill.net if bill is not None and bill.gross is not None else amount
            steps = bill.steps if bill is not None else ()
            coupons += tuple((s.offer_name or self.words.t(wording.STEPS[s.step]), s.amount) for s in steps)
        self.strip_changed.emit(Strip(amount, coupons, due, _who(member) if member else "", bill is not None or amount is not None))


def _who(member: MemberView) -> str:
    phone = masked_phone(member.phone) if member.phone.startswith("+") else member.phone
    return f"{member.name} {phone}".strip()


def _offer_line(coupon: Checked, words: Catalogue) -> str:
    return f"{coupon.offer_name}  {wording.benefit(coupon.rule, words)}" + (f"  -{words.money(coupon.discount)}" if coupon.discount else "")


def judge_digits(text: str) -> bool | None:
    """While typing a code: True when its check digit is right, False when wrong, None while it is not complete."""
    key = scan_key(text)
    return (damm(key) == 0) if own_kind(key) else None
