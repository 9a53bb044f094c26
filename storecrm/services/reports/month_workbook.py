"""促销月报: the month as a workbook. Every figure comes from reports.month_figures; nothing is
computed here but differences."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from storecrm.i18n import Catalogue, m
from storecrm.services import files, rights
from storecrm.services.files import Target
from storecrm.services.loyalty import points_account
from storecrm.services.progress import Progress, silent
from storecrm.services.reports import (
    exceptions,
    month_figures,
    promotion_figures,
    supplier_claims,
    supplier_sheet,
)
from storecrm.services.reports.exceptions import OverrideRow, PersonRow
from storecrm.services.reports.month_figures import Figures, OfferFigures
from storecrm.services.reports.promotion_figures import PromotionFigures
from storecrm.services.reports.workbook import ACCENT, LINE, Book, SheetColumn, writing
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import Day
from storecrm.wording.names import OVERRIDES
from storecrm.wording.refusals import refusal_name

KIND = "report promotions"
DEFINITIONS = (
    (m("Issued"), m("Coupons whose day of issue lies in the period.")),
    (
        m("Redeemed"),
        m("Uses of coupons that were not taken back, whose business date lies in the period."),
    ),
    (m("Taken back"), m("Uses that were reversed, by the date of the reversal's bill.")),
    (
        m("Redemption rate"),
        m(
            "Coupons issued up to the last day that were used up to then / coupons issued up to the last day."
        ),
    ),
    (
        m("Member rate"),
        m("Members with a use up to the last day / members who got a coupon up to then."),
    ),
    (
        m("Matured rate"),
        m("Used / (issued - cancelled) of the coupons whose last day lies in the period."),
    ),
    (m("Discount"), m("Money taken off by the uses of the period.")),
    (
        m("Sales with coupon"),
        m(
            "Net of the sales with at least one use that was not taken back; a sale with two coupons counts once."
        ),
    ),
    (m("Average basket"), m("Sales with coupon / their number.")),
    (m("Cost ratio"), m("Discount / sales with coupon.")),
    (
        m("Shop's net sales"),
        m("From the day totals typed or imported; a dash until every day of the period has one."),
    ),
    (m("Recorded sales"), m("Net of the sales recorded here, voids taken off on their own day.")),
    (m("Points owed"), m("All points that can still be used, at their value when used.")),
    (
        m("Invoices"),
        m("A coupon is a trade discount: invoice what was paid after it (开票按折后实收)."),
    ),
)


def file_name(store: Store, first: Day, last: Day, words: Catalogue) -> str:
    """The report's usual name: shop, 促销月报, month or period."""
    whole = (
        first.day == 1
        and (last + timedelta(days=1)).day == 1
        and first.month == last.month
        and first.year == last.year
    )
    period = f"{first:%Y-%m}" if whole else f"{first}_{last}"
    shop = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", store.shop.name)[:60]
    name = words.t("Promotion report").replace(" ", "-")
    return f"{shop}_{name}_{period}.xlsx"


def write(
    store: Store,
    *,
    first: Day,
    last: Day,
    file: Path,
    words: Catalogue,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Figures:
    """Write the workbook of a period; returns its figures.

    Raises:
        BadInput: period.
        NotPossible, Conflict, StorageTrouble: see files.whole.
        Cancelled: `progress` said so; no file is left.
    """
    rights.require(store, Right.REPORTS)
    target = Target(file, KIND, store.name, overwrite)
    files.require(target)
    points_account.sweep(store)
    progress(0, 6)
    now = month_figures.figures(store, first=first, last=last)
    progress(1, 6)
    before = _compared(store, first, last, year=False)
    year = _compared(store, first, last, year=True)
    progress(2, 6)
    rows = month_figures.redemption_rows(store, first=first, last=last)
    progress(3, 6)
    with writing(target, words, store.shop.name) as book:
        _cover(book, store, now, before, year)
        _offers(book, now)
        _days(book, now)
        progress(4, 6)
        _members(book, now)
        _points(book, now)
        _promotions(book, promotion_figures.figures(store, first=first, last=last))
        _watch(
            book,
            exceptions.people(store, first=first, last=last),
            exceptions.overrides(store, first=first, last=last),
        )
        book.details(
            words.t("Suppliers"),
            supplier_sheet.columns(book),
            supplier_claims.claims(store, first=first, last=last),
        )
        _redemptions(book, rows)
        progress(5, 6)
        _definitions(book)
        _tie_out(book, now)
    progress(6, 6)
    return now


def _compared(store: Store, first: Day, last: Day, *, year: bool) -> Figures:
    """The same length before: the month before for a month, the same dates a year ago."""
    if year:
        return month_figures.figures(store, first=_year_before(first), last=_year_before(last))
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    if whole:
        end = first - timedelta(days=1)
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        start = first
        for _ in range(months):
            start = (start - timedelta(days=1)).replace(day=1)
        return month_figures.figures(store, first=start, last=end)
    length = (last - first).days + 1
    return month_figures.figures(
        store, first=first - timedelta(days=length), last=first - timedelta(days=1)
    )


def _year_before(day: Day) -> Day:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


# --- the first sheet
# -------------------------------------------------------------------------------------------------


def _eight(now: Figures) -> list[tuple[str, Any, str]]:
    t = now.totals
    return [
        (m("Shop's net sales"), now.shop_net, "money"),
        (m("Sales with coupon"), t.sales_with_coupon_net, "money"),
        (m("Redeemed"), t.redemptions, "int"),
        (m("Matured rate"), _float(t.matured_rate), "rate"),
        (m("Discount"), t.discount, "money"),
        (
            m("Cost ratio"),
            t.discount / t.sales_with_coupon_net if t.sales_with_coupon_net else None,
            "rate",
        ),
        (m("New members"), now.members.new, "int"),
        (m("Points owed"), now.points.liability, "money"),
    ]


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)


