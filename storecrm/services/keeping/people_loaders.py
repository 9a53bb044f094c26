"""Imports of people: members, their points, and addresses that are never written to."""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, ClassVar

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.errors import StoreError
from storecrm.models import database
from storecrm.models.member import Consent, LostCard, Member, MemberPhone
from storecrm.models.points import PointEntry, PointLot
from storecrm.models.scannable import Scannable
from storecrm.models.tag import MemberTag
from storecrm.services.keeping.loading import Loader, Parsed, Row, cell, key_text, whole, yes
from storecrm.services.people import members, names, permission, tags
from storecrm.services.till import points
from storecrm.values import Channel, Code, EntryKind, ImportId, Kind, MemberId, Phone, Points, Purpose, clean_text, new_codes, scan_key


class MembersLoader(Loader):
    """members: key is member_no, else phone."""

    TOTALS: ClassVar = {"points": "points", "spent_to_date": "spent"}
    BLANKABLE: ClassVar = frozenset(
        ("gender", "birthday", "email", "registered_on", "tier_until", "visits", "last_visit", "points_expire_on")
        + ("consent_sms", "consent_email", "consent_wechat")
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[str, int] = {}
        self.today = self.store.clock.today()
        with self.store.read() as session:
            self.never = permission.all_suppressed(session)
        self.stays: dict[str, int | None] = {}
        self.touched: set[MemberId] = set()
        self.chinese = self.store.shop.region == "CN"
        self.numbers: Iterator[Code] = iter(())
        self.readers = self._readers()

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        return self._person([(name, name, *self.readers[name]) for name in cells if name in self.readers], cells)

    def parse(self, rows: list[Row]) -> list[Parsed]:
        """As every kind, but cell by cell: lists of members are long, most of their columns blank, most of their words seen before."""
        plan = [(place, name, *self.readers[name]) for place, name in self.columns.items() if name in self.readers]
        width, parsed = max(self.columns, default=0) + 1, list[Parsed]()
        for number, cells in rows:
            try:
                parsed.append((number, self._person(plan, cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))])))
            except (StoreError, ValueError) as error:
                parsed += self.reread(number, cells, error)
        self.asks = any(name.startswith("consent_") for name in self.columns.values())
        self.numbers = iter(sorted(new_codes(Kind.MEMBER, len(parsed))))
        return parsed

    def _person(self, plan: Sequence[tuple[Any, str, str, Callable[[str], Any]]], cells: Any) -> dict[str, Any]:
        """One row: `plan` says where in `cells` each column stands, where its value goes, and how it is read."""
        row, column = _BLANK.copy(), ""
        try:
            for place, name, target, read in plan:
                if text := cells[place].strip():
                    column = name
                    row[target] = read(text)
        except ValueError as error:
            raise ValueError(f"{column}:{error}") from None
        if row["birthday"]:
            members.require_guardian(row["birthday"], row["guardian"], self.today)
        if not row["phone"] and not row["member_no"] and not row["card"]:
            raise ValueError("phone:missing")
        return row

    def _readers(self) -> dict[str, tuple[str, Callable[[str], Any]]]:
        """Where each column's value goes, and how it is read."""

        def text(limit: int) -> Callable[[str], str]:
            return lru_cache(maxsize=65_536)(lambda cell_: clean_text(cell_, limit))

        day, known = self.cells.day_of, lru_cache(maxsize=65_536)
        found: dict[str, tuple[str, Callable[[str], Any]]] = {
            "phone": ("phone", self._phone),
            "member_no": ("member_no", key_text),
            "old_card_no": ("card", key_text),
            "name": ("name", text(60)),
            "gender": ("gender", known(members.gender_of)),
            "birthday": ("birthday", known(members.birthday_of)),
            "birthday_type": ("birthday_type", lambda cell_: _CALENDARS.get(clean_text(cell_).casefold(), "solar")),
            "email": ("email", members.email_of),
            "note": ("note", text(500)),
            "guardian": ("guardian", text(60)),
            "tier": ("tier", text(40)),
            "tier_until": ("tier_until", day),
            "registered_on": ("registered_on", day),
            "last_visit": ("last_visit", day),
            "points_expire_on": ("points_expire_on", day),
            "points": ("points", known(_points)),
            "visits": ("visits", known(whole)),
            "spent_to_date": ("spent", self.cells.money),
            "consent_evidence": ("evidence", text(200)),
            "tags": ("tags", known(_tags)),
        }
        return found | {f"consent_{name}": (f"consent_{name}", known(yes)) for name in _ASKED}

    def _phone(self, text: str) -> Phone:
        tidy = key_text(text)
        if self.chinese and not (len(tidy) == 11 and tidy.isdigit()):
            digits = re.sub(r"\D", "", tidy)
            if digits.startswith("1") and len(digits) in (9, 10, 12) and not tidy.startswith("+"):
                raise ValueError("phone_short" if len(digits) < 11 else "phone_long")
        return members.phone_of(tidy, self.store.shop.region)

    def write(self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool) -> None:  # noqa: ARG002
        found = self._existing(session, part)
        self._know(session, set(found.values()))
        self.renamed: list[tuple[str, str]] = []
        fresh: list[dict[str, Any]] = []
        for number, row in part:
            phone = row["phone"]
            if not row["member_no"] and not row["card"] and phone not in found and phone not in self.seen:
                self.seen[phone] = number
                fresh.append(row)
            elif self._is_new(session, number, row, found, batch):
                fresh.append(row)
        self.counts["created"] += len(fresh)
        if fresh and batch is not None:
            self._create(session, fresh, batch)
        if self.renamed:
            names.add(session, [name for _, name in self.renamed])
            names.let_go(session, [name for name, _ in self.renamed])
        if self.never:
            # a yes of somebody whose address is never written to is written down, and a no after it
            for member in sorted(self.touched):
                permission.hold_to_list(session, self.store, member, batch)
        self.touched.clear()

    def _is_new(self, session: Session, number: int, row: dict[str, Any], found: dict[Any, int], batch: ImportId | None) -> bool:
        """True for somebody whom nobody knows yet; a known one is brought up to date, and what cannot be is a problem."""
        said = [row[name] for name in ("member_no", "phone", "card") if row[name]]
        twice = next((text for text in said if text in self.seen), "")
        if twice:
            column = "member_no" if row["member_no"] in self.seen else "phone"
            self.problem(number, column, "twice_in_file", said[0], first=str(self.seen[twice]), who=row["name"])
            return False
        self.seen |= dict.fromkeys(said, number)
        by_no, by_phone = found.get(row["member_no"] or ("" if row["phone"] else row["card"])), found.get(row["phone"])
        lost = next((text for text in (row["member_no"], row["card"]) if text in self.lost), "")
        if lost:
            self.problem(number, "member_no" if lost == row["member_no"] else "old_card_no", "card_lost", lost, who=row["name"])
        elif row["card"] and found.get(row["card"], by_no or by_phone) != (by_no or by_phone):
            self.problem(number, "old_card_no", "card_of_another", row["card"], who=row["name"])
        elif by_phone and (by_no or row["member_no"]) and by_no != by_phone:
            self.problem(number, "phone", "phone_of_another", row["phone"], who=row["name"])
        elif by_no or by_phone:
            self._update(session, number, MemberId(by_no or by_phone or 0), row, batch)
        else:
            return True
        return False

    def _existing(self, session: Session, part: list[Parsed]) -> dict[Any, int]:
        keys = {scan_key(text): text for _, row in part for text in (row["member_no"], row["card"]) if text}
        phones = [row["phone"] for _, row in part if row["phone"]]
        gone = session.scalars(select(LostCard.key).where(database.among(session, LostCard.key, keys)))
        self.lost = {keys[key] for key in gone}
        cards = select(Scannable.key, Scannable.target_id).where(
            Scannable.kind == Kind.MEMBER, database.among(session, Scannable.key, keys)
        )
        found: dict[Any, int] = {keys[key]: target for key, target in session.execute(cards)}
        first = select(Member.phone, Member.id).where(database.among(session, Member.phone, phones), Member.state == "live")
        further = select(MemberPhone.phone, MemberPhone.member_id).where(database.among(session, MemberPhone.phone, phones))
        for query in (first, further):
            found |= {phone: member for phone, member in session.execute(query)}
        return found

    def _know(self, session: Session, ids: set[int]) -> None:
        """What is here of the members that a chunk names, read at once."""
        self.rows: dict[int, Any] = {}
        self.opened: dict[int, int] = {}
        self.tagged: dict[int, set[str]] = {}
        self.said: dict[tuple[int, str], bool] = {}
        if not ids:
            return
        self.rows = {row.id: row for row in session.execute(select(_M).where(database.among(session, _M.c.id, ids)))}
        opened = select(_ENTRY.c.member_id, _ENTRY.c.points).where(database.among(session, _ENTRY.c.member_id, ids))
        standing = ~select(_LATER.c.id).where(_LATER.c.reverses_id == _ENTRY.c.id).exists()
        opened = opened.where(_ENTRY.c.kind == EntryKind.OPENING, standing).order_by(_ENTRY.c.id.desc())
        self.opened = {member: count for member, count in session.execute(opened)}
        tagged = select(_TAG.c.member_id, _TAG.c.tag).where(database.among(session, _TAG.c.member_id, ids), tags.alive(self.today))
        for member, word in session.execute(tagged):
            self.tagged.setdefault(member, set()).add(word)
        asked = select(_CONSENT).where(database.among(session, _CONSENT.c.member_id, ids), _CONSENT.c.purpose == Purpose.PROMOTION)
        for row in session.execute(asked.order_by(_CONSENT.c.id)):
            self.said[row.member_id, row.channel] = bool(row.granted)

    def _create(self, session: Session, fresh: list[dict[str, Any]], batch: ImportId) -> None:
        today, now, staff = self.today.isoformat(), self.store.clock.now(), self.store.staff
        ids = database.next_ids(session, _M, len(fresh))
        rows, scans = [], {}
        for member, number, row in zip(ids, itertools.islice(self.numbers, len(fresh)), fresh, strict=True):
            number, row["birthday_type"] = row["member_no"] or number, row["birthday_type"] or "solar"
            until, since, last = _iso(row["tier_until"]), _iso(row["registered_on"]) or today, _iso(row["last_visit"])
            rows.append((member, number, *_PERSONAL(row), until, since, last, "live", staff, now, batch))
            scans[scan_key(number)] = member
            if row["card"]:
                scans[scan_key(row["card"])] = member
        database.bulk_insert(session, _M, _MEMBER_COLUMNS, rows)
        known = sorted([(key, Kind.MEMBER.value, member) for key, member in scans.items()])
        database.bulk_insert(session, Scannable.__table__, ("key", "kind", "target_id"), known)
        names.add(session, {row["name"] for row in fresh})
        self._open_lots(session, [(member, row) for member, row in zip(ids, fresh, strict=True) if row["points"]], batch)
        for member, row in zip(ids, fresh, strict=True):
            if row["tags"] or (self.asks and _answers(row)):
                self._extras(session, MemberId(member), row, batch, fresh=True)

    def _open_lots(self, session: Session, owed: list[tuple[int, dict[str, Any]]], batch: ImportId) -> None:
        """What new members bring along, a lot each."""
        usual, today, now, staff = self.rules.expires_on(self.today), self.today.isoformat(), self.store.clock.now(), self.store.staff
        ids = database.next_ids(session, PointLot.__table__, len(owed))
        lots = [(lot, member, _iso(row["points_expire_on"] or usual), today) for lot, (member, row) in zip(ids, owed, strict=True)]
        database.bulk_insert(session, PointLot.__table__, ("id", "member_id", "expires_on", "opened_on"), lots)
        opening = EntryKind.OPENING.value
        entries = [
            (lot, member, opening, row["points"], today, now, staff, "", batch) for lot, (member, row) in zip(ids, owed, strict=True)
        ]
        database.bulk_insert(session, _ENTRY, _ENTRY_COLUMNS, entries)

    def _extras(self, session: Session, member: MemberId, row: dict[str, Any], batch: ImportId, *, fresh: bool = False) -> bool:
        """Tags and consent; True when any was new. What a new member has goes with the member when the import is taken back."""
        changed = False
        have = self.tagged.get(member, set())
        for word in dict.fromkeys(word for word in row["tags"] if word not in have):
            if word not in self.stays:
                self.stays |= tags.days_of(session, [word])
            session.execute(_DROP_TAG, {"who": member, "word": word})
            session.execute(_PUT_TAG, tags.row(member, word, self.stays[word], self.today, self.store.staff))
            if not fresh:
                self.change(session, batch, "member_tag", {"member_id": member, "tag": word}, None)
            changed = True
        for name, granted in _answers(row).items():
            if self.said.get((member, name)) != bool(granted):
                more = {"evidence": row["evidence"], "batch": batch, "text_version": "import"}
                permission.say(session, self.store, member, Channel(name), bool(granted), **more)
                self.touched.add(member)
                changed = True
        return changed

    def _update(self, session: Session, number: int, member: MemberId, row: dict[str, Any], batch: ImportId | None) -> None:
        opened = self.opened.get(member) if row["points"] is not None else None
        if opened is not None and opened != row["points"]:
            self.problem(number, "points", "points_opened_before", str(row["points"]), before=str(opened), who=row["name"])
            return
        if self.on_existing == "skip":
            self.counts["unchanged"] += 1
            return
        now, keep = self.rows[member], self.on_existing == "fill"
        diff = {
            name: row[source]
            for name, source in _CHANGEABLE.items()
            if row[source] not in (None, "") and row[source] != getattr(now, name) and not (keep and getattr(now, name) not in (None, ""))
        }
        if batch is None:
            self.counts["updated" if diff else "unchanged"] += 1
            return
        if diff:
            if "phone" in diff or "email" in diff:
                self.touched.add(member)
            self.change(session, batch, "member", {"id": member}, {name: getattr(now, name) for name in diff})
            session.execute(update(Member).where(Member.id == member).values(**diff))
            if "name" in diff:
                self.renamed.append((now.name, row["name"]))
        changed = self._extras(session, member, row, batch)
        if row["points"] and opened is None:
            self._open_lots(session, [(member, row)], batch)
            changed = True
        self.counts["updated" if diff or changed else "unchanged"] += 1


