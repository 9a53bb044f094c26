"""The till: everything that happens while a customer waits.

basket: goods scanned into the open bill.
bill_prices: the price kept with the bill, and what no longer fits.
clock_check: a clock that was moved.
closing_price: what it is posted at, held against the sum that was shown.
coupon_check: is this coupon taken, and why not.
day_board: the till's own day.
exchanges: goods for other goods.
kept_goods: what stays of a returned bill has still earned.
late_amount: a bill that closed without amount gets it.
late_member: a sale gets its member afterwards.
open_bill: the road of one customer: coupon, amount, points, close.
overrides: a refusal set aside by a manager or on one's own word.
paid_pieces: pieces that something was paid for.
parked_bills: park, resume, discard.
pricing_context: what a bill is priced under.
receipts: bills and receipts as they are seen.
returns: goods that come back.
scan: refused scans and those who try codes.
shifts: the shift sheet and the counted drawer.
slip_prints: which receipts went to paper already.
sold_articles: articles as they were when sold.
stamp_counting: stamps of a sale.
voids: undo and void; coupon and points are restored.
"""
