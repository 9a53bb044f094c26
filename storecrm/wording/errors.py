"""What an error says: what happened and what it means, then the way out.

`error.CODE` and `cure.CODE` in the catalogues; `cure.CODE.command` where a command has another way
out than a window. What is wrong with one cell of an imported file is
`problem.KIND`, or the error that the cell's value would be at the counter.
"""

from collections.abc import Mapping
from typing import Any

from storecrm.errors import CouponRefused, StoreError
from storecrm.i18n import Catalogue
from storecrm.values import Problem
from storecrm.wording.filling import fill
from storecrm.wording.names import ids_by_code
from storecrm.wording.refusals import refusal, refusal_todo

_SOLD = ("sale", "redemption", "coupon", "paper", "batch", "offer", "emergency_code")
_COUNTED = ("point_entry", "stamp_entry", "tier_change", "referral")
_SAID_OF_MEMBERS = ("member_merge", "consent", "lost_card")
USED_BY = ids_by_code("used_by", (*_SOLD, *_COUNTED, *_SAID_OF_MEMBERS, "import"))
"""What stands on an import that shall be rolled back."""


def sentence(error: StoreError, words: Catalogue, titles: Mapping[str, str] | None = None) -> str:
    """What happened and what it means, in one sentence. A window hands its `titles`: there the
    place has a name that people read, not the key that a file or a command has for it."""
    if isinstance(error, CouponRefused):
        return refusal(error.refusals[0], words)
    what = words.said(f"error.{error.code}")
    facts = _facts(error, words)
    if titles is not None:
        facts["where"] = _title(error.where, words, titles)
    return fill(what, facts) if what else error.code


def cure(error: StoreError, words: Catalogue, *, command: bool = False) -> str:
    """The way out in the window, which never names a command or a key; with `command` that of who
    typed one."""
    if isinstance(error, CouponRefused):
        return refusal_todo(error.refusals[0], words)
    typed = words.said(f"cure.{error.code}.command") if command else ""
    way_out = typed or words.said(f"cure.{error.code}")
    return fill(way_out, _facts(error, words))


def problem(found: Problem, words: Catalogue) -> str:
    """What is wrong with one cell, without its place."""
    said = words.said(f"problem.{found.kind}")
    if not said:
        # what a cell says would be refused at the counter with the same words
        said = words.said(f"error.{found.kind}") or words.said("problem.unreadable")
        return fill(said, {"where": found.column, "value": found.value, **found.facts})
    worded = fill(said, found.facts)
    if "first" in found.facts:
        worded += words.t(" (first in row {row})", row=found.facts["first"])
    return worded


def _facts(error: StoreError, words: Catalogue) -> dict[str, Any]:
    facts: dict[str, Any] = {"where": error.where}
    for name, value in error.facts.items():
        facts[name] = str(value)
    if "uses" in error.facts:
        uses = [_use(use, words) for use in error.facts["uses"]]
        facts["uses"] = words.t("; ").join(uses)
    return facts


def _title(place: str, words: Catalogue, titles: Mapping[str, str]) -> str:
    """What people read where the error has a key: of the page, of the shop's settings, of a
    member."""
    if place in titles:
        return words.t(titles[place])
    return words.said(f"rule.{place}") or words.said(f"field.{place}") or place


def _use(use: Mapping[str, Any], words: Catalogue) -> str:
    by = USED_BY[use["by"]]
    what = words.t(by)
    example = use["example"]
    return words.t("{count} {what} ({example})", count=use["count"], what=what, example=example)
