"""Imports of what members said, whom they brought and what stands on their stamp cards: the lists
beside the list of members."""

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.ledger import stamps
from storecrm.models import database
from storecrm.models.import_batch import ImportChange
from storecrm.models.member import Consent, Member, Referral
from storecrm.models.offer import Offer
from storecrm.models.stamp import StampEntry
from storecrm.services.imports.loaders.base import (
    Loader,
    Parsed,
    Worded,
    cell,
    key_cell,
    whole,
    yes,
)
from storecrm.services.members import consent_ledger
from storecrm.services.offers import design
from storecrm.values import (
    Channel,
    Day,
    ImportId,
    MemberId,
    OfferId,
    OfferKind,
    Purpose,
    StampKind,
    clean_text,
)
from storecrm.wording import labels
from storecrm.wording.names import CHANNELS

A_SECOND = 1_000_000
"""A list says times to the second."""


class ConsentsLoader(Loader):
    """consents: every answer of members to being written to, the oldest first. Key is member,
    channel, purpose, answer and time. What was said here later than the last answer of the list
    still holds after it."""

    WAITS: ClassVar = True

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        who = _who(cells)
        channel = cell(cells, "channel", channel_of)
        if channel is None:
            raise ValueError("channel:missing")
        granted = cell(cells, "granted", yes)
        if granted is None:
            raise ValueError("granted:missing")
        said = cell(cells, "answered_at", self.cells.at)
        texts = {
            name: clean_text(cells.get(name) or "", most)
            for name, most in (("evidence", 200), ("text_version", 40))
        }
        purpose = cell(cells, "purpose", _purpose) or Purpose.PROMOTION
        return {
            "who": who,
            "channel": channel,
            "purpose": purpose,
            "granted": granted,
            "at": said and said[0],
            **texts,
        }

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        people = self.members_by(session, {row["who"] for _, row in part})
        known, newest = self._said(session, set(people.values()))
        fresh = list[dict[str, Any]]()
        for number, row in part:
            member = people.get(row["who"])
            if member is None:
                self.problem(number, "member_no", "unknown", row["who"])
                continue
            at = row["at"] if row["at"] is not None else self.store.clock.now()
            about = (member, str(row["channel"]), str(row["purpose"]))
            key = (*about, row["granted"], row["at"] and at // A_SECOND)
            if key in known:
                self.counts["unchanged"] += 1
                continue
            known.add(key)
            self.counts["created"] += 1
            fresh.append(dict(zip(_ABOUT, about, strict=True)) | _answer(row, at))
        if batch is not None and fresh:
            self._put(session, fresh, newest, batch)

    def _said(self, session: Session, ids: Collection[int]) -> tuple[set[Any], dict[Any, Any]]:
        """The answers of these members as keys, and the newest of each channel and purpose. One
        whose time a list left out is known by what holds."""
        known, newest = set[Any](), dict[Any, Any]()
        said = select(_C).where(database.among(session, _C.c.member_id, ids)).order_by(_C.c.id)
        for row in session.execute(said):
            about = (row.member_id, str(row.channel), row.purpose)
            known.add((*about, row.granted, row.at // A_SECOND))
            newest[about] = row
        return known | {(*about, row.granted, None) for about, row in newest.items()}, newest

    def _put(
        self, session: Session, fresh: list[dict[str, Any]], newest: dict[Any, Any], batch: ImportId
    ) -> None:
        session.execute(
            insert(_C), [row | {"staff_id": self.store.staff, "import_id": batch} for row in fresh]
        )
        ends = {tuple(row[name] for name in _ABOUT): row for row in fresh}
        for about, row in ends.items():
            held = newest.get(about)
            if held is not None and held.at > row["at"] and held.granted != row["granted"]:
                # the row with the highest number holds, and this one is older
                again = {
                    name: getattr(held, name)
                    for name in (*_ABOUT, "granted", "text_version", "evidence", "staff_id", "at")
                }
                session.execute(insert(_C).values(**again, import_id=batch))
        for member in sorted({row["member_id"] for row in fresh}):
            consent_ledger.hold_to_list(session, self.store, MemberId(member), batch)


def _answer(row: dict[str, Any], at: int) -> dict[str, Any]:
    return {
        "granted": row["granted"],
        "at": at,
        "evidence": row["evidence"],
        "text_version": row["text_version"] or "import",
    }


class ReferralsLoader(Loader):
    """referrals: who brought whom. Key is the friend. Without a state a referral is settled: nobody
    is rewarded for it again."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[int, int] = {}

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        who, by = _who(cells), key_cell(cells, "referred_by")
        if not by:
            raise ValueError("referred_by:missing")
        since, on = (
            cell(cells, name, self.cells.day_of) for name in ("registered_on", "rewarded_on")
        )
        days = {"since": since and since.isoformat(), "on": on and on.isoformat()}
        return {
            "who": who,
            "by": by,
            "state": cell(cells, "referral_state", _STATES) or "rewarded",
            **days,
        }

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        people = self.members_by(session, {row[name] for _, row in part for name in ("who", "by")})
        brought = select(_R.c.friend_id, _R.c.referrer_id)
        among = database.among(session, _R.c.friend_id, set(people.values()))
        known: dict[int, int] = {friend: by for friend, by in session.execute(brought.where(among))}
        for number, row in part:
            friend, by = people.get(row["who"]), people.get(row["by"])
            if friend is None or by is None:
                column, value = (
                    ("member_no", row["who"]) if friend is None else ("referred_by", row["by"])
                )
                self.problem(number, column, "unknown", value)
            elif friend == by:
                self.problem(number, "referred_by", "brings_oneself", row["by"])
            elif known.get(friend, by) != by:
                self.problem(number, "referred_by", "brought_by_another", row["by"])
            elif friend in self.seen:
                self.problem(
                    number, "member_no", "twice_in_file", row["who"], first=str(self.seen[friend])
                )
            elif friend in known:
                self.counts["unchanged"] += 1
                self.seen[friend] = number
            else:
                self.counts["created"] += 1
                self.seen[friend] = number
                if batch is not None:
                    self._put(session, friend, by, row, batch)

    def _put(
        self, session: Session, friend: int, by: int, row: dict[str, Any], batch: ImportId
    ) -> None:
        member = session.execute(
            select(_M.c.referred_by, _M.c.registered_on).where(_M.c.id == friend)
        ).one()
        since = Day.fromisoformat(row["since"]) if row["since"] else member.registered_on
        made: dict[str, Any] = {
            "referrer_id": by,
            "friend_id": friend,
            "state": row["state"],
            "registered_on": since,
        }
        made |= {"rewarded_on": Day.fromisoformat(row["on"]) if row["on"] else None}
        key = session.scalar(insert(_R).values(**made).returning(_R.c.id))
        self.change(session, batch, "referral", {"id": key}, None, made)
        if member.referred_by is None:
            session.execute(update(_M).where(_M.c.id == friend).values(referred_by=by))
            self.change(
                session, batch, "member", {"id": friend}, {"referred_by": None}, {"referred_by": by}
            )


class StampsLoader(Loader):
    """stamps: what stands on members' stamp cards, a row for each day on which stamps end; a minus
    is what is owed. Key is member and
    offer: a card that has stamps here already must say the same."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        with self.store.read() as session:
            self.cards = {
                code: (offer, version)
                for code, offer in session.execute(select(Offer.code, Offer.id))
                if design.rule_of(session, version := design.newest_version(session, offer)).kind
                is OfferKind.STAMPS
            }

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        who, code, count = _who(cells), key_cell(cells, "offer_code"), cell(cells, "stamps", whole)
        if code not in self.cards:
            raise ValueError("offer_code:not_a_stamp_card" if code else "offer_code:missing")
        if not count or abs(count) > MOST:
            raise ValueError("stamps:missing" if count is None else "stamps:out_of_range")
        ends = cell(
            cells, "expires_on", lambda text: None if text == "*" else self.cells.day_of(text)
        )
        return {"who": who, "code": code, "stamps": count, "ends": ends and ends.isoformat()}

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        people = self.members_by(session, {row["who"] for _, row in part})
        standing = self._standing(session, set(people.values()), batch)
        for number, row in part:
            member = people.get(row["who"])
            if member is None:
                self.problem(number, "member_no", "unknown", row["who"])
                continue
            card = standing.get((member, self.cards[row["code"]][0]))
            if card is None:
                self.counts["created"] += 1
                if batch is not None:
                    self._put(session, member, row, batch)
            elif card[row["ends"], row["stamps"]]:
                card[row["ends"], row["stamps"]] -= 1
                self.counts["unchanged"] += 1
            else:
                self.problem(number, "stamps", "stamps_here_before", str(row["stamps"]))

    def _standing(
        self, session: Session, ids: Collection[int], batch: ImportId | None
    ) -> dict[tuple[int, int], Counter[Any]]:
        """What stands on the cards that had stamps before this import."""
        noted = select(_CHANGE.c.row_key).where(
            _CHANGE.c.import_id == batch, _CHANGE.c.table_name == "stamp_entry"
        )
        own = set(session.scalars(noted)) if batch is not None else set[str]()
        rows = session.execute(
            select(_S.c.id, _S.c.member_id, _S.c.offer_id).where(
                database.among(session, _S.c.member_id, ids)
            )
        )
        held = {(row.member_id, row.offer_id) for row in rows if f'{{"id": {row.id}}}' not in own}
        found = defaultdict[tuple[int, int], Counter[Any]](Counter)
        for member, offer in sorted(held):
            for count, ends in stamps.parts(
                session, MemberId(member), OfferId(offer), self.store.clock.today()
            ):
                found[member, offer][ends and ends.isoformat(), count] += 1
            found[member, offer] += Counter()
        return dict(found)

    def _put(self, session: Session, member: int, row: dict[str, Any], batch: ImportId) -> None:
        offer, version = self.cards[row["code"]]
        made: dict[str, Any] = {
            "member_id": member,
            "offer_id": offer,
            "version_id": version,
            "stamps": row["stamps"],
        }
        made |= {"kind": StampKind.STAMP if row["stamps"] > 0 else StampKind.TAKE_BACK}
        ends = Day.fromisoformat(row["ends"]) if row["ends"] else None
        key = stamps.write(session, self.store, **made, expires_on=ends)
        self.change(session, batch, "stamp_entry", {"id": key}, None, made)


MOST = 100_000
"""Stamps of one row at the most."""
_C: Any = Consent.__table__
_M: Any = Member.__table__
_R: Any = Referral.__table__
_S: Any = StampEntry.__table__
_CHANGE: Any = ImportChange.__table__
_ABOUT = ("member_id", "channel", "purpose")
_STATES = Worded(labels.REFERRALS)
_WORDS = Worded(CHANNELS)
_USUAL = {
    "邮件": Channel.EMAIL,
    "e-mail": Channel.EMAIL,
    "邮寄": Channel.POST,
    "letter": Channel.POST,
    "call": Channel.PHONE,
}


def channel_of(text: str) -> Channel:
    """A way of writing to somebody, by its name in any language.

    Raises:
        ValueError: unknown.
    """
    tidy = clean_text(text).casefold()
    return _USUAL.get(tidy) or Channel(_WORDS(tidy))


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(clean_text(text).casefold())
    except ValueError:
        raise ValueError("unknown") from None


def _who(cells: dict[str, str]) -> str:
    """Whose row it is, as the list names them."""
    who = key_cell(cells, "member_no") or key_cell(cells, "phone")
    if not who:
        raise ValueError("member_no:missing")
    return who
