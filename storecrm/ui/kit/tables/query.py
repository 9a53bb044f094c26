"""An order and filters, as they are asked of whoever holds the rows."""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Query:
    """`order`: keys of columns, the weightiest first, each with True for descending. `filters`: by
    key what was typed above the column, never blank."""

    order: tuple[tuple[str, bool], ...] = ()
    filters: dict[str, str] = field(default_factory=dict)

    def sorted_by(self, key: str, *, besides: bool = False) -> "Query":
        """One more step of `key`: ascending, descending, not at all. Other columns keep their place
        only with `besides`."""
        now = dict(self.order)
        kept = {other: down for other, down in self.order if besides or other == key}
        if key not in now:
            kept[key] = False
        elif now[key]:
            del kept[key]
        else:
            kept[key] = True
        return replace(self, order=tuple(kept.items()))

    def filtered_by(self, key: str, text: str) -> "Query":
        """What is typed above the column `key` now."""
        others = {other: typed for other, typed in self.filters.items() if other != key}
        wanted = text.strip()
        if wanted:
            others[key] = wanted
        return replace(self, filters=others)
