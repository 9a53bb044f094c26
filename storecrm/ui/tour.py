"""The states of the program that the tour's pictures show, reached as a person reaches them."""

from collections.abc import Callable, Iterator
from pathlib import Path

from storecrm.domain.offers import reading
from storecrm.domain.shop_rules import ShopRules, TillMode
from storecrm.domain.tenders import Tender
from storecrm.services import files, shop_settings
from storecrm.services.coupons import batches, issue
from storecrm.services.members import registry
from storecrm.services.members.verification import NOT_SHOWN
from storecrm.services.offers import design
from storecrm.services.staff import accounts
from storecrm.services.store import Store
from storecrm.services.till import bill_lines, open_bill
from storecrm.services.till.posting import Closing
from storecrm.ui.main_window import MainWindow
from storecrm.values import Money, Quantity, Role, TenderKind

SMALL = (1024, 728)
WIDE = (1366, 768)


Settle = Callable[[], None]
"""Waits until the window has nothing left to do."""
States = Iterator[tuple[str, tuple[int, int]]]
"""The name of each state, and the size of its picture."""
_OFFICE = ("report", "offers", "members", "known", "returns")
_BOOKS = ("today", "data", "trail", "settings")


def states(window: MainWindow, settle: Settle) -> States:
    """Yields the name and size of each state once the window is in it."""
    base = window.session.base
    people = {person.role: person for person in reversed(accounts.listed(base))}
    settle()
    yield "sign-in", SMALL
    manager = people[Role.MANAGER]
    codes = _codes(accounts.sign_in(base, name=manager.name, pin=manager.pin or "", till="office"))
    _enter(window, people[Role.CASHIER], settle)
    yield from _till(window, codes, settle)
    _enter(window, people[Role.OWNER], settle)
    store = window.session.store
    shop_settings.set_rule(store, key=ShopRules.till_mode.key, value=TillMode.REGISTER)
    # the till learns its mode when somebody signs in
    _enter(window, people[Role.CASHIER], settle)
    yield from _register(window, codes, settle)
    _enter(window, people[Role.OWNER], settle)
    for name in (*_OFFICE, *_BOOKS):
        yield from _page(window, name, settle)


def _page(window: MainWindow, name: str, settle: Settle) -> States:
    """A page with something on it, and its tabs before or after it."""
    window.go(name)
    settle()
    if name == "offers":
        yield from _offers(window, settle)
    elif name == "known":
        yield from _insight(window, settle)
    elif name == "data":
        yield from _data(window, settle)
    elif name == "members":
        _open_member(window, settle)
    elif name == "returns":
        _preview_return(window, settle)
    yield name, SMALL
    if name == "today":
        _show_tab(window, "today", 2, settle)
        yield "today-shift", SMALL
    elif name == "settings":
        _show_tab(window, "settings", 1, settle)
        yield "settings-shop", SMALL


def _show_tab(window: MainWindow, name: str, at: int, settle: Settle) -> None:
    window.pages[name].tabs.setCurrentIndex(at)
    settle()


def _offers(window: MainWindow, settle: Settle) -> States:
    _show_tab(window, "offers", 1, settle)
    yield "offers-print", WIDE
    _show_tab(window, "offers", 2, settle)
    yield "offers-stock", SMALL
    window.pages["offers"].tabs.setCurrentIndex(0)


def _insight(window: MainWindow, settle: Settle) -> States:
    _show_tab(window, "known", 1, settle)
    yield "known-rfm", WIDE
    _show_tab(window, "known", 2, settle)
    yield "known-stages", WIDE
    _show_tab(window, "known", 3, settle)
    yield "known-tags", SMALL
    _show_tab(window, "known", 0, settle)


def _data(window: MainWindow, settle: Settle) -> States:
    page = window.pages["data"]
    page.tabs.setCurrentWidget(page.twins)
    # searching everybody waits for a click
    page.twins._vm.find()
    settle()
    yield "data-duplicates", WIDE
    yield from _moving_in(window, settle)
    _show_tab(window, "data", 0, settle)


def _open_member(window: MainWindow, settle: Settle) -> None:
    page = window.pages["members"]
    page.directory.chips[1].click()
    settle()
    page.directory.list.view.selectRow(0)
    page.directory._open_row(page.directory.list.record(0))
    settle()


def _preview_return(window: MainWindow, settle: Settle) -> None:
    page = window.pages["returns"]
    page.look(_receipt(window))
    settle()
    page.take_all()
    page.preview()
    settle()


def _moving_in(window: MainWindow, settle: Settle) -> States:
    """The files of an old system: one that can be read in several ways, then all of them tried
    out."""
    page = window.pages["data"]
    page.tabs.setCurrentWidget(page.moving)
    moving = page.moving
    chinese = window._words.chinese
    with files.scratch("old-lists") as folder:
        moving.take(_old_files(folder, chinese=chinese))
        settle()
        yield "data-moving-in-doubt", SMALL
        readings = moving.incoming.readings
        if readings.count():
            readings.itemClicked.emit(readings.item(0))
            settle()
        moving.incoming.try_button.click()
        settle()
        yield "data-moving-in", WIDE
        moving.back()
        settle()


