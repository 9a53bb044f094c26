"""Empty forms of lists that can come in."""

from pathlib import Path

from storecrm.domain.list_columns import COLUMNS
from storecrm.domain.list_titles import title_of
from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.services.files import Target
from storecrm.services.reports import workbook


def template(
    *, kind: str, file: Path, words: Catalogue, store: str = "", overwrite: bool = False
) -> None:
    """An empty workbook with the columns of an import kind, all cells as text so that phones keep
    their digits. `store` names the store whose files are not written over.

    Raises:
        BadInput: import_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    # a form without data needs nobody's rights
    if kind not in COLUMNS:
        raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    columns = COLUMNS[kind]
    titles = [title_of(kind, name, chinese=words.chinese) for name in columns]
    target = Target(file, f"import template {kind}", store, overwrite, private=False)
    with workbook.writing(target, words, kind) as book:
        book.form(kind, titles)
