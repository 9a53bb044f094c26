"""Lists as any system may write them come back as they were meant: encodings, signs between cells, decimal signs, orders of day and month, line
ends inside cells, words for nothing, names in two columns. Where one cell is spoilt, this cell is named and no other."""

import csv
import datetime
import os
import random

import pytest

from storecrm.services.keeping import reader, shaping, telling
from storecrm.services.keeping.loaders import LOADERS
from storecrm.services.keeping.mappings import FileMapping, Reading
from storecrm.services.keeping.tables import Cells
from tests.services.test_text_files import rows_in

LISTS = 2000 if os.environ.get("STORECRM_SOAK") else 150
LATIN, HANS, HANT, KANA = (
    "Ana Bob Zoe Lee Max",
    "李梅 王强 张伟 刘洋 陈静",
    "陳文 李龍 張偉 劉洋 黃靜",
    "さくら はなこ たろう けんじ ゆうこ",
)
ENCODINGS = {
    "utf-8": LATIN + " " + HANS, "utf-8-sig": HANS + " " + KANA, "utf-16": HANT + " " + LATIN, "gb18030": HANS, "big5": HANT,
    "cp1252": "Jörg Zoë Grün Renée Böll", "shift_jis": KANA,
}  # fmt: skip
SEPARATORS = ",;\t|"
DAYS = {
    "iso": "{y:04d}-{m:02d}-{d:02d}", "dotted": "{d:02d}.{m:02d}.{y:04d}", "american": "{m}/{d}/{y:04d}", "short": "{d}/{m}/{s:02d}",
    "words": "{d} {name} {y:04d}", "slashed": "{y:04d}/{m}/{d}",
}  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
AMOUNTS = (("", "."), (",", "."), (".", ","))
SPOILT = {
    "phone": ("12", "#N/A"), "gender": ("robot", "#REF!"), "birthday": ("1990-13-45", "#VALUE!"), "email": ("nobody", "#N/A"),
    "registered_on": ("2026-02-30", "99/99/2026", "#NUM!"), "spent_to_date": ("12..5", "much", "#DIV/0!"), "points": ("1.5", "many", "#FORMULA?"),
}  # fmt: skip
TODAY = datetime.date(2026, 11, 26)


