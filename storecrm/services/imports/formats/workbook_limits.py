"""How much a workbook may hold, so that reading one never fills the memory."""

XLSX_BYTES, PARTS = 20_000_000, 500
"""The file, and the parts of its archive."""
PART_BYTES, TOTAL_BYTES = 64_000_000, 128_000_000
"""One part when it is unpacked, and all of them."""
DEPTH = 64
"""Elements within one another."""
SHEET_ROWS, COLUMNS, CELLS = 100_000, 256, 2_000_000
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
