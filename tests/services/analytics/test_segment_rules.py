"""Segments, RFM and stages of life equal a plain evaluation member by member, on either
database."""

import csv
import operator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from storecrm.domain import segment_fields
from storecrm.domain.lifecycle import STAGES
from storecrm.errors import (
    BadFile,
    BadInput,
    Cancelled,
    Conflict,
    NotAllowed,
    NotFound,
    NotPossible,
)
from storecrm.i18n import Catalogue
from storecrm.services import shop_settings
from storecrm.services.analytics import (
    lifecycle,
    profile,
    rfm,
    segment_rules,
    segment_values,
    segments,
)
from storecrm.services.coupons import issue
from storecrm.services.exports import files, member_scores, segment_members
from storecrm.services.imports import run
from storecrm.services.integrity import verify
from storecrm.services.loyalty import adjustments, tiers
from storecrm.services.members import consent, registry
from storecrm.services.members.registry import NewMember
from storecrm.services.till import open_bill, returned_goods, returns, voids
from storecrm.services.till.bill_lines import LineIn
from storecrm.values import Channel, Money, Quantity
from storecrm.wording import insight
from tests import build

pytestmark = pytest.mark.both

OPS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@pytest.fixture
def world(manager, owner, wall, tmp_path):
    """Nine members over seven months: some come often, some stopped, one came back, one never came,
    one was only taken back."""
    file = tmp_path / "goods.csv"
    file.write_text(
        "sku,name,category,brand,price\nMILK,奶,乳品,晨露,10\nNUT,坚果,零食,脆乐,25\n", "utf-8"
    )
    run.load(manager, kind="products", path=file)
    build.offer(manager, "FIVE", kind="amount_off", value="5", min_spend=None, valid_days=400)
    tiers.keep(owner, name="gold", threshold=Money(60_000))

    def person(n, **more):
        consent = tuple(Channel(c) for c in more.pop("consent", ()))
        return registry.register(
            manager, new=NewMember(phone=f"1380013800{n}", consent=consent, **more)
        ).member_no

    def buy(who, milk, nuts=0, coupon=False):
        lines = [LineIn(sku, Quantity(n * 1000)) for sku, n in (("MILK", milk), ("NUT", nuts)) if n]
        return open_bill.record(
            manager,
            lines=lines,
            member=who,
            coupons=build.issued(manager, "FIVE", 1) if coupon else [],
        )

    ann = person(1, name="甲", gender="f", birthday="1990-11-30", consent=("sms", "wechat"))
    bob = person(2, gender="m", birthday="05-17", email="b@example.com")
    cat = person(3, name="丙", gender="f", birthday="2000-06-01", consent=("sms",))
    dan, eve, fay = person(4, birthday="1985-01-09"), person(5), person(6, gender="m")
    consent.set_consent(manager, member=cat, channel=Channel.SMS, granted=False)
    for week in range(28):
        wall.forward(days=7)
        if week < 26:
            buy(ann, 3, nuts=week % 2, coupon=week % 5 == 0)
        if week % 3 == 0 and week < 16:
            buy(bob, 0, nuts=2)
        if week in (2, 27):
            buy(cat, 1)
        if week == 14:
            sold = buy(dan, 4, nuts=1, coupon=True)
        if week == 20:
            returns.return_goods(
                manager,
                receipt=sold.receipt_no,
                lines=[returned_goods.ReturnLine(1, Quantity(2000))],
            )
            voids.void(manager, receipt=buy(eve, 1).receipt_no)
        if week == 24:
            buy(person(7, name="庚"), 2)
        if week == 22:
            buy(person(9), 1, nuts=1)
    person(8)
    adjustments.adjust(manager, member=fay, count=300, reason="test")
    issue.issue(manager, offer="FIVE", count=0, to=(bob,))
    # one whom only the system before knows, one who came there and comes here
    file = tmp_path / "before.csv"
    file.write_text(
        "phone,spent_to_date,visits,last_visit,registered_on\n13800138020,880.50,11,2025-11-02,2024-01-05\n13800138002,60,2,2026-01-03,\n",
        "utf-8",
    )
    run.load(manager, kind="members", path=file)
    return manager