def _cover(book: Book, store: Store, now: Figures, before: Figures, year: Figures) -> None:
    words = book.words
    sheet = book.raw.add_worksheet(words.t("Overview"))
    sheet.hide_gridlines(2)
    for place, width in enumerate((23, 15, 15, 11, 15, 11)):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 30)
    sheet.write_string(
        0,
        0,
        " ".join((store.shop.name, words.t("Promotion report"))),
        book.style(bold=True, font_size=18),
    )
    made = words.t(
        "{first} to {last}; made {at} by {who}; figures as of then",
        first=now.first,
        last=now.last,
        at=words.stamp(now.cut_off),
        who=store.actor.name if store.actor else "",
    )
    sheet.write_string(1, 0, made, book.style(font_color="#5F6B78"))
    row = 2
    for line in _three_sentences(now, words):
        sheet.write_string(row, 0, line, book.style())
        row += 1
    row = _eight_table(book, sheet, row + 1, now, before, year)
    row = _given_away(book, sheet, row + 1, now)
    row = _top_five(book, sheet, row + 1, now)
    _charts(book, sheet, row + 1, now)
    row += 20
    for line in _reminders(now, words)[:5]:
        sheet.write_string(row, 0, f"• {line}", book.style())
        row += 1
    sign = "　　　　　　".join(
        f"{words.t(who)}：__________" for who in (m("Made by"), m("Checked by"), m("Owner"))
    )
    sheet.write_string(row + 1, 0, sign, book.style())
    book.page(sheet, landscape=False)
    sheet.print_area(0, 0, row + 1, 5)


def _three_sentences(now: Figures, words: Catalogue) -> list[str]:
    used = [o for o in now.offers if o.sales_with_coupon_net]
    if not used:
        return [words.t("No coupon was used in this period.")]
    best, worst = (
        max(used, key=lambda o: o.sales_with_coupon_net),
        max(used, key=lambda o: o.discount / o.sales_with_coupon_net),
    )
    lines = [
        words.t(
            "Best: {offer} brought {net} in {count} sales.",
            offer=best.offer_name,
            net=words.money(best.sales_with_coupon_net),
            count=best.sales_with_coupon,
        )
    ]
    if worst is not best:
        share = words.percent(worst.discount / worst.sales_with_coupon_net)
        lines.append(
            words.t(
                "Dearest: {offer} gave away {share} of its sales.",
                offer=worst.offer_name,
                share=share,
            )
        )
    idle = [o for o in now.offers if o.issued_to_date and not o.redeemed_to_date]
    if idle:
        lines.append(
            words.t(
                "To do: {offer} is out {count} times and was never used.",
                offer=idle[0].offer_name,
                count=idle[0].issued_to_date,
            )
        )
    return lines


