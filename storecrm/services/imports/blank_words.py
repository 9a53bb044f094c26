"""What other systems and spreadsheets write into a cell that says nothing, or no value."""

_MARKS = "- -- --- — —— / \\ ."
_CHINESE = "无 無 未知 不详 不詳 暂无 保密 未填 未填写 未设置 空"
_OF_PROGRAMS = "null (null) nil none n/a na nan <na> \\n undefined"
# a day that a database holds where it holds none
_DAYS = "0000-00-00 0000/00/00 1900-01-00 1900/1/0 00:00:00"
_WORDS = " ".join((_MARKS, _CHINESE, _OF_PROGRAMS, _DAYS))
_IN_SEVERAL_WORDS = ("not set", "not specified", "0000-00-00 00:00:00")
BLANKS = frozenset((*_WORDS.split(), *_IN_SEVERAL_WORDS))
"""What systems write into a cell that says nothing, in small letters."""

_ERRORS = "#n/a #ref! #value! #div/0! #name? #null! #num! #spill! #calc! #field! #blocked!"
_GERMAN_ERRORS = "#nv #wert! #bezug! #zahl!"
# what is still being worked out, or has no room in its column
_UNFINISHED = "#getting_data #formula? #####"
_ALL_ERRORS = " ".join((_ERRORS, _GERMAN_ERRORS, _UNFINISHED))
ERRORS = frozenset(_ALL_ERRORS.split())
"""What a spreadsheet shows instead of a value, in small letters."""

_NO_GENDER = "unknown unspecified other 其他 不明 保密 未知 secret u x o -"
NO_GENDER = frozenset(_NO_GENDER.split())
"""Words of a gender that say none."""
