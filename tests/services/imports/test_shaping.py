"""Rows of other systems under our columns: what is joined, how cells are read, what is left out,
and what is refused rather than guessed."""

import pytest
from sqlalchemy import text

from storecrm.errors import BadFile, BadInput, ImportRejected
from storecrm.services.imports import column_matching, mappings, preview, run
from storecrm.services.imports.day_formats import order_of
from storecrm.services.imports.mappings import FileMapping, Reading
from storecrm.services.imports.options import ImportOptions
from storecrm.services.members import registry


def load(store, tmp_path, body, kind="members", **how):
    file = tmp_path / "list.csv"
    file.write_text(body, "utf-8")
    return run.load(store, kind=kind, path=file, how=ImportOptions(**how))


def refused(store, tmp_path, body, kind="members", **how):
    with pytest.raises(ImportRejected) as error:
        load(store, tmp_path, body, kind, **how)
    return [(p.row, p.column, p.kind, p.value) for p in error.value.problems]


def lines(store):
    with store.read() as session:
        return [
            tuple(row)
            for row in session.execute(
                text(
                    "SELECT receipt_no, business_date, amount FROM sale JOIN sale_line ON sale_line.sale_id = sale.id ORDER BY 1, line_no"
                )
            )
        ]


# --- rows that are no record ---


def test_a_sum_is_no_member(manager, tmp_path):
    """Sums and signatures below a list are left out and counted; one that also says a phone is
    asked about."""
    body = "会员号,姓名,手机,积分\n1,甲,13800020001,100\n小计,,,100\n2,乙,13800020002,7\n合计,,,107\n总计：2 人,,,\n制表人：王,,,\n"
    done = load(manager, tmp_path, body)
    assert (done.rows, done.created, done.skipped, done.totals["points"]) == (6, 2, 4, 107)
    assert done.skipped_by == (("totals", 4),) and done.rows == done.created + done.skipped
    assert refused(manager, tmp_path, body + "Total,,13800020003,9\n") == [
        (8, "", "sum_or_record", "Total")
    ]


def test_titles_said_again_on_each_page_are_no_rows(manager, tmp_path):
    """Printed lists repeat their titles."""
    done = load(manager, tmp_path, "手机,姓名\n13800020001,甲\n手机,姓名\n13800020002,乙\n")
    assert (done.created, done.skipped_by) == (2, (("titles", 1),))


def test_more_cells_than_titles_shift_nothing(owner, tmp_path):
    """A comma inside a name would make the price 1.00; blank cells at the end are nothing."""
    body = "sku,name,price\nA1,蛋糕,1,280.00\nA2,面包,8.80\nA3,茶,2.00,,\n"
    assert refused(owner, tmp_path, body, "products") == [(2, "", "more_cells", "280.00")]
    assert load(owner, tmp_path, body, "products", skip_bad=True).created == 2


# --- cells ---


def test_an_error_of_a_spreadsheet_is_no_blank(manager, tmp_path):
    """A cell that says #N/A has a value somewhere; blank only where somebody says so, and no matter
    in a column without a place here."""
    body = "姓名,手机,积分,余额,生日\n甲,13800020001,#N/A,#REF!,1990-05-17\n乙,13800020002,50,1,#FORMULA?\n"
    assert refused(manager, tmp_path, body) == [
        (2, "points", "cell_error", "#N/A"),
        (3, "birthday", "cell_error", "#FORMULA?"),
    ]
    done = load(manager, tmp_path, body, blank=frozenset({"birthday"}), fixes={(2, "points"): "7"})
    assert (done.created, done.blanked, done.totals["points"], done.left_out) == (
        2,
        1,
        57,
        ("余额",),
    )


def test_every_problem_of_a_row_is_named_with_those_found_before_it_was_read(manager, tmp_path):
    body = "姓名,手机,积分,性别,生日\n甲,1380002,12.5,robot,1990-13-17\n"
    assert [column for _, column, _, _ in refused(manager, tmp_path, body)] == [
        "points",
        "phone",
        "gender",
        "birthday",
    ]


def test_words_that_say_nothing_are_blank(manager, tmp_path):
    """Systems write -, 无, NULL or a day of zeros where nothing is known."""
    body = (
        "phone,name,birthday,gender,email,points\n13800138040,甲,-,-,-,-\n13800138041,乙,0000-00-00,未知,无,0\n"
        "13800138042,丙,1900-01-00,保密,NULL,null\n13800138043,未知,,,n/a,N/A\n13800138044,戊,没填,,,\n"
    )
    assert [p[:3] for p in refused(manager, tmp_path, body)] == [(6, "birthday", "birthday")]
    assert load(manager, tmp_path, body, reading=Reading(blank=("没填",))).created == 5
    assert registry.show(manager, member="13800138043").name == ""
    assert registry.show(manager, member="13800138044").birthday == ""


