"""Offers: design, list, stop. What was issued keeps the version it was issued under."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain.offers.reading import OfferDraft, OfferView, draft
from storecrm.domain.offers.rule import OfferRule
from storecrm.errors import BadInput, Conflict, NotFound
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.coupon import Batch
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer, OfferScope, OfferVersion
from storecrm.models.product import Product
from storecrm.models.shop import Shop
from storecrm.services import files, rights, sealing
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import (
    OfferId,
    OfferKind,
    OfferState,
    VersionId,
)

_COLUMNS = (
    "kind",
    "value",
    "cap",
    "min_spend",
    "valid_from",
    "valid_to",
    "valid_days",
    "limit_total",
    "limit_per_member",
    "uses_allowed",
)


def read_file(path: Path, digits: int = 2) -> OfferDraft:
    """An offer from a TOML file.

    Raises:
        BadFile: not_toml, no_file.
        BadInput: what is wrong with which key.
    """
    return draft(files.read_toml(path), digits)


def create(store: Store, *, new: OfferDraft) -> OfferView:
    """Keep an offer. The same code again is a new version, as long as nothing was issued under the
    old one.

    Raises:
        Conflict: offer_frozen (coupons were issued under it: stop it and copy).
        BadInput: gift_medicine (prescription and class-A medicines are never given away),
            reward_impossible.
        NotFound: offer (the reward of a stamp card).
    """
    rights.require(store, Right.OFFERS)
    with store.write(Topic.OFFERS) as session:
        offer = session.scalar(select(Offer).where(Offer.code == new.code))
        if offer is None:
            offer = Offer(
                code=new.code,
                name=new.name,
                campaign=new.campaign,
                state=OfferState.RUNNING,
                created_at=store.clock.now(),
                created_by=store.staff,
            )
            session.add(offer)
            session.flush()
        elif session.scalar(select(Batch.id).where(Batch.offer_id == offer.id).limit(1)):
            raise Conflict("offer_frozen", where=new.code)
        else:
            offer.name, offer.campaign = new.name, new.campaign
        check_stored(session, new.code, new.rule)
        add_version(session, offer.id, new.rule)
        audit.log(session, store, "offer_kept", offer=new.code)
        sealing.seal(session, store, "offer", offer.id)
        return view_of(session, offer)


def check_stored(session: Session, code: str, rule: OfferRule) -> None:
    """What a rule may not say, seen from what is stored: gifts that are medicines, a stamp card
    whose reward can never be given.

    Raises:
        BadInput: gift_medicine, reward_impossible.
        NotFound: offer.
    """
    strict = (
        select(Product.sku)
        .where(Product.sku.in_(rule.gifts), Product.medicine.in_(("rx", "otc_a")))
        .limit(1)
    )
    if rule.gifts and (sku := session.scalar(strict)):
        raise BadInput("gift_medicine", where=sku)
    if rule.reward:
        given = rule_of(session, newest_version(session, by_code(session, rule.reward).id))
        if rule.reward == code or given.automatic or given.kind is OfferKind.EXTERNAL:
            raise BadInput("reward_impossible", where="reward")


def add_version(session: Session, offer: OfferId, rule: OfferRule) -> VersionId:
    """The next version of an offer with its scope."""
    last = (
        session.scalar(
            select(func.max(tables.offer_version.c.version)).where(
                tables.offer_version.c.offer_id == offer
            )
        )
        or 0
    )
    columns = {name: getattr(rule, name) for name in _COLUMNS} | {
        "offer_id": offer,
        "version": last + 1,
        "bearer": int(rule.bearer),
    }
    columns |= {"automatic": int(rule.automatic), "more": _more(rule)}
    version = VersionId(
        session.execute(
            insert(OfferVersion).values(**columns).returning(tables.offer_version.c.id)
        ).scalar_one()
    )
    scope = [("product", word) for word in rule.products] + [
        ("category", word) for word in rule.categories
    ]
    if scope:
        session.execute(
            insert(OfferScope), [{"version_id": version, "field": f, "value": w} for f, w in scope]
        )
    return version


_VERSION = Hot(
    select(tables.offer_version).where(tables.offer_version.c.id == bindparam("version"))
)
_SCOPE = Hot(
    select(OfferScope.field, OfferScope.value)
    .where(OfferScope.version_id == bindparam("version"))
    .order_by(OfferScope.value)
)


def rule_of(session: Session, version: VersionId) -> OfferRule:
    """What a version says."""
    row = _VERSION.one(session, version=version)
    scope: dict[str, list[str]] = {"product": [], "category": []}
    for field, value in _SCOPE.rows(session, version=version):
        scope[field].append(value)
    plain: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS if name != "kind"} | {
        "bearer": bool(row.bearer),
        "automatic": bool(row.automatic),
    }
    rarer: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(row.more).items()
    }
    return OfferRule(
        OfferKind(row.kind),
        products=tuple(scope["product"]),
        categories=tuple(scope["category"]),
        **plain,
        **rarer,
    )


_CHANGED = Hot(select(Shop.__table__.c.offers_changed))
_AS_OF = 0
"""No version has this number: under it stands up to which change the others hold."""


def frozen(session: Session, store: Store, version: int) -> OfferRule:
    """What a version says, read once as long as no offer changes in any program: the number of a
    version that is gone is given anew."""
    if "offers_changed" not in session.info:
        now = session.info["offers_changed"] = _CHANGED.scalar(session)
        if store.frozen.get(_AS_OF) != now:
            store.frozen.clear()
            store.frozen[_AS_OF] = now
    if version not in store.frozen:
        store.frozen[version] = rule_of(session, VersionId(version))
    return store.frozen[version]  # type: ignore[no-any-return]


RARER = {
    f.name: f.default
    for f in fields(OfferRule)
    if f.name not in (*_COLUMNS, "bearer", "automatic", "products", "categories")
}


def _more(rule: OfferRule) -> str:
    """The rarer restrictions that a rule has, as JSON."""
    return json.dumps(
        {name: value for name, usual in RARER.items() if (value := getattr(rule, name)) != usual},
        ensure_ascii=False,
    )


def newest_version(session: Session, offer: OfferId) -> VersionId:
    """The version in force for new issues."""
    return VersionId(
        session.execute(
            select(tables.offer_version.c.id)
            .where(tables.offer_version.c.offer_id == offer)
            .order_by(tables.offer_version.c.version.desc())
            .limit(1)
        ).scalar_one()
    )


def by_code(session: Session, code: str) -> Offer:
    """The offer called `code`.

    Raises:
        NotFound: offer.
    """
    offer = session.scalar(select(Offer).where(Offer.code == code))
    if offer is None:
        raise NotFound("offer", where=code[:40])
    return offer


def view_of(session: Session, offer: Offer) -> OfferView:
    """An offer with what it says now."""
    row = session.execute(
        select(tables.offer_version.c.id, tables.offer_version.c.version)
        .where(tables.offer_version.c.offer_id == offer.id)
        .order_by(tables.offer_version.c.version.desc())
        .limit(1)
    ).one()
    issued = (
        session.scalar(
            select(func.coalesce(func.sum(Batch.count), 0)).where(
                Batch.offer_id == offer.id, Batch.state != "issuing"
            )
        )
        or 0
    )
    rule = rule_of(session, VersionId(row.id))
    return OfferView(
        id=offer.id,
        code=offer.code,
        name=offer.name,
        campaign=offer.campaign,
        state=OfferState(offer.state),
        version=row.version,
        version_id=VersionId(row.id),
        rule=rule,
        issued=int(issued),
    )


def can_be_issued(store: Store, offer: OfferView) -> bool:
    """True of an offer that is running, not over, and given out as coupons."""
    rights.require(store, Right.FIND)
    rule = offer.rule
    given = (
        not rule.automatic
        and rule.kind is not OfferKind.EXTERNAL
        and offer.state is OfferState.RUNNING
    )
    return given and (rule.valid_to is None or rule.valid_to >= store.clock.date())


def listed(store: Store) -> list[OfferView]:
    """Every offer, newest first."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        return [
            view_of(session, offer)
            for offer in session.scalars(select(Offer).order_by(Offer.id.desc()))
        ]


def show(store: Store, *, code: str) -> OfferView:
    """One offer.

    Raises:
        NotFound: offer.
    """
    rights.require(store, Right.FIND)
    with store.read() as session:
        return view_of(session, by_code(session, code))


def stop(store: Store, *, code: str, running: bool = False) -> OfferView:
    """Stop an offer: nothing more is issued, its coupons answer campaign_paused; or let it run
    again.

    Raises:
        NotFound: offer.
    """
    rights.require(store, Right.OFFERS)
    with store.write(Topic.OFFERS) as session:
        offer = by_code(session, code)
        state = OfferState.RUNNING if running else OfferState.STOPPED
        session.execute(update(Offer).where(Offer.id == offer.id).values(state=state))
        audit.log(session, store, "offer_stopped" if not running else "offer_resumed", offer=code)
        sealing.seal(session, store, "offer", offer.id)
        offer.state = state
        return view_of(session, offer)