def _eight_table(
    book: Book, sheet: Any, row: int, now: Figures, before: Figures, year: Figures
) -> int:
    words = book.words
    for place, title in enumerate(
        (
            m("Figure"),
            m("This period"),
            m("Period before"),
            m("Change"),
            m("A year ago"),
            m("Change"),
        )
    ):
        sheet.write_string(row, place, words.t(title), book.head)
    for (title, value, style), (_, old, _), (_, older, _) in zip(
        _eight(now), _eight(before), _eight(year), strict=True
    ):
        row += 1
        sheet.write_string(row, 0, words.t(title), book.styles["text"])
        book.put(sheet, row, 1, value, style)
        book.put(sheet, row, 2, old if _has(before) else None, style)
        book.put(sheet, row, 3, _change(value, old if _has(before) else None, style), "rate")
        book.put(sheet, row, 4, older if _has(year) else None, style)
        book.put(sheet, row, 5, _change(value, older if _has(year) else None, style), "rate")
    return row + 1


def _has(past: Figures) -> bool:
    """A period in which nothing was recorded is unknown, not zero."""
    return bool(past.recorded_receipts or past.totals.redemptions or past.shop_net)


def _change(value: Any, old: Any, style: str) -> float | None:
    if value is None or old is None or (not old and style != "rate"):
        return None
    return float(value - old) if style == "rate" else float((value - old) / old)


def _given_away(book: Book, sheet: Any, row: int, now: Figures) -> int:
    words = book.words
    sheet.write_string(row, 0, words.t("Given away"), book.head)
    sheet.write_string(row, 1, words.t("Amount"), book.head)
    parts = (
        (m("Coupons"), now.totals.discount),
        (m("Promotions"), now.promotions),
        (m("Tier prices"), now.tier_prices),
        (m("Points used"), now.points_paid),
    )
    for title, value in parts:
        row += 1
        sheet.write_string(row, 0, words.t(title), book.styles["text"])
        book.put(sheet, row, 1, value, "money")
    whole = sum(value for _, value in parts)
    base = (now.shop_net or 0) + whole
    sheet.write_string(row + 1, 0, words.t("Share of sales given away"), book.totals["text"])
    book.put(sheet, row + 1, 1, whole / base if now.shop_net and base else None, "rate", bold=True)
    return row + 2


def _top_five(book: Book, sheet: Any, row: int, now: Figures) -> int:
    words = book.words
    for place, title in enumerate(
        (
            m("Campaign"),
            m("Issued"),
            m("Redeemed"),
            m("Matured rate"),
            m("Sales with coupon"),
            m("Cost ratio"),
        )
    ):
        sheet.write_string(row, place, words.t(title), book.head)
    top = sorted(now.offers, key=lambda o: -o.sales_with_coupon_net)[:5]
    for offer, bold in [*((o, False) for o in top), (now.totals, True)]:
        row += 1
        sheet.write_string(
            row,
            0,
            offer.offer_name or words.t("Total"),
            (book.totals if bold else book.styles)["text"],
        )
        cost = offer.discount / offer.sales_with_coupon_net if offer.sales_with_coupon_net else None
        values = (
            (offer.issued, "int"),
            (offer.redemptions, "int"),
            (_float(offer.matured_rate), "rate"),
            (offer.sales_with_coupon_net, "money"),
            (cost, "rate"),
        )
        for place, (value, style) in enumerate(values, 1):
            book.put(sheet, row, place, value, style, bold=bold)
    return row + 1


def _charts(book: Book, sheet: Any, row: int, now: Figures) -> None:
    """Native charts over the detail sheets, so that they follow what is corrected there."""
    words = book.words
    days, offers = words.t("Days"), words.t("Campaigns")
    line = book.raw.add_chart({"type": "column"})
    span = [1, len(now.days)]
    weekend = [{"fill": {"color": "#B45309"}} if d.day.weekday() >= 5 else None for d in now.days]
    options: dict[str, Any] = {
        "categories": [days, span[0], 0, span[1], 0],
        "values": [days, span[0], 3, span[1], 3],
        "fill": {"color": ACCENT},
        "gap": 40,
    }
    if len(now.days) <= 62:
        options["points"] = weekend
    line.add_series(options)
    line.set_title(
        {"name": words.t("Redeemed each day (weekends in brown)"), "name_font": {"size": 11}}
    )
    line.set_legend({"none": True})
    line.set_x_axis(
        {
            "num_format": "m-d",
            "date_axis": True,
            "major_gridlines": {"visible": False},
            "num_font": {"size": 8},
        }
    )
    line.set_y_axis(
        {"major_gridlines": {"visible": True, "line": {"color": LINE}}, "num_font": {"size": 8}}
    )
    line.set_size({"width": 660, "height": 200})
    sheet.insert_chart(row, 0, line, {"object_position": 2})
    count = min(6, len(now.offers))
    if count:
        bar = book.raw.add_chart({"type": "bar"})
        bar.add_series(
            {
                "categories": [offers, 1, 1, count, 1],
                "values": [offers, 1, 12, count, 12],
                "fill": {"color": "#0E8F8A"},
                "gap": 30,
                "data_labels": {"value": True, "font": {"size": 8}},
            }
        )
        bar.set_title({"name": words.t("Sales with coupon by offer"), "name_font": {"size": 11}})
        bar.set_legend({"none": True})
        bar.set_y_axis({"reverse": True, "num_font": {"size": 8}})
        bar.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        bar.set_size({"width": 660, "height": 150})
        sheet.insert_chart(row + 10, 0, bar, {"object_position": 2})


