"""Where a row of a list comes from, so that a list that comes in again is known for what it is.

A lot of points or a use of a coupon that was made here has no number of another system. In a list
it is called by the shop and by its own
number: `L1a2b3c4d-17`. The shop itself knows it by that; any other shop keeps it as the number of
    another system.
"""

import re

_SIGNS = 8
_REFERENCE = "ref "
_REASON = "\n"
_NUMBER = re.compile(rf"[LR][0-9a-f]{{{_SIGNS}}}-[0-9]{{1,18}}")
RETURNS = {"returned": "part", "all_returned": "all", "no_receipt": "no_receipt"}
"""How a receipt of goods that came back was closed, and what a list calls it: a part of the
original, all of it, or without one."""


def number(uid: str, kind: str, row: int) -> str:
    """What a list calls row `row` of the shop `uid`; `kind` is "L" for a lot, "R" for a
    redemption."""
    return f"{kind}{uid[:_SIGNS]}-{row}"


def own_row(uid: str, kind: str, text: str) -> int | None:
    """The row of the shop `uid` that a list calls `text`, None for a number of another one."""
    # the shop's mark and the kind, as every number of it begins
    start = number(uid, kind, 0).removesuffix("0")
    if not text.startswith(start) or not _NUMBER.fullmatch(text):
        return None
    return int(text.removeprefix(start))


def of_a_shop(text: str) -> bool:
    """True of a number that a shop of this program gave."""
    return _NUMBER.fullmatch(text) is not None


def kept(reference: str, reason: str = "") -> str:
    """The reason of an entry that another system knows as `reference`."""
    said = f"{_REASON}{reason}" if reason else ""
    return f"{_REFERENCE}{reference}{said}"


def reference(text: str) -> tuple[str, str]:
    """(reference, reason) that the reason of an entry holds."""
    if not text.startswith(_REFERENCE):
        return "", text
    known, _, said = text.removeprefix(_REFERENCE).partition(_REASON)
    return known, said