class Plain:
    """The same questions answered member by member from the bare rows."""

    def __init__(self, store):
        with store.read() as session:
            rows = lambda sql: [dict(row._mapping) for row in session.execute(text(sql))]  # noqa: E731
            self.people = rows("SELECT * FROM member WHERE state = 'live'")
            self.sales = rows(
                "SELECT * FROM sale WHERE state = 'posted' AND voids_id IS NULL AND member_id IS NOT NULL"
            )
            self.lines = rows(
                "SELECT l.sale_id, l.quantity, p.category, p.sku FROM sale_line l JOIN product p ON p.id = l.product_id"
            )
            self.consents = rows("SELECT * FROM consent ORDER BY id")
            self.coupons = rows(
                "SELECT c.*, o.code AS offer FROM coupon c JOIN offer o ON o.id = c.offer_id"
            )
            self.uses = rows(
                "SELECT r.*, o.code AS offer FROM redemption r JOIN offer o ON o.id = r.offer_id WHERE reversed_at IS NULL"
            )
            self.lots = rows("SELECT * FROM point_lot")
            self.entries = rows("SELECT * FROM point_entry")
            self.text = shop_settings.current(session).text
        self.today = store.clock.today()

    @staticmethod
    def day(value):
        return date.fromisoformat(value) if isinstance(value, str) else value

    def receipts(self, who, more):
        found = [s for s in self.sales if s["member_id"] == who["id"]]
        if "days" in more:
            found = [
                s for s in found if (self.today - self.day(s["business_date"])).days < more["days"]
            ]
        goods = {key: more[key] for key in ("category", "sku") if key in more}
        if goods:
            # one article that is all of it
            named = [
                line
                for line in self.lines
                if line["quantity"] > 0 and all(line[key] == value for key, value in goods.items())
            ]
            found = [s for s in found if s["id"] in {line["sale_id"] for line in named}]
        seen = [s for s in found if s["returns_id"] is None]
        return seen, sum(s["net"] for s in found)

    def since(self, who, more, which):
        seen, _ = self.receipts(who, more)
        return (
            (self.today - which(self.day(s["business_date"]) for s in seen)).days if seen else None
        )

    def seen(self, who):
        here, before = self.since(who, {}, max), who["opening_last_visit"]
        ago = [
            days
            for days in (here, before and (self.today - self.day(before)).days)
            if days is not None
        ]
        return min(ago, default=None)

    def gap(self, who):
        days = sorted(self.day(s["business_date"]) for s in self.receipts(who, {})[0])
        return (days[-1] - days[0]).days / (len(days) - 1) if len(days) >= 3 else None

    def scored(self):
        values = {}
        for who in self.people:
            seen, net = self.receipts(who, {"days": 365})
            if seen:
                values[who["id"]] = (
                    max(self.day(s["business_date"]) for s in seen),
                    len(seen),
                    net,
                )
        n = len(values)
        return {
            who: tuple(
                1 + 5 * sum(other[i] < mine[i] for other in values.values()) // n for i in range(3)
            )
            for who, mine in values.items()
        }

    def group(self, who):
        scores = self.scored().get(who["id"])
        if scores is None:
            return None
        for part in self.text["rfm_groups"].split(","):
            name, *ranges = part.split()
            if all(int(r[1]) <= scores["RFM".index(r[0])] <= int(r[-1]) for r in ranges):
                return name
        raise AssertionError(who)

    def stage(self, who):
        days = sorted(self.day(s["business_date"]) for s in self.receipts(who, {})[0])
        if not days and who["opening_last_visit"]:
            days = [self.day(who["opening_last_visit"])]
        if not days:
            return "prospect"
        ago = [(self.today - day).days for day in days]
        if ago[-1] <= 30:
            fresh, old = [a for a in ago if a <= 30], [a for a in ago if a > 30]
            if old and min(old) - max(fresh) >= 60:
                return "back"
            return "new" if ago[0] <= 30 else "active"
        return "warning" if ago[-1] < 60 else "dormant" if ago[-1] <= 180 else "lost"

    def points(self, who, until=None):
        total = 0
        for lot in self.lots:
            ends = self.day(lot["expires_on"]) if lot["expires_on"] else None
            alive = (
                (ends is None or ends >= self.today)
                if until is None
                else ends is not None and self.today <= ends <= until
            )
            if lot["member_id"] == who["id"] and alive:
                total += max(0, sum(e["points"] for e in self.entries if e["lot_id"] == lot["id"]))
        return total

    def answer(self, who, node):
        name, birthday = node["field"], who["birthday"]
        more = {key: node[key] for key in ("days", "category", "sku") if key in node}
        seen, net = self.receipts(who, more)
        year = self.receipts(who, {"days": node.get("days", 365)})[0]
        mine = [u for u in self.uses if u["member_id"] == who["id"]]
        scores = self.scored().get(who["id"])
        ends = self.today + timedelta(days=node.get("days", 30))
        turned = (birthday[5:] <= self.today.strftime("%m-%d")) if len(birthday) == 10 else None
        with_coupon = [s for s in year if any(u["sale_id"] == s["id"] for u in self.uses)]
        return {
            "visits": lambda: len(seen),
            "spent": lambda: net if seen else 0,
            "visits_in_all": lambda: len(self.receipts(who, {})[0]) + (who["opening_visits"] or 0),
            "spent_in_all": lambda: self.receipts(who, {})[1] + (who["opening_spent"] or 0),
            "days_since_seen": lambda: self.seen(who),
            "average_basket": lambda: net // len(seen) if seen else None,
            "days_since_visit": lambda: self.since(who, more, max),
            "days_since_first_visit": lambda: self.since(who, more, min),
            "own_gaps_since_visit": lambda: (
                self.since(who, {}, max) / self.gap(who) if self.gap(who) else None
            ),
            "with_coupon_percent": lambda: len(with_coupon) * 100 // len(year) if year else None,
            "coupons_used": lambda: sum(
                "days" not in node
                or (self.today - self.day(u["business_date"])).days < node["days"]
                for u in mine
            ),
            "coupons_unused": lambda: sum(
                c["member_id"] == who["id"]
                and c["state"] == "issued"
                and (
                    "days" not in node
                    or self.day(c["valid_to"]) <= self.today + timedelta(days=node["days"])
                )
                for c in self.coupons
            ),
            "points": lambda: self.points(who),
            "points_ending": lambda: self.points(who, ends),
            "r": lambda: scores[0] if scores else None,
            "f": lambda: scores[1] if scores else None,
            "m": lambda: scores[2] if scores else None,
            "rfm_group": lambda: self.group(who),
            "stage": lambda: self.stage(who),
            "age": lambda: (
                self.today.year - int(birthday[:4]) - (not turned) if turned is not None else None
            ),
            "birthday_month": lambda: int(birthday[-5:-3]) if birthday else None,
            "registered_days": lambda: (self.today - self.day(who["registered_on"])).days,
            "gender": lambda: who["gender"],
            "tier": lambda: who["tier"],
            "tag": lambda: None,
            "consent": lambda: (
                {c["channel"] for c in self.consents if c["member_id"] == who["id"]}
                & self.granted(who)
            ),
            "has": lambda: {key for key in ("phone", "email", "name", "birthday") if who[key]},
        }[name]()

    def granted(self, who):
        last = {c["channel"]: c["granted"] for c in self.consents if c["member_id"] == who["id"]}
        return {channel for channel, said in last.items() if said}

    def fits(self, who, node):
        if "all" in node:
            return all(self.fits(who, part) for part in node["all"])
        if "any" in node:
            return any(self.fits(who, part) for part in node["any"])
        if "not" in node:
            return not self.fits(who, node["not"])
        found, value, op = self.answer(who, node), node["value"], node["op"]
        if op in ("is", "is_not", "in"):
            asked = set(value) if op == "in" else {value}
            inside = bool((found if isinstance(found, set) else {found}) & asked)
            return not inside if op == "is_not" else inside
        if value == "this":
            value = self.today.month
        elif isinstance(value, str):
            value = round(float(value) * 100)
        return found is not None and OPS[op](found, value)


