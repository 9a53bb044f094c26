"""Money has the decimals of its currency everywhere: yen have none, dinars three."""

import json

import pytest

from storecrm import compose
from storecrm.cli import run
from storecrm.errors import BadInput
from storecrm.models.shop import Rule
from storecrm.services import shop_settings
from storecrm.services.staff import accounts
from storecrm.services.store import ShopDetails
from storecrm.values import Role, currencies, currency_digits


@pytest.fixture
def call(tmp_path, monkeypatch, capsys):
    """Calls a command as the owner of a store that `init` made; fails on another exit status than
    expected."""
    monkeypatch.setenv("STORECRM_STORE", str(tmp_path / "s.db"))
    monkeypatch.setenv("STORECRM_STAFF", "Ann")
    monkeypatch.setenv("STORECRM_PIN", "860274")

    def command(*arguments, status=0):
        code = run(["--json", "--lang", "en", *arguments])
        out = capsys.readouterr().out
        assert code == status, out
        return json.loads(out)

    return command


DAYS = {
    # currency, zone, a phone: what a bill is, a coupon off, paid, points earned and used
    "JPY": ("Asia/Tokyo", "090-1234-5678", "12800", "2000", "10800", 10_800, "108"),
    "KWD": ("Asia/Kuwait", "5001 2345", "12.855", "2.005", "10.850", 10, "0.100"),
}


@pytest.mark.parametrize("currency", DAYS)
def test_a_whole_day_at_the_till(call, tmp_path, currency):
    """Sale, coupon, points, return, report, export and slips in the decimals of the shop's money,
    and the books are right."""
    zone, phone, gross, off, paid, earned, worth = DAYS[currency]
    call("init", "--name", "Shop", "--owner", "Ann", "--currency", currency, "--timezone", zone)
    offer = tmp_path / "offer.toml"
    offer.write_text(
        f'code = "OFF"\nkind = "threshold_off"\nvalue = "{off}"\nmin_spend = "{off}"\nvalid_days = 30\n',
        "utf-8",
    )
    call("offer", "create", "--file", str(offer))
    call("rules", "set", "next_offer", "OFF")
    call("rules", "set", "points_step", "1")
    code = call(
        "coupon",
        "issue",
        "--offer",
        "OFF",
        "--count",
        "1",
        "--print",
        str(tmp_path / "c.pdf"),
        "--layout",
        "slip-80",
    )["codes"][0]
    call("member", "add", "--phone", phone, "--name", "Kim")
    sold = call("sale", "record", "--amount", gross, "--member", phone, "--coupon", code)
    assert (sold["gross"], sold["discount"], sold["net"], sold["points_earned"]) == (
        gross,
        off,
        paid,
        earned,
    )
    used = call("sale", "record", "--amount", gross, "--member", phone, "--points", str(earned))
    assert used["points_paid"] == worth
    call("sale", "print", sold["receipt_no"], "--output", str(tmp_path / "r.pdf"))
    today = sold["business_date"]
    report = call(
        "report", "promotions", "--from", today, "--to", today, "--output", str(tmp_path / "r.xlsx")
    )
    assert report["totals"]["discount"] == off
    back = call("sale", "return", sold["receipt_no"])
    assert back["cash"] == paid
    call("export", "sales", str(tmp_path / "sales.csv"))
    assert f'"{gross}"' in (tmp_path / "sales.csv").read_text("utf-8-sig")
    assert call("verify")["ok"]


def test_what_the_currency_cannot_say_is_refused_when_it_is_set(call, tmp_path):
    """A rule that only crashes at the till is found by the queue."""
    call(
        "init", "--name", "Shop", "--owner", "Ann", "--currency", "JPY", "--timezone", "Asia/Tokyo"
    )
    shown = call("rules", "show")["rules"]
    assert (shown["next_offer_from"], shown["earn_per"], shown["second_proof_from"]) == (
        "1",
        "1",
        "50",
    )
    for key, value in (
        ("referral_min_spend", "39.50"),
        ("allowance_short", "0.5"),
        ("rounding", "0.1"),
        ("rounding", "1"),
    ):
        refused = call("rules", "set", key, value, status=4)["error"]
        assert refused["code"] == "rule_value" and "0.1" not in refused["cure"]
    offer = tmp_path / "offer.toml"
    offer.write_text(
        'code = "OFF"\nkind = "amount_off"\nvalue = "2.50"\nvalid_days = 30\n', "utf-8"
    )
    assert call("offer", "create", "--file", str(offer), status=4)["error"]["code"] == "offer_value"
    assert call("tier", "set", "gold", "--from", "99.5", status=4)["error"]["code"]


def test_a_rule_kept_in_decimals_that_the_currency_lacks_is_rounded_up(tmp_path):
    """Such a rule was once accepted; the till must go on."""
    base = compose.create_store(
        str(tmp_path / "s.db"),
        shop=ShopDetails(name="S", currency="JPY", timezone="Asia/Tokyo", demo=True),
    )
    accounts.add(base, name="Ann", role=Role.OWNER, pin="860274")
    with base.write() as session:
        session.add(Rule(key="allowance_short", value="0.50"))
    with base.read() as session:
        assert shop_settings.current(session).allowance_short == 1
    compose.close_store(base)


def test_every_currency_has_its_decimals():
    """They come from CLDR, and a currency that is none is refused before a file is made."""
    known = {code: currency_digits(code) for code in currencies()}
    assert (
        known["CNY"],
        known["JPY"],
        known["KRW"],
        known["VND"],
        known["KWD"],
        known["BHD"],
        known["CLP"],
    ) == (2, 0, 0, 0, 3, 3, 0)
    assert len(known) > 140
    with pytest.raises(BadInput, match="currency"):
        compose.create_store("nowhere.db", shop=ShopDetails(name="S", currency="QQQ"))
