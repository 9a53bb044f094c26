"""Rows become a file, and the trail says so."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from storecrm.i18n import Catalogue
from storecrm.ledger import audit
from storecrm.services import files, rights
from storecrm.services.exports.cells import Rows
from storecrm.services.exports.written import is_text_file, titles_of, write_csv, write_xlsx
from storecrm.services.files import Target
from storecrm.services.rights import Right
from storecrm.services.store import Store


def write(
    store: Store,
    kind: str,
    target: Target,
    columns: tuple[str, ...],
    rows: Callable[[Session], Rows],
    words: Catalogue,
) -> int:
    """Write the rows and write down that it was done; returns how many there were. Lists of persons
    ask for more than this right."""
    rights.require(store, Right.EXPORT)
    is_text = is_text_file(target.file)
    # a list is known again by its titles, a workbook by its mark
    begins = titles_of(columns) if is_text else b""
    target = replace(target, store=store.name, begins=begins)
    files.require(target)
    with store.read() as session:
        if is_text:
            count = write_csv(target, columns, rows(session))
        else:
            count = write_xlsx(target, columns, rows(session), words, store.shop.name)
    with store.write() as session:
        audit.log(session, store, "exported", kind=kind, rows=count)
    return count
