"""States, steps, tenders and other short words; what a list leaves behind, and a stuck import.

Each table gives the id of a code's name in the catalogues.
"""

from storecrm.i18n import Catalogue
from storecrm.values import CouponState, EntryKind, OfferKind, TenderKind
from storecrm.wording.names import ids_by_code, ids_by_kind

REFERRALS = ids_by_code("referral", ("waiting", "rewarded", "capped"))
"""What became of a referral."""
ENTRY = ids_by_kind("entry", EntryKind)
KINDS = ids_by_kind("offer_kind", OfferKind)
COUPON_STATES = ids_by_kind("coupon_state", CouponState)
TENDERS = ids_by_kind("tender", TenderKind)
STEPS = ids_by_code("step", ("line", "tier", "order", "points", "rounding"))
"""What each step of a price is called where it has no offer's name."""
_SUMS = ("spent_to_date", "amount", "discount", "net_sales")
TOTALS = ids_by_code("total", ("points", *_SUMS))

_OF_MEMBERS = ("passwords", "lost_cards", "merges", "kept_apart", "opt_outs", "erased_marks")
_OF_HISTORY = ("tier_history", "stage_history", "stamp_history", "points_history", "offer_history")
_OF_TAGS = ("tag_rules", "tag_ends")
_OF_COUPONS = ("coupon_holds", "refused_scans", "reversed_uses", "coupon_shares")
_OF_RECEIPTS = ("voided_receipts", "open_bills", "tenders", "promotion_steps", "referral_sales")
_LEFT = (*_OF_MEMBERS, *_OF_HISTORY, *_OF_TAGS, *_OF_COUPONS, *_OF_RECEIPTS)
LEFT_BEHIND = ids_by_code("left_behind", _LEFT)
"""What people are told of what a list that goes out does not carry."""
_STUCK = ("writing", "showing")
"""States in which an import may be stuck."""


def proof(found: str, words: Catalogue) -> str:
    """How far a copy was proven when it was made (see backup.copies); "" where nobody vouches for
    it."""
    return words.t(f"name.proof.{found or 'none'}")


def unprintable(signs: str, words: Catalogue) -> str:
    """What stands on paper as squares, "" for nothing."""
    if not signs:
        return ""
    return words.t("These signs cannot be printed, a square stands for each: {signs}", signs=signs)


def birthday(said: str, calendar: str, words: Catalogue) -> str:
    """A birthday as it was said: one of the lunar calendar says so, and is read again in that
    form."""
    return words.t("lunar {day}", day=said) if said and calendar == "lunar" else said


def left_behind(code: str, count: int, words: Catalogue) -> str:
    """What a list that went out does not carry."""
    return words.t(LEFT_BEHIND[code], count=words.number(count))


def import_trouble(
    state: str, why: str, words: Catalogue, *, batch: int, file: str
) -> tuple[str, str]:
    """Why an import is stuck and the way out; two blanks for one that is not."""
    if not why or state not in _STUCK:
        return "", ""
    said = words.t(f"name.stuck.{state}", batch=batch, file=file, why=why)
    cure = words.t(f"name.stuck.{state}_cure")
    return said, cure
