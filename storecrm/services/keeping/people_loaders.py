"""Imports of people: members, their points, and addresses that are never written to."""

from collections import Counter
from typing import Any, ClassVar

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.member import Member, MemberKey, MemberPhone
from storecrm.models.points import PointEntry
from storecrm.models.scannable import Scannable
from storecrm.models.tag import MemberTag
from storecrm.services.keeping.loading import Loader, Parsed, cell, key_text, whole, yes
from storecrm.services.people import members, permission, tags
from storecrm.services.till import points
from storecrm.values import Channel, Code, EntryKind, ImportId, Kind, MemberId, Phone, Points, Purpose, clean_text, new_codes, scan_key


class MembersLoader(Loader):
    """members: key is member_no, else phone."""

    TOTALS: ClassVar = {"points": "points", "spent_to_date": "spent"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, int] = {}
        self.today = self.store.clock.today()
        with self.store.read() as session:
            self.never = permission.all_suppressed(session)

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        phone = cell(cells, "phone", self._phone)
        row: dict[str, Any] = {
            "member_no": cell(cells, "member_no", key_text) or "",
            "phone": phone,
            "card": cell(cells, "old_card_no", key_text) or "",
        }
        if not row["member_no"] and not phone and not row["card"]:
            raise ValueError("phone:missing")
        row["name"] = clean_text(cells.get("name") or "", 60)
        row["gender"] = members.gender_of(cells.get("gender") or "")
        row["birthday"] = members.birthday_of(cells.get("birthday") or "")
        row["email"] = members.email_of(cells.get("email") or "")
        row["note"] = clean_text(cells.get("note") or "", 500)
        row["guardian"] = clean_text(cells.get("guardian") or "", 60)
        members.require_guardian(row["birthday"], row["guardian"], self.today)
        row["birthday_type"] = {"": "", "solar": "solar", "lunar": "lunar", "公历": "solar", "农历": "lunar"}.get(
            clean_text(cells.get("birthday_type") or "").casefold(), "solar"
        )
        row["tier"] = clean_text(cells.get("tier") or "", 40)
        for name in ("registered_on", "points_expire_on", "tier_until", "last_visit"):
            row[name] = cell(cells, name, self.cells.day_of)
        row["points"], row["visits"] = cell(cells, "points", whole), cell(cells, "visits", whole)
        if row["points"] is not None and not 0 <= row["points"] <= 10**9:
            raise ValueError("points:out_of_range")
        row["spent"] = cell(cells, "spent_to_date", self.cells.money)
        row["tags"] = [
            tag for part in (cells.get("tags") or "").replace("，", ",").replace(";", ",").split(",") if (tag := clean_text(part, 40))
        ]
        row["consent"] = {channel: cell(cells, f"consent_{channel}", yes) for channel in ("sms", "email", "wechat")}
        row["evidence"] = clean_text(cells.get("consent_evidence") or "", 200)
        row["keys"] = members.search_keys(row["name"])
        return row

    def _phone(self, text: str) -> Phone:
        return members.phone_of(key_text(text), self.store.shop.region)

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        found = self._existing(session, part)
        fresh: list[dict[str, Any]] = []
        for number, row in part:
            key = row["member_no"] or row["phone"] or row["card"]
            if key in self.seen or (row["phone"] and row["phone"] in self.seen) or (row["card"] and row["card"] in self.seen):
                self.problem(
                    number,
                    "member_no" if row["member_no"] in self.seen else "phone",
                    "twice_in_file",
                    key,
                    first=str(self.seen.get(key) or self.seen.get(row["phone"]) or self.seen.get(row["card"])),
                )
                continue
            self.seen |= {name: number for name in (row["member_no"], row["phone"], row["card"]) if name}
            by_no, by_phone = found.get(row["member_no"] or ("" if row["phone"] else row["card"])), found.get(row["phone"])
            if row["card"] and found.get(row["card"], by_no or by_phone) != (by_no or by_phone):
                self.problem(number, "old_card_no", "card_of_another", row["card"])
            elif by_no and by_phone and by_no != by_phone:
                self.problem(number, "phone", "phone_of_another", row["phone"] or "")
            elif by_no or (by_phone and not row["member_no"]):
                self._update(session, number, MemberId(by_no or by_phone or 0), row, batch)
            elif by_phone:
                self.problem(number, "phone", "phone_of_another", row["phone"] or "")
            else:
                fresh.append(row)
        self.counts["created"] += len(fresh)
        if fresh and batch is not None:
            self._create(session, fresh, batch)

    def _existing(self, session: Session, part: list[Parsed]) -> dict[Any, int]:
        keys = {scan_key(text): text for _, row in part for text in (row["member_no"], row["card"]) if text}
        phones = [row["phone"] for _, row in part if row["phone"]]
        cards = select(Scannable.key, Scannable.target_id).where(Scannable.kind == Kind.MEMBER, Scannable.key.in_(keys))
        found: dict[Any, int] = {keys[key]: target for key, target in session.execute(cards)}
        first = select(Member.phone, Member.id).where(Member.phone.in_(phones), Member.state == "live")
        further = select(MemberPhone.phone, MemberPhone.member_id).where(MemberPhone.phone.in_(phones))
        for query in (first, further):
            found |= {phone: member for phone, member in session.execute(query)}
        return found

    def _create(self, session: Session, fresh: list[dict[str, Any]], batch: ImportId) -> None:
        today, now = self.store.clock.today(), self.store.clock.now()
        rows = [
            {
                "member_no": Code(row["member_no"] or number),
                "phone": row["phone"],
                "name": row["name"],
                "gender": row["gender"],
                "birthday": row["birthday"],
                "birthday_type": row["birthday_type"] or "solar",
                "email": row["email"],
                "note": row["note"],
                "guardian": row["guardian"],
                "tier": row["tier"],
                "tier_until": row["tier_until"],
                "opening_spent": row["spent"],
                "opening_visits": row["visits"],
                "opening_last_visit": row["last_visit"],
                "state": "live",
                "registered_on": row["registered_on"] or today,
                "registered_by": self.store.staff,
                "recorded_at": now,
                "import_id": batch,
            }
            for row, number in zip(fresh, new_codes(Kind.MEMBER, len(fresh)), strict=True)
        ]
        ids = list(session.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows))
        scans: dict[str, int] = {}
        for member, row, made in zip(ids, rows, fresh, strict=True):
            scans[scan_key(str(row["member_no"]))] = member
            if made["card"]:
                scans[scan_key(made["card"])] = member
        database.bulk_insert(
            session, Scannable.__table__, ("key", "kind", "target_id"), [(k, Kind.MEMBER.value, m) for k, m in scans.items()]
        )
        keys = [(key, member) for member, row in zip(ids, fresh, strict=True) for key in row["keys"]]
        database.bulk_insert(session, MemberKey.__table__, ("key", "member_id"), keys)
        for member, row in zip(ids, fresh, strict=True):
            self._extras(session, member, row, batch)

    def _extras(self, session: Session, member: MemberId, row: dict[str, Any], batch: ImportId) -> bool:
        """Tags, consent and the opening lot; True when any was new."""
        changed = False
        known = tags.of(session, member, self.today) if row["tags"] else ()
        for word, days in tags.days_of(session, [word for word in row["tags"] if word not in known]).items():
            session.execute(delete(MemberTag).where(MemberTag.member_id == member, MemberTag.tag == word))
            session.execute(insert(MemberTag).values(tags.row(member, word, days, self.today, self.store.staff)))
            self.change(session, batch, "member_tag", {"member_id": member, "tag": word}, None)
            changed = True
        for name, granted in row["consent"].items():
            if granted is not None:
                changed |= self._consent(session, member, Channel(name), bool(granted), row, batch)
        if row["points"]:
            changed |= self._opening(session, member, row, batch)
        return changed

    def _consent(
        self, session: Session, member: MemberId, channel: Channel, granted: bool, row: dict[str, Any], batch: ImportId | None
    ) -> bool:
        """True when the answer is new. A yes of an address that is never written to is written down, and a no after it."""
        if permission.standing(session, member).get(channel.value) == granted:
            return False
        permission.say(session, self.store, member, channel, granted, evidence=row["evidence"], batch=batch, text_version="import")
        address = row["email"] if channel is Channel.EMAIL else row["phone"] if channel in permission.BY_PHONE else ""
        if granted and address and (channel.value, permission.mac_of(self.store.shop.audit_key, address)) in self.never:
            permission.say(session, self.store, member, channel, False, evidence=permission.LISTED, batch=batch)
        return True

    def _opening(self, session: Session, member: MemberId, row: dict[str, Any], batch: ImportId) -> bool:
        if self._opened(session, member) is not None:
            return False
        today = self.store.clock.today()
        expires = row["points_expire_on"] or self.rules.expires_on(today)
        lot = points.add_lot(
            session,
            self.store,
            member=member,
            kind=EntryKind.OPENING,
            points=Points(row["points"]),
            day=today,
            expires_on=expires,
            batch=batch,
        )
        return lot is not None

    def _opened(self, session: Session, member: MemberId) -> int | None:
        reversed_ = select(PointEntry.reverses_id).where(PointEntry.member_id == member, PointEntry.reverses_id.is_not(None))
        return session.scalar(
            select(PointEntry.points).where(
                PointEntry.member_id == member, PointEntry.kind == EntryKind.OPENING, PointEntry.id.not_in(reversed_)
            )
        )

    def _update(self, session: Session, number: int, member: MemberId, row: dict[str, Any], batch: ImportId | None) -> None:
        opened = self._opened(session, member) if row["points"] is not None else None
        if opened is not None and opened != row["points"]:
            self.problem(number, "points", "points_opened_before", str(row["points"]), before=str(opened))
            return
        if self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        now = session.execute(select(Member.__table__).where(Member.id == member)).one()
        wanted = {
            "phone": row["phone"],
            "name": row["name"],
            "gender": row["gender"],
            "birthday": row["birthday"],
            "email": row["email"],
            "tier": row["tier"],
            "note": row["note"],
            "guardian": row["guardian"],
        }
        wanted |= {
            "birthday_type": row["birthday_type"],
            "tier_until": row["tier_until"],
            "opening_spent": row["spent"],
            "opening_visits": row["visits"],
        }
        wanted |= {"opening_last_visit": row["last_visit"], "registered_on": row["registered_on"]}
        keep = self.on_existing == "fill"
        diff = {
            n: value
            for n, value in wanted.items()
            if value not in (None, "") and value != getattr(now, n) and not (keep and getattr(now, n) not in (None, ""))
        }
        if batch is None:
            self.counts["updated" if diff else "unchanged"] += 1
            return
        if diff:
            self.change(session, batch, "member", {"id": member}, {name: getattr(now, name) for name in diff})
            session.execute(update(Member).where(Member.id == member).values(**diff))
            if "name" in diff:
                known = set(session.scalars(select(MemberKey.key).where(MemberKey.member_id == member)))
                database.bulk_insert(session, MemberKey.__table__, ("key", "member_id"), [(key, member) for key in row["keys"] - known])
        changed = self._extras(session, member, row, batch)
        self.counts["updated" if diff or changed else "unchanged"] += 1


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
                if batch is not None:
                    self._add(session, MemberId(member), row, said, batch)

    def _add(self, session: Session, member: MemberId, row: dict[str, Any], said: str, batch: ImportId) -> None:
        day = row["earned"] or self.store.clock.today()
        ends = row["ends"] or self.rules.expires_on(day)
        points.add_lot(
            session,
            self.store,
            member=member,
            kind=EntryKind.OPENING,
            points=Points(row["points"]),
            day=day,
            expires_on=ends,
            reason=said,
            batch=batch,
        )


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
