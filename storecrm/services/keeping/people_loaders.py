"""Imports of what members are owed, and of addresses that are never written to."""

from collections import Counter
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storecrm.models.member import Member
from storecrm.models.points import PointEntry
from storecrm.services.keeping import waiting
from storecrm.services.keeping.loading import Loader, Parsed, cell, key_text, whole
from storecrm.services.people import members, own_card, permission
from storecrm.services.till import points
from storecrm.values import Channel, EntryKind, ImportId, MemberId, Purpose, clean_text


class PointsLoader(Loader):
    """points: lots that another system owed, each with its end. Key is `reference`, else member + days + points + n-th such row."""

    TOTALS: ClassVar = {"points": "points"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.repeats: Counter[tuple[Any, ...]] = Counter()
        self.seen: set[str] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        who = (cells.get("member_no") or cells.get("phone") or "").strip()
        if not who:
            raise ValueError("member_no:missing")
        count = cell(cells, "points", whole)
        if count is None or not 0 < count <= 10**9:
            raise ValueError("points:missing" if count is None else "points:out_of_range")
        earned, ends = (cell(cells, name, self.cells.day_of) for name in ("earned_on", "expires_on"))
        if earned and ends and ends < earned:
            raise ValueError("expires_on:before_start")
        key = (who, earned, ends, count)
        self.repeats[key] += 1
        reference = cell(cells, "reference", key_text) or "=" + "|".join(str(part or "") for part in (*key, self.repeats[key]))
        return {"who": who, "points": count, "earned": earned, "ends": ends, "reference": reference}

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        people = self.members_by(session, {row["who"] for _, row in part})
        standing = ~select(_LATER.c.id).where(_LATER.c.reverses_id == _ENTRY.c.id).exists()
        mine = select(_ENTRY.c.member_id, _ENTRY.c.reason).where(_ENTRY.c.member_id.in_(set(people.values())), standing)
        opened: dict[int, set[str]] = {}
        for member, reason in session.execute(mine.where(_ENTRY.c.kind == EntryKind.OPENING)):
            opened.setdefault(member, set()).add(reason)
        owed = list[tuple[Any, ...]]()
        for number, row in part:
            member, said = people.get(row["who"]), _REFERENCE + row["reference"]
            if member is None:
                self.problem(number, "member_no", "unknown", row["who"])
            elif said in self.seen:
                self.problem(number, "reference", "twice_in_file", row["reference"])
            elif said in opened.get(member, ()):
                self.counts["unchanged"] += 1
            elif "" in opened.get(member, ()):
                self.problem(number, "points", "points_opened_by_list", row["who"])
            else:
                self.seen.add(said)
                self.counts["created"] += 1
                owed.append(self._lot(member, row, said))
        if batch is not None:
            own_card.require_not_among(session, self.store, (lot[0] for lot in owed))
            points.require_gift(session, self.store, self.rules, [lot[2] for lot in owed])
            waiting.put(session, batch, waiting.POINTS, owed)

    def _lot(self, member: int, row: dict[str, Any], said: str) -> tuple[Any, ...]:
        day = row["earned"] or self.store.clock.today()
        ends = row["ends"] or self.rules.expires_on(day)
        return member, EntryKind.OPENING, row["points"], day.isoformat(), ends and ends.isoformat(), None, None, said


_ENTRY: Any = PointEntry.__table__
_LATER = _ENTRY.alias()
_REFERENCE = "ref "


class OptOutsLoader(Loader):
    """opt-outs: addresses whose owners said stop; nobody writes to them, members or not. Key is channel + address."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: set[tuple[Channel, str]] = set()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        phone = cell(cells, "phone", lambda text: members.phone_of(key_text(text), self.store.shop.region))
        email = members.email_of(cells.get("email") or "").casefold()
        if not phone and not email:
            raise ValueError("phone:missing")
        channel = cell(cells, "channel", _channel) or (Channel.SMS if phone else Channel.EMAIL)
        address = email if channel is Channel.EMAIL else phone
        if not address:
            raise ValueError(f"{'email' if channel is Channel.EMAIL else 'phone'}:missing")
        return {"channel": channel, "address": address, "reason": clean_text(cells.get("reason") or "", 200)}

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        known = permission.all_suppressed(session)
        for number, row in part:
            key = (row["channel"], row["address"])
            if key in self.seen:
                self.problem(number, "email" if row["channel"] is Channel.EMAIL else "phone", "twice_in_file", row["address"])
                continue
            self.seen.add(key)
            if (row["channel"].value, permission.mac_of(self.store.shop.audit_key, row["address"])) in known:
                self.counts["unchanged"] += 1
                continue
            self.counts["created"] += 1
            if batch is not None:
                permission.suppress(session, self.store, row["channel"], row["address"], row["reason"], batch)
                for member in self._owners(session, row):
                    self._withdraw(session, member, row, batch)

    def _owners(self, session: Session, row: dict[str, Any]) -> list[MemberId]:
        if row["channel"] is Channel.EMAIL:
            found = session.scalars(select(Member.id).where(func.lower(Member.email) == row["address"], Member.state == "live"))
            return [MemberId(member) for member in found]
        owner = members.by_phone(session, row["address"])
        return [owner] if owner is not None else []

    def _withdraw(self, session: Session, member: MemberId, row: dict[str, Any], batch: ImportId) -> None:
        """A stop means stop: for whatever the member said yes to."""
        for purpose in Purpose:
            if permission.standing(session, member, purpose).get(row["channel"].value):
                said = row["reason"] or permission.LISTED
                permission.say(session, self.store, member, row["channel"], False, purpose=purpose, evidence=said, batch=batch)


_CHANNELS = {"短信": Channel.SMS, "邮件": Channel.EMAIL, "微信": Channel.WECHAT, "电话": Channel.PHONE, "e-mail": Channel.EMAIL}


def _channel(text: str) -> Channel:
    tidy = clean_text(text).casefold()
    try:
        return _CHANNELS.get(tidy) or Channel(tidy)
    except ValueError:
        raise ValueError("unknown") from None
