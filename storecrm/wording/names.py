"""What roles, channels, lists and other kinds of things are called.

Each table gives the id under which the catalogues hold the name: `name.<table>.<code>`.
"""

from collections.abc import Iterable
from enum import Enum
from typing import TypeVar

from storecrm.domain.list_columns import COLUMNS
from storecrm.values import Channel, Override, Purpose, Role

K = TypeVar("K", bound=Enum)


def ids_by_code(table: str, codes: Iterable[str]) -> dict[str, str]:
    """The id of each code's name."""
    return {code: f"name.{table}.{code}" for code in codes}


def ids_by_kind(table: str, kinds: Iterable[K]) -> dict[K, str]:
    """The id of each kind's name, by the kind itself."""
    return {kind: f"name.{table}.{kind.value}" for kind in kinds}


CHANNELS = ids_by_kind("channel", Channel)
PURPOSES = ids_by_kind("purpose", Purpose)
LISTS = {kind: f"list.{kind}" for kind in COLUMNS}
"""What people call the lists that come in: the ids of their names."""
LISTS_OUT = LISTS | {"points-ledger": "list.points-ledger"}
"""What people call the lists that go out."""
ROLES = ids_by_code("role", [role.value for role in Role])
# a coupon that nobody set a rule aside for has no override to name
_GIVEN: list[Override] = [override for override in Override if override is not Override.NONE]
OVERRIDES: dict[Override, str] = ids_by_kind("override", _GIVEN)
