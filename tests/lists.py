"""Lists of people as shops of many countries keep them, made by chance: for tests of how files are
read."""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from storecrm.services.imports.mappings import Reading

Row = list[str]


def _of(pool: str) -> list[str]:
    return pool.split()


def _chinese(chance: random.Random) -> Row:
    given = "".join(
        chance.choice(
            "子浩然梓涵欣怡诗琪宇轩嘉懿煜祺俊杰佳颖翊晓彤振华国栋淑芬秀珍毅凯歌璐瑾瑜柏霖昊鑫焱垚媛"
        )
        for _ in range(chance.choice((1, 2, 2)))
    )
    name = (
        chance.choice(
            _of(
                "王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 朱 马 胡 郭 林 何 高 梁 郑 罗 宋 谢 唐 韩 曹 许 邓 萧 欧阳 覃 璩 邢 滕 隋 栾 冼"
            )
        )
        + given
    )
    street = chance.choice(
        _of(
            "朝阳区建国路 海淀区中关村大街 滨河新村 解放南路 西湖区文三路 鼓楼街 翠屏苑 锦绣花园 漕溪北路 濠江中学旁"
        )
    )
    return [
        name,
        f"{street}{chance.randrange(1, 300)}号{chance.choice(('', '', '3单元', '门卫代收'))}",
        chance.choice(("金卡", "银卡", "普通会员", "钻石")),
    ]


def _traditional(chance: random.Random) -> Row:
    given = "".join(
        chance.choice(
            "怡君志豪俊傑雅婷淑芬冠宇承翰佩穎曉雯惠玲建宏宗翰鈺婷詩涵柏翰品妍睿恩語彤麗華瑞麟鴻儒"
        )
        for _ in range(2)
    )
    name = (
        chance.choice(
            _of(
                "陳 林 黃 張 李 王 吳 劉 蔡 楊 許 鄭 謝 郭 洪 邱 曾 廖 賴 徐 周 葉 蘇 莊 呂 江 何 蕭 羅 高 歐陽 簡 顏 塗"
            )
        )
        + given
    )
    street = chance.choice(
        _of(
            "臺北市大安區忠孝東路 新北市板橋區文化路 高雄市三民區 九龍旺角彌敦道 銅鑼灣軒尼詩道 臺中市西屯區 裏仁街"
        )
    )
    return [
        name,
        f"{street}{chance.randrange(1, 300)}號",
        chance.choice(("金卡", "銀卡", "一般會員", "鑽石會員")),
    ]


def _japanese(chance: random.Random) -> Row:
    family = chance.choice(
        _of(
            "佐藤 鈴木 高橋 田中 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 清水 阿部 髙﨑 長谷川"
        )
    )
    given = chance.choice(
        _of(
            "翔太 陽菜 大輔 美咲 健一 さくら 直樹 愛 拓也 結衣 誠 ひろみ 雄一郎 千尋 マリア 亜希子 龍之介"
        )
    )
    kana = chance.choice(
        _of("サトウ スズキ タカハシ タナカ ワタナベ イトウ ヤマモト ナカムラ コバヤシ")
    )
    return [
        f"{family}{given}",
        kana,
        chance.choice(("東京都港区", "大阪府堺市", "ゴールド会員", "一般", "横浜市")),
    ]


def _half_wide(chance: random.Random) -> Row:
    family = chance.choice(_of("ｻﾄｳ ｽｽﾞｷ ﾀｶﾊｼ ﾀﾅｶ ﾜﾀﾅﾍﾞ ｲﾄｳ ﾔﾏﾓﾄ ﾅｶﾑﾗ ｺﾊﾞﾔｼ ｶﾄｳ ﾖｼﾀﾞ ﾔﾏﾀﾞ ｻｻｷ ﾔﾏｸﾞﾁ"))
    given = chance.choice(_of("ｼｮｳﾀ ﾋﾅ ﾀﾞｲｽｹ ﾐｻｷ ｹﾝｲﾁ ｻｸﾗ ﾅｵｷ ｱｲ ﾀｸﾔ ﾕｲ ﾏｺﾄ ﾋﾛﾐ"))
    return [f"{family} {given}", "", ""]


