"""The demo shop's people, goods and calendar: invented, but weighted like a real neighbourhood
supermarket."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from storecrm.values import Role

SHOP, STORE = "禾田生活 · 滨河路店", "滨河路店"
STAFF = (
    ("陈国华", Role.OWNER, "860274"),
    ("赵丽", Role.MANAGER, "749183"),
    ("王芳", Role.CASHIER, "3864"),
    ("李强", Role.CASHIER, "5917"),
)
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
GIVEN = {
    "old": (
        "建国",
        "秀英",
        "桂兰",
        "国强",
        "玉兰",
        "淑珍",
        "德明",
        "凤英",
        "志明",
        "秀兰",
        "桂英",
        "振华",
    ),
    "middle": (
        "志强",
        "丽娟",
        "海燕",
        "伟东",
        "晓红",
        "建军",
        "春梅",
        "丽华",
        "永刚",
        "雪梅",
        "文静",
        "俊杰",
    ),
    "young": (
        "婷婷",
        "伟",
        "静",
        "磊",
        "敏",
        "洋",
        "艳",
        "超",
        "鹏",
        "雪",
        "丹",
        "倩",
        "晓明",
        "佳",
    ),
    "child": ("子涵", "欣怡", "浩然", "梓萱", "雨桐", "宇轩", "诗涵", "思远"),
}
# sku, barcode body, name, category, brand, price in 分, margin %, no points
GOODS = (
    ("M250", "690100100001", "晨露纯牛奶 250ml×12", "乳品", "晨露", 4590, 18),
    ("Y100", "690100100002", "晨露酸奶 8 杯", "乳品", "晨露", 1690, 18),
    ("B001", "690100200001", "麦香吐司", "烘焙", "麦香", 880, 50),
    ("B002", "690100200002", "麦香老婆饼", "烘焙", "麦香", 1280, 50),
    ("E030", "690100300001", "土鸡蛋 30 枚", "生鲜", "乡里", 2680, 20),
    ("V001", "690100300002", "时令蔬菜", "生鲜", "", 690, 20),
    ("F001", "690100300003", "红富士苹果 1kg", "生鲜", "", 1280, 20),
    ("R005", "690100400001", "稻香大米 5kg", "粮油", "稻香", 3990, 12),
    ("O005", "690100400002", "金穗花生油 5L", "粮油", "金穗", 8990, 12),
    ("N005", "690100400003", "金穗挂面 1kg", "粮油", "金穗", 850, 12),
    ("P010", "690100500001", "柔净抽纸 10 包", "日化", "柔净", 1990, 25),
    ("L002", "690100500002", "洁朗洗衣液 2kg", "日化", "洁朗", 2990, 25),
    ("T001", "690100500003", "洁朗牙膏", "日化", "洁朗", 990, 25),
    ("S001", "690100600001", "脆乐薯片", "零食", "脆乐", 690, 30),
    ("S002", "690100600002", "坚果礼罐", "零食", "山果", 3990, 30),
    ("S003", "690100600003", "海苔卷", "零食", "脆乐", 1190, 30),
    ("D001", "690100700001", "清泉矿泉水 12 瓶", "饮料", "清泉", 1690, 28),
    ("D002", "690100700002", "清泉乌龙茶", "饮料", "清泉", 450, 28),
    ("K003", "690100800001", "贝安奶粉 3段", "奶粉", "贝安", 21800, 15),
    ("Z001", "690100900001", "香烟", "烟", "", 2300, 10),
)
CATEGORIES_NO_POINTS = ("烟",)


@dataclass(frozen=True)
class Neighbour:
    """One invented member."""

    phone: str
    name: str
    gender: str
    birthday: str
    consent: str
    registered: date
    opening: int
    card: str


def people(rng: random.Random, count: int, first: date, last: date) -> list[Neighbour]:
    """`count` members: 12 % without name, 45 % with birthday, 38 % with consent, half from the old
    card system."""
    found, used = [], set()
    days = (last - first).days
    for number in range(count):
        phone = f"1{rng.choice('3578')}{rng.randrange(10**9):09d}"
        while phone in used:
            phone = f"1{rng.choice('3578')}{rng.randrange(10**9):09d}"
        used.add(phone)
        age = rng.choices(("old", "middle", "young", "child"), (30, 35, 32, 3))[0]
        # common surnames first: the list is ordered by frequency
        surname = SURNAMES[min(int(rng.expovariate(0.09)), len(SURNAMES) - 1)]
        name = "" if rng.random() < 0.12 else surname + rng.choice(GIVEN[age])
        year = {"old": 1955, "middle": 1975, "young": 1992, "child": 1998}[age] + rng.randrange(12)
        birthday = (
            f"{year}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
            if rng.random() < 0.45
            else ""
        )
        old = number < count // 2
        registered = (
            first - timedelta(days=rng.randrange(30, 900))
            if old
            else first + timedelta(days=rng.randrange(max(1, days)))
        )
        opening = rng.randrange(50, 3000) if old else 0
        card = f"{80_000_000 + number * 7}" if old else ""
        found.append(
            Neighbour(
                phone,
                name,
                rng.choice("fmf"),
                birthday,
                "1" if rng.random() < 0.38 else "",
                registered,
                opening,
                card,
            )
        )
    return found + _twice(rng, found, used, last)


def _twice(
    rng: random.Random, known: list[Neighbour], used: set[str], last: date
) -> list[Neighbour]:
    """One in a hundred registered a second time with another phone; some of them with a sign of the
    name heard wrongly."""
    found = []
    whole = [person for person in known if person.name and person.birthday]
    for one in rng.sample(whole, k=min(len(whole), max(1, len(known) // 100))):
        phone = one.phone[:-1] + str((int(one.phone[-1]) + 1) % 10)
        if phone in used:
            continue
        used.add(phone)
        name = (
            one.name
            if rng.random() < 0.7 or len(one.name) < 3
            else one.name[:-1] + rng.choice("明红华")
        )
        found.append(
            Neighbour(
                phone,
                name,
                one.gender,
                one.birthday,
                "",
                min(one.registered + timedelta(days=90), last),
                0,
                "",
            )
        )
    return found


def season(day: date) -> float:
    """How busy a day is against an ordinary weekday."""
    factor = 1.35 if day.weekday() >= 5 else 0.93
    spring = {
        2025: date(2025, 1, 29),
        2026: date(2026, 2, 17),
        2027: date(2027, 2, 6),
        2028: date(2028, 1, 26),
    }.get(day.year)
    if spring and 0 < (spring - day).days <= 14:
        factor *= 1.35
    elif spring and 0 <= (day - spring).days < 6:
        factor *= 0.55
    return factor


def hour(rng: random.Random) -> int:
    """An hour between 7 and 22, with peaks at 7-9 and 17-20."""
    return rng.choices(range(7, 23), (9, 10, 7, 5, 5, 5, 4, 3, 4, 5, 9, 11, 10, 7, 4, 2))[0]
