"""What is shown follows from what is known: pure functions without Qt, store or clock.

restored: what is told after a backup was put in the store's place.
till: the till's panel and strip, from bills, verdicts, members and errors.
"""
