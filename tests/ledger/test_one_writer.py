"""Rows of the books are put in by the ledger alone."""

import ast
from pathlib import Path

import pytest

from storecrm.models import tables
from storecrm.models.base import Base

ROOT = Path(__file__).resolve().parents[2] / "storecrm"
BOOKS = {
    "AuditEntry",
    "Batch",
    "Coupon",
    "PointEntry",
    "PointLot",
    "Redemption",
    "Sale",
    "SaleLine",
    "SaleTender",
    "StampEntry",
}
TABLES = {
    "audit": "AuditEntry",
    "batch": "Batch",
    "coupon": "Coupon",
    "point_entry": "PointEntry",
    "point_lot": "PointLot",
    "redemption": "Redemption",
    "sale": "Sale",
    "sale_line": "SaleLine",
    "sale_tender": "SaleTender",
    "stamp_entry": "StampEntry",
}
"""The same by their names in models.tables."""
DOORS = {"insert": 0, "bulk_insert": 1, "insert_columns": 1}
"""What puts rows in, and at which place it names the table."""


def _of_books(node: ast.AST, known: dict[str, str]) -> str:
    """The table that an expression is: a model, its `__table__`, or a name given to that."""
    if isinstance(node, ast.Attribute) and node.attr == "__table__":
        return _of_books(node.value, known)
    if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("tables"):
        return TABLES.get(node.attr, "")
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr in BOOKS else ""
    return known.get(node.id, "") if isinstance(node, ast.Name) else ""


def _names(tree: ast.AST) -> dict[str, str]:
    """Names of a module that stand for a table of the books."""
    known = {name: name for name in BOOKS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            known |= {a.asname: a.name for a in node.names if a.asname and a.name in BOOKS}
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if table := _of_books(node.value, known):
                known |= {target.id: table for target in targets if isinstance(target, ast.Name)}
    return known


def _written(source: str) -> list[str]:
    """Tables of the books that a source puts rows in."""
    tree = ast.parse(source)
    known = _names(tree)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in DOORS and len(node.args) > DOORS[name]:
            found.append(_of_books(node.args[DOORS[name]], known))
        elif name in BOOKS:
            # an object of a model, to be added to a session
            found.append(name)
    return [table for table in found if table]


SOURCES = [
    path
    for path in sorted(ROOT.rglob("*.py"))
    if path.relative_to(ROOT).parts[0] != "ledger" and "migrations" not in path.parts
]


def test_nobody_else_puts_rows_in_the_books():
    """A sale was once written in four places and a line in nine, each with columns of its own."""
    others = {
        path.relative_to(ROOT).as_posix(): written
        for path in SOURCES
        if (written := _written(path.read_text("utf-8")))
    }
    assert others == {}


def test_the_ledger_writes_every_book():
    """What is looked for is found where it does stand."""
    rooms = (ROOT / "ledger").glob("*.py")
    assert {table for path in rooms for table in _written(path.read_text("utf-8"))} == BOOKS


def test_every_book_is_known_by_the_name_of_its_table():
    """A table that is renamed is still guarded."""
    named = {name: getattr(tables, name) for name in TABLES}
    nouns = {mapper.class_.__name__: mapper.local_table for mapper in Base.registry.mappers}
    assert named == {name: nouns[noun] for name, noun in TABLES.items()}
    assert set(TABLES.values()) == BOOKS


@pytest.mark.parametrize(
    "source",
    [
        "session.execute(insert(Sale).values(x=1))",
        "_S: Any = Sale.__table__\nNEW = Hot(insert(_S).returning(_S.c.id))",
        "from storecrm.models.sale import Sale as Bill\ndatabase.bulk_insert(s, Bill.__table__, n, r)",
        "session.add(models.Sale(net=1))",
        "sqlalchemy.insert(sale.Sale)",
        "session.execute(insert(tables.sale), rows)",
        "sale = tables.sale\nNEW = Hot(insert(sale))",
        "_S = Sale.__table__\ndatabase.insert_columns(session, _S, columns)",
    ],
)
def test_every_way_of_putting_rows_in_is_seen(source):
    """A guard that knows one spelling guards nothing."""
    assert _written(source) == ["Sale"]
