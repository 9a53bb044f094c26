"""The demo shop and the tour.

plans: the offers of the demo's year.
guided_tour: the main job, for real: coupons printed, read back from paper, redeemed once.
world: people, goods and calendar.
year: a year and two months of what happened.
"""

from storecrm.services.demo.guided_tour import tour

LEAST, MOST = 20, 100_000
"""Members of a demo shop: with fewer nothing can be told of them."""

__all__ = ["LEAST", "MOST", "tour"]
