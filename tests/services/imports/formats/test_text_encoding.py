"""Text files of all countries: each is read as it was written, or asked about; never read as
something else."""

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storecrm.errors import BadFile, BadInput
from storecrm.i18n import Catalogue
from storecrm.services.imports import preview, reader, run
from storecrm.services.imports.formats import text_encoding, text_rows
from storecrm.services.imports.formats.workbook_guard import Refuse
from storecrm.services.imports.options import ImportOptions
from storecrm.wording.errors import cure, sentence
from tests import lists

SOAK = int(os.environ.get("STORECRM_SOAK", "1"))
WRITTEN = [
    (encoding, language) for encoding, spoken in lists.WRITTEN.items() for language in spoken
]
UNICODE = [(encoding, language) for encoding in lists.UNICODE for language in lists.LANGUAGES]
OTHERS = {
    "cp1250": (
        "Małgorzata Łukasz Żółkiewski Świątek Dąbrowska Gdańsk",
        "Dvořák Nováková Jiří Růžička Šťastný Plzeň",
        "Szőke László Győr Árpád",
    ),
    "cp1251": ("Иванов Пётр Екатерина Смирнова Санкт-Петербург", "Шевченко Олексій Київ"),
    "cp1254": ("Ayşe Yıldız Çağlar İbrahim Gökçe Şahin Eskişehir",),
    "cp1253": ("Γιώργος Παπαδόπουλος Ελένη Θεσσαλονίκη",),
    "cp874": ("สมชาย ใจดี วิไลวรรณ กรุงเทพ",),
    "euc_jp": ("佐藤 翔太 さくら ゴールド会員 東京都",),
    "mac_roman": ("Jörg Müller José Núñez Hélène",),
    "cp850": ("Jörg Müller José Núñez Hélène",),
    "koi8_r": ("Иванов Пётр Екатерина Смирнова",),
}
"""Encodings that are never taken without a question, with words that are written in them."""


def rows_in(file, encoding=""):
    """All rows, read here and not in the child."""
    about, frames = text_rows.of_file(file, encoding)
    return about, [row for frame in frames for row in frame]


def write(file, rows, encoding, **how):
    """The rows in an encoding; what it has no sign for is left away, and so are the rows as they
    are then."""
    clean = [
        [cell.encode(encoding, "ignore").decode(encoding).removeprefix("\ufeff") for cell in row]
        for row in rows
    ]
    file.write_bytes(lists.text(clean, **how).encode(encoding))
    return clean


def read_or_asked(file, rows):
    """True when the rows came out as they are; False when it was asked, and the right answer was
    offered."""
    try:
        assert rows_in(file)[1] == rows
    except Refuse as refused:
        assert refused.code == "encoding_unsure"
        offered = [text_encoding.named(one["encoding"]) for one in refused.facts["readings"]]
        assert any(rows_in(file, codec)[1] == rows for codec in offered)
        return False
    return True


@settings(
    max_examples=150 * SOAK,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from([*WRITTEN, *UNICODE]),
    st.integers(0, 10**6),
    st.integers(1, 60),
    st.sampled_from(",;\t|"),
    st.sampled_from(("\r\n", "\n", "\r")),
    st.booleans(),
    st.booleans(),
)
def test_a_list_is_read_as_it_was_written_or_asked_about(
    tmp_path, written, seed, rows, sign, end, every, notes
):
    """Never a name in rubbish signs: whatever the language, the encoding, the sign between cells
    and the ends of lines."""
    encoding, language = written
    made = lists.members(language, seed, rows, titles=seed % 2 == 0)
    if notes:
        chance = random.Random(seed)
        made = [
            [*row, chance.choice(("", "two\r\nlines", 'said "yes", then; no', "a|b\tc"))]
            for row in made
        ]
    file = tmp_path / "list.csv"
    read_or_asked(file, write(file, made, encoding, sign=sign, end=end, every=every))