def test_parts_of_a_point_are_asked_about_once(owner, tmp_path):
    """88.00 is whole; 1234.50 is taken when somebody says how the column is rounded."""
    body = "姓名,手机,积分\n甲,13800020001,1234.50\n乙,13900020002,88.00\n丙,13900020003,0.50\n"
    assert refused(owner, tmp_path, body) == [
        (2, "points", "points_decimals", "1234.50"),
        (4, "points", "points_decimals", "0.50"),
    ]
    done = load(owner, tmp_path, body, dry_run=True, reading=Reading(points="half_up"))
    assert (done.totals["points"], done.rounded) == (1235 + 88 + 1, 2)
    done = load(owner, tmp_path, body, reading=Reading(points="down"))
    assert (done.created, done.totals["points"], done.rounded) == (3, 1322, 2)


def test_amounts_with_a_decimal_comma_come_in_to_the_cent(owner, tmp_path):
    body = "receipt_no;date;quantity;amount\nR1;2026-10-01;1,5;12,50\nR2;2026-10-01;2;1.234,56\nR3;2026-10-01;1;4,20 €\nR4;2026-10-01;1;(3,00)\n"
    done = load(owner, tmp_path, body, "sales")
    assert done.totals["amount"] == 1250 + 123456 + 420 - 300
    said = "receipt_no;date;amount\nR5;2026-10-01;1,50\nR6;2026-10-01;1.50\n"
    assert refused(owner, tmp_path, said, "sales") == [(2, "amount", "not_amount", "1,50")]
    assert [
        p[0] for p in refused(owner, tmp_path, said, "sales", reading=Reading(decimal=","))
    ] == [3]


# --- days and times ---


def test_a_day_further_down_a_long_file_settles_the_first_rows(owner, tmp_path):
    """What the 5,001st row says of the month holds for the first."""
    rows = "".join(f"R{n},03/04/26 1:33 PM,1\n" for n in range(5100))
    done = load(
        owner, tmp_path, "receipt_no,sold_at,amount\n" + rows + "RX,10/28/26 1:05 PM,1\n", "sales"
    )
    assert done.created == 5101 and lines(owner)[0][1] == "2026-03-04"


def test_days_that_are_either_of_two_are_asked_about(owner, tmp_path):
    """Nothing is guessed from the country of the shop; an option says it."""
    body = "receipt_no,sold_at,amount\nR1,03/04/26 1:33 PM,10\nR2,03/05/2026 13:05,10\n"
    assert [p[1:3] for p in refused(owner, tmp_path, body, "sales")] == [
        ("sold_at", "date_ambiguous"),
        ("sold_at", "date_ambiguous"),
    ]
    load(owner, tmp_path, body, "sales", reading=Reading(days="dmy"))
    assert [day for _, day, _ in lines(owner)] == ["2026-04-03", "2026-05-03"]
    assert [order_of(region) for region in ("US", "GB", "DE", "CN", "??")] == [
        "mdy",
        "dmy",
        "dmy",
        "ymd",
        "dmy",
    ]


def test_a_time_in_letters_of_a_zone_is_not_believed(owner, tmp_path):
    """CST is a time of Chicago, of Shanghai and of Havana."""
    assert refused(
        owner, tmp_path, "receipt_no,sold_at,amount\nR1,2026-10-28 1:33 PM CST,10\n", "sales"
    ) == [(2, "sold_at", "zone_unknown", "2026-10-28 1:33 PM CST")]


def test_birthdays_without_year_and_by_the_other_calendar(manager, tmp_path):
    """0000-06-03 has no year; a word that names no calendar is never taken for the common one."""
    body = "手机,生日,生日类型\n13800020001,0000-06-03,\n13800020002,农历 5月17日,\n13800020003,1988-08-21,0\n13800020004,1990-05-17,1\n"
    unknown = [(row, "birthday_type", "calendar_unknown") for row in (4, 5)]
    assert [p[:3] for p in refused(manager, tmp_path, body)] == unknown
    meant = Reading(words={"birthday_type": {"0": "lunar", "1": "solar"}})
    assert load(manager, tmp_path, body, reading=meant).created == 4
    with manager.read() as session:
        found = session.execute(
            text("SELECT birthday, birthday_type FROM member ORDER BY phone")
        ).all()
    assert [tuple(row) for row in found] == [
        ("06-03", "solar"),
        ("05-17", "lunar"),
        ("1988-08-21", "lunar"),
        ("1990-05-17", "solar"),
    ]


