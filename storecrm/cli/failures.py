"""What a command says that was not done, and its exit status."""

import sys
from typing import Any

from storecrm import log
from storecrm.cli import answers
from storecrm.errors import (
    CouponRefused,
    ImportRejected,
    PriceChanged,
    StorageTrouble,
    StoreError,
)
from storecrm.i18n import Catalogue


def bug(error: Exception, words: Catalogue, as_json: bool) -> int:
    """Something that nobody foresaw: it goes into the log whole."""
    log.start().error("bug on the command line", exc_info=error)
    unexpected = StorageTrouble("unexpected", where=type(error).__name__)
    return failed(unexpected, words, as_json)


def failed(error: StoreError, words: Catalogue, as_json: bool) -> int:
    """Say why a command was not carried out."""
    # people read the error stream, programs the answer
    if not as_json:
        _complain(error, words)
    elif isinstance(error, CouponRefused):
        answers.say(_refused(error, words), True)
    else:
        answers.say(_body(error, words), True)
    return error.exit_status


def _refused(error: CouponRefused, words: Catalogue) -> dict[str, Any]:
    from storecrm.cli.json_form import refused

    reasons = [refused.refusal(reason, words) for reason in error.refusals]
    best = refused.better(error.best, words)
    return {"ok": False, "refusals": reasons, "best_alternative": best}


def _body(error: StoreError, words: Catalogue) -> dict[str, Any]:
    """The error with the facts that belong to its code."""
    said = _said(error, words)
    if isinstance(error, PriceChanged):
        said |= {"was": error.facts["was"], "now": error.facts["now"], "points": error.points}
    if "uses" in error.facts:
        said["uses"] = error.facts["uses"]
    if "candidates" in error.facts:
        said["candidates"] = _candidates(error, words)
    if "readings" in error.facts:
        said["encodings"] = error.facts["readings"]
    body: dict[str, Any] = {"ok": False, "error": said}
    if isinstance(error, ImportRejected):
        body |= error.counts | _problems(error, words)
    return body


def _said(error: StoreError, words: Catalogue) -> dict[str, Any]:
    from storecrm.wording.errors import cure, sentence

    # wrong usage is no place in a file or on a bill: it says what was expected
    where = error.facts.get("reason", "") if error.code == "usage" else error.where
    said = {"code": error.code, "message": sentence(error, words)}
    return said | {"where": where, "cure": cure(error, words, command=True)}


def _candidates(error: StoreError, words: Catalogue) -> list[dict[str, Any]]:
    from storecrm.cli.json_form import bills

    return [bills.receipt_choice(one, words) for one in error.facts["candidates"]]


def _problems(error: ImportRejected, words: Catalogue) -> dict[str, Any]:
    from storecrm.cli.json_form import moved_in

    return moved_in.problems(error.problems, error.kinds, words)


def _complain(error: StoreError, words: Catalogue) -> None:
    """The same for people: a sentence with its cure, and a line for each further fact."""
    said = _said(error, words)
    usage = f"({said['where']})" if error.code == "usage" else ""
    sentences = (said["message"], usage, said["cure"])
    _warn(" ".join(each for each in sentences if each))
    if isinstance(error, CouponRefused):
        _complain_further(error, words)
    if "candidates" in error.facts:
        for one in _candidates(error, words):
            _warn(f"  {one['receipt']}  {one['store']}  {one['net'] or '—'}")
    if isinstance(error, ImportRejected):
        for row in _problems(error, words)["errors"]:
            _warn(f"  {row['row']}: {row['column']} {row['problem']}")


def _complain_further(error: CouponRefused, words: Catalogue) -> None:
    from storecrm.wording.refusals import refusal

    # the first reason is the error's own sentence
    for reason in error.refusals[1:]:
        _warn(refusal(reason, words))


def _warn(line: str) -> None:
    print(line, file=sys.stderr)
