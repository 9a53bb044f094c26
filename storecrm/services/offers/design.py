"""Offers: design, list, stop. What was issued keeps the version it was issued under."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from storecrm.domain.offers.reading import OfferDraft, OfferView, draft
from storecrm.domain.offers.rule import OfferRule
from storecrm.domain.pricing.conditions import NEVER_GIVEN
from storecrm.errors import BadInput, Conflict, NotFound
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.models.offer import Offer
from storecrm.services import files, rights, sealing
from storecrm.services.rights import Right
from storecrm.services.store import Store, Topic
from storecrm.values import OfferId, OfferKind, OfferState, VersionId

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
"""What a rule says in columns of its own; the rest is in tables of words and in `more`."""
_FLAGS = ("bearer", "automatic")
_ELSEWHERE = (*_COLUMNS, *_FLAGS, "products", "categories")
RARER = {field.name: field.default for field in fields(OfferRule) if field.name not in _ELSEWHERE}
"""The rarer restrictions, each with what a rule without it says."""
_AS_OF = 0
"""No version has this number: under it stands up to which change the others hold."""

_version = tables.offer_version.c.id
_offer = tables.offer_version.c.offer_id
_number = tables.offer_version.c.version
_THIS = _version == bindparam("version")
_VERSION = Hot(select(tables.offer_version).where(_THIS))
_WORDS = select(tables.offer_scope.c.field, tables.offer_scope.c.value)
_OF_VERSION = tables.offer_scope.c.version_id == bindparam("version")
_SCOPE = Hot(_WORDS.where(_OF_VERSION).order_by(tables.offer_scope.c.value))
_CHANGED = Hot(select(tables.shop.c.offers_changed))
_NEWEST = select(_version, _number).order_by(_number.desc()).limit(1)
_SIZES = select(func.coalesce(func.sum(tables.batch.c.count), 0))
_ISSUED = _SIZES.where(tables.batch.c.state != "issuing")


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
            offer = _begin(session, store, new)
        else:
            _require_unissued(session, offer)
            offer.name, offer.campaign = new.name, new.campaign
        check_stored(session, new.code, new.rule)
        add_version(session, offer.id, new.rule)
        audit.log(session, store, "offer_kept", offer=new.code)
        sealing.seal(session, store, "offer", offer.id)
        return view_of(session, offer)


def _begin(session: Session, store: Store, new: OfferDraft) -> Offer:
    """An offer under a code that no other has."""
    offer = Offer(
        code=new.code,
        name=new.name,
        campaign=new.campaign,
        state=OfferState.RUNNING,
        created_at=store.clock.now(),
        created_by=store.staff,
    )
    session.add(offer)
    # the number is needed before the commit
    session.flush()
    return offer


def _require_unissued(session: Session, offer: Offer) -> None:
    """Refuse to change an offer of which coupons are out."""
    batch = tables.batch.c
    batches = select(batch.id).where(batch.offer_id == offer.id)
    if session.scalar(batches.limit(1)):
        raise Conflict("offer_frozen", where=offer.code)


def check_stored(session: Session, code: str, rule: OfferRule) -> None:
    """What a rule may not say, seen from what is stored: gifts that are medicines, a stamp card
    whose reward can never be given.

    Raises:
        BadInput: gift_medicine, reward_impossible.
        NotFound: offer.
    """
    if rule.gifts:
        _require_no_medicine(session, rule)
    if rule.reward:
        version = newest_version(session, by_code(session, rule.reward).id)
        given = rule_of(session, version)
        # a card whose coupon fills the card never ends
        if rule.reward == code or given.automatic or given.kind is OfferKind.EXTERNAL:
            raise BadInput("reward_impossible", where="reward")


def _require_no_medicine(session: Session, rule: OfferRule) -> None:
    product = tables.product.c
    is_gift = product.sku.in_(rule.gifts)
    is_strict = product.medicine.in_(NEVER_GIVEN)
    strict = select(product.sku).where(is_gift, is_strict).limit(1)
    if sku := session.scalar(strict):
        raise BadInput("gift_medicine", where=sku)


def add_version(session: Session, offer: OfferId, rule: OfferRule) -> VersionId:
    """The next version of an offer with its scope."""
    numbers = select(func.max(_number)).where(_offer == offer)
    last = session.scalar(numbers)
    columns = {name: getattr(rule, name) for name in _COLUMNS}
    columns |= {name: int(getattr(rule, name)) for name in _FLAGS}
    columns |= {"offer_id": offer, "version": (last or 0) + 1, "more": _more(rule)}
    new = insert(tables.offer_version).values(**columns).returning(_version)
    version = VersionId(session.execute(new).scalar_one())
    _write_scope(session, version, rule)
    return version


def _write_scope(session: Session, version: VersionId, rule: OfferRule) -> None:
    """The goods that a version names, a row each."""
    scope = {"product": rule.products, "category": rule.categories}
    rows: list[dict[str, Any]] = []
    for field, words in scope.items():
        rows += [{"version_id": version, "field": field, "value": word} for word in words]
    if rows:
        session.execute(insert(tables.offer_scope), rows)


def rule_of(session: Session, version: VersionId) -> OfferRule:
    """What a version says."""
    row = _VERSION.one(session, version=version)
    # goods stand in rows of their own, so that an article finds its offers
    scope: dict[str, list[str]] = {"product": [], "category": []}
    for field, value in _SCOPE.rows(session, version=version):
        scope[field].append(value)
    said: dict[str, Any] = {name: getattr(row, name) for name in _COLUMNS}
    said |= {name: bool(getattr(row, name)) for name in _FLAGS}
    more = json.loads(row.more)
    said |= {name: _frozen(value) for name, value in more.items()}
    said["kind"] = OfferKind(row.kind)
    said["products"] = tuple(scope["product"])
    said["categories"] = tuple(scope["category"])
    return OfferRule(**said)


def _frozen(value: Any) -> Any:
    """JSON knows lists where a rule has tuples."""
    return tuple(value) if isinstance(value, list) else value


def frozen(session: Session, store: Store, version: int) -> OfferRule:
    """What a version says, read once as long as no offer changes in any program: the number of a
    version that is gone is given anew."""
    # asked once a transaction
    if "offers_changed" not in session.info:
        now = _CHANGED.scalar(session)
        session.info["offers_changed"] = now
        if store.frozen.get(_AS_OF) != now:
            store.frozen.clear()
            store.frozen[_AS_OF] = now
    if version not in store.frozen:
        store.frozen[version] = rule_of(session, VersionId(version))
    return store.frozen[version]  # type: ignore[no-any-return]


def _more(rule: OfferRule) -> str:
    """The rarer restrictions that a rule has, as JSON."""
    # what a rule leaves as it usually is need not be written down
    rarer: dict[str, Any] = {}
    for name, usual in RARER.items():
        value = getattr(rule, name)
        if value != usual:
            rarer[name] = value
    return json.dumps(rarer, ensure_ascii=False)


def newest_version(session: Session, offer: OfferId) -> VersionId:
    """The version in force for new issues."""
    its_newest = _NEWEST.where(_offer == offer)
    return VersionId(session.execute(its_newest).scalar_one())


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
    its_newest = _NEWEST.where(_offer == offer.id)
    its_batches = _ISSUED.where(tables.batch.c.offer_id == offer.id)
    newest = session.execute(its_newest).one()
    issued = session.scalar(its_batches)
    version = VersionId(newest.id)
    return OfferView(
        id=offer.id,
        code=offer.code,
        name=offer.name,
        campaign=offer.campaign,
        state=OfferState(offer.state),
        version=newest.version,
        version_id=version,
        rule=rule_of(session, version),
        issued=int(issued or 0),
    )


def can_be_issued(store: Store, offer: OfferView) -> bool:
    """True of an offer that is running, not over, and given out as coupons."""
    rights.require(store, Right.FIND)
    rule = offer.rule
    if rule.automatic or rule.kind is OfferKind.EXTERNAL:
        return False
    if offer.state is not OfferState.RUNNING:
        return False
    return rule.valid_to is None or rule.valid_to >= store.clock.date()


def listed(store: Store) -> list[OfferView]:
    """Every offer, newest first."""
    rights.require(store, Right.FIND)
    with store.read() as session:
        newest_first = session.scalars(select(Offer).order_by(Offer.id.desc()))
        return [view_of(session, offer) for offer in newest_first]


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
        this = update(tables.offer).where(tables.offer.c.id == offer.id)
        session.execute(this.values(state=state))
        audit.log(session, store, "offer_resumed" if running else "offer_stopped", offer=code)
        sealing.seal(session, store, "offer", offer.id)
        offer.state = state
        return view_of(session, offer)