# --- columns ---


def test_names_and_phones_stand_in_two_columns(manager, tmp_path):
    """In the order of their language, and the second phone where the first is blank."""
    body = "First Name,Last Name,Phone,Mobile\nAda,Light,,13800020001\n小梅,王,13800020002,13900020002\n,Sample,13800020003,\n"
    done = load(manager, tmp_path, body)
    assert (done.created, done.left_out) == (3, ("Mobile",))
    assert [registry.show(manager, member=f"1380002000{n}").name for n in (1, 2, 3)] == [
        "Ada Light",
        "王小梅",
        "Sample",
    ]


def test_the_first_line_of_a_mapping_comes_first(manager, tmp_path):
    """Where two columns stand for one of ours; a ready mapping knows which is better, whatever
    order a person was shown."""
    body = "手机,旧号,新号\n13800138001,OLD1,NEW1\n13800138002,OLD2,\n"
    done = load(manager, tmp_path, body, mapping={"新号": "member_no", "旧号": "member_no"})
    assert [registry.show(manager, member=f"1380013800{n}").member_no for n in (1, 2)] == [
        "NEW1",
        "OLD2",
    ]
    assert done.left_out == ("旧号",)
    titles = [
        "Customer ID",
        "Customer name",
        "Customer code",
        "Points balance",
        "Total visits",
        "Total spent",
    ]
    shown = FileMapping(
        columns={
            title: {"Customer ID": "member_no", "Customer code": "member_no"}.get(title, "")
            for title in titles
        }
    )
    told = column_matching.tell("members", [titles], mapping=shown)
    assert [place for place, name in told.columns.items() if name == "member_no"] == [2, 0]


def test_two_columns_of_one_title_are_told_apart(manager, tmp_path):
    """Each has a name of its own, so that a mapping can speak of the second."""
    body = "姓名,电话,电话\n甲,13800138001,\n乙,,13800138002\n"
    assert column_matching.titles_of(["姓名", "电话", "电话"]) == ("姓名", "电话", "电话 (2)")
    assert (
        load(
            manager, tmp_path, body, mapping={"电话": "phone", "电话 (2)": "phone", "姓名": "name"}
        ).created
        == 2
    )
    assert (
        load(
            manager, tmp_path, "姓名,电话,电话\n丙,13800138003,13800138004\n", mapping={"电话": ""}
        ).created
        == 1
    )
    assert registry.show(manager, member="13800138004").name == "丙"


def test_a_time_beside_its_day_is_put_behind_it(owner, tmp_path):
    load(
        owner,
        tmp_path,
        "Receipt,Time,Date,Amount\nR1,13:05,2026-10-28,5\nR2,02:05,2026-10-28,5\n",
        "sales",
    )
    with owner.read() as session:
        at = (
            session.execute(text("SELECT occurred_at FROM sale ORDER BY receipt_no"))
            .scalars()
            .all()
        )
    assert at[0] - at[1] == 11 * 3600 * 1_000_000


def test_numbers_lose_what_a_spreadsheet_put_around_them(manager, tmp_path):
    """An apostrophe before digits, .0 behind them, two phones in a cell; 5E12 is a code and
    1.38E+10 a number cut short."""
    body = '会员号,手机\n\'7000000000001,13800138001.0\n5E12,"13800138002,13800138003"\n1.38E+10,13800138004\n'
    assert [p[:3] for p in refused(manager, tmp_path, body)] == [(4, "member_no", "digits_cut")]
    done = load(manager, tmp_path, body, skip_bad=True)
    assert (done.created, done.left_out) == (2, ("手机 (2)",))
    assert [registry.show(manager, member=f"1380013800{n}").member_no for n in (1, 2)] == [
        "7000000000001",
        "5E12",
    ]


def test_a_store_account_is_no_points_and_an_order_no_line(owner, manager, tmp_path):
    """`balance` is money owed, the total of an order is not what a line of it cost."""
    done = load(manager, tmp_path, "phone,balance,loyalty balance\n13800138001,40,12\n")
    assert (done.left_out, done.totals["points"]) == (("balance",), 12)
    with pytest.raises(ImportRejected):
        load(owner, tmp_path, "receipt,date,qty,total\nR1,2026-10-28,2,43\n", "sales")
    assert (
        load(owner, tmp_path, "receipt,date,total\nR1,2026-10-28,43\n", "sales").totals["amount"]
        == 4300
    )


# --- mappings ---


