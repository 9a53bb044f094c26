"""What members answered to being written to, from a list."""

from collections.abc import Collection
from typing import Any, ClassVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storecrm.models import database, tables
from storecrm.models.member import Consent
from storecrm.services.imports.loaders.base import Loader, Parsed, said_in
from storecrm.services.imports.loaders.cell_readers import Worded, cell, who_of, yes
from storecrm.services.members import consent_ledger
from storecrm.values import Channel, ImportId, MemberId, Purpose, clean_text
from storecrm.wording.names import CHANNELS

A_SECOND = 1_000_000
"""A list says times to the second."""
_ABOUT = ("member_id", "channel", "purpose")
_AGAIN = (*_ABOUT, "granted", "text_version", "evidence", "staff_id", "at")
"""What an answer that is said once more says."""
_WORDS = Worded(CHANNELS)
_USUAL = {
    "邮件": Channel.EMAIL,
    "e-mail": Channel.EMAIL,
    "邮寄": Channel.POST,
    "letter": Channel.POST,
    "call": Channel.PHONE,
}


class ConsentsLoader(Loader):
    """consents: every answer of members to being written to, the oldest first. Key is member,
    channel, purpose, answer and time. What was said here later than the last answer of the list
    still holds after it."""

    WAITS: ClassVar = True

    def read(self, cells: dict[str, str]) -> dict[str, Any]:
        row: dict[str, Any] = {"who": who_of(cells)}
        row["channel"] = cell(cells, "channel", _channel)
        if row["channel"] is None:
            raise ValueError("channel:missing")
        row["granted"] = cell(cells, "granted", yes)
        if row["granted"] is None:
            raise ValueError("granted:missing")
        said = cell(cells, "answered_at", self.cells.at)
        row["at"] = said and said[0]
        proof = cells.get("evidence") or ""
        version = cells.get("text_version") or ""
        # what proves an answer may be long, the version of a text is not
        row["evidence"] = clean_text(proof, 200)
        row["text_version"] = clean_text(version, 40)
        row["purpose"] = cell(cells, "purpose", _purpose) or Purpose.PROMOTION
        return row

    def write(
        self, session: Session, part: list[Parsed], batch: ImportId | None, *, last: bool
    ) -> None:
        people = self.members_by(session, said_in(part, "who"))
        known, newest = self._known(session, set(people.values()))
        fresh = list[dict[str, Any]]()
        for number, row in part:
            member = people.get(row["who"])
            if member is None:
                self.problem(number, "member_no", "unknown", row["who"])
                continue
            about = (member, str(row["channel"]), str(row["purpose"]))
            at = row["at"]
            # an answer without a time is known by what was said alone
            second = at and at // A_SECOND
            key = (*about, row["granted"], second)
            if key in known:
                self.counts["unchanged"] += 1
                continue
            known.add(key)
            self.counts["created"] += 1
            answer = dict(zip(_ABOUT, about, strict=True))
            answer["at"] = self.store.clock.now() if at is None else at
            fresh.append(answer | _said(row))
        if batch is not None and fresh:
            self._put(session, fresh, newest, batch)

    def _known(self, session: Session, ids: Collection[int]) -> tuple[set[Any], dict[Any, Any]]:
        """The answers of these members as keys, and the newest of each channel and purpose."""
        known = set[Any]()
        newest = dict[Any, Any]()
        theirs = database.among(session, Consent.member_id, ids)
        answers = select(tables.consent).where(theirs)
        for row in session.execute(answers.order_by(Consent.id)):
            about = (row.member_id, str(row.channel), row.purpose)
            second = row.at // A_SECOND
            known.add((*about, row.granted, second))
            newest[about] = row
        # one whose time a list left out is known by what holds
        for about, row in newest.items():
            known.add((*about, row.granted, None))
        return known, newest

    def _put(
        self, session: Session, fresh: list[dict[str, Any]], newest: dict[Any, Any], batch: ImportId
    ) -> None:
        made = {"staff_id": self.store.staff, "import_id": batch}
        answers = [row | made for row in fresh]
        session.execute(insert(tables.consent), answers)
        ends = dict[Any, dict[str, Any]]()
        for row in fresh:
            about = tuple(row[name] for name in _ABOUT)
            ends[about] = row
        for about, row in ends.items():
            held = newest.get(about)
            if held is not None and held.at > row["at"] and held.granted != row["granted"]:
                # the row with the highest number holds, and this one is older
                again = {name: getattr(held, name) for name in _AGAIN}
                said_again = insert(tables.consent).values(**again)
                session.execute(said_again.values(import_id=batch))
        answered = {row["member_id"] for row in fresh}
        for member in sorted(answered):
            consent_ledger.hold_to_list(session, self.store, MemberId(member), batch)


def _said(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in ("granted", "evidence", "text_version")}
    said["text_version"] = said["text_version"] or "import"
    return said


def _channel(text: str) -> Channel:
    """A way of writing to somebody, by its name in any language; raises ValueError: unknown."""
    tidy = clean_text(text).casefold()
    return _USUAL.get(tidy) or Channel(_WORDS(tidy))


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(clean_text(text).casefold())
    except ValueError:
        raise ValueError("unknown") from None
