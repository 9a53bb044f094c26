"""Everything the shop keeps of one member, to hand over: as JSON for a program, as PDF for a
person."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.ledger import audit
from storecrm.models.member import LostCard, Member
from storecrm.services import files, rights
from storecrm.services.analytics import lifecycle_history
from storecrm.services.coupons import issue
from storecrm.services.files import Target
from storecrm.services.loyalty import points_account, referrals, stamp_cards
from storecrm.services.members import consent, phones_and_cards, registry, views
from storecrm.services.printing import page
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.services.till import receipts
from storecrm.values import (
    Channel,
    Day,
    MemberId,
    Purpose,
    as_datetime,
    grouped,
    money_text,
    parse_money,
)
from storecrm.wording import insight, labels
from storecrm.wording.names import CHANNELS, PURPOSES

_M: Any = Member.__table__
_LINES, _TOP, _STEP = 48, 30, 5.2
ALL = 1_000_000
KIND = "member data"
_BEGINS = f'{{\n  "document": "{files.MARK}{KIND}"'.encode()


def write(
    store: Store, *, member: str, file: Path, words: Catalogue, overwrite: bool = False
) -> int:
    """Write a member's data to a .json or .pdf file; returns the number of receipts in it. It is
    written down that it was done.

    Raises:
        NotFound: member.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.FULL_PHONES)
    if file.suffix.casefold() not in (".json", ".pdf"):
        raise BadInput("file_kind", where=file.name)
    as_json = file.suffix.casefold() == ".json"
    target = Target(file, KIND, store.name, overwrite, begins=_BEGINS if as_json else b"")
    files.require(target)
    body = _gathered(store, member)
    if as_json:
        _as_json(body, target)
    else:
        _as_pdf(store, body, target, words)
    with store.write() as session:
        audit.log(
            session, store, "member_file_written", member=registry.resolve(session, store, member)
        )
    return len(body["receipts"])


def _gathered(store: Store, member: str) -> dict[str, Any]:
    with store.read() as session:
        person = registry.resolve(session, store, member)
        about = _person(session, store, person)
        stages = [
            {"date": day.isoformat(), "stage": stage}
            for day, _, stage in lifecycle_history.of_member(session, person)
        ]
    number = about["member_no"]
    brought = referrals.tree(store, member=number)
    about |= {
        "brought_by": brought.referrer_no,
        "brought": [friend.member_no for friend in brought.friends],
    }
    sold = [
        receipts.show(store, receipt=one.receipt_no)
        for one in reversed(receipts.of_member(store, member=number, limit=ALL))
    ]
    return {
        "shop": store.shop.name,
        "made_at": as_datetime(store.clock.now(), store.clock.zone).isoformat(timespec="seconds"),
        "person": about,
        "consents": [_consent(store, answer) for answer in consent.history(store, member=number)],
        "stages": stages,
        "points": [
            _move(move) for move in points_account.statement(store, member=number, limit=ALL)
        ],
        "receipts": [_receipt(bill, store.shop.digits) for bill in sold],
        "coupons": [
            {
                "offer": one.offer_name,
                "code": one.code,
                "state": one.state.value,
                "valid_to": one.valid_to.isoformat(),
            }
            for one in issue.of_member(store, member=number)
        ],
        "stamps": [
            {"card": card.name, "stamps": card.stamps, "of": card.needed}
            for card in stamp_cards.cards(store, member=number)
        ],
    }


def _person(session: Session, store: Store, person: MemberId) -> dict[str, Any]:
    row = session.execute(select(_M).where(_M.c.id == person)).one()
    view = views.of_member(session, store, person)
    kept = {
        field.name: _plain(field, getattr(row, field.name), store.shop.digits)
        for field in member_fields.HANDED_OVER
    }
    lost = select(LostCard.key).where(LostCard.member_id == person).order_by(LostCard.key)
    return kept | {
        "further_phones": list(view.phones),
        "cards": phones_and_cards.cards_of(session, person),
        "lost_cards": list(session.scalars(lost)),
        "tags": list(view.tags),
    }


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


def _move(move: points_account.Movement) -> dict[str, Any]:
    return {
        "date": move.business_date.isoformat(),
        "kind": move.kind.value,
        "points": move.points,
        "expires_on": move.expires_on.isoformat() if move.expires_on else "",
        "receipt_no": move.receipt_no,
        "reason": move.reason,
    }


def _receipt(bill: receipts.BillView, digits: int) -> dict[str, Any]:
    return {
        "receipt_no": bill.receipt_no,
        "date": bill.business_date.isoformat(),
        "state": bill.state.value,
        "paid": money_text(bill.net, digits) if bill.net is not None else "",
        "discount": money_text(bill.discount, digits),
        "lines": [
            {
                "article": line.name or line.sku,
                "quantity": f"{line.quantity / 1000:g}",
                "amount": money_text(line.amount, digits),
            }
            for line in bill.lines
        ],
    }


