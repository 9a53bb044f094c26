"""Exports: lists that go out and can come in again.

cells: what stands in the cells of lists.
coupon_rows: coupons and their uses.
duplicate_groups: groups of likely duplicates.
files: lists written as a workbook or CSV.
goods_rows: articles, offers, day totals.
lists: every list with its columns.
member_rows: members, what they said, whom they brought, their stamp cards.
member_scores: what members are worth.
not_carried: what a list leaves out.
point_rows: what is left of points, and their ledger.
receipt_discounts: what was taken off a receipt's lines.
receipt_rows: sales, line by line.
recorded: rows become a file, and the trail says so.
segment_members: the members of a segment.
shown: what a table of the window shows.
streams: rows read one after the other.
templates: empty forms of lists that can come in.
written: rows become a file.
"""
