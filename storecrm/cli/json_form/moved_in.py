"""What an import did, its rows and problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from storecrm.cli.json_form.values import facts, instant, money, rows
from storecrm.i18n import Catalogue
from storecrm.values import Moment, Problem, ProblemKind
from storecrm.wording import errors, labels

if TYPE_CHECKING:
    # a command loads what it does, not what others answer
    from storecrm.services.imports.mappings import Reading
    from storecrm.services.imports.options import Imported
    from storecrm.services.imports.run import BatchRow

MOST_PROBLEMS = 100
"""Problems that are said one by one; the others by kind."""
_COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "rejected")
_RARER_COUNTS = ("blanked", "rounded", "new_products")


def imported(result: Imported, words: Catalogue) -> dict[str, Any]:
    counts = facts(result, _COUNTS)
    for name in _RARER_COUNTS:
        if count := getattr(result, name):
            counts[name] = count
    body = {"ok": True, "batch": result.batch, **counts, **_how_read(result)}
    body["totals"] = {name: _total(name, value, words) for name, value in result.totals.items()}
    return body | problems(result.problems, result.by_kind, words)


def _how_read(result: Imported) -> dict[str, Any]:
    told: dict[str, Any] = {
        "mapping": result.mapping or None,
        "left_out": list(result.left_out),
        "skipped_by": dict(result.skipped_by),
    }
    about = result.about
    # a text has no sheets
    if about is not None and about.sheet:
        told |= {"sheet": about.sheet, "other_sheets": list(about.other_sheets)}
    return told


def _total(name: str, value: int, words: Catalogue) -> Any:
    return value if name == "points" else money(value, words)


def import_row(row: BatchRow, words: Catalogue) -> dict[str, Any]:
    """An import of the list; `trouble` and `cure` say why one is stuck, and the way out."""
    said, cure = labels.import_trouble(
        row.state, row.trouble, words, batch=row.id, file=row.file_name
    )
    shown = facts(row, ("batch=id", "kind", "file=file_name", "state"))
    shown["at"] = instant(Moment(row.at), words)
    shown |= facts(row, ("created", "updated"))
    if said:
        shown |= {"trouble": said, "cure": cure, "reason": row.trouble}
    return shown


def problem(found: Problem, words: Catalogue) -> dict[str, Any]:
    place = facts(found, ("row", "column"))
    sentence = {"problem": errors.problem(found, words)}
    return place | sentence | {"code": found.kind, "value": found.value}


def problems(
    first: Sequence[Problem], kinds: Sequence[ProblemKind], words: Catalogue
) -> dict[str, Any]:
    """The first problems one by one, and all of them by kind."""
    each = [problem(found, words) for found in first[:MOST_PROBLEMS]]
    return {"errors": each, "problems": rows(kinds, ("kind", "column", "rows", "examples"))}


def reading(found: Reading) -> dict[str, Any]:
    """How a mapping reads cells: what it says, and the names of its rules."""
    said = facts(found, ("decimal", "days", "points"))
    rules = [rule.name for rule in found.rules if rule.act.startswith("leave")]
    return {key: text or None for key, text in said.items()} | {"leaves_out": rules}
