"""Everything the shop keeps of one member, to hand over: as JSON for a program, as PDF for a
person."""

import json
from pathlib import Path
from typing import Any

from storecrm.errors import BadInput
from storecrm.i18n import Catalogue
from storecrm.ledger import audit
from storecrm.services import files, rights
from storecrm.services.files import Target
from storecrm.services.members import registry
from storecrm.services.printing.member_data import gathered
from storecrm.services.printing.member_data_lines import PaperLine, lines
from storecrm.services.printing.page import A4, BOLD, Face, PaperSheet
from storecrm.services.rights import Right
from storecrm.services.store import Store

KIND = "member data"
_BEGINS = f'{{\n  "document": "{files.MARK}{KIND}"'.encode()
_LINES = 48
_TOP = 30
_STEP = 5.2
_TITLE = Face(6, BOLD)
_CORNER = Face(3.2, align="right")
_HEADING = Face(4.2, BOLD)
_PLAIN = Face(3.5)


def write(
    store: Store, *, member: str, file: Path, words: Catalogue, overwrite: bool = False
) -> int:
    """Write a member's data to a .json or .pdf file; returns the number of receipts in it. It is
    written down that it was done.

    Raises:
        NotFound: member.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.FULL_PHONES)
    kind = file.suffix.casefold()
    if kind not in (".json", ".pdf"):
        raise BadInput("file_kind", where=file.name)
    as_json = kind == ".json"
    begins = _BEGINS if as_json else b""
    target = Target(file, KIND, store.name, overwrite, begins=begins)
    files.require(target)
    body = gathered(store, member)
    if as_json:
        _as_json(body, target)
    else:
        _as_pdf(store, body, target, words)
    # written down only when the file is whole
    with store.write() as session:
        person = registry.resolve(session, store, member)
        audit.log(session, store, "member_file_written", member=person)
    return len(body["receipts"])


def _as_json(body: dict[str, Any], target: Target) -> None:
    document = {"document": target.mark, **body}
    text = json.dumps(document, ensure_ascii=False, indent=2)
    with files.whole(target) as part:
        # the same bytes on every system: by the first ones it is known again
        part.write_text(text, "utf-8", newline="\n")


def _as_pdf(store: Store, body: dict[str, Any], target: Target, words: Catalogue) -> None:
    shop = store.shop.name
    sheet = PaperSheet(target, *A4, f"{shop} {body['person']['member_no']}")
    day = body["made_at"][:10]
    for at, line in enumerate(lines(body, store.shop.digits, words)):
        place = at % _LINES
        if place == 0:
            if at:
                sheet.next_page()
            number = at // _LINES + 1
            sheet.line(20, 20, words.t("What we keep about you"), _TITLE)
            sheet.line(190, 20, f"{shop} · {day} · {number}", _CORNER)
        _draw(sheet, _TOP + place * _STEP, line)
    sheet.save()


def _draw(sheet: PaperSheet, y: float, line: PaperLine) -> None:
    left = 26 if line.inside else 20
    face = _HEADING if line.heading else _PLAIN
    sheet.line(left, y, line.text, face, room=164)
