"""Who works here, the shop's rules, its tiers and its offers stand in the trail by their digests.

Whoever changes one of them through the program seals it in the same transaction; `verify` works the
digests out again and compares them with the last seals. A hash, a role, a rule or an offer that was
changed in the file by other means no longer fits.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, Table, select, update
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.models import database, tables
from storecrm.services.store import Store

_SHOP = tables.shop.c
_AT_ONCE = 500
"""Rows that one entry of the trail seals at most."""
_STREAMED = 2000
"""Rows that are read at once."""


def _columns(table: Table, *names: str) -> Select[Any]:
    return select(*(table.c[name] for name in names))


_WHO = ("id", "name", "role", "badge")
_HOW = ("pin_hash", "pin_length", "disabled", "member_id")
_NAMES = ("id", "uid", "name", "store")
_MONEY_AND_TIME = ("currency", "timezone", "demo", "decimals", "region")
_PLAIN = {
    "staff": _columns(tables.staff, *_WHO, *_HOW),
    "rule": _columns(tables.rule, "key", "value"),
}
_PLAIN["tier"] = _columns(tables.tier, "name", "threshold", "off", "points_times")
_PLAIN["shop"] = _columns(tables.shop, *_NAMES, *_MONEY_AND_TIME)
"""What is sealed of each kind; the first column is its key."""
KINDS = (*_PLAIN, "offer")


_OFFERS_CHANGED = update(tables.shop).values(offers_changed=_SHOP.offers_changed + 1)


def seal(session: Session, store: Store, kind: str, *keys: int | str) -> None:
    """Write down what these rows say now; a row that is gone has an empty digest."""
    each = list(dict.fromkeys(keys))
    # whoever remembers what offers say asks this number first
    if kind == "offer" and each:
        session.execute(_OFFERS_CHANGED)
    till = store.actor.till if store.actor else None
    for start in range(0, len(each), _AT_ONCE):
        some = each[start : start + _AT_ONCE]
        found = dict(digests(session, kind, some))
        names = map(str, some)
        rows = {name: found.get(name, "") for name in names}
        audit.log_at(session, store, till, "sealed", kind=kind, rows=rows)


_OFFER = tables.offer.c
_VERSION = tables.offer_version.c
_SCOPE = tables.offer_scope.c
_OF_VERSION = _VERSION.id == _SCOPE.version_id
_VERSIONS_OF_GOODS = select(_VERSION.offer_id).join(tables.offer_scope, _OF_VERSION)


def seal_import(session: Session, store: Store, batch: int, kind: str) -> None:
    """The offers that an import made or changed."""
    if kind.startswith("offer"):
        seal(session, store, "offer", *offers_of_import(session, batch))


def offers_of_import(session: Session, batch: int) -> list[int]:
    """The offers that an import made, and those whose goods it named."""
    made = select(_OFFER.id).where(_OFFER.import_id == batch)
    named = _VERSIONS_OF_GOODS.where(_SCOPE.import_id == batch)
    return list(session.scalars(made.union(named)))


def digests(
    session: Session, kind: str, keys: Collection[int | str] | None = None
) -> Iterator[tuple[str, str]]:
    """(key, SHA-256 of what the row says) of a kind, of all its rows or of some."""
    if kind == "offer":
        offers = None if keys is None else [int(key) for key in keys]
        yield from _offers(session, offers)
        return
    query: Select[Any] = _PLAIN[kind]
    key_column = query.selected_columns[0]
    if keys is not None:
        wanted = database.among(session, key_column, list(keys))
        query = query.where(wanted)
    for row in session.execute(query.order_by(key_column)):
        yield str(row[0]), _sha([list(row)])


_HEAD = _columns(tables.offer, "id", "code", "name", "campaign", "state")
_HEADS = _HEAD.order_by(_OFFER.id)
# the owner first, by which rows are grouped; then all that a version says, as it stands there
_SAID = [column for column in _VERSION if column.name != "offer_id"]
_SAID_BY = select(_VERSION.offer_id, *_SAID)
_VERSIONS = _SAID_BY.order_by(_VERSION.offer_id, _VERSION.id)
_MEANT = (_VERSION.offer_id, _SCOPE.version_id, _SCOPE.field, _SCOPE.value)
_MEANT_BY = select(*_MEANT).join(tables.offer_version, _OF_VERSION)
_SCOPES = _MEANT_BY.order_by(*_MEANT)


def _offers(session: Session, keys: list[int] | None) -> Iterator[tuple[str, str]]:
    """An offer with its versions and with what each is for."""

    def some(query: Any, column: Any) -> Any:
        if keys is None:
            return query
        return query.where(database.among(session, column, keys))

    said = _by_owner(session, some(_VERSIONS, _VERSION.offer_id))
    meant = _by_owner(session, some(_SCOPES, _VERSION.offer_id))
    for row in session.execute(some(_HEADS, _OFFER.id)):
        versions = said.pop(row.id, "")
        scopes = meant.pop(row.id, "")
        whole = [list(row), versions, scopes]
        yield str(row.id), _sha(whole)


def _by_owner(session: Session, query: Any) -> dict[int, str]:
    """One digest for all rows of each owner, the first column."""
    rows = session.execute(query.execution_options(yield_per=_STREAMED))
    found = {}
    for owner, group in groupby(rows, key=itemgetter(0)):
        found[int(owner)] = _sha(map(list, group))
    return found


def _line(row: Any) -> bytes:
    """A row as it goes into a digest."""
    text = json.dumps(row, default=str, ensure_ascii=False)
    return text.encode() + b"\n"


def _sha(rows: Any) -> str:
    whole = hashlib.sha256()
    for row in rows:
        whole.update(_line(row))
    return whole.hexdigest()[:32]


def seal_everything(session: Session, store: Store) -> None:
    """Cover what was there before there were seals: once, after an older store was brought up to
    date."""
    session.execute(update(tables.shop).values(sealed=1))
    for kind in KINDS:
        keys = [key for key, _ in digests(session, kind)]
        seal(session, store, kind, *keys)
    count, sha = older_rows(session)
    if count:
        audit.log_at(session, store, None, "ledger_sealed", rows=count, sha=sha)
    # the end of each till's chain is sealed as it stands
    for head in session.execute(select(tables.audit_head)).all():
        till = head.till_id
        end = (head.seq, head.mac, head.marked, head.marks)
        mark = audit.seal_of(store.shop.audit_key, till, *end)
        of_till = update(tables.audit_head).where(tables.audit_head.c.till_id == till)
        session.execute(of_till.values(seal=mark))


_ENTRY = tables.point_entry.c
_MARKED = _columns(tables.point_entry, "id", *audit.MARKED)
_UNMARKED = _MARKED.where(_ENTRY.mac == "").order_by(_ENTRY.id)


def older_rows(session: Session) -> tuple[int, str]:
    """(how many, SHA-256) of the ledger's rows from before there were marks."""
    rows = session.execute(_UNMARKED.execution_options(yield_per=_STREAMED))
    count = 0
    whole = hashlib.sha256()
    for row in rows:
        count += 1
        whole.update(_line(list(row)))
    return count, whole.hexdigest()


def is_needed(session: Session) -> bool:
    """True of a store from before there were seals."""
    return not session.scalar(select(_SHOP.sealed))
