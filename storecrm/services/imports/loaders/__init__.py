"""One loader a kind of list; they know one shape of rows.

base: what all stand on.
kinds: the loader of every kind.
member_lists: stamps, consents, referrals.
members: members.
points: points and opt-outs.
sales: receipts, line by line.
sales_points: what imported sales give.
trade: articles, offers, coupons, redemptions, day totals.
"""
