"""Texts that people typed, put in order, and phones as they may be shown."""

import re
import unicodedata
from typing import NewType

Phone = NewType("Phone", str)


def masked_phone(phone: str | None) -> str:
    """138****5521: enough to recognise, not enough to call."""
    if not phone:
        return ""
    local = phone[3:] if phone.startswith("+86") else phone
    return f"{local[:3]}****{local[-4:]}" if len(local) >= 8 else f"****{local[-2:]}"


_HAN_WORD = re.compile("[\u4e00-\u9fff]+")
"""Signs that no form of Unicode writes otherwise."""


def clean_text(text: str, limit: int = 500) -> str:
    """NFC text on one line without control characters, invisible marks or lone surrogates;
    full-width letters and spaces folded."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())[:limit]
    if _HAN_WORD.fullmatch(text):
        # as nearly every Chinese name
        return text[:limit]
    folded = "".join(
        unicodedata.normalize("NFKC", c) if "！" <= c <= "～" or c == "\u3000" else c for c in text
    )
    kept = (
        c
        for c in unicodedata.normalize("NFC", folded)
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in "\t\n"
    )
    return " ".join("".join(kept).split())[:limit]
