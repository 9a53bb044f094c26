"""What is true: one noun a file, flat.

base (types, triggers), database (engine, sessions), migrate (versions of the file), then the nouns:
shop (the shop, rules, tills, clock), staff, member (with consent, search keys, merges, referrals),
tag, learned (what was worked out), tier, product, sale, points, offer, coupon, redemption, throttle
(tries of secrets), scannable, segment, stamp, day_total, audit, import_batch. Rows never leave the
services.
"""

from storecrm.models import (
    audit,
    coupon,
    day_total,
    import_batch,
    learned,
    member,
    offer,
    points,
    product,
    redemption,
    sale,
    scannable,
    segment,
    shop,
    staff,
    stamp,
    tag,
    throttle,
    tier,
)

__all__ = [
    "audit",
    "coupon",
    "day_total",
    "import_batch",
    "learned",
    "member",
    "offer",
    "points",
    "product",
    "redemption",
    "sale",
    "scannable",
    "segment",
    "shop",
    "staff",
    "stamp",
    "tag",
    "throttle",
    "tier",
]
