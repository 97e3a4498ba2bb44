"""The outline of official documents: trees spelled out, and what must hold for any text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.address import Address
from corpus.model import Document, Metadata, Part
from ingest.lines import RawText
from ingest.metadata import read_head
from ingest.outline import read_outline
from ingest.reading import understand
from ingest.segment import segments, uncovered
from ingest.splitter import PolicyTextSplitter
from tests.conftest import SEED

DATA = Path(__file__).parent / "data" / "outlines"


def outline(text: str) -> tuple[Part, ...]:
    raw = RawText(Path("例.txt"), text)
    return read_outline(raw, read_head(raw))


def tree(parts: tuple[Part, ...]) -> list[str]:
    return [f"{part.address} {part.heading}".strip() for part in parts]


def cases() -> list[tuple[str, str, list[str]]]:
    text = (DATA / "cases.txt").read_text(encoding="utf-8").split("\n", 1)[1]
    found = []
    for block in text.split("----\n"):
        if block.strip():
            head, expected = block.split("....\n")
            name, source = head.split("\n", 1)
            found.append((name, source, expected.splitlines()))
    return found


@pytest.mark.parametrize(("name", "source", "expected"), cases(), ids=[name for name, _, _ in cases()])
def test_the_tree_is_the_one_a_person_sees(name: str, source: str, expected: list[str]) -> None:
    assert tree(outline(source)) == expected, name


def test_the_seed_has_exactly_the_parts_a_person_sees() -> None:
    expected = (DATA / "seed.txt").read_text(encoding="utf-8").splitlines()
    assert tree(understand(SEED).document.parts) == expected


def test_inline_points_have_exact_offsets() -> None:
    document = understand(SEED).document
    part = document.part(Address.parse("二/（三）/六是"))
    assert part is not None
    text = document.text[part.start : part.own_end]
    assert text.startswith("六是营造良好氛围。")
    assert text.rstrip().endswith("“长三角故事”。")
    assert document.text[part.heading_start : part.heading_end] == part.heading


def test_the_metadata_of_the_seed_tells_its_lines() -> None:
    metadata = understand(SEED).document.metadata
    assert metadata.published == "2024-04-26"
    assert (metadata.issuer, metadata.kind) == ("安徽省委省政府", "意见")
    assert (metadata.region, metadata.tier) == ("安徽省", "省级")
    assert {name: metadata.evidence[name] for name in ("title", "issuer", "published")} == {
        "title": 1, "issuer": 1, "published": 3,
    }  # fmt: skip


MARKED = (
    "一、甲/二、乙。丙丁/（一）戊/(二)己/1.庚/（1）辛/①壬/第一章 总则/第一条 子/第二条 丑/第一部分 概述/"
    "一是寅。卯。二是辰。/一是巳；二是午/二是未。/三要申//酉戌亥。/某某局/2024年1月2日/"
    "第一编 编/第一分编 分/第二节 节/第二条之一 又/附则/附件1/附件2 某办法/附表/专栏1 箱/目录/首先，天。/其次，地。/"
    "依照《某法》/第三条的规定，/附件：1.甲/2.乙/2、丙/3.丁/（二）人/二、（一）口/第一千二百六十条 末"
)
LINES = st.lists(st.sampled_from(MARKED.split("/")), max_size=30)


@given(LINES)
def test_parts_tile_any_text_in_order_with_addresses_of_their_own(lines: list[str]) -> None:
    text = "\n".join(["某标题", *lines])
    parts = outline(text)
    assert "".join(text[part.start : part.own_end] for part in parts) == text
    assert len({part.address for part in parts}) == len(parts)
    document = Document("例", Metadata("某标题"), text, parts, "例.txt")
    assert uncovered(text, segments(document, PolicyTextSplitter())) == 0
    for part in parts:
        assert Address.parse(str(part.address)) == part.address
        assert part.start <= part.marker_end
        assert part.start < part.end
        assert part.own_end <= part.end
        assert text[part.heading_start : part.heading_end] == part.heading
        parent = next(p for p in parts if p.address == part.address.parent)
        assert parent.start <= part.start
        assert part.end <= parent.end
