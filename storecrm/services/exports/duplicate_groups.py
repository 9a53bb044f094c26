"""Groups of likely duplicates, as a file."""

from collections.abc import Sequence
from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import rights
from storecrm.services.exports.cells import Cells
from storecrm.services.exports.recorded import write
from storecrm.services.files import Target
from storecrm.services.members import duplicates
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.wording import insight

_DUPLICATES = ("group", "reason", "score", "member_no", "name", "phone", "birthday", "email") + (
    "registered_on",
)


def export_duplicates(
    store: Store,
    *,
    found: Sequence[duplicates.DuplicateGroup],
    file: Path,
    words: Catalogue,
    overwrite: bool = False,
) -> int:
    """Write groups of likely duplicates to .xlsx or .csv, a row a member; returns how many rows.
    The export is recorded.

    Raises:
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.EXPORT_MEMBERS)
    rows = list[Cells]()
    for at, group in enumerate(found, 1):
        why = (at, insight.duplicate(group.reason, words), group.score)
        for one in group.members:
            person = (one.member_no, one.name, one.phone)
            more = (one.birthday, one.email, one.registered_on)
            rows.append((*why, *person, *more))
    target = Target(file, "export duplicates", overwrite=overwrite)
    return write(store, "duplicates", target, _DUPLICATES, lambda _: iter(rows), words)
