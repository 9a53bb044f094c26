"""Loyalty: what a member collects.

adjustments: by hand, and points exchanged for a coupon.
card_replacement: a lost card.
points_account: balance, statement, expiry, paying with points.
referrals: members who bring members.
stamp_cards: a member's stamp cards.
tiers: the ladder and who moves on it.
"""
