"""Tags by rule: a word is put on everybody whom a segment rule picks, and taken off whoever it
picks no more."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storecrm.domain import segment_fields
from storecrm.errors import BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import segment_rules
from storecrm.services.analytics.segment_values import Context
from storecrm.services.members import tags
from storecrm.services.members.tags import TagView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import Day

CHUNK = 5000
_COLUMNS = ("member_id", "tag", "by_rule", "set_on")
_WORD = tables.member_tag.c
_BY_RULE = _WORD.by_rule == 1


@dataclass(frozen=True)
class _Plan:
    """Who gets a tag and who loses it."""

    tag: str
    put: list[int]
    off: list[int]

    @property
    def counts(self) -> tuple[int, int]:
        return len(self.put), len(self.off)


def set_rule(store: Store, *, name: str, rule: Mapping[str, Any] | None) -> list[TagView]:
    """Let a rule put a defined tag on members from now on, or (None) no more: whoever had it by the
    rule loses it.

    Raises:
        NotFound: tag_name.
        BadInput: as segment_rules.check; tag_rule_tag (a rule that asks for tags would go round in
            circles).
    """
    rights.require(store, Right.TAGS)
    if rule is not None:
        segment_fields.check(rule, digits=store.shop.digits)
        if _asks_tags(rule):
            raise BadInput("tag_rule_tag", where=name[:40])
    text = json.dumps(rule, ensure_ascii=False) if rule is not None else ""
    named = tables.tag.c.name == name
    defined = update(tables.tag).where(named)
    with store.write(Topic.MEMBERS) as session:
        done: Any = session.execute(defined.values(rule=text))
        if not done.rowcount:
            raise NotFound("tag_name", where=name[:40])
        if rule is None:
            by_rule = delete(tables.member_tag).where(_WORD.tag == name, _BY_RULE)
            session.execute(by_rule)
        audit.log(session, store, "tag_rule_set", tag=name, rule=rule is not None)
    apply(store)
    return tags.listed(store)


def apply(store: Store) -> dict[str, tuple[int, int]]:
    """Bring every tag by rule up to date, and take off what has ended. Returns (put on, taken off)
    of each tag that changed.

    A word that a person put on stays, whatever the rule says.
    """
    rights.require(store, Right.SELL)
    today = store.clock.today()
    over = ~tags.alive(today)
    with store.read() as session:
        plans = _plans(session, store)
        some_word = select(_WORD.tag).where(over).limit(1)
        ended = session.scalars(some_word).first()
    for plan in plans:
        for start in range(0, max(plan.counts), CHUNK):
            part = slice(start, start + CHUNK)
            with store.write(Topic.MEMBERS) as session:
                _take_off(session, plan.tag, plan.off[part])
                _put_on(session, plan.tag, plan.put[part], today)
    if ended is not None:
        with store.write(Topic.MEMBERS) as session:
            session.execute(delete(tables.member_tag).where(over))
    changed = {plan.tag: plan.counts for plan in plans if any(plan.counts)}
    if changed:
        put = sum(len(plan.put) for plan in plans)
        with store.write() as session:
            audit.log(session, store, "tags_applied", tags=len(changed), put=put)
    return changed


def _plans(session: Session, store: Store) -> list[_Plan]:
    before = store.clock.tomorrow()
    shop = shop_settings.current(session)
    here = Context(session, before, shop, store.shop.digits)
    tag = tables.tag.c
    ruled = select(tag.name, tag.rule).where(tag.rule != "")
    return [_plan(here, name, rule) for name, rule in session.execute(ruled)]


def _plan(here: Context, tag: str, rule: str) -> _Plan:
    picked = segment_rules.members_of(json.loads(rule), here)
    wanted = set(here.session.scalars(picked))
    worn = select(_WORD.member_id, _WORD.by_rule).where(_WORD.tag == tag)
    have = {member: by_rule for member, by_rule in here.session.execute(worn)}
    # what a person put on is nobody's to take off
    put_by_rule = {member for member in have if have[member]}
    missing = wanted - have.keys()
    unwanted = put_by_rule - wanted
    # in their order: the index grows at fewer places at a time
    return _Plan(tag, put=sorted(missing), off=sorted(unwanted))


def _take_off(session: Session, tag: str, members: list[int]) -> None:
    theirs = _WORD.member_id.in_(members)
    by_rule = delete(tables.member_tag).where(_WORD.tag == tag, _BY_RULE)
    session.execute(by_rule.where(theirs))


def _put_on(session: Session, tag: str, members: list[int], today: Day) -> None:
    theirs = _WORD.member_id.in_(members)
    have = select(_WORD.member_id).where(_WORD.tag == tag, theirs)
    # somebody may have put it on by hand meanwhile
    present = set(session.scalars(have))
    missing = [member for member in members if member not in present]
    rows = [(member, tag, 1, today.isoformat()) for member in missing]
    database.bulk_insert(session, tables.member_tag, _COLUMNS, rows)


def _asks_tags(node: Mapping[str, Any]) -> bool:
    if node.get("field") == "tag":
        return True
    parts = [*node.get("all", ()), *node.get("any", ())]
    if "not" in node:
        parts.append(node["not"])
    return any(map(_asks_tags, parts))