TEXTS = {
    "tier": ["", "gold"],
    "tag": ["x"],
    "rfm_group": ["champions", "hibernating", "loyal", "at_risk"],
}


@st.composite
def conditions(draw):
    name = draw(st.sampled_from(sorted(segment_fields.FIELDS)))
    field = segment_fields.FIELDS[name]
    node = {"field": name}
    if field.kind == "text":
        known = st.sampled_from(TEXTS.get(name) or field.known)
        node["op"] = draw(st.sampled_from(["is", "is_not", "in"]))
        node["value"] = (
            draw(st.lists(known, min_size=1, max_size=3)) if node["op"] == "in" else draw(known)
        )
    else:
        node["op"] = draw(st.sampled_from(sorted(OPS)))
        node["value"] = draw(st.integers(-1, 12) | st.integers(0, 400))
        if field.kind == "money":
            node["value"] = f"{node['value'] * 5}.50"
    for key, values in (
        ("days", st.integers(1, 250)),
        ("category", st.sampled_from(["乳品", "零食"])),
        ("sku", st.just("MILK")),
    ):
        if key in field.more and draw(st.booleans()):
            node[key] = draw(values)
    return node


RULES = st.recursive(
    conditions(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=5,
)


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rule=RULES)
def _equal(plain, store, rule):
    segment_fields.check(rule)
    with store.read() as session:
        here = segment_values.Context(
            session, store.clock.tomorrow(), shop_settings.current(session), 2
        )
        found = set(session.scalars(segment_rules.members_of(rule, here)))
    assert found == {who["id"] for who in plain.people if plain.fits(who, rule)}
    for language in ("en", "zh_CN"):
        assert insight.rule(rule, Catalogue(language, "CNY", store.clock.zone))


