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

from sqlalchemy import Delete, delete, insert, select

from storecrm import paths
from storecrm.domain.list_columns import COLUMNS, PARTS, known_columns
from storecrm.errors import BadFile, BadInput, NotFound
from storecrm.ledger import audit
from storecrm.models import tables
from storecrm.services import files, rights
from storecrm.services.imports.amount_formats import ROUNDINGS
from storecrm.services.imports.day_formats import ORDERS
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import clean_text

ACTS = ("leave", "leave_rest", "blank", "negative")
OWN = "own"
"""As the cells say themselves, whatever a ready mapping says."""
SHOP = "shop"
"""The order of day and month that is usual where the shop is."""
_MAPPING = tables.import_mapping.c
_BY_NAME = select(tables.import_mapping).order_by(_MAPPING.name)
_HEAD = frozenset(("name", "kind", "told_by", "encoding", "sheet", "header"))
_TABLES = frozenset(("columns", "read", "words", "rule"))
_TEXTS = ("decimal", "days", "points", "strip")
_LISTS = ("blank", "negate", "of_order")
# what a text may say, "" where it says nothing
_CHOICES = {
    "decimal": ("", OWN, ".", ","),
    "days": ("", OWN, SHOP, *ORDERS),
    "points": ("", OWN, *ROUNDINGS),
}


Meanings = Mapping[str, str]
"""What each word of a file means."""


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
    """How cells are read. `decimal`: "." or ",", `days`: one of day_formats.ORDERS or
    "shop", `points`: how parts of a point are rounded (amount_formats.ROUNDINGS); "" or "own" is as
    the column says itself, for points a problem. `blank`: further words that say nothing. `words`:
    by column of ours what a word of the file means ("" for nothing). `strip`: signs around every
    cell. `negate`: columns of ours whose sign is turned. `of_order`: columns whose cell is of a
    whole receipt and stands on one of its rows (discount). `taken`: names of rules that are not
    followed."""

    decimal: str = ""
    days: str = ""
    points: str = ""
    blank: tuple[str, ...] = ()
    words: Mapping[str, Meanings] = field(default_factory=dict)
    strip: str = ""
    negate: tuple[str, ...] = ()
    of_order: tuple[str, ...] = ()
    rules: tuple[ColumnRule, ...] = ()
    taken: frozenset[str] = frozenset()

    def over(self, other: "Reading") -> "Reading":
        """This one where it says something, the other where not."""
        all_of_it = {one.name: getattr(self, one.name) for one in fields(self)}
        said = {name: value for name, value in all_of_it.items() if value}
        return replace(other, **said)


@dataclass(frozen=True, kw_only=True)
class FileMapping:
    """A mapping: `columns` says for each title of the file which column of ours it is ("" leaves it
    out). A ready one is told by the titles `told_by`. `strict`: each title must be in the file.
    `encoding`, `sheet`, `header` as ImportOptions has them."""

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


# --- files ---


def read(path: Path) -> FileMapping:
    """A mapping of a TOML file: one line a title ("手机" = "phone"), or the full form with the
    tables columns, read, words and rule.

    Raises:
        BadFile: no_file, not_toml, mapping_shape (facts: word).
    """
    said = files.read_toml(path)
    # a title may be called "columns" too
    whole = isinstance(said.get("columns"), dict)
    found = of_toml(said) if whole else _plain(said)
    return replace(found, name=found.name or path.stem, strict=True)


def _plain(said: Mapping[str, Any]) -> FileMapping:
    wrong = [title for title, column in said.items() if not isinstance(column, str)]
    if wrong:
        raise _misshapen(wrong[0], wrong[0])
    return FileMapping(columns=dict(said))


def of_toml(said: Mapping[str, Any]) -> FileMapping:
    """The full form.

    Raises:
        BadFile: mapping_shape (facts: word).
    """
    _require_known(said, _HEAD | _TABLES)
    try:
        rules = tuple(map(_rule, said.get("rule", ())))
        reading = _reading(said.get("read", {}), said.get("words", {}), rules)
        head = {key: said[key] for key in _HEAD & said.keys()}
        head["told_by"] = tuple(said.get("told_by", ()))
        columns = _meant(said["columns"])
        return FileMapping(columns=columns, reading=reading, **head)
    except (TypeError, AttributeError) as error:
        name = str(said.get("name", ""))
        raise BadFile("mapping_shape", where=name, word=str(error)[:60]) from None


