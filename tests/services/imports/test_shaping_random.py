"""Lists as any system may write them come back as they were meant: encodings, signs between cells,
decimal signs, orders of day and month, line ends inside cells, words for nothing, names in two
columns. Where one cell is spoilt, this cell is named and no other."""

import datetime
import os

import pytest

from storecrm.services.imports import column_matching, reader, shaping
from storecrm.services.imports.cells import Cells
from storecrm.services.imports.loaders.kinds import LOADERS
from storecrm.services.imports.mappings import FileMapping
from tests.lists import Written
from tests.services.imports.formats.test_text_encoding import rows_in

LISTS = 2000 if os.environ.get("STORECRM_SOAK") else 150
SPOILT = {
    "phone": ("12", "#N/A"), "gender": ("robot", "#REF!"), "birthday": ("1990-13-45", "#VALUE!"), "email": ("nobody", "#N/A"),
    "registered_on": ("2026-02-30", "99/99/2026", "#NUM!"), "spent_to_date": ("12..5", "much", "#DIV/0!"), "points": ("1.5", "many", "#FORMULA?"),
}  # fmt: skip
TODAY = datetime.date(2026, 11, 26)


class Sample(Written):
    """A list: its lines as a system writes them, and what each row means."""

    def __init__(self, seed):
        super().__init__(seed)
        chance = self.chance
        names = ["First Name", "Last Name"] if self.joined else ["name"]
        self.titles = [
            "phone",
            *names,
            "gender",
            "birthday",
            "email",
            "registered_on",
            "spent_to_date",
            "points",
            "note",
        ]
        for at in range(chance.choice((1, 4, 12, 40))):
            self.add(at)
        self.dates = [row[5] for row in self.meant]
        self.spoilt = self.spoil(SPOILT) if seed % 3 == 0 else None

    def add(self, at):
        chance = self.chance
        given, family = chance.choice(self.words), chance.choice(self.words)
        east = family[0] > "\u3000"
        name = family + given if east else f"{given} {family}"
        cents, count = chance.randrange(100_000_000), chance.choice((0, 7, 12_345))
        day = datetime.date(
            2000 + chance.randrange(24), chance.randrange(1, 13), chance.randrange(1, 29)
        )
        born = datetime.date(
            1950 + chance.randrange(40), chance.randrange(1, 13), chance.randrange(1, 29)
        )
        email = f"a{at}@example.com" if chance.random() < 0.5 else ""
        between = chance.choice(("\n", "\r\n", self.sign, " "))
        note = f"first{between}second" if chance.random() < 0.5 else ""
        self.meant.append(
            (
                f"+86138{at:08d}",
                name,
                chance.choice("fm"),
                born,
                email,
                day,
                cents,
                count,
                " ".join(note.split()),
            )
        )
        cells = {
            "phone": f"138{at:08d}", "name": name, "First Name": given, "Last Name": family, "gender": {"f": "female", "m": "M"}[self.meant[-1][2]],
            "birthday": born.isoformat(), "email": email or chance.choice(("", self.nothing)), "registered_on": self.day(day),
            "spent_to_date": self.money(cents), "points": str(count) if count else chance.choice(("0", self.nothing)), "note": note,
        }  # fmt: skip
        self.rows.append([cells[title] for title in self.titles])


def taken(store, sample, frame):
    """The people of a frame as an import reads them, and its problems."""
    cells = Cells(store.clock.zone, store.clock.zone, store.shop.digits)
    loader = LOADERS["members"](store, cells, "fill", False)
    told = column_matching.tell("members", frame, mapping=FileMapping())
    shaper = shaping.of(
        "members", told, sample.reading, shop=store.shop, today=TODAY, say=loader.problem
    )
    loader.columns = shaper.columns
    shaper.unsettled(frame[told.header :])
    people = loader.parse(
        shaper.shape([(at, row) for at, row in enumerate(frame, 1) if at > told.header])
    )
    return dict(people), [(problem.row, problem.column) for problem in loader.problems]


def figures(person):
    born = datetime.date.fromisoformat(person.birthday)
    day, spent = person.registered_on, person.spent_to_date
    return (
        person.phone,
        person.name,
        person.gender,
        born,
        person.email,
        day,
        spent,
        person.points or 0,
        person.note,
    )


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
        wanted = {
            at: row
            for at, row in enumerate(sample.meant, 2)
            if sample.spoilt is None or at != sample.spoilt[0]
        }
        assert {at: figures(person) for at, person in people.items()} == wanted, seed


def test_the_child_reads_such_a_list_as_the_test_does(tmp_path):
    """The lists above are read in this process, which is quicker; a file is read by the guarded
    child the same."""
    file = tmp_path / "list.csv"
    for seed in range(3):
        sample = Sample(seed)
        sample.write(file)
        with reader.rows_of(file, sample.encoding) as frames:
            assert next(iter(frames)) == rows_in(file, sample.encoding)[1]
