"""Exports of other systems by the mappings that come with the program: told by their titles, read
to the cent, nothing left out unsaid.

Each sample has two dozen rows with the quirks of its system: rows that are void, refunds,
discounts, nobody's phone, foreign signs. What must come out is counted in whole cents and points
beside the texts, never read from them.
"""

import csv
import io
from dataclasses import replace

import pytest
from sqlalchemy import text

from storecrm.services.imports import column_matching, mappings, preview, run
from storecrm.services.imports.mappings import Reading
from storecrm.services.imports.options import ImportOptions

ROWS = 24
NAMES = ("Zoë", "Jörg", "李小梅", "Ana", "Łukasz", "O'Neil")


def money(cents, sign=""):
    """$1,234.50 as most systems write it, the minus before all."""
    return f"{'-' if cents < 0 else ''}{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def plain(cents):
    return money(cents).replace(",", "")


def phone(n, region="US"):
    return f"+1212555{100 + n:04d}" if region == "US" else f"138000{20000 + n}"


def listed(titles, rows, sign=",", above="", below=""):
    """A text of rows given by their titles; what a row does not say is blank."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=sign, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([row.get(title, "") for title in titles] for row in rows)
    return above + out.getvalue() + below


def people(titles, cells, *, drop=(), **kind):
    """A list of members: `cells(n)` are the cells of the n-th; those in `drop` are left out by a
    rule."""
    rows = [cells(n) for n in range(ROWS)]
    return listed(titles, rows, **kind), {"created": ROWS - len(drop), "skipped": len(drop)}


def spent(n):
    return 123_450 + n * 137


def points(n):
    return n * 3


TAKEN = [n for n in range(ROWS) if n != 5]


def loyverse_customers():
    titles = [
        "Customer ID",
        "Customer name",
        "Email",
        "Phone",
        "City",
        "Customer code",
        "Points balance",
        "Note",
        "First visit",
        "Last visit",
    ]
    body, found = people([*titles, "Total visits", "Total spent"], lambda n: {
        "Customer ID": f"id{n}", "Customer name": NAMES[n % 6], "Phone": "" if n == 3 else phone(n), "Customer code": f"C-{n:03d}",
        "Points balance": f"{points(n)}.50", "First visit": f"1/{n + 1}/26", "Last visit": "11/3/26", "Total visits": str(n), "Total spent": plain(spent(n)),
    })  # fmt: skip
    return body, found | {
        "points": sum(map(points, range(ROWS))),
        "spent_to_date": sum(map(spent, range(ROWS))),
        "rounded": ROWS,
    }


def square_customers():
    titles = [
        "Reference ID",
        "First Name",
        "Last Name",
        "Email Address",
        "Phone Number",
        "Birthday",
        "Memo",
        "Square Customer ID",
        "First Visit",
    ]
    body, found = people([*titles, "Lifetime Spend", "Transaction Count", "Email Subscription Status"], lambda n: {
        "First Name": NAMES[n % 6], "Last Name": "Sample", "Phone Number": "" if n == 3 else f"'{phone(n)}", "Birthday": "0000-06-03" if n % 2 else "1990-05-17",
        "Square Customer ID": f"SQ{n:04d}", "First Visit": "2023-01-05", "Lifetime Spend": money(spent(n), "$"), "Transaction Count": str(n),
        "Email Subscription Status": ("subscribed", "unsubscribed", "unknown")[n % 3],
    })  # fmt: skip
    return body, found | {"spent_to_date": sum(map(spent, range(ROWS))), "yes": 8, "no": 8}


def shopify_customers():
    titles = [
        "Customer ID",
        "First Name",
        "Last Name",
        "Email",
        "Accepts Email Marketing",
        "Default Address Phone",
        "Phone",
    ]
    body, found = people([*titles, "Accepts SMS Marketing", "Total Spent", "Total Orders", "Tags"], lambda n: {
        "Customer ID": f"'70000000{n:05d}", "First Name": NAMES[n % 6], "Last Name": "Muster", "Email": f"a{n}@example.com",
        "Accepts Email Marketing": "yes" if n % 2 else "no", "Default Address Phone": f"'{phone(n)}" if n % 3 == 0 else "",
        "Phone": f"'{phone(n)}" if n % 3 == 1 else "", "Total Spent": plain(spent(n)), "Total Orders": str(n), "Tags": "vip, tea",
    })  # fmt: skip
    return body, found | {"spent_to_date": sum(map(spent, range(ROWS))), "yes": 12, "no": 12}


def woo_customers():
    titles = [
        "customer_id",
        "user_email",
        "first_name",
        "last_name",
        "billing_phone",
        "user_registered",
        "order_count",
        "total_spent",
    ]
    body, found = people(titles, lambda n: {
        "customer_id": str(n + 10), "user_email": f"a{n}@example.com", "first_name": NAMES[n % 6], "last_name": "Woo",
        "billing_phone": "" if n == 3 else f"(212) 555-{100 + n:04d}", "user_registered": "2024-03-10 02:30:00", "order_count": str(n), "total_spent": plain(spent(n)),
    })  # fmt: skip
    return body, found | {"spent_to_date": sum(map(spent, range(ROWS)))}


def clover_customers():
    titles = [
        "Customer ID",
        "First Name",
        "Last Name",
        "Phone Number",
        "Email Address",
        "Customer Since",
        "Birthday",
        "Marketing Allowed",
    ]
    return people(titles, lambda n: {
        "Customer ID": f"8ZK{n}", "First Name": NAMES[n % 6], "Phone Number": f"2125550{100 + n},2125551{100 + n}", "Birthday": f"05/{n + 1:02d}",
        "Customer Since": f"{n + 1:02d}-Mar-2024 02:30 AM EST", "Marketing Allowed": "Yes" if n % 2 else "No",
    })  # fmt: skip


def lightspeed_customers():
    titles = [
        "customer_code",
        "first_name",
        "last_name",
        "customer_group_name",
        "phone",
        "mobile",
        "date_of_birth",
        "gender",
        "loyalty_balance",
    ]
    body, found = people([*titles, "year_to_date", "balance", "do_not_email", "created_at"], lambda n: {
        "customer_code": f"X{n}", "first_name": NAMES[n % 6], "phone": phone(n) if n % 2 else "", "mobile": "" if n % 2 or n == 4 else phone(n),
        "date_of_birth": f"{n + 1:02d}/05/1990", "gender": "F", "loyalty_balance": f"{points(n)}.25", "year_to_date": "9.00", "balance": "40.00",
        "do_not_email": str(n % 2), "created_at": "2024-03-10 02:30:00", "customer_group_name": "All Customers",
    })  # fmt: skip
    return body, found | {"points": sum(map(points, range(ROWS))), "no": 12, "yes": 0}


def odoo_contacts():
    titles = ["id", "name", "email", "phone", "mobile", "category_id", "barcode", "create_date"]
    return people(titles, lambda n: {
        "id": f"__export__.res_partner_{n}", "name": NAMES[n % 6], "phone": phone(n) if n % 2 else "", "mobile": "" if n % 2 else phone(n),
        "category_id": "VIP", "create_date": "2024-03-10 02:30:00",
    })  # fmt: skip


def erpnext_customers():
    titles = [
        "Column Labels:",
        "ID",
        "Full Name",
        "Customer Type",
        "Customer Group",
        "Mobile No",
        "Email Id",
        "Loyalty Program Tier",
    ]
    body, found = people(titles, lambda n: {"ID": f'"CUST-{n:05d}"', "Full Name": NAMES[n % 6], "Mobile No": phone(n), "Loyalty Program Tier": "Gold"},
                         above='"Data Import Template"\n"Table:","Customer"\n""\n')  # fmt: skip
    head, _, rest = body.partition("Loyalty Program Tier\n")
    remarks = '"Column Name:","name","customer_name"\n"Mandatory:","Yes","Yes"\n"Start entering data below this line"\n'
    return head + "Loyalty Program Tier\n" + remarks + rest, found | {"skipped": 3}


def youzan_customers():
    titles = [
        "客户姓名",
        "客户昵称",
        "免费等级",
        "付费等级",
        "客户手机号",
        "客户积分",
        "客户储值余额",
    ]
    body, found = people(titles, lambda n: {
        "客户姓名": "-" if n % 2 else "演示", "客户昵称": "小乙", "免费等级": "VIP1", "客户手机号": phone(n, "CN"), "客户积分": str(points(n)), "客户储值余额": "10.50",
    })  # fmt: skip
    return body, found | {"points": sum(map(points, range(ROWS)))}


def xinyun_members():
    titles = [
        "会员卡号",
        "会员等级编号",
        "会员姓名",
        "会员性别",
        "会员生日类型",
        "会员生日",
        "会员手机",
        "会员积分",
        "会员余额",
        "注册时间",
    ]
    body, found = people(titles, lambda n: {
        "会员卡号": f"{8000 + n}", "会员等级编号": "001", "会员姓名": "演示", "会员性别": str(n % 3), "会员生日类型": str(n % 2), "会员生日": "1988-08-21",
        "会员手机": phone(n, "CN"), "会员积分": str(points(n)), "会员余额": "0", "注册时间": "2024-01-02",
    })  # fmt: skip
    return body, found | {"points": sum(map(points, range(ROWS))), "lunar": 12}


def yinbao_members():
    titles = [
        "会员编号",
        "会员姓名",
        "会员等级",
        "折扣(%)",
        "余额",
        "积分",
        "手机号",
        "生日",
        "开卡日期",
        "状态",
        "累计消费",
        "上次消费时间",
    ]
    body, found = people(titles, lambda n: {
        "会员编号": f"{n:05d}", "会员姓名": "演示", "折扣(%)": "95", "余额": "12.30", "积分": f"{points(n)}.50", "手机号": "" if n == 3 else phone(n, "CN"),
        "生日": "农历 5月17日", "开卡日期": "2024-02-29 10:15:30", "状态": "禁用" if n == 5 else "启用", "累计消费": plain(spent(n)),
    }, drop=[5], below="合计,,,,295.20,828.00,,,,,99999.00,\n")  # fmt: skip
    return body, found | {
        "skipped": 2,
        "points": sum(map(points, TAKEN)),
        "spent_to_date": sum(map(spent, TAKEN)),
        "lunar": 23,
    }


def sixun_members():
    titles = [
        "卡号",
        "卡类型",
        "卡状态",
        "姓名",
        "性别",
        "手机",
        "出生日期",
        "发卡日期",
        "累计积分",
        "剩余积分",
        "剩余金额",
        "消费次数",
        "消费金额",
    ]
    body, found = people(titles, lambda n: {
        "卡号": f"{8800000 + n}", "卡类型": "积分卡", "卡状态": {5: "退卡", 6: "挂失"}.get(n, "正常"), "姓名": "演示", "性别": "女", "手机": phone(n, "CN"),
        "发卡日期": "2020-01-01", "累计积分": "9999.00", "剩余积分": f"{points(n)}.00", "消费次数": "3", "消费金额": plain(spent(n)),
    }, drop=[5], sign="\t")  # fmt: skip
    return body, found | {
        "points": sum(map(points, TAKEN)),
        "spent_to_date": sum(map(spent, TAKEN)),
        "lost": "8800006",
    }


def pos_cn_members():
    titles = [
        "门店",
        "会员编号",
        "会员姓名",
        "手机号码",
        "会员卡名称",
        "储值本金余额(¥)",
        "累计消费金额(¥)",
        "累计消费次数",
        "会员加入时间",
        "上次消费时间",
    ]
    body, found = people(titles, lambda n: {
        "门店": "滨河店", "会员编号": f"{9000 + n}", "会员姓名": "演示", "手机号码": phone(n, "CN"), "会员卡名称": "银卡", "储值本金余额(¥)": "100.00",
        "累计消费金额(¥)": plain(spent(n)), "累计消费次数": "12", "会员加入时间": "2024-02-29 10:15:30", "上次消费时间": "2026-09-01,"[:10],
    })  # fmt: skip
    return body, found | {"spent_to_date": sum(map(spent, range(ROWS)))}


def amount(n):
    """A sale of some cents; every seventh is a refund."""
    return -(500 + n) if n % 7 == 6 else 1250 + n * 31


def loyverse_receipts():
    titles = [
        "Date",
        "Receipt number",
        "Receipt type",
        "Gross sales",
        "Discounts",
        "Net sales",
        "Taxes",
        "Total collected",
        "Payment type",
        "Status",
    ]
    rows = [{
        "Date": f"10/{n + 1}/26 1:33 PM", "Receipt number": f"4-{n}", "Receipt type": "Refund" if amount(n) < 0 else "Sale", "Discounts": "1.00",
        "Net sales": money(amount(n)), "Total collected": "99.00", "Payment type": "Cash", "Status": "Cancelled" if n == 5 else "Closed",
    } for n in range(ROWS)]  # fmt: skip
    return listed([*titles, "Store"], rows), {
        "created": ROWS - 1,
        "skipped": 1,
        "amount": sum(map(amount, TAKEN)),
        "last": "2026-10-24",
    }


def loyverse_receipts_by_item():
    titles = [
        "Date",
        "Receipt number",
        "Receipt type",
        "SKU",
        "Item",
        "Quantity",
        "Gross sales",
        "Discounts",
        "Net sales",
        "Store",
        "Status",
    ]
    rows = [{
        "Date": f"10/{n + 1}/26 1:33 PM", "Receipt number": f"4-{n // 2}", "Receipt type": "Sale", "SKU": "A1", "Item": "Tea", "Quantity": "0.735",
        "Discounts": "0.30", "Net sales": money(amount(n)), "Store": "Café", "Status": "Voided" if n == 5 else "Closed",
    } for n in range(ROWS)]  # fmt: skip
    return listed(titles, rows), {
        "created": ROWS - 1,
        "skipped": 1,
        "amount": sum(map(amount, TAKEN)),
        "discount": 30 * 23,
    }


def square_items():
    titles = [
        "Date",
        "Time",
        "Time Zone",
        "Item",
        "Qty",
        "SKU",
        "Gross Sales",
        "Discounts",
        "Net Sales",
        "Transaction ID",
        "Payment ID",
        "Event Type",
    ]
    rows = [{
        "Date": "2026-10-05", "Time": f"10:{n:02d}:00", "Item": "Tea", "Qty": "-1.0" if amount(n) < 0 else "2.0", "SKU": "A1", "Discounts": "-$0.30",
        "Net Sales": money(amount(n), "$"), "Transaction ID": f"T{n}", "Event Type": "Refund" if amount(n) < 0 else "Payment",
    } for n in range(ROWS)]  # fmt: skip
    return listed([*titles, "Location"], rows), {
        "created": ROWS,
        "skipped": 0,
        "amount": sum(map(amount, range(ROWS))),
        "discount": 30 * 24,
    }


def shopify_orders():
    """Two lines an order, what is of the whole order on the first; the third order was refunded,
    the fourth voided."""
    titles = [
        "Name",
        "Financial Status",
        "Total",
        "Discount Amount",
        "Created at",
        "Lineitem quantity",
        "Lineitem name",
        "Lineitem price",
        "Lineitem sku",
    ]
    rows = [{
        "Name": f"#{1000 + n // 2}", "Financial Status": "" if n % 2 else {2: "refunded", 3: "voided"}.get(n // 2, "paid"), "Total": "" if n % 2 else "99.00",
        "Discount Amount": "" if n % 2 else "4.00", "Created at": "2026-10-01 09:59:00 -0400", "Lineitem quantity": "2", "Lineitem name": "Tea",
        "Lineitem price": "18.25", "Lineitem sku": "A1",
    } for n in range(ROWS)]  # fmt: skip
    return listed(titles, rows), {"created": 20, "skipped": 4, "amount": 20 * 3650 - 10 * 400}


def toast_items():
    titles = [
        "Location",
        "Order Id",
        "Order Date",
        "SKU",
        "Menu Item",
        "Gross Price",
        "Discount",
        "Net Price",
        "Qty",
        "Void?",
    ]
    rows = [{
        "Location": "Café", "Order Id": f"90{n:03d}", "Order Date": f"10/{n + 1}/26 1:33 PM", "SKU": "A1", "Menu Item": "Tea", "Discount": "0.30",
        "Net Price": plain(amount(n)), "Qty": "1", "Void?": "true" if n == 5 else "false",
    } for n in range(ROWS)]  # fmt: skip
    return listed(titles, rows), {
        "created": ROWS - 1,
        "skipped": 1,
        "amount": sum(map(amount, TAKEN)),
        "last": "2026-10-24",
    }


def wechat_bill():
    titles = [
        "交易时间",
        "商户号",
        "微信订单号",
        "交易状态",
        "应结订单金额",
        "退款金额",
        "商品名称",
    ]
    rows = [{
        "交易时间": f"`2026-10-28 17:{n:02d}:11", "微信订单号": f"`42{n:026d}", "交易状态": "`REVOKED" if n == 5 else "`REFUND" if amount(n) < 0 else "`SUCCESS",
        "应结订单金额": f"`{plain(max(0, amount(n)))}", "退款金额": f"`{plain(max(0, -amount(n)))}", "商品名称": "`门店消费",
    } for n in range(ROWS)]  # fmt: skip
    return listed(titles, rows, below="总交易单数,应结订单总金额\n`24,`100.00\n"), {
        "created": ROWS - 1,
        "skipped": 3,
        "amount": sum(map(amount, TAKEN)),
    }


def alipay_bill():
    titles = [
        "支付宝交易号",
        "商户订单号",
        "业务类型",
        "创建时间",
        "完成时间",
        "门店名称",
        "订单金额（元）",
        "商家实收（元）",
    ]
    rows = [{
        "支付宝交易号": f"2026{n:024d}\t", "业务类型": "退款" if amount(n) < 0 else "交易", "完成时间": f"2026-10-28 16:{n:02d}:38", "门店名称": "滨河店",
        "订单金额（元）": "999.00", "商家实收（元）": plain(amount(n)),
    } for n in range(ROWS)]  # fmt: skip
    body = listed(
        titles,
        rows,
        above="#支付宝业务明细查询\n#账号：[2088]\n",
        below="#交易合计：20笔，商家实收共98.00元\n#导出时间\n",
    )
    return body, {"created": ROWS, "skipped": 2, "amount": sum(map(amount, range(ROWS)))}


def loyverse_items():
    titles = ["Handle", "SKU", "Name", "Category", "Sold by weight", "Price", "Cost", "Barcode"]
    rows = [
        {
            "Handle": f"h{n}",
            "SKU": f"B{n}",
            "Name": NAMES[n % 6],
            "Price": "variable" if n == 3 else plain(amount(1)),
            "Cost": "0.40",
        }
        for n in range(ROWS)
    ]
    return listed(titles, rows), {"created": ROWS, "skipped": 0, "price": 23 * amount(1)}


def square_catalog():
    titles = [
        "Token",
        "Item Name",
        "Variation Name",
        "SKU",
        "Categories",
        "GTIN",
        "Price",
        "Archived",
        "Default Unit Cost",
    ]
    rows = [{
        "Token": f"TOK{n}", "Item Name": NAMES[n % 6], "Variation Name": "Regular" if n % 2 else "Large", "SKU": "" if n == 3 else f"S{n}",
        "Price": money(425_000, "$"), "Archived": "Y" if n == 5 else "N",
    } for n in range(ROWS)]  # fmt: skip
    return listed(titles, rows), {"created": ROWS - 1, "skipped": 1, "price": 23 * 425_000}


def woo_coupons():
    titles = [
        "id",
        "code",
        "amount",
        "date_expires",
        "discount_type",
        "usage_limit",
        "usage_limit_per_user",
        "minimum_amount",
    ]
    rows = [{
        "code": f"SAVE{n}", "amount": "10.00", "date_expires": "" if n % 2 else "2026-12-31T00:00:00", "discount_type": "percent" if n % 3 else "fixed_cart",
        "usage_limit": "100" if n % 2 else "", "usage_limit_per_user": "1", "minimum_amount": "0" if n % 2 else "50.00",
    } for n in range(ROWS)]  # fmt: skip
    return listed(titles, rows), {"created": ROWS, "skipped": 0}


SAMPLES = {
    "Loyverse customers": loyverse_customers, "Loyverse items": loyverse_items, "Loyverse receipts": loyverse_receipts,
    "Loyverse receipts by item": loyverse_receipts_by_item, "Square customers": square_customers, "Square item library": square_catalog,
    "Square item sales": square_items, "Shopify customers": shopify_customers, "Shopify orders": shopify_orders, "WooCommerce customers": woo_customers,
    "WooCommerce coupons": woo_coupons, "Clover customers": clover_customers, "Lightspeed customers": lightspeed_customers, "Odoo contacts": odoo_contacts,
    "ERPNext customers": erpnext_customers, "有赞客户": youzan_customers, "会员导入模板": xinyun_members, "银豹会员": yinbao_members,
    "思迅会员": sixun_members, "门店收银会员": pos_cn_members, "微信支付账单": wechat_bill, "支付宝业务明细": alipay_bill, "Toast item selections": toast_items,
}  # fmt: skip
FIGURES = {
    "yes": "SELECT count(*) FROM consent WHERE granted = 1 AND channel = 'email'",
    "no": "SELECT count(*) FROM consent WHERE granted = 0 AND channel = 'email'",
    "lunar": "SELECT count(*) FROM member WHERE birthday_type = 'lunar'",
    "price": "SELECT sum(price) FROM product WHERE sku <> 'A1'",
    "discount": "SELECT sum(discount) FROM sale_line",
    "last": "SELECT max(business_date) FROM sale",
}


@pytest.fixture
def american(owner):
    """The shop in the United States, where the days of some systems are written month first."""
    return replace(owner, shop=replace(owner.shop, region="US"))


@pytest.mark.parametrize("name", SAMPLES)
def test_an_export_is_told_by_its_titles_and_read_to_the_cent(owner, american, tmp_path, name):
    ready = {one.name: one for one in mappings.ready()}[name]
    store = american if name.isascii() else owner
    body, wanted = SAMPLES[name]()
    file = tmp_path / "export.csv"
    file.write_text(body, "utf-8")
    if ready.kind == "sales":
        goods = tmp_path / "goods.csv"
        goods.write_text("sku,name\nA1,Tea\n", "utf-8")
        run.load(store, kind="products", path=goods)
    assert preview.look(store, kind=ready.kind, path=file).mapping == name
    done = run.load(store, kind=ready.kind, path=file)
    assert done.mapping == name and done.problems == () and done.created >= 20
    assert (done.created, done.skipped) == (
        wanted["created"],
        wanted["skipped"],
    ) and done.rows == done.created + done.skipped
    assert {key: done.totals[key] for key in done.totals if key in wanted} == {
        key: wanted[key] for key in done.totals if key in wanted
    }
    with store.read() as session:
        found = {
            key: session.execute(text(FIGURES[key])).scalar_one()
            for key in wanted
            if key in FIGURES
        }
        lost = session.execute(
            text("SELECT count(*) FROM scannable WHERE key = :key"),
            {"key": wanted.get("lost", "?")},
        ).scalar_one()
    assert found == {key: wanted[key] for key in found} and lost == 0
    again = run.load(store, kind=ready.kind, path=file)
    assert (again.created, again.unchanged + again.updated) == (0, wanted["created"])


def test_every_ready_mapping_has_a_sample_and_names_its_own_titles():
    """One without a sample would be believed unseen; a title of no column could never be found."""
    assert {one.name for one in mappings.ready()} == set(SAMPLES)
    for one in mappings.ready():
        mappings.require_columns(one.kind, one.columns)
        assert len(one.told_by) >= 3 and one.columns
        titles = {
            column_matching.tidy_title(title)
            for title in SAMPLES[one.name]()[0].replace("\t", ",").replace("\n", ",").split(",")
        }
        assert {column_matching.tidy_title(title) for title in one.told_by} <= titles


def test_rows_that_a_rule_leaves_out_are_taken_where_somebody_wants_them(owner, tmp_path):
    """Their number is said by the rule's name either way."""
    body, wanted = yinbao_members()
    file = tmp_path / "export.csv"
    file.write_text(body, "utf-8")
    done = run.load(owner, kind="members", path=file, how=ImportOptions(dry_run=True))
    assert (
        dict(done.skipped_by) == {"disabled": 1, "totals": 1}
        and "余额" in done.left_out
        and "折扣(%)" in done.left_out
    )
    taken = run.load(
        owner,
        kind="members",
        path=file,
        how=ImportOptions(dry_run=True, reading=Reading(taken=frozenset({"disabled"}))),
    )
    assert taken.created == wanted["created"] + 1
