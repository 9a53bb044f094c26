"""What may happen: verbs, in wings.

store (sessions, clock, who acts) · rights · audit · sealing · rules · wording · progress · files are the common ground;
people (staff, members) · till (offers, coupons, scanning, pricing, bills, points, today) · insight (figures) ·
documents (papers, barcodes, workbook) · keeping (import, export, backup, verify, erasing, day totals) · demo (the tour).
A public verb takes `store` first, checks its right, and is one transaction; a building block takes `session` first.
"""