def _consent(store: Store, answer: consent.ConsentAnswer) -> dict[str, Any]:
    return {
        "channel": answer.channel.value,
        "purpose": answer.purpose.value,
        "granted": answer.granted,
        "text_version": answer.text_version,
        "evidence": answer.evidence,
        "at": as_datetime(answer.at, store.clock.zone).isoformat(timespec="seconds"),
    }


def _move_line(one: dict[str, Any], words: Catalogue) -> str:
    kind = labels.ENTRY[one["kind"]]
    return f"{one['date']}  {words.t(kind)}  {one['points']:+,}"


def _coupon_line(one: dict[str, Any], words: Catalogue) -> str:
    state = labels.COUPON_STATES[one["state"]]
    return f"{one['offer']}  {grouped(one['code'])}  {words.t(state)}"


def _as_json(body: dict[str, Any], target: Target) -> None:
    with files.whole(target) as part:
        # the same bytes on every system: by the first ones it is known again
        part.write_text(
            json.dumps({"document": target.mark} | body, ensure_ascii=False, indent=2),
            "utf-8",
            newline="\n",
        )


def _answer(one: dict[str, Any], words: Catalogue) -> str:
    """What was said to which channel for which purpose."""
    channel, purpose = (
        words.t(CHANNELS[Channel(one["channel"])]),
        words.t(PURPOSES[Purpose(one["purpose"])]),
    )
    return f"{channel} ({purpose}): {words.t('yes') if one['granted'] else words.t('no')}"


def _in_words(field: MemberField, person: dict[str, Any], words: Catalogue) -> str:
    """What is kept in one field, for a person to read; "" where nothing is."""
    said = person[field.name]
    if not said:
        return ""
    if field.name == "member_no":
        return grouped(said)
    if field.reads is Reads.GENDER:
        return insight.texts_of("gender", words).get(said, "")
    if field.reads is Reads.BIRTHDAY and person["birthday_type"] == "lunar":
        return str(said) + words.t(" (lunar calendar)")
    if field.reads is Reads.YES:
        return words.t("yes")
    if field.name == "tier" and person["tier_until"]:
        return str(said) + words.t(" until {day}", day=person["tier_until"])
    return str(said)


def _as_pdf(store: Store, body: dict[str, Any], target: Target, words: Catalogue) -> None:
    w, person = words, body["person"]
    spent = (
        parse_money(person["opening_spent"], digits=store.shop.digits)
        if person["opening_spent"]
        else None
    )
    last = Day.fromisoformat(person["opening_last_visit"]) if person["opening_last_visit"] else None
    lines: list[tuple[str, str]] = []
    known = [
        *(
            (w.t(field.title), _in_words(field, person, w))
            for field in member_fields.HANDED_OVER
            if field.titled
        ),
        (w.t("Further phones"), w.listed(person["further_phones"])),
        (w.t("Tags"), w.listed(person["tags"])),
        (w.t("Cards"), w.listed(person["cards"])),
        (w.t("Lost cards"), w.listed(person["lost_cards"])),
        (w.t("Brought by"), grouped(person["brought_by"])),
        (w.t("Brought"), w.listed(grouped(number) for number in person["brought"])),
        (w.t("Before this program"), insight.before(spent, person["opening_visits"], last, w)),
    ]
    lines += [("", f"{title}: {text}") for title, text in known if text]
    consents = [
        f"{one['at'][:16].replace('T', ' ')}  {_answer(one, w)}" for one in body["consents"]
    ]
    moves = [_move_line(one, w) for one in body["points"]]
    given = [_coupon_line(one, w) for one in body["coupons"]]
    stages = [f"{one['date']}  {insight.stage(one['stage'], w)}" for one in body["stages"]]
    stamped = [f"{one['card']}  {one['stamps']}/{one['of']}" for one in body["stamps"]]
    parts = ((w.t("Agreed to"), consents), (w.t("Points"), moves), (w.t("Coupons"), given))
    for title, part in (*parts, (w.t("Stamp cards"), stamped), (w.t("Stages of life"), stages)):
        lines += [("", ""), ("head", title), *(("", text) for text in part or ["—"])]
    lines += [("", ""), ("head", w.t("Receipts"))]
    for bill in body["receipts"]:
        lines.append(("", f"{bill['date']}  {grouped(bill['receipt_no'])}  {bill['paid']}"))
        lines += [
            ("in", f"{line['quantity']} × {line['article']}  {line['amount']}")
            for line in bill["lines"]
            if line["article"]
        ]
    sheet = page.PaperSheet(target, 210, 297, f"{store.shop.name} {person['member_no']}")
    for at, (kind, text) in enumerate(lines):
        place = at % _LINES
        if place == 0:
            if at:
                sheet.next_page()
            sheet.text(20, 20, w.t("What we keep about you"), size=6, font=page.BOLD)
            sheet.text(
                190,
                20,
                f"{store.shop.name} · {body['made_at'][:10]} · {at // _LINES + 1}",
                size=3.2,
                align="right",
            )
        bold = page.BOLD if kind == "head" else page.REGULAR
        sheet.text(
            26 if kind == "in" else 20,
            _TOP + place * _STEP,
            text,
            size=4.2 if kind == "head" else 3.5,
            font=bold,
            room=164,
        )
    sheet.save()
