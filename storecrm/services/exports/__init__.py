"""Exports: lists that go out and can come in again.

cells: what stands in the cells of lists.
coupon_rows: coupons and their uses.
files: lists written as a workbook or CSV.
goods_rows: articles, offers, day totals.
lists: every list with its columns.
member_rows: members, what they said, whom they brought, their stamp cards.
not_carried: what a list leaves out.
point_rows: what is left of points, and their ledger.
receipt_discounts: what was taken off a receipt's lines.
receipt_rows: sales, line by line.
shown: what a table of the window shows.
streams: rows read one after the other.
written: rows become a file.
"""
