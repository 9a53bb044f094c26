"""Answers as the JSON of the contract: money "12.50", codes and phones strings, instants ISO 8601
with the store's offset.

bills: a bill, a coupon used on it, a return.
members: a member with points and coupons.
moved_in: what an import did, its rows and problems.
offers: an offer with its rule.
period: the figures of a report.
refused: why something was refused, and what would go.
values: one value, and the facts of a view under their keys.
"""
