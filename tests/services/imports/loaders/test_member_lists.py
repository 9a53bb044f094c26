"""What a member owns beside the one row: further phones and cards, answers, referrals, stamps; and
what a list says it does not carry."""

import pytest

from storecrm.errors import ImportRejected, NotFound
from storecrm.i18n import LANGUAGES, Catalogue
from storecrm.models.member import Consent, Member, MemberPhone, Referral
from storecrm.models.stamp import StampEntry
from storecrm.services.exports import files, not_carried
from storecrm.services.imports import run
from storecrm.services.loyalty import referrals, stamp_cards
from storecrm.services.members import consent, merge, phones_and_cards, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.till import open_bill, voids
from storecrm.values import Channel, Money, Purpose
from storecrm.wording import labels
from tests import build

FAMILY = 'member_no,phone,name,further_phones,further_cards\nK1,13800138000,李,13800138001; 13800138002,"C1,C2"\n'


def rows(store, model, **where):
    with store.read() as session:
        return session.query(model).filter_by(**where).count()


def problems(store, folder, kind, text):
    with pytest.raises(ImportRejected) as told:
        build.bring(store, folder, kind, text)
    return [(one.row, one.column, one.kind) for one in told.value.problems]


@pytest.mark.both
def test_a_family_is_found_by_each_of_its_numbers_and_goes_with_its_list(owner, tmp_path):
    """A list brings all phones and cards, once, and takes them along when it is rolled back."""
    first = build.bring(owner, tmp_path, "members", FAMILY)
    for number in ("13800138001", "13800138002", "C1", "C2", "K1"):
        assert registry.show(owner, member=number).name == "李"
    assert build.bring(owner, tmp_path, "members", FAMILY).unchanged == 1
    run.undo(owner, batch=first.batch)
    for number in ("13800138001", "C2"):
        with pytest.raises(NotFound):
            registry.show(owner, member=number)
    assert rows(owner, MemberPhone) == 0


@pytest.mark.both
def test_numbers_that_a_list_adds_to_a_known_member_go_with_it(owner, tmp_path):
    """What the shop had of the member stays."""
    mine = build.member(owner)
    phones_and_cards.add_phone(owner, member=mine.member_no, phone="13800138001")
    text = 'phone,further_phones,further_cards\n13800138000,"13800138001,13800138002",C1\n'
    assert build.bring(owner, tmp_path, "members", text, dry_run=True).updated == 1
    done = build.bring(owner, tmp_path, "members", text)
    assert (done.updated, registry.show(owner, member="C1").member_no) == (1, mine.member_no)
    run.undo(owner, batch=done.batch)
    assert (
        rows(owner, MemberPhone) == 1
        and registry.show(owner, member="13800138001").member_no == mine.member_no
    )


def test_a_number_of_another_is_a_problem_of_its_row(owner, tmp_path):
    """In the shop, in the file before or after, as a first or a further one."""
    build.member(owner, "13900139000", "王")
    phones_and_cards.add_phone(owner, member="13900139000", phone="13900139001")
    phones_and_cards.add_card(owner, member="13900139000", card="C9")
    text = (
        "phone,further_phones,further_cards\n13800138000,13900139000,\n13800138001,13900139001,\n13800138002,,C9\n"
        "13800138003,13800138004,\n13800138004,,\n13800138005,13800138003,\n13800138006,12,\n"
    )
    assert problems(owner, tmp_path, "members", text) == [
        (2, "further_phones", "phone_of_another"),
        (3, "further_phones", "phone_of_another"),
        (4, "further_cards", "card_of_another"),
        (6, "phone", "twice_in_file"),
        (7, "further_phones", "twice_in_file"),
        (8, "further_phones", "phone"),
    ]


def test_a_lost_card_does_not_come_again_as_a_further_one(owner, tmp_path):
    """Whoever found it would be the member."""
    build.member(owner)
    phones_and_cards.add_card(owner, member="13800138000", card="C1")
    with owner.write() as session:
        phones_and_cards.freeze_card(
            session, owner, registry.resolve(session, owner, "13800138000"), "C1"
        )
    assert problems(owner, tmp_path, "members", "phone,further_cards\n13900139000,C1\n") == [
        (2, "further_cards", "card_lost")
    ]


ANSWERS = (
    "member_no,channel,purpose,granted,answered_at,evidence,text_version\n"
    "13800138000,短信,promotion,yes,2026-01-05T10:00:00+08:00,签字单 8,2025-09\n"
    "13800138000,sms,promotion,no,2026-03-05T10:00:00+08:00,退订,2025-09\n"
    "13800138000,post,service,yes,2026-02-01T09:30:00+08:00,,\n"
)


