"""The rows of lists of members: who they are, what they said, whom they brought, what stands on
their stamp cards."""

from collections import Counter
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.ledger import point_balances, stamps
from storecrm.models import tables
from storecrm.models.member import Consent, Member, MemberPhone, Referral
from storecrm.models.offer import Offer
from storecrm.models.points import PointEntry
from storecrm.models.scannable import Scannable
from storecrm.models.stamp import StampEntry
from storecrm.models.tag import MemberTag
from storecrm.services.exports.cells import FOR_EVER, Rows, local, money, together, yes
from storecrm.services.exports.streams import Beside, streamed
from storecrm.services.members import tags
from storecrm.services.store import Store
from storecrm.values import Day, Kind, Purpose, scan_key

_IS_LIVE = Member.state == "live"
_MEMBERS = select(tables.member).where(_IS_LIVE).order_by(Member.id)
_TOTAL = func.sum(PointEntry.points).label("total")
_LOTS = select(PointEntry.member_id, _TOTAL).group_by(PointEntry.member_id)
_TAGS = select(MemberTag.member_id, MemberTag.tag)
_IS_CARD = Scannable.kind == Kind.MEMBER
_KEYS = select(Scannable.target_id, Scannable.key).where(_IS_CARD)
_PHONES = select(MemberPhone.member_id, MemberPhone.phone)
_ANSWER = (Consent.channel, Consent.granted, Consent.evidence)
_IS_OF_OFFERS = Consent.purpose == Purpose.PROMOTION
_ANSWERS = select(Consent.member_id, *_ANSWER).where(_IS_OF_OFFERS)
_EVERY_ANSWER = select(tables.consent, Member.member_no).join(Member).where(_IS_LIVE)

_FRIEND = tables.member.alias("friend")
_REFERRER = tables.member.alias("referrer")
_IS_FRIEND = _FRIEND.c.id == Referral.friend_id
_IS_REFERRER = _REFERRER.c.id == Referral.referrer_id
_BOTH_LIVE = (_FRIEND.c.state == "live", _REFERRER.c.state == "live")
# two records that became one brought nobody
_ARE_TWO = _FRIEND.c.id != _REFERRER.c.id
_NUMBERS = (_FRIEND.c.member_no, _REFERRER.c.member_no.label("by"))
_WITH_FRIEND = select(tables.referral, *_NUMBERS).join(_FRIEND, _IS_FRIEND)
_PAIRS = _WITH_FRIEND.join(_REFERRER, _IS_REFERRER)
_REFERRALS = _PAIRS.where(*_BOTH_LIVE, _ARE_TWO).order_by(Referral.id)

_CARD = (StampEntry.member_id, StampEntry.offer_id)
_IS_CARD_OF = Member.id == StampEntry.member_id
_IS_CARD_FOR = Offer.id == StampEntry.offer_id
_CARDS = select(*_CARD, Member.member_no, Offer.code).distinct()
_NAMED_CARDS = _CARDS.join(Member, _IS_CARD_OF).join(Offer, _IS_CARD_FOR)
_STAMP_CARDS = _NAMED_CARDS.where(_IS_LIVE).order_by(*_CARD)


def members(session: Session, store: Store) -> Rows:
    """Every member, a field of member_fields.EXPORTED each column."""
    beside = _MemberBooks(session, store.clock.today())
    for member in streamed(session, _MEMBERS):
        more = beside.cells_of(member)
        cells = list[Any]()
        for field in member_fields.EXPORTED:
            if field.stored:
                cells.append(_cell(store, field, member))
            else:
                cells.append(more.get(field.column, ""))
        yield tuple(cells)
    beside.close()


class _MemberBooks:
    """What stands of members in other tables."""

    def __init__(self, session: Session, today: Day) -> None:
        self._over = _over(session, today)
        tagged = _TAGS.where(tags.alive(today))
        self._lots = Beside(session, _LOTS, PointEntry.member_id)
        self._tags = Beside(session, tagged, MemberTag.member_id, MemberTag.tag)
        self._keys = Beside(session, _KEYS, Scannable.target_id, Scannable.key)
        # the newest answer comes last
        self._answers = Beside(session, _ANSWERS, Consent.member_id, Consent.id)
        self._phones = Beside(session, _PHONES, MemberPhone.member_id, MemberPhone.phone)

    def cells_of(self, member: Any) -> dict[str, Any]:
        """The cells of one member; members are asked for in the order of their ids."""
        who = member.id
        lots = self._lots.of(who)
        left = sum(int(row.total) for row in lots)
        own = scan_key(member.member_no)
        keys = [row.key for row in self._keys.of(who)]
        cards = [key for key in keys if key != own]
        cells = _consent_cells(self._answers.of(who))
        tagged = self._tags.of(who)
        cells["tags"] = ",".join(row.tag for row in tagged)
        cells["points"] = left - self._over[who]
        # what each lot is worth and when it ends stands in the list of points
        cells["points_in_lots"] = "yes"
        cells["old_card_no"] = next(iter(cards), "")
        phones = self._phones.of(who)
        cells["further_phones"] = ",".join(row.phone for row in phones)
        cells["further_cards"] = together(cards[1:])
        return cells

    def close(self) -> None:
        """Let go of what was not read to its end."""
        for walk in (self._lots, self._tags, self._keys, self._answers, self._phones):
            walk.close()


def _over(session: Session, today: Day) -> Counter[int]:
    """What of members' points has ended without having been written down."""
    found: Counter[int] = Counter()
    for lot in session.execute(point_balances.unswept(today)):
        found[lot.member_id] += lot.left
    return found


def _cell(store: Store, field: MemberField, member: Any) -> Any:
    """What a list says of one field of a member."""
    value = getattr(member, field.name)
    if field.reads is Reads.MONEY:
        return money(store.shop.digits, value)
    if field.reads is Reads.YES:
        return "yes" if value else ""
    # a calendar of no birthday says nothing
    if field.reads is Reads.CALENDAR and not member.birthday:
        return ""
    return "" if value is None else value


def _consent_cells(said: list[Row[Any]]) -> dict[str, Any]:
    """What holds for each channel, and what proves the newest answer that has a proof."""
    cells = dict[str, Any]()
    proof = ""
    for row in said:
        cells[f"consent_{row.channel}"] = yes(row.granted)
        proof = row.evidence or proof
    cells["consent_evidence"] = proof
    return cells


def consents(session: Session, store: Store) -> Rows:
    """Every answer, in the order in which they were given: the newest of a channel and a purpose
    holds."""
    for row in streamed(session, _EVERY_ANSWER.order_by(Consent.id)):
        about = (row.member_no, str(row.channel), row.purpose)
        at = local(row.at, store.clock.zone)
        proof = (row.evidence, row.text_version)
        yield (*about, yes(row.granted), at, *proof)


def referrals(session: Session, store: Store) -> Rows:  # noqa: ARG001
    """Who brought whom."""
    for row in streamed(session, _REFERRALS):
        pair = (row.member_no, row.by)
        rewarded = row.rewarded_on or ""
        yield *pair, row.state, row.registered_on, rewarded


def stamp_cards(session: Session, store: Store) -> Rows:
    """What stands on each card today, by the day on which it ends; the moves that made it stay
    here."""
    today = store.clock.today()
    # read to their end: each card is asked for on the same connection
    cards = session.execute(_STAMP_CARDS).all()
    for card in cards:
        for count, ends in stamps.parts(session, card.member_id, card.offer_id, today):
            yield card.member_no, card.code, count, ends or FOR_EVER
