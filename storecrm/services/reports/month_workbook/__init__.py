"""促销月报: the month as a workbook. Every figure comes from reports.month_figures; nothing is
computed here but differences.

book: the file, and its sheets in their order.
charts: the cover's charts.
contents: what the sheets tell, read in one look.
cover: the first sheet, the month in one page.
definitions: what each figure means.
periods: the periods that a month is compared with.
sheets: the detail sheets.
tie_out: sums that must be equal.
"""

from storecrm.services.reports.month_workbook.book import KIND, write
from storecrm.services.reports.month_workbook.periods import file_name

__all__ = ["KIND", "file_name", "write"]
