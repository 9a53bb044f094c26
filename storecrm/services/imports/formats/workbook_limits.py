"""How much a workbook may hold, so that reading one never fills the memory."""

COLUMNS = 256


XLSX_BYTES, PARTS, PART_BYTES, TOTAL_BYTES, DEPTH, SHEET_ROWS, CELLS = (
    20_000_000,
    500,
    64_000_000,
    128_000_000,
    64,
    100_000,
    2_000_000,
)
AREA = 6_000_000
"""Cells between the first and the last of a sheet."""
EMPTY_ROWS = 1_048_577
"""Rows that a sheet may have when most of them were only formatted."""
ITEM_BYTES = 1_000_000
"""The longest text of one cell as it is written: 32,767 signs with all their marks and formats."""
GAP = 262_144
"""Bytes without a single tag: a window of them holds no more than one text or attribute, far beyond
any cell."""
TEXT_BYTES = 100_000_000
"""What the cells of all sheets may say together, shared texts counted as often as they are
shown."""
TAGS = 10_000_000
