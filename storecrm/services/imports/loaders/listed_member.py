"""One row of a list of members, read: what it says, and by which keys somebody is found."""

from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple

from storecrm.domain import member_fields
from storecrm.domain.member_fields import Reads
from storecrm.values import Day, Money, Phone, Points, scan_key


class ListedMember(NamedTuple):
    """One row of a list of members, read: its columns, and by which keys somebody is scanned."""

    # who it is
    member_no: str = ""
    phone: Phone | None = None
    name: str = ""
    gender: str = ""
    birthday: str = ""
    birthday_type: str = ""
    email: str = ""
    note: str = ""
    guardian: str = ""
    # what an old system knew
    tier: str = ""
    spent_to_date: Money | None = None
    visits: int | None = None
    tier_until: Day | None = None
    registered_on: Day | None = None
    last_visit: Day | None = None
    old_card_no: str = ""
    points: Points | None = None
    points_expire_on: Day | None = None
    # what was agreed to: None where the list says nothing
    consent_evidence: str = ""
    tags: tuple[str, ...] = ()
    consent_sms: int | None = None
    consent_email: int | None = None
    consent_wechat: int | None = None
    consent_phone: int | None = None
    consent_post: int | None = None
    alert: str = ""
    tier_by_hand: int | None = None
    tier_down_on: Day | None = None
    # what else finds somebody
    further_phones: tuple[Phone, ...] = ()
    further_cards: tuple[str, ...] = ()
    # made of the row: the member number and the card as a scanner reads them
    key: str = ""
    card_key: str = ""


KEYS = {"key": "member_no", "card_key": "old_card_no"}
"""The field that each scan key is made of."""
FURTHER = frozenset(("further_phones", "further_cards"))
"""Columns that hold several numbers of one person."""

_KEY_PLACES = map(ListedMember._fields.index, ("key", "phone", "card_key"))
keys_of: Callable[[ListedMember], tuple[str, str | None, str]] = itemgetter(*_KEY_PLACES)
"""What finds one person: the member number and the card as they are scanned, and the phone between
them."""

_ASKED = [
    field.column
    for field in member_fields.LISTED
    if field.column.startswith("consent_") and field.reads is Reads.YES
]
CONSENT_COLUMNS = {column.removeprefix("consent_"): column for column in _ASKED}
"""The column that says whether a channel was agreed to, by the channel."""


def phones_of(person: ListedMember) -> list[str]:
    """The further phones of somebody."""
    return [phone for phone in person.further_phones if phone != person.phone]


def cards_of(person: ListedMember) -> list[str]:
    """What else scans as somebody."""
    own = (person.key, person.card_key)
    # two ways to write a card are one key
    keys = dict.fromkeys(map(scan_key, person.further_cards))
    return [key for key in keys if key and key not in own]


def further_of(person: ListedMember) -> list[tuple[str, str]]:
    """(column, number) of each further phone and card."""
    phones = [("further_phones", phone) for phone in phones_of(person)]
    cards = [("further_cards", card) for card in cards_of(person)]
    return phones + cards


def answers_of(person: ListedMember) -> dict[str, int]:
    """What the list says of consent, by channel."""
    said = ((name, getattr(person, column)) for name, column in CONSENT_COLUMNS.items())
    return {name: granted for name, granted in said if granted is not None}


def called(person: ListedMember) -> str:
    """The number that a row gives somebody: the member number, else the phone, else the card."""
    return person.member_no or person.phone or person.old_card_no
