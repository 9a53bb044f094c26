"""How each person arranged the window: the columns of a table, their widths and order. It follows
the person to every till of the store, and nobody else sees it.

    keep(store, key="table.members", value={"hidden": ["email"]})
    kept(store)["table.members"]  ->  {"hidden": ["email"]}
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select

from storecrm.errors import BadInput
from storecrm.models import database, tables
from storecrm.services import rights
from storecrm.services.rights import Right
from storecrm.services.store import Store

LONGEST = 8_000
"""Signs of one value: a table of a hundred columns needs half of them."""
MOST = 200
"""Values that one person keeps."""
_KEY = re.compile(r"[a-z][a-z0-9_.-]{0,59}")
_OWN = tables.staff_preference.c


def kept(store: Store) -> dict[str, Any]:
    """Everything that the person who acts arranged, by key; what is unreadable is left out."""
    rights.require(store, Right.FIND)
    mine = select(_OWN.key, _OWN.value).where(_OWN.staff_id == store.staff)
    with store.read() as session:
        rows = session.execute(mine).all()
    found = dict[str, Any]()
    for row in rows:
        try:
            found[row.key] = json.loads(row.value)
        except ValueError:
            continue
    return found


def keep(store: Store, *, key: str, value: Mapping[str, Any] | None) -> None:
    """Keep how the person who acts arranged one part of the window; None: as it comes.

    Raises:
        BadInput: preference (a key of another shape, a value that is too long, one more than
            `MOST`).
    """
    rights.require(store, Right.FIND)
    if not _KEY.fullmatch(key):
        raise BadInput("preference", where=key[:60])
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST:
        raise BadInput("preference", where=key)
    own = _OWN.staff_id == store.staff
    with store.write() as session:
        # the same person at two tills
        database.hold(session, f"preferences of {store.staff}")
        session.execute(delete(tables.staff_preference).where(own, _OWN.key == key))
        if value is None:
            return
        counted = select(func.count()).select_from(tables.staff_preference).where(own)
        if (session.scalar(counted) or 0) >= MOST:
            raise BadInput("preference", where=key)
        row = {"staff_id": store.staff, "key": key, "value": text}
        session.execute(insert(tables.staff_preference).values(**row))