def test_any_rule_picks_whom_a_plain_look_picks(world):
    _equal(Plain(world), world)


@pytest.mark.parametrize("name", sorted(segment_fields.FIELDS))
def test_every_field_tells_members_apart(world, name):
    """Each field by itself, and no field that fits everybody or nobody whatever is asked."""
    plain, field = Plain(world), segment_fields.FIELDS[name]
    told = set()
    values = (
        [v for v in TEXTS.get(name, field.known)]
        if field.kind == "text"
        else [0, 1, 3, 5, 20, 36, 100]
    )
    with world.read() as session:
        here = segment_values.Context(
            session, world.clock.tomorrow(), shop_settings.current(session), 2
        )
        for value in values:
            asked = f"{value}.00" if field.kind == "money" else value
            far = {"days": 250} if name == "points_ending" else {}
            rule = far | {
                "field": name,
                "op": "is" if field.kind == "text" else ">=",
                "value": asked,
            }
            found = set(session.scalars(segment_rules.members_of(rule, here)))
            assert found == {who["id"] for who in plain.people if plain.fits(who, rule)}
            told.add(0 < len(found) < len(plain.people))
    assert True in told or name in ("tag", "registered_days")


def test_scores_and_groups_are_those_of_the_definition(world):
    plain = Plain(world)
    with world.read() as session:
        found = rfm.every(session, world)
    ids = {who["member_no"]: who for who in plain.people}
    assert {(x.r, x.f, x.m) for x in found} and {
        ids[x.member_no]["id"]: (x.r, x.f, x.m) for x in found
    } == plain.scored()
    assert all(x.group == plain.group(ids[x.member_no]) for x in found)
    seen = rfm.overview(world)
    assert (
        seen.members
        == len(found)
        == sum(g.members for g in seen.groups)
        == sum(c.members for c in seen.cells)
    )
    assert seen.net == sum(x.net for x in found) == sum(g.net for g in seen.groups)


