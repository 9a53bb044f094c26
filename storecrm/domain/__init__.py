"""What is decided: no session, no clock, no Qt, no words. An answer depends on its arguments alone.

- `shop_rules`: what a shop may set, each setting declared once, and the typed object that the rest of the program reads
- `points`: until when points live
- `rfm`: the table of named groups of RFM scores
"""
