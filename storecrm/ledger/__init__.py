"""What is written: building blocks that take `session` first. Rows of the books are put in here, by
whatever verb.

acting: who writes, at which till, when, under which key.
audit: the trail, one chain a till, and the keyed marks of rows.
coupons: batches and coupons, issued by hand, by itself, or brought by an import.
offer_limits: what a limited offer gave so far.
point_balances: what members have in points, as sums of entries.
point_entries: rows of points: lots and the entries in them.
points: earned, burnt, reversed with the sale, restored.
redemptions: uses of coupons: taken once, restored with their sale, released by an open bill.
requests: an act asked for again is answered as the first time.
row_shapes: what a row of a table needs, for every writer of it.
sales: sales, their lines and the steps of their price.
stamps: stamps and the cards they fill.
tenders: what a sale was paid with.
"""
