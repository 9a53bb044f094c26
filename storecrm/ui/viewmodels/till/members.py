"""The member who stands at the till: found, recognised, registered."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.domain.scan_entry import MemberQuery
from storecrm.services.analytics import recommendation
from storecrm.services.coupons import automatic
from storecrm.services.coupons.automatic import Registered
from storecrm.services.coupons.issue import CouponView
from storecrm.services.loyalty import points_account, tiers
from storecrm.services.members import duplicates, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import Proof, ProofLevel
from storecrm.services.members.views import MemberView
from storecrm.services.till import coupon_check
from storecrm.ui.presenters.till import members
from storecrm.ui.presenters.till.members import FoundMember
from storecrm.ui.presenters.till.screen import Screen
from storecrm.ui.viewmodels.till.bill import Bill
from storecrm.ui.viewmodels.till.bill_part import BillPart
from storecrm.ui.viewmodels.till.desk import Desk
from storecrm.ui.viewmodels.till.screen import TillScreen
from storecrm.ui.viewmodels.till.verification import Verification

LIKES = 2
"""How many articles the till names."""

FOUND = 9
"""How many members one search brings."""


class Members(BillPart):
    """One member a bill: another one begins the next."""

    twins = Signal(object)  # list[duplicates.MergeCandidate]
    registered = Signal(object)  # MemberView
    not_registered = Signal(object)  # StoreError

    _people = Signal(object)
    _found = Signal(object)
    _new_member = Signal(object)

    def __init__(
        self,
        desk: Desk,
        screen: TillScreen,
        bill: Bill,
        verification: Verification,
        parent: QObject,
    ) -> None:
        super().__init__(desk, screen, bill, parent)
        self._verification = verification
        self._people.connect(self._on_people)
        self._found.connect(self.arrive)
        self._new_member.connect(self._on_new_member)

    # --- finding ---

    def find(self, query: MemberQuery) -> None:
        """Members by tail, phone, name or initials."""
        desk = self._desk
        # the whole phone is as good as the card
        how = ProofLevel.PHONE if query.whole_phone else ProofLevel.TAIL

        def work() -> list[FoundMember]:
            views = registry.find(desk.store, text=query.text, limit=FOUND)
            return [self._look_at(view, how) for view in views]

        desk.do(work, self._people)

    def find_by_card(self, member: str) -> None:
        """The member whose card was scanned."""
        desk = self._desk
        desk.do(
            lambda: self._look_at(registry.show(desk.store, member=member), ProofLevel.CARD),
            self._found,
        )

    def _look_at(self, view: MemberView, how: ProofLevel) -> FoundMember:
        store = self._desk.store
        now = self._desk.now
        number = view.member_no
        amount = now.amount or (now.bill.gross if now.bill else None)
        return FoundMember(
            member=view,
            active=points_account.show(store, member=number).active,
            coupons=tuple(coupon_check.usable(store, member=number, amount=amount)),
            tier=tiers.standing(store, member=number),
            how=how,
            likes=tuple(recommendation.of_member(store, member=number, limit=LIKES)),
        )

    @Slot(object)
    def _on_people(self, found: list[FoundMember]) -> None:
        w = self._desk.words
        if not found:
            self._screen.show(members.nobody(w))
        elif len(found) == 1:
            self.arrive(found[0])
        else:
            self._screen.show(members.which_one(found, w))

    # --- recognising ---

    @Slot(object)
    def arrive(self, found: FoundMember) -> None:
        """The member stands at the till, unless goods of another one lie there."""
        desk = self._desk
        if self._anothers(found.member):
            if desk.goods:
                self._screen.show(members.goods_of_another(desk.words))
                return
            if desk.now.begun:
                self._bill.close_then(lambda: self.arrive(found))
                return
        if self._recognise(found):
            ways = self._screen.offering(Screen("info", "")).choices
            self._screen.show(members.member_card(found, ways, desk.words))
            if desk.now.bill is None:
                self._bill.quote()

    def _anothers(self, member: MemberView) -> bool:
        """True while somebody else than `member` stands at the till."""
        present = self._desk.now.who
        return present is not None and present.id != member.id

    def _recognise(self, found: FoundMember) -> bool:
        """The member stands at the till from now on; False when something waited for that and goes
        on instead."""
        desk = self._desk
        now = self._desk.now
        present = now.who
        same = present is not None and present.id == found.member.id
        now.member = found.member
        now.coupons = found.coupons
        if found.how is not ProofLevel.TAIL or not same:
            before = now.proof
            second = before.second if same else None
            now.proof = Proof(found.how, confirmed=before.confirmed and same, second=second)
        if desk.waiting.retry is not None and now.proof.how is not ProofLevel.TAIL:
            self._verification.go_on()
            return False
        if now.bill is not None and now.bill.member is None:
            self._bill.join(found.member.member_no)
        self._screen.show_strip()
        if desk.waiting.coupon:
            self._bill.take(desk.waiting.coupon)
            return False
        return True

    # --- registering ---

    def register(self, new: NewMember) -> None:
        """F4: keep the small card."""
        desk = self._desk
        desk.do(
            lambda: automatic.welcome(desk.store, new=new), self._new_member, self.not_registered
        )

    def look_for_twins(self, name: str, birthday: str) -> None:
        """While a card is filled in: who may be there already."""
        desk = self._desk
        desk.do(lambda: duplicates.near(desk.store, name=name, birthday=birthday), self.twins)

    @Slot(object)
    def _on_new_member(self, made: Registered) -> None:
        self.registered.emit(made.member)
        self._desk.ask(
            lambda: self._look_at(made.member, ProofLevel.PHONE),
            partial(self._on_registered, made.gift),
            always=True,
        )

    def _on_registered(self, gift: CouponView | None, found: FoundMember) -> None:
        """Said to be registered, with the welcome gift. A bill that is another member's stays that
        one's."""
        desk = self._desk
        w = self._desk.words
        said = members.registered(found.member, gift, w)
        if self._anothers(found.member):
            self._screen.show(replace(said, todo=members.bill_stays_with(desk.now.who, w)))
        elif self._recognise(found):
            said = self._screen.offering(said)
            self._screen.show(replace(said, todo=members.coupons_said(len(said.choices), w)))
            if desk.now.bill is None:
                self._bill.quote()
