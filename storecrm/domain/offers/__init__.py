"""An offer without a database: its frozen rule, and the plain keys it is written in.

reading: from keys of a file or form to a draft and back; what no offer may say.
rule: the frozen value, and a promotion that is running.
validity: from when to when a coupon holds.
"""
