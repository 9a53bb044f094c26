"""The till: everything that happens while a customer waits.

basket: goods scanned into the open bill.
bill_lines: the lines of a bill, asked for, stored and priced.
bill_opening: a bill begins, and its member joins it.
bill_prices: the price kept with the bill, and what no longer fits.
clock_check: a clock that was moved.
closing_price: what it is posted at, held against the sum that was shown.
coupon_check: is this coupon taken, and why not.
coupon_refusals: why a coupon itself is not taken today.
coupon_terms: the coupon that is meant, with its rule.
day_board: the till's own day.
exchanges: goods for other goods.
kept_goods: what stays of a returned bill has still earned.
late_amount: a bill that closed without amount gets it.
late_member: a sale gets its member afterwards.
member_coupons: the member's own coupons, and what each would save.
open_bill: the road of one customer: coupon, amount, points, close.
overrides: a refusal set aside by a manager or on one's own word.
paid_lines: what was paid of each line.
paid_pieces: pieces that something was paid for.
parked_bills: park, resume, discard.
posting: a bill is posted: points, tenders, what it earns.
pricing_context: what a bill is priced under.
receipt_numbers: which sale a receipt's number means.
receipts: bills and receipts as they are seen.
redemption: a coupon is taken on a bill, exactly once.
return_answers: what a return answered, kept for who asks again.
return_plan: what a return gives back, line by line.
return_points: points of goods that come back.
return_rows: the rows that a return leaves.
returned_goods: what comes back and what a return answers.
returns: goods that come back.
sale_rewards: what a posted sale gives its member.
scan: refused scans and those who try codes.
shift_sums: what one person did at one till.
shifts: the shift sheet and the counted drawer.
slip_prints: which receipts went to paper already.
sold_articles: articles as they were when sold.
stamp_counting: stamps of a sale.
voids: undo and void; coupon and points are restored.
"""
