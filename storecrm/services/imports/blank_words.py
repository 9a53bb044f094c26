"""What other systems and spreadsheets write into a cell that says nothing, or no value."""

_MARKS = ("-", "--", "---", "—", "——", "/", "\\", ".")
_CHINESE = ["无", "無", "未知", "不详", "不詳", "暂无", "保密", "未填", "未填写", "未设置", "空"]
_OF_PROGRAMS = ["null", "(null)", "nil", "none", "n/a", "na", "nan", "<na>", "\\n", "undefined"]
_ENGLISH = ("not set", "not specified")
_DAYS = ("0000-00-00", "0000/00/00", "1900-01-00", "1900/1/0")
_TIMES = ("0000-00-00 00:00:00", "00:00:00")
BLANKS = frozenset((*_MARKS, *_CHINESE, *_OF_PROGRAMS, *_ENGLISH, *_DAYS, *_TIMES))
"""What systems write into a cell that says nothing, in small letters."""

_ERRORS = [
    "#n/a",
    "#ref!",
    "#value!",
    "#div/0!",
    "#name?",
    "#null!",
    "#num!",
    "#spill!",
    "#calc!",
    "#field!",
    "#blocked!",
]
_GERMAN_ERRORS = ["#nv", "#wert!", "#bezug!", "#zahl!"]
# what is still being worked out, or has no room in its column
_UNFINISHED = ("#getting_data", "#formula?", "#####")
ERRORS = frozenset((*_ERRORS, *_GERMAN_ERRORS, *_UNFINISHED))
"""What a spreadsheet shows instead of a value, in small letters."""

NO_GENDER = frozenset(
    [
        "unknown",
        "unspecified",
        "other",
        "其他",
        "不明",
        "保密",
        "未知",
        "secret",
        "u",
        "x",
        "o",
        "-",
    ]
)
"""Words of a gender that say none."""