def _reminders(now: Figures, words: Catalogue) -> list[str]:
    lines = []
    if now.points.expiring_next_month:
        lines.append(
            words.t(
                "{count} points expire in the next month.",
                count=words.number(now.points.expiring_next_month),
            )
        )
    if now.totals.without_amount:
        lines.append(
            words.t(
                "{count} bills with a coupon have no amount yet; they count in no sales figure.",
                count=now.totals.without_amount,
            )
        )
    if now.shop_net is None:
        lines.append(words.t("Day totals are missing; shares of the whole shop show a dash."))
    for reason, count in list(now.refused_by_reason.items())[:2]:
        lines.append(
            words.t(
                "{count} scans were refused: {reason}.",
                count=count,
                reason=refusal_name(reason, words),
            )
        )
    return lines


# --- the detail sheets
# -----------------------------------------------------------------------------------------------


def _offers(book: Book, now: Figures) -> None:
    t = book.words.t

    def share(o: OfferFigures) -> float | None:
        return o.discount / o.sales_with_coupon_net if o.sales_with_coupon_net else None

    columns = (
        SheetColumn(t("Code"), lambda o: o.offer_code, width=14),
        SheetColumn(t("Offer"), lambda o: o.offer_name, width=22),
        SheetColumn(t("Campaign"), lambda o: o.campaign, width=18),
        SheetColumn(t("Issued"), lambda o: o.issued, "int", 10, True),
        SheetColumn(t("Issued to date"), lambda o: o.issued_to_date, "int", 11, True),
        SheetColumn(t("Redeemed"), lambda o: o.redemptions, "int", 10, True),
        SheetColumn(t("Taken back"), lambda o: o.reversed, "int", 10, True),
        SheetColumn(t("Members"), lambda o: o.members_redeeming, "int", 10),
        SheetColumn(t("Redemption rate"), lambda o: _float(o.redemption_rate), "rate", 11),
        SheetColumn(t("Member rate"), lambda o: _float(o.member_rate), "rate", 11),
        SheetColumn(t("Matured rate"), lambda o: _float(o.matured_rate), "rate", 11),
        SheetColumn(t("Sales (number)"), lambda o: o.sales_with_coupon, "int", 11),
        SheetColumn(t("Sales with coupon"), lambda o: o.sales_with_coupon_net, "money", 14),
        SheetColumn(t("Discount"), lambda o: o.discount, "money", 13, True),
        SheetColumn(t("Average basket"), lambda o: o.average_basket, "money", 12),
        SheetColumn(t("Cost ratio"), share, "rate", 10),
    )
    rows = sorted(now.offers, key=lambda o: -o.sales_with_coupon_net)
    sheet = book.details(t("Campaigns"), columns, rows)
    if rows:
        sheet.conditional_format(1, 8, len(rows), 8, {"type": "data_bar", "bar_color": "#8A94FF"})


def _promotions(book: Book, rows: Sequence[PromotionFigures]) -> None:
    t = book.words.t
    columns = (
        SheetColumn(t("Code"), lambda o: o.offer_code, width=14),
        SheetColumn(t("Offer"), lambda o: o.offer_name, width=22),
        SheetColumn(t("Campaign"), lambda o: o.campaign, width=18),
        SheetColumn(t("Sales (number)"), lambda o: o.sales, "int", 11),
        SheetColumn(t("Members"), lambda o: o.members, "int", 10),
        SheetColumn(t("Sales with promotion"), lambda o: o.sales_net, "money", 14),
        SheetColumn(t("Discount"), lambda o: o.discount, "money", 13, True),
        SheetColumn(
            t("Cost ratio"),
            lambda o: o.discount / o.sales_net if o.sales_net > 0 else None,
            "rate",
            10,
        ),
    )
    book.details(t("Promotions"), columns, rows)


