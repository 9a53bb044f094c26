"""How likely a sign is in the lists that shops keep, by language: names, goods, addresses and the
titles above them.

The measure is bits: a sign that stands once in 2**9 signs costs 9. The more signs of a text are the
usual ones of one language, the less the text costs; read in a wrong encoding it is full of rare
ones. Zones of a national standard (its first level holds the usual signs, its second the rare ones)
give the coarse measure, the most frequent signs of names and titles the fine one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

CONTROL = 45.0
"""A sign that no list has: a control, a place without a sign, a sign of one's own (private use)."""
ASCII = 6.0
_RARE, _ODD = 22.0, 26.0

_HANS = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子得于着下自之年过发后作里用道行所然家种事成方多经去法学如都同"
    "现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由"
    "问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名"
    "真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社"
    "便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切"
    "院让识候带导争运李刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田姜范石姚谭廖邹熊"
    "陆郝孔崔康毛邱秦江史顾侯邵孟龙段雷钱汤尹黎易武乔贺赖龚卡号机性别注册余额等级积分注册店铺元折优惠券消费次数最近累计储值商条码售价库存单位"
    "伟芳娜敏静丽磊洋勇艳杰娟涛超秀英霞刚桂兰燕玲婷慧莹雪梅红玉萍辉鹏飞宇浩博轩俊鑫宁欣怡佳琪瑶琳倩雨梦婉子涵萱晨阳志建华军平国庆春甲乙丙丙"
    "示演测试备说省县街巷弄室楼栋镇村邮箱址联系微男未银普钻石普通客户称昵生日期入职到店付款支赠送礼品茶酒米面油奶糖盐饮料蛋糕包水果瓶盒袋箱份"
)
_HANT = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子得於著下自之年過發後作里用道行所然家種事成方多經去法學如都同"
    "現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問"
    "很最重並物手應向頭文體美相見被利等產或新己制身果加西月話合回特代內信表化老給世位次度門任常先海通教原東聲提立及比員解水名真論處走義各入"
    "幾口認條平系氣題活更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指許統區保至形社便空展馬科司五基書非"
    "王李張劉陳楊趙黃周吳徐孫胡朱林郭羅梁宋鄭謝韓唐馮董蕭曹袁鄧傅沈曾彭呂蘇盧蔣蔡賈丁魏薛葉余潘杜戴夏鍾汪田姜范石姚譚廖鄒熊陸孔崔康毛邱秦江"
    "史顧侯邵孟龍段雷錢湯尹黎易武喬賀賴龔何高許游詹簡翁莊呂柯連官洪温溫歐阮麥關區霍鄺伍甄冼會員編號姓名手機電話性別生日註冊餘額等級積分店鋪元"
    "折優惠券消費次數最近累計儲值商條碼售價庫存單位偉芳娜敏靜麗磊洋勇艷傑娟濤超秀英霞剛桂蘭燕玲婷慧瑩雪梅紅玉萍輝鵬飛宇浩俊鑫寧欣怡佳琪瑤琳倩"
    "雨夢涵晨陽志華軍慶春淑惠美雅婷怡君家豪冠宇承翰宗明嘉詩穎俊傑雯宜郁筱茹珮瑜鈞甲乙丙示演測試備註省縣街巷弄室樓鎮村郵箱址聯絡微男未銀普鑽"
    "客戶稱到付款支贈送禮品茶酒米麵油奶糖鹽飲料蛋糕包果瓶盒袋箱份"
)
_JA = (
    "日一人年大本中国出上会生行事者社時分間前見子高部学的方気同長地自手合場実電全目内東小理後用代定新外関力下対動今体市話度通立金物主回名言"
    "性発業作家法化田山川井村木林松島崎藤佐斎斉伊加渡辺邊中鈴橋清石森池阿岡原野谷口水青岩近遠福西三四五六七八九十和宮本内上前北南河平久保安"
    "小坂吉菊千葉酒工柴今丸武星大杉増矢沢澤浜濱土成永横望桜美子郎太一二雄介夫代恵真由紀香奈々菜葵陽翔蓮悠結愛花優莉咲七海里香織直樹健誠和博"
    "史学隆裕也幸男正明弘秀文哲雅典浩智之洋剛亮拓哉達康純茂勝利勇進清修隆豊稔員番号氏電話性別月誕入会残高級等点数店舗円割引券購買累計商品価格"
    "在庫単位備考県府都区町丁目番地様住所郵便携帯登録女未銀普通客称最終来支払茶酒米麺油乳糖塩飲料菓子包果瓶箱袋個枚注文売領収"
)
_KO = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진지나엄원천방공현함변염여추도소석선설마길연위표명기반라왕금옥"
    "육인맹제모탁국어은편용예경봉사부가복태목형계피두감음빈동온호범좌팽승간상시갈단수미영자순숙희애란혜윤서현준우민지예은하도윤건찬규빛보람철훈"
    "재석환섭욱혁균근록무배병식열완일종창택필학해향화회흥원번휴대폰전화포인트등급생일년월성별가입메일주소상품금액매출고객이름름잔액적립쿠폰할인"
    "가격수량재고점포매장구분날짜시간합계결제카드현금방문횟최근누메모비코드바분류단위개명여남사는의에을를로과와다니있습합한것들그리만커피차우유빵"
    "케크술쌀면기름설탕소음료과자병상자봉지대구광부산울경북충청전라제읍면동호층아파트길로번"
)


