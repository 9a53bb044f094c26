"""Tags by rule: a word is put on everybody whom a segment rule picks, and taken off whoever it
picks no more."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update

from storecrm.domain import segment_fields
from storecrm.errors import BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.services import rights, shop_settings
from storecrm.services.analytics import segment_rules
from storecrm.services.members import tags
from storecrm.services.members.tags import TagView
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic

CHUNK = 5000


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
    with store.write(Topic.MEMBERS) as session:
        text = json.dumps(rule, ensure_ascii=False) if rule is not None else ""
        done: Any = session.execute(
            update(tables.tag).where(tables.tag.c.name == name).values(rule=text)
        )
        if not done.rowcount:
            raise NotFound("tag_name", where=name[:40])
        if rule is None:
            session.execute(
                delete(tables.member_tag).where(
                    tables.member_tag.c.tag == name, tables.member_tag.c.by_rule == 1
                )
            )
        audit.log(session, store, "tag_rule_set", tag=name, rule=rule is not None)
    apply(store)
    return tags.listed(store)


def apply(store: Store) -> dict[str, tuple[int, int]]:
    """Bring every tag by rule up to date, and take off what has ended. Returns (put on, taken off)
    of each tag that changed.

    A word that a person put on stays, whatever the rule says.
    """
    rights.require(store, Right.SELL)
    changed: dict[str, tuple[int, int]] = {}
    today = store.clock.today()
    with store.read() as session:
        here = segment_rules.Context(
            session, store.clock.tomorrow(), shop_settings.current(session), store.shop.digits
        )
        plans = []
        for tag in session.execute(
            select(tables.tag.c.name, tables.tag.c.rule).where(tables.tag.c.rule != "")
        ):
            wanted = set(session.scalars(segment_rules.members_of(json.loads(tag.rule), here)))
            have = {
                row.member_id: row.by_rule
                for row in session.execute(
                    select(tables.member_tag.c.member_id, tables.member_tag.c.by_rule).where(
                        tables.member_tag.c.tag == tag.name
                    )
                )
            }
            plans.append(
                (
                    tag.name,
                    sorted(wanted - have.keys()),
                    sorted(m for m, by in have.items() if by and m not in wanted),
                )
            )
        ended = session.scalars(
            select(tables.member_tag.c.tag).where(~tags.alive(today)).limit(1)
        ).first()
    for name, put, off in plans:
        for start in range(0, max(len(put), len(off)), CHUNK):
            with store.write(Topic.MEMBERS) as session:
                gone = off[start : start + CHUNK]
                session.execute(
                    delete(tables.member_tag).where(
                        tables.member_tag.c.tag == name,
                        tables.member_tag.c.by_rule == 1,
                        tables.member_tag.c.member_id.in_(gone),
                    )
                )
                fresh = put[start : start + CHUNK]
                present = set(
                    session.scalars(
                        select(tables.member_tag.c.member_id).where(
                            tables.member_tag.c.tag == name,
                            tables.member_tag.c.member_id.in_(fresh),
                        )
                    )
                )
                rows = [
                    (member, name, 1, today.isoformat())
                    for member in fresh
                    if member not in present
                ]
                database.bulk_insert(
                    session, tables.member_tag, ("member_id", "tag", "by_rule", "set_on"), rows
                )
        if put or off:
            changed[name] = (len(put), len(off))
    if ended is not None:
        with store.write(Topic.MEMBERS) as session:
            session.execute(delete(tables.member_tag).where(~tags.alive(today)))
    if changed:
        with store.write() as session:
            audit.log(
                session,
                store,
                "tags_applied",
                tags=len(changed),
                put=sum(p for p, _ in changed.values()),
            )
    return changed


def _asks_tags(node: Mapping[str, Any]) -> bool:
    parts = [*node.get("all", ()), *node.get("any", ()), *([node["not"]] if "not" in node else ())]
    return node.get("field") == "tag" or any(map(_asks_tags, parts))