def test_a_mapping_names_titles_as_they_are(manager, tmp_path):
    """In full-width signs or not; a line that names no title is said, and so is one that names no
    column of ours."""
    file = tmp_path / "m.toml"
    file.write_text('"积分（可用）值" = "points"\n', "utf-8")
    said = mappings.read(file)
    body = "手机,积分（可用）值\n13800138002,5\n"
    assert (
        load(manager, tmp_path, body, mapping=dict(said.columns), strict=said.strict).totals[
            "points"
        ]
        == 5
    )
    for columns, code in (
        ({"积分余额值": "points"}, "mapping_title"),
        ({"手机": "fone"}, "mapping_column"),
    ):
        with pytest.raises(BadInput, match=code):
            load(manager, tmp_path, body, mapping=columns, strict=True)
    with pytest.raises(BadInput, match="mapping_title"):
        load(manager, tmp_path, body, mapping={"nowhere": ""}, strict=True)


def test_a_mapping_in_full_says_how_cells_are_read(owner, tmp_path):
    file = tmp_path / "till.toml"
    file.write_text(
        'name = "Old till"\n[columns]\nNr = "receipt_no"\nWann = "sold_at"\nNetto = "amount"\nTyp = ""\n[read]\ndecimal = ","\ndays = "dmy"\n'
        '[[rule]]\nname = "void"\ncolumn = "Typ"\nwords = ["storno"]\n'
        '[[rule]]\nname = "refund"\nact = "negative"\ncolumn = "Typ"\nwords = ["retour"]\ntargets = ["amount"]\n',
        "utf-8",
    )
    said = mappings.read(file)
    body = "Nr;Wann;Netto;Typ\n1;03.04.2026 13:05;1.234,50;\n2;03.04.2026 13:06;9,00;Storno\n3;03.04.2026 13:07;4,50;Retour\n"
    how = {"mapping": dict(said.columns), "reading": said.reading, "mapping_name": said.name}
    done = load(owner, tmp_path, body, "sales", **how)
    assert (done.created, done.skipped_by, done.totals["amount"], done.mapping) == (
        2,
        (("void", 1),),
        123450 - 450,
        "Old till",
    )
    assert [day for _, day, _ in lines(owner)] == ["2026-04-03", "2026-04-03"]
    kept = mappings.keep(
        owner, name="Old till", kind="sales", columns=said.columns, reading=said.reading
    )
    assert mappings.named(owner, name="Old till") == kept
    taken = load(
        owner,
        tmp_path,
        body,
        "sales",
        **(how | {"reading": Reading(taken=frozenset({"void"})).over(said.reading)}),
    )
    assert (taken.created, taken.unchanged, taken.skipped) == (1, 2, 0)


@pytest.mark.parametrize(
    "body",
    [
        '[columns]\na = "phone"\n[read]\ndecimal = "#"\n',
        '[columns]\n[[rule]]\nact = "burn"\nname = "x"\n',
        "phone = 1\n",
        "[columns]\n[x]\n",
    ],
)
def test_a_mapping_that_says_nonsense_is_refused(tmp_path, body):
    file = tmp_path / "m.toml"
    file.write_text(body, "utf-8")
    with pytest.raises(BadFile, match="mapping_shape"):
        mappings.read(file)


def test_a_look_and_the_import_tell_the_columns_alike(manager, tmp_path):
    """What a person is shown is what comes in."""
    file = tmp_path / "list.csv"
    file.write_text(
        "First Name,Last Name,Phone,Mobile,Postal Code\nAda,Light,,13800020001,10001\n", "utf-8"
    )
    look = preview.look(manager, kind="members", path=file)
    assert [column.stands_for for column in look.columns] == [
        "given_name",
        "family_name",
        "phone",
        "phone",
        "",
    ]
    chosen = {column.title: column.stands_for for column in look.columns}
    done = run.load(manager, kind="members", path=file, how=ImportOptions(mapping=chosen))
    assert (done.created, done.left_out) == (1, ("Postal Code",))
    assert look.mapping == "" and FileMapping().reading == look.reading


def test_a_calendar_that_was_put_right_is_one(manager, tmp_path):
    """A word that somebody wrote instead is read like any other: what is no calendar is never taken
    for the solar one."""
    body = "phone,birthday,birthday_type\n13800138001,5.17,0\n"
    wrong = refused(manager, tmp_path, body, alike={("birthday_type", "0"): "moon"})
    assert [problem[1:3] for problem in wrong] == [("birthday_type", "calendar_unknown")]
    load(manager, tmp_path, body, alike={("birthday_type", "0"): "農曆"})
    assert registry.show(manager, member="13800138001").birthday_type == "lunar"