def test_equal_values_have_equal_scores(manager):
    for n in range(7):
        who = build.member(manager, phone=f"1380013800{n}")
        open_bill.record(manager, amount=Money(1000 if n < 6 else 2000), member=who.member_no)
    with manager.read() as session:
        assert {(x.r, x.f, x.m) for x in rfm.every(session, manager)} == {(1, 1, 1), (1, 1, 5)}


def test_scores_at_an_earlier_date_know_nothing_of_later(world, wall):
    earlier = world.clock.today() - timedelta(days=70)
    before = rfm.overview(world, before=earlier)
    open_bill.record(
        world, amount=Money(99_900), member=registry.find(world, text="13800138008")[0].member_no
    )
    assert rfm.overview(world, before=earlier) == before
    moved = rfm.moves(world, before=earlier, then=world.clock.tomorrow())
    assert moved["", "new"] >= 1 and sum(moved.values()) == len(
        {*_members_at(world, earlier), *_members_at(world, None)}
    )


def _members_at(store, day):
    with store.read() as session:
        return [x.member_no for x in rfm.every(session, store, day)]


def test_groups_are_the_shops_own_table(world, owner):
    shop_settings.set_rule(owner, key="rfm_groups", value="best R5 F5 M5, rest")
    assert [(g.name, g.rule) for g in rfm.overview(world).groups] == [
        ("best", "best R5 F5 M5"),
        ("rest", "rest"),
    ]
    for wrong in ("best R5", "best R9, rest", "a R4-2, b", "a R1, a", "a R1 R2, b", ""):
        with pytest.raises(BadInput, match="rule_value"):
            shop_settings.set_rule(owner, key="rfm_groups", value=wrong)


def test_stages_are_those_of_the_definition(world):
    plain = Plain(world)
    wanted = [plain.stage(who) for who in plain.people]
    found = {s.name: s.members for s in lifecycle.overview(world)}
    assert found == {name: wanted.count(name) for name in STAGES}
    assert {"prospect", "back", "warning", "dormant"} <= set(wanted)
    with world.read() as session:
        staged = lifecycle.of_members(session, world)
        words = Catalogue("en", "CNY", world.clock.zone)
        for who in plain.people:
            assert staged[who["id"]] == plain.stage(who) and insight.why(
                lifecycle.why(session, world, who["id"]), words
            )


def test_stages_in_the_members_own_gaps(world, owner):
    """Who comes every week is fading after two weeks, who comes every third week is not."""
    ann = registry.find(world, text="13800138001")[0]
    with world.read() as session:
        assert lifecycle.why(session, world, ann.id).stage == "active"
    shop_settings.set_rule(owner, key="stage_active", value="1x")
    shop_settings.set_rule(owner, key="stage_dormant", value="2x")
    with world.read() as session:
        why = lifecycle.why(session, world, ann.id)
        assert (why.stage, why.gap, why.days_since) == ("dormant", 7.0, 14)


def test_moves_between_stages_are_of_everybody(world):
    day = world.clock.today() - timedelta(days=60)
    moved = lifecycle.moves(world, before=day, then=world.clock.tomorrow())
    assert sum(moved.values()) == registry.count(world) and any(a != b for a, b in moved)


