"""Staff: who works here.

accounts: people, roles, signing in by PIN.
own_card: staff and their own member cards.
pin_hashes: secrets kept as hashes only.
preferences: how each person arranged the window.
throttle: whoever guesses waits.
"""
