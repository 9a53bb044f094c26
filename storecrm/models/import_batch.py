"""Files that were imported, and what they changed, so that an import can be taken back."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storecrm.models.base import STRICT, Base
from storecrm.values import Day, ImportId, Moment, StaffId


class ImportMove(Base):
    """Imports that came together as one act, from a shop's old system: all of them are kept, or
    none. While it is `writing` a restart takes all of them back. `files` (JSON) says of each what
    the printed page says."""

    __tablename__ = "import_move"
    __table_args__ = (
        CheckConstraint("state IN ('writing', 'done', 'undone')", name="state"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    files: Mapped[str] = mapped_column(server_default="[]")


class ImportBatch(Base):
    """One file's import; while `writing` its rows are seen by nobody, and a restart takes them
    back; while `showing` they come to be seen, and a restart goes on with it. `totals` (JSON) are
    its control totals; `counted_on` is the day on which what it gives counts (services.allowances);
    `trouble`: why it could not be ended by itself, "" nothing."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("state IN ('writing', 'showing', 'done', 'undone')", name="state"),
        STRICT,
    )

    id: Mapped[ImportId] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    state: Mapped[str]
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    totals: Mapped[str] = mapped_column(server_default="{}")
    move_id: Mapped[int | None] = mapped_column(ForeignKey("import_move.id"))
    counted_on: Mapped[Day | None]
    trouble: Mapped[str] = mapped_column(server_default="")


class ImportChange(Base):
    """What the changed fields of a row said before, and what an import gave them, as JSON; `before`
    is null where it made the row. `after` is not known of imports by versions that did not note
    it."""

    __tablename__ = "import_change"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[ImportId] = mapped_column(ForeignKey("import_batch.id"), index=True)
    table_name: Mapped[str]
    row_key: Mapped[str]
    before: Mapped[str]
    after: Mapped[str | None]


class ImportWaiting(Base):
    """What an unfinished import brings, some thousand rows each, as JSON (see
    services.imports.pending_rows): what is shown is in the books and no longer here. `points`: how
    many they give together."""

    __tablename__ = "import_waiting"
    __table_args__ = (
        CheckConstraint("kind IN ('points', 'uses', 'rows', 'changes')", name="kind"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[ImportId] = mapped_column(ForeignKey("import_batch.id"), index=True)
    kind: Mapped[str]
    points: Mapped[int]
    body: Mapped[str]


class ImportMapping(Base):
    """Which columns of another system's file are which of ours (JSON: header to column), kept under
    a name."""

    __tablename__ = "import_mapping"
    __table_args__ = (STRICT,)

    name: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    columns: Mapped[str]
    at: Mapped[Moment]
    staff_id: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