@pytest.mark.parametrize(
    ("encoding", "language"),
    [*WRITTEN, *[pair for pair in UNICODE if pair[1] in ("zh", "de", "ko")]],
)
def test_twenty_cells_of_a_language_are_enough(encoding, language, tmp_path):
    """A question that every list is asked would be answered without looking."""
    file = tmp_path / "list.csv"
    for seed in range(15 * SOAK):
        assert read_or_asked(
            file, write(file, lists.members(language, seed, 25, titles=seed % 2 == 0), encoding)
        )


@pytest.mark.parametrize("encoding", OTHERS)
def test_what_is_seldom_written_is_asked_about(encoding, tmp_path):
    """Two countries share most signs of an encoding: a person looks at the names."""
    file = tmp_path / "list.csv"
    for words in OTHERS[encoding]:
        for seed in range(4 * SOAK):
            chance = random.Random(seed)
            rows = [
                ["No", "Name"],
                *[
                    [f"{at}", " ".join(chance.choices(words.split(), k=2))]
                    for at in range(chance.choice((1, 3, 8, 40)))
                ],
            ]
            rows = write(file, rows, encoding)
            try:
                found = rows_in(file)[1]
                assert found == rows
            except Refuse as refused:
                assert refused.code == "encoding_unsure"
            assert rows_in(file, text_encoding.named(encoding))[1] == rows


def test_the_question_shows_how_each_reads(manager, tmp_path):
    """The answer is picked by looking at a line, on the command line and in the window alike."""
    file = tmp_path / "one.csv"
    file.write_bytes("phone,name\n13800138000,李\n".encode("gb18030"))
    with pytest.raises(BadFile) as error, reader.rows_of(file):
        pass
    said = {one["encoding"]: one["line"] for one in error.value.facts["readings"]}
    assert (
        error.value.code == "encoding_unsure"
        and said["gb18030"] == "13800138000,李"
        and 2 <= len(said) <= 6
    )
    assert len(set(said.values())) == len(said)
    for language in ("en", "zh_CN"):
        words = Catalogue(language)
        assert "gb18030 → 13800138000,李" in sentence(error.value, words) and cure(
            error.value, words
        )
    assert (
        run.load(manager, kind="members", path=file, how=ImportOptions(encoding="gb18030")).created
        == 1
    )


