"""What is known of every household at a date, ours beside the plain computation: RFM scores and
stages of life."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pandas as pd

from benchmarks import measure
from storecrm.services.analytics import lifecycle, rfm
from storecrm.services.store import Store

BEFORE = date(2017, 10, 1)
"""The date at which they are looked at: everything before it has happened."""
_A_DAY = timedelta(days=1)
_A_YEAR = timedelta(days=365)
_ACTIVE, _WARNING, _DORMANT, _BACK = 30, 60, 180, 60
"""Days since the last visit up to which somebody is active, to be warned of, dormant; and of
absence after which a new visit is a return."""


def compare(owner: Store, sold: Any) -> int:
    """How many households we see otherwise than the plain computation does."""
    baskets = _baskets(sold)
    return _scores(owner, baskets) + _stages(owner, baskets)


def _baskets(sold: Any) -> Any:
    """Each basket with its day and its money, up to the date."""
    # their clock is UTC without saying so
    moments = sold["transaction_timestamp"].dt.tz_localize(None).dt.tz_localize("UTC")
    local = moments.dt.tz_convert("America/New_York")
    cents = (sold["sales_value"] * 100).round()
    who = "H" + sold["household_id"].astype(str)
    lines = pd.DataFrame({"who": who, "basket": sold["basket_id"], "cents": cents})
    lines["day"] = local.dt.date
    each = lines.groupby(["who", "basket"])
    baskets = each.agg(day=("day", "min"), cents=("cents", "sum")).reset_index()
    return baskets[baskets["day"] < BEFORE]


def _scores(owner: Store, baskets: Any) -> int:
    """Recency, frequency and money of the last year, in fifths."""
    of_year = baskets[baskets["day"] >= BEFORE - _A_YEAR].groupby("who")
    year = of_year.agg(last=("day", "max"), visits=("basket", "nunique"), cents=("cents", "sum"))
    figures = {"r": year["last"].map(pd.Timestamp), "f": year["visits"], "m": year["cents"]}
    for letter, figure in figures.items():
        # those who are equal share the worse place
        worse = figure.rank(method="min").astype(int) - 1
        year[letter] = 1 + (5 * worse) // len(year)
    with measure.spent() as ours, owner.read() as session:
        every = rfm.every(session, owner, BEFORE)
        found = {row.member_no: (row.r, row.f, row.m) for row in every}
    rows = zip(year.index, year.itertuples(), strict=True)
    plain = {who: (row.r, row.f, row.m) for who, row in rows}
    wrong = sum(found.get(who) != scores for who, scores in plain.items())
    wrong += len(set(found) - set(plain))
    print(
        f"RFM at {BEFORE}: {len(found)} households, {ours.cpu:.2f} s CPU;"
        f" {wrong} differ from the plain computation"
    )
    return wrong


def _stages(owner: Store, baskets: Any) -> int:
    stages = Counter[str]()
    for _, days in baskets.groupby("who")["day"]:
        ago = sorted({(BEFORE - _A_DAY - day).days for day in days})
        stages[_stage(ago)] += 1
    mine = {stage.name: stage.members for stage in lifecycle.overview(owner, before=BEFORE)}
    # who never bought is in no table of theirs
    mine.pop("prospect", None)
    print(f"stages at {BEFORE}: {mine} | {dict(stages)}")
    return sum(mine[name] != stages[name] for name in mine)


def _stage(ago: list[int]) -> str:
    """The stage of somebody who came so many days ago, the last visit first."""
    last, first = ago[0], ago[-1]
    if last > _DORMANT:
        return "lost"
    if last >= _WARNING:
        return "dormant"
    if last > _ACTIVE:
        return "warning"
    old = [day for day in ago if day > _ACTIVE]
    fresh = [day for day in ago if day <= _ACTIVE]
    if old and min(old) - max(fresh) >= _BACK:
        return "back"
    return "new" if first <= _ACTIVE else "active"
