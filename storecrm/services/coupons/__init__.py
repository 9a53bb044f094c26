"""Coupons: promises on paper, one code each.

automatic: given on an occasion: to a new member, with a sale, for points.
batches: how batches stand, their paper, a whole batch void.
code_lookup: what a scanned key stands for.
issue: coupons issued, voided, given again, looked up.
paper_stock: printed coupons handed out by serial.
unfinished_issues: batches whose issuing died.
"""
