"""Birthdays by the lunar calendar fall on their own date each year, wherever a birthday is asked
for."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from storecrm.domain import birthdays
from storecrm.errors import BadInput, ImportRejected
from storecrm.i18n import Catalogue
from storecrm.services.analytics import segments
from storecrm.services.exports import files
from storecrm.services.imports import run
from storecrm.services.members import duplicates, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.till import coupon_check, open_bill
from storecrm.values import Money
from tests import build

LUNAR = birthdays.LUNAR


def stand(wall, day):
    wall.at = int(datetime(day.year, day.month, day.day, 4, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("birthday", "year", "days"),
    [
        ("01-01", 2026, [date(2026, 2, 17)]),
        ("08-15", 2025, [date(2025, 10, 6)]),
        (
            "1990-06-15",
            2025,
            [date(2025, 7, 9)],
        ),  # 2025 has a leap sixth month: the birthday is in the first of the two
        ("12-30", 2026, [date(2026, 2, 16)]),  # that month had 29 days: the last of them
        ("12-30", 2025, [date(2025, 1, 28)]),  # that one too
        ("11-20", 2025, []),
        ("11-29", 2024, [date(2024, 1, 10), date(2024, 12, 29)]),
    ],
)
def test_a_lunar_birthday_falls_on_its_date(birthday, year, days):
    """Checked against printed calendars; the leap month and the short months are decided here."""
    assert list(birthdays.falls_in(birthday, LUNAR, year)) == days


@pytest.mark.parametrize(
    ("said", "calendar", "kept"),
    [
        ("农历5-17", "", ("05-17", LUNAR)),
        ("农历 1990年2月30日", "", ("1990-02-30", LUNAR)),
        ("农历八月十五", "", ("08-15", LUNAR)),
        ("阴历：腊月廿三", "", ("12-23", LUNAR)),
        ("lunar 1990-05-17", "", ("1990-05-17", LUNAR)),
        ("1990-05-17", LUNAR, ("1990-05-17", LUNAR)),
        ("公历5月17日", LUNAR, ("05-17", birthdays.SOLAR)),
        ("", LUNAR, ("", birthdays.SOLAR)),
    ],
)
def test_a_birthday_is_read_as_it_is_said(said, calendar, kept):
    """A cashier writes what the customer says."""
    assert birthdays.read(said, calendar) == kept


@pytest.mark.parametrize(
    "wrong", ["农历13-01", "农历2-31", "农历1990-01-30", "农历", "农历九月三十一", "2-30"]
)
def test_a_day_that_no_month_has_is_refused(wrong):
    """The first month of 1990 had 29 days; an empty one is none."""
    if wrong == "农历":
        assert birthdays.read(wrong) == ("", birthdays.SOLAR)
        return
    with pytest.raises(BadInput, match="birthday"):
        birthdays.read(wrong)


@pytest.mark.both
def test_every_place_that_asks_knows_the_calendar(manager, wall):
    """The coupon for the birthday, the list of the month and the age: each by the date on which it
    falls this year."""
    lunar = registry.register(
        manager, new=NewMember(phone="13800138000", name="李", birthday="农历1990-08-15")
    )
    solar = registry.register(
        manager, new=NewMember(phone="13900139000", name="王", birthday="1990-08-15")
    )
    assert (lunar.birthday, lunar.birthday_type, solar.birthday_type) == (
        "1990-08-15",
        LUNAR,
        "solar",
    )
    build.offer(
        manager,
        "BDAY",
        kind="amount_off",
        value="5",
        min_spend=None,
        valid_days=400,
        birthday="day",
    )
    build.issued(manager, "BDAY", to=(lunar.member_no, solar.member_no))

    def takes(who):
        return any(
            one.discount
            for one in coupon_check.usable(manager, member=who.member_no, amount=Money(5_000))
        )

    # in 2027 the 15th of the eighth month is 15 September
    for day, expected in (
        (date(2027, 8, 16), (False, True)),
        (date(2027, 9, 14), (True, False)),
        (date(2027, 9, 23), (False, False)),
    ):
        stand(wall, day)
        assert (takes(lunar), takes(solar)) == expected, day
        months = segments.count(
            manager, rule={"field": "birthday_month", "op": "=", "value": "this"}
        )
        assert months == 1
    stand(wall, date(2027, 9, 14))
    older = {"field": "age", "op": ">=", "value": 37}
    assert segments.count(manager, rule=older) == 1
    stand(wall, date(2027, 9, 15))
    assert segments.count(manager, rule=older) == 2


def test_a_lunar_child_needs_a_guardian_by_the_date_of_birth(manager, wall):
    """Born in the twelfth month of 2012 is born in January 2013."""
    stand(wall, date(2026, 12, 30))
    with pytest.raises(BadInput, match="guardian_missing"):
        registry.register(manager, new=NewMember(phone="13800138000", birthday="农历2012-12-20"))
    assert (
        registry.register(
            manager, new=NewMember(phone="13800138000", birthday="农历2012-10-20")
        ).birthday_type
        == LUNAR
    )


def test_a_lunar_birthday_comes_back_from_an_export(owner, tmp_path):
    """What is exported and read again is the same birthday, not the same figures in another
    calendar."""
    registry.register(owner, new=NewMember(phone="13800138000", name="李", birthday="农历05-17"))
    file = tmp_path / "members.csv"
    files.export(owner, kind="members", file=file, words=Catalogue("en"))
    [row] = csv.DictReader(file.read_text("utf-8-sig").splitlines())
    assert (row["birthday"], row["birthday_type"]) == ("05-17", LUNAR)
    assert run.load(owner, kind="members", path=file).unchanged == 1
    assert open_bill.record(owner, amount=Money(100), member=row["member_no"]).net == 100


def test_two_calendars_are_compared_by_the_date_of_birth(manager):
    """The same figures in two calendars are two birthdays; the same day in two calendars is one."""
    born = duplicates.MergeCandidate(
        1, "1", "李小梅", "", "1990-08-15", "", date(2026, 1, 1), LUNAR
    )
    same_day = replace(born, id=2, birthday="1990-10-03", calendar=birthdays.SOLAR)
    same_figures = replace(born, id=3, calendar=birthdays.SOLAR)
    assert duplicates.compare(born, same_day) == ("name_birthday", 95)
    assert duplicates.compare(born, same_figures) is None
    assert duplicates.compare(replace(born, birthday="08-15"), same_figures) == (
        "similar",
        duplicates.compare(replace(born, birthday=""), same_figures)[1],
    )


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ("农历8-15,", ("08-15", LUNAR)),
        ("1990-02-30,农历", ("1990-02-30", LUNAR)),
        ("02-30,lunar", ("02-30", LUNAR)),
        ("农历八月十五,农历", ("08-15", LUNAR)),
        ("1990-05-17,", ("1990-05-17", "solar")),
    ],
)
def test_a_list_brings_lunar_birthdays(owner, tmp_path, cells, kept):
    """The calendar stands in the cell or in one beside it; the 30th of a second month is no mistake
    there."""
    file = tmp_path / "members.csv"
    file.write_text(f"phone,birthday,birthday_type\n13800138000,{cells}\n", "utf-8")
    run.load(owner, kind="members", path=file)
    who = registry.show(owner, member="13800138000")
    assert (who.birthday, who.birthday_type) == kept


def test_a_day_that_the_common_calendar_lacks_is_a_problem(owner, tmp_path):
    """30 February without a word of the calendar is a slip of the pen."""
    file = tmp_path / "members.csv"
    file.write_text("phone,birthday\n13800138000,1990-02-30\n", "utf-8")
    with pytest.raises(ImportRejected):
        run.load(owner, kind="members", path=file)
