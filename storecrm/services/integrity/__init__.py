"""Integrity: every sum is built again from its rows and compared.

finding_ids: how wrong rows are called.
points_checks: facts of the points ledger that must agree.
tampering: what nobody but the program should have done.
verify: the proof of the books.
"""
