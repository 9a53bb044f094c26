"""Mappings: which column of another system's file is which of ours, and how its cells are read.

Ready ones come with the program (resources/imports) and are told by their titles; others are a
file, or were kept in the store for the next month's file. A further system is a TOML file there and
a sample in tests/services/imports/test_mappings.py.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from storecrm import paths
from storecrm.domain.list_columns import COLUMNS, PARTS, known_columns
from storecrm.errors import BadFile, BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models.import_batch import ImportMapping
from storecrm.services import files, rights
from storecrm.services.imports.cell_formats import ORDERS, ROUNDINGS
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import clean_text

_MAP: Any = ImportMapping.__table__
ACTS = ("leave", "leave_rest", "blank", "negative")
OWN = "own"
"""As the cells say themselves, whatever a ready mapping says."""
SHOP = "shop"
"""The order of day and month that is usual where the shop is."""


@dataclass(frozen=True, kw_only=True)
class ColumnRule:
    """Rows told by what they say in one column (`column` "": in their first filled cell): one of
    `words`, or a text that begins with one of `starts`; `filled`: anything. What is done: the row
    is left out, or it and all below ("leave_rest"), or its `targets` (columns of ours) are left
    blank or made negative. `along` names a column: a row whose `column` is blank goes with the row
    above that says the same there. `name` is what the rows are counted under: void, refund,
    cancelled, total, remark, archived, lost_card ..."""

    name: str
    act: str = "leave"
    column: str = ""
    words: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    filled: bool = False
    targets: tuple[str, ...] = ()
    along: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How cells are read. `decimal`: "." or ",", `days`: an order of ways.ORDERS or "shop",
    `points`: how parts of a point are rounded
    (ways.ROUNDINGS); "" or "own" is as the column says itself, for points a problem. `blank`:
    further words that say nothing. `words`: by column of ours what a word of the file means ("" for
    nothing). `strip`: signs around every cell. `negate`: columns of ours whose sign is turned.
    `of_order`: columns whose cell is of a whole receipt and stands on one of its rows (discount).
    `taken`: names of rules that are not followed."""

    decimal: str = ""
    days: str = ""
    points: str = ""
    blank: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    strip: str = ""
    negate: tuple[str, ...] = ()
    of_order: tuple[str, ...] = ()
    rules: tuple[ColumnRule, ...] = ()
    taken: frozenset[str] = frozenset()

    def over(self, other: "Reading") -> "Reading":
        """This one where it says something, the other where not."""
        said = {
            one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)
        }
        return replace(other, **said)


@dataclass(frozen=True, kw_only=True)
class FileMapping:
    """A mapping: `columns` says for each title of the file which column of ours it is ("" leaves it
    out). A ready one is told by the titles `told_by`. `strict`: each title must be in the file.
    `encoding`, `sheet`, `header` as importing.How has them."""

    name: str = ""
    kind: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    told_by: tuple[str, ...] = ()
    strict: bool = False
    encoding: str = ""
    sheet: str = ""
    header: int | None = None


@dataclass(frozen=True)
class MappingView:
    """A mapping under its name: header of the file to column of ours ("" leaves it out), and how
    its cells are read."""

    name: str
    kind: str
    columns: dict[str, str]
    reading: Reading = field(default_factory=Reading)


# --- files
# -----------------------------------------------------------------------------------------------------------


def read(path: Path) -> FileMapping:
    """A mapping of a TOML file: one line a title ("手机" = "phone"), or the full form with the
    tables columns, read, words and rule.

    Raises:
        BadFile: no_file, not_toml, mapping_shape (facts: word).
    """
    said = files.read_toml(path)
    found = of_toml(said) if isinstance(said.get("columns"), dict) else _plain(said)
    return replace(found, name=found.name or path.stem, strict=True)


def _plain(said: Mapping[str, Any]) -> FileMapping:
    wrong = [title for title, column in said.items() if not isinstance(column, str)]
    if wrong:
        raise BadFile("mapping_shape", where=wrong[0][:40], word=wrong[0][:40])
    return FileMapping(columns=dict(said))


def of_toml(said: Mapping[str, Any]) -> FileMapping:
    """The full form.

    Raises:
        BadFile: mapping_shape (facts: word).
    """
    head = {"name", "kind", "told_by", "encoding", "sheet", "header"}
    _known(said, head | {"columns", "read", "words", "rule"})
    try:
        rules = tuple(_rule(one) for one in said.get("rule", ()))
        reading = _reading(said.get("read", {}), said.get("words", {}), rules)
        more = {key: said[key] for key in head & said.keys()} | {
            "told_by": tuple(said.get("told_by", ()))
        }
        columns = {str(title): str(column) for title, column in said["columns"].items()}
        return FileMapping(columns=columns, reading=reading, **more)
    except (TypeError, AttributeError) as error:
        raise BadFile(
            "mapping_shape", where=str(said.get("name", "")), word=str(error)[:60]
        ) from None


