"""The contract with other systems: names, JSON, exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from storecrm import compose
from storecrm.cli import run
from storecrm.models.shop import Rule
from storecrm.services.imports import dropped_rows


@pytest.fixture
def shop(tmp_path, monkeypatch, capsys):
    """A store made by `init`, and a way to call commands as its owner."""
    monkeypatch.setenv("STORECRM_STORE", str(tmp_path / "s.db"))
    monkeypatch.setenv("STORECRM_STAFF", "陈")
    monkeypatch.setenv("STORECRM_PIN", "860274")
    monkeypatch.setenv("STORECRM_TILL", "T1")

    def call(*arguments: str, status: int = 0) -> dict:
        code = run(["--json", "--lang", "en", *arguments])
        out = capsys.readouterr().out
        assert len(out.strip().splitlines()) == 1, out
        assert code == status, out
        return json.loads(out)

    call("init", "--name", "Shop", "--owner", "陈")
    return call


@pytest.fixture
def offer(shop, tmp_path):
    file = tmp_path / "offer.toml"
    file.write_text(
        'code = "A20"\nname = "满100减20"\nkind = "threshold_off"\nvalue = "20"\nmin_spend = "100"\nvalid_days = 30\n',
        "utf-8",
    )
    shop("offer", "create", "--file", str(file))
    return shop


def test_the_main_job(offer, tmp_path):
    """Register, issue, print, check, redeem once, undo, report: as other systems call it."""
    call = offer
    who = call("member", "add", "--phone", "13800138000", "--name", "李小梅")
    assert set(who) >= {"member_no", "phone", "name", "points", "coupons"} and who["points"] == {
        "pending": 0,
        "active": 0,
        "spent": 0,
        "expired": 0,
        "owed": 0,
    }
    made = call(
        "coupon",
        "issue",
        "--offer",
        "A20",
        "--count",
        "3",
        "--print",
        str(tmp_path / "c.pdf"),
        "--layout",
        "a4-3x8",
    )
    assert made["count"] == 3 and len(made["codes"]) == 3 and (tmp_path / "c.pdf").exists()
    a, b, _ = made["codes"]
    assert call("coupon", "check", a, "--amount", "128")["discount"] == "20.00"
    done = call(
        "coupon", "redeem", a, "--amount", "128", "--member", "13800138000", "--request-no", "q1"
    )
    assert (done["ok"], done["code"], done["discount"]) == (True, a, "20.00") and done[
        "redeemed_at"
    ].endswith("+08:00")
    assert (
        call(
            "coupon",
            "redeem",
            a,
            "--amount",
            "128",
            "--member",
            "13800138000",
            "--request-no",
            "q1",
        )["repeated"]
        is True
    )
    assert (
        call("coupon", "redeem", a, "--amount", "129", "--request-no", "q1", status=3)["error"][
            "code"
        ]
        == "request_conflict"
    )
    again = call("coupon", "redeem", a, "--amount", "128", status=3)
    assert (
        again["ok"] is False
        and again["refusals"][0]["code"] == "already_redeemed"
        and again["best_alternative"] is None
    )
    short = call("coupon", "redeem", b, "--amount", "86", status=3)
    assert short["refusals"][0]["short"] == "14.00"
    sale = call("sale", "record", "--amount", "50.00", "--member", "13800138000")
    assert (sale["gross"], sale["discount"], sale["net"], sale["points_earned"]) == (
        "50.00",
        "0.00",
        "50.00",
        50,
    )
    assert call("sale", "void", sale["receipt_no"])["state"] == "voided"
    assert call("coupon", "undo", a)["code"] == a
    assert call("member", "show", "13800138000")["points"]["active"] == 0
    report = call(
        "report",
        "promotions",
        "--from",
        "2020-01-01",
        "--to",
        "2099-12-31",
        "--output",
        str(tmp_path / "r.xlsx"),
    )
    keys = {
        "issued",
        "issued_to_date",
        "redemptions",
        "reversed",
        "members_redeeming",
        "redemption_rate",
        "member_rate",
        "discount",
        "sales_with_coupon",
        "sales_with_coupon_net",
    }
    assert keys <= set(report["totals"]) and report["totals"]["reversed"] == 1
    assert keys | {"offer_code", "campaign", "members_issued_to_date"} <= set(report["offers"][0])
    assert call("verify")["ok"] is True
    assert call("backup", "create")["verified"] is True


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["frobnicate"], 2, "usage"), (["sale", "record", "--amount", "abc"], 4, "amount"), (["sale", "record", "--amount", "-5"], 4, "amount"), (["member", "show", "13800138000"], 3, "member"),
        (["member", "add", "--phone", "12"], 4, "phone"), (["offer", "show", "X"], 3, "offer"), (["sale", "void", "123"], 3, "receipt"), (["import", "members", "/nowhere.csv"], 4, "no_file"),
        (["import", "cats", "x.csv"], 4, "import_kind"), (["rules", "set", "x", "1"], 3, "rule"), (["rules", "set", "close_hour", "99"], 4, "rule_value"), (["backup", "verify", "/nowhere.db"], 3, "backup"),
        (["report", "promotions", "--from", "0001-01-01", "--to", "0001-01-02", "--output", "x.xlsx"], 2, "usage"), (["import", "undo", "²"], 4, "count"),
        (["coupon", "print", "--batch", "99999999999999999999999", "--print", "x.pdf"], 4, "number"), (["sale", "record", "--amount", "1." + "0" * 40 + "1"], 4, "amount"),
        (["offer", "show", "\udcff"], 4, "value_impossible"), (["staff", "disable", "陈"], 5, "last_owner"),
        (["report", "promotions", "--from", "2026-11-30", "--to", "2026-11-01", "--output", "x.xlsx"], 4, "period"), (["coupon", "issue", "--offer", "X", "--count", "1"], 3, "offer"),
    ],
)  # fmt: skip
def test_failures_have_a_code_a_sentence_and_a_status(shop, arguments, status, code):
    """Exactly one object on standard output, whatever goes wrong."""
    error = shop(*arguments, status=status)["error"]
    assert (
        error["code"] == code
        and error["message"]
        and set(error) == {"code", "message", "where", "cure"}
    )


def test_the_wrong_person_and_nobody(shop, monkeypatch):
    """5 for what is not allowed."""
    shop("staff", "add", "王芳", "--role", "cashier", "--pin", "3864")
    monkeypatch.setenv("STORECRM_STAFF", "王芳")
    monkeypatch.setenv("STORECRM_PIN", "3864")
    assert shop("rules", "set", "close_hour", "5", status=5)["error"]["code"] == "right_missing"
    assert shop("rules", "show")["rules"]["close_hour"] == "4"
    monkeypatch.setenv("STORECRM_PIN", "9999")
    assert shop("verify", status=5)["error"]["code"] == "wrong_pin"
    monkeypatch.delenv("STORECRM_STAFF")
    assert shop("verify", status=5)["error"]["code"] == "no_actor"


def test_a_new_owner_sets_the_first_pin_once(tmp_path, monkeypatch, capsys):
    """Without a PIN nobody can act; the first one needs no sign-in, the second does."""
    monkeypatch.setenv("STORECRM_STORE", str(tmp_path / "s.db"))
    monkeypatch.delenv("STORECRM_STAFF", raising=False)
    monkeypatch.delenv("STORECRM_PIN", raising=False)
    assert run(["--json", "init", "--name", "S", "--owner", "陈"]) == 0
    assert run(["--json", "staff", "set-pin", "陈", "860274"]) == 0
    assert run(["--json", "staff", "set-pin", "陈", "860275"]) == 5
    capsys.readouterr()


def test_commands_do_not_load_qt(tmp_path):
    """A register's script must not wait for a window toolkit."""
    script = "import sys; from storecrm.cli import run; run(['--json', 'check']); run(['--json', 'import', 'template', 'members', sys.argv[1]]); assert not any(m.startswith('PySide6') for m in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "t.xlsx")],
        capture_output=True,
        text=True,
        env=os.environ | {"STORECRM_STORE": str(tmp_path / "s.db")},
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "t.xlsx").exists()


