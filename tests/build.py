"""Makers of valid things; a test names only what it is about."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

from storecrm.domain.offers import reading
from storecrm.errors import ImportRejected
from storecrm.models.base import Base
from storecrm.services.coupons import batches, issue
from storecrm.services.imports import run
from storecrm.services.imports.options import Imported, ImportOptions
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.members.views import MemberView
from storecrm.services.offers import design
from storecrm.services.store import Store
from storecrm.values import Code


def member(store: Store, phone: str = "13800138000", name: str = "李小梅") -> MemberView:
    return registry.register(store, new=NewMember(phone=phone, name=name))


def offer(store: Store, code: str = "A20", **changes: Any) -> str:
    """¥20 off from ¥100, 30 days."""
    raw = {
        "code": code,
        "kind": "threshold_off",
        "value": "20",
        "min_spend": "100",
        "valid_days": 30,
    } | changes
    design.create(
        store, new=reading.draft({key: value for key, value in raw.items() if value is not None})
    )
    return code


def goods(store: Store, **prices: str) -> None:
    """Articles by their number, each with its price."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "goods.csv"
        file.write_text(
            "sku,name,price\n" + "".join(f"{sku},{sku},{price}\n" for sku, price in prices.items()),
            "utf-8",
        )
        run.load(store, kind="products", path=file)


def issued(store: Store, code: str = "A20", count: int = 3, to: tuple[str, ...] = ()) -> list[Code]:
    batch = issue.issue(store, offer=code, count=0 if to else count, to=to)
    return batches.codes_of(store, batch=batch.id)


def link(place, to):
    """A link, where the system lets this user make one."""
    try:
        Path(place).symlink_to(to, target_is_directory=Path(to).is_dir())
    except NotImplementedError:
        pytest.skip("no links here")
    except OSError as error:
        if getattr(error, "winerror", 0) != 1314:
            raise
        pytest.skip("this user may make no links")
    if not Path(place).is_symlink():
        pytest.skip("links are made here and nobody sees them")
    if Path(to).exists() and Path(place).resolve() != Path(to).resolve():
        pytest.skip("links are made here and nobody says where they lead")


def bring(store: Store, folder: Path, kind: str, text: str, **how: Any) -> Imported:
    """Import a few lines, titles first."""
    file = folder / f"{kind}.csv"
    file.write_text(text, "utf-8")
    return run.load(store, kind=kind, path=file, how=ImportOptions(**how))


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table: two of these are equal when nothing was changed."""
    with store.read() as session:
        return {
            table.name: sorted(map(tuple, session.execute(table.select())), key=repr)
            for table in Base.metadata.sorted_tables
        }


def rows(store: Store, model: Any, **where: Any) -> int:
    """How many rows of a table say so."""
    with store.read() as session:
        return session.query(model).filter_by(**where).count()


def problems(store: Store, folder: Path, kind: str, text: str) -> list[tuple[int, str, str]]:
    """Why a list is refused: row, column and kind of each problem."""
    with pytest.raises(ImportRejected) as told:
        bring(store, folder, kind, text)
    return [(one.row, one.column, one.kind) for one in told.value.problems]
