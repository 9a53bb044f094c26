"""What people call the columns of lists: the titles in two languages under which a file's columns
are told, and those of lists that go out.

The first name of a column is its title in lists of ours.
"""

import re
from collections.abc import Container, Mapping, Sequence

from storecrm.domain.list_columns import known_columns
from storecrm.values import clean_text

# the first name of each stands on lists that go out
_OF_MEMBERS = {
    "member_no": (
        "会员号,会员编号,会员编码,客户编号,会员ID,会员代码,顾客编号,會員編號,會員號,會員號碼,"
        "客戶編號"
    ),
    "phone": (
        "手机,手机号,手机号码,电话,联系电话,会员手机,联系方式,移动电话,电话号码,客户手机号,"
        "客户手机,顾客手机,顾客手机号,会员手机号,会员电话,手機,手機號,手機號碼,電話,電話號碼,"
        "聯絡電話,行動電話,流動電話"
    ),
    "name": (
        "姓名,名称,会员姓名,商品名称,品名,客户姓名,顾客姓名,会员名称,称呼,名字,客户名称,"
        "会员名,名稱,會員姓名,商品名稱,客戶姓名,顧客姓名"
    ),
    "gender": "性别,会员性别,客户性别,性別",
    "birthday": "生日,出生日期,出生年月日,会员生日,客户生日,生日日期,出生年月,會員生日",
    "email": "邮箱,电子邮箱,电子邮件,邮件,邮箱地址,電郵,電子郵件,電子信箱,電郵地址",
    "registered_on": (
        "注册日期,入会日期,开卡日期,注册时间,入会时间,开卡时间,办卡日期,加入日期,"
        "会员加入时间,成为客户时间,成为会员时间,发卡日期,登记日期,创建时间,註冊日期,入會日期,"
        "加入日期,登記日期"
    ),
    "tags": "标签,会员标签,分组,客户标签,會員標籤,標籤",
    "points": (
        "积分,积分余额,可用积分,当前积分,剩余积分,客户积分,会员积分,现有积分,積分,點數,"
        "可用積分,剩餘積分,會員積分"
    ),
    "points_expire_on": "积分到期日,积分有效期,積分到期日",
    "tier": "等级,会员等级,级别,会员级别,客户等级,会员类别,會員等級,等級,會員級別",
    "birthday_type": "生日类型,会员生日类型,生日类别,历法,生日類型,曆法",
    "points_in_lots": "积分另列",
    "tier_until": "等级有效期",
    "spent_to_date": (
        "累计消费,累计消费金额,消费总额,总消费,消费金额,累计消费额,消费总金额,累計消費,"
        "累計消費金額,消費總額"
    ),
    "visits": "消费次数,到店次数,累计消费次数,购买次数,消费笔数,购次,消費次數",
    "last_visit": (
        "最近消费,最后消费日期,最近到店,最近消费日期,最后消费时间,最近消费时间,上次消费,"
        "上次消费时间,上次消费日期,最后消费日,最近一次消费,最近消費,最後消費日期"
    ),
    "old_card_no": "旧卡号,卡号,会员卡号,实体卡号,卡號,會員卡號,舊卡號",
    "consent_sms": "短信同意,同意短信",
    "consent_email": "邮件同意,同意邮件",
    "consent_wechat": "微信同意,同意微信",
    "consent_evidence": "同意依据",
    "note": "备注,说明,备注信息",
    "guardian": "监护人",
    "further_phones": "其他手机,备用手机,家人手机",
    "further_cards": "其他卡号,附属卡号,副卡号",
    "consent_phone": "电话同意,同意电话",
    "consent_post": "信件同意,同意信件",
    "alert": "收银提示",
    "tier_by_hand": "手工等级",
    "tier_down_on": "降级日期",
}
# consents, referrals, points and stamps of members
_OF_ANSWERS = {
    "channel": "渠道",
    "purpose": "用途",
    "granted": "是否同意",
    "answered_at": "回答时间",
    "evidence": "依据",
    "text_version": "告知版本",
    "referred_by": "推荐人,介绍人,推荐人会员号,推薦人,介紹人",
    "referral_state": "推荐状态",
    "rewarded_on": "奖励日期",
    "offer_code": "优惠编码,优惠代码",
    "stamps": "印花数,集点数",
    "expires_on": "到期日,失效日期",
    "reason": "原因",
    "earned_on": "获得日期,积分日期",
    "reference": "参考号",
    "active_from": "生效日",
}
_OF_GOODS = {
    "sku": "货号,商品编码,商品编号,商品货号,貨號,商品編號,商品編碼",
    "barcode": "条码,商品条码,条形码,國際條碼,條碼,商品條碼",
    "category": "分类,类别,品类,商品分类,商品类别,分類,類別",
    "brand": "品牌,商品品牌",
    "price": "售价,价格,零售价,销售价,标价,售價,價格,零售價",
    "cost": "成本,进价,成本价,进货价,進價",
    "no_points": "不积分",
    "no_promotion": "不参与促销",
    "medicine": "药品,药品类别",
    "to_complete": "待补全",
}
# registers name the moment of a sale in many ways
_OF_SALES = {
    "receipt_no": (
        "小票号,单号,流水号,订单号,订单编号,单据号,销售单号,交易号,小票編號,單號,訂單號,訂單編號"
    ),
    "sold_at": (
        "销售时间,时间,交易时间,销售日期,交易日期,下单时间,付款时间,结账时间,完成时间,"
        "日期时间,時間,日期,銷售時間,交易時間"
    ),
    "quantity": "数量,销售数量,數量",
    "unit_price": "单价,單價",
    "discount": "优惠,折扣金额,优惠金额",
    "amount": "金额,实收,小计,实收金额,实付金额,销售金额,成交金额,金額,實收,小計,實收金額",
    "coupon_code": "优惠券码",
    "store": "门店,门店名称,店铺,分店,門市,店舖",
    "business_date": "营业日期",
    "returns": "退货",
    "returns_receipt": "原小票号",
    "returns_date": "原小票日期",
    "returns_line": "原行号",
}
# keys of an offer: only lists of ours have them
_OF_OFFERS = {
    "code": "券码,编码,代码",
    "campaign": "活动",
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
    "automatic": "自动促销",
    "brands": "适用品牌",
    "not_products": "排除商品",
    "not_categories": "排除分类",
    "min_quantity": "最少件数",
    "max_repeats": "最多次数",
    "buy": "买几件",
    "get": "送几件",
    "gifts": "赠品",
    "weekdays": "星期",
    "month_days": "每月几号",
    "time_from": "时段开始",
    "time_to": "时段结束",
    "members_only": "仅会员",
    "tiers": "适用等级",
    "first_purchase": "首单",
    "stores": "适用门店",
    "channels": "适用渠道",
    "budget": "预算",
    "priority": "优先级",
    "stackable": "可叠加",
    "group": "组",
    "skip_discounted": "已优惠商品除外",
    "valid_delay": "几天后生效",
    "reward": "集点奖励",
    "supplier": "供应商",
    "supplier_share": "供应商承担",
    "state": "状态",
}
_OF_COUPONS = {
    "issued_on": "发放日期",
    "serial": "序号",
    "batch": "批次",
    "handed_out": "已发出",
    "void_reason": "作废原因",
    "redemption_no": "核销号",
    "redeemed_at": "核销时间,核销日期",
}
_OF_DAYS = {
    "date": "日期,营业日",
    "net_sales": "营业额,净销售额",
    "receipts": "单数,小票数",
}
# lists that only go out: nobody else's file has these columns
_OF_REPORTS = {
    "recommended": "推荐商品",
    "score": "把握",
    "alive": "再来可能",
    "visits_90": "90天到店",
    "net_90": "90天消费",
}
CHINESE: dict[str, str] = {
    **_OF_MEMBERS,
    **_OF_ANSWERS,
    **_OF_GOODS,
    **_OF_SALES,
    **_OF_OFFERS,
    **_OF_COUPONS,
    **_OF_DAYS,
    **_OF_REPORTS,
}
# German names too, where a word is the same in many lists
_ENGLISH_OF_MEMBERS = {
    "member_no": (
        "member number,member id,customer id,customer number,membership number,customer code"
    ),
    "phone": (
        "mobile,mobile phone,mobile number,mobile no,cell,cell phone,phone number,phone no,"
        "telephone,tel,telefon,handy"
    ),
    "name": "full name,customer name,member name,customer,article,product name",
    "gender": "sex",
    "birthday": "date of birth,birth date,birthdate,dob",
    "email": "e-mail,e-mail address,email address,email id,mail",
    "registered_on": (
        "registered,registration date,joined,join date,member since,customer since,created,"
        "created at,signup date,first visit"
    ),
    "tags": "tag,labels,groups",
    "points": "points balance,loyalty points,current points,loyalty balance,reward points",
    "points_expire_on": "points expiry,points expire",
    "tier": "level,membership level,grade",
    "spent_to_date": "total spent,total spend,lifetime spend,spent,lifetime value",
    "visits": (
        "number of visits,orders,order count,total orders,purchases,total visits,transaction count"
    ),
    "last_visit": "last purchase,last order,last visit date,last seen",
    "old_card_no": "card,card no,card number,old card",
    "further_phones": "other phones,additional phones",
    "further_cards": "other cards,additional cards",
    "note": "notes,comment,comments,remark,remarks",
}
_ENGLISH_OF_TRADE = {
    "referred_by": "referrer,referred by,recommended by",
    "sku": "item code,article number,product code,item number",
    "barcode": "ean,upc,gtin",
    "quantity": "qty",
    "unit_price": "price each,unit price",
    "amount": "line total,net sales,net amount",
    "receipt_no": (
        "receipt,receipt number,order number,order no,invoice,invoice number,transaction id"
    ),
    "sold_at": "date,time,sale date,order date",
}
ENGLISH: dict[str, str] = _ENGLISH_OF_MEMBERS | _ENGLISH_OF_TRADE
_PARTS = {
    "given_name": "first name,firstname,given name,forename,vorname,名",
    "family_name": "last name,lastname,surname,family name,nachname,姓,姓氏",
}
_OF_ONE_KIND = {
    ("products", "name"): "商品名称",
    ("offers", "name"): "名称",
    ("offers", "code"): "编码",
}
"""What a column of a list is called in Chinese where its first name is that of another kind."""
_TIMES = frozenset(("time", "时间", "時間", "uhrzeit", "time of day"))
"""Titles of a time that stands beside its day in another column."""
_OF_THE_WHOLE = frozenset(("total", "total amount", "合计金额", "总金额", "合計", "總金額"))
"""Titles of an amount that is of a line only where no column speaks of lines."""
_OF_LINES = frozenset(("sku", "quantity", "unit_price"))
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_MARKS = re.compile(r"[\s*：:#_\-/.·]+")
HEADER_ROWS = 20


