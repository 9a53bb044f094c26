"""Days as other systems write them: a column settles what a cell leaves open."""

import pytest

from storecrm.services.imports.day_formats import Days
from storecrm.values import Day


def test_the_days_of_a_column_say_which_figure_is_the_month():
    """One day above twelve settles it; two that contradict each other settle nothing, and each then
    stands for itself."""
    found = {}
    for name, cells in {
        "us": ["10/28/26", "03/04/26"],
        "eu": ["28.10.2026", "03.04.2026"],
        "short": ["26/10/28", "26/03/04"],
    }.items():
        read = Days(Day(2026, 11, 26), past=True)
        read.see(cells)
        found[name] = [read.day(cell) for cell in cells]
    assert found == {
        "us": ["2026-10-28", "2026-03-04"],
        "eu": ["2026-10-28", "2026-04-03"],
        "short": ["2026-10-28", "2026-03-04"],
    }
    torn = Days(Day(2026, 11, 26))
    torn.see(["28/10/2026", "10/28/2026", "03/04/26"])
    assert (torn.day("28/10/2026"), torn.day("10/28/2026")) == ("2026-10-28", "2026-10-28")
    with pytest.raises(ValueError, match="date_ambiguous"):
        torn.day("03/04/26")
    said = Days(Day(2026, 11, 26), "mdy")
    with pytest.raises(ValueError, match="not_date"):
        said.day("28/10/2026")


def test_a_birthday_without_year_says_nothing_of_full_dates():
    """5.17 is how days are written from east to west; whether 03/04/1985 is in March or in April it
    does not tell."""
    days = Days(Day(2026, 11, 26), born=True)
    days.see(["5.17", "03/04/1985"])
    assert (days.day("03/04/1985"), days.day("5.6")) == ("03/04/1985", "5.6")
    settled = Days(Day(2026, 11, 26), born=True)
    settled.see(["17/4/1985", "6.5"])
    assert (settled.day("03/04/1985"), settled.day("6.5")) == ("1985-04-03", "05-06")
