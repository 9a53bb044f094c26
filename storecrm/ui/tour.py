"""The states of the program that the tour's pictures show, reached as a person reaches them."""

from collections.abc import Callable, Iterator
from pathlib import Path

from storecrm.domain.offers import reading
from storecrm.domain.shop_rules import ShopRules, TillMode
from storecrm.domain.tenders import Tender
from storecrm.services import files, shop_settings
from storecrm.services.coupons import batches, issue
from storecrm.services.members import registry
from storecrm.services.offers import design
from storecrm.services.staff import accounts
from storecrm.services.store import Store
from storecrm.services.till import bill_lines, open_bill
from storecrm.services.till.posting import Closing
from storecrm.ui.main_window import MainWindow
from storecrm.values import Money, Quantity, Role, TenderKind

SMALL = (1024, 728)
WIDE = (1366, 768)


def states(window: MainWindow, settle: Callable[[], None]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yields the name and size of each state once the window is in it."""
    base = window.session.base
    people = {p.role: p for p in reversed(accounts.listed(base))}
    settle()
    yield "sign-in", SMALL
    manager = accounts.sign_in(
        base, name=people[Role.MANAGER].name, pin=people[Role.MANAGER].pin or "", till="office"
    )
    codes = _codes(manager)
    _enter(window, people[Role.CASHIER], settle)
    yield from _till(window, codes, settle)
    _enter(window, people[Role.OWNER], settle)
    shop_settings.set_rule(
        window.session.store, key=ShopRules.till_mode.key, value=TillMode.REGISTER
    )
    _enter(window, people[Role.CASHIER], settle)
    yield from _register(window, codes, settle)
    _enter(window, people[Role.OWNER], settle)
    for name in (
        "report",
        "offers",
        "members",
        "known",
        "returns",
        "today",
        "data",
        "trail",
        "settings",
    ):
        window.go(name)
        settle()
        if name == "offers":
            window.pages["offers"].tabs.setCurrentIndex(1)
            settle()
            yield "offers-print", WIDE
            window.pages["offers"].tabs.setCurrentIndex(2)
            settle()
            yield "offers-stock", SMALL
            window.pages["offers"].tabs.setCurrentIndex(0)
        if name == "known":
            for at in (1, 2, 3):
                window.pages["known"].tabs.setCurrentIndex(at)
                settle()
                yield ("known-rfm", "known-stages", "known-tags")[at - 1], WIDE if at < 3 else SMALL
            window.pages["known"].tabs.setCurrentIndex(0)
            settle()
        if name == "data":
            page = window.pages["data"]
            page.tabs.setCurrentWidget(page.twins)
            page.twins._vm.find()
            settle()
            yield "data-duplicates", WIDE
            yield from _moving_in(window, settle)
            page.tabs.setCurrentIndex(0)
            settle()
        if name == "members":
            page = window.pages["members"]
            page.directory.chips[1].click()
            settle()
            page.directory.list.selectRow(0)
            page.directory._open_row(page.directory.rows.index(0, 0))
            settle()
        if name == "returns":
            page = window.pages["returns"]
            page.look(_receipt(window))
            settle()
            page.take_all()
            page.preview()
            settle()
        yield name, SMALL
        if name == "today":
            window.pages["today"].tabs.setCurrentIndex(2)
            settle()
            yield "today-shift", SMALL
        if name == "settings":
            window.pages["settings"].tabs.setCurrentIndex(1)
            settle()
            yield "settings-shop", SMALL


def _moving_in(
    window: MainWindow, settle: Callable[[], None]
) -> Iterator[tuple[str, tuple[int, int]]]:
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
            "member_no,phone,name,birthday\nK801,13511112222,Ann Lee,05-17\nK802,13511113333,Bob Ray,\n",
            "member_no,points,expires_on\nK801,300,2027-12-31\nK801,50,2028-12-31\nK802,20,2027-12-31\n",
        )
    encodings = ("gb18030" if chinese else "cp1252", "utf-8", "utf-8")
    places = [folder / f"{name}.csv" for name in names]
    for file, text, encoding in zip(places, texts, encodings, strict=True):
        file.write_text(text, encoding)
    return places


def _enter(window: MainWindow, who: accounts.StaffView, settle: Callable[[], None]) -> None:
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


def _till(
    window: MainWindow, codes: list[str], settle: Callable[[], None]
) -> Iterator[tuple[str, tuple[int, int]]]:
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


def _register(
    window: MainWindow, codes: list[str], settle: Callable[[], None]
) -> Iterator[tuple[str, tuple[int, int]]]:
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
        open_bill.record(store, lines=lines, member=member, closing=Closing(paid=paid)).receipt_no
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
