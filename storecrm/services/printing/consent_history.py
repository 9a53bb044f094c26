"""A member's answers on paper: what was asked, what was said, when, who took it and what proves
it."""

from collections.abc import Sequence
from pathlib import Path

from storecrm.i18n import Catalogue, m
from storecrm.services import files, rights
from storecrm.services.files import Target
from storecrm.services.members import consent, registry
from storecrm.services.members.consent import ConsentAnswer
from storecrm.services.printing.page import A4, BOLD, Face, PaperSheet
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import grouped
from storecrm.wording.names import CHANNELS, PURPOSES

ROWS = 40
_TOP = 44
_STEP = 5.6
_PLACES = (20, 54, 76, 100, 116)
_ROOM = (33, 21, 23, 15, 74)
_COLUMNS = (m("Time"), m("Channel"), m("For"), m("Answer"), m("Evidence"))

_TITLE = Face(6, BOLD)
_CORNER = Face(3.2, align="right")
_MEMBER = Face(4)
_HEAD = Face(3.4, BOLD)
_CELL = Face(3.3)
_NOTHING = Face(3.6)


def write(
    store: Store, *, member: str, file: Path, words: Catalogue, overwrite: bool = False
) -> int:
    """Write a member's consent history as PDF; returns the number of answers.

    Raises:
        NotFound: member.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.REGISTER)
    view = registry.show(store, member=member)
    answers = consent.history(store, member=member)
    target = Target(file, "consent history", store.name, overwrite)
    files.require(target)
    sheet = PaperSheet(target, *A4, f"{store.shop.name} {view.member_no}")
    today = words.day(store.clock.today())
    # who was never asked gets a page that says so
    for at in range(0, len(answers) or 1, ROWS):
        if at:
            sheet.next_page()
        number = at // ROWS + 1
        sheet.line(20, 20, words.t("Consent history"), _TITLE)
        sheet.line(190, 20, f"{store.shop.name} · {today} · {number}", _CORNER)
        shown = f"{view.title}   {view.phone}   {grouped(view.member_no)}"
        sheet.line(20, 29, shown, _MEMBER, room=170)
        _table(sheet, answers[at : at + ROWS], words)
    sheet.save()
    return len(answers)


def _table(sheet: PaperSheet, answers: Sequence[ConsentAnswer], words: Catalogue) -> None:
    for place, title in zip(_PLACES, _COLUMNS, strict=True):
        sheet.line(place, 38, words.t(title), _HEAD)
    for number, answer in enumerate(answers):
        y = _TOP + number * _STEP
        for place, room, text in zip(_PLACES, _ROOM, _cells(answer, words), strict=True):
            sheet.line(place, y, text, _CELL, room)
    if not answers:
        nothing = words.t("Never asked: nothing may be sent.")
        sheet.line(20, _TOP, nothing, _NOTHING)


def _cells(answer: ConsentAnswer, words: Catalogue) -> tuple[str, ...]:
    moment = words.stamp(answer.at)
    channel = words.t(CHANNELS[answer.channel])
    purpose = words.t(PURPOSES[answer.purpose])
    said = words.t("yes") if answer.granted else words.t("no")
    # what proves it: the words asked, who heard the answer, which version of the text
    evidence = (answer.evidence, answer.staff, answer.text_version)
    proof = "  ".join(filter(None, evidence))
    return moment, channel, purpose, said, proof
