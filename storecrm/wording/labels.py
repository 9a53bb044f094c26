"""Words for typed facts: every refusal, error, points movement and audit action, in the reader's
language.

What happened, what it means, what to do. Numbers and names in, system words out.
"""

from storecrm.i18n import Catalogue, m
from storecrm.values import (
    CouponState,
    EntryKind,
    OfferKind,
    TenderKind,
)
from storecrm.wording.errors import cure as cure
from storecrm.wording.errors import problem as problem
from storecrm.wording.errors import sentence as sentence
from storecrm.wording.refusals import refusal as refusal

# what an error, a refusal or a problem of a cell says stands in resources/i18n/en.po: error.CODE
# and cure.CODE, refusal.CODE, problem.KIND


REFERRALS = {
    "waiting": m("not rewarded yet"),
    "rewarded": m("rewarded"),
    "capped": m("over the cap"),
}
"""What became of a referral."""


ENTRY: dict[EntryKind, str] = {
    EntryKind.OPENING: m("Opening balance"),
    EntryKind.EARN: m("Earned"),
    EntryKind.BURN: m("Used as payment"),
    EntryKind.EXCHANGE: m("Exchanged"),
    EntryKind.CLAW_BACK: m("Taken back with a return"),
    EntryKind.RESTORE: m("Given back with a return"),
    EntryKind.EXPIRE: m("Expired"),
    EntryKind.ADJUST: m("Adjusted"),
    EntryKind.REVERSE: m("Reversed"),
}

KINDS: dict[OfferKind, str] = {
    OfferKind.PERCENT_OFF: m("Percent off"),
    OfferKind.AMOUNT_OFF: m("Amount off"),
    OfferKind.THRESHOLD_OFF: m("Threshold off"),
    OfferKind.EVERY_THRESHOLD: m("Every threshold off"),
    OfferKind.FIXED_PRICE: m("Special price"),
    OfferKind.BUY_GET: m("Buy and get"),
    OfferKind.NTH_ITEM: m("N-th piece cheaper"),
    OfferKind.GIFT: m("Gift"),
    OfferKind.ADD_ON: m("Add-on at a price"),
    OfferKind.POINTS_TIMES: m("More points"),
    OfferKind.STAMPS: m("Stamp card"),
    OfferKind.EXTERNAL: m("Decided elsewhere"),
}

COUPON_STATES: dict[CouponState, str] = {
    CouponState.ISSUED: m("to use"),
    CouponState.RESERVED: m("on a suspended bill"),
    CouponState.REDEEMED: m("used"),
    CouponState.VOIDED: m("cancelled"),
}

LEFT_BEHIND: dict[str, str] = {
    "passwords": m("members' passwords: {count}; each sets a new one"),
    "lost_cards": m("cards reported lost: {count}; there they find nobody either"),
    "merges": m("merges that could still be parted: {count}; the two stay one there"),
    "kept_apart": m("pairs of whom somebody said that they are two people: {count}"),
    "tier_history": m("moves between tiers: {count}; the tier of today is in the list"),
    "stage_history": m("notes of members' stages: {count}"),
    "tag_rules": m(
        "tags with a rule or an end of their own: {count}; the words on members are in the list"
    ),
    "tag_ends": m("tags on members that end on a day: {count}; there they stay"),
    "opt_outs": m(
        "addresses never written to: {count}; only their marks are kept here, so import the list they came from there too"
    ),
    "erased_marks": m(
        "marks of people who were erased: {count}; an old list could bring them again there"
    ),
    "referral_sales": m(
        "receipts that a referral was rewarded for: {count}; a return there takes no reward back"
    ),
    "stamp_history": m("movements of stamps: {count}; what stands on the cards is in the list"),
    "points_history": m(
        "movements of points: {count}; what is left of them is in the list, all of them in the list of movements"
    ),
    "offer_history": m("earlier wordings of offers: {count}"),
    "coupon_holds": m("coupons held by an open bill: {count}; there nothing holds them"),
    "refused_scans": m("coupons that were refused: {count}; no figure of money counts them"),
    "reversed_uses": m("uses of coupons that were taken back: {count}"),
    "voided_receipts": m(
        "voided receipts and what voided them: {count}; together they are nothing"
    ),
    "open_bills": m("bills that are not closed yet: {count}"),
    "tenders": m("ways of payment of receipts: {count}"),
    "promotion_steps": m(
        "what each promotion took off a receipt: {count}; what was paid is in the list"
    ),
    "coupon_shares": m("what each coupon took off a line: {count}; what was paid is in the list"),
}
"""What people are told of what a list that goes out does not carry."""
TOTALS: dict[str, str] = {
    "points": m("Points in all"),
    "spent_to_date": m("Spent so far, in all"),
    "amount": m("Sales, in all"),
    "discount": m("Discount, in all"),
    "net_sales": m("Sales of the days, in all"),
}

_PROOFS = {
    "whole": m("every page proven"),
    "": m("nobody vouches for it"),
    "copied": m("copied and read back, not every page proven yet"),
}


def proof(found: str, words: Catalogue) -> str:
    """How far a copy was proven when it was made (see backup.copies)."""
    return words.t(_PROOFS[found])


def unprintable(signs: str, words: Catalogue) -> str:
    """What stands on paper as squares, "" for nothing."""
    return (
        words.t("These signs cannot be printed, a square stands for each: {signs}", signs=signs)
        if signs
        else ""
    )


def birthday(said: str, calendar: str, words: Catalogue) -> str:
    """A birthday as it was said: one of the lunar calendar says so, and is read again in that
    form."""
    return words.t("lunar {day}", day=said) if said and calendar == "lunar" else said


def left_behind(code: str, count: int, words: Catalogue) -> str:
    """What a list that went out does not carry."""
    return words.t(LEFT_BEHIND[code], count=words.number(count))


STEPS = {
    "line": m("Promotion"),
    "tier": m("Tier price"),
    "order": m("Promotion"),
    "points": m("Points"),
    "rounding": m("Rounding"),
}
"""What each step of a price is called where it has no offer's name."""


TENDERS = {
    TenderKind.CASH: m("Cash"),
    TenderKind.WECHAT: m("WeChat Pay"),
    TenderKind.ALIPAY: m("Alipay"),
    TenderKind.CARD: m("Bank card"),
    TenderKind.EXCHANGE: m("Goods exchanged"),
    TenderKind.OTHER: m("Other"),
}


_STUCK = {
    "writing": (
        m("Import {batch} ({file}) cannot be rolled back to its end: {why}."),
        m(
            "Nobody sees what it brought. Check the books, then open the store again: it is tried anew each time."
        ),
    ),
    "showing": (
        m("Import {batch} ({file}) is taken in, but not all of it can be shown: {why}."),
        m(
            "What is missing is kept. Check the books, then open the store again: it is tried anew each time."
        ),
    ),
}


def import_trouble(
    state: str, why: str, words: Catalogue, *, batch: int, file: str
) -> tuple[str, str]:
    """Why an import is stuck and the way out; two blanks for one that is not."""
    if not why or state not in _STUCK:
        return "", ""
    said, cure = _STUCK[state]
    return words.t(said, batch=batch, file=file, why=why), words.t(cure)