def _korean(chance: random.Random) -> Row:
    family = chance.choice(
        "김이박최정강조윤장임한오서신권황안송류홍전고문양손배백허유남심노곽성차주우구민진지엄채원천방"
    )
    given = chance.choice("민서지예하도윤건수현은성영준재상태동경미정") + chance.choice(
        "준연우현호진아영희수윤빈서훈철식혁숙자람솔"
    )
    return [
        family + given,
        chance.choice(_of("서울시 부산광역시 대구시 경기도수원시 강남구역삼동 인천 광주")),
        chance.choice(_of("골드 실버 일반회원 우수고객")),
    ]


def _latin(names: str, towns: str) -> Callable[[random.Random], Row]:
    def row(chance: random.Random) -> Row:
        return [
            f"{chance.choice(_of(names))} {chance.choice(_of(names))}",
            chance.choice(_of(towns)),
            "",
        ]

    return row


_german = _latin(
    "Müller Jörg Schäfer Grün Köhler Weiß Günther Jürgen Börner Anna Peter Krämer Lößl Björn Schröder Käthe André",
    "Köln München Düsseldorf Nürnberg Würzburg Gießen Berlin Lübeck",
)
_french = _latin(
    "François Hélène Béatrice Lefèvre Noël Dupont Gaëlle Désirée Théo Benoît Chloé Zoé Bérénice Mélanie Crépin",
    "Orléans Nîmes Besançon Évreux Paris Béziers",
)
_spanish = _latin(
    "José María Núñez Muñoz Rodríguez Peña Ángel Íñigo Sánchez Álvarez Lucía Güell Ana Begoña",
    "Málaga Cádiz Córdoba Logroño Ávila Madrid",
)
_nordic = _latin(
    "Åsa Björn Søren Jørgen Sjöberg Håkan Mäkinen Östlund Kåre Ærø Bjørk Lindström",
    "Malmö Göteborg Århus Tromsø Jyväskylä",
)

LANGUAGES: dict[str, tuple[Callable[[random.Random], Row], Sequence[str]]] = {
    "zh": (_chinese, ("姓名", "地址", "等级")),
    "zh-hant": (_traditional, ("姓名", "地址", "等級")),
    "ja": (_japanese, ("氏名", "フリガナ", "区分")),
    "ja-kana": (_half_wide, ("ﾅﾏｴ", "", "")),
    "ko": (_korean, ("이름", "주소", "등급")),
    "de": (_german, ("Name", "Ort", "")),
    "fr": (_french, ("Nom", "Ville", "Fidélité")),
    "es": (_spanish, ("Nombre", "Ciudad", "Teléfono")),
    "nordic": (_nordic, ("Namn", "Ort", "")),
}
WRITTEN = {
    "gb18030": ("zh",),
    "big5": ("zh-hant",),
    "cp950": ("zh-hant",),
    "cp932": ("ja", "ja-kana"),
    "cp949": ("ko",),
    "cp1252": ("de", "fr", "es", "nordic"),
}
"""Encodings of one country each, and the languages that are written in them."""
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")


def members(language: str, seed: int, rows: int, *, titles: bool = True) -> list[Row]:
    """A list: the number, what the language has to say, the phone."""
    chance = random.Random(seed)
    make, said = LANGUAGES[language]
    found = [["No", *said, "Tel"]] if titles else [["No", "Name", "Town", "Tier", "Tel"]]
    return found + [
        [f"{place:05}", *make(chance), f"1380013{chance.randrange(10_000):04}"]
        for place in range(rows)
    ]


