"""Whatever is typed after a command is answered by a sentence: no value ends in a fault of the
program."""

import argparse
import contextlib
import io
import json
import shutil

import pytest

from storecrm.cli import parser, run
from storecrm.services.staff import pin_hashes

ODD = (
    "99999999999999999999", "9223372036854775807", "-9223372036854775809", "10000000000", "-1", "0", "1e400", "nan", "1" * 300, "", "😀\u202e",
    "a:b:c", "9999999999:1", "x:99999999999", "M1:999999", "M1:1:99999999999999", "2200-12-31", "0001-01-01", "9999-12-31", "x" * 300 + ".pdf",
)  # fmt: skip
LEFT_OUT = {
    ("demo",),
    ("init",),
    ("backup", "restore"),
    ("staff", "disable"),
    ("staff", "set-pin"),
    ("learn",),
}
"""They make or take the store, or the person who acts."""


def leaves(at, path=()):
    """Every command with its parser."""
    subs = [action for action in at._actions if isinstance(action, argparse._SubParsersAction)]
    if not subs:
        yield path, at
    for sub in subs:
        for name, inner in sub.choices.items():
            yield from leaves(inner, (*path, name))


COMMANDS = {
    " ".join(path): (path, command) for path, command in leaves(parser()) if path not in LEFT_OUT
}


def _cheap(monkeypatch, folder):
    """The owner at the command line of the shop in `folder`, whose PIN costs nothing to check."""
    monkeypatch.setattr(pin_hashes, "matches", lambda _kept, _pin: True)
    monkeypatch.setattr(pin_hashes, "hashed", lambda digits, **_: pin_hashes._FAST.hash(digits))
    monkeypatch.chdir(folder)
    for name, value in {
        "STORE": str(folder / "s.db"),
        "STAFF": "陈",
        "PIN": "860274",
        "TILL": "T1",
        "APPROVER_PIN": "860274",
    }.items():
        monkeypatch.setenv(f"STORECRM_{name}", value)


def _answered(*arguments):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = run(["--json", "--lang", "en", *arguments])
    assert len(said.getvalue().strip().splitlines()) == 1, (arguments, said.getvalue())
    return status, json.loads(said.getvalue())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A shop with a member, an article, coupons and a receipt, made once; a code and the
    receipt."""
    folder = tmp_path_factory.mktemp("shop")
    with pytest.MonkeyPatch.context() as patch:
        _cheap(patch, folder)
        _answered("init", "--name", "Shop", "--owner", "陈")
        _answered("member", "add", "--phone", "13800138000", "--name", "李")
        (folder / "o.toml").write_text(
            'code="A20"\nname="x"\nkind="amount_off"\nvalue="1"\nvalid_days=30\n', "utf-8"
        )
        _answered("offer", "create", "--file", "o.toml")
        (folder / "p.csv").write_text("sku,name,price\nM1,Milk,5.00\n", "utf-8")
        _answered("import", "products", "p.csv")
        code = _answered("coupon", "issue", "--offer", "A20", "--count", "3")[1]["codes"][0]
        receipt = _answered("sale", "record", "--amount", "10", "--member", "13800138000")[1][
            "receipt_no"
        ]
    return folder, code, receipt


@pytest.fixture
def call(made, tmp_path, monkeypatch):
    """That shop for one test."""
    folder, code, receipt = made
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    _cheap(monkeypatch, tmp_path)

    def act(*arguments):
        return _answered(*arguments)

    act.code, act.receipt = code, receipt
    return act


def good(call, action):
    """A value that fits an argument."""
    known = {
        "receipt": call.receipt,
        "member": "13800138000",
        "code": call.code,
        "batch": "1",
        "offer": "A20",
        "amount": "10",
        "sku": "M1",
    }
    if action.choices:
        return next(iter(action.choices))
    days = dict.fromkeys(("first", "last", "day", "date", "as_of"), "2026-11-01")
    return (known | days | {"file": "out.pdf", "output": "out.pdf", "text": "13800138001"}).get(
        action.dest, "1"
    )


def given(action, value):
    """An argument as it is typed."""
    many = action.nargs if isinstance(action.nargs, int) else 1
    if not action.option_strings:
        return [value]
    return (
        [f"{action.option_strings[-1]}={value}"]
        if action.nargs is None
        else [action.option_strings[-1], *[value] * many]
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_no_value_ends_in_a_fault(name, call):
    """Earning on ten thousand millions, a name of 300 signs: each has an answer with a code that
    somebody thought of."""
    path, command = COMMANDS[name]
    arguments = [
        action
        for action in command._actions
        if action.dest not in ("help", "overwrite") and action.nargs != 0
    ]
    needed = [
        action
        for action in arguments
        if action.required or (not action.option_strings and action.nargs not in ("?", "*"))
    ]
    turn = sum(map(ord, name))
    for at, action in enumerate(arguments):
        # two of the odd values for each argument, others for the next
        for odd in (ODD[0], ODD[1 + (turn + at * 7) % (len(ODD) - 1)]):
            typed = [
                part
                for one in arguments
                if one is action or one in needed
                for part in given(one, odd if one is action else good(call, one))
            ]
            _, said = call(*path, *typed)
            code = said.get("error", {}).get("code", "")
            assert code not in ("unexpected", "value_impossible"), (typed, said)


def test_a_number_beyond_counting_is_named(call):
    """It says which number, and how far one may go."""
    status, said = call("coupon", "print", "--batch", "99999999999999999999", "--print", "x.pdf")
    assert (
        status == 4
        and said["error"]["code"] == "number"
        and "99999999999999999999" in said["error"]["message"]
    )
    assert "1,000,000,000" in said["error"]["cure"]
    status, said = call("sale", "record", "--amount", "10000000000", "--member", "13800138000")
    assert status == 4 and said["error"]["code"] not in ("unexpected", "value_impossible")
