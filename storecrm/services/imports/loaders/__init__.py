"""One loader a kind of list; they know one shape of rows.

base: what all stand on.
coupons: coupons, a batch for each that the list tells apart.
day_totals: totals of other tills by day.
kinds: the loader of every kind.
member_lists: stamps, consents, referrals.
members: members.
offer_products: which articles an offer is for.
offers: offers by their plain keys.
opt_outs: addresses that are never written to.
points: points that another system owed.
products: articles and their barcodes.
redemptions: uses of coupons.
sales: receipts, line by line.
sales_points: what imported sales give.
"""
