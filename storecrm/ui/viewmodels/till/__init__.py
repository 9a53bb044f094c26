"""The till: what was typed or scanned, the bill it belongs to, and what the panel says. Parts, each
with one task; what is shown is decided by the presenters.

view_model: the one thing that pages hold: its parts' acts and signals.
customer: what belongs to the customer who stands there, and what waits for something.
desk: the customer of now, and the lane to the store.
screen: the panel, the strip, the pause.
slips: papers of bills that were closed.
bill: coupons, amounts, the end of a bill.
bill_part: what the parts below are made of.
basket: goods on the bill, paying, putting aside.
verification: the member's proof, and what waits for it.
overrides: somebody's word that sets a rule aside.
points: points to use, what earns none, stamps.
members: who is found or registered.
refusals: errors, and the way on from them.
entry: the scan box.
"""
