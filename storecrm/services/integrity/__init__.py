"""Integrity: every sum is built again from its rows and compared.

coupon_checks: facts of coupons that must agree.
file_shape: the keys between rows, and the shape of the file.
points_checks: facts of points and stamps that must agree.
sale_checks: facts of bills that must agree.
sums: sums built again, and the wrong rows that a finding names.
tampering: what nobody but the program should have done.
trail: the trail, read once to its end.
verify: the proof of the books.
"""
