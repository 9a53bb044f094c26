"""A fresh store to measure on."""

import tempfile
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver

from storecrm import compose
from storecrm.domain.offers import reading
from storecrm.models.database.engine import PRAGMAS
from storecrm.services.offers import design
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails, Store
from storecrm.values import Role


def fresh(timezone: str = "Asia/Shanghai", currency: str = "CNY") -> Store:
    """A new store with its owner signed in."""
    folder = Path(tempfile.mkdtemp(prefix="storecrm-bench-"))
    base = compose.create_store(
        str(folder / "store.db"),
        shop=ShopDetails(name="Bench", timezone=timezone, currency=currency, demo=True),
    )
    accounts.add(base, name="O", role=Role.OWNER, pin="860274")
    return accounts.sign_in(base, name="O", pin="860274", till="T")


def offer(store: Store, code: str = "B", **rule: Any) -> str:
    design.create(
        store,
        new=reading.draft(
            {
                "code": code,
                "kind": "threshold_off",
                "value": "20",
                "min_spend": "100",
                "valid_days": 30,
            }
            | rule
        ),
    )
    return code


def raw(path: str) -> Any:
    """The driver alone, with the same promises to the disk."""
    connection = driver.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
