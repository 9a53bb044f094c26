"""Marks of the erased: keyed hashes of their phones and numbers, so that an old list does not bring
somebody back without a word.

A mark tells nothing by itself; only who holds the shop's key and the phone sees that they belong
together.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.models import database
from storecrm.models.member import ErasedMark, Member, MemberPhone
from storecrm.models.scannable import Scannable
from storecrm.services.members import consent_ledger
from storecrm.services.store import Store
from storecrm.values import Kind, MemberId

_MARK: Any = ErasedMark.__table__


def note(session: Session, store: Store, people: Sequence[MemberId]) -> None:
    """Write down the marks of members who are about to be erased."""
    words = set(
        session.scalars(
            select(Member.phone).where(Member.id.in_(people), Member.phone.is_not(None))
        )
    )
    words |= set(
        session.scalars(select(MemberPhone.phone).where(MemberPhone.member_id.in_(people)))
    )
    words |= set(session.scalars(select(Member.member_no).where(Member.id.in_(people))))
    cards = select(Scannable.key).where(
        Scannable.kind == Kind.MEMBER, Scannable.target_id.in_(people)
    )
    words |= set(session.scalars(cards))
    now = store.clock.now()
    rows = [(consent_ledger.mac_of(store.shop.audit_key, str(word)), now) for word in words]
    database.bulk_insert(session, _MARK, ("mac", "at"), rows, known_stay=True)


def borne(session: Session, store: Store, words: Collection[str]) -> set[str]:
    """Which of these phones and numbers belonged to somebody who was erased."""
    if not any_borne(session):
        return set()
    marks = {consent_ledger.mac_of(store.shop.audit_key, word): word for word in words}
    found = session.scalars(
        select(_MARK.c.mac).where(database.among(session, _MARK.c.mac, list(marks)))
    )
    return {marks[mac] for mac in found}


def any_borne(session: Session) -> bool:
    """False in a shop that never erased anybody: one look spares a mark of each word."""
    return session.scalar(select(_MARK.c.mac).limit(1)) is not None
