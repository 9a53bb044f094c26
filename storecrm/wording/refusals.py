"""What a refused coupon says at the till: the state in capitals, and what the cashier does now.

`refusal.CODE` and `cure.refusal.CODE` in the catalogues; where a coupon's own flags keep two apart,
or a use was this till's own, they have a further word.
"""

from datetime import timedelta

from storecrm.i18n import Catalogue
from storecrm.values import Moment, Refusal, RefusalCode, grouped
from storecrm.wording.filling import fill

_APART = ("group", "alone", "other_alone")
"""Why two coupons do not go together, where their own flags say so."""
_AS_THEY_ARE = ("till", "staff", "member", "limit", "pieces", "reason", "offer")
"""Facts that need no wording."""
_HOUR, _DAY = 60, 1440
"""Minutes."""
_LONG_AGO = 31 * _DAY
_WORDED = ("short", "day", "when", "receipt")


def refusal_name(code: str, words: Catalogue) -> str:
    """The state in capitals by its code; the code itself where this version does not know it."""
    return words.said(f"refusal.{code}") or code


def refusal_title(refused: Refusal, words: Catalogue) -> str:
    """The state in capitals, for the till's panel."""
    if _kept_apart(refused):
        return words.said("refusal.not_stackable.apart")
    return refusal_name(refused.code.value, words)


def refusal_todo(refused: Refusal, words: Catalogue, now: Moment | None = None) -> str:
    """What the cashier does now, with the distance; with `now` in time, too."""
    todo = words.said(_todo_id(refused))
    facts = facts_of(refused, words)
    if refused.at and now is not None:
        facts["when"] = _ago(refused.at, now, words)
    # what a sentence asks for and nobody knows is left blank
    return fill(todo, facts)


def _ago(at: Moment, now: Moment, words: Catalogue) -> str:
    """How long ago, as one says it to a customer; the day itself when it was long ago."""
    passed = words.local(now) - words.local(at)
    minutes = passed // timedelta(minutes=1)
    if not 0 <= minutes < _LONG_AGO:
        return words.stamp(at)
    if minutes < 1:
        return words.t("just now")
    if minutes < _HOUR:
        return words.n("1 minute ago", "{count} minutes ago", minutes)
    if minutes < _DAY:
        return words.n("1 hour ago", "{count} hours ago", minutes // _HOUR)
    return words.n("1 day ago", "{count} days ago", minutes // _DAY)


def _todo_id(refused: Refusal) -> str:
    if refused.code is RefusalCode.ALREADY_REDEEMED and refused.receipt:
        return "cure.refusal.already_redeemed.by_you"
    if _kept_apart(refused):
        return f"cure.refusal.not_stackable.{refused.reason}"
    return f"cure.refusal.{refused.code.value}"


def _kept_apart(refused: Refusal) -> bool:
    return refused.code is RefusalCode.NOT_STACKABLE and refused.reason in _APART


def facts_of(refused: Refusal, words: Catalogue) -> dict[str, object]:
    """The distance and the names, as people write them."""
    facts: dict[str, object] = dict.fromkeys(_WORDED, "")
    for name in _AS_THEY_ARE:
        facts[name] = getattr(refused, name) or ""
    if refused.short is not None:
        facts["short"] = words.money(refused.short, short=True)
    if refused.day:
        facts["day"] = words.short_day(refused.day)
    if refused.at:
        facts["when"] = words.stamp(refused.at)
    if refused.receipt:
        facts["receipt"] = grouped(refused.receipt)
    return facts


def refusal(refused: Refusal, words: Catalogue) -> str:
    """State and to-do in one line, for lists and the command line."""
    return f"{refusal_title(refused, words)}: {refusal_todo(refused, words)}"


def near(refused: Refusal, words: Catalogue) -> str:
    """How little is missing for a promotion."""
    if refused.pieces:
        return words.n(
            "1 piece more and it applies", "{count} pieces more and it applies", refused.pieces
        )
    missing = words.money(refused.short or 0, short=True)
    return words.t("{amount} more and it applies", amount=missing)
