"""What roles, channels, lists and other kinds of things are called."""

from storecrm.i18n import m
from storecrm.values import Channel, Override, Purpose

CHANNELS = {
    Channel.SMS: m("SMS"),
    Channel.EMAIL: m("E-mail"),
    Channel.WECHAT: m("WeChat"),
    Channel.PHONE: m("Phone call"),
    Channel.POST: m("Post"),
}
PURPOSES = {
    Purpose.PROMOTION: m("offers"),
    Purpose.SERVICE: m("own affairs"),
    Purpose.SURVEY: m("questions"),
}
LISTS: dict[str, str] = {
    "members": m("members"),
    "consents": m("answers to being written to"),
    "referrals": m("who brought whom"),
    "points": m("points"),
    "opt-outs": m("addresses never written to"),
    "products": m("articles"),
    "sales": m("sales"),
    "offers": m("offers"),
    "offer-products": m("articles of offers"),
    "coupons": m("coupons"),
    "day-totals": m("day totals"),
    "redemptions": m("redemptions"),
    "stamps": m("stamps on cards"),
}
"""What people call the lists that come in."""
LISTS_OUT = LISTS | {"points-ledger": m("points, each movement")}
"""What people call the lists that go out."""
ROLES: dict[str, str] = {"cashier": m("Cashier"), "manager": m("Manager"), "owner": m("Owner")}
OVERRIDES = {
    Override.MANAGER: m("Manager approved"),
    Override.ALLOWANCE: m("Own allowance"),
    Override.EMERGENCY: m("Emergency code"),
}
