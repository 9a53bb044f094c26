"""The members list and one member's page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from storecrm.domain.offers.reading import OfferView
from storecrm.domain.points import Balance
from storecrm.domain.profile import Profile
from storecrm.domain.timeline import Event
from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.analytics import profile, segments, timeline
from storecrm.services.analytics.segments import SegmentView
from storecrm.services.coupons import automatic, issue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.exports import files
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
from storecrm.values import Channel

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
    rows: list[MemberView]
    total: int
    segment: SegmentView | None = None
    asked: str = ""
    again: bool = False


@dataclass(frozen=True)
class Lists:
    """The segments to choose from, and the offers that can be issued to members."""

    views: list[SegmentView]
    offers: list[OfferView]


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
    refused = Signal(object)  # StoreError
    printed = Signal(object)  # Path
    card_printed = Signal(object)  # (Path, signs that the font does not have)
    replaced = Signal(object)  # Opened

    def __init__(self, store: Store, lane: Lane, office: Lane, words: Catalogue) -> None:
        super().__init__()
        self.store, self._lane, self._office, self._words = store, lane, office, words
        self._text = ""
        self._segment: SegmentView | None = None

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
        self._text, self._segment = text.strip(), None
        self.fetch(0)

    def choose(self, segment: SegmentView) -> None:
        """The members of a segment, instead of a search."""
        self._text, self._segment = "", segment
        self.fetch(0)

    def count_lists(self) -> None:
        """The segments, and how many are in each of the first now: one look after the other, so
        that a search need not wait for all."""

        def work() -> Lists:
            views = segments.listed(self.store)
            return Lists(
                views,
                [
                    offer
                    for offer in design.listed(self.store)
                    if design.can_be_issued(self.store, offer)
                ],
            )

        if self.may_list:
            self._lane.start(lambda _: work(), then=self.lists, refused=self.refused)

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
        self._office.start(
            lambda _: segments.issue(self.store, code=segment.code, offer=offer),
            then=self.issued,
            refused=self.refused,
        )

    def export(self, segment: SegmentView, file: Path) -> None:
        """A segment's members as a file."""

        def work() -> Path:
            files.export_segment(
                self.store, code=segment.code, file=file, words=self._words, overwrite=True
            )
            return file

        self._lane.start(lambda _: work(), then=self.exported, refused=self.refused)

    @Slot(int)
    def fetch(self, offset: int, *, again: bool = False) -> None:
        """The stretch from `offset`: all members when nothing is searched, else the hits; `again`
        when only news of the store ask for it."""
        text, segment = self._text, self._segment

        def work() -> MemberPage:
            if segment is not None:
                rows, total = segments.page(self.store, code=segment.code, offset=offset)
                return MemberPage(offset, rows, total, segment)
            if text:
                found = registry.find(self.store, text=text, limit=FOUND)
                return MemberPage(0, found, len(found), asked=text)
            if not self.may_list:
                return MemberPage(0, [], 0)
            return MemberPage(
                offset, registry.page(self.store, offset=offset), registry.count(self.store)
            )

        self._lane.start(
            lambda _: replace(work(), again=again), then=self.listed, refused=self.refused
        )

    def open(self, member_no: str) -> None:
        self._lane.start(lambda _: self._read(member_no), then=self.opened, refused=self.refused)

    def _read(self, number: str) -> Opened:
        view = registry.show(self.store, member=number)
        balance, mine = (
            points_account.show(self.store, member=number),
            issue.of_member(self.store, member=number),
        )
        return Opened(
            view,
            balance,
            mine,
            points_account.statement(self.store, member=number),
            receipts.of_member(self.store, member=number),
            stamp_cards.cards(self.store, member=number),
            tiers.standing(self.store, member=number),
            referrals.tree(self.store, member=number),
            profile.of_member(self.store, member=number) if self.may_list else None,
            timeline.of_member(self.store, member=number) if self.may_list else [],
        )

    def register(self, new: NewMember) -> None:
        self._lane.start(
            lambda _: self._read(automatic.register(self.store, new=new).member_no),
            then=self.registered,
            refused=self.refused,
        )

    def change(self, number: str, new: NewMember, tags: Sequence[str] | None = None) -> None:
        """Keep what was typed; `tags` are all the words that the member shall have (None: as they
        are)."""

        def work() -> Opened:
            return self._read(
                registry.change(self.store, member=number, new=new, tags=tags).member_no
            )

        self._lane.start(lambda _: work(), then=self.opened, refused=self.refused)

    def forget(self, number: str, reason: str) -> None:
        """The owner's: for ever."""
        self._lane.start(
            lambda _: erasure.erase(self.store, member=number, reason=reason),
            then=self.forgotten,
            refused=self.refused,
        )

    def consent(self, number: str, channel: Channel, granted: bool, evidence: str = "") -> None:
        """A yes or a no, with what proves it."""

        def work() -> Opened:
            said = consent.set_consent(
                self.store, member=number, channel=channel, granted=granted, evidence=evidence
            )
            return self._read(said.member_no)

        self._lane.start(lambda _: work(), then=self.opened, refused=self.refused)

    def set_password(self, number: str, password: str) -> None:
        """What the member says before many points are burned."""

        def work() -> Opened:
            verification.set_password(self.store, member=number, password=password)
            return self._read(number)

        self._lane.start(lambda _: work(), then=self.opened, refused=self.refused)

    def change_phone(self, number: str, phone: str, fact: str = "") -> None:
        """Another first phone; a cashier hands on the fact that the member said."""

        def work() -> Opened:
            return self._read(
                phones_and_cards.change_phone(
                    self.store, member=number, phone=phone, fact=fact
                ).member_no
            )

        self._lane.start(lambda _: work(), then=self.opened, refused=self.refused)

    def add_phone(self, number: str, phone: str) -> None:
        """A further phone of the family."""

        def work() -> Opened:
            return self._read(
                phones_and_cards.add_phone(self.store, member=number, phone=phone).member_no
            )

        self._lane.start(lambda _: work(), then=self.opened, refused=self.refused)

    def detach_phone(self, number: str, phone: str) -> None:
        """A number that is somebody else's now."""

        def work() -> Opened:
            return self._read(
                phones_and_cards.detach_phone(self.store, member=number, phone=phone).member_no
            )

        self._lane.start(lambda _: work(), then=self.opened, refused=self.refused)

    def replace_card(self, number: str) -> None:
        """A lost card: frozen, a new number, coupons under new codes."""

        def work() -> Opened:
            return self._read(card_replacement.replace(self.store, member=number).member_no)

        self._lane.start(lambda _: work(), then=self.replaced, refused=self.refused)

    def print_history(self, number: str, file: Path) -> None:
        """Every answer of a member on paper."""

        def work() -> Path:
            consent_history.write(
                self.store, member=number, file=file, words=self._words, overwrite=True
            )
            return file

        self._lane.start(lambda _: work(), then=self.printed, refused=self.refused)

    def print_card(self, number: str, file: Path) -> None:
        def work() -> tuple[Path, str]:
            return file, member_card.write(
                self.store, member=number, file=file, words=self._words, overwrite=True
            )

        self._lane.start(lambda _: work(), then=self.card_printed, refused=self.refused)
