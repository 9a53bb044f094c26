"""By what this program knows the files that it wrote: each kind bears its mark where such files
have room for one, and a file that somebody worked on since is theirs."""

import mmap
import re
import zipfile
from pathlib import Path

MARK = "storecrm: "
"""What stands before the kind in a paper's subject, a workbook's category and a picture's text."""
_HEAD = 4096
"""Bytes in which a picture tells its kind."""
_END = b"%%EOF"
_MOMENT = re.compile(rb"<dcterms:(?:created|modified)[^>]*>([^<]+)<")


def is_ours(file: Path, mark: str, begins: bytes) -> bool:
    """True for a file that this program wrote as the kind of `mark` (or that `begins` so), and that
    nobody has worked on since."""
    # lists begin with their titles; what is not plain text bears a mark inside
    with file.open("rb") as there:
        head = there.read(max(_HEAD, len(begins)))
    if begins:
        return head.startswith(begins)
    said = mark.encode()
    if head.startswith(b"%PDF"):
        return _says_pdf(file, said)
    if head.startswith(b"PK"):
        return _says_workbook(file, said)
    return head.startswith(b"\x89PNG") and said in head


def _says_pdf(file: Path, mark: bytes) -> bool:
    """A paper of ours, not changed since: who changes one adds a second end."""
    subject = b"/Subject (" + mark + b")"
    with file.open("rb") as there, mmap.mmap(there.fileno(), 0, access=mmap.ACCESS_READ) as body:
        end = body.find(_END)
        one_end = end >= 0 and end == body.rfind(_END)
        return one_end and body.find(subject) >= 0


def _says_workbook(file: Path, mark: bytes) -> bool:
    """A workbook of ours, not saved by anybody since: made and changed in the same moment."""
    category = b"<cp:category>" + mark + b"</cp:category>"
    try:
        with zipfile.ZipFile(file) as archive, archive.open("docProps/core.xml") as part:
            said = part.read(20_000)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, EOFError):
        return False
    # whoever saves it again leaves a later time of change
    moments = _MOMENT.findall(said)
    untouched = len(moments) == 2 and moments[0] == moments[1]
    return untouched and category in said
