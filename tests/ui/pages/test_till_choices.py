"""What the window asks before it acts: which receipt, whether paper is made a second time, and what
lies in the drawer."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton

from storecrm.services.coupons import batches
from storecrm.services.till import open_bill
from storecrm.values import Money
from tests import build
from tests.services.till.test_receipt_numbers import load
from tests.ui.hands import enter, settle, toast, toast_is_bad


def click(program, widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    settle(program)


def office_of(program, page):
    enter(program, "陈")
    program.window.go(page)
    settle(program)
    return program.window.pages[page]


def test_a_number_that_begins_anew_every_day_is_asked_about(program, owner, tmp_path):
    """The days and stores stand there to press; the one that was pressed comes back."""
    load(owner, tmp_path)
    page = office_of(program, "returns")
    QTest.keyClicks(page.number, "17")
    QTest.keyClick(page.number, Qt.Key.Key_Return)
    settle(program)
    choices = [page.lines.grid.itemAt(at).widget() for at in range(page.lines.grid.count())]
    assert all(isinstance(choice, QPushButton) for choice in choices) and toast_is_bad(page)
    assert [choice.text().split("  ·  ")[:2] for choice in choices] == [
        ["2026-11-21", "河西"],
        ["2026-11-21", "河东"],
        ["2026-11-20", "河东"],
    ]
    click(program, choices[2])
    assert "2026-11-20" in page.title.text() and len(page.lines.boxes) == 1
    assert not toast(page)


def test_a_bearer_batch_is_printed_again_only_as_marked_copies(
    program, owner, tmp_path, monkeypatch
):
    """The window refuses like the command line, and shows the way out where it refused."""
    build.offer(owner)
    build.issued(owner, count=2)
    batches.mark_printed(owner, batch=1, count=2)
    office = office_of(program, "offers")
    office.tabs.setCurrentWidget(office.batches)
    settle(program)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.pdf"), ""))
    save = next(
        b for b in office.batches.findChildren(QPushButton) if b.accessibleName() == "Save as PDF"
    )
    click(program, save)
    assert not (tmp_path / "a.pdf").exists() and "on paper already" in toast(office)
    assert office.batches.copies.isVisible()
    QTest.keyClick(office.batches.copies, Qt.Key.Key_Space)
    click(program, save)
    assert (tmp_path / "a.pdf").exists() and batches.batch_view(owner, batch=1).prints == 2


def test_the_drawer_is_empty_when_every_coupon_was_used(program, owner):
    """In stock is what lies there: a used one does not."""
    build.offer(owner, kind="amount_off", value="5", min_spend=None)
    for code in build.issued(owner, count=2):
        open_bill.record(owner, amount=Money(5_000), coupons=[code])
    office = office_of(program, "offers")
    office.tabs.setCurrentWidget(office.stock)
    settle(program)
    assert "in stock 0" in office.stock.about.text() and "used 2" in office.stock.about.text()
