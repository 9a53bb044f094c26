"""The model of who comes again."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storecrm.services.analytics import visit_model
from storecrm.services.analytics.visit_model import Model, VisitHistory

PUBLISHED = Model(0.243, 4.414, 0.793, 2.426, -9582.4)
"""CDNOW, as printed in Fader, Hardie and Lee (2005), table 2."""


def test_the_model_says_what_the_paper_prints():
    """Customer 0001 of CDNOW: two repeat purchases, the last in week 30.43 of 38.86; 1.226 more in
    the next 39 weeks."""
    one = VisitHistory(2, 30.43, 38.86)
    assert visit_model.expected(PUBLISHED, one, 39) == pytest.approx(1.226, abs=0.001)
    assert visit_model.alive(PUBLISHED, one) == pytest.approx(0.7266, abs=0.0005)
    assert visit_model.alive(PUBLISHED, VisitHistory(0, 0, 38.86)) == 1


def test_the_fit_finds_the_numbers_that_made_the_visits():
    """A shop made up by the model itself: what comes out is near what went in."""
    chance, seen = random.Random(3), []
    r, alpha, a, b = 0.6, 6.0, 0.7, 2.5
    for _ in range(4000):
        rate, leave = chance.gammavariate(r, 1 / alpha), chance.betavariate(a, b)
        whole, at, x, last = 20 + 32 * chance.random(), 0.0, 0, 0.0
        while True:
            at += chance.expovariate(rate)
            if at > whole:
                break
            x, last = x + 1, at
            if chance.random() < leave:
                break
        seen.append(VisitHistory(x, last, whole))
    found = visit_model.fit(seen)
    assert found.log_likelihood >= visit_model.log_likelihood(
        r, alpha, a, b, [(one, 1) for one in seen]
    )
    assert found.r == pytest.approx(r, rel=0.15) and found.alpha == pytest.approx(alpha, rel=0.2)
    assert found.a / (found.a + found.b) == pytest.approx(a / (a + b), rel=0.15)


@given(
    x=st.integers(0, 40), last=st.floats(0, 1), whole=st.floats(1, 200), weeks=st.floats(0.5, 60)
)
def test_chances_stay_chances(x, last, whole, weeks):
    """Whatever was seen, the chance is between 0 and 1, and more weeks bring more visits."""
    one = VisitHistory(x, whole * last if x else 0, whole)
    assert 0 <= visit_model.alive(PUBLISHED, one) <= 1
    near, far = (visit_model.expected(PUBLISHED, one, part) for part in (weeks, weeks * 2))
    assert -1e-9 <= near <= far + 1e-9