@dataclass(frozen=True)
class Language:
    """One language: `usual` are its most frequent signs with their bits, `zone` gives the bits of
    any other sign."""

    name: str
    usual: Mapping[str, float]
    zone: Callable[[str], float]
    known: dict[str, float] = field(default_factory=dict)

    def bits(self, sign: str) -> float:
        """What a sign costs here."""
        found = self.known.get(sign)
        if found is None:
            found = self.known[sign] = self._bits(sign)
        return found

    def _bits(self, sign: str) -> float:
        if sign < "\x80":
            return ASCII if sign >= " " or sign in "\t\r\n" else CONTROL
        if sign in self.usual:
            return self.usual[sign]
        if _is_nothing(sign):
            return CONTROL
        return self.zone(sign)

    def cost(self, counts: Mapping[str, int]) -> float:
        """What the signs of a text cost, counted."""
        return sum(times * self.bits(sign) for sign, times in counts.items())


def _is_nothing(sign: str) -> bool:
    """A control of the upper half, a sign of private use, half of a pair, the sign for what could
    not be read."""
    control = "\x80" <= sign <= "\x9f"
    private = "\ue000" <= sign <= "\uf8ff"
    half = "\ud800" <= sign <= "\udfff"
    return control or private or half or sign in "\ufffd\ufffe\uffff"


