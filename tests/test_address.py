import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.address import Address, Level, Step

VECTORS = json.loads((Path(__file__).parent / "data" / "addresses.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["text"])
def test_an_address_prints_what_it_was_parsed_from(vector: dict[str, object]) -> None:
    address = Address.parse(str(vector["text"]))
    assert str(address) == vector["text"]
    assert [step.level.value for step in address.steps] == vector["levels"]
    assert address.label("某意见") == vector["label"]


STEPS = st.builds(
    Step,
    st.sampled_from([level for level in Level if level.numbered]),
    st.integers(1, 2999),
    st.just(0),
    st.integers(1, 30),
) | st.builds(Step, st.just(Level.ARTICLE), st.integers(1, 2000), st.integers(1, 20))


@given(st.lists(STEPS, max_size=6))
def test_every_address_survives_printing(steps: list[Step]) -> None:
    address = Address(tuple(steps))
    assert Address.parse(str(address)) == address


@pytest.mark.parametrize("text", ["二/", "第条", "二//三", "abc", "二/（三）/六不是", "第一千零条章"])
def test_what_is_no_address_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="is no step"):
        Address.parse(text)


def test_containment_goes_down_and_never_sideways() -> None:
    outer, inner = Address.parse("二/（三）"), Address.parse("二/（三）/六是")
    assert outer.contains(inner)
    assert outer.contains(outer)
    assert not inner.contains(outer)
    assert not Address.parse("二/（二）").contains(inner)
    assert inner.parent == outer
    assert Address().parent == Address()
    assert Address().contains(inner)


def test_order_is_by_number_and_not_by_character() -> None:
    addresses = [Address.parse(text) for text in ("二/一是", "二/二是", "二/十是", "二/十二是")]
    assert all(a < b for a, b in pairwise(addresses))


def test_a_title_in_a_title_gets_single_marks() -> None:
    assert Address().label("印发《关于某事的意见》") == "《印发〈关于某事的意见〉》"