def _watch(book: Book, people: Sequence[PersonRow], rows: Sequence[OverrideRow]) -> None:
    """Who did how much of what an owner looks at twice; every rule that was set aside, with the
    reason."""
    t = book.words.t
    counts = (
        SheetColumn(t("Staff"), lambda p: p.staff, width=14),
        SheetColumn(t("Bills"), lambda p: p.bills, "int", 9, True),
        SheetColumn(t("Bills taken back"), lambda p: p.undone, "int", 11, True),
        SheetColumn(t("Returns"), lambda p: p.returns, "int", 9, True),
        SheetColumn(t("Rules set aside"), lambda p: p.overrides, "int", 11, True),
        SheetColumn(t("Members added afterwards"), lambda p: p.attached, "int", 13, True),
        SheetColumn(t("Points adjusted"), lambda p: p.adjusted, "int", 11, True),
        SheetColumn(t("Bills without amount"), lambda p: p.without_amount, "int", 12, True),
        SheetColumn(t("Closed below their price"), lambda p: p.price_kept, "int", 12, True),
        SheetColumn(t("Points on the own card"), lambda p: p.own_card, "int", 12, True),
    )
    book.details(t("Staff"), counts, people)
    columns = (
        SheetColumn(t("Time"), lambda r: r.at, "stamp", 17),
        SheetColumn(t("On whose word"), lambda r: t(OVERRIDES[r.how]), width=16),
        SheetColumn(t("Staff"), lambda r: r.staff, width=12),
        SheetColumn(t("Approved by"), lambda r: r.approver, width=12),
        SheetColumn(t("Reason"), lambda r: r.reason, width=26),
        SheetColumn(t("Offer"), lambda r: r.offer, width=20),
        SheetColumn(t("Coupon"), lambda r: r.code, width=20),
        SheetColumn(t("Discount"), lambda r: r.discount, "money", 12, True),
        SheetColumn(t("Taken back"), lambda r: t("yes") if r.taken_back else "", width=10),
    )
    book.details(t("Rules set aside"), columns, rows)


def _days(book: Book, now: Figures) -> None:
    t, words = book.words.t, book.words
    columns = (
        SheetColumn(t("Date"), lambda d: d.day, "day", 12),
        SheetColumn(t("Weekday"), lambda d: words.weekday(d.day), width=9),
        SheetColumn(t("Issued"), lambda d: d.issued, "int", 10, True),
        SheetColumn(t("Redeemed"), lambda d: d.redemptions, "int", 10, True),
        SheetColumn(t("Refused scans"), lambda d: d.refused, "int", 11, True),
        SheetColumn(t("Discount"), lambda d: d.discount, "money", 13, True),
        SheetColumn(t("Sales with coupon"), lambda d: d.sales_with_coupon_net, "money", 14, True),
        SheetColumn(t("Recorded sales"), lambda d: d.recorded_net, "money", 14, True),
        SheetColumn(t("Recorded receipts"), lambda d: d.recorded_receipts, "int", 11, True),
        SheetColumn(t("Member sales"), lambda d: d.member_net, "money", 14, True),
        SheetColumn(t("New members"), lambda d: d.new_members, "int", 11, True),
        SheetColumn(
            t("Shop's net sales"), lambda d: d.shop_net, "money", 14, now.shop_net is not None
        ),
        SheetColumn(
            t("Shop's receipts"), lambda d: d.shop_receipts, "int", 11, now.shop_net is not None
        ),
    )
    book.details(t("Days"), columns, now.days)


def _pairs(book: Book, title: str, rows: Sequence[tuple[str, Any, str]], width: float = 34) -> None:
    """A sheet of named figures."""
    sheet = book.raw.add_worksheet(title)
    sheet.set_column(0, 0, width)
    sheet.set_column(1, 1, 18)
    sheet.write_string(0, 0, book.words.t("Figure"), book.head)
    sheet.write_string(0, 1, book.words.t("Result"), book.head)
    for number, (name, value, style) in enumerate(rows, 1):
        sheet.write_string(number, 0, book.words.t(name), book.styles["text"])
        book.put(sheet, number, 1, value, style)
    book.page(sheet, landscape=True)


