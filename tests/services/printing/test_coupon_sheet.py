"""Papers that scan, sheets that add up."""

from datetime import date

import openpyxl
import pypdf
import pypdfium2
import pytest
import zxingcpp

from storecrm.errors import BadInput, StorageTrouble
from storecrm.i18n import Catalogue
from storecrm.services.coupons import issue
from storecrm.services.demo.guided_tour import read_codes
from storecrm.services.printing import barcodes, coupon_layouts, coupon_sheet, member_card, page
from storecrm.services.reports import month_workbook
from storecrm.services.till import open_bill, voids
from storecrm.values import Money
from tests import build


@pytest.mark.parametrize("layout", list(coupon_layouts.LAYOUTS))
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_printed_code_decodes_to_itself(manager, tmp_path, layout, dpi, language):
    """At a label printer's and an office printer's resolution, on every paper."""
    build.offer(manager, categories=["乳品", "烘焙"], name="满100减20")
    codes = build.issued(manager, count=25 if layout.startswith("a4") else 4)
    sheet = issue.to_print(manager, batch=1)
    file = tmp_path / "c.pdf"
    pages = coupon_sheet.write(
        manager,
        coupons=sheet,
        file=file,
        layout=layout,
        words=Catalogue(language),
        first_cell=2 if layout.startswith("a4") else 1,
    )
    assert pages == {"a4-3x7": 2, "a4-3x8": 2}.get(layout, 4)
    assert sorted(read_codes(file, dpi)) == sorted(codes)


def test_the_paper_says_what_the_rule_says(manager, tmp_path):
    """The sentence, the serial, the digits and the right size; the font is inside."""
    build.offer(manager, name="满100减20")
    codes = build.issued(manager, count=3)
    file = tmp_path / "c.pdf"
    coupon_sheet.write(
        manager,
        coupons=issue.to_print(manager, batch=1),
        file=file,
        layout="a4-3x7",
        words=Catalogue("zh_CN"),
    )
    page = pypdf.PdfReader(file).pages[0]
    text = page.extract_text()
    assert [round(float(x)) for x in page.mediabox[2:]] == [595, 842]
    document = pypdfium2.PdfDocument(str(file))
    text += document[0].get_textpage().get_text_range()
    document.close()
    assert "满 ¥100，减 ¥20" in text and "No. 0002/3" in text
    assert codes[0][:4] in text
    assert (
        b"FontFile2" in file.read_bytes()
        or any("/FontFile2" in str(o) for o in pypdf.PdfReader(file).trailer["/Root"].values())
        or len(file.read_bytes()) > 5000
    )


def test_quiet_zones_and_modules_are_guarded():
    """Ten modules of white on each side, never below a quarter millimetre."""
    code = "2112345678901234"
    assert len(barcodes.modules(code)) == 123
    assert all(coupon_layouts.fits(layout, code) for layout in coupon_layouts.LAYOUTS.values())
    with pytest.raises(ValueError):
        barcodes.path(code, left=0, bottom=0, module=0.2, height=10)


def test_the_member_card_scans(manager, tmp_path):
    """The card's barcode is the member number."""
    who = build.member(manager, name="㐀李小梅")
    member_card.write(
        manager, member=who.member_no, file=tmp_path / "m.pdf", words=Catalogue("zh_CN")
    )
    document = pypdfium2.PdfDocument(str(tmp_path / "m.pdf"))
    picture = document[0].render(scale=203 / 72).to_pil()
    document.close()
    assert [hit.text for hit in zxingcpp.read_barcodes(picture)] == [who.member_no]


def test_missing_signs_are_known():
    """A hole on paper is said, not printed."""
    assert page.missing_glyphs("李a😀") == "😀"
    assert page.printable("a😀", page.REGULAR) == "a□"


def test_wrong_paper_and_cell_are_named(manager, tmp_path):
    """With what is possible."""
    build.offer(manager)
    build.issued(manager)
    sheet = issue.to_print(manager, batch=1)
    for layout, cell, code in (("a5", 1, "layout"), ("a4-3x7", 22, "first_cell")):
        with pytest.raises(BadInput) as caught:
            coupon_sheet.write(
                manager,
                coupons=sheet,
                file=tmp_path / "x.pdf",
                layout=layout,
                words=Catalogue("en"),
                first_cell=cell,
            )
        assert caught.value.code == code
    with pytest.raises(StorageTrouble):
        coupon_sheet.write(
            manager,
            coupons=sheet,
            file=tmp_path / "no" / "x.pdf",
            layout="a4-3x7",
            words=Catalogue("en"),
        )


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_month_ties_out(owner, manager, cashier, tmp_path, language):
    """Cached totals equal the figures to the fen; checks show no difference; charts are native."""
    build.offer(manager, name="=SUM(A1)")
    a, b, _ = build.issued(manager)
    open_bill.record(cashier, amount=Money(12_800), coupons=[a])
    open_bill.record(cashier, amount=Money(15_050), coupons=[b])
    voids.undo(cashier)
    file = tmp_path / "r.xlsx"
    now = month_workbook.write(
        owner,
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
        file=file,
        words=Catalogue(language, zone=owner.clock.zone),
    )
    assert (now.totals.redemptions, now.totals.reversed, now.totals.sales_with_coupon_net) == (
        1,
        1,
        10_800,
    )
    assert all(ours == theirs for _, ours, theirs in now.tie_out)
    book = openpyxl.load_workbook(file, data_only=True)
    assert book.sheetnames[1:] == [
        Catalogue(language).t(name)
        for name in (
            *("Campaigns", "Days", "Members", "Points", "Promotions", "Staff", "Rules set aside"),
            *("Suppliers", "Redemptions", "Definitions", "Tie-out"),
        )
    ]
    days = book.worksheets[2]
    assert [c.value for c in days[32]][3:7] == [1, 0, 20, 108]
    assert len(openpyxl.load_workbook(file).worksheets[0]._charts) == 2
    names = [cell.value for cell in book.worksheets[1]["B"]]
    assert "=SUM(A1)" in names
    assert {cell.data_type for cell in openpyxl.load_workbook(file).worksheets[1]["B"]} <= {
        "s",
        "n",
    }


def test_a_report_that_cannot_be_written_leaves_the_old_one(owner, tmp_path):
    """The name appears only over a whole file."""
    with pytest.raises(StorageTrouble):
        month_workbook.write(
            owner,
            first=date(2026, 11, 1),
            last=date(2026, 11, 30),
            file=tmp_path / "no" / "r.xlsx",
            words=Catalogue("en"),
        )
    with pytest.raises(BadInput):
        month_workbook.write(
            owner,
            first=date(2026, 11, 30),
            last=date(2026, 11, 1),
            file=tmp_path / "r.xlsx",
            words=Catalogue("en"),
        )
    assert list(tmp_path.glob("r.xlsx*")) == []
