"""Is this the member? A tail of the phone is enough to earn; to burn points or a named coupon takes
the card or the whole phone, and above a value a password or what only the member says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storecrm.domain import birthdays
from storecrm.errors import BadInput, NotAllowed, NotFound, NotPossible
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.services import rights, shop_settings
from storecrm.services.members import registry, search_limits
from storecrm.services.rights import Right
from storecrm.services.staff import own_card, pin_hashes, throttle
from storecrm.services.staff.own_card import SecondPerson
from storecrm.services.staff.throttle import Secret
from storecrm.services.store import Store, Topic
from storecrm.values import Kind, MemberId, money_text, scan_key

_PERSON = tables.member.c
_KEY = tables.scannable.c
TRIES = throttle.PASSWORD_TRIES
LENGTHS = range(4, 7)


class ProofLevel(StrEnum):
    """How the member was found."""

    TAIL = "tail"
    PHONE = "phone"
    CARD = "card"
    VOUCHED = "vouched"
    HELD = "held"
    NONE = "none"


@dataclass(frozen=True)
class Proof:
    """What the person at the till has seen. Who calls a verb that needs one says it: VOUCHED of a
    member named by number, NONE where nothing was shown; what a bill that was put aside holds was
    proved then (HELD). `second` is who stands in for it that the card is the own one of who
    acts."""

    how: ProofLevel = ProofLevel.VOUCHED
    confirmed: bool = False
    second: SecondPerson | None = None


VOUCHED = Proof()
NOT_SHOWN = Proof(ProofLevel.NONE)
HELD = Proof(ProofLevel.HELD)


@dataclass(frozen=True)
class Question:
    """What to compare: the surname and the birthday in the file, in its calendar, or the password
    when there is one."""

    surname: str
    birthday: str
    password: bool
    calendar: str = birthdays.SOLAR


def seen(proof: Proof) -> Proof:
    """The proof of somebody whose card was seen before."""
    return replace(proof, how=ProofLevel.CARD) if proof.how is ProofLevel.TAIL else proof


def require(
    session: Session, store: Store, proof: Proof, worth: int, *, whose: MemberId | None = None
) -> None:
    """Refuse to burn `worth` minor units on a proof that is too weak. A manager may without one,
    and it is written down; nobody alone from the own card (`whose` points or coupon it is; None:
    that was asked before).

    Raises:
        NotAllowed: own_card.
        NotPossible: proof_required (there is none), proof_card (a tail is not enough), proof_second
            (facts: from).
    """
    if proof.how is ProofLevel.HELD:
        return
    own_card.require(session, store, whose, proof.second)
    shop = shop_settings.current(session)
    if proof.how is ProofLevel.VOUCHED or not shop.member_proof:
        return
    if proof.how is ProofLevel.NONE:
        if not rights.holds(store.actor, Right.FULL_PHONES):
            raise NotPossible("proof_required")
        audit.log(session, store, "member_vouched", worth=worth)
        return
    if proof.how is ProofLevel.TAIL:
        raise NotPossible("proof_card")
    limit = shop.second_proof_from
    if worth > limit and not proof.confirmed:
        raise NotPossible("proof_second", least=money_text(limit, store.shop.digits))


def shown(store: Store, *, member: str | None, said: Sequence[str]) -> Proof:
    """What was shown to prove who the member is: cards, whole phones, passwords; all of them must
    be the member's.

    Raises:
        NotFound: member.
        NotPossible: proof_wrong (it is not this member's), proof_nothing.
        NotAllowed: password_wrong, password_locked.
    """
    rights.require(store, Right.REDEEM)
    proof = NOT_SHOWN
    if member is None:
        return proof
    for text in said:
        how = _shown(store, member, text)
        if how is None:
            found = proof.how if proof.how is not ProofLevel.NONE else ProofLevel.CARD
            proof = confirm(store, member=member, how=found, password=text)
        elif proof.how is not ProofLevel.CARD:
            proof = replace(proof, how=how)
    return proof


def _shown(store: Store, member: str, text: str) -> ProofLevel | None:
    """The card or the phone that was shown, None for what can only be a password."""
    with store.read() as session:
        person = registry.resolve(session, store, member)
        if _is_password(text):
            return None
        try:
            found = registry.resolve(session, store, text)
        except NotFound:
            raise NotPossible("proof_wrong") from None
        if found != person:
            raise NotPossible("proof_wrong")
        is_card = (_KEY.key == scan_key(text), _KEY.kind == Kind.MEMBER)
        card = session.scalar(select(_KEY.target_id).where(*is_card))
        return ProofLevel.PHONE if card is None else ProofLevel.CARD


def _is_password(text: str) -> bool:
    return len(text) in LENGTHS and text.isascii() and text.isdigit()


def question(store: Store, *, member: str) -> Question:
    """What the cashier asks the member for.

    Raises:
        NotFound: member.
        NotPossible: proof_nothing (no password, and no name or no birthday in the file).
    """
    rights.require(store, Right.REDEEM)
    if not rights.holds(store.actor, Right.FULL_PHONES):
        # surname and birthday are shown
        search_limits.count(store)
    return _asked(store, member)


def _asked(store: Store, member: str) -> Question:
    with store.read() as session:
        person = registry.resolve(session, store, member)
        row = session.execute(select(tables.member).where(_PERSON.id == person)).one()
    if not row.password_hash and not (row.name and row.birthday):
        raise NotPossible("proof_nothing")
    has_password = row.password_hash is not None
    # no more than the cashier has to compare
    return Question(row.name[:1], row.birthday[-5:], has_password, row.birthday_type)


def confirm(
    store: Store, *, member: str, how: ProofLevel, password: str = "", said: bool = False
) -> Proof:
    """The second proof: the member's password, or (`said`) surname and birthday were asked for and
    are right; both are written down. A password that was wrong five times is no proof until it is
    set anew.

    Raises:
        NotFound: member.
        NotPossible: proof_nothing.
        NotAllowed: password_wrong, password_locked.
    """
    rights.require(store, Right.REDEEM)
    asked = _asked(store, member)
    with store.read() as session:
        person = registry.resolve(session, store, member)
        kept = session.scalar(select(_PERSON.password_hash).where(_PERSON.id == person))
    if kept is not None and not said:
        _try_password(store, person, kept, password)
    elif not said or not (asked.surname and asked.birthday):
        raise NotPossible("proof_nothing")
    with store.write() as session:
        by = "asked" if said else "password"
        audit.log(session, store, "member_proved", member=person, by=by)
    return Proof(how, confirmed=True)


def set_password(store: Store, *, member: str, password: str) -> None:
    """Give a member a password of four to six digits, or take it away with "".

    Raises:
        NotFound: member.
        BadInput: password_digits.
    """
    rights.require(store, Right.FULL_PHONES)
    if password and (not _is_password(password) or len(set(password)) == 1):
        raise BadInput("password_digits")
    # hashing takes long: before the transaction
    hashed = pin_hashes.hashed(password, cheap=store.shop.demo) if password else None
    with store.write(Topic.MEMBERS) as session:
        person = registry.resolve(session, store, member)
        one = update(tables.member).where(_PERSON.id == person)
        session.execute(one.values(password_hash=hashed))
        throttle.forget(session, Secret.PASSWORD, person)
        audit.log(session, store, "member_password_set", member=person, given=bool(password))


def _try_password(store: Store, person: MemberId, kept: str, password: str) -> None:
    """Compare, as often as the throttle lets several tills together.

    Raises:
        NotAllowed: password_wrong (facts: left), password_locked.
    """
    tried = throttle.reserve(store, kind=Secret.PASSWORD, subject=person, where="", till=store.till)
    # outside of any transaction: it takes long
    right = pin_hashes.matches(kept, password)
    with store.write() as session:
        wrong = throttle.settle(session, store, tried, right=right)
        if not right:
            audit.log(session, store, "member_password_wrong", member=person, in_a_row=wrong)
    if not right:
        raise NotAllowed("password_wrong", left=max(0, TRIES - wrong))
