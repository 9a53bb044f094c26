"""Names of the standard's list come out as they are written; what the font does not have is
said."""

import importlib.util
from pathlib import Path

import pypdfium2
import pytest

from storecrm.i18n import Catalogue
from storecrm.services.coupons import issue
from storecrm.services.files import Target
from storecrm.services.printing import coupon_sheet, member_card, page
from tests import build

ROOT = Path(__file__).resolve().parents[3]
WORDS = Catalogue("zh_CN")
GBK = {
    bytes([high, low]).decode("gbk", "ignore")
    for high in range(0x81, 0xFF)
    for low in range(0x40, 0xFF)
} - {""}
BEYOND = (
    "鿍鿎鿏𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜"
    "𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
)
"""What 通用规范汉字表 has beyond GBK and extension A."""


def extension_a():
    spec = importlib.util.spec_from_file_location("fonts", ROOT / "packaging" / "fonts.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.EXTENSION_A


def test_the_font_has_every_sign_of_the_list():
    """8,105 of them: 7,829 are in GBK, the others are the signs of names and places that a till
    never has."""
    rare = BEYOND + extension_a()
    assert len(set(rare)) == 8_105 - 7_829
    assert page.missing_glyphs(rare) == ""
    assert (
        page.missing_glyphs("".join(sorted(sign for sign in GBK if "\u4e00" <= sign <= "\u9fa5")))
        == ""
    )


def test_the_fonts_stay_small():
    """They go with every copy of the program."""
    sizes = {
        file.name: file.stat().st_size for file in (ROOT / "resources" / "fonts").glob("*.ttf")
    }
    assert sizes["NotoSansSC-Regular.ttf"] < 7_800_000 and sizes["NotoSansSC-Bold.ttf"] < 2_400_000


@pytest.mark.parametrize("name", ["陈㛃", "王𫖯", "㮾𬭚", "李鿏"])
def test_a_rare_name_stands_on_card_and_coupon(manager, tmp_path, name):
    """As signs that can be read back from the paper, in bold places too."""
    who = build.member(manager, name=name)
    build.offer(manager)
    build.issued(manager, to=(who.member_no,))
    card, slip = tmp_path / "card.pdf", tmp_path / "slip.pdf"
    assert member_card.write(manager, member=who.member_no, file=card, words=WORDS) == ""
    sheet = issue.to_print(manager, batch=1)
    coupon_sheet.write(manager, coupons=sheet, file=slip, layout="slip-80", words=WORDS)
    assert coupon_sheet.unprintable(sheet) == ""
    for file in (card, slip):
        document = pypdfium2.PdfDocument(str(file))
        page = document[0]
        text = page.get_textpage().get_text_range()
        document.close()
        assert "□" not in text
        # further signs than 65,536 are drawn, but named wrongly inside the file
        assert name in text or max(name) > "\uffff"


def test_rare_signs_are_drawn_as_themselves(tmp_path):
    """Not as one box each: two of them differ on the paper."""
    drawn = []
    for at, sign in enumerate(("𫖯", "𬭚", "㛃", "□")):
        sheet = page.PaperSheet(Target(tmp_path / f"{at}.pdf", "x", "s.db"), 20, 20, "sign")
        sheet.text(2, 15, sign, size=10, font=page.BOLD)
        sheet.save()
        document = pypdfium2.PdfDocument(str(tmp_path / f"{at}.pdf"))
        drawn.append(document[0].render(scale=2).to_pil().tobytes())
        document.close()
    assert len(set(drawn)) == 4


def test_what_cannot_be_printed_is_said(manager, tmp_path):
    """A square alone would be found by the customer."""
    who = build.member(manager, name="李\U000323ae小\U000323ae")
    build.offer(manager)
    build.issued(manager, to=(who.member_no,))
    assert (
        member_card.write(manager, member=who.member_no, file=tmp_path / "c.pdf", words=WORDS)
        == "\U000323ae"
    )
    assert coupon_sheet.unprintable(issue.to_print(manager, batch=1)) == "\U000323ae"
