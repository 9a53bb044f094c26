"""A member's answers on paper: what was asked, what was said, when, who took it and what proves
it."""

from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import files, rights
from storecrm.services.files import Target
from storecrm.services.members import consent, registry
from storecrm.services.members.consent import ConsentAnswer
from storecrm.services.printing import page as paper
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import grouped
from storecrm.wording.names import CHANNELS, PURPOSES

ROWS, _TOP, _STEP = 40, 44, 5.6


def write(
    store: Store, *, member: str, file: Path, words: Catalogue, overwrite: bool = False
) -> int:
    """Write a member's consent history as PDF; returns the number of answers.

    Raises:
        NotFound: member.
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.REGISTER)
    view, answers = registry.show(store, member=member), consent.history(store, member=member)
    target = Target(file, "consent history", store.name, overwrite)
    files.require(target)
    sheet = paper.PaperSheet(target, 210, 297, f"{store.shop.name} {view.member_no}")
    pages = [answers[at : at + ROWS] for at in range(0, len(answers), ROWS)] or [[]]
    for number, page in enumerate(pages, 1):
        if number > 1:
            sheet.next_page()
        sheet.text(20, 20, words.t("Consent history"), size=6, font=paper.BOLD)
        sheet.text(
            190,
            20,
            f"{store.shop.name} · {words.day(store.clock.today())} · {number}",
            size=3.2,
            align="right",
        )
        sheet.text(
            20, 29, f"{view.title}   {view.phone}   {grouped(view.member_no)}", size=4, room=170
        )
        heads = (
            words.t("Time"),
            words.t("Channel"),
            words.t("For"),
            words.t("Answer"),
            words.t("Evidence"),
        )
        for place, title in zip(_PLACES, heads, strict=True):
            sheet.text(place, 38, title, size=3.4, font=paper.BOLD)
        for at, answer in enumerate(page):
            for place, room, text in zip(_PLACES, _ROOM, _cells(answer, words), strict=True):
                sheet.text(place, _TOP + at * _STEP, text, size=3.3, room=room)
        if not page:
            sheet.text(20, _TOP, words.t("Never asked: nothing may be sent."), size=3.6)
    sheet.save()
    return len(answers)


_PLACES = (20, 54, 76, 100, 116)
_ROOM = (33, 21, 23, 15, 74)


def _cells(answer: ConsentAnswer, words: Catalogue) -> tuple[str, ...]:
    said = words.t("yes") if answer.granted else words.t("no")
    proof = "  ".join(part for part in (answer.evidence, answer.staff, answer.text_version) if part)
    channel = words.t(CHANNELS[answer.channel])
    return words.stamp(answer.at), channel, words.t(PURPOSES[answer.purpose]), said, proof
