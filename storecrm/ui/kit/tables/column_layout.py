"""Which columns are shown, where and how wide, as one person left them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from storecrm.ui.kit.tables.columns import Column


class KeptColumns(Protocol):
    """Where a window keeps what one person chose; found as its attribute `kept_columns`."""

    def kept(self, table: str) -> Mapping[str, Any] | None:
        """What was kept for `table`, None for nothing."""

    def keep(self, table: str, layout: Mapping[str, Any] | None) -> None:
        """Keep it, in the background; None: as the page means it."""


@dataclass(frozen=True)
class ColumnLayout:
    """Keys in their order; which of them are not shown; widths that somebody gave; the order of the
    rows."""

    keys: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    widths: dict[str, int] = field(default_factory=dict)
    order: tuple[tuple[str, bool], ...] = ()

    def said(self) -> dict[str, Any]:
        """For the store."""
        return {
            "keys": list(self.keys),
            "hidden": sorted(self.hidden),
            "widths": self.widths,
            "order": [list(step) for step in self.order],
        }


def first_layout(columns: Sequence[Column[Any]]) -> ColumnLayout:
    """As the page means it."""
    keys = tuple(column.key for column in columns)
    hidden = frozenset(column.key for column in columns if not column.shown)
    return ColumnLayout(keys, hidden)


def read_layout(said: Mapping[str, Any], columns: Sequence[Column[Any]]) -> ColumnLayout:
    """What was kept, fitted to the columns of this version: unknown ones are dropped, new ones
    stand at the end; what cannot be read is as if nothing was kept."""
    usual = first_layout(columns)
    try:
        keys = [str(key) for key in said["keys"] if key in usual.keys]
        hidden = frozenset(str(key) for key in said["hidden"])
        widths = {str(key): int(width) for key, width in said["widths"].items()}
        order = tuple((str(key), bool(down)) for key, down in said["order"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return usual
    new = tuple(key for key in usual.keys if key not in keys)
    # an older version may have sorted by more
    sorting = {column.key for column in columns if column.sorts}
    hidden |= usual.hidden & frozenset(new)
    # a table without a column shows nothing at all
    if set(usual.keys) <= hidden:
        return usual
    return ColumnLayout(
        keys=(*keys, *new),
        hidden=hidden & frozenset(usual.keys),
        widths={key: width for key, width in widths.items() if key in usual.keys},
        order=tuple(step for step in order if step[0] in sorting),
    )
