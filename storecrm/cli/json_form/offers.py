"""An offer with its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storecrm.cli.json_form.values import facts, money
from storecrm.domain.offers.rule import PERCENTAGES, OfferRule
from storecrm.i18n import Catalogue
from storecrm.services.offers import design
from storecrm.values import percent_text, zhe_text
from storecrm.wording.offers import rule_sentence

if TYPE_CHECKING:
    # a command loads what it does, not what others answer
    from storecrm.domain.offers.reading import OfferView

_SUMS = ("cap", "min_spend")
_WHEN_AND_HOW_OFTEN = ("valid_from", "valid_to", "valid_days", "limit_total", "limit_per_member")
MOST_PRODUCTS = 100
"""Articles that are named one by one; a rule may hold thousands."""


def offer(view: OfferView, words: Catalogue) -> dict[str, Any]:
    rule = view.rule
    body = facts(view, ("code", "name", "campaign", "state", "version"))
    body |= _value(rule, words) | facts(rule, _SUMS, words)
    body |= facts(rule, _WHEN_AND_HOW_OFTEN)
    body["uses_allowed"] = "*" if rule.uses_allowed is None else rule.uses_allowed
    body |= {"bearer": rule.bearer, "products": list(rule.products[:MOST_PRODUCTS])}
    body |= {"categories": list(rule.categories), "issued": view.issued}
    body["automatic"] = rule.automatic
    body |= _rarer(rule)
    # a budget is one of the rarer ones, but money
    body["budget"] = money(rule.budget, words)
    body["supplier_share"] = percent_text(rule.supplier_share) if rule.supplier else None
    return body | {"sentence": rule_sentence(rule, words)}


def _value(rule: OfferRule, words: Catalogue) -> dict[str, Any]:
    """What the rule gives: a part of the price, said in both manners, or a sum."""
    kind = {"kind": rule.kind.value}
    if rule.kind in PERCENTAGES:
        return kind | {"value": percent_text(rule.value), "zhe": zhe_text(rule.value)}
    return kind | {"value": money(rule.value, words), "zhe": None}


def _rarer(rule: OfferRule) -> dict[str, Any]:
    """Only what the rule says otherwise than usual."""
    names = [name for name, usual in design.RARER.items() if getattr(rule, name) != usual]
    return {name: _listed(getattr(rule, name)) for name in names}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
