"""Words, numbers and dates in the reader's language: a Catalogue that is passed as an argument.

English sentences are the keys; resources/i18n/*.po hold the languages. `m()` marks a sentence that
is worded later.
"""

import gettext
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from storecrm import paths
from storecrm.values import Moment, as_datetime, currency_digits, money_text, regions

LANGUAGES = ("zh_CN", "en")
_SHORT_DAY = {"zh_CN": "M月d日", "en": "d MMM"}
"""How a day of this year is written in a sentence, as CLDR's fields."""
_LISTED = {"zh_CN": "standard", "en": "unit"}
"""The pattern of CLDR by which several things are named in one line: 甲、乙和丙 / A, B, C."""


def m(message: str) -> str:
    """Mark `message` for translation; the Catalogue words it later."""
    return message


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
        self.digits = currency_digits(currency) if digits is None else digits

    @cached_property
    def symbol(self) -> str:
        """The sign before an amount; asked for late, for the first window needs none."""
        return _symbol(self.currency)

    def regions(self) -> list[tuple[str, str]]:
        """Every country by its name here, with its two letters, as a reader of this language looks
        them up."""
        names = _locale(self.language).territories
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
        from babel.dates import format_date

        return format_date(day, _SHORT_DAY[self.language], locale=_locale(self.language))

    def weekday(self, day: date) -> str:
        """周一 / Mon."""
        return self.weekday_name(day.isoweekday())

    def weekday_name(self, number: int) -> str:
        """A day of the week by its number in ISO 8601, 1 Monday to 7 Sunday."""
        from babel.dates import get_day_names

        return str(get_day_names("abbreviated", locale=_locale(self.language))[number - 1])

    def listed(self, things: Iterable[object]) -> str:
        """Several things in one line, as this language joins them."""
        from babel.lists import format_list

        return format_list(
            [str(one) for one in things],
            style=cast(Any, _LISTED[self.language]),
            locale=_locale(self.language),
        )

    def local(self, at: Moment) -> datetime:
        return as_datetime(at, self.zone or ZoneInfo("UTC"))

    def time(self, at: Moment) -> str:
        """14:32."""
        return self.local(at).strftime("%H:%M")

    def stamp(self, at: Moment) -> str:
        """2026-11-30 14:32."""
        return self.local(at).strftime("%Y-%m-%d %H:%M")


@lru_cache(maxsize=8)
def _locale(language: str) -> Any:
    # loaded here: only what asks for it pays for reading it
    from babel import Locale

    return Locale.parse(language)


@lru_cache(maxsize=8)
def _symbol(currency: str) -> str:
    """The sign of a shop's only currency: CLDR tells it from others where it is foreign (CN¥, US$),
    so the shortest is taken; one without a sign is said by its code and a space."""
    from babel.numbers import get_currency_symbol

    signs = (get_currency_symbol(currency, _locale(language)) for language in ("en", "zh_CN"))
    sign = min(signs, key=len)
    return f"{sign} " if sign == currency else sign


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