def _members(book: Book, now: Figures) -> None:
    f = now.members
    basket = f.member_net / f.member_sales if f.member_sales else None
    other = f.other_net / f.other_sales if f.other_sales else None
    rows = [
        (m("Members at the end"), f.total, "int"),
        (m("New members"), f.new, "int"),
        (m("Members who bought"), f.buying, "int"),
        (m("Member receipts"), f.member_sales, "int"),
        (m("Member sales"), f.member_net, "money"),
        (m("Basket of members"), basket, "money"),
        (m("Basket of others"), other, "money"),
        (
            m("Members' share of recorded sales"),
            f.member_net / now.recorded_net if now.recorded_net else None,
            "rate",
        ),
        (
            m("Members' share of the shop's sales"),
            f.member_net / now.shop_net if now.shop_net else None,
            "rate",
        ),
    ]
    _pairs(book, book.words.t("Members"), rows)


def _points(book: Book, now: Figures) -> None:
    p = now.points
    rows = [
        (m("Points at the start"), p.opening, "int"),
        (m("+ earned"), p.earned, "int"),
        (m("+ opening balances and adjustments"), p.granted, "int"),
        (m("- used"), -p.used, "int"),
        (m("- expired"), -p.expired, "int"),
        (m("± reversed"), p.reversed, "int"),
        (m("= points at the end"), p.closing, "int"),
        (m("Points owed"), p.liability, "money"),
        (m("Expiring in the next month"), p.expiring_next_month, "int"),
    ]
    _pairs(book, book.words.t("Points"), rows)


def _redemptions(book: Book, rows: Sequence[Any]) -> None:
    t = book.words.t
    columns = (
        SheetColumn(t("Time"), lambda r: r.at, "stamp", 17),
        SheetColumn(t("Business date"), lambda r: r.day, "day", 12),
        SheetColumn(t("Coupon"), lambda r: r.code, width=20),
        SheetColumn(t("Offer"), lambda r: r.offer_name, width=22),
        SheetColumn(t("Member no."), lambda r: r.member_no, width=19),
        SheetColumn(t("Receipt"), lambda r: r.receipt_no, width=19),
        SheetColumn(t("Discount"), lambda r: r.discount, "money", 12),
        SheetColumn(t("Before"), lambda r: r.gross, "money", 12),
        SheetColumn(t("Paid"), lambda r: r.net, "money", 12),
        SheetColumn(t("Staff"), lambda r: r.staff, width=12),
        SheetColumn(t("Till"), lambda r: r.till, width=12),
        SheetColumn(t("Taken back"), lambda r: t("yes") if r.reversed else "", width=10),
    )
    book.details(t("Redemptions"), columns, rows)


def _definitions(book: Book) -> None:
    t = book.words.t
    sheet = book.raw.add_worksheet(t("Definitions"))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, t("Figure"), book.head)
    sheet.write_string(0, 1, t("Definition"), book.head)
    for number, (name, meaning) in enumerate(DEFINITIONS, 1):
        sheet.write_string(number, 0, t(name), book.styles["wrap"])
        sheet.write_string(number, 1, t(meaning), book.styles["wrap"])
    book.page(sheet, landscape=True)


_TIES = {
    "redemptions_offers": m("Redeemed: sum of the offers = the ledger"),
    "redemptions_days": m("Redeemed: sum of the days = the ledger"),
    "discount_offers": m("Discount: sum of the offers = the ledger"),
    "discount_days": m("Discount: sum of the days = the ledger"),
    "issued_days": m("Issued: sum of the days = the total"),
    "sales_with_coupon_days": m("Sales with coupon: sum of the days = the total"),
}


def _tie_out(book: Book, now: Figures) -> None:
    t, money = book.words.t, ("discount", "sales")
    sheet = book.raw.add_worksheet(t("Tie-out"))
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 3, 18)
    for place, title in enumerate((m("Check"), m("Report"), m("Ledger"), m("Difference"))):
        sheet.write_string(0, place, t(title), book.head)
    for number, (name, ours, theirs) in enumerate(now.tie_out, 1):
        style = "money" if name.startswith(money) else "int"
        sheet.write_string(number, 0, t(_TIES[name]), book.styles["text"])
        book.put(sheet, number, 1, ours, style)
        book.put(sheet, number, 2, theirs, style)
        difference = (ours - theirs) / (10**book.words.digits if style == "money" else 1)
        sheet.write_formula(
            number, 3, f"=B{number + 1}-C{number + 1}", book.styles[style], difference
        )
    red = book.style(bg_color="#FCE4E2", font_color="#A8150F")
    sheet.conditional_format(
        1, 3, len(now.tie_out), 3, {"type": "cell", "criteria": "!=", "value": 0, "format": red}
    )
    book.page(sheet, landscape=True)