def test_built_in_segments_can_be_counted_shown_and_exported(world, owner, cashier, tmp_path):
    words = Catalogue("zh_CN", "CNY", world.clock.zone)
    views = segments.listed(world)
    sizes = segments.counts(world, codes=tuple(view.code for view in views))
    for view in views:
        assert (
            insight.rule(view.rule, words)
            and insight.name_of(view.code, view.name, words) != view.code
        )
        assert (
            sizes[view.code]
            == len(segments.page(world, code=view.code)[0])
            == segments.page(world, code=view.code)[1]
        )
    assert sizes["never_bought"] == 3 and sizes["won_back"] == 1
    assert segments.sizes(world, code="dormant") == [(world.clock.today(), sizes["dormant"])]
    assert (
        segment_members.export_segment(owner, code="dormant", file=tmp_path / "d.xlsx", words=words)
        == sizes["dormant"]
    )
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx").worksheets[0]
    assert any("138" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert (
        member_scores.export_rfm(owner, file=tmp_path / "r.csv", words=words)
        == rfm.overview(world).members
    )
    with pytest.raises(NotAllowed):
        segment_members.export_segment(world, code="dormant", file=tmp_path / "e.xlsx", words=words)
    with pytest.raises(NotAllowed):
        segments.listed(cashier)


def test_what_came_back_counts_against_what_was_spent_before(world):
    """A return of goods that the system before sold: no visit here, but less spent in all."""
    with world.write() as session:
        session.execute(
            text("UPDATE member SET opening_spent = 10000 WHERE phone = '+8613800138004'")
        )
        session.execute(
            text(
                "UPDATE sale SET member_id = NULL WHERE returns_id IS NULL AND member_id = (SELECT id FROM member WHERE phone = '+8613800138004')"
            )
        )
        left = session.scalar(
            text(
                "SELECT sum(net) FROM sale WHERE member_id = (SELECT id FROM member WHERE phone = '+8613800138004')"
            )
        )
    assert left < 0
    whole = {
        "all": [
            {"field": "spent_in_all", "op": "=", "value": f"{(10000 + left) / 100:.2f}"},
            {"field": "visits", "op": "=", "value": 0},
        ]
    }
    segments.create(world, code="BACK", name="back", rule=whole)
    assert segments.count(world, code="BACK") == 1


def test_an_export_has_numbers_days_and_words(world, owner, wall, tmp_path):
    """A workbook that can be added up and sorted; the file for other programs stays as it is
    written; a stop leaves no file."""
    words, file = Catalogue("zh_CN"), tmp_path / "all.xlsx"
    everybody = {"field": "visits_in_all", "op": ">=", "value": 0}
    segments.create(world, code="ALL", name="all", rule=everybody)
    count = segment_members.export_segment(owner, code="ALL", file=file, words=words)
    rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == count + 1 and rows[0][:6] == (
        "会员号",
        "手机",
        "姓名",
        "性别",
        "生日",
        "邮箱",
    )
    told = {row[1][-1]: (row[3], row[7]) for row in rows[1:] if row[1][-2] == "0"}
    assert told["6"] == ("男", 300) and told["1"][0] == "女" and told["4"][0] in (None, "")
    segment_members.export_segment(owner, code="ALL", file=tmp_path / "all.csv", words=words)
    assert '"m","","","","300",' in (tmp_path / "all.csv").read_text("utf-8-sig")
    files.export(owner, kind="sales", file=tmp_path / "s.xlsx", words=words)
    titles, *lines = (
        openpyxl.load_workbook(tmp_path / "s.xlsx").worksheets[0].iter_rows(values_only=True)
    )
    amounts = [line[titles.index("金额")] for line in lines]
    files.export(owner, kind="sales", file=tmp_path / "s.csv", words=words)
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as source:
        said = [line["amount"] for line in csv.DictReader(source)]
    assert amounts == [float(text) for text in said] and all(text[-3] == "." for text in said)
    files.export(owner, kind="points", file=tmp_path / "p.xlsx", words=words)
    titles, *lines = (
        openpyxl.load_workbook(tmp_path / "p.xlsx").worksheets[0].iter_rows(values_only=True)
    )
    assert {type(line[1]) for line in lines} == {datetime} and {
        type(line[3]) for line in lines
    } == {int}
    assert {line[2] for line in lines} >= {"手工调整"} and not {line[2] for line in lines} & {
        "adjust",
        "earn",
        "opening",
    }

    def stop(_done, _all):
        raise Cancelled

    with pytest.raises(Cancelled):
        segment_members.export_segment(
            owner, code="ALL", file=tmp_path / "stopped.xlsx", words=words, progress=stop
        )
    assert not (tmp_path / "stopped.xlsx").exists()


def test_a_list_stays_while_its_rule_moves_on(world, owner):
    rule = {"field": "visits", "op": "=", "value": 0}
    segments.create(world, code="NEVER", name="never", rule=rule)
    kept = segments.keep_list(world, code="NEVER-1", of="NEVER")
    assert (kept.fixed, segments.count(world, code="NEVER-1")) == (True, 4)
    first = segments.page(world, code="NEVER")[0][0]
    open_bill.record(world, amount=Money(100), member=first.member_no)
    assert (segments.count(world, code="NEVER"), segments.count(world, code="NEVER-1")) == (3, 4)
    both = segments.compare(world, first="NEVER", second="NEVER-1")
    assert (both.only_first, both.both, both.only_second) == (0, 3, 1)
    with pytest.raises(Conflict, match="segment_taken"):
        segments.create(world, code="NEVER", name="", rule=rule)
    with pytest.raises(Conflict, match="segment_taken"):
        segments.create(world, code="NEVER-1", name="", rule=rule, replace=True)
    assert (
        segments.create(world, code="NEVER", name="x", rule={"not": rule}, replace=True).name == "x"
    )
    segments.remove(world, code="NEVER-1")
    with pytest.raises(NotFound, match="segment"):
        segments.count(world, code="NEVER-1")
    with pytest.raises(NotFound, match="segment"):
        segments.remove(world, code="dormant")


def test_a_coupon_to_everybody_in_a_segment(world, owner, cashier):
    """One batch, one coupon each; nobody in it, nothing issued; a limit that does not suffice
    refuses the whole."""
    build.offer(world, "BACK", kind="amount_off", value="5", min_spend=None, limit_total=4)
    made = segments.issue(world, code="never_bought", offer="BACK")
    assert (
        made.count
        == 3
        == segments.count(
            world, rule={"field": "coupons_unused", "op": ">=", "value": 1, "offer": "BACK"}
        )
    )
    with pytest.raises(NotPossible, match="total_limit"):
        segments.issue(world, code="never_bought", offer="BACK")
    with pytest.raises(NotPossible, match="segment_empty"):
        segments.issue(world, code="points_ending", offer="BACK")
    with pytest.raises(NotAllowed):
        segments.issue(cashier, code="never_bought", offer="BACK")
    assert verify.verify(owner)[1] == []


@pytest.mark.parametrize(
    ("rule", "code", "where"),
    [
        ({}, "segment_shape", "rule"),
        ({"all": []}, "segment_shape", "rule"),
        ({"all": [{"field": "visits", "op": "=", "value": 1}], "any": []}, "segment_shape", "rule"),
        ({"any": [{"not": 3}]}, "segment_shape", "rule.any[1].not"),
        ({"field": "shoe"}, "segment_field", "rule"),
        ({"field": ["visits"]}, "segment_field", "rule"),
        ({"all": [{"field": "visits", "op": "is", "value": 1}]}, "segment_op", "rule.all[1]"),
        ({"field": "visits", "op": "=", "value": "1"}, "segment_value", "rule"),
        ({"field": "visits", "op": "=", "value": True}, "segment_value", "rule"),
        ({"field": "visits", "op": "=", "value": 1, "days": 0}, "segment_value", "rule.days"),
        ({"field": "visits", "op": "=", "value": 1, "offer": "X"}, "segment_more", "rule"),
        ({"field": "spent", "op": "=", "value": 12.5}, "segment_value", "rule"),
        ({"field": "spent", "op": "=", "value": "1.005"}, "segment_value", "rule"),
        ({"field": "stage", "op": "is", "value": "gone"}, "segment_value", "rule"),
        ({"field": "stage", "op": "in", "value": "new"}, "segment_value", "rule"),
        ({"field": "birthday_month", "op": ">", "value": "this"}, "segment_value", "rule"),
        (
            {
                "not": {
                    "not": {
                        "not": {
                            "not": {"not": {"not": {"not": {"field": "r", "op": "=", "value": 1}}}}
                        }
                    }
                }
            },
            "segment_deep",
            None,
        ),
        ({"any": [{"field": "r", "op": "=", "value": 1}] * 41}, "segment_long", None),
    ],
)
def test_a_rule_that_says_nothing_is_refused_by_its_place(manager, rule, code, where):
    with pytest.raises(BadInput, match=code) as refused:
        segments.create(manager, code="X", name="", rule=rule)
    assert where is None or refused.value.where == where
    assert all(view.built_in for view in segments.listed(manager))


def test_a_file_says_code_name_and_rule(manager, tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(
        'code = "MILK"\nname = "奶"\n[rule]\nall = [{field = "visits", op = ">=", value = 1, category = "乳品"}]\n',
        "utf-8",
    )
    assert segments.create(manager, **segments.from_file(file)).name == "奶"
    for words, kind in (
        ("code = 'X'", BadInput),
        ("code = 'X'\nextra = 1\n[rule]\nfield='r'", BadInput),
        ("= 1", BadFile),
    ):
        file.write_text(words, "utf-8")
        with pytest.raises(kind):
            segments.from_file(file)
    with pytest.raises(BadFile, match="no_file"):
        segments.from_file(tmp_path / "none.toml")
    for code in ("", "a b", "dormant", "-x"):
        with pytest.raises(BadInput, match="segment_code"):
            segments.create(manager, code=code, name="", rule={"field": "r", "op": "=", "value": 1})


def test_two_tills_count_the_same_lists_at_once(manager):
    with ThreadPoolExecutor(4) as tills:
        found = list(
            tills.map(lambda _: segments.counts(manager, codes=("new", "dormant")), range(12))
        )
    assert found == [{"new": 0, "dormant": 0}] * 12
    assert len(segments.sizes(manager, code="new")) == 1


def test_a_member_of_tomorrow_has_a_profile(manager, tmp_path):
    """A date in the file that has not come yet: never bought, and the page opens."""
    file = tmp_path / "m.csv"
    file.write_text("phone,registered_on\n13800138000,2026-12-24\n", "utf-8")
    run.load(manager, kind="members", path=file)
    found = profile.of_member(manager, member="13800138000")
    assert (found.why.stage, found.why.visits, found.scores) == ("prospect", 0, None)


def test_three_visits_on_one_day_are_no_gap(manager, owner, wall):
    shop_settings.set_rule(owner, key="stage_active", value="1x")
    shop_settings.set_rule(owner, key="stage_lost", value="2x")
    who = build.member(manager)
    for _ in range(3):
        open_bill.record(manager, amount=Money(100), member=who.member_no)
    wall.forward(days=1)
    with manager.read() as session:
        why = lifecycle.why(session, manager, who.id)
    assert (why.stage, why.gap) == ("new", None)


@pytest.mark.both
def test_a_period_has_a_first_and_a_last_day(manager, wall):
    """Both days included; a day that is none is refused with its place."""
    who = build.member(manager)
    first = manager.clock.today()
    for _ in range(3):
        open_bill.record(manager, amount=Money(1_000), member=who.member_no)
        wall.forward(days=1)
    last = first + timedelta(days=2)

    def count(**more):
        return segments.count(
            manager, rule={"field": "visits", "op": "=", "value": more.pop("value"), **more}
        )

    assert count(value=3, **{"from": first.isoformat(), "to": last.isoformat()}) == 1
    assert count(value=2, **{"from": (first + timedelta(days=1)).isoformat()}) == 1
    assert count(value=1, to=first.isoformat()) == 1
    with pytest.raises(BadInput, match="segment_value"):
        count(value=1, to="tomorrow")