def _reading(
    said: Mapping[str, Any], words: Mapping[str, Any], rules: tuple[ColumnRule, ...]
) -> Reading:
    _require_known(said, {*_TEXTS, *_LISTS, "taken"})
    for key, choices in _CHOICES.items():
        if said.get(key, "") not in choices:
            raise _misshapen(key, str(said[key]))
    read = dict[str, Any]()
    for key in _TEXTS:
        read[key] = str(said.get(key, ""))
    for key in _LISTS:
        read[key] = _texts(said.get(key, ()))
    meant = {column: _meant(table) for column, table in words.items()}
    taken = frozenset(map(str, said.get("taken", ())))
    return Reading(words=meant, rules=rules, taken=taken, **read)


def _texts(said: Iterable[Any]) -> tuple[str, ...]:
    return tuple(map(str, said))


def _meant(table: Mapping[Any, Any]) -> dict[str, str]:
    """What each title or word of the file means, as text."""
    return {str(word): str(means) for word, means in table.items()}


def _rule(said: Mapping[str, Any]) -> ColumnRule:
    _require_known(said, {one.name for one in fields(ColumnRule)})
    if said.get("act", "leave") not in ACTS or not said.get("name"):
        raise _misshapen("rule", str(said.get("act") or "name"))
    found: dict[str, Any] = dict(said)
    for key, value in said.items():
        if isinstance(value, list):
            found[key] = _texts(value)
    return ColumnRule(**found)


def _require_known(said: Mapping[str, Any], words: Iterable[str]) -> None:
    strange = sorted(set(said) - set(words))
    if strange:
        raise _misshapen(strange[0], strange[0])


def _misshapen(where: str, word: str) -> BadFile:
    return BadFile("mapping_shape", where=where[:40], word=word[:40])


@lru_cache(maxsize=1)
def ready() -> tuple[FileMapping, ...]:
    """The mappings that come with the program, one a kind of file of another system."""
    folder = paths.resources() / "imports"
    said = map(files.read_toml, sorted(folder.glob("*.toml")))
    return tuple(map(of_toml, said))


# --- kept ones ---


def listed(store: Store, *, kind: str = "") -> list[MappingView]:
    """The mappings of a kind (of all without one), by name."""
    rights.require(store, Right.IMPORT)
    of_kind = _BY_NAME.where(_MAPPING.kind == kind) if kind else _BY_NAME
    with store.read() as session:
        return [_view(row) for row in session.execute(of_kind)]


def _view(row: Any) -> MappingView:
    """A mapping as it is stored: the columns alone, or with how they are read."""
    # a row has a method `columns` of its own
    body: dict[str, Any] = json.loads(row._mapping["columns"])
    if not isinstance(body.get("columns"), dict):
        return MappingView(row.name, row.kind, body)
    said = body["reading"]
    rules = tuple(map(_rule, said.pop("rules", ())))
    reading = _reading(said, said.pop("words", {}), rules)
    return MappingView(row.name, row.kind, body["columns"], reading)


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
        session.execute(_without(tidy))
        said = {"name": tidy, "kind": kind, "columns": _stored(columns, reading)}
        kept = {"at": store.clock.now(), "staff_id": store.staff}
        session.execute(insert(tables.import_mapping).values(**said, **kept))
        audit.log(session, store, "mapping_kept", mapping=tidy)
    return MappingView(tidy, kind, dict(columns), reading)


def _without(name: str) -> Delete:
    return delete(tables.import_mapping).where(_MAPPING.name == name)


def _stored(columns: Mapping[str, str], reading: Reading) -> str:
    if reading == Reading():
        return json.dumps(dict(columns), ensure_ascii=False)
    # JSON knows no sets
    body = asdict(reading) | {"taken": sorted(reading.taken)}
    return json.dumps({"columns": dict(columns), "reading": body}, ensure_ascii=False)


def require_columns(kind: str, columns: Mapping[str, str]) -> None:
    """Raises BadInput mapping_column for one that this kind does not have."""
    known = known_columns(kind)
    wrong = [column for column in columns.values() if column and column not in known]
    if wrong:
        names = (*COLUMNS[kind], *PARTS.get(kind, ()))
        raise BadInput("mapping_column", where=wrong[0][:40], known=", ".join(names))


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
    # a name with an ending is a file's
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
        done: Any = session.execute(_without(name))
        if not done.rowcount:
            raise NotFound("mapping", where=name[:60])