def _ranked(most: str, signs: str, bits: tuple[float, float, float]) -> dict[str, float]:
    """The signs of the commonest family names and titles, the first half of the usual ones, the
    others."""
    of_most, of_usual, of_others = bits
    order = list(dict.fromkeys(signs))
    costs = dict.fromkeys(order, of_others)
    costs |= dict.fromkeys(order[: len(order) // 2], of_usual)
    costs |= dict.fromkeys(most, of_most)
    return costs


def _lead(sign: str, codec: str) -> bytes:
    try:
        return sign.encode(codec)
    except UnicodeEncodeError:
        return b""


def _hans_zone(sign: str) -> float:
    code = _lead(sign, "gb2312")
    if not code:
        return _RARE if "\u3000" <= sign <= "\uffef" else _ODD
    # from 0xB0 on the first level, from 0xD8 on the second
    if code[0] >= 0xB0:
        return 13.5 if code[0] <= 0xD7 else 17.5
    return 13.0 if code[0] <= 0xA3 else 19.0


def _hant_zone(sign: str) -> float:
    code = _lead(sign, "cp950")
    if not code:
        return _RARE if "\u3000" <= sign <= "\uffef" else _ODD
    # marks, then the first level of the standard
    if code < b"\xc6\x80":
        return 13.5
    return 18.5 if code >= b"\xc9\x40" else 20.0


def _ja_zone(sign: str) -> float:
    if "\u3041" <= sign <= "\u3096" or "\u30a1" <= sign <= "\u30fc":
        return 8.5
    if "\uff61" <= sign <= "\uff9f":
        return 11.0
    code = _lead(sign, "shift_jis")
    if not code:
        return _RARE
    # marks, then scripts of others, then the first level
    if code < b"\x82\x9f":
        return 12.5
    if code < b"\x88\x9f":
        return 19.0
    return 13.5 if code <= b"\x98\x72" else 18.5


def _kana_zone(sign: str) -> float:
    """The half-wide kana of older registers."""
    return 6.8 if "\uff61" <= sign <= "\uff9f" else _ja_zone(sign) + 2


def _ko_zone(sign: str) -> float:
    code = _lead(sign, "euc_kr")
    if not code:
        return 20.5 if "\uac00" <= sign <= "\ud7a3" else _ODD
    if "\uac00" <= sign <= "\ud7a3":
        return 12.5
    return 13.5 if code[0] <= 0xA3 else 19.5


def _letters(small: str) -> dict[str, float]:
    """The letters of a language beyond a to z, capital ones rarer."""
    capital = [letter for letter in small.upper() if letter not in small and letter >= "\x80"]
    return dict.fromkeys(small, 7.0) | dict.fromkeys(capital, 9.5)


_MARKS = "€£’‘“”–—…°®©·«»¿¡ªº§´\xa0№"


def _latin_zone(sign: str) -> float:
    if sign in _MARKS:
        return 11.0
    if "\xc0" <= sign <= "\u024f" and sign.isalpha():
        return 14.0 if sign.islower() else 16.0
    return 16.0 if sign < "\u2100" else 18.0


def _script(first: str, last: str, small: float) -> Callable[[str], float]:
    """A script whose letters nearly all stand in one range."""

    def zone(sign: str) -> float:
        if first <= sign <= last:
            return small if not sign.isupper() else small + 3
        return _latin_zone(sign)

    return zone


_CAPITAL_INSIDE = re.compile(
    r"[^\W\d_A-Z](?<=[a-z\u0080-\u024f\u0370-\u052f])[A-Z\u0080-\u024f\u0370-\u052f]"
)
_MIXED = re.compile(r"[a-z][\u3040-\u9fff\uac00-\ud7a3]|[\u3040-\u9fff\uac00-\ud7a3][a-z]")
_WITHIN = re.compile(r"(?<=[A-Za-z])[\u3000-\u9fff\uac00-\ud7a3\uff01-\uffee]+(?=[a-z])")
_OTHER = r"[\u0370-\u06ff\u0e01-\u0e5b]"
_TWO_SCRIPTS = re.compile(rf"[A-Za-z]{_OTHER}|{_OTHER}[A-Za-z]")
_MARK_INSIDE = re.compile(r"(?<=[^\W\d_])[\u0080-\u00bf\u2010-\u2122](?=[^\W\d_])")
_LOOSE_MARK = re.compile(r"(?<![\u0e01-\u0e2e\u0e31-\u0e39])[\u0e30-\u0e3a\u0e47-\u0e4e]")
_WIDE_PAIR = re.compile(r"[\u00c0-\u00ff][\u00c0-\u00ff]")
_ODDITIES = (
    (_MIXED, 4.0),
    (_WITHIN, 8.0),
    (_TWO_SCRIPTS, 8.0),
    (_LOOSE_MARK, 6.0),
    (_WIDE_PAIR, 3.0),
)
"""What hardly any word has, and the bits of each."""


def oddities(text: str) -> float:
    """Bits for what hardly any word has: a vowel without its consonant, a capital after a small
    letter (outside of A to Z), letters of two scripts side by side, a mark between letters, two
    letters with accents in a row."""
    bits = sum(weight * len(oddity.findall(text)) for oddity, weight in _ODDITIES)
    last_letters = [found[0][-1] for found in _CAPITAL_INSIDE.finditer(text)]
    bits += 5.0 * sum(letter.isupper() and letter > "Z" for letter in last_letters)
    # an apostrophe stands within many names
    marks = [found[0] for found in _MARK_INSIDE.finditer(text)]
    return bits + 6.0 * sum(mark not in "’·\u2019\u00b7-" for mark in marks)


# the commonest family names, and the titles above a list of members
_MOST_HANS = "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁姓名手机号会员电话积分性别生日"
_MOST_HANT = "陳林黃張李王吳劉蔡楊許鄭謝郭洪曾周何梁馮姓名手機號會員電話積分性別生日"
_MOST_JA = "田山中佐藤木本川村井氏名電話番号会員日"
_MOST_KO = "김이박최정강조윤장임한오서신권황안송전홍이름전화번호회원"
_CHINESE_BITS = (7.5, 9.0, 9.8)
HANS = Language("Chinese", _ranked(_MOST_HANS, _HANS, _CHINESE_BITS), _hans_zone)
HANT = Language("Chinese (traditional)", _ranked(_MOST_HANT, _HANT, _CHINESE_BITS), _hant_zone)
JAPANESE = Language("Japanese", _ranked(_MOST_JA, _JA, (7.5, 9.0, 10.0)), _ja_zone)
KANA = Language("Japanese (half-wide)", _ranked("", _JA, (11.0, 11.0, 12.0)), _kana_zone)
KOREAN = Language("Korean", _ranked(_MOST_KO, _KO, (6.5, 8.0, 9.0)), _ko_zone)


def _latin(name: str, small: str) -> Language:
    return Language(name, _letters(small), _latin_zone)


_GERMANIC = (
    _latin("German", "äöüßé"),
    _latin("Nordic", "åäöøæéü"),
    _latin("Icelandic", "áéíóúýðþæö"),
    _latin("Dutch", "ëïéèöüáó"),
)
_ROMANCE = (
    _latin("French", "éèêëàâçîïôùûüœæÿ"),
    _latin("Spanish", "áéíóúñü"),
    _latin("Portuguese", "áâãàéêíóôõúüç"),
    _latin("Italian", "àèéìòù"),
    _latin("Catalan", "àçèéíïòóúü"),
)
WESTERN = (*_GERMANIC, *_ROMANCE)
_SLAVIC = (
    _latin("Polish", "ąćęłńóśźż"),
    _latin("Czech", "áčďéěíňóřšťúůýž"),
    _latin("Slovak", "áäčďéíĺľňóôŕšťúýž"),
    _latin("Croatian", "čćđšž"),
)
CENTRAL = (*_SLAVIC, _latin("Hungarian", "áéíóöőúüű"), _latin("Romanian", "ăâîşţșț"))
TURKISH = Language("Turkish", _letters("çğıöşüâ") | {"İ": 9.5}, _latin_zone)
BALTIC = _latin("Baltic", "āčēģīķļņšūžąęėįųõäöü")
RUSSIAN = Language("Russian", {}, _script("\u0400", "\u045f", 5.6))
GREEK = Language("Greek", {}, _script("\u0386", "\u03ce", 5.8))
HEBREW = Language("Hebrew", {}, _script("\u05d0", "\u05ea", 5.2))
ARABIC = Language("Arabic", {}, _script("\u0621", "\u06d2", 5.6))
_RARE_THAI = dict.fromkeys("ฃฅฆฌฎฏฐฑฒฤฦฬฯฺๆ็๎๏๐๑๒๓๔๕๖๗๘๙๚๛ํ", 11.0)
THAI = Language("Thai", _RARE_THAI, _script("\u0e01", "\u0e5b", 6.0))
_EASTERN = (HANS, HANT, JAPANESE, KANA, KOREAN)
_LATIN = (*WESTERN, *CENTRAL, TURKISH, BALTIC)
_OTHERS = (RUSSIAN, GREEK, HEBREW, ARABIC, THAI)
ALL = (*_EASTERN, *_LATIN, *_OTHERS)
