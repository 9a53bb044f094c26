"""How other systems write a time behind a day, and the zone behind it."""

import re
import unicodedata

_BEFORE = "上午|下午|中午|凌晨|早上|晚上|AM|PM|A\\.M\\.|P\\.M\\."
_DAY = r"(?P<day>.*?)[T,\s]*"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?:?"
_ZONE = r"(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d\d:?\d\d)?"
_TIME = re.compile(
    rf"{_DAY}(?P<before>{_BEFORE})?\s*{_CLOCK}\s*(?P<after>{_BEFORE})?\s*(?:Uhr|h)?\s*{_ZONE}",
    re.IGNORECASE | re.ASCII,
)
_ZONE_NAME = re.compile(r"\s+\(?(?!(?:AM|PM|UTC|GMT)\b)[A-Z]{2,5}\)?$")
_NOON = 12
_AFTERNOON = ("下午", "中午", "晚上", "pm")
_NO_HOUR = 99
_HOURS = str.maketrans({"时": ":", "時": ":", "点": ":", "點": ":", "分": ":", "秒": ""})


def split_time(text: str) -> tuple[str, str]:
    """The day of a text, and its time as "13:05:00" with an offset when it says one; "" for what is
    not there.

    Raises nothing: a time that is none stays part of the day, which then is of no shape.
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    # 13时05分 is 13:05
    clock = tidy.translate(_HOURS)
    bare = _ZONE_NAME.sub("", clock) if ":" in clock else tidy
    found = _TIME.fullmatch(bare)
    if found is None:
        return tidy, ""
    half = (found["before"] or found["after"] or "").replace(".", "")
    hour = _hour(int(found["hour"]), half)
    minute = int(found["minute"])
    second = int(found["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return tidy, ""
    time = f"{hour:02d}:{minute:02d}:{second:02d}"
    offset = _offset(found["zone"] or "")
    return found["day"].strip(), time + offset


def _hour(hour: int, half: str) -> int:
    """The hour of the day; 99 for one that cannot be."""
    if not half:
        return hour
    later = half.casefold() in _AFTERNOON
    if hour > _NOON:
        return hour if later else _NO_HOUR
    # 中午 begins before noon, and twelve in the evening is no hour
    if half == "中午" and hour in (10, 11):
        return hour
    if half == "晚上" and hour == _NOON:
        return _NO_HOUR
    return hour % _NOON + (_NOON if later else 0)


def _offset(zone: str) -> str:
    if not zone:
        return ""
    digits = re.sub(r"[^\d+-]", "", zone)
    return f"{digits[:3]}:{digits[3:]}" if digits else "+00:00"


def named_zone(text: str) -> bool:
    """True of a time with the letters of a zone behind it, which no program can be sure of (CST is
    three of them)."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    return _ZONE_NAME.search(tidy) is not None
