"""Whether confidences mean what they say: the figures, and that the report shows them."""

from typing import Any

import pytest

from eval import plots
from eval.reliability import reliability


def record(confidence: float | None, right: float | None, status: str = "answered") -> dict[str, Any]:
    measures = {} if right is None else {"right": right}
    return {"answer": {"status": status, "confidence": confidence}, "measures": measures}


def test_a_confidence_that_holds_has_no_error() -> None:
    records = [record(0.8, float(n % 5 != 0)) for n in range(50)]
    found = reliability(records)
    assert found is not None
    assert found["ece"] == pytest.approx(0.0, abs=0.06)
    assert found["brier"] == pytest.approx(0.16)
    assert found["n"] == 50


def test_one_that_is_too_sure_is_told_by_how_much() -> None:
    records = [record(0.9, float(n % 2)) for n in range(20)]
    found = reliability(records)
    assert found is not None
    assert found["ece"] == pytest.approx(0.4)
    assert [each["n"] for each in found["bins"]] == [4] * 5
    assert sum(each["right"] * each["n"] for each in found["bins"]) == 10


def test_refusals_and_what_cannot_be_judged_are_left_out() -> None:
    records = [record(0.3, 1.0, "refused"), record(None, 1.0), record(0.9, None), record(0.7, 1.0)]
    found = reliability(records)
    assert found == {"ece": 0.3, "brier": 0.09, "n": 1, "bins": [{"confidence": 0.7, "right": 1.0, "n": 1}]}
    assert reliability(records[:3]) is None


def test_the_diagram_is_drawn_of_it() -> None:
    assert plots.calibration(None) == ""
    assert plots.calibration(reliability([record(0.7, 1.0)])).startswith("<svg")
