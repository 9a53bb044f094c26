"""Words, numbers and dates in the reader's language: a Catalogue that is passed as an argument.

English sentences are the keys; resources/i18n/*.po hold the languages. `m()` marks a sentence that
is worded later.
"""

import gettext
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from storecrm import paths
from storecrm.values import Moment, as_datetime, currency_digits, money_text, regions

LANGUAGES = ("zh_CN", "en")


def m(message: str) -> str:
    """Mark `message` for translation; the Catalogue words it later."""
    return message


_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Catalogue:
    """One language with the store's currency and zone.

    Args:
        language: "zh_CN" or "en".
        currency: ISO 4217 code.
        zone: the store's time zone, None for UTC.
        digits: decimals in which the store counts its money; those of the currency when left out.
    """

    def __init__(
        self, language: str, currency: str = "CNY", zone: Any = None, digits: int | None = None
    ) -> None:
        self.language = language if language in LANGUAGES else "en"
        self.currency, self.zone = currency, zone
        self.chinese = self.language == "zh_CN"
        self._words = _translations(self.language)
        self.symbol = {
            "CNY": "¥",
            "JPY": "¥",
            "USD": "$",
            "EUR": "€",
            "GBP": "£",
            "HKD": "HK$",
            "TWD": "NT$",
        }.get(currency, currency + " ")
        self.digits = currency_digits(currency) if digits is None else digits

    def regions(self) -> list[tuple[str, str]]:
        """Every country by its name here, with its two letters, as a reader of this language looks
        them up."""
        from babel import Locale

        names = Locale.parse(self.language).territories
        return sorted((str(names[code]), code) for code in regions() if code in names)

    def into(self, language: str) -> "Catalogue":
        """The same shop in another language."""
        return Catalogue(language, self.currency, self.zone, self.digits)

    def t(self, message: str, **facts: Any) -> str:
        """The sentence in this language, its facts filled in."""
        text = self._words.gettext(message) if message else ""
        return text.format(**facts) if facts else text

    def said(self, key: str) -> str:
        """The sentence that a code has under its id, its places still empty; "" where this version
        has none."""
        text = self._words.gettext(key)
        return "" if text == key else text

    def n(self, one: str, many: str, count: int, **facts: Any) -> str:
        """The sentence for `count` things; {count} is filled in with thousands separators."""
        return self._words.ngettext(one, many, count).format(count=f"{count:,}", **facts)

    def money(self, amount: int, *, short: bool = False) -> str:
        """¥1,250.00; `short` drops ".00" for coupons and sentences."""
        sign, text = ("-" if amount < 0 else ""), money_text(abs(amount), self.digits)
        whole, _, cents = text.partition(".")
        decimals = "" if not cents or (short and not int(cents)) else f".{cents}"
        return f"{sign}{self.symbol}{int(whole):,}{decimals}"

    def number(self, value: int) -> str:
        return f"{value:,}"

    def percent(self, share: float | None, decimals: int = 1) -> str:
        return "—" if share is None else f"{share * 100:.{decimals}f}%"

    def day(self, day: date | None) -> str:
        """2026-11-30, in every language the same."""
        return "—" if day is None else day.isoformat()

    def short_day(self, day: date) -> str:
        """11月30日 / 30 Nov."""
        if self.chinese:
            return f"{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS[day.month - 1]}"

    def weekday(self, day: date) -> str:
        return (
            "周一 周二 周三 周四 周五 周六 周日" if self.chinese else "Mon Tue Wed Thu Fri Sat Sun"
        ).split()[day.weekday()]

    def local(self, at: Moment) -> datetime:
        return as_datetime(at, self.zone or ZoneInfo("UTC"))

    def time(self, at: Moment) -> str:
        """14:32."""
        return self.local(at).strftime("%H:%M")

    def stamp(self, at: Moment) -> str:
        """2026-11-30 14:32."""
        return self.local(at).strftime("%Y-%m-%d %H:%M")


@lru_cache(maxsize=8)
def _translations(language: str) -> gettext.NullTranslations:
    file = paths.resources() / "i18n" / f"{language}.mo"
    if not file.is_file():
        return gettext.NullTranslations()
    with file.open("rb") as source:
        return gettext.GNUTranslations(cast(Any, source))


def system_language() -> str:
    """The language of this machine, Chinese or else English."""
    import locale
    import os

    words = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")] + [
        locale.getlocale()[0] or ""
    ]
    first = next((word for word in words if word), "")
    return "zh_CN" if first.lower().startswith(("zh", "chinese")) else "en"