def test_any_text_encoding_may_be_said(manager, tmp_path):
    """The names that people use and all that Python knows; what is no encoding of a text is refused
    with the usual names."""
    file = tmp_path / "list.csv"
    for name in (
        "big5",
        "Shift-JIS",
        "EUC-KR",
        "cp1251",
        "latin-1",
        "utf-16",
        "UTF8",
        "windows-1252",
        "gb2312",
        "iso-2022-jp",
        "utf-7",
    ):
        file.write_bytes("phone,name\n13800138000,a\n".encode(name))
        assert preview.look(manager, kind="members", path=file, encoding=name).rows == 1
    for name in (
        "base64",
        "rot13",
        "zlib",
        "klingon",
        "idna",
        "undefined",
        "unicode_escape",
        "punycode",
        "a\0b",
        "x" * 500,
    ):
        with pytest.raises(BadInput, match="encoding_unknown") as error:
            preview.look(manager, kind="members", path=file, encoding=name)
        assert "big5" in error.value.facts["known"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_broken_sign_is_named_with_its_line(encoding, tmp_path):
    """One cell cut in the middle of a sign: the list is in one encoding all the same, and is not
    read as another."""
    rows = lists.members("zh", 5, 40)
    body = lists.text(rows).encode(encoding).split(b"\r\n")
    body[17] = "00016,李".encode(encoding)[:-1] + b",x,13800138000"
    file = tmp_path / "cut.csv"
    file.write_bytes(b"\r\n".join(body))
    for said in ("", encoding):
        with pytest.raises(BadFile) as error, reader.rows_of(file, said) as frames:
            list(frames)
        assert (error.value.code, error.value.facts) == (
            "encoding",
            {"line": 18, "encoding": encoding},
        )
    assert "18" in sentence(error.value, Catalogue("zh_CN"))


def test_a_long_list_is_judged_by_all_its_parts(tmp_path):
    """Megabytes of digits before the first name, and one bad sign at the very end."""
    file = tmp_path / "long.csv"
    digits = "".join(f"{at:05},13800138000\r\n" for at in range(120_000)).encode()
    file.write_bytes(digits + lists.text(lists.members("zh", 1, 300)).encode("gb18030"))
    assert rows_in(file)[0]["encoding"] == "gb18030"
    file.write_bytes(
        lists.text(lists.members("zh", 1, 300)).encode("gb18030") + digits + b"1,\xff\r\n"
    )
    with pytest.raises(Refuse) as refused:
        rows_in(file)
    assert refused.value.code == "encoding" and refused.value.facts["line"] == 120_302


@pytest.mark.parametrize(
    ("text", "sign", "second"),
    [
        ("name;amount\na;1,5\nb;2,5\n", ";", ["a", "1,5"]),
        ("姓名|手机\n甲|13800138000\n", "|", ["甲", "13800138000"]),
        ('a,"b;c;d;e",f\n1,"2;3;4;5",6\n', ",", ["1", "2;3;4;5", "6"]),
        ("sep=;\r\na;b,c\r\n1;2,3\r\n", ";", ["1", "2,3"]),
        ("会员资料, 2026年; 11月\n\nphone\tname\n1\ta, b; c\n", "\t", []),
        ("phone\n13800138000\n", ",", ["13800138000"]),
        (
            "name\taddress\nAnn\tStr 1,1010 Wien,Austria\n" + "Bo\tWeg 2,8010 Graz,Austria\n" * 99,
            "\t",
            ["Ann", "Str 1,1010 Wien,Austria"],
        ),
        (
            "last, first, title;town, zip\nBerg, Bo, Dr;Graz, 8010\n",
            ";",
            ["Berg, Bo, Dr", "Graz, 8010"],
        ),
        ("a, b, c\n1, 2, 3\n", ",", ["1", " 2", " 3"]),
        (
            "Report;;;\nname;town;visits\nBorg, Ann;Wien, Linz;3\nBerg, Bo;Graz, Wels;4\n",
            ";",
            ["name", "town", "visits"],
        ),
    ],
)
def test_the_sign_between_cells_is_the_one_that_parts_evenly(text, sign, second, tmp_path):
    """Not the one that stands there most: amounts and notes are full of commas."""
    file = tmp_path / "list.csv"
    file.write_text(text, "utf-8", newline="")
    about, rows = rows_in(file)
    assert about["delimiter"] == sign and rows[1] == second


def test_signs_before_a_cell_are_no_part_of_it(tmp_path):
    """An apostrophe before a long number, a backtick before every cell; a backtick or a quotation
    of somebody's own stays."""
    file = tmp_path / "list.csv"
    lines = [
        "id,note",
        "'7000000000001,'tis good",
        "`1,`two",
        "`,`",
        "`1,two",
        "''5,'90s",
        "'2026-11-03,'+4712345678",
    ]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    assert rows_in(file)[1][1:] == [
        ["7000000000001", "'tis good"],
        ["1", "two"],
        ["", ""],
        ["`1", "two"],
        ["'5", "'90s"],
        ["2026-11-03", "+4712345678"],
    ]


def test_the_end_that_old_programs_write_is_no_row(tmp_path):
    """A lone control after the last line would be a member without a phone."""
    file = tmp_path / "list.csv"
    for end in (b"\x1a", b"\x1a\x1a", b""):
        file.write_bytes(b"phone,name\r\n13800138000,a\r\n" + end)
        assert rows_in(file)[1] == [["phone", "name"], ["13800138000", "a"]]


def test_a_text_has_no_sheets(tmp_path):
    """What was chosen and means nothing here is said, not passed over."""
    file = tmp_path / "list.csv"
    file.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(BadFile, match="no_sheets"), reader.rows_of(file, sheet="2"):
        pass
