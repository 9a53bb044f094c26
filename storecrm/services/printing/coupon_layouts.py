"""The papers that coupons are printed on, by their names.

require("a4-3x7", first_cell=4).cells  # 21"""

from dataclasses import dataclass

from storecrm.errors import BadInput
from storecrm.services.printing import barcodes


@dataclass(frozen=True)
class Layout:
    """A paper: page and cell in millimetres, the grid, the module width of the barcode, and its
    style. A page of height 0 is as long as what stands on it."""

    name: str
    page: tuple[float, float]
    cell: tuple[float, float]
    style: str
    origin: tuple[float, float] = (0, 0)
    pitch: tuple[float, float] = (0, 0)
    grid: tuple[int, int] = (1, 1)
    module: float = 0.375

    @property
    def cells(self) -> int:
        columns, rows = self.grid
        return columns * rows


_A4 = (210, 297)
# labels of this sheet stand apart from each other
_APART = (66.04, 38.1)
_LABELS_21 = Layout(
    name="a4-3x7",
    page=_A4,
    cell=(63.5, 38.1),
    style="label",
    origin=(7.25, 15.15),
    pitch=_APART,
    grid=(3, 7),
)
_LABELS_24 = Layout(
    name="a4-3x8",
    page=_A4,
    cell=(70, 36),
    style="label",
    origin=(0, 4.5),
    pitch=(70, 36),
    grid=(3, 8),
)
_SLIP_80 = Layout(name="slip-80", page=(80, 0), cell=(72, 0), style="slip", origin=(4, 0))
# the narrow printer has finer dots to the code's width
_NARROW = 0.25
_SLIP_58 = Layout(
    name="slip-58", page=(58, 0), cell=(48, 0), style="slip", origin=(5, 0), module=_NARROW
)
# a card is its own page
_CARD_SIZE = (90, 54)
_CARD = Layout(name="card-90x54", page=_CARD_SIZE, cell=_CARD_SIZE, style="card")
# in the order in which they are offered
_PAPERS = (_LABELS_21, _LABELS_24, _SLIP_80, _SLIP_58, _CARD)
LAYOUTS = {layout.name: layout for layout in _PAPERS}


def require(layout: str, first_cell: int = 1) -> Layout:
    """The paper called `layout`.

    Raises:
        BadInput: layout, first_cell.
    """
    if layout not in LAYOUTS:
        raise BadInput("layout", where=layout, known=", ".join(LAYOUTS))
    form = LAYOUTS[layout]
    if not 1 <= first_cell <= form.cells:
        raise BadInput("first_cell", where=str(first_cell))
    return form


def fits(layout: Layout, code: str) -> bool:
    """True when the code with its quiet zones fits the cell at the layout's module width."""
    wide, _ = layout.cell
    return barcodes.width(code, layout.module) <= wide
