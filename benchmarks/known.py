"""Knowing members: RFM of everybody and every built-in segment, against one scan of the sales. The
store is as the program keeps it: the day's housekeeping has seen it, as on any morning, and summed
the figures up; before that, RFM is measured once without them."""

import random
from datetime import date, timedelta

from benchmarks import measure, store
from storecrm.services.analytics import rfm, segments
from storecrm.services.housekeeping import daily
from storecrm.services.store import Store

MEMBERS, SALES = 100_000, 1_000_000


def _filled() -> Store:
    """Members with a few sales each over two years, as the tables keep them."""
    owner, chance = store.fresh(), random.Random(7)
    raw, today = store.raw(owner.name), owner.clock.today()
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("BEGIN IMMEDIATE")
    raw.executemany(
        "INSERT INTO member (id, member_no, phone, name, gender, birthday, birthday_type,"
        " email, note, tier, state, registered_on, recorded_at)"
        " VALUES (?, ?, ?, '', '', '', 'solar', '', '', '', 'live', ?, 0)",
        (
            (
                n,
                f"B{n}",
                f"+861{n:010d}",
                (today - timedelta(days=chance.randrange(900))).isoformat(),
            )
            for n in range(1, MEMBERS + 1)
        ),
    )
    raw.executemany(
        "INSERT INTO sale (id, receipt_no, store, channel, member_id, state, business_date,"
        " occurred_at, touched_at, recorded_at, gross, discount, points_paid, net, no_points,"
        " trace, closed_by)"
        " VALUES (?, ?, 'S', 'store', ?, 'posted', ?, 0, 0, 0, ?, 0, 0, ?, 0, '[]', 'whole')",
        (
            (n, f"R{n}", int(MEMBERS * chance.random() ** 2) + 1, _day(today, chance), net, net)
            for n, net in ((n, chance.randrange(100, 20_000)) for n in range(1, SALES + 1))
        ),
    )
    raw.execute("COMMIT")
    raw.close()
    return owner


def _day(today: date, chance: random.Random) -> str:
    return (today - timedelta(days=chance.randrange(730))).isoformat()


def known() -> None:
    """RFM and the lists of the members page."""
    owner = _filled()
    raw = store.raw(owner.name)
    scan = (
        "SELECT count(*), max(business_date), sum(net) FROM sale NOT INDEXED WHERE state = 'posted'"
    )
    limit = measure.times(3, lambda _: raw.execute(scan).fetchall())
    fresh = measure.times(3, lambda _: rfm.overview(owner))
    scans = fresh.cpu / limit.cpu
    print(f"  before any housekeeping: {scans:.2f} times a scan, {fresh.cpu / 3:.2f} s CPU")
    with measure.spent() as house:
        daily.keep_house(owner)
    print(f"  the day's housekeeping: {house.cpu:.2f} s CPU")
    ours = measure.times(3, lambda _: rfm.overview(owner))
    measure.ratio(f"RFM of {MEMBERS:,} members over {SALES:,} sales, 3 times", ours, limit, "<= 7")
    for code in segments.BUILT_IN:
        with measure.spent() as one:
            count = segments.count(owner, code=code)
        print(f"  segment {code}: {count:,} members, {one.cpu:.2f} s CPU")
    raw.close()
