"""Wilson's interval, by the values that tests/js checks the browser's copy against."""

import json

import pytest

from components.accuracy.interval import wilson_interval
from core.settings import ROOT

_INTERVALS = json.loads((ROOT / "tests" / "data" / "wilson_intervals.json").read_text())


@pytest.mark.parametrize("interval", _INTERVALS)
def test_wilson_interval(interval: dict[str, float]) -> None:
    low, high = wilson_interval(int(interval["right"]), int(interval["count"]))
    assert low == pytest.approx(interval["low"], abs=0.00006)
    assert high == pytest.approx(interval["high"], abs=0.00006)