def _old_files(folder: Path, *, chinese: bool) -> list[Path]:
    """Small lists of an old system, in the reader's language; the articles in an encoding of their
    own."""
    names = ("商品", "会员", "积分") if chinese else ("articles", "members", "points")
    texts = (
        "sku;name;price\nA801;牛奶;12.00\n",
        "会员号,手机,姓名,生日\nK801,13511112222,周敏,05-17\nK802,13511113333,吴强,\n",
        "会员号,积分,到期日\nK801,300,2027-12-31\nK801,50,2028-12-31\nK802,20,2027-12-31\n",
    )
    if not chinese:
        texts = (
            "sku;name;price\nA801;Crème brûlée;12.00\nA802;Gruyère;6.90\n",
            "member_no,phone,name,birthday\n"
            "K801,13511112222,Ann Lee,05-17\nK802,13511113333,Bob Ray,\n",
            "member_no,points,expires_on\n"
            "K801,300,2027-12-31\nK801,50,2028-12-31\nK802,20,2027-12-31\n",
        )
    encodings = ("gb18030" if chinese else "cp1252", "utf-8", "utf-8")
    places = [folder / f"{name}.csv" for name in names]
    for file, text, encoding in zip(places, texts, encodings, strict=True):
        file.write_text(text, encoding)
    return places


def _enter(window: MainWindow, who: accounts.StaffView, settle: Settle) -> None:
    window.lock()
    settle()
    window.session.sign_in(who, who.pin or "")
    settle()


def _codes(manager: Store) -> list[str]:
    rule = {
        "code": "PICTURE",
        "name": "满100减20",
        "kind": "threshold_off",
        "value": "20",
        "min_spend": "100",
        "valid_days": 30,
    }
    if not any(o.code == "PICTURE" for o in design.listed(manager)):
        design.create(manager, new=reading.draft(rule))
    batch = issue.issue(manager, offer="PICTURE", count=4)
    return [str(code) for code in batches.codes_of(manager, batch=batch.id)]


def _till(window: MainWindow, codes: list[str], settle: Settle) -> States:
    page = window.pages["till"]
    vm = window.till_vm
    assert vm is not None
    window.go("till")
    settle()
    yield "till-idle", SMALL
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("till-amount-needed", lambda: page.scanned(codes[0])),
        ("till-redeemed", lambda: vm.entered("128.00")),
        ("till-on-this-bill", lambda: page.scanned(codes[0])),
        ("till-stacking", lambda: page.scanned(codes[1])),
        ("till-closed", lambda: vm.close()),
        ("till-used", lambda: page.scanned(codes[0])),
        ("till-undone", lambda: vm.undo()),
        ("till-amount", lambda: vm.entered("86.00")),
        ("till-below-minimum", lambda: page.scanned(codes[2])),
        ("till-unknown", lambda: page.scanned("6901234567892")),
        ("till-misread", lambda: page.scanned(codes[3][:-1] + str((int(codes[3][-1]) + 1) % 10))),
        ("till-payment-code", lambda: page.scanned("134567890123456789")),
        ("till-register", lambda: page.register()),
    )
    for name, act in steps:
        act()
        settle()
        yield name, SMALL
    page.show_panel()
    vm.undo()
    settle()
    member = next(iter(_known_member(window)), "")
    vm.entered(member)
    settle()
    yield "till-member", WIDE
    vm.undo()
    settle()


def _register(window: MainWindow, codes: list[str], settle: Settle) -> States:
    """The till as the register: basket, paying, a bill put aside."""
    page = window.pages["till"]
    vm = window.till_vm
    assert vm is not None
    window.go("till")
    settle()
    for typed in ("2*M250", "S001", "3*S002", "12.50"):
        vm.entered(typed)
        settle()
    yield "till-basket", SMALL
    page.scanned(codes[2])
    settle()
    yield "till-basket-coupon", WIDE
    vm.entered(next(_known_member(window), ""))
    settle()
    vm.ask_more()
    settle()
    yield "till-points", SMALL
    page.show_panel()
    vm.close()
    settle()
    yield "till-pay", SMALL
    page.show_panel()
    vm.aside()
    settle()
    vm.aside()
    settle()
    yield "till-waiting", SMALL
    vm.choose(1)
    settle()
    vm.undo()
    settle()


def _receipt(window: MainWindow) -> str:
    """A sale of lines for the picture of a return, made now."""
    store = window.session.store
    member = next(_known_member(window), None)
    lines = [
        bill_lines.LineIn("M250", Quantity(2000)),
        bill_lines.LineIn("S001", Quantity(3000)),
    ]
    due = open_bill.record(store, lines=lines, member=member, dry_run=True).net
    paid = [Tender(TenderKind.WECHAT, Money(due or 0))]
    return str(
        open_bill.record(
            store, lines=lines, member=member, closing=Closing(paid=paid, proof=NOT_SHOWN)
        ).receipt_no
    )


def _known_member(window: MainWindow) -> Iterator[str]:
    """The phone tail of a member who has a coupon to use."""
    base = window.session.base
    people = {p.role: p for p in accounts.listed(base)}
    manager = accounts.sign_in(
        base, name=people[Role.MANAGER].name, pin=people[Role.MANAGER].pin or "", till="office"
    )
    for view in registry.page(manager, offset=0, limit=200):
        if any(
            c.state == "issued" and c.valid_to >= manager.clock.today()
            for c in issue.of_member(manager, member=view.member_no)
        ):
            yield view.phone.removeprefix("+86")
            return
