"""A grocer's years of receipts coming in: 1.47 million lines against the driver's own executemany
of the same rows, and the memory it takes."""

import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import measure, store
from storecrm import compose
from storecrm.errors import ImportRejected
from storecrm.services.imports import run
from storecrm.services.staff import accounts

LINES, MEMBERS, ARTICLES, UNKNOWN = 1_470_000, 60_000, 4_000, 5_000
Row = tuple[str, str, str, str, int, int]
"""Receipt, time, member, article, pieces, amount in cents."""


def receipts() -> None:
    """Import of sales."""
    folder = Path(tempfile.mkdtemp(prefix="storecrm-receipts-"))
    clean = _file(folder / "sales.csv", _rows(0))
    holed = _file(folder / "holed.csv", _rows(UNKNOWN))
    limit = _driver()
    ours = _imported(clean)
    measure.ratio(f"import of {LINES:,} lines of sales, written", ours, limit, "<= 3")
    _imported(holed)


def _rows(unknown: int) -> Iterator[Row]:
    """Receipts of one to twenty lines over three years; `unknown` lines name one of 20 articles
    that no list holds."""
    chance = random.Random(14)
    line = 0
    receipt = 0
    lost = set(chance.sample(range(LINES), unknown))
    while line < LINES:
        receipt += 1
        # five lines a receipt on average, over the 16 hours of 1,095 days
        day, minute = divmod(receipt * 1_095 * 960 // (LINES // 5), 960)
        year, of_year = divmod(day, 365)
        month, of_month = divmod(of_year, 31)
        date = f"{2023 + year}-{month + 1:02d}-{of_month % 28 + 1:02d}"
        time = f"{date} {7 + minute // 60:02d}:{minute % 60:02d}:{receipt % 60:02d}"
        member = f"M{chance.randrange(MEMBERS):06d}" if chance.random() < 0.6 else ""
        for _ in range(min(LINES - line, 1 + int(chance.expovariate(0.25)))):
            article = _unknown(chance) if line in lost else _article(chance)
            pieces = 1 + (chance.random() < 0.1)
            cents = chance.randrange(100, 9_000)
            yield f"T1-{receipt:07d}", time, member, article, pieces, cents
            line += 1


def _unknown(chance: random.Random) -> str:
    return f"X{chance.randrange(20)}"


def _article(chance: random.Random) -> str:
    """A few articles are sold most of the time."""
    number = int(ARTICLES * chance.random() ** 2)
    return f"A{number:05d}"


def _file(path: Path, rows: Iterator[Row]) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.write("小票号,销售时间,会员号,货号,数量,金额\n")
        out.writelines(
            f"{no},{at},{who},{sku},{pieces},{cents // 100}.{cents % 100:02d}\n"
            for no, at, who, sku, pieces, cents in rows
        )
    return path


def _shop() -> Any:
    """A shop that knows these members and articles."""
    owner = store.fresh()
    raw = store.raw(owner.name)
    raw.execute("BEGIN IMMEDIATE")
    member = (
        "INSERT INTO member (id, member_no, name, gender, birthday, birthday_type,"
        " email, note, tier, state, registered_on, recorded_at)"
        " VALUES (?, ?, '', '', '', 'solar', '', '', '', 'live', '2020-01-01', 0)"
    )
    raw.executemany(member, ((n + 1, f"M{n:06d}") for n in range(MEMBERS)))
    raw.executemany(
        "INSERT INTO scannable VALUES (?, 'member', ?)",
        ((f"m{n:06d}", n + 1) for n in range(MEMBERS)),
    )
    article = (
        "INSERT INTO product (id, sku, barcode, name, category, brand, no_points)"
        " VALUES (?, ?, '', ?, '', '', 0)"
    )
    raw.executemany(article, ((n + 1, f"A{n:05d}", f"Article {n}") for n in range(ARTICLES)))
    raw.execute("COMMIT")
    raw.close()
    return owner


def _driver() -> measure.Spent:
    """The same rows, ready made, through the driver alone, ten thousand lines in a transaction."""
    owner, sales, lines = _shop(), list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for no, at, who, sku, pieces, cents in _rows(0):
        if not sales or sales[-1][1] != no:
            sales.append([len(sales) + 1, no, int(who[1:]) + 1 if who else None, at[:10], 0])
        sales[-1][4] += cents
        lines.append((len(sales), len(lines) % 1000, int(sku[1:]) + 1, pieces * 1000, cents))
    head = (
        "INSERT INTO sale (id, receipt_no, member_id, business_date, gross, net, store, channel,"
        " state, discount, points_paid, no_points, trace, closed_by, occurred_at, touched_at,"
        " recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5, 'Bench', 'store', 'posted', 0, 0, 0, '[]',"
        " 'import', 0, 0, 0)"
    )
    line = (
        "INSERT INTO sale_line (sale_id, line_no, product_id, quantity, discount, amount)"
        " VALUES (?, ?, ?, ?, 0, ?)"
    )
    raw = store.raw(owner.name)
    with measure.spent() as found:
        _executed(raw, head, sales)
        _executed(raw, line, lines)
    raw.close()
    return found


def _executed(raw: Any, statement: str, rows: list[tuple[Any, ...]]) -> None:
    for at in range(0, len(rows), 10_000):
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany(statement, rows[at : at + 10_000])
        raw.execute("COMMIT")


def _imported(file: Path) -> measure.Spent:
    """In a process of its own, so that its memory is its own."""
    owner = _shop()
    words = [
        sys.executable,
        "-c",
        "from benchmarks import receipts; receipts.load()",
        owner.name,
        str(file),
    ]
    with measure.spent() as found:
        subprocess.run(words, check=True)
    return found


def load() -> None:
    """What the process of its own does."""
    name, file = sys.argv[1:]
    owner = accounts.sign_in(compose.open_store(name), name="O", pin="860274", till="T")
    try:
        done = run.load(owner, kind="sales", path=Path(file))
        print(f"  {done.created:,} lines", end=", ")
    except ImportRejected as error:
        print(f"  {len(error.problems):,} problems said", end=", ")
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1000
    print(f"memory {_most()} + {child} MB (goal <= 400)")


def _most() -> int:
    """The most memory that this process had, in MB: ru_maxrss counts what whoever started it had
    then."""
    words = Path("/proc/self/status").read_text().split()
    return int(words[words.index("VmHWM:") + 1]) // 1000
