"""What is left of a member's record when the person is gone: a number that the ledger's rows hang
on.

Somebody is erased, or turns out to be somebody else who is registered too.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, or_, select, update
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
_PERSON = tables.member.c
_UNLOADED = {"synchronize_session": False}
"""No row is held in the session that such a statement changes."""


def blank(session: Session, ids: Sequence[int]) -> None:
    """Overwrite everything personal of these members."""
    theirs = select(_PERSON.name).where(_PERSON.id.in_(ids))
    called = session.scalars(theirs).all()
    for table in _PERSONAL:
        session.execute(delete(table).where(table.member_id.in_(ids)))
    _end_referrals(session, ids)
    _drop_verdicts(session, ids)
    _empty_merges(session, ids)
    # whoever scans one of their cards finds nobody
    cards = (Scannable.kind == Kind.MEMBER, Scannable.target_id.in_(ids))
    session.execute(delete(Scannable).where(*cards))
    left = member_fields.BLANK | {"state": "erased"}
    # a fresh one each: the old one may stand on a card
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
    record = update(tables.member).where(_PERSON.id == gone)
    session.execute(record.values(**left))


def _end_referrals(session: Session, ids: Sequence[int]) -> None:
    """Nobody is rewarded for, or by, somebody who is nobody any more."""
    as_referrer = Referral.referrer_id.in_(ids)
    theirs = or_(as_referrer, Referral.friend_id.in_(ids))
    # what was rewarded is a fact of the books
    waiting = Referral.state == "waiting"
    session.execute(delete(Referral).where(theirs, waiting))
    brought = update(Member).where(Member.referred_by.in_(ids))
    _run(session, brought.values(referred_by=None))


def _drop_verdicts(session: Session, ids: Sequence[int]) -> None:
    """That somebody is not the same person as one of them."""
    as_first = NotDuplicate.first_id.in_(ids)
    either = or_(as_first, NotDuplicate.second_id.in_(ids))
    session.execute(delete(NotDuplicate).where(either))


def _empty_merges(session: Session, ids: Sequence[int]) -> None:
    """A merge of before holds what both were; whoever was merged into one of these is the same
    person."""
    as_survivor = MemberMerge.survivor_id.in_(ids)
    merged = or_(as_survivor, MemberMerge.merged_id.in_(ids))
    theirs = update(MemberMerge).where(merged)
    _run(session, theirs.values(before=""))


def _run(session: Session, change: Any) -> None:
    session.execute(change, execution_options=_UNLOADED)
