"""The till's page, and what it is put together from.

page: scan box, strip, panel or a card, keys, and the side.
panel: what happened, large; the ways on.
keys: the large keys below the panel.
side_column: what stands right of the panel.
side: the day, a keypad for fingers.
basket_list: the goods on the bill.
card: what the small cards over the panel have in common.
registration_card: a new member.
override_card: somebody's word that sets a rule aside.
verification_card: is it the member.
points_card: points to use, what earns none, stamps.
pay_card: how goods are paid.
"""