def _by_title() -> dict[str, list[str]]:
    """The columns that bear each title, in small letters."""
    found: dict[str, list[str]] = {}
    for titles in (CHINESE, ENGLISH, _PARTS):
        for column, text in titles.items():
            for title in text.split(","):
                found.setdefault(title.casefold(), []).append(column)
    return found


_ALIASES = _by_title()


def title_of(kind: str, column: str, *, chinese: bool) -> str:
    """The title under which a list of ours shows a column, and by which it is read again."""
    if not chinese:
        return column
    # the first name is the one that people know best
    first, _, _ = CHINESE.get(column, column).partition(",")
    return _OF_ONE_KIND.get((kind, column), first)


def tidy_title(text: str) -> str:
    """A header as it is compared: without brackets and what stands in them, marks and spaces, in
    small letters."""
    bare = _BRACKETS.sub("", clean_text(text, 80))
    return _MARKS.sub(" ", bare).strip().casefold()


def columns_of(kind: str, header: Sequence[str], taken: Container[str] = ()) -> dict[int, str]:
    """Which column (or part of one) each header cell stands for, by our own name or by what people
    call it in English or Chinese. Phones may stand in several columns; else the first of a name
    counts."""
    found: dict[int, str] = {}
    for place, cell in enumerate(header):
        name = _told(kind, tidy_title(cell))
        if not name or name in taken:
            continue
        # further phones of a member stand in columns of their own
        if name == "phone" or name not in found.values():
            found[place] = name
        elif name in ("sold_at", "redeemed_at"):
            _beside(found, header, place, name)
    if kind == "sales" and "amount" not in taken:
        _whole_amount(found, header)
    return found


