"""Whoever works here may have a member card too. It earns like any other, and that is counted;
nobody takes anything off their own card, or puts points on it by hand or by a file, without a
second person."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session

from storecrm.errors import NotAllowed
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.models.hot import Hot
from storecrm.services import rights, sealing
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import MemberId, Moment, Role, StaffId

_staff = tables.staff.c.id
_OF_PERSON = _staff == bindparam("staff")
_CARD = Hot(select(tables.staff.c.member_id).where(_OF_PERSON))
_IS_MEMBER = tables.member.c.id == tables.staff.c.member_id
_NUMBERS = select(_staff, tables.member.c.member_no).join(tables.member, _IS_MEMBER)
_WORKS_HERE = tables.staff.c.disabled == 0
_NOT_SAID = and_(tables.staff.c.member_id.is_(None), _WORKS_HERE)
_NOBODY = tables.member.c.state.is_distinct_from("live")
NONE = MemberId(0)
"""Of whom the owner said that they have no card."""
STANDS = 600_000_000
"""How long a word given at the till stands, in microseconds (ten minutes, as an undo does)."""


@dataclass(frozen=True)
class SecondPerson:
    """A second person's word: whose, why, and when it was given."""

    staff: StaffId
    reason: str
    given_at: Moment


def of(session: Session, store: Store) -> MemberId | None:
    """The member who the person that acts is."""
    if store.actor is None:
        return None
    # 0 says that there is no card
    return _CARD.scalar(session, staff=store.actor.staff) or None


def facts(session: Session, store: Store, member: MemberId | None) -> dict[str, bool]:
    """What the trail says of a sale: that it is on the own card of who acts."""
    own = member is not None and of(session, store) == member
    return {"own_card": True} if own else {}


def require(
    session: Session, store: Store, member: MemberId | None, second: SecondPerson | None = None
) -> None:
    """Refuse what nobody does with their own card alone, unless a second person gave the word for
    it; that is written down.

    Raises:
        NotAllowed: own_card.
    """
    if member is None or of(session, store) != member:
        return
    if second is None or not _stands(session, store, member, second):
        raise NotAllowed("own_card")
    approval = {"member": member, "approved_by": second.staff, "reason": second.reason}
    audit.log(session, store, "own_card_approved", **approval)


def require_not_among(session: Session, store: Store, members: Iterable[MemberId]) -> None:
    """Refuse a file that gives points to the own card of who reads it in.

    Raises:
        NotAllowed: own_card.
    """
    if of(session, store) in set(members):
        raise NotAllowed("own_card")


def unsaid(session: Session, store: Store) -> bool:
    """True while the owner has not said which member the person that acts is, or that there is
    none."""
    if store.actor is None:
        return False
    return _CARD.scalar(session, staff=store.actor.staff) is None


def require_other_name(
    session: Session, store: Store, member: MemberId, second: SecondPerson | None = None
) -> None:
    """Refuse to do with a member who bears one's own name what nobody does with their own card,
    until the owner has said whose card is whose.

    Raises:
        NotAllowed: own_name.
    """
    if store.actor is None or not unsaid(session, store):
        return
    row = tables.member.c
    name = session.scalar(select(row.name).where(row.id == member))
    if name != store.actor.name:
        return
    if second is not None and _stands(session, store, member, second):
        return
    raise NotAllowed("own_name", where=name)


def names_unsaid(store: Store) -> list[str]:
    """Who works here and of whom nobody said whether a member card is theirs."""
    # `check` acts as nobody: names of staff, no more than the sign-in page shows
    with store.read() as session:
        return to_be_said(session)


def to_be_said(session: Session) -> list[str]:
    """Who may give points, and of whom nobody has said which member they are."""
    giving = [role for role in Role if _is_limited(role)]
    gives = tables.staff.c.role.in_(giving)
    names = select(tables.staff.c.name).where(_NOT_SAID, gives)
    return list(session.scalars(names.order_by(_staff)))


def _is_limited(role: Role) -> bool:
    """True of a role that may give points, but not as many as it likes."""
    return rights.may(role, Right.ADJUST) and not rights.may(role, Right.TIERS)


def _stands(session: Session, store: Store, member: MemberId, second: SecondPerson) -> bool:
    """True of a word just given by somebody else whose card it is not either."""
    theirs = _CARD.scalar(session, staff=second.staff)
    if second.staff == store.staff or theirs == member:
        return False
    return 0 <= store.clock.now() - second.given_at <= STANDS


def numbers(session: Session) -> dict[StaffId, str]:
    """The member number of everybody's own card."""
    return {row[0]: row[1] for row in session.execute(_NUMBERS)}


def give(session: Session, store: Store, staff: Sequence[StaffId], member: MemberId | None) -> None:
    """From now on these persons are this member (None: nobody knows which; `NONE`: they have no
    card)."""
    if staff:
        these = tables.staff.c.id.in_(staff)
        session.execute(update(tables.staff).where(these).values(member_id=member))
        sealing.seal(session, store, "staff", *staff)


def follow(
    session: Session,
    store: Store,
    old: MemberId,
    new: MemberId,
    only: Collection[StaffId] | None = None,
) -> list[StaffId]:
    """Who was one member is another one now (all, or of `only` those); returns who."""
    # after a merge the survivor is the person
    found = _who_is(session, [old])
    people = [staff for staff in found if only is None or staff in only]
    give(session, store, people, new)
    return people


def let_go(session: Session, store: Store, people: Sequence[MemberId]) -> None:
    """These members are forgotten: nobody is one of them any more."""
    give(session, store, _who_is(session, people), None)


def _who_is(session: Session, members: Sequence[MemberId]) -> Sequence[StaffId]:
    """Who is one of these members."""
    staff = tables.staff.c
    found = select(staff.id).where(staff.member_id.in_(members)).order_by(staff.id)
    return session.scalars(found).all()


def lost(session: Session) -> list[str]:
    """Persons who are said to be a member who is not there: "staff id"."""
    said = select(_staff).outerjoin(tables.member, _IS_MEMBER)
    has_card = tables.staff.c.member_id > NONE
    gone = said.where(has_card, _NOBODY).order_by(_staff)
    return [f"staff {staff}" for staff in session.scalars(gone.limit(100))]
