"""Offers: what the shop promises.

backtest: an offer tried on what was sold.
design: create, list, show, stop; what was issued keeps its version.
live_promotions: those that run now by themselves.
offer_search: found by a few letters.
priced_lines: rows made into lines as pricing sees them.
"""
