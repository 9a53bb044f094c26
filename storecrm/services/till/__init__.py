"""The till: offers (what a coupon gives) · scanning (what was scanned) · pricing (pure) · points · coupons (issue, void) · bills (the road of one customer:
check, redeem, amount, close, undo) · goods (what articles were when they were sold) · remainders (what stays of a returned bill) · today (the till's own day)."""
