"""Marks of the erased: keyed hashes of their phones and numbers, so that an old list does not bring
somebody back without a word.

A mark tells nothing by itself; only who holds the shop's key and the phone sees that they belong
together.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.member import Member, MemberPhone
from storecrm.models.scannable import Scannable
from storecrm.services.members import consent_ledger
from storecrm.services.store import Store
from storecrm.values import Kind, MemberId

_MARK = tables.erased_mark.c


def note(session: Session, store: Store, people: Sequence[MemberId]) -> None:
    """Write down the marks of members who are about to be erased."""
    them = Member.id.in_(people)
    cards = (Scannable.kind == Kind.MEMBER, Scannable.target_id.in_(people))
    first = select(Member.phone).where(them, Member.phone.is_not(None))
    further = select(MemberPhone.phone).where(MemberPhone.member_id.in_(people))
    numbers = select(Member.member_no).where(them)
    scanned = select(Scannable.key).where(*cards)
    words: set[str] = set()
    for query in (first, further, numbers, scanned):
        words.update(session.scalars(query))
    now = store.clock.now()
    key = store.shop.audit_key
    rows = [(consent_ledger.mac_of(key, str(word)), now) for word in words]
    database.bulk_insert(session, tables.erased_mark, ("mac", "at"), rows, known_stay=True)


def borne(session: Session, store: Store, words: Collection[str]) -> set[str]:
    """Which of these phones and numbers belonged to somebody who was erased."""
    if not any_borne(session):
        return set()
    # a hash of each word: looked up many at a time
    marks = {consent_ledger.mac_of(store.shop.audit_key, word): word for word in words}
    asked = database.among(session, _MARK.mac, list(marks))
    noted = select(_MARK.mac).where(asked)
    return {marks[mac] for mac in session.scalars(noted)}


def any_borne(session: Session) -> bool:
    """False in a shop that never erased anybody: one look spares a mark of each word."""
    return session.scalar(select(_MARK.mac).limit(1)) is not None
