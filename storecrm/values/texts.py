"""Texts that people typed, put in order, and phones as they may be shown."""

import re
import unicodedata
from typing import NewType

Phone = NewType("Phone", str)


def masked_phone(phone: str | None) -> str:
    """138****5521: enough to recognise, not enough to call."""
    if not phone:
        return ""
    # the country code of most is no part that anybody remembers
    local = phone.removeprefix("+86")
    if len(local) < 8:
        return f"****{local[-2:]}"
    return f"{local[:3]}****{local[-4:]}"


_CHINESE_MOBILE = re.compile(r"\+86(1\d{2})(\d{4})(\d{4})")


def spaced_phone(phone: str | None) -> str:
    """138 0013 8000, as people read and say it; a number of another country as it is kept."""
    found = _CHINESE_MOBILE.fullmatch(phone or "")
    return " ".join(found.groups()) if found else phone or ""


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: a leading apostrophe, taken off again by the
    import."""
    is_risky = text.startswith(_RISKY) and not _NUMBER.fullmatch(text)
    return "'" + text if is_risky else text


_HAN_WORD = re.compile("[\u4e00-\u9fff]+")
"""Signs that no form of Unicode writes otherwise."""


_INVISIBLE = ("Cc", "Cf", "Cs")
"""Categories of Unicode: controls, marks that only format, lone surrogates."""


def clean_text(text: str, limit: int = 500) -> str:
    """NFC text on one line without control characters, invisible marks or lone surrogates;
    full-width letters and spaces folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:limit]
    if _HAN_WORD.fullmatch(text):
        # as nearly every Chinese name
        return text[:limit]
    folded = unicodedata.normalize("NFC", "".join(map(_narrow, text)))
    kept = "".join(sign for sign in folded if _is_kept(sign))
    return " ".join(kept.split())[:limit]


def _narrow(sign: str) -> str:
    """A full-width letter or space as the plain one."""
    wide = "！" <= sign <= "～" or sign == "\u3000"
    return unicodedata.normalize("NFKC", sign) if wide else sign


def _is_kept(sign: str) -> bool:
    # what parts words is folded into one space later
    return sign in "\t\n" or unicodedata.category(sign) not in _INVISIBLE
