"""Everything the shop keeps of one member, gathered under plain names: texts, numbers and lists
only, so that a program reads it as it is.

    gathered(store, "2000000000017")["receipts"][0]["paid"]"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.models import tables
from storecrm.services import rights
from storecrm.services.analytics import lifecycle_history
from storecrm.services.coupons import issue
from storecrm.services.coupons.issue import CouponView
from storecrm.services.loyalty import points_account, referrals, stamp_cards
from storecrm.services.members import consent, phones_and_cards, registry, views
from storecrm.services.members.consent import ConsentAnswer
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import receipts
from storecrm.services.till.receipts import BillView
from storecrm.values import Day, MemberId, Moment, as_datetime, money_text

ALL = 1_000_000
"""More than anybody has: nothing that is kept may be left out."""


def gathered(store: Store, member: str) -> dict[str, Any]:
    """What is kept of a member, by what it is.

    Raises:
        NotFound: member.
    """
    rights.require(store, Right.FULL_PHONES)
    # a phone or card may change hands; the number of the record is whose all the rest is
    with store.read() as session:
        person = registry.resolve(session, store, member)
        about = _person(session, store, person)
        history = lifecycle_history.of_member(session, person)
    number = about["member_no"]
    stages = [{"date": day.isoformat(), "stage": stage} for day, _, stage in history]
    answers = consent.history(store, member=number)
    consents = [_consent(store, answer) for answer in answers]
    statement = points_account.statement(store, member=number, limit=ALL)
    moves = [_move(move) for move in statement]
    issued = issue.of_member(store, member=number)
    coupons = [_coupon(coupon) for coupon in issued]
    cards = stamp_cards.cards(store, member=number)
    stamps = [_stamp_card(card) for card in cards]
    made_at = _moment(store, store.clock.now())
    return {
        "shop": store.shop.name,
        "made_at": made_at,
        "person": about | _brought(store, number),
        "consents": consents,
        "stages": stages,
        "points": moves,
        "receipts": _receipts(store, number),
        "coupons": coupons,
        "stamps": stamps,
    }


def _moment(store: Store, at: Moment) -> str:
    """A time with the shop's distance from UTC."""
    local = as_datetime(at, store.clock.zone)
    return local.isoformat(timespec="seconds")


def _person(session: Session, store: Store, person: MemberId) -> dict[str, Any]:
    record = select(tables.member).where(tables.member.c.id == person)
    row = session.execute(record).one()
    view = views.of_member(session, store, person)
    kept: dict[str, Any] = {}
    digits = store.shop.digits
    for field in member_fields.HANDED_OVER:
        value = getattr(row, field.name)
        kept[field.name] = _plain(field, value, digits)
    # what stands in tables of its own belongs to the person as well
    kept["further_phones"] = list(view.phones)
    kept["cards"] = phones_and_cards.cards_of(session, person)
    kept["lost_cards"] = _lost_cards(session, person)
    kept["tags"] = list(view.tags)
    return kept


def _lost_cards(session: Session, person: MemberId) -> list[str]:
    card = tables.lost_card.c
    query = select(card.key).where(card.member_id == person).order_by(card.key)
    return list(session.scalars(query))


def _plain(field: MemberField, value: Any, digits: int) -> Any:
    """What is kept in one field, for a program to read."""
    if field.reads is Reads.YES:
        return bool(value)
    if field.reads is Reads.COUNT:
        return value
    if value is None:
        return ""
    if field.reads is Reads.MONEY:
        return money_text(value, digits)
    return value.isoformat() if isinstance(value, Day) else value


def _brought(store: Store, number: str) -> dict[str, Any]:
    tree = referrals.tree(store, member=number)
    brought = [friend.member_no for friend in tree.friends]
    return {"brought_by": tree.referrer_no, "brought": brought}


def _move(move: points_account.Movement) -> dict[str, Any]:
    day = move.business_date.isoformat()
    ends = move.expires_on.isoformat() if move.expires_on else ""
    return {
        "date": day,
        "kind": move.kind.value,
        "points": move.points,
        "expires_on": ends,
        "receipt_no": move.receipt_no,
        "reason": move.reason,
    }


def _receipts(store: Store, number: str) -> list[dict[str, Any]]:
    """Every bill with its lines, the oldest first."""
    sold = receipts.of_member(store, member=number, limit=ALL)
    bills = (receipts.show(store, receipt=one.receipt_no) for one in reversed(sold))
    return [_receipt(bill, store.shop.digits) for bill in bills]


def _receipt(bill: BillView, digits: int) -> dict[str, Any]:
    day = bill.business_date.isoformat()
    # nobody said an amount yet
    paid = "" if bill.net is None else money_text(bill.net, digits)
    discount = money_text(bill.discount, digits)
    lines = [_line(line, digits) for line in bill.lines]
    return {
        "receipt_no": bill.receipt_no,
        "date": day,
        "state": bill.state.value,
        "paid": paid,
        "discount": discount,
        "lines": lines,
    }


def _line(line: receipts.LineView, digits: int) -> dict[str, Any]:
    article = line.name or line.sku
    amount = money_text(line.amount, digits)
    # thousandths of a piece or a kilogram
    quantity = f"{line.quantity / 1000:g}"
    return {"article": article, "quantity": quantity, "amount": amount}


def _coupon(coupon: CouponView) -> dict[str, Any]:
    until = coupon.valid_to.isoformat()
    return {
        "offer": coupon.offer_name,
        "code": coupon.code,
        "state": coupon.state.value,
        "valid_to": until,
    }


def _stamp_card(card: stamp_cards.StampCard) -> dict[str, Any]:
    return {"card": card.name, "stamps": card.stamps, "of": card.needed}


def _consent(store: Store, answer: ConsentAnswer) -> dict[str, Any]:
    return {
        "channel": answer.channel.value,
        "purpose": answer.purpose.value,
        "granted": answer.granted,
        "text_version": answer.text_version,
        "evidence": answer.evidence,
        "at": _moment(store, answer.at),
    }
