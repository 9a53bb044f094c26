"""The states of the till as people come into them, for whoever wants to look at each: the layout's
test, and a person with pictures."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from storecrm.services import shop_settings
from storecrm.services.imports import run
from storecrm.services.members import registry
from storecrm.services.members.registry import NewMember
from storecrm.services.till import open_bill
from storecrm.values import Money
from tests import build
from tests.ui.hands import enter, press, settle, type_fast

LONG = "晨露纯牛奶 250ml×12 家庭分享装 限时特惠"


def slow(program, text):
    type_fast(program, text, gap=150)


def furnish(owner, folder):
    """A shop with goods, a member with points, a birthday and coupons, offers with long names, a
    welcome gift."""
    file = folder / "goods.csv"
    file.write_text(
        f"sku,barcode,name,category,price\nMILK,6901234567892,{LONG},乳品,45.90\nBREAD,,吐司,烘焙,8.80\nBOX,,礼盒,其他,\n",
        "utf-8",
    )
    run.load(owner, kind="products", path=file)
    who = registry.register(
        owner, new=NewMember(phone="13800138000", name="欧阳小梅", birthday="1990-05-17")
    )
    registry.register(
        owner, new=NewMember(phone="13900138000", name="Alexandra Montgomery-Fitzgerald")
    )
    open_bill.record(owner, amount=Money(2_000_000), member=who.member_no)
    for number, name in enumerate(
        ("秋季满减", "满一百减二十（生鲜、烟酒、特价商品除外）", "会员专享")
    ):
        build.offer(owner, f"M{number}", name=name, bearer=False)
        build.issued(owner, f"M{number}", to=(who.member_no,))
    build.offer(owner, "A20", name="满100减20 全场通用券")
    build.offer(owner, "OLD", kind="amount_off", value="6", min_spend=None, valid_days=1)
    build.offer(owner, "HELLO", name="入会礼券", kind="amount_off", value="5", min_spend="39")
    shop_settings.set_rule(owner, key="welcome_offer", value="HELLO")
    return {"who": who, "a": build.issued(owner, "A20"), "old": build.issued(owner, "OLD")[0]}


def companion(program, shop, wall):
    """Beside another register; yields the name of each state once the window is in it."""
    window = program.window
    till, (a, b, c) = window.pages["till"], shop["a"]
    yield "idle"
    slow(program, "128")
    yield "amount"
    type_fast(program, a)
    yield "accepted"
    type_fast(program, b)
    yield "swap"
    press(program, Qt.Key.Key_F10)
    yield "closed"
    till.panel._timer.stop()
    window.till_vm.rest()
    yield "rest"
    type_fast(program, a)
    yield "used"
    slow(program, "8000")
    yield "which"
    type_fast(program, shop["who"].member_no)
    yield "member"
    slow(program, "128")
    yield "coupons"
    type_fast(program, c, end=None, gap=150)
    yield "typing"
    till.scan.clear()
    press(program, Qt.Key.Key_F8)
    slow(program, "86")
    type_fast(program, c)
    yield "refused"
    press(program, Qt.Key.Key_F8)
    wall.forward(days=2)
    type_fast(program, shop["old"])
    yield "expired"
    slow(program, str(len(window.till_vm.result.choices)))
    yield "approve"
    press(program, Qt.Key.Key_Escape)
    press(program, Qt.Key.Key_F4)
    yield "register"
    till.register_card.phone.setText("139")
    press(program, Qt.Key.Key_Return)
    press(program, Qt.Key.Key_Return)
    yield "register refused"
    till.register_card.phone.setText("13700137000")
    press(program, Qt.Key.Key_Return)
    till.register_card.name.setText("新会员")
    press(program, Qt.Key.Key_Return)
    yield "registered"
    press(program, Qt.Key.Key_F8)
    type_fast(program, shop["who"].member_no)
    slow(program, "200")
    press(program, Qt.Key.Key_F7)
    yield "points"
    slow(program, "6000")
    yield "proof"
    press(program, Qt.Key.Key_Escape)
    press(program, Qt.Key.Key_F8)
    QTest.mouseClick(till.amount, Qt.MouseButton.LeftButton)
    settle(program)
    yield "keypad"
    till._pad_away()
    press(program, Qt.Key.Key_F1)
    yield "keys"
    press(program, Qt.Key.Key_F1)
    press(program, Qt.Key.Key_F6)
    yield "nothing waits"


def register(program, shop):
    """The till as the register."""
    window = program.window
    till = window.pages["till"]
    yield "empty register"
    slow(program, "3*MILK")
    slow(program, "12*BREAD")
    yield "basket"
    slow(program, "1*BOX")
    yield "no price"
    slow(program, "88")
    type_fast(program, shop["a"][2])
    yield "basket coupon"
    press(program, Qt.Key.Key_F10)
    yield "pay"
    till.pay_card.box.setText("20")
    type_fast(program, "w", end=None, gap=150)
    yield "part paid"
    till.pay_card.box.setText("20000")
    type_fast(program, "w", end=None, gap=150)
    yield "pay refused"
    press(program, Qt.Key.Key_Escape)
    press(program, Qt.Key.Key_F6)
    yield "aside"
    for _ in range(3):
        slow(program, "1*BREAD")
        press(program, Qt.Key.Key_F6)
    press(program, Qt.Key.Key_F6)
    yield "parked"
    slow(program, "2")
    yield "taken up"
    QTest.mouseClick(till.amount, Qt.MouseButton.LeftButton)
    settle(program)
    yield "register keypad"
    till._pad_away()
    press(program, Qt.Key.Key_F4)
    yield "register member"
    press(program, Qt.Key.Key_Escape)
    press(program, Qt.Key.Key_F10)
    press(program, Qt.Key.Key_Return)
    yield "paid"


def every(program, owner, shop, wall):
    """All of them, sign-in and lock too."""
    shop_settings.set_rule(owner, key="till_mode", value="companion")
    yield "sign-in"
    enter(program, "王芳")
    yield from companion(program, shop, wall)
    program.window.lock(nobody=True)
    settle(program)
    yield "locked"
    program.window.sign_in.scanned(shop["a"][0])
    yield "scan at the lock"
    shop_settings.set_rule(owner, key="till_mode", value="register")
    enter(program, "赵")
    program.window.go("till")
    settle(program)
    yield from register(program, shop)
    program.window._stepped_down() if program.window.session.step_down() else None
    yield "stepped down"
