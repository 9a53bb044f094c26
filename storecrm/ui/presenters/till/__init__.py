"""The till's panel and strip: from a bill, a verdict, a member or an error to what is shown.

screen: the panel's content, its ways on as data.
strip: the bill in one line.
bills: amounts, promotions, the open bill and its end.
basket: goods on the bill, bills put aside.
members: who was found, and the coupons that can be used.
refusals: why not, and the ways past it.
"""
