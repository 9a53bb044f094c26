"""The members list and one member's page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from storecrm.domain.offers.reading import OfferView
from storecrm.domain.points import Balance
from storecrm.domain.profile import Profile
from storecrm.domain.timeline import Event
from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.analytics import member_list, profile, segments, timeline
from storecrm.services.analytics.member_list import ListedMember, MemberQuestion
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.coupons import automatic, issue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.exports import segment_members
from storecrm.services.loyalty import (
    card_replacement,
    points_account,
    referrals,
    stamp_cards,
    tiers,
)
from storecrm.services.loyalty.points_account import Movement
from storecrm.services.loyalty.referrals import ReferralTree
from storecrm.services.loyalty.stamp_cards import StampCard
from storecrm.services.loyalty.tiers import TierStanding
from storecrm.services.members import consent, erasure, phones_and_cards, registry, verification
from storecrm.services.members.registry import NewMember
from storecrm.services.members.views import MemberView
from storecrm.services.offers import design
from storecrm.services.printing import consent_history, member_card
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import receipts
from storecrm.services.till.receipts import SaleRow
from storecrm.ui.kit.tasks import Lane
from storecrm.values import Channel, Money

FIRST = 5
"""How many lists stand on the page; the rest is behind "more"."""
FOUND = 200
"""So many of those that a search finds are shown; the store knows who sees fewer."""


@dataclass(frozen=True)
class Opened:
    """One member with everything the page shows."""

    member: MemberView
    balance: Balance
    coupons: list[CouponView]
    movements: list[Movement]
    sales: list[SaleRow]
    cards: list[StampCard]
    standing: TierStanding
    tree: ReferralTree
    profile: Profile | None = None
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class MemberPage:
    """A stretch of the list; `offset` 0 begins it anew, `asked` is what was searched for;
    `again` when only news of the store asked for it."""

    offset: int
    rows: list[ListedMember]
    total: int
    segment: SegmentView | None = None
    asked: str = ""
    again: bool = False


@dataclass(frozen=True)
class Lists:
    """The segments to choose from, and the offers that can be issued to members."""

    views: list[SegmentView]
    offers: list[OfferView]


def alone(member: MemberView) -> ListedMember:
    """A member of whom the list knows nothing else."""
    return ListedMember(member, last=None, visits=0, net=Money(0))


class MembersViewModel(QObject):
    """Search, list, open, change."""

    listed = Signal(object)  # Stretch
    opened = Signal(object)  # Opened
    registered = Signal(object)  # Opened
    lists = Signal(object)  # Lists
    counted = Signal(object)  # (code, members)
    exported = Signal(object)  # Path
    issued = Signal(object)  # BatchView
    forgotten = Signal(object)  # Erased
    changed = Signal(object)  # Opened, after the card was saved
    refused = Signal(object)  # StoreError
    unsaved = Signal(object)  # StoreError: of the card that was to be saved
    declined = Signal(object)  # StoreError: of an act on one member
    printed = Signal(object)  # Path
    card_printed = Signal(object)  # (Path, signs that the font does not have)
    replaced = Signal(object)  # Opened

    def __init__(self, store: Store, lane: Lane, office: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store = store
        self._lane = lane
        self._office = office
        self._words = words
        self._text = ""
        self._segment: SegmentView | None = None
        self._order: tuple[tuple[str, bool], ...] = ()
        self._filters: dict[str, str] = {}

    @property
    def may_export(self) -> bool:
        return rights.holds(self.store.actor, Right.EXPORT_MEMBERS)

    @property
    def may_forget(self) -> bool:
        return rights.holds(self.store.actor, Right.ERASE)

    @property
    def may_replace(self) -> bool:
        return rights.holds(self.store.actor, Right.ISSUE_ONE)

    @property
    def may_import(self) -> bool:
        return rights.holds(self.store.actor, Right.IMPORT)

    @property
    def may_list(self) -> bool:
        return rights.holds(self.store.actor, Right.FULL_PHONES)

    def search(self, text: str) -> None:
        self._text = text.strip()
        self._segment = None
        self.fetch(0)

    def choose(self, segment: SegmentView) -> None:
        """The members of a segment, instead of a search."""
        # and a segment the search
        self._text, self._segment = "", segment
        self.fetch(0)

    def ask(self, order: tuple[tuple[str, bool], ...], filters: dict[str, str]) -> None:
        """The same members in another order, or only some of them."""
        self._order, self._filters = order, filters
        self.fetch(0)

    def every_member(self) -> Iterator[ListedMember]:
        """All members that are listed now, for a file; read on a lane."""
        # as it is asked now: who waits for the file looks at another list meanwhile
        text, question = self._text, self._question()

        def read() -> Iterator[ListedMember]:
            if text:
                yield from self._found(text, question).rows
            else:
                yield from member_list.every(self.store, question=question)

        return read()

    def _question(self) -> MemberQuestion:
        segment = self._segment.code if self._segment is not None else ""
        return MemberQuestion(self._order, self._filters, segment)

    def count_lists(self) -> None:
        """The segments, and how many are in each of the first now: one look after the other, so
        that a search need not wait for all."""

        def work() -> Lists:
            views = segments.listed(self.store)
            offers = design.listed(self.store)
            issuable = [offer for offer in offers if design.can_be_issued(self.store, offer)]
            return Lists(views, issuable)

        if self.may_list:
            self._on_lane(work, self.lists)

    def count_first(self, views: list[SegmentView]) -> None:
        """The sizes of the first lists."""
        for view in views[:FIRST]:
            self._lane.start(
                partial(self._size, view.code), then=self.counted, refused=self.refused
            )

    def _size(self, code: str, _progress: object) -> tuple[str, int]:
        return code, segments.counts(self.store, codes=(code,))[code]

    def issue(self, segment: SegmentView, offer: str) -> None:
        """A coupon to everybody in a segment."""

        def work() -> object:
            return segments.issue(self.store, code=segment.code, offer=offer)

        self._on_office(work, self.issued)

    def export(self, segment: SegmentView, file: Path) -> None:
        """A segment's members as a file."""

        def work() -> Path:
            segment_members.export_segment(
                self.store, code=segment.code, file=file, words=self._words, overwrite=True
            )
            return file

        self._on_lane(work, self.exported)

    @Slot(int)
    def fetch(self, offset: int, *, again: bool = False) -> None:
        """The stretch from `offset`: all members when nothing is searched, else the hits; `again`
        when only news of the store ask for it."""
        text, segment = self._text, self._segment
        question = self._question()

        def work() -> MemberPage:
            # a segment and a search exclude each other
            if text:
                return self._found(text, question)
            # a cashier finds who is asked for, and lists nobody
            if not self.may_list:
                return MemberPage(0, [], 0)
            stretch = member_list.page(self.store, question=question, offset=offset)
            return MemberPage(offset, stretch.rows, stretch.total, segment)

        self._on_lane(lambda: replace(work(), again=again), self.listed)

    def _found(self, text: str, question: MemberQuestion) -> MemberPage:
        """The hits of a search, the likeliest first unless another order is asked for."""
        found = registry.find(self.store, text=text, limit=FOUND)
        if not self.may_list:
            rows = [alone(member) for member in found]
            return MemberPage(0, rows, len(rows), asked=text)
        place = {member.id: at for at, member in enumerate(found)}
        within = replace(question, within=list(place))
        rows = member_list.page(self.store, question=within, limit=FOUND).rows
        if not question.order:
            rows.sort(key=lambda row: place[row.member.id])
        return MemberPage(0, rows, len(rows), asked=text)

    def open(self, member_no: str) -> None:
        self._on_lane(lambda: self._read(member_no), self.opened)

    def _read(self, number: str) -> Opened:
        store = self.store
        opened = Opened(
            member=registry.show(store, member=number),
            balance=points_account.show(store, member=number),
            coupons=issue.of_member(store, member=number),
            movements=points_account.statement(store, member=number),
            sales=receipts.of_member(store, member=number),
            cards=stamp_cards.cards(store, member=number),
            standing=tiers.standing(store, member=number),
            tree=referrals.tree(store, member=number),
        )
        # what is derived from all receipts is not for every cashier
        if not self.may_list:
            return opened
        known = profile.of_member(store, member=number)
        events = timeline.of_member(store, member=number)
        return replace(opened, profile=known, events=events)

    def register(self, new: NewMember) -> None:
        def work() -> object:
            return self._read(automatic.register(self.store, new=new).member_no)

        self._on_lane(work, self.registered, self.unsaved)

    def change(self, number: str, new: NewMember, tags: Sequence[str] | None = None) -> None:
        """Keep what was typed; `tags` are all the words that the member shall have (None: as they
        are)."""

        def work() -> Opened:
            return self._read(
                registry.change(self.store, member=number, new=new, tags=tags).member_no
            )

        self._on_lane(work, self.changed, self.unsaved)

    def forget(self, number: str, reason: str) -> None:
        """The owner's: for ever."""

        def work() -> object:
            return erasure.erase(self.store, member=number, reason=reason)

        self._on_lane(work, self.forgotten, self.declined)

    def consent(self, number: str, channel: Channel, granted: bool, evidence: str = "") -> None:
        """A yes or a no, with what proves it."""

        def work() -> Opened:
            said = consent.set_consent(
                self.store, member=number, channel=channel, granted=granted, evidence=evidence
            )
            return self._read(said.member_no)

        self._on_lane(work, self.opened, self.declined)

    def set_password(self, number: str, password: str) -> None:
        """What the member says before many points are burned."""

        def work() -> Opened:
            verification.set_password(self.store, member=number, password=password)
            return self._read(number)

        self._on_lane(work, self.opened, self.declined)

    def change_phone(self, number: str, phone: str, fact: str = "") -> None:
        """Another first phone; a cashier hands on the fact that the member said."""

        def work() -> Opened:
            return self._read(
                phones_and_cards.change_phone(
                    self.store, member=number, phone=phone, fact=fact
                ).member_no
            )

        self._on_lane(work, self.opened, self.declined)

    def add_phone(self, number: str, phone: str) -> None:
        """A further phone of the family."""

        def work() -> Opened:
            return self._read(
                phones_and_cards.add_phone(self.store, member=number, phone=phone).member_no
            )

        self._on_lane(work, self.opened, self.declined)

    def detach_phone(self, number: str, phone: str) -> None:
        """A number that is somebody else's now."""

        def work() -> Opened:
            return self._read(
                phones_and_cards.detach_phone(self.store, member=number, phone=phone).member_no
            )

        self._on_lane(work, self.opened, self.declined)

    def replace_card(self, number: str) -> None:
        """A lost card: frozen, a new number, coupons under new codes."""

        def work() -> Opened:
            return self._read(card_replacement.replace(self.store, member=number).member_no)

        self._on_lane(work, self.replaced, self.declined)

    def print_history(self, number: str, file: Path) -> None:
        """Every answer of a member on paper."""

        def work() -> Path:
            consent_history.write(
                self.store, member=number, file=file, words=self._words, overwrite=True
            )
            return file

        self._on_lane(work, self.printed)

    def print_card(self, number: str, file: Path) -> None:
        def work() -> tuple[Path, str]:
            return file, member_card.write(
                self.store, member=number, file=file, words=self._words, overwrite=True
            )

        self._on_lane(work, self.card_printed)

    def _on_lane(
        self,
        work: Callable[[], object],
        then: SignalInstance,
        refused: SignalInstance | None = None,
    ) -> None:
        """One act after the other."""
        self._lane.start(lambda _: work(), then=then, refused=refused or self.refused)

    def _on_office(self, work: Callable[[], object], then: SignalInstance) -> None:
        """Change the books; long acts wait for each other here."""
        self._office.start(lambda _: work(), then=then, refused=self.refused)
