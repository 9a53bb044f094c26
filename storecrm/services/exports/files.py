"""Exports: lists as a typed workbook or as CSV that spreadsheets open safely."""

from pathlib import Path

from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.exports import not_carried as left_behind
from storecrm.services.exports.lists import LISTS
from storecrm.services.exports.not_carried import LeftBehind
from storecrm.services.exports.recorded import write
from storecrm.services.files import Target
from storecrm.services.rights import Right
from storecrm.services.store import Store

_OWNERS_LISTS = ("members", "consents", "referrals")


def export(
    store: Store, *, kind: str, file: Path, words: Catalogue, overwrite: bool = False
) -> int:
    """Write a list to .xlsx or .csv; returns the number of rows. Members are the owner's, and the
    export is recorded.

    Raises:
        BadInput: export_kind, file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, right_of(kind))
    _require_kind(kind)
    columns, rows = LISTS[kind]
    target = Target(file, f"export {kind}", overwrite=overwrite)
    return write(store, kind, target, columns, lambda session: rows(session, store), words)


def not_carried(store: Store, *, kind: str) -> tuple[LeftBehind, ...]:
    """What of this shop's a list does not carry.

    Raises:
        BadInput: export_kind.
    """
    rights.require(store, right_of(kind))
    _require_kind(kind)
    with store.read() as session:
        return left_behind.of(session, kind)


def _require_kind(kind: str) -> None:
    if kind not in LISTS:
        raise BadInput("export_kind", where=kind, known=", ".join(LISTS))


def right_of(kind: str) -> Right:
    """What handing out a list takes: who the members are, what they said and whom they know is the
    owner's."""
    return Right.EXPORT_MEMBERS if kind in _OWNERS_LISTS else Right.EXPORT
