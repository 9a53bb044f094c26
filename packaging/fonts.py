"""Makes resources/fonts/*.ttf anew from the static Noto Sans SC of the npm package
@expo-google-fonts/noto-sans-sc (OFL).

python packaging/fonts.py FOLDER-OF-THE-UNPACKED-PACKAGE

Regular prints names: GBK, every sign of 通用规范汉字表 (its rare ones lie in the extensions A to
E), and what the papers draw. Bold prints headlines: GB2312; a name with other signs falls back to
regular.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
SOURCES = {
    "Regular": "400Regular/NotoSansSC_400Regular.ttf",
    "Bold": "700Bold/NotoSansSC_700Bold.ttf",
}
BEYOND = ((0x9FA6, 0x9FFF), (0x20000, 0x323AF))
"""What the standard's list has beyond GBK and extension A: of these the font has few, and all of
them are taken."""
EXTENSION_A = (
    "㑇㑊㕮㘎㙍㙘㙦㛃㛚㛹㟃㠇㠓㤘㥄㧐㧑㧟㫰㬊㬎㬚㭎㭕㮾㰀㳇㳘㳚㴔㵐㶲㸆㸌㺄㻬㽏㿠"
    "䁖䂮䃅䃎䅟䌹䎃䎖䏝䏡䏲䐃䓖䓛䓨䓫䓬䗖䗛䗪䗴䜣䝙䢺䢼䣘䥽䦃䲟䲠䲢䴓䴔䴕䴖䴗䴘䴙䶮"
)
"""Its signs of extension A."""


def wanted(weight: str, known: set[int], today: set[int]) -> set[int]:
    """The signs of a weight: those it has today, and in regular every sign of the list."""
    if weight != "Regular":
        return today
    beyond = {sign for sign in known for first, last in BEYOND if first <= sign <= last}
    return today | beyond | {ord(sign) for sign in EXTENSION_A}


def make(weight: str, source: Path) -> None:
    """One weight: outlines only, without hints and vertical metrics, in the widths of the
    source."""
    target = FONTS / f"NotoSansSC-{weight}.ttf"
    font, today = TTFont(source), set(TTFont(target).getBestCmap())
    signs = wanted(weight, set(font.getBestCmap()), today)
    options = Options(
        hinting=False,
        layout_features=["kern"],
        name_IDs=["*"],
        notdef_outline=True,
        drop_tables=["GSUB", "GDEF", "vhea", "vmtx"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=signs)
    subsetter.subset(font)
    font.save(target)
    print(f"{target.name}: {len(font.getBestCmap())} signs, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    for name, place in SOURCES.items():
        make(name, Path(sys.argv[1]) / place)
