"""What is shown follows from what is known: pure functions without Qt, store or clock.

till: the till's panel and strip, from bills, verdicts, members and errors.
"""
