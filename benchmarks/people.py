"""Bringing members in, and finding who is there twice: 100,000 rows against calamine reading alone,
200,000 members compared in blocks."""

import random
import tempfile
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks import measure, store
from storecrm.services.imports import run
from storecrm.services.members import duplicates

ROWS, MEMBERS = 100_000, 200_000
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红建国"


def _name(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(
        chance.choice(_GIVEN) for _ in range(chance.choice((1, 2, 2)))
    )


_NARROW = ["手机号", "姓名", "生日", "注册日期", "累计消费"]
_WIDE = ["会员卡号", *_NARROW, "性别", "会员等级", "积分", "到店次数", "最近到店", "备注"]


def people() -> None:
    """The import of lists of members, and the search for duplicates."""
    for titles, goal in ((_NARROW, "<= 8"), (_WIDE, "<= 7")):
        file = _list(titles)
        # by turns, and the least of three: what else the machine does comes on top
        pairs = [(_read(file), _taken_in(file)) for _ in range(3)]
        reading, ours = (
            min(part, key=lambda spent: spent.cpu) for part in zip(*pairs, strict=True)
        )
        measure.ratio(
            f"import of 100,000 members, {len(titles)} columns, guarded, written",
            ours,
            reading,
            goal,
        )
    _twice()


def _list(titles: list[str]) -> Path:
    """A list as an old system exports it: numbers as numbers, days as text, a note now and then."""
    chance, file = (
        random.Random(11),
        Path(tempfile.mkdtemp(prefix="storecrm-people-")) / "members.xlsx",
    )
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, titles)
    for row in range(1, ROWS):
        born = (
            f"{chance.randrange(1950, 2008)}/{chance.randrange(1, 13)}/{chance.randrange(1, 29)}"
            if chance.random() < 0.45
            else ""
        )
        cells = {
            "会员卡号": f"88{row:06d}",
            "手机号": 13_000_000_000 + row * 7,
            "姓名": _name(chance),
            "生日": born,
            "注册日期": f"20{chance.randrange(15, 26)}-05-17",
            "累计消费": chance.randrange(1_000_000) / 100,
            "性别": chance.choice("男女"),
            "会员等级": chance.choice(("普通", "银卡", "金卡")),
            "积分": chance.randrange(3000),
            "到店次数": chance.randrange(1, 90),
            "最近到店": f"2026-{chance.randrange(1, 10):02d}-{chance.randrange(1, 29):02d}",
            "备注": "爱喝茶" if chance.random() < 0.1 else "",
        }
        sheet.write_row(row, 0, [cells[title] for title in titles])
    book.close()
    return file


def _read(file: Path) -> measure.Spent:
    with measure.spent() as found:
        for _ in CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).iter_rows():
            pass
    return found


def _taken_in(file: Path) -> measure.Spent:
    owner = store.fresh()
    with measure.spent() as found:
        done = run.load(owner, kind="members", path=file)
    print(f"  {done.created:,} members, {done.totals}")
    return found


def _born(chance: random.Random) -> str:
    year, month = chance.randrange(1950, 2008), chance.randrange(1, 13)
    return f"{year}-{month:02d}-{chance.randrange(1, 29):02d}"


def _twice() -> None:
    owner, chance = store.fresh(), random.Random(12)
    raw = store.raw(owner.name)
    raw.execute("BEGIN IMMEDIATE")
    rows = []
    for number in range(MEMBERS):
        born = _born(chance) if chance.random() < 0.45 else ""
        phone = f"+861{chance.choice((38, 39, 37, 59, 86))}{chance.randrange(10**8):08d}"
        rows.append((f"B{number}", phone, _name(chance), born))
    statement = (
        "INSERT INTO member (member_no, phone, name, gender, birthday, birthday_type,"
        " email, note, tier, state, registered_on, recorded_at)"
        " VALUES (?, ?, ?, '', ?, 'solar', '', '', '', 'live', '2026-01-01', 0)"
        " ON CONFLICT DO NOTHING"
    )
    raw.executemany(statement, rows)
    raw.execute("COMMIT")
    scan = (
        "SELECT id, member_no, name, phone, birthday, email, registered_on"
        " FROM member WHERE state = 'live'"
    )
    limit = measure.times(1, lambda _: raw.execute(scan).fetchall())
    with measure.spent() as ours:
        found = duplicates.groups(owner)
    print(f"  {len(found):,} groups among {MEMBERS:,} members")
    measure.ratio(
        "likely duplicates of 200,000 members against reading them", ours, limit, "seconds"
    )
    raw.close()
