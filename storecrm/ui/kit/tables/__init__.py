"""Tables: one kit for every list.

    columns = [Column("name", w.t("Full name"), lambda member: member.name), ...]
    nobody = Empty("users", w.t("Nobody yet."))
    none_fits = w.t("No member fits.")
    members = Table(
        columns, w.t("Members"), kept_as="members", empty=nobody, no_match=none_fits, words=w
    )
    members.show(rows)

Short lists are sorted and filtered by the table. A long one is paged (`by_store`): the table tells
what is `asked` and which stretch is `wanted`, the store answers.

columns: what a column shows, and what it sorts by.
query: an order and filters, as they are asked of whoever holds the rows.
ordering: records in the order of several columns.
matching: whether a cell fits what was typed above it.
column_layout: which columns are shown, where and how wide.
model: the records of a table for Qt.
cells: how a cell is painted.
header: titles, arrows and the filter row.
fitting: how wide columns are.
kept_layout: the columns as one person left them.
view: the rows, with hover and one frame around the current one.
totals_row: sums under their columns.
copying: chosen rows for the clipboard.
export: what is shown, for a file.
column_menu: columns shown or not.
extras: what a table is made with besides its columns.
foot: the count, and what can be done with the whole list.
row_list: rows, sums and count as one widget; what is chosen and asked.
table: and everything that hands can do with it.
"""

from storecrm.ui.kit.tables.columns import Column, Kind
from storecrm.ui.kit.tables.export import Shown
from storecrm.ui.kit.tables.extras import Empty
from storecrm.ui.kit.tables.query import Query
from storecrm.ui.kit.tables.table import Table

__all__ = ["Column", "Empty", "Kind", "Query", "Shown", "Table"]
