"""What a command prints is UTF-8 whatever the system's code page, and a reader who leaves ends no
command that is done."""

import json
import os
import subprocess
import sys

import pytest

NAME = "张伟𠮷😀"


def command(*arguments, page="ascii:strict", **options):
    env = {key: value for key, value in os.environ.items() if not key.startswith("LC_")}
    env |= {
        "PYTHONIOENCODING": page,
        "PYTHONUTF8": "0",
        "STORECRM_STAFF": "陈",
        "STORECRM_PIN": "860274",
    }
    return subprocess.Popen([sys.executable, "-m", "storecrm", *arguments], env=env, **options)


def said(*arguments, page):
    done = command(
        *arguments,
        page=page,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
    )
    out, complaint = done.communicate()
    return done.returncode, out.decode("utf-8"), complaint.decode("utf-8")


@pytest.mark.parametrize("page", ["cp936", "cp1252"])
def test_names_come_out_on_every_code_page(owner, page):
    """They were taken up, so they are said: on standard output and on standard error."""
    store = ("--store", owner.name, "--lang", "zh_CN")
    status, out, complaint = said(
        *store, "member", "add", "--phone", "13800138000", "--name", NAME, page=page
    )
    assert (status, complaint) == (0, "") and f"name: {NAME}" in out
    status, out, complaint = said(*store, "--json", "member", "find", NAME, page=page)
    assert (status, complaint) == (0, "") and json.loads(out)["members"][0]["name"] == NAME
    status, out, complaint = said(*store, "offer", "show", "没有😀", page=page)
    assert (status, out) == (3, "") and "没有😀" in complaint


def closed_pipe():
    reading, writing = os.pipe()
    os.close(reading)
    return writing


def test_a_reader_who_leaves_is_no_error(owner):
    """`storecrm ... | head -1`: no traceback, and the status is that of the command."""
    for arguments, status in (
        (("rules", "show"), 0),
        (("member", "show", "13900139000"), 3),
        (("--help",), 0),
    ):
        for gone in ("stdout", "stderr"):
            into, other = closed_pipe(), "stderr" if gone == "stdout" else "stdout"
            child = command(
                "--store", owner.name, *arguments, **{gone: into, other: subprocess.PIPE}
            )
            os.close(into)
            kept = child.communicate()[0 if gone == "stderr" else 1]
            assert (
                child.returncode == status and b"Traceback" not in kept and b"Exception" not in kept
            )


def test_what_a_command_did_stays_done_when_its_answer_is_lost(owner):
    """The member is there, although nobody read that."""
    into = closed_pipe()
    child = command(
        "--store",
        owner.name,
        "member",
        "add",
        "--phone",
        "13800138000",
        "--name",
        "张伟",
        stdout=into,
    )
    os.close(into)
    assert child.wait() == 0
    assert said("--store", owner.name, "member", "show", "13800138000", page="cp936")[0] == 0


@pytest.mark.skipif(
    sys.platform != "linux", reason="a disk that is always full is a device of Linux"
)
def test_an_answer_that_finds_no_room_says_what_became_of_the_command(owner):
    with open("/dev/full", "wb") as full:
        child = command(
            "--store",
            owner.name,
            "--lang",
            "en",
            "member",
            "add",
            "--phone",
            "13800138000",
            "--name",
            "A",
            stdout=full,
            stderr=subprocess.PIPE,
        )
        complaint = child.communicate()[1].decode()
    assert child.returncode == 6 and "is done" in complaint and "Traceback" not in complaint
    assert said("--store", owner.name, "member", "show", "13800138000", page="cp936")[0] == 0


def test_a_program_without_a_console_has_no_streams_to_settle():
    """As a window of Windows is started: both are None."""
    code = "import sys; sys.stdout = sys.stderr = sys.stdin = None\nfrom storecrm.cli import streams\nassert streams.lost(streams.settle()) == ''"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
