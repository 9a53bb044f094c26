"""Who works here, the shop's rules, its tiers and its offers stand in the trail by their digests.

Whoever changes one of them through the program seals it in the same transaction; `verify` works the
digests out again and compares them with the last seals. A hash, a role, a rule or an offer that was
changed in the file by other means no longer fits.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from storecrm.ledger import audit
from storecrm.models import database
from storecrm.models.audit import AuditHead
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.points import PointEntry
from storecrm.models.shop import Rule, Shop
from storecrm.models.staff import Staff
from storecrm.models.tier import Tier
from storecrm.services.store import Store

_STAFF: Any = Staff.__table__
_RULE: Any = Rule.__table__
_TIER: Any = Tier.__table__
_SHOP: Any = Shop.__table__
_HEAD: Any = AuditHead.__table__
_O: Any = Offer.__table__
_V: Any = OfferVersion.__table__
_SCOPE: Any = OfferScope.__table__
_E: Any = PointEntry.__table__
_AT_ONCE = 500

_PLAIN: dict[str, Any] = {
    "staff": select(
        _STAFF.c.id, _STAFF.c.name, _STAFF.c.role, _STAFF.c.badge, _STAFF.c.pin_hash, _STAFF.c.pin_length, _STAFF.c.disabled,
        _STAFF.c.member_id,
    ),
    "rule": select(_RULE.c.key, _RULE.c.value),
    "tier": select(_TIER.c.name, _TIER.c.threshold, _TIER.c.off, _TIER.c.points_times),
    "shop": select(
        _SHOP.c.id, _SHOP.c.uid, _SHOP.c.name, _SHOP.c.store, _SHOP.c.currency, _SHOP.c.timezone, _SHOP.c.demo, _SHOP.c.decimals, _SHOP.c.region
    ),
}  # fmt: skip
"""What is sealed of each kind; the first column is its key."""
KINDS = (*_PLAIN, "offer")


def seal(session: Session, store: Store, kind: str, *keys: int | str) -> None:
    """Write down what these rows say now; a row that is gone has an empty digest."""
    each = list(dict.fromkeys(keys))
    if kind == "offer" and each:
        session.execute(update(_SHOP).values(offers_changed=_SHOP.c.offers_changed + 1))
    for start in range(0, len(each), _AT_ONCE):
        some = each[start : start + _AT_ONCE]
        found = dict(digests(session, kind, some))
        rows = {str(key): found.get(str(key), "") for key in some}
        audit.log_at(
            session,
            store,
            store.actor.till if store.actor else None,
            "sealed",
            kind=kind,
            rows=rows,
        )


def seal_import(session: Session, store: Store, batch: int, kind: str) -> None:
    """The offers that an import made or changed."""
    if kind.startswith("offer"):
        seal(session, store, "offer", *offers_of_import(session, batch))


def offers_of_import(session: Session, batch: int) -> list[int]:
    """The offers that an import made, and those whose goods it named."""
    made = select(_O.c.id).where(_O.c.import_id == batch)
    meant = (
        select(_V.c.offer_id)
        .join(_SCOPE, _SCOPE.c.version_id == _V.c.id)
        .where(_SCOPE.c.import_id == batch)
    )
    return list(session.scalars(made.union(meant)))


def digests(
    session: Session, kind: str, keys: Collection[int | str] | None = None
) -> Iterator[tuple[str, str]]:
    """(key, SHA-256 of what the row says) of a kind, of all its rows or of some."""
    if kind == "offer":
        yield from _offers(session, None if keys is None else [int(key) for key in keys])
        return
    query: Select[Any] = _PLAIN[kind]
    first = query.selected_columns[0]
    if keys is not None:
        query = query.where(database.among(session, first, list(keys)))
    for row in session.execute(query.order_by(first)):
        yield str(row[0]), _sha([list(row)])


def _offers(session: Session, keys: list[int] | None) -> Iterator[tuple[str, str]]:
    """An offer with its versions and with what each is for."""

    def some(query: Any, column: Any) -> Any:
        return query if keys is None else query.where(database.among(session, column, keys))

    heads = some(
        select(_O.c.id, _O.c.code, _O.c.name, _O.c.campaign, _O.c.state), _O.c.id
    ).order_by(_O.c.id)
    versions = some(
        select(_V.c.offer_id, *[c for c in _V.c if c.name != "offer_id"]), _V.c.offer_id
    ).order_by(_V.c.offer_id, _V.c.id)
    scopes = select(_V.c.offer_id, _SCOPE.c.version_id, _SCOPE.c.field, _SCOPE.c.value).join(
        _V, _V.c.id == _SCOPE.c.version_id
    )
    scopes = some(scopes, _V.c.offer_id).order_by(
        _V.c.offer_id, _SCOPE.c.version_id, _SCOPE.c.field, _SCOPE.c.value
    )
    said = _by_owner(session, versions)
    meant = _by_owner(session, scopes)
    for row in session.execute(heads):
        parts = [list(row), said.pop(row.id, ""), meant.pop(row.id, "")]
        yield str(row.id), _sha(parts)


def _by_owner(session: Session, query: Any) -> dict[int, str]:
    """One digest for all rows of each owner, the first column."""
    rows = session.execute(query.execution_options(yield_per=2000))
    return {
        int(owner): _sha(list(row) for row in group)
        for owner, group in groupby(rows, key=lambda row: row[0])
    }


def _sha(rows: Any) -> str:
    whole = hashlib.sha256()
    for row in rows:
        whole.update(json.dumps(row, default=str, ensure_ascii=False).encode() + b"\n")
    return whole.hexdigest()[:32]


def seal_everything(session: Session, store: Store) -> None:
    """Cover what was there before there were seals: once, after an older store was brought up to
    date."""
    session.execute(update(_SHOP).values(sealed=1))
    for kind in KINDS:
        seal(session, store, kind, *[key for key, _ in digests(session, kind)])
    count, sha = older_rows(session)
    if count:
        audit.log_at(session, store, None, "ledger_sealed", rows=count, sha=sha)
    for head in session.execute(select(_HEAD)).all():
        mark = audit.seal_of(
            store.shop.audit_key, head.till_id, head.seq, head.mac, head.marked, head.marks
        )
        session.execute(update(_HEAD).where(_HEAD.c.till_id == head.till_id).values(seal=mark))


def older_rows(session: Session) -> tuple[int, str]:
    """(how many, SHA-256) of the ledger's rows from before there were marks."""
    columns = [_E.c.id, *(_E.c[name] for name in audit.MARKED)]
    rows, count, whole = (
        select(*columns).where(_E.c.mac == "").order_by(_E.c.id).execution_options(yield_per=2000),
        0,
        hashlib.sha256(),
    )
    for row in session.execute(rows):
        count += 1
        whole.update(json.dumps(list(row), default=str, ensure_ascii=False).encode() + b"\n")
    return count, whole.hexdigest()


def is_needed(session: Session) -> bool:
    """True of a store from before there were seals."""
    return not session.scalar(select(_SHOP.c.sealed))