def _reading(
    said: Mapping[str, Any], words: Mapping[str, Any], rules: tuple[ColumnRule, ...]
) -> Reading:
    _known(said, {"decimal", "days", "points", "blank", "strip", "negate", "of_order", "taken"})
    fine = {
        "decimal": ("", OWN, ".", ","),
        "days": ("", OWN, SHOP, *ORDERS),
        "points": ("", OWN, *ROUNDINGS),
    }
    for key, known in fine.items():
        if said.get(key, "") not in known:
            raise BadFile("mapping_shape", where=key, word=str(said[key])[:40])
    meant = {
        column: {str(word): str(means) for word, means in table.items()}
        for column, table in words.items()
    }
    more: dict[str, Any] = {
        key: tuple(map(str, said.get(key, ()))) for key in ("blank", "negate", "of_order")
    }
    more |= {key: str(said.get(key, "")) for key in ("decimal", "days", "points", "strip")}
    return Reading(
        words=meant, rules=rules, taken=frozenset(map(str, said.get("taken", ()))), **more
    )


def _rule(said: Mapping[str, Any]) -> ColumnRule:
    _known(said, {one.name for one in fields(ColumnRule)})
    if said.get("act", "leave") not in ACTS or not said.get("name"):
        raise BadFile("mapping_shape", where="rule", word=str(said.get("act") or "name")[:40])
    found: dict[str, Any] = {
        key: tuple(map(str, value)) if isinstance(value, list) else value
        for key, value in said.items()
    }
    return ColumnRule(**found)


def _known(said: Mapping[str, Any], words: Iterable[str]) -> None:
    strange = sorted(set(said) - set(words))
    if strange:
        raise BadFile("mapping_shape", where=strange[0][:40], word=strange[0][:40])


@lru_cache(maxsize=1)
def ready() -> tuple[FileMapping, ...]:
    """The mappings that come with the program, one a kind of file of another system."""
    folder = paths.resources() / "imports"
    return tuple(of_toml(files.read_toml(file)) for file in sorted(folder.glob("*.toml")))


# --- kept ones
# -------------------------------------------------------------------------------------------------------


def listed(store: Store, *, kind: str = "") -> list[MappingView]:
    """The mappings of a kind (of all without one), by name."""
    rights.require(store, Right.IMPORT)
    with store.read() as session:
        query = select(_MAP).order_by(_MAP.c.name)
        rows = session.execute(query.where(_MAP.c.kind == kind) if kind else query)
        return [_view(row.name, row.kind, json.loads(row._mapping["columns"])) for row in rows]


def _view(name: str, kind: str, body: dict[str, Any]) -> MappingView:
    """A mapping as it is stored: the columns alone, or with how they are read."""
    if not isinstance(body.get("columns"), dict):
        return MappingView(name, kind, body)
    said = body["reading"]
    rules = tuple(_rule(one) for one in said.pop("rules", ()))
    return MappingView(name, kind, body["columns"], _reading(said, said.pop("words", {}), rules))


def keep(
    store: Store, *, name: str, kind: str, columns: Mapping[str, str], reading: Reading = Reading()
) -> MappingView:
    """Keep a mapping; one of the same name is replaced.

    Raises:
        BadInput: import_kind, mapping_name, mapping_column.
    """
    rights.require(store, Right.IMPORT)
    if kind not in COLUMNS:
        raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    tidy = clean_text(name, 60)
    if not tidy:
        raise BadInput("mapping_name", where=name[:40])
    require_columns(kind, columns)
    with store.write() as session:
        session.execute(delete(_MAP).where(_MAP.c.name == tidy))
        row = {
            "name": tidy,
            "kind": kind,
            "columns": _stored(columns, reading),
            "at": store.clock.now(),
        }
        session.execute(insert(_MAP).values(**row, staff_id=store.staff))
        audit.log(session, store, "mapping_kept", mapping=tidy)
    return MappingView(tidy, kind, dict(columns), reading)


def _stored(columns: Mapping[str, str], reading: Reading) -> str:
    if reading == Reading():
        return json.dumps(dict(columns), ensure_ascii=False)
    body = asdict(reading) | {"taken": sorted(reading.taken)}
    return json.dumps({"columns": dict(columns), "reading": body}, ensure_ascii=False)


def require_columns(kind: str, columns: Mapping[str, str]) -> None:
    """Raises BadInput mapping_column for one that this kind does not have."""
    wrong = [column for column in columns.values() if column and column not in known_columns(kind)]
    if wrong:
        raise BadInput(
            "mapping_column",
            where=wrong[0][:40],
            known=", ".join((*COLUMNS[kind], *PARTS.get(kind, ()))),
        )


def named(store: Store, *, name: str) -> MappingView:
    """One mapping.

    Raises:
        NotFound: mapping.
    """
    rights.require(store, Right.IMPORT)
    for found in listed(store):
        if found.name == name:
            return found
    raise NotFound("mapping", where=name[:60])


def asked(store: Store, *, text: str) -> FileMapping:
    """The mapping of a file (a name with an ending), or the one that was kept under a name.

    Raises:
        BadFile: see read.
        NotFound: see named.
    """
    rights.require(store, Right.IMPORT)
    if Path(text).suffix:
        return read(Path(text))
    kept = named(store, name=text)
    return FileMapping(name=kept.name, kind=kept.kind, columns=kept.columns, reading=kept.reading)


def remove(store: Store, *, name: str) -> None:
    """Forget a mapping.

    Raises:
        NotFound: mapping.
    """
    rights.require(store, Right.IMPORT)
    with store.write() as session:
        done: Any = session.execute(delete(_MAP).where(_MAP.c.name == name))
        if not done.rowcount:
            raise NotFound("mapping", where=name[:60])
