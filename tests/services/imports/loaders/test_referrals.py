"""Who brought whom, as a list says it."""

import pytest

from storecrm.models.member import Member, Referral
from storecrm.services.imports import run
from storecrm.services.loyalty import referrals
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from tests import build


@pytest.mark.both
def test_a_referral_that_was_rewarded_is_not_rewarded_again(owner, tmp_path):
    """Without a state it is settled; one that waits is rewarded with the friend's first purchase
    here."""
    for phone in ("13800138000", "13900139000", "13700137000"):
        build.member(owner, phone, phone[-4:])
    text = (
        "phone,推荐人,referral_state\n13900139000,13800138000,\n13700137000,13800138000,waiting\n"
    )
    done = build.bring(owner, tmp_path, "referrals", text)
    assert [(f.name, f.state) for f in referrals.tree(owner, member="13800138000").friends] == [
        ("9000", "rewarded"),
        ("7000", "waiting"),
    ]
    assert referrals.tree(owner, member="13900139000").referrer_name == "8000"
    assert build.bring(owner, tmp_path, "referrals", text).unchanged == 2
    run.undo(owner, batch=done.batch)
    assert build.rows(owner, Referral) == 0 and build.rows(owner, Member, referred_by=None) == 3


def test_who_brought_whom_is_said_once_and_not_of_oneself(owner, tmp_path):
    """Each is a problem of its row."""
    for phone in ("13800138000", "13900139000", "13700137000"):
        build.member(owner, phone)
    registry.register(owner, new=NewMember(phone="13600136000", referrer="13700137000"))
    text = "phone,referred_by\n13800138000,13800138000\n13600136000,13800138000\n1,13800138000\n13900139000,nobody\n"
    assert build.problems(owner, tmp_path, "referrals", text) == [
        (2, "referred_by", "brings_oneself"),
        (3, "referred_by", "brought_by_another"),
        (4, "member_no", "unknown"),
        (5, "referred_by", "unknown"),
    ]
