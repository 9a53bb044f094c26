"""What stands on an import: every table that may refer to an imported row is asked before it is
rolled back. What no foreign key says is asked besides (`unnamed_uses`)."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, func, select, union
from sqlalchemy.orm import Session

from storecrm.errors import Conflict
from storecrm.models import tables
from storecrm.services.imports import references
from storecrm.services.imports.references import Hindrance
from storecrm.services.imports.row_origins import PARENTS, TABLES, is_of_others
from storecrm.services.imports.unnamed_uses import asked_besides
from storecrm.values import ImportId

_OF_SALES = ("sale_line", "sale_step", "sale_tender")
_OF_MEMBERS = ("consent", "lost_card", "point_entry", "stamp_entry", "tier_change")
KEYS = dict.fromkeys(("batch", "coupon", "member", "sale"), "id")
"""By table, of rows that stop a roll back, the column that says which row it is for people."""
KEYS |= dict.fromkeys(_OF_SALES, "sale_id")
KEYS |= dict.fromkeys(_OF_MEMBERS, "member_id")
KEYS |= {"emergency_code": "redemption_id", "redemption": "coupon_id", "referral": "friend_id"}
KEYS |= {"member_merge": "survivor_id", "paper_move": "batch_id"}
CALLED = dict.fromkeys(_OF_SALES, "sale") | {"member": "member_merge", "paper_move": "paper"}
"""What people call the rows of a table where it is not its own name."""
_FIRST = ("sale", "redemption", "coupon", "paper", "batch", "import", "member_merge")
"""The most telling ones."""
_BY_NUMBER = ("batch", "paper", "emergency_code")
_CODE = (tables.coupon, "code")
_MEMBER_NO = (tables.member, "member_no")
_NAMES = {"coupon": _CODE, "redemption": _CODE, "offer": (tables.offer, "code")}
_NAMES["sale"] = (tables.sale, "receipt_no")
_DAY = tables.day_total.c
_CHANGE = tables.import_change.c
_BATCH = tables.import_batch.c


@dataclass(frozen=True)
class Use:
    """Something that stands on an import: what it is (receipts: sale, uses of coupons: redemption,
    ...), how many, and one of them."""

    by: str
    count: int
    example: str


def require_unused(session: Session, batches: Sequence[ImportId]) -> None:
    """Refuse while anything that is not of these imports, which go together, stands on what they
    brought.

    Raises:
        Conflict: import_in_use (facts: by, count, example of the first; uses: all of them).
    """
    found = of_imports(session, batches)
    if found:
        where = ", ".join(map(str, batches))
        rows = [vars(use) for use in found]
        raise Conflict("import_in_use", where=where, **rows[0], uses=rows)


def of_imports(session: Session, batches: Sequence[ImportId]) -> list[Use]:
    """What stands on these imports, most telling first; nothing when they may go."""
    mine = set(batches)
    asked: dict[str, list[Any]] = defaultdict(list)
    # one question a kind of thing, whatever key leads to it
    for name, target in references.foreign_keys():
        if references.ANSWERS[name] is Hindrance.STOPS:
            table, _ = references.named(name)
            by = CALLED.get(table.name, table.name)
            asked[by].append(_naming(name, target, mine))
    for by, queries in asked_besides(session, mine).items():
        asked[by] += queries
    found = list[Use]()
    for by, queries in asked.items():
        found += _counted(session, by, queries)
    found += _changed_later(session, mine)
    return sorted(found, key=_place)


def _place(use: Use) -> tuple[int, str]:
    # what is not among them comes behind, by its name
    place = _FIRST.index(use.by) if use.by in _FIRST else len(_FIRST)
    return place, use.by


def _naming(name: str, target: str, mine: Collection[ImportId]) -> Any:
    """Rows of others that name an imported one by a foreign key."""
    table, column = references.named(name)
    imported = TABLES[target].alias("named")
    joined = table.join(imported, imported.c.id == column)
    origin = imported.c
    if target in PARENTS:
        # such a row came with the row of another table
        through, parent = PARENTS[target]
        owner = TABLES[parent].alias("owner")
        joined = joined.join(owner, owner.c.id == imported.c[through])
        origin = owner.c
    key = table.c[KEYS[table.name]]
    others = is_of_others(table, mine)
    query = select(key).select_from(joined)
    return query.where(origin.import_id.in_(mine), others, column.is_not(None))


def _counted(session: Session, by: str, queries: Sequence[Any]) -> list[Use]:
    found = union(*queries).subquery()
    [key] = found.c
    query = select(func.count(), func.min(key)).select_from(found)
    count, first = session.execute(query).one()
    return [Use(by, int(count), _called(session, by, first))] if count else []


def _called(session: Session, by: str, key: int) -> str:
    """What people call the row `key`: its receipt, its code, else the member's number."""
    if by in _BY_NUMBER:
        return str(key)
    table, name = _NAMES.get(by, _MEMBER_NO)
    called = select(table.c[name]).where(table.c.id == key)
    return str(session.scalar(called))


def _changed_later(session: Session, mine: Collection[ImportId]) -> list[Use]:
    """Other imports that changed rows which these made: what was changed cannot go without its
    change."""
    later = (_BATCH.id > min(mine), _BATCH.id.not_in(mine))
    others = select(_BATCH.id).where(*later, _BATCH.state != "undone")
    changing = select(_CHANGE.import_id).where(_CHANGE.import_id.in_(others))
    found = set[int]()
    for name in ("member", "product"):
        made = TABLES[name].alias("made")
        key = '{"id": ' + cast(made.c.id, Text) + "}"
        ours = made.c.import_id.in_(mine)
        changed = select(made.c.id).where(ours, key == _CHANGE.row_key).exists()
        query = changing.where(_CHANGE.table_name == name, changed)
        found.update(session.scalars(query.distinct()))
    found |= _days_changed(session, mine, changing)
    return [Use("import", len(found), str(min(found)))] if found else []


def _days_changed(session: Session, mine: Collection[ImportId], changing: Any) -> set[int]:
    """The same of the sums of days, which have their store and day for a number."""
    made = select(_DAY.store, _DAY.day).where(_DAY.import_id.in_(mine))
    days = {(store, day.isoformat()) for store, day in session.execute(made)}
    if not days:
        return set()
    keyed = changing.add_columns(_CHANGE.row_key)
    found = set[int]()
    for batch, row_key in session.execute(keyed.where(_CHANGE.table_name == "day_total")):
        key = json.loads(row_key)
        if tuple(key.values()) in days:
            found.add(batch)
    return found
