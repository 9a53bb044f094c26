"""Housekeeping: what is due once a day, by itself.

daily: the day's work in its order.
"""