def _whole_amount(found: dict[int, str], header: Sequence[str]) -> None:
    """A total is the amount where every row is a whole sale, and no other column is."""
    columns = set(found.values())
    if "amount" in columns or columns & _OF_LINES:
        return
    for place, cell in enumerate(header):
        if tidy_title(cell) in _OF_THE_WHOLE:
            found[place] = "amount"
            return


def _told(kind: str, tidy: str) -> str:
    """The column of this kind that a title stands for, "" for none."""
    own = tidy.replace(" ", "_")
    in_one_word = tidy.replace(" ", "")
    names = [own, *_ALIASES.get(tidy, ()), *_ALIASES.get(in_one_word, ())]
    known = known_columns(kind)
    # one Chinese header may name the key of another kind ("code" of an offer, of a coupon)
    if "code" in names and "code" not in known:
        names.append("offer_code")
    return next((name for name in names if name in known), "")


def _beside(found: dict[int, str], header: Sequence[str], place: int, name: str) -> None:
    """A second column of an instant: the one that is a time alone stands behind the day."""
    first = next(at for at, other in found.items() if other == name)
    part = name.replace("_at", "_time")
    times = [at for at in (first, place) if tidy_title(header[at]) in _TIMES]
    if len(times) == 1 and part not in found.values():
        found[first] = found[place] = name
        found[times[0]] = part


def header_row(
    kind: str, rows: Sequence[list[str]], mapping: Mapping[str, str] | None = None
) -> int:
    """Which of the first rows (0 the first) holds the titles: the one that says most of what this
    kind or the mapping knows. Above it may stand a title of the whole sheet, or groups of columns
    in merged cells."""
    asked = mapping or {}
    said: list[int] = []
    for row in rows[:HEADER_ROWS]:
        # a mapping knows titles that nobody else has
        mapped = [cell for cell in row if cell and clean_text(cell, 80) in asked]
        said.append(len(columns_of(kind, row)) + len(mapped))
    return said.index(max(said)) if said else 0
