"""Values as the JSON of the contract: money "12.50", codes and phones strings, instants ISO 8601
with the store's offset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from storecrm.domain import member_fields
from storecrm.domain.offers.rule import PERCENTAGES
from storecrm.i18n import Catalogue
from storecrm.services.offers import design
from storecrm.values import (
    Moment,
    Problem,
    ProblemKind,
    Refusal,
    money_text,
    percent_text,
    zhe_text,
)
from storecrm.wording import errors, labels, refusals
from storecrm.wording.offers import rule_sentence

if TYPE_CHECKING:
    # a command loads what it does, not what others answer
    from storecrm.domain.offers.reading import OfferView
    from storecrm.domain.points import Balance
    from storecrm.services.coupons.issue import CouponView
    from storecrm.services.imports.mappings import Reading
    from storecrm.services.imports.options import Imported
    from storecrm.services.imports.run import BatchRow
    from storecrm.services.members.views import MemberView
    from storecrm.services.reports.month_figures import Figures, OfferFigures
    from storecrm.services.till.member_coupons import BetterCoupon
    from storecrm.services.till.receipt_numbers import ReceiptChoice
    from storecrm.services.till.receipts import BillView
    from storecrm.services.till.returned_goods import Returned


def money(amount: int | None, words: Catalogue) -> str | None:
    return None if amount is None else money_text(amount, words.digits)


def instant(at: Moment, words: Catalogue) -> str:
    return words.local(at).isoformat(timespec="seconds")


def refusal(refused: Refusal, words: Catalogue) -> dict[str, Any]:
    """One reason with its distance; only the facts it has."""
    facts = {
        "short": money(refused.short, words),
        "day": refused.day.isoformat() if refused.day else None,
        "at": instant(refused.at, words) if refused.at is not None else None,
        "till": refused.till,
        "staff": refused.staff,
        "member": refused.member,
        "limit": refused.limit,
        "reason": refused.reason or None,
        "offer": refused.offer,
        "pieces": refused.pieces,
        "receipt_no": refused.receipt,
    }
    return {
        "code": refused.code.value,
        **{k: v for k, v in facts.items() if v is not None},
        "message": refusals.refusal(refused, words),
    }


def better(found: BetterCoupon | None, words: Catalogue) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "code": found.code,
        "offer_code": found.offer_code,
        "offer": found.offer_name,
        "discount": money(found.discount, words),
    }


def problem(found: Problem, words: Catalogue) -> dict[str, Any]:
    return {
        "row": found.row,
        "column": found.column,
        "problem": errors.problem(found, words),
        "code": found.kind,
        "value": found.value,
    }


def bill(view: BillView, words: Catalogue) -> dict[str, Any]:
    lines_ = [
        {
            "line": line.line_no,
            "sku": line.sku,
            "name": line.name,
            "quantity": f"{line.quantity / 1000:g}",
            "unit_price": money(line.unit_price, words),
            "amount": money(line.amount, words),
            "discount": money(line.share, words),
            "net": money(line.amount - line.share, words),
        }
        for line in view.lines
    ]
    coupons = [
        {
            "code": c.code,
            "offer_code": c.offer_code,
            "discount": money(c.discount, words),
            "redeemed_at": instant(c.redeemed_at, words),
        }
        for c in view.coupons
    ]
    body = {
        "ok": True,
        "receipt_no": view.receipt_no,
        "state": view.state.value,
        "business_date": view.business_date.isoformat(),
        "gross": money(view.gross, words),
        "discount": money(view.discount, words),
        "points_paid": money(view.points_paid, words),
        "rounding": money(view.rounding, words),
        "price_kept": money(view.price_kept, words),
        "net": money(view.net, words),
        "points_earned": view.points_earned,
        "member_no": view.member.member_no if view.member else None,
        "coupons": coupons,
        "lines": lines_,
        "steps": [
            {
                "step": s.step,
                "offer_code": s.offer_code,
                "offer": s.offer_name,
                "amount": money(s.amount, words),
            }
            for s in view.steps
        ],
        "near": [{"offer": name, **refusal(r, words)} for name, r in view.near],
        "tenders": [
            {"kind": p.kind.value, "amount": money(p.amount, words), "given": money(p.given, words)}
            for p in view.paid
        ],
        "change": money(view.change, words) if view.paid else None,
        "returns": view.returns,
        "given": [
            {
                "code": g.code,
                "offer": g.offer_name,
                "valid_from": g.valid_from.isoformat(),
                "valid_to": g.valid_to.isoformat(),
            }
            for g in view.given
        ],
    }
    return body | ({"repeated": True} if view.repeated else {})


def redeemed(view: BillView, words: Catalogue, code: str) -> dict[str, Any]:
    mine = next((c for c in view.coupons if c.code == code), view.coupons[-1])
    body = {
        "ok": True,
        "code": mine.code,
        "discount": money(mine.discount, words),
        "receipt_no": view.receipt_no,
        "state": view.state.value,
        "redeemed_at": instant(mine.redeemed_at, words),
        "gross": money(view.gross, words),
        "net": money(view.net, words),
        "points_earned": view.points_earned,
    }
    return body | ({"repeated": True} if view.repeated else {})


def returned(view: Returned, words: Catalogue) -> dict[str, Any]:
    """A return, or its preview."""
    lines_ = [
        {
            "line": r.line_no,
            "sku": r.sku,
            "name": r.name,
            "quantity": f"{r.quantity / 1000:g}",
            "cash": money(r.cash, words),
        }
        for r in view.lines
    ]
    body = {
        "ok": True,
        "receipt_no": view.receipt_no,
        "original": view.original,
        "cash": money(view.cash, words),
        "lines": lines_,
        "points_given_back": view.points_given_back,
        "points_taken_back": view.points_taken_back,
        "points_missing": view.points_missing,
        "shortfall": view.shortfall or None,
        "cash_for_points": money(view.cash_for_points, words),
        "coupons_back": list(view.coupons_back),
        "coupons_kept": list(view.coupons_kept),
        "coupons_void": list(view.coupons_void),
        "gifts_due": [
            {"line": g.line_no, "name": g.name, "charge": money(g.charge, words)}
            for g in view.gifts_due
        ],
        "stamps_taken_back": view.stamps_taken_back,
        "everything": view.everything,
        "back_by": view.way,
    }
    return body | ({"repeated": True} if view.repeated else {})


def receipt_choice(one: ReceiptChoice, words: Catalogue) -> dict[str, Any]:
    """One of several receipts of a number; `receipt` names it alone."""
    return {
        "receipt": one.receipt,
        "date": one.business_date.isoformat(),
        "store": one.store,
        "net": money(one.net, words),
    }


def member(view: MemberView, points: Balance, coupons: list[CouponView]) -> dict[str, Any]:
    fields = {field.name: getattr(view, field.name) for field in member_fields.VIEWED}
    return {
        "ok": True,
        **{
            name: said.isoformat() if isinstance(said, date) else said
            for name, said in fields.items()
        },
        "phones": list(view.phones),
        "tags": list(view.tags),
        "consent": view.consent,
        "points": {
            "pending": points.pending,
            "active": points.active,
            "spent": points.spent,
            "expired": points.expired,
            "owed": points.owed,
        },
        "coupons": [
            {
                "code": c.code,
                "offer_code": c.offer_code,
                "offer": c.offer_name,
                "state": c.state.value,
                "valid_from": c.valid_from.isoformat(),
                "valid_to": c.valid_to.isoformat(),
            }
            for c in coupons
        ],
    }


def offer(view: OfferView, words: Catalogue) -> dict[str, Any]:
    rule = view.rule
    percent = rule.kind in PERCENTAGES
    body = {
        "code": view.code,
        "name": view.name,
        "campaign": view.campaign,
        "state": view.state.value,
        "version": view.version,
        "kind": rule.kind.value,
        "value": percent_text(rule.value) if percent else money(rule.value, words),
        "zhe": zhe_text(rule.value) if percent else None,
        "cap": money(rule.cap, words),
        "min_spend": money(rule.min_spend, words),
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "valid_days": rule.valid_days,
        "limit_total": rule.limit_total,
        "limit_per_member": rule.limit_per_member,
        "uses_allowed": "*" if rule.uses_allowed is None else rule.uses_allowed,
        "bearer": rule.bearer,
        "products": list(rule.products[:100]),
        "categories": list(rule.categories),
        "issued": view.issued,
        "automatic": rule.automatic,
        **{
            name: list(value) if isinstance(value, tuple) else value
            for name, usual in design.RARER.items()
            if (value := getattr(rule, name)) != usual
        },
        "budget": money(rule.budget, words),
        "supplier_share": percent_text(rule.supplier_share) if rule.supplier else None,
    }
    return body | {"sentence": rule_sentence(rule, words)}


ERRORS = 100
"""Problems that are said one by one; the others by kind."""


def imported(result: Imported, words: Catalogue) -> dict[str, Any]:
    counts = {
        "rows": result.rows,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "skipped": result.skipped,
        "rejected": result.rejected,
    }
    totals = {
        name: value if name == "points" else money(value, words)
        for name, value in result.totals.items()
    }
    if result.blanked:
        counts["blanked"] = result.blanked
    if result.rounded:
        counts["rounded"] = result.rounded
    told: dict[str, Any] = {
        "mapping": result.mapping or None,
        "left_out": list(result.left_out),
        "skipped_by": dict(result.skipped_by),
    }
    if result.about is not None and result.about.sheet:
        told |= {"sheet": result.about.sheet, "other_sheets": list(result.about.other_sheets)}
    if result.new_products:
        counts["new_products"] = result.new_products
    return {"ok": True, "batch": result.batch, **counts, **told, "totals": totals} | problems(
        result.problems, result.by_kind, words
    )


def import_row(row: BatchRow, words: Catalogue) -> dict[str, Any]:
    """An import of the list; `trouble` and `cure` say why one is stuck, and the way out."""
    said, cure = labels.import_trouble(
        row.state, row.trouble, words, batch=row.id, file=row.file_name
    )
    shown = {
        "batch": row.id,
        "kind": row.kind,
        "file": row.file_name,
        "state": row.state,
        "at": instant(Moment(row.at), words),
    }
    counts = {"created": row.created, "updated": row.updated}
    return shown | counts | ({"trouble": said, "cure": cure, "reason": row.trouble} if said else {})


def problems(
    first: Sequence[Problem], kinds: Sequence[ProblemKind], words: Catalogue
) -> dict[str, Any]:
    """The first problems one by one, and all of them by kind."""
    by_kind = [
        {"kind": k.kind, "column": k.column, "rows": k.rows, "examples": list(k.examples)}
        for k in kinds
    ]
    return {"errors": [problem(p, words) for p in first[:ERRORS]], "problems": by_kind}


def reading(found: Reading) -> dict[str, Any]:
    """How a mapping reads cells: what it says, and the names of its rules."""
    said = {"decimal": found.decimal, "days": found.days, "points": found.points}
    rules = [rule.name for rule in found.rules if rule.act.startswith("leave")]
    return {key: text or None for key, text in said.items()} | {"leaves_out": rules}


def figures_row(row: OfferFigures, words: Catalogue) -> dict[str, Any]:
    return {
        "issued": row.issued,
        "issued_to_date": row.issued_to_date,
        "redemptions": row.redemptions,
        "reversed": row.reversed,
        "members_redeeming": row.members_redeeming,
        "redemption_rate": row.redemption_rate,
        "member_rate": row.member_rate,
        "matured_rate": row.matured_rate,
        "discount": money(row.discount, words),
        "sales_with_coupon": row.sales_with_coupon,
        "sales_with_coupon_net": money(row.sales_with_coupon_net, words),
        "average_basket": money(row.average_basket, words),
        "members_issued_to_date": row.members_issued_to_date,
    }


def report(figures: Figures, words: Catalogue) -> dict[str, Any]:
    rows = [
        {
            "offer_code": o.offer_code,
            "offer": o.offer_name,
            "campaign": o.campaign,
            **figures_row(o, words),
        }
        for o in figures.offers
    ]
    return {
        "ok": True,
        "from": figures.first.isoformat(),
        "to": figures.last.isoformat(),
        "totals": figures_row(figures.totals, words),
        "offers": rows,
    }


def lines(answer: Any, indent: str = "") -> Iterator[str]:
    """An answer for people: one fact a line, lists as rows."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            if key == "ok" or value in (None, [], {}):
                continue
            if isinstance(value, (dict, list)):
                yield f"{indent}{key}:"
                yield from lines(value, indent + "  ")
            else:
                yield f"{indent}{key}: {value}"
    elif isinstance(answer, list):
        for item in answer:
            yield (
                f"{indent}- " + "  ".join(f"{v}" for v in item.values() if v not in (None, [], {}))
                if isinstance(item, dict)
                else f"{indent}{item}"
            )
