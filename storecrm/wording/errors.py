"""What an error says: what happened and what it means, then the way out.

`error.CODE` and `cure.CODE` in the catalogues. What is wrong with one cell of an imported file is
`problem.KIND`, or the error that the cell's value would be at the counter.
"""

from collections.abc import Mapping
from typing import Any

from storecrm.errors import CouponRefused, StoreError
from storecrm.i18n import Catalogue, m
from storecrm.values import Problem
from storecrm.wording.filling import fill
from storecrm.wording.refusals import refusal, refusal_todo

USED_BY: dict[str, str] = {
    "sale": m("receipts"),
    "redemption": m("uses of coupons"),
    "coupon": m("coupons"),
    "paper": m("printed batches"),
    "batch": m("batches of coupons"),
    "offer": m("offers"),
    "import": m("later imports"),
    "member_merge": m("merged members"),
    "point_entry": m("points of members"),
    "stamp_entry": m("stamps of members"),
    "tier_change": m("tiers given by hand"),
    "referral": m("referrals"),
    "consent": m("answers of members"),
    "lost_card": m("replaced cards"),
    "emergency_code": m("emergency codes"),
}
"""What stands on an import that shall be rolled back."""


def sentence(error: StoreError, words: Catalogue, titles: Mapping[str, str] | None = None) -> str:
    """What happened and what it means, in one sentence. A window hands its `titles`: there the
    place has a name that people read, not the key that a file or a command has for it."""
    if isinstance(error, CouponRefused):
        return refusal(error.refusals[0], words)
    what = words.said(f"error.{error.code}")
    facts = _facts(error, words)
    if titles is not None and error.where in titles:
        facts["where"] = words.t(titles[error.where])
    return fill(what, facts) if what else error.code


def cure(error: StoreError, words: Catalogue) -> str:
    """The way out."""
    if isinstance(error, CouponRefused):
        return refusal_todo(error.refusals[0], words)
    return fill(words.said(f"cure.{error.code}"), _facts(error, words))


def problem(found: Problem, words: Catalogue) -> str:
    """What is wrong with one cell, without its place."""
    said = words.said(f"problem.{found.kind}")
    if not said:
        what = words.said(f"error.{found.kind}") or words.said("problem.unreadable")
        return fill(what, {"where": found.column, "value": found.value, **found.facts})
    worded = fill(said, found.facts)
    return worded + (
        words.t(" (first in row {row})", row=found.facts["first"]) if "first" in found.facts else ""
    )


def _facts(error: StoreError, words: Catalogue) -> dict[str, Any]:
    facts = {"where": error.where} | {key: str(value) for key, value in error.facts.items()}
    if "uses" in error.facts:
        facts["uses"] = words.t("; ").join(_use(use, words) for use in error.facts["uses"])
    return facts


def _use(use: Mapping[str, Any], words: Catalogue) -> str:
    what = USED_BY[use["by"]]
    return words.t(
        "{count} {what} ({example})", count=use["count"], what=words.t(what), example=use["example"]
    )
