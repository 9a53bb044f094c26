"""The segments of a shop: the built-in ones with their rules in view, the shop's own, and lists
kept as they were on a day."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain import segment_fields
from storecrm.errors import BadInput, Conflict, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.models.shop import Shop
from storecrm.services import files, rights, shop_settings
from storecrm.services.analytics import segment_rules, segment_values
from storecrm.services.coupons import issue as coupons
from storecrm.services.coupons.batches import BatchView
from storecrm.services.members import views
from storecrm.services.members.views import MemberView
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import Day, MemberId, clean_text


def _is(field: str, op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value, **more}


_COMES_OFTEN = _is("visits", ">=", 4, days=90)
_IN_TOUCH = _is("stage", "in", ["new", "active", "back"])
_LATE = _is("own_gaps_since_visit", ">", 2)
_NOT_DORMANT = _is("days_since_visit", "<", 60)
_BOUGHT = _is("visits", ">=", 1)
_NO_COUPON = _is("coupons_used", "=", 0)
_KNOWN_WELL = _is("visits", ">=", 3, days=365)
_MOSTLY_WITH_COUPON = _is("with_coupon_percent", ">=", 60)
_STAGES = {"new": "new", "lost": "lost", "won_back": "back", "never_bought": "prospect"}
_GROUPS = {"high_value": "champions", "loyal": "loyal", "potential": "potential"}
_SLIPPING = ["at_risk", "cannot_lose"]


def _built_in_rules() -> dict[str, dict[str, Any]]:
    """The first five are what a shop asks for first."""
    stage = {code: _is("stage", "is", _STAGES[code]) for code in _STAGES}
    group = {code: _is("rfm_group", "is", _GROUPS[code]) for code in _GROUPS}
    first = {
        "new": stage["new"],
        "regulars": {"all": [_COMES_OFTEN, _IN_TOUCH]},
        "leaving": {"all": [_LATE, _NOT_DORMANT]},
        "dormant": _is("days_since_visit", ">=", 60),
        "birthday": _is("birthday_month", "=", segment_fields.THIS_MONTH),
    }
    rewards = {
        "points_ending": _is("points_ending", ">", 0, days=31),
        "never_redeemed": {"all": [_BOUGHT, _NO_COUPON]},
        "price_sensitive": {"all": [_KNOWN_WELL, _MOSTLY_WITH_COUPON]},
    }
    at_risk = {"at_risk": _is("rfm_group", "in", _SLIPPING)}
    return first | group | at_risk | stage | rewards


BUILT_IN = _built_in_rules()
_CODE = re.compile(r"[^\s\-]\S{0,39}")
_FILE_KEYS = {"code", "name", "rule"}
_PERSON = tables.member.c
_SEGMENT = tables.segment.c
_SIZE = tables.segment_size.c


@dataclass(frozen=True)
class SegmentView:
    """A segment: `rule` as a tree of plain values; `fixed` means a list kept as it was, `built_in`
    that it cannot be changed."""

    code: str
    name: str
    rule: dict[str, Any]
    fixed: bool = False
    built_in: bool = False


@dataclass(frozen=True)
class Compared:
    """Two segments side by side: members of the first only, of both, of the second only."""

    only_first: int
    both: int
    only_second: int


def listed(store: Store) -> list[SegmentView]:
    """The built-in segments, then the shop's own by code."""
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        by_code = select(tables.segment).order_by(_SEGMENT.code)
        kept = session.execute(by_code).all()
    built_in = [_built_in(code) for code in BUILT_IN]
    return [*built_in, *map(_view, kept)]


def _built_in(code: str) -> SegmentView:
    return SegmentView(code, "", BUILT_IN[code], built_in=True)


