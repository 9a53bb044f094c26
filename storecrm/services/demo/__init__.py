"""The demo shop and the tour: world (people, goods, calendar), year (what happened), tour (the main
job, for real)."""

from storecrm.services.demo.tour import tour

LEAST, MOST = 20, 100_000
"""Members of a demo shop: with fewer nothing can be told of them."""

__all__ = ["LEAST", "MOST", "tour"]