class Sample:
    """A list: its lines as a system writes them, and what each row means."""

    def __init__(self, seed):
        self.chance = chance = random.Random(seed)
        self.encoding = chance.choice(tuple(ENCODINGS))
        self.sign = chance.choice(SEPARATORS)
        self.group, self.point = chance.choice(AMOUNTS)
        self.way = chance.choice(tuple(DAYS))
        self.joined = chance.random() < 0.5
        self.words = ENCODINGS[self.encoding].split()
        self.nothing = chance.choice(("-", "NULL", "n/a", "N/A", "--", "null"))
        names = ["First Name", "Last Name"] if self.joined else ["name"]
        self.titles = ["phone", *names, "gender", "birthday", "email", "registered_on", "spent_to_date", "points", "note"]
        self.rows, self.meant = [], []
        for at in range(chance.choice((1, 4, 12, 40))):
            self.add(at)
        self.spoilt = self.spoil() if seed % 3 == 0 else None

    def add(self, at):
        chance = self.chance
        given, family = chance.choice(self.words), chance.choice(self.words)
        east = family[0] > "\u3000"
        name = family + given if east else f"{given} {family}"
        cents, count = chance.randrange(100_000_000), chance.choice((0, 7, 12_345))
        day = datetime.date(2000 + chance.randrange(24), chance.randrange(1, 13), chance.randrange(1, 29))
        born = datetime.date(1950 + chance.randrange(40), chance.randrange(1, 13), chance.randrange(1, 29))
        email = f"a{at}@example.com" if chance.random() < 0.5 else ""
        between = chance.choice(("\n", "\r\n", self.sign, " "))
        note = f"first{between}second" if chance.random() < 0.5 else ""
        self.meant.append((f"+86138{at:08d}", name, chance.choice("fm"), born, email, day, cents, count, " ".join(note.split())))
        cells = {
            "phone": f"138{at:08d}", "name": name, "First Name": given, "Last Name": family, "gender": {"f": "female", "m": "M"}[self.meant[-1][2]],
            "birthday": born.isoformat(), "email": email or chance.choice(("", self.nothing)), "registered_on": self.day(day),
            "spent_to_date": self.money(cents), "points": str(count) if count else chance.choice(("0", self.nothing)), "note": note,
        }  # fmt: skip
        self.rows.append([cells[title] for title in self.titles])

    def day(self, day):
        return DAYS[self.way].format(y=day.year, m=day.month, d=day.day, s=day.year % 100, name=MONTHS[day.month - 1])

    def money(self, cents):
        whole = f"{cents // 100:,}".replace(",", self.group)
        return f"{whole}{self.point}{cents % 100:02d}"

    def spoil(self):
        column = self.chance.choice(tuple(SPOILT))
        at = self.chance.randrange(len(self.rows))
        self.rows[at][self.titles.index(column)] = self.chance.choice(SPOILT[column])
        return at + 2, column

    def write(self, file):
        with file.open("w", encoding=self.encoding, newline="") as target:
            csv.writer(target, delimiter=self.sign, lineterminator=self.chance.choice(("\n", "\r\n"))).writerows([self.titles, *self.rows])

    @property
    def reading(self):
        """What a person has to say: the order of the month where no day is above twelve, the decimal sign where it is a comma."""
        order = {"dotted": "dmy", "american": "mdy", "short": "dmy"}.get(self.way, "")
        open_ = all(row[5].day <= 12 for row in self.meant) or self.way == "short" or self.spoilt is not None
        return Reading(days=order if open_ else "", decimal="," if self.point == "," and self.chance.random() < 0.5 else "")


def taken(store, sample, frame):
    """The people of a frame as an import reads them, and its problems."""
    cells = Cells(store.clock.zone, store.clock.zone, store.shop.digits)
    loader = LOADERS["members"](store, cells, "fill", False)
    told = telling.tell("members", frame, mapping=FileMapping())
    shaper = shaping.of("members", told, sample.reading, shop=store.shop, today=TODAY, say=loader.problem)
    loader.columns = shaper.columns
    shaper.unsettled(frame[told.header :])
    people = loader.parse(shaper.shape([(at, row) for at, row in enumerate(frame, 1) if at > told.header]))
    return dict(people), [(problem.row, problem.column) for problem in loader.problems]


def figures(person):
    born = datetime.date.fromisoformat(person.birthday)
    day, spent = person.registered_on, person.spent
    return person.phone, person.name, person.gender, born, person.email, day, spent, person.points or 0, person.note


@pytest.mark.parametrize("part", range(10))
def test_a_list_of_any_system_comes_back_as_it_was_meant(manager, tmp_path, part):
    file = tmp_path / "list.csv"
    for seed in range(part, LISTS, 10):
        sample = Sample(seed)
        sample.write(file)
        _, frame = rows_in(file, sample.encoding)
        assert frame[0] == sample.titles, seed
        people, problems = taken(manager, sample, frame)
        assert problems == ([sample.spoilt] if sample.spoilt else []), seed
        wanted = {at: row for at, row in enumerate(sample.meant, 2) if sample.spoilt is None or at != sample.spoilt[0]}
        assert {at: figures(person) for at, person in people.items()} == wanted, seed


def test_the_child_reads_such_a_list_as_the_test_does(tmp_path):
    """The lists above are read in this process, which is quicker; a file is read by the guarded child the same."""
    file = tmp_path / "list.csv"
    for seed in range(3):
        sample = Sample(seed)
        sample.write(file)
        with reader.rows_of(file, sample.encoding) as frames:
            assert next(iter(frames)) == rows_in(file, sample.encoding)[1]
