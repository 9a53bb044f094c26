"""Countries and their time zones, by CLDR."""

from collections.abc import Sequence
from typing import Any, cast


def regions() -> frozenset[str]:
    """Every country and territory of CLDR, by its two letters."""
    territories = cldr("territory_currencies").items()
    return frozenset(code for code, periods in territories if _is_land(code) and _now(periods))


def _is_land(code: str) -> bool:
    """False of parts of the world, of unions, and of what stands for no country."""
    return len(code) == 2 and code not in ("EU", "ZZ")


def _now(periods: Sequence[Any]) -> bool:
    """True where some money is used today (of a country that is gone, all of it ended)."""
    return any(ended is None for _code, _begun, ended, _tender in periods)


def region_of_zone(timezone: str) -> str:
    """The country in which a time zone lies, "" for one that lies in none (UTC)."""
    zones = cldr("zone_territories")
    today = cldr("zone_aliases").get(timezone, "")
    found = zones.get(timezone) or zones.get(today, "")
    return found if found in regions() else ""


def cldr(table: str) -> Any:
    # loaded here: only what asks for it pays for reading it
    from babel.core import get_global

    return get_global(cast(Any, table))
