"""The pages behind the till as people see them: with something on them, each tab, a row chosen, a
form open, the steps of an import. For the layout's test, and for a person with pictures."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QListView, QTableView, QTabWidget, QWidget

from storecrm.domain.tenders import Tender
from storecrm.services.members import registry, tags
from storecrm.services.members.registry import NewMember
from storecrm.services.members.verification import VOUCHED
from storecrm.services.reports import day_totals
from storecrm.services.till import bill_lines, open_bill
from storecrm.services.till.posting import Closing
from storecrm.values import Money, Quantity, TenderKind
from tests.ui import till_states
from tests.ui.hands import enter, press, settle, type_fast

PLACES = ("members", "today", "returns", "offers", "known", "report", "data", "settings", "trail")
_MESSY = (
    "会员资料,,,,\n手机号,会员姓名,出生日期,可用积分,备注2\n"
    "13812340001,李小梅,1990/5/17,1280,老顾客\n1381234000,王强,5.17,30,\n"
    "13812340003,张伟,03/04/1985,12,\n13812340003,张伟,,12,\n13812340005,李小妹,,5,\n"
)
_OLD = {
    "商品.csv": ("sku;name;price\nA801;牛奶;12.00\n", "gb18030"),
    "会员.csv": ("会员号,手机,姓名,生日\nK801,13511112222,周敏,05-17\n", "utf-8"),
    "积分.csv": ("会员号,积分,到期日\nK801,300,2027-12-31\n", "utf-8"),
}


def furnish(owner, folder):
    """The till's shop, with a week's receipts, twins, tags and totals of days."""
    shop = till_states.furnish(owner, folder)
    for phone in ("13700137000", "13700137001"):
        registry.register(owner, new=NewMember(phone=phone, name="周敏", birthday="1988-03-08"))
    tags.keep(owner, name="老顾客", colour="green")
    day_totals.set_total(owner, day=owner.clock.today(), net_sales=Money(865_000), receipts=320)
    who = shop["who"].member_no
    lines = [bill_lines.LineIn("MILK", Quantity(2000)), bill_lines.LineIn("BREAD", Quantity(3000))]
    due = open_bill.record(owner, lines=lines, member=who, dry_run=True).net
    paid = [Tender(TenderKind.WECHAT, Money(due))]
    shop["sold"] = open_bill.record(
        owner, lines=lines, member=who, closing=Closing(paid=paid, proof=VOUCHED)
    )
    for amount in (2_000, 12_345, 1_234_567):
        open_bill.record(owner, amount=Money(amount))
    return shop


def every(program, shop, folder) -> Iterator[str]:
    """The name of each state once the window is in it."""
    enter(program, "陈")
    for place in PLACES:
        program.window.go(place)
        settle(program)
        page = program.window.pages[place]
        yield place
        yield from _within(program, page, place)
        yield from _SPECIAL.get(place, _nothing)(program, page, shop, folder)
    press(program, Qt.Key.Key_F1)
    yield "keys over a page"
    press(program, Qt.Key.Key_F1)
    yield from _of_others(program)


def _of_others(program):
    """The pages of those who may do less."""
    for name in ("王芳", "赵"):
        enter(program, name)
        for place in [p for p, made in program.window.rail_buttons.items() if not made.isHidden()]:
            if place != "till":
                program.window.go(place)
                settle(program)
                yield f"{place} of {name}"


def _within(program, part, name):
    """A row of the first list chosen, then every tab, and what is in it."""
    rows = _first_list(part)
    if rows is not None:
        spot = rows.visualRect(rows.model().index(0, 0, rows.rootIndex())).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        # a list with a record beside it shows the one on which somebody rests
        QTest.keyClick(rows, Qt.Key.Key_Return)
        settle(program)
        yield f"{name}, a row"
    tabs = _tabs(part)
    for at in range(tabs.count() if tabs is not None else 0):
        tabs.setCurrentIndex(at)
        settle(program)
        inside = f"{name} / {at}"
        if at:
            yield inside
        yield from _within(program, tabs.widget(at), inside)
    if tabs is not None:
        tabs.setCurrentIndex(0)
        settle(program)


def _first_list(part: QWidget) -> QAbstractItemView | None:
    """The first list with rows, outside of tabs."""
    for view in part.findChildren(QAbstractItemView):
        is_list = isinstance(view, (QTableView, QListView)) and view.isVisible()
        if is_list and view.model() and view.model().rowCount() and not _is_deeper(view, part):
            return view
    return None


def _is_deeper(view, part):
    up = view.parentWidget()
    while up is not None and up is not part:
        # the list of a choice's answers is no list of the page
        if isinstance(up, QTabWidget) or up.inherits("QComboBoxPrivateContainer"):
            return True
        up = up.parentWidget()
    return False


def _tabs(part: QWidget) -> QTabWidget | None:
    if isinstance(part, QTabWidget):
        return part
    return next((tabs for tabs in part.findChildren(QTabWidget) if tabs.isVisible()), None)


# --- what a click on a row does not show ---


def _nothing(*_):
    return iter(())


def _members(program, page, _shop, _folder):
    page.register()
    settle(program)
    yield "a new member"


def _known(program, page, _shop, _folder):
    """The sides that a narrow window does not show at first, and the tables beside the map."""
    sides = {"rule": page.segments, "tag": page.tags, "moves": page.stages, "groups": page.scores}
    for name, tab in sides.items():
        page.tabs.setCurrentWidget(tab)
        tab.sides.bring(1)
        settle(program)
        yield f"known, {name}"
    tables = page.scores.sides.sides[1].part
    page.tabs.setCurrentWidget(page.scores)
    for at in range(1, tables.count()):
        tables.setCurrentIndex(at)
        settle(program)
        yield f"known, groups / {at}"


def _returns(program, page, shop, _folder):
    type_fast(program, str(shop["sold"].receipt_no))
    yield "a return"
    page.take_all()
    page.preview()
    settle(program)
    yield "a return before it is done"


def _data(program, page, _shop, folder):
    page.tabs.setCurrentWidget(page.imports)
    settle(program)
    file = folder / "名单.csv"
    file.write_bytes(_MESSY.encode("gb18030"))
    page.imports.take(file)
    settle(program)
    yield "columns of a list"
    page.imports._vm.check()
    settle(program)
    yield "problems of a list"
    page.tabs.setCurrentWidget(page.twins)
    page.twins.search()
    settle(program)
    yield "twins"
    page.tabs.setCurrentWidget(page.moving)
    for name, (text, encoding) in _OLD.items():
        (folder / name).write_text(text, encoding)
    page.moving.take([folder / name for name in _OLD])
    settle(program)
    yield "an old system in doubt"
    readings = page.moving.incoming.readings
    if readings.count():
        readings.itemClicked.emit(readings.item(0))
        settle(program)
    page.moving.incoming.try_button.click()
    settle(program)
    yield "an old system tried out"


_SPECIAL = {"members": _members, "returns": _returns, "known": _known, "data": _data}
