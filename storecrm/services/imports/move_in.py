"""Moving in: all the files of an old system at once, as one act.

The program tells which file is which list and in what order they go, tries the whole of it out on a
copy of the store, says what would come in, and takes all of it in or nothing. The whole can be
rolled back for 30 days.

    plan = move_in.plan(store, files=paths)
    tried = move_in.rehearse(store, plan=plan)
    moved = move_in.load(store, plan=plan)

The rehearsal is the real import, only elsewhere: members that the points belong to are there,
totals are those that will come."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, insert, select, update

from storecrm import paths
from storecrm.domain.list_columns import COLUMNS
from storecrm.errors import BadFile, BadInput, Conflict, ImportRejected, NotFound, StorageTrouble
from storecrm.ledger import audit
from storecrm.models import database, server_copy, tables
from storecrm.services import files, rights
from storecrm.services.analytics import basket_pairs
from storecrm.services.imports import completion, file_kinds, rollback, run, unfinished
from storecrm.services.imports.loaders.kinds import LOADERS
from storecrm.services.imports.mappings import FileMapping
from storecrm.services.imports.moves import (
    Moved,
    MovedFile,
    MoveView,
    PlannedFile,
    Ways,
    kept_as,
    view_of,
)
from storecrm.services.imports.options import ImportOptions
from storecrm.services.progress import Progress, silent
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.values import ImportId

MONEY = frozenset(("amount", "discount", "net_sales", "spent_to_date"))
"""Control totals that are money; the others are numbers."""
ORDER = tuple(LOADERS)
LISTED = 200
_BATCH = tables.import_batch.c
_MOVE = tables.import_move.c
_NEW_MOVE = insert(tables.import_move).returning(_MOVE.id)
_STAFF = tables.staff.c
_MOVED_BY = _STAFF.name.label("by")
_MOVES = select(tables.import_move, _MOVED_BY).outerjoin(tables.staff, _STAFF.id == _MOVE.staff_id)
_STANDING = select(_BATCH.id).where(_BATCH.state != "undone").order_by(_BATCH.id.desc())


def look(
    store: Store,
    *,
    files: Sequence[Path],
    kinds: Mapping[str, str] | None = None,
    encoding: str = "",
    ways: Ways | None = None,
) -> list[PlannedFile]:
    """Which list each file is, in the order in which they go; those that nobody can tell come
    first. `kinds` says it of files by their names, `ways` how they are read. A file that can be
    read in several ways stops no other: it says so itself.

    Raises:
        BadInput: import_kind, no_such_file (`kinds` or `ways` name none of the files), twice_named
            (two files of one name).
        BadFile: see reader.rows_of; empty_file.
    """
    rights.require(store, Right.IMPORT)
    said = dict(kinds or {})
    read = dict(ways or {})
    names = [file.name for file in files]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise BadInput("twice_named", where=twice)
    strange = [name for name in (*said, *read) if name not in names]
    if strange:
        raise BadInput("no_such_file", where=strange[0][:80], known=", ".join(names))
    for kind in said.values():
        if kind not in COLUMNS:
            raise BadInput("import_kind", where=kind, known=", ".join(COLUMNS))
    planned = list[PlannedFile]()
    for file in files:
        way = read.get(file.name, FileMapping())
        planned.append(_planned(file, said.get(file.name, ""), way, encoding))
    return sorted(planned, key=_place)


def _planned(file: Path, said: str, way: FileMapping, encoding: str) -> PlannedFile:
    kind = said or way.kind
    told_by = "person" if said else "mapping"
    try:
        found = file_kinds.recognise(file, way.encoding or encoding, way.sheet)
    except BadFile as doubt:
        if doubt.code not in DOUBTS:
            raise
        return PlannedFile(path=file, kind=kind, told_by=told_by, way=way, doubt=doubt)
    if not kind:
        # nobody said it, so the titles do
        kind, told_by = found.kind, "titles"
    choices = tuple(candidate.kind for candidate in found.candidates)
    planned = PlannedFile(path=file, kind=kind, told_by=told_by, choices=choices, way=way)
    return replace(planned, about=found.about)


DOUBTS = ("encoding_unsure", "encoding", "sheet_unknown")
"""Why a file waits for somebody to say how it is read."""


def _place(file: PlannedFile) -> int:
    # what a person has to look at comes first
    if not file.kind or file.doubt is not None:
        return -1
    return ORDER.index(file.kind)


def plan(
    store: Store,
    *,
    files: Sequence[Path],
    kinds: Mapping[str, str] | None = None,
    encoding: str = "",
    ways: Ways | None = None,
) -> list[PlannedFile]:
    """As `look`, for files that are all told.

    Raises:
        BadInput: kind_unclear (facts: known), kind_unknown; and see look.
        BadFile: see look.
    """
    rights.require(store, Right.IMPORT)
    found = look(store, files=files, kinds=kinds, encoding=encoding, ways=ways)
    require_told(found)
    return found


def require_told(plan: Sequence[PlannedFile]) -> None:
    """Refuse files of which nobody said what they are.

    Raises:
        BadInput: kind_unclear (facts: known), kind_unknown, no_files.
        BadFile: a doubt of how a file is read (see DOUBTS).
    """
    if not plan:
        raise BadInput("no_files")
    for file in plan:
        if file.doubt is not None:
            raise file.doubt
        if not file.kind:
            code = "kind_unclear" if file.choices else "kind_unknown"
            known = ", ".join(file.choices or COLUMNS)
            raise BadInput(code, where=file.path.name, known=known)


def rehearse(
    store: Store,
    *,
    plan: Sequence[PlannedFile],
    how: ImportOptions = ImportOptions(),
    progress: Progress = silent,
) -> Moved:
    """Take all files in, in a copy of the store that is thrown away: what would come in, and every
    row with a problem. A store on a server is copied into a file here, without its trail, which no
    import reads.

    Raises:
        BadInput, BadFile: see run.load and plan.
        StorageTrouble: disk_full.
        Cancelled: `progress` said so.
    """
    rights.require(store, Right.IMPORT)
    require_told(plan)
    with ExitStack() as ends:
        place = ends.enter_context(files.scratch("moving-in")) / "store.db"
        engine = _copy(store, place)
        ends.callback(engine.dispose)
        whole = Store.on(engine, store.shop, store.clock, str(place))
        copy = whole.acting(store.actor)
        # it writes, only elsewhere: dry runs would not know the rows of the files before
        every = replace(how, skip_bad=True, dry_run=False, group=None)
        results = [_one(copy, file, _for(file, plan, every), progress) for file in plan]
        return Moved(None, tuple(results))


def _copy(store: Store, place: Path) -> Engine:
    if paths.is_url(store.name):
        return server_copy.copy_server(store.engine, place, without=[tables.audit.name])
    database.copy_into(store.engine, place)
    key = store.engine.get_execution_options()["key"]
    return database.open_engine(str(place), key=key)


def _for(file: PlannedFile, plan: Sequence[PlannedFile], how: ImportOptions) -> ImportOptions:
    """The choices for one file: where a list of points comes too, it brings the members' points,
    lot by lot; and where one of their answers comes too, it brings those, with their times."""
    how = _read_so(how, file.way)
    if file.kind != "members":
        return how
    beside = {other.kind for other in plan}
    return replace(how, lots_follow="points" in beside, answers_follow="consents" in beside)


def _read_so(how: ImportOptions, way: FileMapping) -> ImportOptions:
    """The choices for all files, below what was said of this one."""
    reading = way.reading.over(how.reading)
    encoding = way.encoding or how.encoding
    found = replace(how, reading=reading, encoding=encoding, sheet=way.sheet, header=way.header)
    if not way.columns:
        return found
    return replace(found, mapping=dict(way.columns), mapping_name=way.name, strict=way.strict)


def _one(store: Store, file: PlannedFile, how: ImportOptions, progress: Progress) -> MovedFile:
    result = run.load(store, kind=file.kind, path=file.path, how=how, progress=progress)
    return MovedFile(file, result)


def load(
    store: Store,
    *,
    plan: Sequence[PlannedFile],
    how: ImportOptions = ImportOptions(),
    progress: Progress = silent,
) -> Moved:
    """Take all files in as one act: a problem in the last takes the others back, and so does a
    cancel, or a kill at the next opening.

    Raises:
        ImportRejected: rows with problems, and `skip_bad` was not asked (`where` is the file);
            nothing was kept.
        BadInput, BadFile, NotPossible, Cancelled: see run.load; nothing was kept.
        Conflict: import_running.
        StorageTrouble: move_not_back (it waits for the next opening).
    """
    rights.require(store, Right.IMPORT)
    require_told(plan)
    with run.alone(store):
        with store.write() as session:
            made = {"state": "writing", "at": store.clock.now(), "staff_id": store.staff}
            group = int(session.execute(_NEW_MOVE, made).scalar_one())
        try:
            part = replace(how, dry_run=False, group=group)
            results = [_named(store, file, _for(file, plan, part), progress) for file in plan]
            moved = Moved(group, tuple(results))
            _end(store, moved)
        except BaseException as error:
            _back(store, group, error)
            raise
    return moved


def _named(store: Store, file: PlannedFile, how: ImportOptions, progress: Progress) -> MovedFile:
    """One file of several: what is wrong names it."""
    try:
        return _one(store, file, how, progress)
    except ImportRejected as error:
        error.where = file.path.name
        raise


def _end(store: Store, moved: Moved) -> None:
    files = json.dumps([kept_as(one) for one in moved.files], ensure_ascii=False)
    with store.write(*completion.EVERYTHING) as session:
        mine = update(tables.import_move).where(_MOVE.id == moved.group)
        session.execute(mine.values(state="done", files=files))
        audit.log(session, store, "moved_in", group=moved.group, files=len(moved.files))


def _back(store: Store, group: int, error: BaseException) -> None:
    """Nothing is kept; where even that cannot be written now, it is said what waits for the next
    opening."""
    try:
        _take_back(store, group)
    except StorageTrouble as trouble:
        # a cancel or a kill is the cause of itself
        cause = trouble if isinstance(error, Exception) else error
        raise StorageTrouble("move_not_back", where=str(group)) from cause


def _take_back(store: Store, group: int) -> None:
    for batch in _batches(store, group):
        rollback.take_back(store, batch)
    with store.write(*completion.EVERYTHING) as session:
        basket_pairs.forget(session)
        mine = update(tables.import_move).where(_MOVE.id == group)
        session.execute(mine.values(state="undone"))


def _batches(store: Store, group: int) -> list[ImportId]:
    """The imports of an act that are still there, the newest first."""
    with store.read() as session:
        mine = _STANDING.where(_BATCH.move_id == group)
        return list(map(ImportId, session.scalars(mine)))


def take_back_left(store: Store) -> int:
    """After a crash: acts that never ended are taken back whole. Returns how many."""
    # runs when the store is opened, before anybody has signed in
    try:
        with run.alone(store):
            with store.read() as session:
                left = list(map(int, session.scalars(unfinished.MOVES)))
            for group in left:
                _take_back(store, group)
            return len(left)
    except (Conflict, StorageTrouble):
        # another process moves in just now, or nothing can be written here anyway
        return 0


def roll_back(store: Store, *, group: int) -> MoveView:
    """Take a whole act back, within 30 days and while nothing was built upon it.

    Raises:
        NotFound: import_group.
        Conflict: import_undone, import_in_use, import_running.
        NotPossible: import_too_old.
    """
    rights.require(store, Right.IMPORT)
    view = show(store, group=group)
    batches = _batches(store, group)
    if view.state != "done" or not batches:
        raise Conflict("import_undone", where=str(group))
    run.undo_all(store, batches=batches)
    return show(store, group=group)


def listed(store: Store) -> list[MoveView]:
    """The acts, newest first."""
    rights.require(store, Right.IMPORT)
    with store.read() as session:
        newest = _MOVES.order_by(_MOVE.id.desc()).limit(LISTED)
        return [view_of(row) for row in session.execute(newest)]


def show(store: Store, *, group: int) -> MoveView:
    """One act.

    Raises:
        NotFound: import_group.
    """
    rights.require(store, Right.IMPORT)
    with store.read() as session:
        row = session.execute(_MOVES.where(_MOVE.id == group)).first()
    if row is None:
        raise NotFound("import_group", where=str(group))
    return view_of(row)