def test_the_tour(tmp_path, capsys):
    """`demo` does the main job for real and says so."""
    assert (
        run(["--json", "demo", "--output", str(tmp_path / "d"), "--members", "40", "--no-screens"])
        == 0
    )
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] and answer["printed"] == answer["redeemed"] == 21
    assert answer["refused"] == {"already_redeemed": 1, "expired": 1}
    assert {p["role"] for p in answer["staff"]} == {"owner", "manager", "cashier"}
    assert all(Path(f).exists() for f in answer["files"])
    assert (
        run(["--json", "--lang", "en", "demo", "--output", str(tmp_path / "e"), "--members", "19"])
        == 4
    )
    error = json.loads(capsys.readouterr().out)["error"]
    assert (
        error["message"] == "A demo shop cannot have 19 members."
        and error["cure"] == "It has 20 to 100,000."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that nobody may write to")
def test_read_only_folders_are_named(tmp_path, capsys):
    """The program does not start half-way."""
    assert (
        run(["--json", "--store", "/proc/nowhere/s.db", "init", "--name", "S", "--owner", "O"]) == 6
    )
    assert json.loads(capsys.readouterr().out)["error"]["message"]


def test_a_bad_owner_leaves_no_store_behind(tmp_path, capsys):
    """Everything is looked at before a file is made."""
    path = tmp_path / "s.db"
    assert (
        run(
            [
                "--json",
                "--store",
                str(path),
                "init",
                "--name",
                "S",
                "--owner",
                "",
                "--pin",
                "860274",
            ]
        )
        == 4
    )
    assert (
        run(
            [
                "--json",
                "--store",
                str(path),
                "init",
                "--name",
                "S",
                "--owner",
                "O",
                "--pin",
                "000000",
            ]
        )
        == 4
    )
    assert not path.exists()
    assert run(["--json", "--store", "mysql://x/y", "check"]) == 4
    capsys.readouterr()


def test_an_empty_request_number_is_none(shop):
    """Two sales with an empty number are two sales."""
    first, second = (shop("sale", "record", "--amount", "7", "--request-no", "") for _ in range(2))
    assert first["receipt_no"] != second["receipt_no"]


def test_trying_codes_without_effect_is_trying_codes(shop, monkeypatch):
    """check and --dry-run are throttled too, at whatever till the caller says it stands."""
    from storecrm.values import Kind, new_codes

    shop("staff", "add", "王芳", "--role", "cashier", "--pin", "3864")
    monkeypatch.setenv("STORECRM_STAFF", "王芳")
    monkeypatch.setenv("STORECRM_PIN", "3864")
    for n, code in enumerate(new_codes(Kind.COUPON, 5)):
        shop("--till", f"T{n}", "coupon", "check", code, status=3)
    assert (
        shop("--till", "T9", "coupon", "check", new_codes(Kind.COUPON, 1)[0], status=3)["refusals"][
            0
        ]["code"]
        == "throttled"
    )


def test_promotions_returns_points_and_tiers(shop, tmp_path):
    """A register's script sells a basket, puts one aside, takes goods back, moves points: names as
    the contract has them."""
    call = shop
    goods, bag = tmp_path / "p.csv", tmp_path / "bag.toml"
    goods.write_text("sku,name,category,price\nM1,Milk,milk,12.00\nG1,Bag,gifts,15.00\n", "utf-8")
    bag.write_text(
        'code = "BAG"\nkind = "gift"\nmin_spend = "40"\ngifts = ["G1"]\nautomatic = true\n', "utf-8"
    )
    call("import", "products", str(goods))
    assert call("offer", "create", "--file", str(bag))["automatic"] is True
    who = call("member", "add", "--phone", "13800138000")["member_no"]
    priced = call(
        "sale", "record", "--line", "M1:4", "--line", "G1:1", "--member", who, "--dry-run"
    )
    assert (priced["gross"], priced["discount"], priced["net"], priced["dry_run"]) == (
        "63.00",
        "15.00",
        "48.00",
        True,
    )
    assert priced["steps"] == [
        {"step": "line", "offer_code": "BAG", "offer": "BAG", "amount": "15.00"}
    ]
    assert call("sale", "record", "--line", "M1:3", "--dry-run")["near"][0]["short"] == "4.00"
    sold = call("sale", "record", "--line", "M1:4", "--line", "G1:1", "--member", who)
    aside = call("sale", "suspend", "--line", "M1:1", "--member", who)
    assert (aside["state"], len(call("sale", "suspended")["suspended"])) == ("suspended", 1)
    assert call("sale", "resume", aside["receipt_no"])["state"] == "posted"
    shown = call("sale", "return", sold["receipt_no"], "--line", "1:2", "--preview")
    assert (
        shown["preview"] is True
        and shown["gifts_due"][0]["charge"] == "15.00"
        and shown["cash"] == "9.00"
    )
    done = call("sale", "return", sold["receipt_no"], "--line", "1:2", "--request-no", "r1")
    assert (done["cash"], done["original"], done["points_taken_back"]) == (
        "9.00",
        sold["receipt_no"],
        9,
    )
    assert (
        call("sale", "return", sold["receipt_no"], "--line", "1:2", "--request-no", "r1")[
            "repeated"
        ]
        is True
    )
    assert (
        call("sale", "return", sold["receipt_no"], "--line", "1:9", status=4)["error"]["code"]
        == "return_quantity"
    )
    assert call("sale", "return", "--amount", "3", "--reason", "torn")["net"] == "-3.00"
    assert call("points", "adjust", who, "200", "--reason", "sorry")["active"] == 251
    assert call("points", "show", who)["active"] == 251
    assert call("points", "expire")["expired"] == 0
    assert (
        call("tier", "set", "gold", "--from", "55", "--off", "5", "--times", "1.5")["tiers"][0][
            "points_times"
        ]
        == "1.5"
    )
    assert call("tier", "show", who)["short"] == "4.00"
    assert (
        call("tier", "give", who, "gold", "--until", "2030-01-01", "--reason", "friend")["tier"]
        == "gold"
    )
    assert call("tier", "review")["moves"] == []
    assert call("tier", "list")["tiers"][0]["members"] == 1
    tried = call("offer", "try", "BAG", "--from", "2020-01-01", "--to", "2030-01-01")
    assert (tried["receipts"], tried["qualified"], tried["cost"]) == (2, 1, "15.00")
    assert set(call("offer", "explain", "BAG")["sentences"]) == {"zh_CN", "en"}
    assert call("verify")["findings"] == []


def test_members_are_known_on_the_command_line(offer, tmp_path):
    """A segment from a file, its list kept and exported, RFM and stages with moves, a profile: what
    other systems call."""
    call = offer
    for n in range(3):
        call("member", "add", "--phone", f"1380013800{n}")
    call("sale", "record", "--amount", "100", "--member", "13800138000")
    file = tmp_path / "s.toml"
    file.write_text(
        'code = "ONCE"\nname = "einmal"\n[rule]\nfield = "visits"\nop = ">="\nvalue = 1\n', "utf-8"
    )
    made = call("segment", "create", "--file", str(file))
    assert (made["code"], made["members"], made["sentence"], made["fixed"]) == (
        "ONCE",
        1,
        "visits ≥ 1",
        False,
    )
    assert (
        call("segment", "create", "--file", str(file), status=3)["error"]["code"] == "segment_taken"
    )
    assert call("segment", "create", "--file", str(file), "--replace")["members"] == 1
    assert call("segment", "keep", "ONCE-1", "--of", "ONCE")["fixed"] is True
    call("sale", "record", "--amount", "50", "--member", "13800138001")
    assert [
        call("segment", "count", code)["members"] for code in ("ONCE", "ONCE-1", "never_bought")
    ] == [2, 1, 1]
    assert call("segment", "compare", "ONCE", "ONCE-1") == {
        "ok": True,
        "only_first": 1,
        "both": 1,
        "only_second": 0,
    }
    listed = {s["code"]: s for s in call("segment", "list")["segments"]}
    assert listed["ONCE"]["members"] == 2 and listed["dormant"]["built_in"] and len(listed) == 17
    assert [row["members"] for row in call("segment", "sizes", "ONCE")["sizes"]] == [2]
    assert call("segment", "export", "ONCE", str(tmp_path / "m.csv"))["members"] == 2
    assert call("segment", "show", "nobody", status=3)["error"]["code"] == "segment"
    file.write_text('code = "X"\n[rule]\nfield = "shoes"\n', "utf-8")
    wrong = call("segment", "create", "--file", str(file), status=4)["error"]
    assert (
        wrong["code"] == "segment_field" and wrong["where"] == "rule" and "visits" in wrong["cure"]
    )
    scores = call("rfm", "--output", str(tmp_path / "r.xlsx"), "--against", "2020-01-01")
    assert (scores["members"], scores["net"], scores["rows"]) == (2, "150.00", 2) and len(
        scores["moves"]
    ) >= 1
    stages = {
        s["stage"]: s["members"] for s in call("lifecycle", "--against", "2020-01-01")["stages"]
    }
    assert stages == {
        "prospect": 1,
        "new": 2,
        "active": 0,
        "back": 0,
        "warning": 0,
        "dormant": 0,
        "lost": 0,
    }
    assert call("member", "tag", "13800138002", "--add", "vip")["tags"] == ["vip"]
    assert call("member", "erase", "13800138002", "--reason", "asked") == {
        "ok": True,
        "coupons_void": 0,
        "clean": True,
    }
    assert call("member", "show", "13800138002", status=3)["error"]["code"] == "member"
    known = call("member", "profile", "13800138000")
    assert (known["stage"], known["visits"], known["net"], known["average_basket"]) == (
        "new",
        1,
        "100.00",
        "100.00",
    )
    assert call("coupon", "issue", "--offer", "A20", "--segment", "ONCE")["count"] == 2
    assert (
        call("coupon", "issue", "--offer", "A20", "--segment", "ONCE", "--count", "3", status=2)[
            "error"
        ]["code"]
        == "usage"
    )
    assert (
        call("segment", "remove", "ONCE-1")["ok"]
        and call("segment", "remove", "dormant", status=3)["error"]["code"] == "segment"
    )


def test_a_list_is_looked_at_put_right_and_taken_in_on_the_command_line(shop, tmp_path):
    """Look, kept mapping, cells put right, control totals, problem rows, opt-outs, points: what a
    script of a migration calls."""
    call = shop
    file = tmp_path / "old.csv"
    file.write_bytes(
        "会员名单,,\n手机号,姓名,可用积分\n13800138000,李小梅,120\n1380013800,王强,30\n13900139000,张伟,abc\n".encode(
            "gb18030"
        )
    )
    look = call("import", "look", "members", str(file))
    assert (look["encoding"], look["header"], look["rows"]) == ("gb18030", 2, 3)
    assert [c["stands_for"] for c in look["columns"]] == ["phone", "name", "points"]
    bad = call("import", "members", str(file), status=4)
    assert {row["row"]: row["code"] for row in bad["errors"]} == {4: "phone_short", 5: "not_whole"}
    assert call("import", "members", str(file), "--problems", str(tmp_path / "p.xlsx"))["rows"] == 2
    put_right = ("--fix", "4:phone=13800138001", "--leave", "5")
    wrong = call("import", "members", str(file), *put_right, "--expect", "points=999", status=3)[
        "error"
    ]
    assert wrong["code"] == "totals_differ" and "150" in wrong["message"]
    mapping = tmp_path / "m.toml"
    mapping.write_text('"手机号" = "phone"\n"姓名" = "name"\n"可用积分" = "points"\n', "utf-8")
    done = call(
        "import",
        "members",
        str(file),
        *put_right,
        "--expect",
        "points=150",
        "--mapping",
        str(mapping),
        "--keep-mapping",
        "old",
    )
    assert (done["created"], done["totals"]) == (2, {"points": 150, "spent_to_date": "0.00"})
    assert call("import", "members", str(file), *put_right, "--mapping", "old")["unchanged"] == 2
    assert (
        call("import", "members", str(file), "--mapping", "none", status=3)["error"]["code"]
        == "mapping"
    )
    assert (
        call("import", "members", str(file), "--fix", "x=1", status=4)["error"]["code"]
        == "fix_shape"
    )
    assert (
        call("import", "members", str(file), "--fix-alike", "x=1", status=4)["error"]["code"]
        == "fix_alike_shape"
    )
    (tmp_path / "late.csv").write_text("phone,gender,birthday\n13600136000,Dame,soon\n", "utf-8")
    late = ("import", "members", str(tmp_path / "late.csv"), "--fix-alike", "gender:Dame=f")
    assert call(*late, "--blank", "points", status=4)["error"]["code"] == "blank_column"
    assert call(*late, "--blank", "birthday", "--dry-run")["blanked"] == 1
    (tmp_path / "stop.csv").write_text("phone\n13800138000\n", "utf-8")
    assert call("import", "opt-outs", str(tmp_path / "stop.csv"))["created"] == 1
    assert call("privacy", "suppression")["addresses"] == {"sms": 1}
    assert (
        call("member", "consent", "13800138000", "sms", "yes", status=4)["error"]["code"]
        == "evidence_missing"
    )
    assert call("member", "consent", "13800138000", "sms", "yes", "--evidence", "signed")[
        "consent"
    ] == {"sms": True}
    assert len(call("member", "consent-history", "13800138000")["answers"]) == 1
    assert (
        call("member", "consent-history", "13800138000", "--output", str(tmp_path / "c.pdf"))[
            "answers"
        ]
        == 1
    )
    (tmp_path / "points.csv").write_text(
        "phone,points,expires_on\n13700137000,5,2099-12-31\n", "utf-8"
    )
    assert (
        call("import", "points", str(tmp_path / "points.csv"), status=4)["errors"][0]["code"]
        == "unknown"
    )
    # she said yes at the counter since, and that is kept
    assert (
        call("import", "undo", str(done["batch"]), status=3)["error"]["uses"][0]["by"] == "consent"
    )


def test_members_are_cleaned_and_learned_of_on_the_command_line(shop, tmp_path):
    """Duplicates, merges, phones, cards, tags, referrals, learning, retention: each answers one
    object."""
    call = shop
    for phone in ("13800138000", "13800138001"):
        call("member", "add", "--phone", phone, "--name", "李小梅", "--birthday", "1990-05-17")
    friend = call(
        "member",
        "add",
        "--phone",
        "13900139000",
        "--name",
        "王强",
        "--referrer",
        "13800138000",
        "--alert",
        "Allergie",
    )
    assert friend["alert"] == "Allergie"
    assert [f["state"] for f in call("member", "referrals", "13800138000")["friends"]] == [
        "waiting"
    ]
    [twice] = call("duplicates")["groups"]
    assert twice["reason"] == "name_birthday" and len(twice["members"]) == 2
    assert call("duplicates", "--output", str(tmp_path / "d.csv"))["rows"] == 2
    both = call("member", "merge", "13800138000", "13800138001")
    assert both["phones"] == ["+8613800138001"] and call("duplicates")["count"] == 0
    assert [m["undoable"] for m in call("member", "merges")["merges"]] == [True]
    parted = call("member", "unmerge", "13800138000")
    assert parted["parted"]["phone"] == "+8613800138001"
    assert (
        call("duplicates", "--apart", "13800138000", "13800138001")["ok"]
        and call("duplicates")["count"] == 0
    )
    assert call("member", "unmerge", "13800138000", status=3)["error"]["code"] == "merge"
    assert call("member", "phone", "13900139000", "13900139001")["phone"] == "+8613900139001"
    assert call("member", "phone", "13900139001", "13900139002", "--add")["phones"] == [
        "+8613900139002"
    ]
    assert (
        call("member", "phone", "13900139001", "13900139001", "--detach")["phone"]
        == "+8613900139002"
    )
    assert call("member", "add-card", "13900139002", "OLD-1")["ok"]
    assert call("member", "card-lost", "13900139002", "--card", "OLD-1")["coupons"] == 0
    assert call("member", "show", "OLD-1", status=3)["error"]["code"] == "card_lost"
    rule = tmp_path / "r.toml"
    rule.write_text('code = "X"\n[rule]\nfield = "visits"\nop = ">="\nvalue = 1\n', "utf-8")
    (tmp_path / "g.csv").write_text("sku,name,price\nM,Milk,3\nB,Bread,8\n", "utf-8")
    call("import", "products", str(tmp_path / "g.csv"))
    call("sale", "record", "--line", "M:1", "--line", "B:1", "--member", "13800138000")
    tags = call(
        "tag",
        "set",
        "came",
        "--group",
        "g",
        "--colour",
        "green",
        "--days",
        "30",
        "--rule",
        str(rule),
    )["tags"]
    assert [(t["name"], t["members"], t["colour"]) for t in tags] == [("came", 1, "green")]
    assert (
        call("tag", "apply")["changed"] == []
        and call("tag", "set", "came", "--by-hand")["tags"][0]["members"] == 0
    )
    assert call("tag", "remove", "came")["tags"] == []
    assert call("lifecycle", "--note")["noted"] == 3
    learned = call("learn")
    assert learned["pairs"] == 0 and learned["value"] is None and "second time" in learned["why"]
    assert call("recommend", "13800138000")["recommended"] == []
    assert (
        call("recommend", "--sku", "M")["with"] == []
        and call("recommend", status=2)["error"]["code"] == "usage"
    )
    assert call("predict", status=3)["error"]["code"] == "not_learned"
    assert {e["kind"] for e in call("member", "timeline", "13800138000")["events"]} >= {
        "registered",
        "bought",
    }
    assert (
        call("report", "recruiting", "--from", "2020-01-01", "--to", "2099-12-31")["people"][0][
            "effective"
        ]
        == 1
    )
    assert (
        call("privacy", "retention", "--preview")["count"] == 0
        and call("privacy", "retention", status=2)["error"]["code"] == "usage"
    )
    assert call("privacy", "look-ups")["people"] == []


def test_the_trail_is_listed_a_page_at_a_time(offer):
    """The owner reads who did what; another system goes on where a page ended."""
    call = offer
    call("member", "add", "--phone", "13800138000", "--name", "李小梅")
    sale = call("sale", "record", "--amount", "50.00", "--member", "13800138000")
    call("sale", "void", sale["receipt_no"])
    found = call("audit", "list", "--about", sale["receipt_no"])
    assert [e["action"] for e in found["entries"]] == ["sale_taken_back", "sale_posted"] and found[
        "next"
    ] is None
    posted = found["entries"][1]
    assert (posted["facts"]["net"], posted["facts"]["sale"], posted["staff"]) == (
        "50.00",
        sale["receipt_no"],
        "陈",
    )
    assert (
        posted["message"].startswith("陈 closed receipt")
        and posted["at"].endswith("+08:00")
        and posted["till"] == "T1"
    )
    first = call("audit", "list", "--limit", "2", "--staff", "陈")
    then = call("audit", "list", "--limit", "2", "--staff", "陈", "--after", first["next"])
    seen = [(e["till"], e["seq"]) for e in first["entries"] + then["entries"]]
    assert len(set(seen)) == 4 and seen == sorted(seen, reverse=True)
    assert call("audit", "list", "--about", "13800138000", "--action", "member_registered")[
        "entries"
    ][0]["facts"]["member"]
    assert call("audit", "list", "--about", "nobody", status=3)["error"]["code"] == "about"
    assert call("audit", "list", "--after", "x", status=4)["error"]["code"] == "trail_page"


def test_a_script_says_which_sum_it_showed(offer):
    """Another sum is refused with both, and nothing is posted: sale, redemption, return."""
    call = offer
    code = call("coupon", "issue", "--offer", "A20", "--count", "1")["codes"][0]
    wrong = call("coupon", "redeem", code, "--amount", "128", "--expect-net", "128", status=3)[
        "error"
    ]
    assert (wrong["code"], wrong["was"], wrong["now"], wrong["points"]) == (
        "price_changed",
        "128.00",
        "108.00",
        0,
    )
    assert wrong["message"] == "It comes to 108.00 now; 128.00 was shown. Nothing was posted."
    assert call("coupon", "show", code)["state"] == "issued"
    sale = call("sale", "record", "--amount", "128", "--coupon", code, "--expect-net", "108")
    assert (sale["net"], sale["price_kept"]) == ("108.00", "0.00")
    refused = call(
        "sale", "return", sale["receipt_no"], "--line", "1:0.5", "--expect-cash", "50", status=3
    )["error"]
    assert (refused["code"], refused["now"]) == ("price_changed", "54.00")
    assert (
        call("sale", "return", sale["receipt_no"], "--line", "1:0.5", "--expect-cash", "54")["cash"]
        == "54.00"
    )
    aside = call("sale", "suspend", "--amount", "50")["receipt_no"]
    assert (
        call("sale", "resume", aside, "--expect-net", "49", status=3)["error"]["code"]
        == "price_changed"
    )
    assert call("sale", "resume", aside, "--expect-net", "50")["net"] == "50.00"
    assert (
        call("sale", "record", "--coupon", code, "--expect-net", "1", status=3)["refusals"][0][
            "code"
        ]
        == "already_redeemed"
    )


def test_a_cashiers_command_needs_the_members_proof(shop, monkeypatch):
    """Points of whoever is named would be anybody's to burn; what the member showed is said with
    the command."""
    shop("staff", "add", "王芳", "--role", "cashier", "--pin", "3864")
    who = shop("member", "add", "--phone", "13800138000", "--name", "李小梅")["member_no"]
    shop("points", "adjust", who, "2000", "--reason", "moved in")
    monkeypatch.setenv("STORECRM_STAFF", "王芳")
    monkeypatch.setenv("STORECRM_PIN", "3864")
    sale = ("sale", "record", "--amount", "100", "--member", who, "--points", "1000")
    assert shop(*sale, status=3)["error"]["code"] == "proof_required"
    assert shop(*sale, "--proof", "13900139000", status=3)["error"]["code"] == "proof_wrong"
    assert shop(*sale, "--proof", "13800138000")["net"] == "90.00"
    assert shop("backup", "create", status=5)["error"]["code"] == "right_missing"


def test_an_older_file_is_said_by_every_command_and_by_check(shop, tmp_path, capsys):
    """It does not open silently; the owner's word ends it."""
    import shutil

    shop("member", "add", "--phone", "13800138000")
    shutil.copyfile(tmp_path / "s.db", tmp_path / "older")
    shop("member", "add", "--phone", "13900139000")
    shutil.copyfile(tmp_path / "older", tmp_path / "s.db")
    run(["--lang", "en", "member", "find", "8000"])
    assert "are missing: at least" in capsys.readouterr().err
    assert "are missing: at least" in shop("check")["warnings"][0]
    assert [f["check"] for f in shop("verify", status=6)["findings"]] == ["anchors"]
    assert shop("verify", "--accept-trail", "a new disk")["findings"] == []
    assert shop("check")["warnings"] == []


def test_a_second_person_stands_in_for_the_own_card(shop, monkeypatch):
    """Earned alone, used and adjusted with another's PIN; the owner too."""
    for name, role, pin in (("王芳", "cashier", "3864"), ("赵", "manager", "749183")):
        shop("staff", "add", name, "--role", role, "--pin", pin)
    who = shop("member", "add", "--phone", "13800138000", "--name", "李小梅")["member_no"]
    shop("points", "adjust", who, "2000", "--reason", "moved in")
    for name in ("王芳", "陈"):
        assert shop("staff", "card", name, "13800138000")["member"] == who
    assert [p["member"] for p in shop("staff", "list")["staff"]] == [who, who, None]
    assert shop("staff", "card", "王芳", status=2)["error"]["code"] == "usage"
    adjust = ("points", "adjust", who, "100", "--reason", "sorry")
    assert shop(*adjust, status=5)["error"]["code"] == "own_card"
    monkeypatch.setenv("STORECRM_APPROVER_PIN", "749183")
    assert shop(*adjust, "--approved-by", "赵")["active"] == 2100
    monkeypatch.setenv("STORECRM_STAFF", "王芳")
    monkeypatch.setenv("STORECRM_PIN", "3864")
    assert [p["member"] for p in shop("staff", "list")["staff"]] == [None, None, None]
    sale = (
        "sale",
        "record",
        "--amount",
        "100",
        "--member",
        who,
        "--points",
        "1000",
        "--proof",
        "13800138000",
    )
    assert shop(*sale, status=5)["error"]["code"] == "own_card"
    assert shop(*sale, "--approved-by", "赵", status=4)["error"]["code"] == "reason_missing"
    assert shop(*sale, "--approved-by", "赵", "--reason", "lunch")["net"] == "90.00"
    assert shop("sale", "record", "--amount", "10", "--member", who)["points_earned"] == 10


def test_an_owner_is_asked_whose_card_is_whose(shop):
    """Of whom nobody said it gives few points by hand; `check` names who could."""
    for name, role, pin in (("王芳", "cashier", "3864"), ("赵", "manager", "749183")):
        shop("staff", "add", name, "--role", role, "--pin", pin)
    [said] = shop("check")["warnings"]
    assert "赵" in said and "王芳" not in said and "陈" not in said
    assert shop("staff", "card", "赵", "--none")["card_said"] and shop("check")["warnings"] == []


def test_check_names_the_rules_that_nobody_can_read(shop, tmp_path):
    """A text written by another hand gives way to the default; nobody wonders which one holds."""
    opened = compose.open_store(str(tmp_path / "s.db"))
    with opened.write() as session:
        session.add(Rule(key="idle_close_minutes", value="soon"))
    compose.close_store(opened)

    said = next(one for one in shop("check")["warnings"] if "soon" in one)
    assert "3 minutes" in said

    shop("rules", "set", "idle_close_minutes", "5")
    assert not any("soon" in one for one in shop("check")["warnings"])


def test_moving_in_is_one_act(shop, tmp_path):
    """Every file at once: tried out, taken in with a page to sign, one number to roll it all
    back."""
    texts = {
        "p.csv": "member_no,points,expires_on\nK1,300,2099-12-31\n",
        "m.csv": "member_no,phone,name\nK1,13800138000,Li\n",
        "x.csv": "phone,points\n13800138000,5\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    page, both = tmp_path / "page.pdf", [str(tmp_path / "p.csv"), str(tmp_path / "m.csv")]
    unclear = shop("import", "all", *both, str(tmp_path / "x.csv"), status=4)["error"]
    assert (unclear["code"], unclear["where"]) == ("kind_unclear", "x.csv")
    tried = shop("import", "all", *both, "--dry-run")
    assert (tried["group"], tried["rehearsed"], tried["totals"]["points"]) == (None, True, 300)
    assert [one["kind"] for one in tried["files"]] == ["members", "points"]
    said = shop("import", "all", str(tmp_path / "x.csv"), "--kind", "x.csv=points", status=4)
    assert (said["error"]["code"], said["error"]["where"], said["errors"][0]["row"]) == (
        "import_rejected",
        "x.csv",
        2,
    )
    (tmp_path / "g.csv").write_bytes("sku;name\nM1;李\n".encode("gb18030"))
    asked = shop("import", "all", *both, str(tmp_path / "g.csv"), "--dry-run", status=4)["error"]
    assert (asked["code"], asked["where"]) == ("encoding_unsure", "g.csv")
    way = (
        "--for",
        "g.csv:encoding=gb18030",
        "--for",
        "g.csv:decimal=,",
        "--for",
        f"{tmp_path / 'p.csv'}:days=dmy",
    )
    read = shop("import", "all", *both, str(tmp_path / "g.csv"), *way, "--dry-run")
    assert [one["kind"] for one in read["files"]] == ["products", "members", "points"]
    for wrong, code in (
        ("g.csv:days=x", "way_shape"),
        ("g.csv:tempo=x", "way_shape"),
        ("y.csv:days=dmy", "no_such_file"),
    ):
        assert (
            shop("import", "all", *both, str(tmp_path / "g.csv"), "--for", wrong, status=4)[
                "error"
            ]["code"]
            == code
        )
    assert "--for FILE:sheet" in str(
        shop("import", "all", *both, "--sheet", "2", status=2)["error"]
    )
    assert shop("import", "all", *both, "--leave", "2", status=2)["error"]["code"] == "usage"
    moved = shop("import", "all", *both, "--paper", str(page))
    assert (
        page.read_bytes().startswith(b"%PDF")
        and shop("member", "show", "K1")["points"]["active"] == 300
    )
    behind = shop("export", "points", str(tmp_path / "out.csv"))["not_carried"]
    assert [(one["code"], one["count"]) for one in behind] == [
        ("points_history", 1)
    ] and "1" in behind[0]["message"]
    assert (
        shop("import", "undo", str(moved["files"][0]["batch"]), status=3)["error"]["code"]
        == "import_in_group"
    )
    assert shop("import", "rollback", "--all", str(moved["group"]))["state"] == "undone"
    assert [one["state"] for one in shop("import", "group", "list")["groups"]] == ["undone"]
    assert shop("import", "group", "99", status=3)["error"]["code"] == "import_group"


def test_what_a_file_is_can_be_said_and_is_answered(shop, tmp_path):
    """Encoding, sign between cells, sheet: told by `look` and by the import, asked about where two
    are right, chosen by an option."""
    call, text, book = shop, tmp_path / "one.csv", tmp_path / "two.xlsx"
    text.write_bytes("phone;name\n13800138000;李\n".encode("gb18030"))
    asked = call("import", "look", "members", str(text), status=4)["error"]
    assert (
        asked["code"] == "encoding_unsure"
        and {"encoding": "gb18030", "line": "13800138000;李"} in asked["encodings"]
        and asked["cure"]
    )
    told = call("import", "look", "members", str(text), "--encoding", "GBK")
    assert (told["encoding"], told["delimiter"], told["header"], "sheet" in told) == (
        "gb18030",
        ";",
        1,
        False,
    )
    assert (
        call("import", "members", str(text), "--encoding", "rot13", status=4)["error"]["code"]
        == "encoding_unknown"
    )
    made = openpyxl.Workbook()
    made.active.append(["phone", "name"])
    made.active.append(["13800138000", "a"])
    further = made.create_sheet("二月")
    for row in (["phone", "name"], ["13900139000", "b"], ["13900139001", "c"]):
        further.append(row)
    made.save(book)
    told = call("import", "look", "members", str(book))
    assert (told["encoding"], told["sheet"], told["sheets"], told["rows"]) == (
        "xlsx",
        "Sheet",
        ["Sheet", "二月"],
        1,
    )
    done = call("import", "members", str(book))
    assert (done["created"], done["sheet"], done["other_sheets"]) == (1, "Sheet", ["二月"])
    assert call("import", "members", str(book), "--sheet", "二月")["created"] == 2
    wrong = call("import", "members", str(book), "--sheet", "3", status=4)["error"]
    assert wrong["code"] == "sheet_unknown" and "Sheet, 二月" in wrong["cure"]
    assert (
        call("import", "members", str(text), "--encoding", "gbk", "--sheet", "1", status=4)[
            "error"
        ]["code"]
        == "no_sheets"
    )


def test_an_import_is_rolled_back_or_says_who_uses_it(shop, tmp_path):
    """`import rollback BATCH`, refused with how many receipts stand on it and one of them; whole
    once they are gone."""
    goods = tmp_path / "goods.csv"
    goods.write_text("sku,name,price\nTEA,tea,8.00\n", "utf-8")
    batch = shop("import", "products", str(goods))["batch"]
    sold = tmp_path / "sold.csv"
    sold.write_text("receipt_no,sold_at,sku,amount\nR-1,2026-11-02 10:00,TEA,8.00\n", "utf-8")
    sales = shop("import", "sales", str(sold))["batch"]
    refused = shop("import", "rollback", str(batch), status=3)["error"]
    assert (refused["code"], refused["uses"]) == (
        "import_in_use",
        [{"by": "sale", "count": 1, "example": "R-1"}],
    )
    assert "R-1" in refused["message"] and refused["cure"]
    assert shop("import", "rollback", str(sales))["taken_back"] == 1
    assert shop("import", "undo", str(batch))["taken_back"] == 1


def test_the_list_of_imports_says_why_one_is_stuck(shop, tmp_path, monkeypatch):
    """`import list` names what keeps an import from its end, and what helps; the others need no
    word."""
    goods = tmp_path / "goods.csv"
    goods.write_text("sku,name,price\nTEA,tea,8.00\n", "utf-8")
    first = shop("import", "products", str(goods))["batch"]
    goods.write_text("sku,name,price\nCUP,cup,9.00\n", "utf-8")
    second = shop("import", "products", str(goods))["batch"]

    def broken(*_):
        raise RuntimeError("nobody foresaw this")

    with monkeypatch.context() as patch:
        patch.setattr(dropped_rows, "products", broken)
        assert shop("import", "rollback", str(second), status=6)["ok"] is False
        stuck, fine = shop("import", "list")["imports"]
    assert (stuck["batch"], stuck["state"], stuck["reason"]) == (second, "writing", "RuntimeError")
    assert "goods.csv" in stuck["trouble"] and "open the store again" in stuck["cure"]
    assert (fine["batch"], fine["state"], fine["created"]) == (
        first,
        "done",
        1,
    ) and "trouble" not in fine
    assert [row["state"] for row in shop("import", "list")["imports"]] == ["undone", "done"]
    assert shop("import", "members", status=2)["error"]["code"] == "usage"
