"""The offers that the demo's shop makes in its year, and what each is for."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class YearPlan:
    """One campaign: its offer, when it runs (days before today), to whom, and the share that comes
    back."""

    offer: dict[str, Any]
    starts: tuple[int, ...]
    to: str
    share: float
    count: int = 0
    voided: bool = False
    basket: int = 5200


PLANS = (
    YearPlan(
        {
            "code": "WELCOME",
            "name": "入会礼",
            "campaign": "新会员",
            "kind": "amount_off",
            "value": "5",
            "min_spend": "39",
            "valid_days": 30,
            "limit_per_member": 1,
            "bearer": False,
        },
        tuple(range(400, 20, -30)),
        "new",
        0.42,
    ),
    YearPlan(
        {
            "code": "BIRTHDAY",
            "name": "生日券",
            "campaign": "生日月",
            "kind": "amount_off",
            "value": "10",
            "min_spend": "69",
            "valid_days": 31,
            "bearer": False,
        },
        tuple(range(395, 0, -30)),
        "birthday",
        0.22,
        basket=8800,
    ),
    YearPlan(
        {
            "code": "WEEKEND69",
            "name": "周末满69减8",
            "campaign": "周末满减",
            "kind": "threshold_off",
            "value": "8",
            "min_spend": "69",
            "valid_days": 30,
        },
        (390, 300, 210, 120, 40),
        "active",
        0.14,
        basket=8600,
    ),
    YearPlan(
        {
            "code": "STREET9",
            "name": "小区派发 9 折",
            "campaign": "小区派发",
            "kind": "percent_off",
            "zhe": "9",
            "cap": "15",
            "min_spend": "30",
            "valid_days": 45,
            "limit_total": 20000,
        },
        (330, 150, 70),
        "paper",
        0.03,
        count=1640,
        basket=5600,
    ),
    YearPlan(
        {
            "code": "WXGROUP",
            "name": "微信群三日券",
            "campaign": "微信群",
            "kind": "amount_off",
            "value": "6",
            "min_spend": "49",
            "valid_days": 3,
        },
        (360, 270, 180, 90, 35, 12),
        "consent",
        0.18,
        basket=6100,
    ),
    YearPlan(
        {
            "code": "COMEBACK",
            "name": "沉睡召回 8.5 折",
            "campaign": "沉睡召回",
            "kind": "percent_off",
            "zhe": "8.5",
            "cap": "20",
            "valid_days": 21,
            "bearer": False,
        },
        (240, 100, 45),
        "asleep",
        0.04,
        basket=5800,
    ),
    YearPlan(
        {
            "code": "SLIP",
            "name": "下次来用券",
            "campaign": "下次来用",
            "kind": "amount_off",
            "value": "3",
            "min_spend": "29",
            "valid_days": 14,
        },
        (200, 140, 80, 50, 25),
        "paper",
        0.11,
        count=600,
        basket=4100,
    ),
    YearPlan(
        {
            "code": "HAIR",
            "name": "理发店合作券",
            "campaign": "异业合作",
            "kind": "amount_off",
            "value": "8",
            "min_spend": "59",
            "valid_days": 60,
            "limit_total": 5000,
        },
        (220, 95),
        "paper",
        0.02,
        count=500,
        basket=6600,
    ),
    YearPlan(
        {
            "code": "MILK",
            "name": "晨露牛奶立减 5 元",
            "campaign": "供应商牛奶",
            "kind": "amount_off",
            "value": "5",
            "min_spend": "45",
            "valid_days": 30,
            "categories": ["乳品"],
        },
        (160, 60),
        "active",
        0.2,
        basket=6300,
    ),
    YearPlan(
        {
            "code": "HALF",
            "name": "烘焙 5 折",
            "campaign": "烘焙半价",
            "kind": "percent_off",
            "zhe": "5",
            "valid_days": 20,
            "categories": ["烘焙"],
        },
        (65,),
        "active",
        0.04,
        basket=2600,
    ),
    YearPlan(
        {
            "code": "TWICE",
            "name": "重阳券（印重）",
            "campaign": "重阳节",
            "kind": "amount_off",
            "value": "6",
            "min_spend": "50",
            "valid_days": 30,
        },
        (55,),
        "paper",
        0.0,
        count=300,
        voided=True,
    ),
)
AUTOMATIC: tuple[dict[str, Any], ...] = (
    {
        "code": "DAY8",
        "name": "会员日双倍积分",
        "campaign": "会员日",
        "kind": "points_times",
        "value": "2",
        "month_days": "8, 18, 28",
        "members_only": True,
    },
    {
        "code": "SECOND",
        "name": "酸奶第二件半价",
        "campaign": "酸奶",
        "kind": "nth_item",
        "value": "50",
        "buy": 2,
        "products": "Y100",
    },
    {
        "code": "STAMP12",
        "name": "奶粉 12+1",
        "campaign": "奶粉",
        "kind": "buy_get",
        "buy": 12,
        "get": 1,
        "products": "K003",
    },
)
"""Promotions that apply by themselves."""
