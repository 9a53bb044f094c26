"""One loader a kind of list; they know one shape of rows.

base: what all stand on.
cell_readers: how cells are read whatever list it is.
consents: what members answered to being written to.
coupons: coupons, a batch for each that the list tells apart.
day_totals: totals of other tills by day.
kinds: the loader of every kind.
known_members: whom the store knows of a chunk's people.
listed_member: one row of a list of members, and by which keys somebody is found.
listed_receipts: how a line of a list of sales is held, and which receipts were met.
member_columns: how a list of members is read.
members: who of a list is new, who is known, who cannot be taken.
new_members: the records of those whom nobody knew.
offer_products: which articles an offer is for.
offers: offers by their plain keys.
opt_outs: addresses that are never written to.
points: points that another system owed.
products: articles and their barcodes.
redemptions: uses of coupons.
referrals: who brought whom.
returned_receipts: goods that came back name the receipt they were sold on.
sale_articles: the articles that a list of sales names.
sale_lines: how a list of sales is read.
sales: receipts, line by line.
sales_points: what imported sales give.
stamps: what stands on members' stamp cards.
"""