@pytest.mark.both
def test_answers_come_with_their_time_and_what_proves_them_once(owner, tmp_path):
    """The newest of a channel holds, as where they come from."""
    build.member(owner)
    done = build.bring(owner, tmp_path, "consents", ANSWERS)
    said = [
        (a.channel, a.purpose, a.granted, a.evidence, a.text_version)
        for a in consent.history(owner, member="13800138000")
    ]
    assert said == [
        (Channel.SMS, Purpose.PROMOTION, True, "签字单 8", "2025-09"),
        (Channel.SMS, Purpose.PROMOTION, False, "退订", "2025-09"),
        (Channel.POST, Purpose.SERVICE, True, "", "import"),
    ]
    again = build.bring(owner, tmp_path, "consents", ANSWERS)
    assert (again.created, again.unchanged) == (0, 3)
    run.undo(owner, batch=done.batch)
    assert rows(owner, Consent) == 0


def test_an_answer_at_the_counter_outlives_an_older_list(owner, tmp_path):
    """Whoever said no here is not written to because an old list says yes."""
    build.member(owner)
    consent.set_consent(owner, member="13800138000", channel=Channel.SMS, granted=False)
    yes = ANSWERS.splitlines()[0] + "\n" + ANSWERS.splitlines()[1] + "\n"
    build.bring(owner, tmp_path, "consents", yes)
    answers = [answer.granted for answer in consent.history(owner, member="13800138000")]
    assert (answers[-1], answers.count(True)) == (False, 1)
    assert build.bring(owner, tmp_path, "consents", yes).unchanged == 1


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
    assert rows(owner, Referral) == 0 and rows(owner, Member, referred_by=None) == 3


def test_who_brought_whom_is_said_once_and_not_of_oneself(owner, tmp_path):
    """Each is a problem of its row."""
    for phone in ("13800138000", "13900139000", "13700137000"):
        build.member(owner, phone)
    registry.register(owner, new=NewMember(phone="13600136000", referrer="13700137000"))
    text = "phone,referred_by\n13800138000,13800138000\n13600136000,13800138000\n1,13800138000\n13900139000,nobody\n"
    assert problems(owner, tmp_path, "referrals", text) == [
        (2, "referred_by", "brings_oneself"),
        (3, "referred_by", "brought_by_another"),
        (4, "member_no", "unknown"),
        (5, "referred_by", "unknown"),
    ]


def _card(store):
    build.goods(store, M1="10.00")
    build.offer(store, "GIFT", kind="amount_off", value="5", min_spend=None)
    build.offer(
        store,
        "CARD",
        kind="stamps",
        value=None,
        min_spend=None,
        buy=5,
        products="M1",
        reward="GIFT",
        automatic=True,
    )


@pytest.mark.both
def test_stamps_come_with_their_ends_and_fill_the_card_here(owner, tmp_path):
    """What stood on the card counts with what is bought here, once."""
    _card(owner)
    build.member(owner)
    text = (
        "phone,offer_code,stamps,expires_on\n13800138000,CARD,2,2027-01-31\n13800138000,CARD,1,*\n"
    )
    done = build.bring(owner, tmp_path, "stamps", text)
    [card] = stamp_cards.cards(owner, member="13800138000")
    assert (card.stamps, card.needed, card.next_end.isoformat()) == (3, 5, "2027-01-31")
    assert build.bring(owner, tmp_path, "stamps", text).unchanged == 2
    assert problems(
        owner,
        tmp_path,
        "stamps",
        "phone,offer_code,stamps\n13800138000,CARD,9\n13800138000,GIFT,1\n",
    ) == [
        (2, "stamps", "stamps_here_before"),
        (3, "offer_code", "not_a_stamp_card"),
    ]
    run.undo(owner, batch=done.batch)
    assert rows(owner, StampEntry) == 0


def test_a_list_says_what_of_the_shop_it_does_not_carry(owner):
    """Only what is there, with how many, in words of both languages."""
    assert files.not_carried(owner, kind="members") == ()
    build.member(owner)
    build.member(owner, "13900139000", "王")
    merge.merge(owner, survivor="13800138000", merged="13900139000")
    voids.void(
        owner,
        receipt=open_bill.record(owner, amount=Money(1_000), member="13800138000").receipt_no,
        reason="错",
    )
    assert [(one.code, one.count) for one in files.not_carried(owner, kind="members")] == [
        ("merges", 1)
    ]
    assert [(one.code, one.count) for one in files.not_carried(owner, kind="sales")] == [
        ("voided_receipts", 2)
    ]
    assert {
        code for kind in not_carried.KEPT.values() for code in kind
    } == labels.LEFT_BEHIND.keys()
    for words in map(Catalogue, LANGUAGES):
        assert all(labels.left_behind(code, 3, words) for code in labels.LEFT_BEHIND)
