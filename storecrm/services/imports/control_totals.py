"""Sums that a person says must come out of an import: rows, points, money."""

from collections.abc import Mapping

from storecrm.errors import BadInput, NotPossible
from storecrm.values import money_text, parse_money

_WHOLE = ("rows", "points")


def require(expected: Mapping[str, str], found: Mapping[str, int], *, digits: int) -> None:
    """Refuse an import whose totals (money in minor units of `digits`) are not as they were said.

    Raises:
        BadInput: totals_unknown (what was said is no number).
        NotPossible: totals_differ (facts: expected, found).
    """
    for name, text in expected.items():
        wanted = _wanted(name, text, digits)
        if wanted != found[name]:
            total = found[name]
            came = str(total) if name in _WHOLE else money_text(total, digits)
            raise NotPossible("totals_differ", where=name, expected=text, found=came)


def _wanted(name: str, text: str, digits: int) -> int:
    try:
        if name in _WHOLE:
            return int(text.replace(",", ""))
        return parse_money(text, digits=digits, negative=True)
    except ValueError:
        # the sentence shows how an amount is written
        said = f"{name}={text}"[:60]
        raise BadInput("totals_unknown", where=said, known="12.50") from None
