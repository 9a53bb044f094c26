"""Who brought whom, from a list."""

from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.member import Member, Referral
from storecrm.services.imports.loaders.base import Loader, Parsed, said_in
from storecrm.services.imports.loaders.cell_readers import Worded, cell, key_cell, who_of
from storecrm.values import Day, ImportId
from storecrm.wording import labels

_STATES = Worded(labels.REFERRALS)
_BROUGHT = select(Referral.friend_id, Referral.referrer_id)
_FRIENDS = select(Member.referred_by, Member.registered_on)


class ReferralsLoader(Loader):
    """referrals: who brought whom. Key is the friend. Without a state a referral is settled: nobody
    is rewarded for it again."""

    WAITS: ClassVar = True

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[int, int] = {}

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        who = who_of(cells)
        by = key_cell(cells, "referred_by")
        if not by:
            raise ValueError("referred_by:missing")
        since = cell(cells, "registered_on", self.cells.day_of)
        on = cell(cells, "rewarded_on", self.cells.day_of)
        row = {"who": who, "by": by}
        row["state"] = cell(cells, "referral_state", _STATES) or "rewarded"
        # days as JSON holds them until the import is shown
        row["since"] = since and since.isoformat()
        row["on"] = on and on.isoformat()
        return row

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        named = said_in(part, "who")
        named |= said_in(part, "by")
        people = self.members_by(session, named)
        theirs = database.among(session, Referral.friend_id, set(people.values()))
        known = dict[int, int]()
        for friend, by in session.execute(_BROUGHT.where(theirs)):
            known[friend] = by
        for number, row in part:
            member = people.get(row["who"])
            brought_by = people.get(row["by"])
            if member is None:
                self.problem(number, "member_no", "unknown", row["who"])
                continue
            if brought_by is None:
                self.problem(number, "referred_by", "unknown", row["by"])
                continue
            known_by = known.get(member, brought_by)
            if not self._is_odd(number, row, member, brought_by, known_by):
                self.seen[member] = number
                self._take(session, member, brought_by, row, batch, here=member in known)

    def _is_odd(
        self, number: int, row: dict[str, Any], friend: int, by: int, known_by: int
    ) -> bool:
        """True for a row that cannot be taken, which is a problem then; `known_by` brought the
        friend as far as the store knows."""
        # the first reason is the one that is said
        if friend == by:
            self.problem(number, "referred_by", "brings_oneself", row["by"])
        elif known_by != by:
            self.problem(number, "referred_by", "brought_by_another", row["by"])
        elif friend in self.seen:
            first = str(self.seen[friend])
            self.problem(number, "member_no", "twice_in_file", row["who"], first=first)
        else:
            return False
        return True

    def _take(
        self,
        session: Session,
        friend: int,
        by: int,
        row: dict[str, Any],
        batch: ImportId | None,
        *,
        here: bool,
    ) -> None:
        self.counts["unchanged" if here else "created"] += 1
        if batch is not None and not here:
            self._put(session, friend, by, row, batch)

    def _put(
        self, session: Session, friend: int, by: int, row: dict[str, Any], batch: ImportId
    ) -> None:
        named = _FRIENDS.where(Member.id == friend)
        member = session.execute(named).one()
        since = _day(row["since"]) or member.registered_on
        on = _day(row["on"])
        made = dict[str, Any](referrer_id=by, friend_id=friend)
        made["state"] = row["state"]
        made["registered_on"] = since
        made["rewarded_on"] = on
        put = insert(tables.referral).values(**made)
        key = session.scalar(put.returning(tables.referral.c.id))
        self.change(session, batch, "referral", {"id": key}, None, made)
        # who was said to have brought somebody first stays
        if member.referred_by is None:
            before = {"referred_by": None}
            after = {"referred_by": by}
            is_friend = tables.member.c.id == friend
            record = update(tables.member).where(is_friend)
            session.execute(record.values(**after))
            self.change(session, batch, "member", {"id": friend}, before, after)


def _day(text: str | None) -> Day | None:
    return Day.fromisoformat(text) if text else None