def show(store: Store, *, code: str) -> SegmentView:
    """One segment with its rule.

    Raises:
        NotFound: segment.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        return _found(session, code)


def create(
    store: Store, *, code: str, name: str, rule: Mapping[str, Any], replace: bool = False
) -> SegmentView:
    """Keep a segment of the shop's own; with `replace` a rule takes the place of the one before.

    Raises:
        BadInput: segment_code, segment_shape, segment_deep, segment_long, segment_field,
            segment_op, segment_value, segment_more.
        Conflict: segment_taken.
    """
    rights.require(store, Right.OFFERS)
    segment_fields.check(rule, digits=store.shop.digits)
    with store.write(Topic.MEMBERS) as session:
        new = _NewSegment(code, name, dict(rule), fixed=False)
        return _keep(session, store, new, replace=replace)


def keep_list(store: Store, *, code: str, of: str, name: str = "") -> SegmentView:
    """Keep the members that a segment has now as a list that stays: what a campaign was sent to is
    still known later.

    Raises:
        NotFound: segment.
        BadInput: segment_code.
        Conflict: segment_taken.
    """
    rights.require(store, Right.OFFERS)
    with store.write(Topic.MEMBERS) as session:
        source = _found(session, of)
        members = _members_of(session, store, source)
        ids = session.scalars(members).all()
        called = name or source.name
        new = _NewSegment(code, called, source.rule, fixed=True)
        kept = _keep(session, store, new, replace=False)
        which = session.scalar(_id_of(kept.code))
        rows = [{"segment_id": which, "member_id": member} for member in ids]
        if rows:
            session.execute(insert(tables.segment_member), rows)
        return kept


@dataclass(frozen=True)
class _NewSegment:
    """What is kept of a segment; `fixed` is a list that stays."""

    code: str
    name: str
    rule: dict[str, Any]
    fixed: bool


def _id_of(code: str) -> Select[Any]:
    return select(_SEGMENT.id).where(_SEGMENT.code == code)


def _keep(session: Session, store: Store, new: _NewSegment, *, replace: bool) -> SegmentView:
    code = new.code
    if not _CODE.fullmatch(code) or code in BUILT_IN:
        raise BadInput("segment_code", where=code[:40])
    called = clean_text(new.name, 60) or code
    rule = json.dumps(new.rule, ensure_ascii=False)
    values = {"name": called, "rule": rule, "fixed": int(new.fixed)}
    known = select(_SEGMENT.id, _SEGMENT.fixed)
    known = known.where(_SEGMENT.code == code)
    present = session.execute(known).first()
    # a list that was kept is never another one
    if present is not None and (not replace or present.fixed):
        raise Conflict("segment_taken", where=code)
    if present is not None:
        # its list and its sizes stay under it
        before = update(tables.segment).where(_SEGMENT.id == present.id)
        session.execute(before.values(**values))
    else:
        made = {"code": code, "made_at": store.clock.now(), "made_by": store.staff}
        row = insert(tables.segment).values(**made, **values)
        session.execute(row)
    audit.log(session, store, "segment_kept", segment=code, fixed=new.fixed)
    return _found(session, code)


def remove(store: Store, *, code: str) -> None:
    """Forget a segment of the shop's own, with its list and its sizes.

    Raises:
        NotFound: segment (built-in ones cannot go).
    """
    rights.require(store, Right.OFFERS)
    with store.write(Topic.MEMBERS) as session:
        which = session.scalar(_id_of(code))
        if which is None:
            raise NotFound("segment", where=code[:40])
        # what hangs on it first
        of_list = tables.segment_member.c.segment_id == which
        session.execute(delete(tables.segment_member).where(of_list))
        sizes_ = delete(tables.segment_size).where(_SIZE.code == code)
        session.execute(sizes_)
        segment = delete(tables.segment).where(_SEGMENT.id == which)
        session.execute(segment)
        audit.log(session, store, "segment_removed", segment=code)


def from_file(path: Path) -> dict[str, Any]:
    """A segment as a TOML file writes it: code, name and rule.

    Raises:
        BadFile: no_file, not_toml.
        BadInput: segment_shape.
    """
    raw = files.read_toml(path)
    rule = raw.get("rule")
    unknown = set(raw) - _FILE_KEYS
    if unknown or not isinstance(rule, dict):
        raise BadInput("segment_shape", where="rule")
    code = str(raw.get("code", ""))
    name = str(raw.get("name", ""))
    return {"code": code, "name": name, "rule": rule}


def count(store: Store, *, code: str = "", rule: Mapping[str, Any] | None = None) -> int:
    """How many members a segment has, or a rule that is not kept yet.

    Raises:
        NotFound: segment.
        BadInput: as `create`.
    """
    rights.require(store, Right.REPORTS)
    if rule is not None:
        segment_fields.check(rule, digits=store.shop.digits)
    with store.read() as session:
        if rule is not None:
            found = SegmentView("", "", dict(rule))
        else:
            found = _found(session, code)
        members = _members_of(session, store, found).subquery()
        counted = select(func.count()).select_from(members)
        return int(session.scalar(counted) or 0)


def counts(store: Store, *, codes: tuple[str, ...]) -> dict[str, int]:
    """How many members each of these segments has now; written down once a day, so that sizes over
    time are known.

    Raises:
        NotFound: segment.
    """
    rights.require(store, Right.REPORTS)
    found = {code: count(store, code=code) for code in codes}
    # counted first: no till waits behind it
    today = store.clock.today()
    rows = []
    for code, members in found.items():
        rows.append({"code": code, "business_date": today, "members": members})
    with store.write() as session:
        # two tills that look at the same moment write one after the other
        database.lock_row(session, Shop, 1)
        of_today = delete(tables.segment_size).where(_SIZE.business_date == today)
        session.execute(of_today.where(_SIZE.code.in_(codes)))
        session.execute(insert(tables.segment_size), rows)
    return found


def sizes(store: Store, *, code: str) -> list[tuple[Day, int]]:
    """What was counted of a segment, by day."""
    rights.require(store, Right.REPORTS)
    query = select(_SIZE.business_date, _SIZE.members)
    query = query.where(_SIZE.code == code)
    with store.read() as session:
        rows = session.execute(query.order_by(_SIZE.business_date))
        return [(row.business_date, row.members) for row in rows]


def page(
    store: Store, *, code: str, offset: int = 0, limit: int = 200
) -> tuple[list[MemberView], int]:
    """A stretch of a segment's members, newest first, and how many there are; for those who may see
    the list.

    Raises:
        NotFound: segment.
    """
    rights.require(store, Right.FULL_PHONES)
    with store.read() as session:
        ids = ids_of(session, store, code)
        # numbers grow: the last registered is the newest
        newest_first = ids[::-1]
        newest = newest_first[offset : offset + limit]
        return views.of_members(session, store, newest), len(ids)


def compare(store: Store, *, first: str, second: str) -> Compared:
    """How two segments overlap.

    Raises:
        NotFound: segment.
    """
    rights.require(store, Right.REPORTS)
    with store.read() as session:
        one, two = (set(ids_of(session, store, code)) for code in (first, second))
    only_one = len(one - two)
    only_two = len(two - one)
    return Compared(only_one, len(one & two), only_two)


def issue(store: Store, *, code: str, offer: str, progress: Progress = silent) -> BatchView:
    """One coupon of an offer to each member that a segment has now, as one batch: the batch is the
    list of who got one.

    Raises:
        NotFound: segment, offer.
        NotPossible: segment_empty, offer_stopped, offer_external, offer_automatic, offer_over,
            total_limit.
        Cancelled: `progress` said so.
    """
    rights.require(store, Right.BATCHES)
    with store.read() as session:
        people = ids_of(session, store, code)
    if not people:
        raise NotPossible("segment_empty", where=code)
    return coupons.issue(store, offer=offer, known=people, progress=progress)


def ids_of(session: Session, store: Store, code: str) -> list[MemberId]:
    """The members of a segment now.

    Raises:
        NotFound: segment.
    """
    members = _members_of(session, store, _found(session, code))
    ordered = session.scalars(members.order_by(_PERSON.id))
    return [MemberId(member) for member in ordered]


def _members_of(session: Session, store: Store, segment: SegmentView) -> Select[Any]:
    if segment.fixed:
        return _listed_members(segment.code)
    # the day is not over: what is sold today counts
    before = store.clock.tomorrow()
    shop = shop_settings.current(session)
    here = segment_values.Context(session, before, shop, store.shop.digits)
    return segment_rules.members_of(segment.rule, here)


def _listed_members(code: str) -> Select[Any]:
    """Who of a kept list is still there."""
    listed_ = tables.segment_member.c
    # who was erased since is on it no more
    of_list = _SEGMENT.id == listed_.segment_id
    kept = select(listed_.member_id).join(tables.segment, of_list)
    kept = kept.where(_SEGMENT.code == code)
    live = _PERSON.state == "live"
    return select(_PERSON.id).where(live, _PERSON.id.in_(kept))


def _found(session: Session, code: str) -> SegmentView:
    if code in BUILT_IN:
        return _built_in(code)
    kept = select(tables.segment).where(_SEGMENT.code == code)
    row = session.execute(kept).first()
    if row is None:
        raise NotFound("segment", where=code[:40])
    return _view(row)


def _view(row: Any) -> SegmentView:
    rule = json.loads(row.rule)
    return SegmentView(row.code, row.name, rule, fixed=bool(row.fixed))
