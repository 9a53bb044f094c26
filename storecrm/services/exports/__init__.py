"""Exports: lists that go out and can come in again.

files: lists written as a workbook or CSV.
lists: their columns and rows, streamed.
not_carried: what a list leaves out.
receipt_discounts: what was taken off a receipt's lines.
written: rows become a file.
"""
