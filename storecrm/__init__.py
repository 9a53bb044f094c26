"""storecrm: the promotion CRM for shops with a counter.

Members, points, offers, barcode coupons, the till, and the month in Excel, over one local database.
The map of the house stands in docs/architecture.md; every package's docstring is the map of its
floor.
"""

__version__ = "0.1.0"
