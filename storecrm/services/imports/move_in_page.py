"""What came in with an act of moving in, on paper: file by file, with control totals beside a blank
that the old system's report fills."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storecrm.i18n import Catalogue
from storecrm.services import files, rights
from storecrm.services.files import Target
from storecrm.services.imports import move_in
from storecrm.services.imports.moves import FileView, MoveView
from storecrm.services.printing import page as paper
from storecrm.services.printing.barcodes import MM
from storecrm.services.rights import Right
from storecrm.services.store import Store
from storecrm.wording import labels
from storecrm.wording.names import LISTS

_LEFT, _CAME, _SAYS, _RIGHT = 20, 112, 120, 190
_TOP, _BOTTOM = 46, 272
"""Millimetres from the left and the top of the sheet."""
_HEIGHTS = {"file": 7.0, "counts": 8.0, "total": 8.0, "gap": 4.0}
_BELOW_FILE = 16
_SIGNATURE = 20


@dataclass(frozen=True)
class _PageLine:
    """A line of the page: its kind (file, counts, total, gap), what stands at the left, and the
    total that came in."""

    kind: str
    text: str
    value: str = ""

    @property
    def height(self) -> float:
        return _HEIGHTS[self.kind]


def _target(store: Store, file: Path, *, overwrite: bool) -> Target:
    return Target(file, "moving in", store.name, overwrite)


def require(store: Store, *, file: Path, overwrite: bool = False) -> None:
    """Refuse a place that cannot be written, before anything comes in.

    Raises:
        NotPossible, Conflict, StorageTrouble: see files.require.
    """
    rights.require(store, Right.IMPORT)
    files.require(_target(store, file, overwrite=overwrite))


def write(
    store: Store, *, view: MoveView, file: Path, words: Catalogue, overwrite: bool = False
) -> int:
    """Write an act of moving in as PDF; returns the number of pages.

    Raises:
        NotPossible, Conflict, StorageTrouble: see files.whole.
    """
    rights.require(store, Right.IMPORT)
    target = _target(store, file, overwrite=overwrite)
    files.require(target)
    sheet = paper.PaperSheet(target, 210, 297, f"{store.shop.name} {view.group}")
    pages = list(_pages(_lines(view, words)))
    for number, page in enumerate(pages, 1):
        if number > 1:
            sheet.next_page()
        _head(sheet, store, view, words, f"{number}/{len(pages)}")
        y = _body(sheet, page)
        if number == len(pages):
            _sign(sheet, y + 14, words)
    sheet.save()
    return len(pages)


def _lines(view: MoveView, words: Catalogue) -> Iterator[_PageLine]:
    for one in view.files:
        kind = words.t(LISTS[one.kind])
        yield _PageLine("file", f"{one.file} — {kind}")
        yield _PageLine("counts", counts(one, words))
        if one.left_out:
            titles = ", ".join(one.left_out)
            yield _PageLine("counts", words.t("Columns left out: {titles}", titles=titles))
        taken = one.rows - one.skipped - one.rejected
        yield _PageLine("total", words.t("Rows"), words.number(taken))
        for name, value in one.totals.items():
            if value:
                title = words.t(labels.TOTALS[name])
                yield _PageLine("total", title, total(name, value, words))
        points = one.said.get("points")
        if points:
            said = words.t("Points that this list says (they come by the list of points)")
            yield _PageLine("total", said, words.number(points))
        yield _PageLine("gap", "")


def counts(one: FileView, words: Catalogue) -> str:
    """How many rows were new, changed, the same, left out, and had problems."""
    counted = {"new": one.created, "changed": one.updated, "same": one.unchanged}
    counted |= {"skipped": one.skipped, "bad": one.rejected}
    said = {name: words.number(count) for name, count in counted.items()}
    return words.t(
        "New {new} · changed {changed} · same {same} · left out by a rule {skipped}"
        " · with problems {bad}",
        **said,
    )


def total(name: str, value: int, words: Catalogue) -> str:
    """A control total as people read it."""
    return words.money(value) if name in move_in.MONEY else words.number(value)


def _pages(lines: Iterator[_PageLine]) -> Iterator[list[_PageLine]]:
    """A file's name never stands alone at the foot of a page."""
    page = list[_PageLine]()
    y = float(_TOP)
    for line in lines:
        room = line.height + (_BELOW_FILE if line.kind == "file" else 0)
        if page and y + room > _BOTTOM:
            yield page
            page = []
            y = float(_TOP)
        page.append(line)
        y += line.height
    # the last page holds the signature too
    if y > _BOTTOM - _SIGNATURE:
        yield page
        page = []
    yield page


def _head(
    sheet: paper.PaperSheet, store: Store, view: MoveView, words: Catalogue, number: str
) -> None:
    title = words.t("What came in from the other system")
    sheet.text(_LEFT, 20, title, size=6, font=paper.BOLD)
    sheet.text(_RIGHT, 20, f"{store.shop.name} · {number}", size=3.2, align="right")
    time, by = words.stamp(view.at), view.by or "—"
    said = words.t("No. {group} · {time} · by {name}", group=view.group, time=time, name=by)
    # an act that was rolled back says so where it can be printed again
    state = words.t("rolled back") if view.state == "undone" else ""
    sheet.text(_LEFT, 28, f"{said}   {state}".rstrip(), size=3.6, room=_RIGHT - _LEFT)
    came = words.t("came in")
    sheet.text(_CAME, 38, came, size=3.2, font=paper.BOLD, align="right")
    old = words.t("the old system says")
    sheet.text(_SAYS, 38, old, size=3.2, font=paper.BOLD, room=_RIGHT - _SAYS)
    _rule(sheet, _LEFT, 40)


def _body(sheet: paper.PaperSheet, page: list[_PageLine]) -> float:
    y = float(_TOP)
    for line in page:
        # a gap writes nothing
        if line.kind == "file":
            sheet.text(_LEFT, y, line.text, size=4.2, font=paper.BOLD, room=_RIGHT - _LEFT)
        elif line.kind == "counts":
            sheet.text(_LEFT, y, line.text, size=3.2, room=_RIGHT - _LEFT)
        elif line.kind == "total":
            sheet.text(_LEFT + 4, y, line.text, size=3.6, room=_CAME - _LEFT - 34)
            sheet.text(_CAME, y, line.value, size=3.8, align="right")
            _rule(sheet, _SAYS, y + 1.2)
        y += line.height
    return y


def _sign(sheet: paper.PaperSheet, y: float, words: Catalogue) -> None:
    sheet.text(_LEFT, y, words.t("Compared by"), size=3.6)
    _rule(sheet, _LEFT + 30, y + 1.2, _LEFT + 85)
    sheet.text(_SAYS, y, words.t("Date"), size=3.6)
    _rule(sheet, _SAYS + 14, y + 1.2)


def _rule(sheet: paper.PaperSheet, x: float, y: float, end: float = _RIGHT) -> None:
    # a PDF counts from the foot of the page
    height = (sheet.height - y) * MM
    sheet.canvas.setLineWidth(0.4)
    sheet.canvas.line(x * MM, height, end * MM, height)