def text(rows: Sequence[Row], *, sign: str = ",", end: str = "\r\n", every: bool = False) -> str:
    """A list as a program writes it: cells in quotes where they must be, or `every` one."""
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=sign, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


# --- lists as any system may write them ---

LATIN, HANS, HANT, KANA = (
    "Ana Bob Zoe Lee Max",
    "李梅 王强 张伟 刘洋 陈静",
    "陳文 李龍 張偉 劉洋 黃靜",
    "さくら はなこ たろう けんじ ゆうこ",
)
SPEECH = {
    "utf-8": LATIN + " " + HANS, "utf-8-sig": HANS + " " + KANA, "utf-16": HANT + " " + LATIN, "gb18030": HANS, "big5": HANT,
    "cp1252": "Jörg Zoë Grün Renée Böll", "shift_jis": KANA,
}  # fmt: skip
SEPARATORS = ",;\t|"
DAYS = {
    "iso": "{y:04d}-{m:02d}-{d:02d}", "dotted": "{d:02d}.{m:02d}.{y:04d}", "american": "{m}/{d}/{y:04d}", "short": "{d}/{m}/{s:02d}",
    "words": "{d} {name} {y:04d}", "slashed": "{y:04d}/{m}/{d}",
}  # fmt: skip
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
AMOUNTS = (("", "."), (",", "."), (".", ","))


class Written:
    """A list as one system writes it: its encoding, the signs between cells and before the cents,
    the order of day and month, its word for nothing, whether parts of one thing stand in columns of
    their own. A kind adds `titles`, `rows`, what they mean, and the `dates` in it."""

    titles: Sequence[str]
    dates: Sequence[date]

    def __init__(self, seed: int) -> None:
        self.chance = chance = random.Random(seed)
        self.encoding = chance.choice(tuple(SPEECH))
        self.sign = chance.choice(SEPARATORS)
        self.group, self.point = chance.choice(AMOUNTS)
        self.way = chance.choice(tuple(DAYS))
        self.joined = chance.random() < 0.5
        self.words = SPEECH[self.encoding].split()
        self.nothing = chance.choice(("-", "NULL", "n/a", "N/A", "--", "null"))
        self.rows: list[Row] = []
        self.meant: list[Any] = []
        self.spoilt: tuple[int, str] | None = None

    def day(self, day: date) -> str:
        """A day in the list's own order."""
        return DAYS[self.way].format(
            y=day.year, m=day.month, d=day.day, s=day.year % 100, name=MONTHS[day.month - 1]
        )

    def money(self, cents: int) -> str:
        """An amount with two decimals."""
        whole = f"{cents // 100:,}".replace(",", self.group)
        return f"{whole}{self.point}{cents % 100:02d}"

    def spoil(
        self, spoilt: Mapping[str, Sequence[str]], called: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Write what nobody can read into one cell; its row in the file and its column by our
        name."""
        column = self.chance.choice([name for name in spoilt if name in self.titles])
        at = self.chance.randrange(len(self.rows))
        self.rows[at][self.titles.index(column)] = self.chance.choice(spoilt[column])
        return at + 2, (called or {}).get(column, column)

    def write(self, file: Path) -> None:
        """The file."""
        with file.open("w", encoding=self.encoding, newline="") as target:
            csv.writer(
                target, delimiter=self.sign, lineterminator=self.chance.choice(("\n", "\r\n"))
            ).writerows([self.titles, *self.rows])

    @property
    def reading(self) -> Reading:
        """What a person has to say: the order of the month where no day is above twelve, the
        decimal sign where it is a comma."""
        order = {"dotted": "dmy", "american": "mdy", "short": "dmy"}.get(self.way, "")
        open_ = (
            all(day.day <= 12 for day in self.dates)
            or self.way == "short"
            or self.spoilt is not None
        )
        return Reading(
            days=order if open_ else "",
            decimal="," if self.point == "," and self.chance.random() < 0.5 else "",
        )
