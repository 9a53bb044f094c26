"""An offer without a database: its frozen rule, and the plain keys it is written in.

contradictions: what no offer may say.
kinds: what offers of each kind have.
reading: from keys of a file or form to a draft and back.
rule: the frozen value, and a promotion that is running.
validity: from when to when a coupon holds.
"""
