"""Columns of every import kind, the headers people use for them, and how cells are read."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from storecrm.services.till.offers import KEYS as OFFER_KEYS
from storecrm.values import Day, Moment, Money, Quantity, clean_text, half_up, moment, parse_money

COLUMNS: dict[str, tuple[str, ...]] = {
    "members": (
        "member_no",
        "phone",
        "name",
        "gender",
        "birthday",
        "email",
        "registered_on",
        "tags",
        "points",
        "points_expire_on",
        "tier",
        "tier_until",
        "spent_to_date",
        "visits",
        "last_visit",
        "old_card_no",
        "birthday_type",
        "consent_sms",
        "consent_email",
        "consent_wechat",
        "consent_evidence",
    ),
    "products": ("sku", "barcode", "name", "category", "brand", "price", "cost", "no_points", "no_promotion", "medicine"),
    "sales": (
        "receipt_no",
        "sold_at",
        "member_no",
        "sku",
        "quantity",
        "unit_price",
        "discount",
        "amount",
        "coupon_code",
        "store",
        "channel",
    ),
    "offers": OFFER_KEYS,
    "offer-products": ("offer_code", "sku"),
    "coupons": ("code", "offer_code", "member_no", "issued_on", "uses_allowed"),
    "day-totals": ("date", "store", "net_sales", "receipts"),
    "redemptions": ("redemption_no", "code", "member_no", "redeemed_at", "receipt_no", "discount"),
}
NEEDED: dict[str, tuple[str, ...]] = {
    "members": (),
    "products": ("sku",),
    "sales": ("receipt_no", "sold_at"),
    "offers": ("code", "kind"),
    "offer-products": ("offer_code", "sku"),
    "coupons": ("code", "offer_code"),
    "day-totals": ("date", "net_sales", "receipts"),
    "redemptions": ("code", "redeemed_at"),
}
CHINESE: dict[str, str] = {
    "member_no": "会员号,会员编号",
    "phone": "手机,手机号,手机号码,电话,联系电话",
    "name": "姓名,名称,会员姓名,商品名称,品名",
    "gender": "性别",
    "birthday": "生日,出生日期",
    "email": "邮箱,电子邮箱",
    "registered_on": "注册日期,入会日期,开卡日期",
    "tags": "标签",
    "points": "积分,积分余额",
    "points_expire_on": "积分到期日,积分有效期",
    "tier": "等级,会员等级",
    "tier_until": "等级有效期",
    "spent_to_date": "累计消费",
    "visits": "消费次数,到店次数",
    "last_visit": "最近消费,最后消费日期,最近到店",
    "old_card_no": "旧卡号,卡号,会员卡号",
    "birthday_type": "生日类型",
    "consent_sms": "短信同意,同意短信",
    "consent_email": "邮件同意,同意邮件",
    "consent_wechat": "微信同意,同意微信",
    "consent_evidence": "同意依据",
    "sku": "货号,商品编码,商品编号",
    "barcode": "条码,商品条码",
    "category": "分类,类别,品类",
    "brand": "品牌",
    "price": "售价,价格",
    "cost": "成本,进价",
    "no_points": "不积分",
    "no_promotion": "不参与促销",
    "medicine": "药品,药品类别",
    "receipt_no": "小票号,单号,流水号",
    "sold_at": "销售时间,时间,交易时间",
    "quantity": "数量",
    "unit_price": "单价",
    "discount": "优惠,折扣金额,优惠金额",
    "amount": "金额,实收,小计",
    "coupon_code": "优惠券码",
    "store": "门店",
    "channel": "渠道",
    "code": "券码,编码,代码",
    "kind": "类型,种类",
    "value": "面额,优惠值",
    "zhe": "折",
    "cap": "封顶",
    "min_spend": "门槛,最低消费",
    "valid_from": "开始日期",
    "valid_to": "结束日期",
    "valid_days": "有效天数",
    "limit_total": "总量",
    "limit_per_member": "每人限用",
    "uses_allowed": "可用次数",
    "bearer": "不记名",
    "products": "适用商品",
    "categories": "适用分类",
    "campaign": "活动",
    "offer_code": "优惠编码,优惠代码",
    "issued_on": "发放日期",
    "date": "日期,营业日",
    "net_sales": "营业额,净销售额",
    "receipts": "单数,小票数",
    "redemption_no": "核销号",
    "redeemed_at": "核销时间,核销日期",
}
_ALIASES = {alias: column for column, names in CHINESE.items() for alias in names.split(",")}


def columns_of(kind: str, header: list[str], mapping: dict[str, str] | None = None) -> dict[int, str]:
    """Which column each header cell stands for: by the mapping given, the English name, or a Chinese one."""
    known = COLUMNS[kind]
    found: dict[int, str] = {}
    for place, cell in enumerate(header):
        title = clean_text(cell, 80)
        name = (mapping or {}).get(title) or title.casefold().replace(" ", "_").replace("-", "_")
        name = name if name in known else _ALIASES.get(title, "")
        # one Chinese header may name the key of another kind ("code" of an offer, of a coupon)
        name = {"code": "offer_code"}.get(name, name) if name not in known and "offer_code" in known else name
        if name in known and name not in found.values():
            found[place] = name
    return found


class Cells:
    """Reads cells with the shop's digits and zone; every reader raises ValueError with a stable word."""

    def __init__(self, zone: ZoneInfo, naive: ZoneInfo, digits: int) -> None:
        self.zone, self.naive, self.digits = zone, naive, digits
        self.day_of = lru_cache(maxsize=4096)(self._day_of)
        self.money = lru_cache(maxsize=65_536)(self._money)
        self.quantity = lru_cache(maxsize=4096)(self._quantity)
        # the lines of one receipt share their time
        self.at = lru_cache(maxsize=4096)(self._at)

    def _money(self, text: str) -> Money:
        try:
            return parse_money(text, digits=self.digits, negative=True)
        except ValueError:
            pass
        # spreadsheets hand over 1.1500000000000001 for 1.15
        try:
            minor = Decimal(text).scaleb(self.digits)
        except InvalidOperation:
            raise ValueError("not_amount") from None
        if not minor.is_finite() or len(text) < 16 or abs(minor - half_up(minor)) > Decimal("0.0001") or abs(minor) >= 10**12:
            raise ValueError("not_amount")
        return Money(half_up(minor))

    def _quantity(self, text: str) -> Quantity:
        try:
            exact = Decimal(text) * 1000
        except InvalidOperation:
            raise ValueError("not_quantity") from None
        if not exact.is_finite() or abs(exact) > 10**10 or exact != exact.to_integral_value():
            raise ValueError("not_quantity")
        return Quantity(int(exact))

    def _day_of(self, text: str) -> Day:
        tidy = text.strip().replace("/", "-").replace(".", "-").replace("年", "-").replace("月", "-").replace("日", "")
        tidy = tidy.split("T")[0].split(" ")[0]
        try:
            year, month, day = (int(part) for part in tidy.split("-"))
            found = date(year, month, day)
        except ValueError:
            raise ValueError("not_date") from None
        if not 1900 <= found.year <= 2200:
            raise ValueError("not_date")
        return found

    def _at(self, text: str) -> tuple[Moment, Day | None]:
        """An instant, and the business date when only a date was given."""
        tidy = text.strip().replace("/", "-")
        if len(tidy) <= 10:
            day = self.day_of(tidy)
            return moment(datetime(day.year, day.month, day.day, 12, tzinfo=self.zone)), day
        try:
            found = datetime.fromisoformat(tidy)
        except ValueError:
            raise ValueError("not_time") from None
        if not 1900 <= found.year <= 2200:
            raise ValueError("not_time")
        if found.tzinfo is None:
            found = found.replace(tzinfo=self.naive)
            # a zone without summer time has every local time
            if self.naive.utcoffset(None) is None and found.astimezone(UTC).astimezone(self.naive).replace(tzinfo=None) != found.replace(
                tzinfo=None
            ):
                raise ValueError("no_such_time")
        return moment(found), None
