"""What is left of a member's record when the person is gone: a number that the ledger's rows hang
on.

Somebody is erased, or turns out to be somebody else who is registered too.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from storecrm.domain import member_fields
from storecrm.models import tables
from storecrm.models.member import (
    Consent,
    LostCard,
    Member,
    MemberMerge,
    MemberPhone,
    NotDuplicate,
    Referral,
    StageChange,
)
from storecrm.models.scannable import Scannable
from storecrm.models.segment import SegmentMember
from storecrm.models.tag import MemberTag
from storecrm.services.members import name_index
from storecrm.values import Kind, MemberId, new_codes

_PERSONAL = (MemberTag, Consent, SegmentMember, MemberPhone, LostCard, StageChange)
"""Whose rows say something of the person and nothing of the shop's books."""
_UNLOADED = {"synchronize_session": False}
"""No row is held in the session that such a statement changes."""


def blank(session: Session, ids: Sequence[int]) -> None:
    """Overwrite everything personal of these members."""
    called = session.scalars(select(tables.member.c.name).where(_one_of(ids))).all()
    for table in _PERSONAL:
        session.execute(delete(table).where(table.member_id.in_(ids)))
    _end_referrals(session, ids)
    _drop_verdicts(session, ids)
    _empty_merges(session, ids)
    theirs = Scannable.target_id.in_(ids)
    session.execute(delete(Scannable).where(Scannable.kind == Kind.MEMBER, theirs))
    left = member_fields.BLANK | {"state": "erased"}
    numbers = new_codes(Kind.MEMBER, len(ids))
    for member, number in zip(ids, numbers, strict=True):
        change = update(Member).where(Member.id == member)
        session.execute(change.values(**left, member_no=number))
    name_index.let_go(session, called)


def blank_merged(session: Session, gone: MemberId, survivor: MemberId) -> None:
    """The record that goes in a merge holds nothing of the person any more."""
    session.execute(delete(StageChange).where(StageChange.member_id == gone))
    _drop_verdicts(session, [gone])
    number = new_codes(Kind.MEMBER, 1)[0]
    left = member_fields.BLANK | {
        "state": "erased",
        "merged_into": survivor,
        "member_no": number,
    }
    session.execute(update(tables.member).where(tables.member.c.id == gone).values(**left))


def _one_of(ids: Sequence[int]) -> ColumnElement[bool]:
    return tables.member.c.id.in_(ids)


def _end_referrals(session: Session, ids: Sequence[int]) -> None:
    """Nobody is rewarded for, or by, somebody who is nobody any more."""
    theirs = or_(Referral.referrer_id.in_(ids), Referral.friend_id.in_(ids))
    session.execute(delete(Referral).where(theirs, Referral.state == "waiting"))
    brought = update(Member).where(Member.referred_by.in_(ids))
    _run(session, brought.values(referred_by=None))


def _drop_verdicts(session: Session, ids: Sequence[int]) -> None:
    """That somebody is not the same person as one of them."""
    either = or_(NotDuplicate.first_id.in_(ids), NotDuplicate.second_id.in_(ids))
    session.execute(delete(NotDuplicate).where(either))


def _empty_merges(session: Session, ids: Sequence[int]) -> None:
    """A merge of before holds what both were; whoever was merged into one of these is the same
    person."""
    merged = or_(MemberMerge.survivor_id.in_(ids), MemberMerge.merged_id.in_(ids))
    _run(session, update(MemberMerge).where(merged).values(before=""))


def _run(session: Session, change: Any) -> None:
    session.execute(change, execution_options=_UNLOADED)
