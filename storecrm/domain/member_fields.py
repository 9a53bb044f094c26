"""What is kept of a member, field by field: each is declared here once, with everything that
follows from it.

A declaration says what the field says when it says nothing, whether it is the person's (gone with
an erasure), whose value stays when two records become one, under which column a list brings it
(the titles of columns stand in list_titles), how its text is read, and who gets to see it. View,
card, merge, erasure, import, export and the member's own file walk this table. The ids of its title
and of the hint in its box follow from the name: `field.NAME`, `field.NAME.hint`.

    blank = {field.name: field.blank for field in PERSONAL}

Invariant: every column of the table of members is here or in `NO_FIELDS`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Reads(StrEnum):
    """How the text of a field is read: on a card as in a list."""

    TEXT = "text"
    NUMBER = "number"
    NUMBERS = "numbers"
    PHONE = "phone"
    PHONES = "phones"
    GENDER = "gender"
    BIRTHDAY = "birthday"
    CALENDAR = "calendar"
    EMAIL = "email"
    DAY = "day"
    MONEY = "money"
    COUNT = "count"
    BALANCE = "balance"
    YES = "yes"
    WORDS = "words"
    NOTHING = "nothing"


CAN_BE_LEFT_BLANK = frozenset(
    (Reads.GENDER, Reads.BIRTHDAY, Reads.EMAIL, Reads.DAY, Reads.COUNT, Reads.YES)
)
"""What a list may say so badly that it is better not said: neither who it is, nor money or
points."""


class Wins(StrEnum):
    """Whose value stays when two records become one, unless somebody chose."""

    SURVIVOR = "survivor"
    """The survivor's, or the other's where the survivor has none."""
    EARLIEST = "earliest"
    LATEST = "latest"
    SUM = "sum"
    BOTH = "both"
    """Both stay beside each other."""


class SeenBy(StrEnum):
    """Who gets to see a field."""

    NOBODY = "nobody"
    MEMBER = "member"
    """The member, in the file of everything that is kept."""
    STAFF = "staff"
    """The staff too: on screens and in what commands answer."""


@dataclass(frozen=True, kw_only=True)
class MemberField:
    """One thing that is known of a member.

    Args:
        name: its column in the table of members; of one with rows of its own (not `stored`) the
            column of a list.
        personal: an erasure overwrites it with `blank`.
        choosable: who merges two records may choose whose value stays.
        goes_with: the field whose winner it follows.
        column: under which a list brings it; "" for none.
        exported: lists that go out have it too.
        limit: signs of a text.
        on_card: it is typed when somebody is registered or changed; `hint` says that its box
            explains itself.
        titled: it stands in a line of its own on paper; else in that of another field.
    """

    name: str
    stored: bool = True
    personal: bool = True
    blank: Any = ""
    wins: Wins = Wins.SURVIVOR
    choosable: bool = False
    goes_with: str = ""
    column: str = ""
    exported: bool = True
    reads: Reads = Reads.TEXT
    limit: int = 500
    on_card: bool = False
    hint: bool = False
    titled: bool = True
    seen_by: SeenBy = SeenBy.MEMBER

    @property
    def title(self) -> str:
        """The id of what people call it."""
        return f"field.{self.name}"

    @property
    def hint_id(self) -> str:
        """The id of what stands in its empty box; "" without one."""
        return f"field.{self.name}.hint" if self.hint else ""


@dataclass(frozen=True, kw_only=True)
class CardText:
    """What a card says of a person, each text under the name of its field: typed when somebody is
    registered or changed, shown when somebody is looked at. A calendar of "" is as the birthday
    itself says ("农历 5-17" is lunar), else solar."""

    name: str = ""
    gender: str = ""
    birthday: str = ""
    birthday_type: str = ""
    email: str = ""
    note: str = ""
    guardian: str = ""
    alert: str = ""


def _shown(name: str, **more: Any) -> MemberField:
    """A field that the staff see, and that lists call by its own name."""
    return MemberField(name=name, column=name, seen_by=SeenBy.STAFF, **more)


def _typed(name: str, **more: Any) -> MemberField:
    """One that stands on the card: whoever merges may choose it."""
    return _shown(name, on_card=True, choosable=True, **more)


def _beside(name: str, reads: Reads, **more: Any) -> MemberField:
    """What members have in rows of other tables: an erasure deletes those, a merge moves them."""
    return MemberField(
        name=name, column=name, reads=reads, stored=False, blank=None, wins=Wins.BOTH, **more
    )


def _counted(name: str, column: str, reads: Reads, wins: Wins) -> MemberField:
    """What an old system had counted: two of them counted different visits."""
    return MemberField(name=name, column=column, reads=reads, blank=None, wins=wins, titled=False)


def _hidden(name: str, **more: Any) -> MemberField:
    """One that the program needs and nobody gets to see."""
    return MemberField(name=name, blank=None, seen_by=SeenBy.NOBODY, **more)


_PERSON = (
    # both ways out give the record a number of nobody
    _shown("member_no", reads=Reads.NUMBER, personal=False, wins=Wins.BOTH),
    _shown("phone", reads=Reads.PHONE, blank=None, choosable=True),
    _typed("name", limit=60),
    _typed("gender", reads=Reads.GENDER),
    _typed("birthday", reads=Reads.BIRTHDAY, hint=True),
    _typed("email", reads=Reads.EMAIL),
    _shown("registered_on", reads=Reads.DAY, personal=False, choosable=True, wins=Wins.EARLIEST),
)
# what a member has with the shop stands in rows of its own
_STANDING = (
    _beside("tags", Reads.WORDS),
    _beside("points", Reads.BALANCE),
    _beside("points_expire_on", Reads.DAY, exported=False),
    _shown("tier", limit=40, choosable=True),
)
# a birthday without its calendar would fall on another day
_CALENDAR = _shown(
    "birthday_type", reads=Reads.CALENDAR, blank="solar", goes_with="birthday", titled=False
)
# a tier of one record never ends on the day of the other
_TIER_UNTIL = MemberField(
    name="tier_until",
    column="tier_until",
    reads=Reads.DAY,
    blank=None,
    goes_with="tier",
    titled=False,
)
_OPENING = (
    _counted("opening_spent", "spent_to_date", Reads.MONEY, Wins.SUM),
    _counted("opening_visits", "visits", Reads.COUNT, Wins.SUM),
    _counted("opening_last_visit", "last_visit", Reads.DAY, Wins.LATEST),
)
_ANSWERS = (
    _beside("old_card_no", Reads.NUMBER),
    _beside("consent_sms", Reads.YES),
    _beside("consent_email", Reads.YES),
    _beside("consent_wechat", Reads.YES),
    _beside("consent_evidence", Reads.TEXT, limit=200),
)
# said later, so that lists of older shops keep their order
_FURTHER = (
    _typed("note"),
    _typed("guardian", limit=60, hint=True),
    _beside("further_phones", Reads.PHONES),
    _beside("further_cards", Reads.NUMBERS),
    _beside("consent_phone", Reads.YES),
    _beside("consent_post", Reads.YES),
    _typed("alert", limit=120, hint=True),
)
_TIER_BY_HAND = MemberField(
    name="tier_by_hand", column="tier_by_hand", reads=Reads.YES, blank=0, goes_with="tier"
)
_TIER_DOWN_ON = MemberField(
    name="tier_down_on", column="tier_down_on", reads=Reads.DAY, blank=None, goes_with="tier"
)
_HIDDEN = (
    _hidden("password_hash"),
    _hidden("referred_by"),
    _hidden("registered_by", personal=False, goes_with="registered_on"),
)
FIELDS: tuple[MemberField, ...] = (
    *_PERSON,
    *_STANDING,
    _CALENDAR,
    _beside("points_in_lots", Reads.NOTHING),
    _TIER_UNTIL,
    *_OPENING,
    *_ANSWERS,
    *_FURTHER,
    _TIER_BY_HAND,
    _TIER_DOWN_ON,
    *_HIDDEN,
)
"""Every field, in the order of a list of members that goes out."""

NO_FIELDS = frozenset(("id", "phone_tail", "state", "recorded_at", "import_id", "merged_into"))
"""Columns of the table of members by which the program keeps its books."""

STORED = tuple(field for field in FIELDS if field.stored)
PERSONAL = tuple(field for field in STORED if field.personal)
MERGED = tuple(field for field in STORED if field.wins is not Wins.BOTH)
CHOOSABLE = tuple(field for field in MERGED if field.choosable)
LISTED = tuple(field for field in FIELDS if field.column)
EXPORTED = tuple(field for field in LISTED if field.exported)
ON_CARD = tuple(field for field in STORED if field.on_card)
VIEWED = tuple(field for field in STORED if field.seen_by is SeenBy.STAFF)
HANDED_OVER = tuple(field for field in STORED if field.seen_by is not SeenBy.NOBODY)

BLANK: dict[str, Any] = {field.name: field.blank for field in PERSONAL}
"""What a record says of a person who is nobody any more."""


def sentences() -> Iterator[str]:
    """The ids of the titles and hints that people read."""
    for field in HANDED_OVER:
        if field.titled:
            yield field.title
        if field.hint:
            yield field.hint_id


def together(
    survivor: Mapping[str, Any], merged: Mapping[str, Any], chosen: Mapping[str, str]
) -> dict[str, Any]:
    """What one record says after two became one; `chosen` says of CHOOSABLE fields whose value
    stays, "survivor" or "merged"."""
    values: dict[str, Any] = {}
    for field in MERGED:
        name = field.name
        # a choice of people goes before every rule
        mine, other = survivor[name], merged[name]
        if name in chosen:
            values[name] = mine if chosen[name] == "survivor" else other
        else:
            values[name] = _WINNER[field.wins](mine, other)
    # a field that goes with another one is of the same record
    for field in MERGED:
        leader = field.goes_with
        if leader:
            won = values[leader]
            other_won = won == merged[leader] and won != survivor[leader]
            record = merged if other_won else survivor
            values[field.name] = record[field.name]
    return values


def _fuller(mine: Any, other: Any) -> Any:
    return other if mine in (None, "") else mine


def _sum(mine: int | None, other: int | None) -> int | None:
    said = [count for count in (mine, other) if count is not None]
    return sum(said) if said else None


def _latest(mine: Any, other: Any) -> Any:
    return max(_known(mine, other), default=None)


def _earliest(mine: Any, other: Any) -> Any:
    return min(_known(mine, other), default=None)


def _known(*days: Any) -> list[Any]:
    return [day for day in days if day is not None]


_WINNER: dict[Wins, Callable[[Any, Any], Any]] = {
    Wins.SURVIVOR: _fuller,
    Wins.EARLIEST: _earliest,
    Wins.LATEST: _latest,
    Wins.SUM: _sum,
}