def _points(text: str) -> int:
    """An opening balance."""
    count = whole(text)
    if not 0 <= count <= 10**9:
        raise ValueError("out_of_range")
    return count


def _tags(text: str) -> tuple[str, ...]:
    parts = (clean_text(part, 40) for part in text.replace("，", ",").replace(";", ",").split(","))
    return tuple(word for word in parts if word)


def _answers(row: dict[str, Any]) -> dict[str, int]:
    """What the list says of consent, by channel."""
    return {name: row[f"consent_{name}"] for name in _ASKED if row[f"consent_{name}"] is not None}


_ASKED = (Channel.SMS.value, Channel.EMAIL.value, Channel.WECHAT.value)
_BLANK: dict[str, Any] = (
    dict.fromkeys(("member_no", "card", "name", "gender", "birthday", "birthday_type", "email", "note", "guardian", "tier", "evidence"), "")
    | dict.fromkeys(("phone", "points", "visits", "spent", "tier_until", "registered_on", "last_visit", "points_expire_on"))
    | dict.fromkeys(f"consent_{name}" for name in _ASKED)
    | {"tags": ()}
)
_CALENDARS = {"solar": "solar", "lunar": "lunar", "公历": "solar", "农历": "lunar"}


def _iso(day: Any) -> str | None:
    """A day for the driver itself."""
    return day.isoformat() if day is not None else None


_M: Any = Member.__table__
_TAG: Any = MemberTag.__table__
_CONSENT: Any = Consent.__table__
_DROP_TAG = delete(_TAG).where(_TAG.c.member_id == bindparam("who"), _TAG.c.tag == bindparam("word"))
_PUT_TAG = insert(_TAG)
_PERSONAL = itemgetter("phone", "name", "gender", "birthday", "birthday_type", "email", "note", "guardian", "tier", "spent", "visits")
_MEMBER_COLUMNS = (
    "id", "member_no", "phone", "name", "gender", "birthday", "birthday_type", "email", "note", "guardian", "tier", "opening_spent",
    "opening_visits", "tier_until", "registered_on", "opening_last_visit", "state", "registered_by", "recorded_at", "import_id",
)  # fmt: skip
_ENTRY_COLUMNS = ("lot_id", "member_id", "kind", "points", "business_date", "at", "staff_id", "reason", "import_id")
_CHANGEABLE = {
    name: name
    for name in ("phone", "name", "gender", "birthday", "birthday_type", "email", "tier", "note", "guardian", "tier_until", "registered_on")
} | {"opening_spent": "spent", "opening_visits": "visits", "opening_last_visit": "last_visit"}


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
