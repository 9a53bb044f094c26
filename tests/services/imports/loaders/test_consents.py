"""Answers that come with a list."""

import pytest

from storecrm.models.member import Consent
from storecrm.services.imports import run
from storecrm.services.members import consent
from storecrm.values import Channel, Purpose
from tests import build

ANSWERS = (
    "member_no,channel,purpose,granted,answered_at,evidence,text_version\n"
    "13800138000,短信,promotion,yes,2026-01-05T10:00:00+08:00,签字单 8,2025-09\n"
    "13800138000,sms,promotion,no,2026-03-05T10:00:00+08:00,退订,2025-09\n"
    "13800138000,post,service,yes,2026-02-01T09:30:00+08:00,,\n"
)


@pytest.mark.both
def test_answers_come_with_their_time_and_what_proves_them_once(owner, tmp_path):
    """The newest of a channel holds, as where they come from."""
    build.member(owner)
    done = build.bring(owner, tmp_path, "consents", ANSWERS)
    said = [
        (a.channel, a.purpose, a.granted, a.evidence, a.text_version)
        for a in consent.history(owner, member="13800138000")
    ]
    assert said == [
        (Channel.SMS, Purpose.PROMOTION, True, "签字单 8", "2025-09"),
        (Channel.SMS, Purpose.PROMOTION, False, "退订", "2025-09"),
        (Channel.POST, Purpose.SERVICE, True, "", "import"),
    ]
    again = build.bring(owner, tmp_path, "consents", ANSWERS)
    assert (again.created, again.unchanged) == (0, 3)
    run.undo(owner, batch=done.batch)
    assert build.rows(owner, Consent) == 0


def test_an_answer_at_the_counter_outlives_an_older_list(owner, tmp_path):
    """Whoever said no here is not written to because an old list says yes."""
    build.member(owner)
    consent.set_consent(owner, member="13800138000", channel=Channel.SMS, granted=False)
    yes = ANSWERS.splitlines()[0] + "\n" + ANSWERS.splitlines()[1] + "\n"
    build.bring(owner, tmp_path, "consents", yes)
    answers = [answer.granted for answer in consent.history(owner, member="13800138000")]
    assert (answers[-1], answers.count(True)) == (False, 1)
    assert build.bring(owner, tmp_path, "consents", yes).unchanged == 1
