"""What is written: building blocks that take `session` first. Rows of the books are put in here, by
whatever verb.

acting: who writes, at which till, when, under which key.
audit: the trail, one chain a till, and the keyed marks of rows.
coupons: batches and coupons, issued by hand, by itself, or brought by an import.
offer_use: what a limited offer gave so far.
points: lots and their entries; balances are sums.
row_shapes: what a row of a table needs, for every writer of it.
stamps: stamps and the cards they fill.
tenders: what a sale was paid with.
"""
