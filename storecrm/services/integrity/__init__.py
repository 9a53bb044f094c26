"""Integrity: every sum is built again from its rows and compared.

tampering: what nobody but the program should have done.
verify: the proof of the books.
"""
