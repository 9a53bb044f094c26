"""The till: what was typed or scanned, the bill it belongs to, and what the panel says. No
widgets."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot

from storecrm.domain import scan_entry
from storecrm.domain.recommendation import Suggestion
from storecrm.domain.scan_entry import (
    Amount,
    Articles,
    Code,
    Command,
    LineQuantity,
    MemberQuery,
    Way,
)
from storecrm.domain.shop_rules import ShopRules, TillMode
from storecrm.errors import CouponRefused, NotFound, PriceChanged, StorageTrouble, StoreError
from storecrm.i18n import Catalogue, m
from storecrm.services import shop_settings
from storecrm.services.analytics import recommendation
from storecrm.services.coupons import automatic
from storecrm.services.coupons.automatic import Registered
from storecrm.services.coupons.code_lookup import CodeTarget
from storecrm.services.coupons.issue import CouponView
from storecrm.services.loyalty import points_account, tiers
from storecrm.services.loyalty.tiers import TierStanding
from storecrm.services.members import duplicates, registry
from storecrm.services.members.registry import MemberView, NewMember
from storecrm.services.members.verification import Proof, ProofLevel
from storecrm.services.store import Store, new_request
from storecrm.services.till import (
    basket,
    clock_check,
    coupon_check,
    day_board,
    open_bill,
    receipts,
    scan,
    voids,
)
from storecrm.services.till.coupon_check import CouponVerdict
from storecrm.services.till.receipts import BillView
from storecrm.ui.kit.tasks import Lane
from storecrm.ui.viewmodels.till_goods import TillGoods, change_of
from storecrm.ui.viewmodels.till_results import Choice, Result, who
from storecrm.values import Channel, Kind, Money, grouped, own_kind, parse_money, scan_key
from storecrm.wording import labels
from storecrm.wording.errors import cure, sentence
from storecrm.wording.offers import tier_sentence
from storecrm.wording.refusals import near

SUSPICIOUS = 5
"""An amount above this many times the usual most is asked once more."""


@dataclass(frozen=True)
class _MemberFound:
    member: MemberView
    active: int
    coupons: list[CouponVerdict]
    tier: TierStanding | None = None
    how: ProofLevel = ProofLevel.TAIL
    likes: tuple[Suggestion, ...] = ()


LIKES = 2
"""How many articles the till names."""


class TillViewModel(TillGoods):
    """Everything the till decides."""

    twins = Signal(object)  # list[duplicates.One]

    registering = Signal(str)  # a phone to begin with
    registered = Signal(object)  # MemberView
    not_registered = Signal(object)  # StoreError

    _priced = Signal(object)
    _undone = Signal(object)
    _joined = Signal(object)
    _filled = Signal(object)
    _found = Signal(object)
    _people = Signal(object)
    _resolved = Signal(object)
    _resumed = Signal(object)
    _usual = Signal(object)
    _new_member = Signal(object)
    _day_confirmed = Signal(object)

    def __init__(self, store: Store, lane: Lane, words: Catalogue) -> None:
        super().__init__(store, lane, words)
        self._asked_twice: Money | None = None
        self._most: Money | None = None
        self._last = self._closed_last = ""
        self._idle.timeout.connect(self._idle_close)
        for signal, slot in (
            (self._taken, self._on_taken), (self._priced, self._on_priced), (self._closed, self._on_closed), (self._undone, self._on_undone),
            (self._found, self._on_member), (self._people, self._on_people), (self._resolved, self._on_resolved), (self._refused, self._on_refused),
            (self._resumed, self._on_resumed), (self._usual, self._on_usual), (self._new_member, self._on_new_member), (self._joined, self._on_joined), (self._quote_made, self._on_quote),
            (self._filled, self._on_filled), (self._day_confirmed, self._on_day_confirmed),
        ):  # fmt: skip
            signal.connect(slot)

    # --- what the person does ---

    def start(self) -> None:
        """After signing in: the bill a power cut left open, the day's counts."""
        self._do(lambda: receipts.current(self.store), self._resumed)
        self._do(
            lambda: (day_board.usual_most(self.store), shop_settings.of(self.store)), self._usual
        )
        self.refresh()

    def entered(self, text: str) -> None:
        """Enter in the scan box."""
        ways = [number for number, choice in enumerate(self.result.choices, 1) if not choice.key]
        entry = scan_entry.parse(
            text, ways=ways, sells_goods=self.sells_goods, goods_on_bill=self.goods
        )
        match entry:
            case Command.CONFIRM:
                self._enter_on_empty()
            case Command.CLOSE:
                self.close()
            case Way(number):
                self.choose(number)
            case Articles(code, quantity):
                self.put(code, quantity)
            case LineQuantity(quantity):
                self.change(quantity)
            case Amount(typed):
                self._typed_amount(typed)
            case Code(typed):
                self.scanned(typed)
            case MemberQuery():
                self.find(entry)

    def scanned(self, text: str) -> None:
        """A scan, or a typed code."""
        self._pending = ""
        self._resolve(text)

    def _resolve(self, text: str) -> None:
        def work() -> tuple[str, Any]:
            if self.sells_goods and basket.article(self.store, code=text) is not None:
                return text, CodeTarget(Kind.PRODUCT, 0, text)
            return text, scan.identify(self.store, text=text)

        if own_kind(scan_key(text)) is Kind.COUPON:
            self._take(text)
        else:
            self._do(work, self._resolved)

    def find(self, query: MemberQuery) -> None:
        """Members by tail, phone, name or initials."""
        # the whole phone is as good as the card
        how = ProofLevel.PHONE if query.whole_phone else ProofLevel.TAIL

        def work() -> list[_MemberFound]:
            return [
                self._with_coupons(view, how)
                for view in registry.find(self.store, text=query.text, limit=9)
            ]

        self._do(work, self._people)

    def set_amount_text(self, text: str) -> None:
        """F3: always the amount of this bill."""
        self._typed_amount(text, anew=False)

    def undo(self) -> None:
        """F8: the bill on the strip; without one the bill closed last, once."""
        self._unpriced = None
        if self.now.bill is None and (self.now.amount is not None or self.now.member is not None):
            self._clear()
            self._show(self.idle())
        elif self.now.bill is not None or self._last:
            receipt, self._last = (
                str(self.now.bill.receipt_no) if self.now.bill is not None else self._last,
                "",
            )
            self._do(lambda: voids.undo(self.store, receipt=receipt), self._undone)
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
        """Esc: the panel back to rest; the bill stays, what waited for a proof or a price does
        not."""
        self._pending, self._retry, self._unpriced = "", None, None
        if self.now.bill is None and self.now.amount is None:
            self._clear()
        self._show(self.offering(self.idle()))

    def choose_numbered(self, number: int) -> bool:
        """A way on by its number, as it stands on the panel; what has a key of its own is not
        numbered."""
        return (
            1 <= number <= len(self.result.choices)
            and not self.result.choices[number - 1].key
            and self.choose(number)
        )

    def print_last(self) -> None:
        """Ctrl+P: the slip of the bill that was closed last."""
        if self._closed_last and self.slip_folder is not None:
            self.print_slip(self._closed_last)
        else:
            self._show(
                self._note(
                    "info",
                    m("NO RECEIPT YET"),
                    self.words.t("Close a bill first, then print its slip."),
                    icon="printer",
                )
            )

    def choose(self, number: int) -> bool:
        """A numbered way on; False when there is none with this number."""
        if 1 <= number <= len(self.result.choices):
            self.result.choices[number - 1].act()
            return True
        return False

    def register(self, new: NewMember) -> None:
        """F4: keep the small card."""
        self._lane.start(
            lambda _: automatic.welcome(self.store, new=new),
            then=self._new_member,
            refused=self.not_registered,
        )

    def consent_card(
        self,
        phone: str,
        name: str,
        birthday: str,
        gender: str,
        channels: tuple[Channel, ...],
        referrer: str = "",
    ) -> None:
        self.register(
            NewMember(
                phone=phone,
                name=name,
                birthday=birthday,
                gender=gender,
                consent=channels,
                referrer=referrer,
            )
        )

    def look_for_twins(self, name: str, birthday: str) -> None:
        """While a card is filled in: who may be there already."""
        self._do(lambda: duplicates.near(self.store, name=name, birthday=birthday), self.twins)

    def fill_amount(self, receipt: str, text: str) -> None:
        """F9: the amount of a bill that closed without one."""
        amount = self._parsed(text)
        if amount is not None:
            self._do(
                lambda: open_bill.fill_amount(self.store, receipt=receipt, amount=amount),
                self._filled,
            )

    # --- amounts ---

    def _parsed(self, text: str) -> Money | None:
        try:
            amount = parse_money(text, digits=self.words.digits)
        except ValueError:
            self._show(
                self._note("bad", m("NOT AN AMOUNT"), self.words.t("Type it like 128 or 128.50."))
            )
            return None
        if amount == 0:
            self._show(
                self._note("bad", m("NOT AN AMOUNT"), self.words.t("An amount is more than zero."))
            )
            return None
        return amount

    def _typed_amount(self, text: str, *, anew: bool = True) -> None:
        amount = self._parsed(text)
        if amount is None:
            return
        if (
            self._most is not None
            and amount > SUSPICIOUS * self._most
            and self._asked_twice != amount
        ):
            self._asked_twice = amount
            self._show(
                self._note(
                    "info",
                    m("REALLY?"),
                    self.words.t(
                        "{amount}? Type it once more to confirm.", amount=self.words.money(amount)
                    ),
                )
            )
            return
        self._asked_twice = None
        if self.goods or self._unpriced is not None:
            self.put_amount(amount)
        elif anew and self.now.settled:
            # the last customer is done: post that bill, and this amount begins the next
            self._close_then(lambda: self._begin(amount))
        else:
            self._begin(amount)

    def _begin(self, amount: Money) -> None:
        if self.now.bill is not None:
            self._of_bill(
                lambda bill: open_bill.set_amount(self.store, amount=amount, bill=bill),
                self._priced.emit,
            )
            return
        self.now.amount, self.now.request, self.now.quoted = amount, new_request(), None
        self._strip()
        if self._pending:
            self._take(self._pending)
        else:
            self._show(self.offering(self._amount_note(amount)))
            self.quote()
            self._look_at_coupons(amount)

    def _look_at_coupons(self, amount: Money) -> None:
        """What the member's coupons come to for this amount."""
        number = self.now.member_no
        if number is not None:
            self._ask(
                lambda: coupon_check.usable(self.store, member=number, amount=amount),
                self._on_usable,
            )

    def _on_usable(self, found: list[CouponVerdict]) -> None:
        self.now.coupons = tuple(found)
        if self.result.icon in ("cash", "discount", "scan"):
            self._show_again(replace(self.result, choices=()))

    def _show_again(self, result: Result) -> None:
        """The same result with newer ways on; nothing is heard twice."""
        self.result = self.offering(result)
        self.shown_again.emit(self.result)

    def _amount_note(self, amount: Money) -> Result:
        todo = self.words.t("Scan a coupon or a member card; + closes the bill.")
        return self._note("info", m("AMOUNT"), todo, big=self.words.money(amount), icon="cash")

    @Slot(object)
    def _on_quote(self, quote: BillView) -> None:
        if (
            self.now.bill is not None
            and quote.receipt_no != self.now.bill.receipt_no
            or self.now.bill is None
            and self.now.amount != quote.gross
        ):
            return
        w, self.now.quoted = self.words, quote
        self._strip()
        if self.goods:
            return
        facts = [
            (s.offer_name or w.t(labels.STEPS[s.step]), w.money(-s.amount)) for s in quote.steps
        ]
        facts += [(name, near(refused, w)) for name, refused in quote.near]
        if quote.steps:
            off = w.t("Take {amount} off", amount=w.money((quote.gross or 0) - (quote.net or 0)))
            todo = w.t(
                "{before} → {after}. Key the discount into the register.",
                before=w.money(quote.gross or 0),
                after=w.money(quote.net or 0),
            )
            self._show(
                self.offering(
                    Result("ok", w.t("PROMOTION"), off, todo, tuple(facts[:4]), icon="discount")
                )
            )
        elif facts and self.result.icon == "cash":
            self._show(replace(self.result, facts=tuple(facts[:4])))

    def _enter_on_empty(self) -> None:
        if self._pending:
            self._pending = ""
            self._show(self.offering(self.idle()))
        elif self._again is not None:
            self._again()
        elif self.now.begun:
            self._show(
                self.offering(
                    self._note("info", m("OPEN BILL"), self.words.t("+ closes it, F8 drops it."))
                )
            )

    # --- coupons ---

    @Slot(object)
    def _on_taken(self, bill: BillView) -> None:
        self.now.bill, self.now.quoted, self.now.coupons, self._misreads = bill, None, (), 0
        self.now.settled = bill.gross is not None and not self.goods
        mine = bill.coupons[-1]
        w = self.words
        # promotions may have changed with the coupon: then the whole of it is said
        off = (
            mine.discount
            if not bill.steps or bill.gross is None
            else Money(bill.gross - (bill.net or 0))
        )
        big = (
            w.t("{amount} off", amount=w.money(off))
            if self.goods
            else w.t("Take {amount} off", amount=w.money(off))
        )
        todo = (
            f"{w.money(bill.gross or 0)} → {w.money(bill.net or 0)}"
            if self.goods
            else w.t(
                "{before} → {after}. Key the discount into the register.",
                before=w.money(bill.gross),
                after=w.money(bill.net or 0),
            )
            if bill.gross is not None
            else w.t("Key the discount into the register.")
        )
        facts = [
            (w.t("Offer"), mine.offer_name),
            (w.t("Code"), grouped(mine.code)),
            (w.t("Valid to"), w.day(mine.valid_to)),
        ]
        if bill.member:
            facts.insert(0, (w.t("Member"), who(bill.member)))
        self._strip()
        self._show(
            Result("ok", w.t("REDEEMED"), big, todo, tuple(facts), icon="circle-check", seconds=8)
        )
        self.refresh()
        if bill.gross is None and self.now.amount is not None:
            # the amount was typed while the coupon was on its way
            self._begin(self.now.amount)
        else:
            self.quote()

    @Slot(object)
    def _on_priced(self, bill: BillView) -> None:
        w = self.words
        self.now.bill, self.now.amount, self.now.settled, self.now.quoted = (
            bill,
            bill.gross,
            True,
            None,
        )
        if bill.handed_back:
            names = ", ".join(c.offer_name for c in bill.handed_back)
            self.now.settled = False
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
        if isinstance(error, NotFound) and error.code == "open_bill":
            self._clear()
        if self._typed_before is not None or error.code == "price_missing":
            self._not_put(price_missing=error.code == "price_missing")
            self._strip()
        if isinstance(error, CouponRefused):
            self._show(self._refusal(error))
            self.refresh()
        elif error.code in ("proof_card", "proof_second", "own_card"):
            self._ask_proof(error.code)
        elif error.code == "price_missing":
            self._show(
                self._note(
                    "info",
                    m("NO PRICE"),
                    self.words.t("Type the price of this article, then Enter."),
                    icon="cash",
                )
            )
        elif error.code == "clock_suspect":
            self._show(self._clock_question())
        elif error.code == "open_bill_other":
            look = Choice(self.words.t("Show that bill"), self._show_open)
            self._show(
                Result(
                    "bad",
                    sentence(error, self.words),
                    "",
                    cure(error, self.words),
                    (),
                    (look,),
                    "alert-octagon",
                )
            )
        elif isinstance(error, PriceChanged):
            self._price_changed(error)
        elif isinstance(error, StorageTrouble):
            self._show(
                Result(
                    "unknown",
                    self.words.t("NOT SAVED"),
                    "",
                    f"{sentence(error, self.words)} {cure(error, self.words)}",
                    icon="database-x",
                )
            )
        elif isinstance(error, NotFound) and error.code == "member":
            self._show(
                self._note(
                    "unknown",
                    m("NOT A MEMBER"),
                    self.words.t("Press F4 to register."),
                    icon="user-search",
                )
            )
        else:
            if error.code.startswith("points_"):
                self.now.points_used, self.now.quoted = 0, None
                self._strip()
            self._show(
                Result(
                    "bad",
                    sentence(error, self.words),
                    "",
                    cure(error, self.words),
                    icon="alert-octagon",
                )
            )

    def _price_changed(self, error: PriceChanged) -> None:
        """Another sum than the one shown: the customer hears it, one more Enter takes it."""
        w, ending = self.words, self.now.ending | {"points_used": int(error.points)}
        self.now.points_used, amount, member = (
            int(error.points),
            self.now.amount,
            self.now.member_no,
        )

        def again(bill: str) -> BillView:
            if bill:
                return open_bill.close(self.store, dry_run=True, bill=bill, **ending)
            return open_bill.record(
                self.store, amount=amount, member=member, dry_run=True, **ending
            )

        self._of_bill(again, self._on_new_sum)
        take = self.close
        self._show(
            Result(
                "bad",
                w.t("PRICE CHANGED"),
                w.money(error.now),
                w.t(
                    "{before} was shown, it is {after} now. Tell the customer; Enter takes it.",
                    before=w.money(error.was),
                    after=w.money(error.now),
                ),
                (),
                (Choice(w.t("Take the new sum"), take),),
                "discount",
            )
        )
        self._again = take

    def _on_new_sum(self, quote: BillView) -> None:
        """The strip says the new sum; what the panel asks stays."""
        self.now.quoted = quote
        self._strip()

    def _show_open(self) -> None:
        """Another customer's bill stayed open: it comes first."""
        self._clear()
        self._do(lambda: receipts.current(self.store), self._resumed)

    def _ask_proof(self, code: str) -> None:
        """Points or a named coupon wait until the member is proved."""
        used, coupon, kept = self.now.points_used, self._asked_coupon, self._retry
        if kept is not None and not used:
            again: Callable[[], None] = kept
        elif used:
            self.now.points_used, self.now.quoted = 0, None
            again = partial(
                self._apply_more,
                used,
                self.now.no_points,
                self.now.no_points_for,
                dict(self.now.pieces),
            )
        else:
            again = partial(self._take, coupon)
        asked = self._proof_missing(code, again)
        self._strip()
        if asked is not None:
            self._show(asked)

    def _clock_question(self) -> Result:
        """The computer's clock is not believed: the person says what day it is."""
        w, day = self.words, self.store.clock.today()
        choices = (
            Choice(
                w.t("Yes, it is {day}", day=w.day(day)),
                lambda: self._do(
                    lambda: clock_check.confirm_day(self.store, day=day), self._day_confirmed
                ),
            ),
            Choice(
                w.t("No"),
                lambda: self._show(
                    self._note(
                        "bad",
                        m("CLOCK WRONG"),
                        w.t("Call the manager: this computer's clock has to be set."),
                    )
                ),
            ),
        )
        return Result(
            "info",
            w.t("WHAT DAY IS IT?"),
            w.day(day),
            w.t("Is this the day today? The clock of this computer was moved."),
            (),
            choices,
            "history",
        )

    @Slot(object)
    def _on_day_confirmed(self, _: object) -> None:
        self._show(
            self._note(
                "info",
                m("THANK YOU"),
                self.words.t("Do it once more, please. It is written down with your name."),
                icon="check",
            )
        )

    # --- members ---

    def _with_coupons(self, view: MemberView, how: ProofLevel) -> _MemberFound:
        amount = self.now.amount or (self.now.bill.gross if self.now.bill else None)
        return _MemberFound(
            view,
            points_account.show(self.store, member=view.member_no).active,
            coupon_check.usable(self.store, member=view.member_no, amount=amount),
            tiers.standing(self.store, member=view.member_no),
            how,
            tuple(recommendation.of_member(self.store, member=view.member_no, limit=LIKES)),
        )

    @Slot(object)
    def _on_people(self, found: list[_MemberFound]) -> None:
        w = self.words
        if not found:
            self._show(
                self._note(
                    "unknown", m("NOT A MEMBER"), w.t("Press F4 to register."), icon="user-search"
                )
            )
        elif len(found) == 1:
            self._on_member(found[0])
        else:
            choices = tuple(
                Choice(f"{who(f.member)}", partial(self._on_member, f)) for f in found[:6]
            )
            self._show(
                Result(
                    "info",
                    w.t("WHICH ONE?"),
                    "",
                    w.t("Type its number, then Enter."),
                    (),
                    choices,
                    "user-search",
                )
            )

    @Slot(object)
    def _on_member(self, found: _MemberFound) -> None:
        w = self.words
        if self._anothers(found.member):
            if self.goods:
                self._show(
                    self._note(
                        "info",
                        m("ANOTHER MEMBER"),
                        w.t("Let this bill be paid, or put it aside with F6."),
                    )
                )
                return
            if self.now.begun:
                self._close_then(lambda: self._on_member(found))
                return
        if self._recognise(found):
            self._show(self._member_card(found))
            if self.now.bill is None:
                self.quote()

    def _anothers(self, member: MemberView) -> bool:
        """True while somebody else than `member` stands at the till."""
        return self.now.who is not None and self.now.who.id != member.id

    def _recognise(self, found: _MemberFound) -> bool:
        """The member stands at the till from now on; False when something waited for that and goes
        on instead."""
        present = self.now.who
        self.now.member, self.now.coupons = found.member, tuple(found.coupons)
        if found.how is not ProofLevel.TAIL or present is None or present.id != found.member.id:
            same, before = present is not None and present.id == found.member.id, self.now.proof
            self.now.proof = Proof(
                found.how,
                confirmed=before.confirmed and same,
                second=before.second if same else None,
            )
        if self._retry is not None and self.now.proof.how is not ProofLevel.TAIL:
            self._go_on()
            return False
        if self.now.bill is not None and self.now.bill.member is None:
            number = found.member.member_no
            self._of_bill(
                lambda bill: open_bill.join(self.store, member=number, bill=bill), self._joined.emit
            )
        self._strip()
        if self._pending:
            self._take(self._pending)
            return False
        return True

    def _member_card(self, found: _MemberFound) -> Result:
        """The member with what can be used now."""
        w = self.words
        card = self.offering(
            Result("info", found.member.title, found.member.alert, icon="user-scan")
        )
        facts: tuple[tuple[str, str], ...] = (
            (w.t("Points"), w.number(found.active)),
            (w.t("Member"), who(found.member)),
        )
        if found.likes:
            facts = (*facts, (w.t("Offer next"), ", ".join(one.name for one in found.likes)))
        if found.tier is not None and (found.tier.tier or found.tier.next_tier):
            facts = (
                *facts,
                (
                    w.t("Tier"),
                    tier_sentence(found.tier.tier, found.tier.next_tier, found.tier.short, w),
                ),
            )
        # what the shop wants to be said to this member stands largest
        return replace(card, todo=self._coupons_said(len(card.choices)), facts=facts)

    def _coupons_said(self, count: int) -> str:
        w = self.words
        if not count:
            return w.t("No coupon to use. Go on with the bill.")
        return w.n(
            "1 coupon can be used: type 1, then Enter.",
            "{count} coupons can be used: type a number, then Enter.",
            count,
        )

    @Slot(object)
    def _on_joined(self, bill: BillView) -> None:
        """Priced for the member: the tier's price and promotions for members count from now on."""
        self.now.bill, self.now.quoted = bill, None
        self._strip()
        self.quote()

    @Slot(object)
    def _on_resolved(self, answer: tuple[str, Any]) -> None:
        text, hit = answer
        if hit.kind is Kind.COUPON:
            self._take(text)
        elif hit.kind is Kind.MEMBER:
            self._do(
                lambda: self._with_coupons(
                    registry.show(self.store, member=hit.key), ProofLevel.CARD
                ),
                self._found,
            )
        elif hit.kind is Kind.PRODUCT and self.sells_goods:
            self.put(text)
        elif hit.kind is Kind.PRODUCT:
            self._show(
                self._note("unknown", m("AN ARTICLE"), self.words.t("Scan goods at the register."))
            )
        else:
            self._show(
                self._note(
                    "unknown",
                    m("NOT A COUPON"),
                    self.words.t("Scan the coupon or the member card."),
                )
            )

    @Slot(object)
    def _on_new_member(self, made: Registered) -> None:
        self.registered.emit(made.member)
        self._ask(
            lambda: self._with_coupons(made.member, ProofLevel.PHONE),
            partial(self._on_registered, made.gift),
            always=True,
        )

    def _on_registered(self, gift: CouponView | None, found: _MemberFound) -> None:
        """Said to be registered, with the welcome gift. A bill that is another member's stays that
        one's."""
        w, facts = self.words, []
        if gift is not None:
            facts.append((w.t("Welcome gift"), f"{gift.offer_name} · {grouped(gift.code)}"))
            facts.append((w.t("Usable from"), w.day(gift.valid_from)))
        facts.append((w.t("Member"), who(found.member)))
        said = Result(
            "ok",
            w.t("REGISTERED"),
            found.member.title,
            "",
            tuple(facts[:4]),
            icon="circle-check",
            seconds=8,
        )
        if self._anothers(found.member):
            owner = self.now.who
            self._show(
                replace(
                    said,
                    todo=w.t("This bill stays with {name}.", name=owner.title if owner else ""),
                )
            )
        elif self._recognise(found):
            said = self.offering(said)
            self._show(replace(said, todo=self._coupons_said(len(said.choices))))
            if self.now.bill is None:
                self.quote()

    # --- the end of a bill ---

    @Slot(object)
    def _on_closed(self, bill: BillView) -> None:
        w, self._last = self.words, str(bill.receipt_no)
        self._closed_last = self._last
        self.refresh()
        self.slip_due(bill)
        if bill.closed_by == "next":
            return
        change, facts = change_of(bill, w)
        facts += [
            (w.t("Give this coupon"), f"{one.offer_name} · {grouped(one.code)}")
            for one in bill.given
        ]
        if bill.member:
            facts.append((w.t("Member"), who(bill.member)))
        facts.append((w.t("Receipt"), grouped(bill.receipt_no)))
        todo = (
            w.t("{points} points earned.", points=w.number(bill.points_earned))
            if bill.points_earned
            else w.t("Next customer, please.")
        )
        if bill.closed_by == "idle":
            todo = w.t("Closed by itself after a pause.") + " " + todo
        if bill.price_kept:
            todo = (
                w.t(
                    "The sum that was shown was kept, {amount} below the price now.",
                    amount=w.money(bill.price_kept),
                )
                + " "
                + todo
            )
        big = change or (w.money(bill.net) if bill.net is not None else "")
        choices = (
            (Choice(w.t("Print the slip"), self.print_last, key="Ctrl+P"),)
            if self.slip_folder is not None
            else ()
        )
        self._show(
            Result(
                "ok",
                w.t("BILL CLOSED"),
                big,
                todo,
                tuple(facts[:4]),
                choices,
                icon="circle-check",
                seconds=8,
            )
        )

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
        self._show(
            Result(
                "info",
                w.t("TAKEN BACK"),
                names or (w.money(bill.gross) if bill.gross else ""),
                todo,
                icon="arrow-back-up",
            )
        )
        self.refresh()

    @Slot(object)
    def _on_resumed(self, bill: BillView | None) -> None:
        if bill is None:
            self._show(self.idle())
            return
        w = self.words
        self.now.bill, self.now.amount, self.now.receipt = bill, bill.gross, str(bill.receipt_no)
        self.now.settled = bill.gross is not None and not self.goods
        self._strip()
        names = ", ".join(c.offer_name for c in bill.coupons)
        choices = (Choice(w.t("Finish it"), self.close), Choice(w.t("Take it back"), self.undo))
        self._show(
            Result(
                "info",
                w.t("OPEN BILL"),
                names,
                w.t("This bill was open when the program ended."),
                (),
                choices,
                "history",
            )
        )

    @Slot(object)
    def _on_usual(self, answer: tuple[Money | None, ShopRules]) -> None:
        self._most, shop = answer
        self._idle_ms = shop.idle_close // timedelta(milliseconds=1)
        self.sells_goods = shop.till_mode is TillMode.REGISTER
        if self.result.look == "idle":
            self._show(self.idle())
        self._strip()

    @Slot()
    def _idle_close(self) -> None:
        if self.goods:
            # goods that were not paid are never sold by a pause
            self._idle.start(self._idle_ms)
        elif self.now.begun:
            self._close("idle")
        else:
            self._clear()
            self._show(self.idle())
