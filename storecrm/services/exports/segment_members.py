"""The members of a segment, as a file."""

from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storecrm.i18n import Catalogue
from storecrm.ledger import point_balances
from storecrm.models import tables
from storecrm.models.member import Member
from storecrm.services import rights
from storecrm.services.analytics import recommendation, segments
from storecrm.services.exports.cells import Cells, Rows
from storecrm.services.exports.recorded import write
from storecrm.services.files import Target
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import MemberId

_SEGMENT = (
    "member_no",
    "phone",
    "name",
    "gender",
    "birthday",
    "email",
    "tier",
    "points",
    "note",
) + ("birthday_type",)
_MEMBERS = select(tables.member).where(Member.state == "live").order_by(Member.id)
_BETWEEN_SIGNS = 50
"""Members between two signs of progress."""


def export_segment(
    store: Store,
    *,
    code: str,
    file: Path,
    words: Catalogue,
    recommended: bool = False,
    overwrite: bool = False,
    progress: Progress = silent,
) -> int:
    """Write the members of a segment to .xlsx or .csv; returns how many. With `recommended` each
    has the article to name in a message. The export is recorded.

    Raises:
        NotFound: segment.
        BadInput: file_kind.
        NotPossible, Conflict, StorageTrouble: see files.whole.
        Cancelled: `progress` said so; no file was written.
    """
    rights.require(store, Right.EXPORT_MEMBERS)

    def rows(session: Session) -> Rows:
        inside = set(segments.ids_of(session, store, code))
        # read to their end: suggestions are asked for on the same connection
        every = session.execute(_MEMBERS).all()
        left = point_balances.totals(session, store.clock.today())
        members = (member for member in every if member.id in inside)
        for done, member in enumerate(members, 1):
            if done % _BETWEEN_SIGNS == 1:
                progress(done, len(inside))
            row = _segment_row(member, left.get(member.id, 0))
            if recommended:
                row = (*row, _suggestion(session, store, MemberId(member.id)))
            yield row

    columns = (*_SEGMENT, "recommended") if recommended else _SEGMENT
    target = Target(file, "export segment", overwrite=overwrite)
    return write(store, f"segment {code}", target, columns, rows, words)


def _segment_row(member: Any, points_left: int) -> Cells:
    """The cells of _SEGMENT of one stored member."""
    phone = member.phone or ""
    person = (member.member_no, phone, member.name, member.gender, member.birthday)
    # a calendar of no birthday says nothing
    calendar = member.birthday_type if member.birthday else ""
    kept = (member.email, member.tier, points_left, member.note)
    return (*person, *kept, calendar)


def _suggestion(session: Session, store: Store, member: MemberId) -> str:
    """The article to name in a message, "" where nothing is known."""
    likes = recommendation.suggest(session, store, member, 1)
    return likes[0].name if likes else ""
