"""What the shop keeps of a member, line by line in words, as it stands on paper."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from storecrm.domain import member_fields
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.i18n import Catalogue
from storecrm.values import Channel, Day, Purpose, grouped, parse_money
from storecrm.wording import insight, labels
from storecrm.wording.names import CHANNELS, PURPOSES

Body = dict[str, Any]
"""What member_data.gathered gives, or a part of it."""


@dataclass(frozen=True)
class PaperLine:
    """One line; a heading begins a part, what is `inside` belongs to the line above."""

    text: str
    heading: bool = False
    inside: bool = False


_BLANK = PaperLine("")


def lines(body: Body, digits: int, words: Catalogue) -> Iterator[PaperLine]:
    """Everything in `body`; `digits` are the decimals in which the shop counts its money."""
    # a field that says nothing needs no line
    for title, text in _about(body["person"], digits, words):
        if text:
            yield PaperLine(f"{title}: {text}")
    t = words.t
    yield from _part(t("Agreed to"), _answers(body, words))
    yield from _part(t("Points"), _moves(body, words))
    yield from _part(t("Coupons"), _coupons(body, words))
    yield from _part(t("Stamp cards"), _stamps(body))
    yield from _part(t("Stages of life"), _stages(body, words))
    yield _BLANK
    yield PaperLine(t("Receipts"), heading=True)
    for bill in body["receipts"]:
        yield from _receipt(bill)


def _part(title: str, told: Iterable[str]) -> Iterator[PaperLine]:
    yield _BLANK
    yield PaperLine(title, heading=True)
    nothing = True
    for text in told:
        nothing = False
        yield PaperLine(text)
    # a part of which nothing is kept says so
    if nothing:
        yield PaperLine("—")


def _about(person: Body, digits: int, words: Catalogue) -> Iterator[tuple[str, str]]:
    """What the record says, by its titles."""
    t = words.t
    for field in member_fields.HANDED_OVER:
        if field.titled:
            yield t(field.title), _in_words(field, person, words)
    yield t("Further phones"), words.listed(person["further_phones"])
    yield t("Tags"), words.listed(person["tags"])
    yield t("Cards"), words.listed(person["cards"])
    yield t("Lost cards"), words.listed(person["lost_cards"])
    yield t("Brought by"), grouped(person["brought_by"])
    brought = map(grouped, person["brought"])
    yield t("Brought"), words.listed(brought)
    yield t("Before this program"), _before(person, digits, words)


def _before(person: Body, digits: int, words: Catalogue) -> str:
    """What was taken over from another system."""
    money, day = person["opening_spent"], person["opening_last_visit"]
    spent = parse_money(money, digits=digits) if money else None
    last = Day.fromisoformat(day) if day else None
    return insight.before(spent, person["opening_visits"], last, words)


def _in_words(field: MemberField, person: Body, words: Catalogue) -> str:
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


def _answers(body: Body, words: Catalogue) -> Iterator[str]:
    """What was said to which channel for which purpose."""
    for answer in body["consents"]:
        channel = Channel(answer["channel"])
        purpose = Purpose(answer["purpose"])
        asked = words.t(CHANNELS[channel])
        purposes = words.t(PURPOSES[purpose])
        said = words.t("yes") if answer["granted"] else words.t("no")
        minute = answer["at"][:16].replace("T", " ")
        yield f"{minute}  {asked} ({purposes}): {said}"


def _moves(body: Body, words: Catalogue) -> Iterator[str]:
    for move in body["points"]:
        kind = labels.ENTRY[move["kind"]]
        yield f"{move['date']}  {words.t(kind)}  {move['points']:+,}"


def _coupons(body: Body, words: Catalogue) -> Iterator[str]:
    for coupon in body["coupons"]:
        state = labels.COUPON_STATES[coupon["state"]]
        code = grouped(coupon["code"])
        yield f"{coupon['offer']}  {code}  {words.t(state)}"


def _stamps(body: Body) -> Iterator[str]:
    for card in body["stamps"]:
        yield f"{card['card']}  {card['stamps']}/{card['of']}"


def _stages(body: Body, words: Catalogue) -> Iterator[str]:
    for change in body["stages"]:
        stage = insight.stage(change["stage"], words)
        yield f"{change['date']}  {stage}"


def _receipt(bill: Body) -> Iterator[PaperLine]:
    number = grouped(bill["receipt_no"])
    yield PaperLine(f"{bill['date']}  {number}  {bill['paid']}")
    for line in bill["lines"]:
        # what was sold without a code says nothing about the person
        if line["article"]:
            text = f"{line['quantity']} × {line['article']}  {line['amount']}"
            yield PaperLine(text, inside=True)
