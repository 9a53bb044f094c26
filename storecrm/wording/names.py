"""What roles, channels, lists and other kinds of things are called."""

from storecrm.domain.list_columns import COLUMNS
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
LISTS: dict[str, str] = {kind: f"list.{kind}" for kind in COLUMNS}
"""What people call the lists that come in: the ids of their names."""
LISTS_OUT = LISTS | {"points-ledger": "list.points-ledger"}
"""What people call the lists that go out."""
ROLES: dict[str, str] = {"cashier": m("Cashier"), "manager": m("Manager"), "owner": m("Owner")}
OVERRIDES = {
    Override.MANAGER: m("Manager approved"),
    Override.ALLOWANCE: m("Own allowance"),
    Override.EMERGENCY: m("Emergency code"),
}
