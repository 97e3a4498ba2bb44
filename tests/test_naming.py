"""Documents named in a question: found under every name they go by, and only where the name is used as one."""

from pathlib import Path

import pytest

from corpus import Collection
from corpus.normalize import fold
from ingest import ingest
from ingest.reading import understand
from rag import Assistant
from rag.assembly import assemble
from rag.naming import Names, without
from rag.settings import load_settings
from tests.conftest import LetterEncoder

TEXTS = {
    "民法典": "中华人民共和国民法典\n第一条 制定本法。\n第二条 民法调整平等主体之间的关系。\n",
    "宪法": (
        "中华人民共和国宪法\n第一条 社会主义国家。\n"
        "第二条 一切权力属于人民。\n（一）甲事项；\n（二）乙事项。\n第二条之一 丙。\n"
    ),
    "补贴": (
        "某某市人民政府办公室关于印发某某市创业补贴管理办法的通知\n某政办〔2024〕6号\n"
        "第一条 制定本办法。\n"
        "第二条 补贴标准为每月300元。\n某某市人民政府办公室\n2024年5月6日\n"
    ),
    "规划": (
        "某某市发展规划\n一、产业\n发展产业。\n专栏1 重大项目\n1.甲项目。\n2.乙项目。\n二、农业\n发展农业。\n"
        "附件1\n实施细则\n第一条 附件一的第一条。\n附件2\n管理办法\n第一条 附件二的第一条。\n"
    ),
    "纲要": "某某省气象高质量发展纲要\n一、总体要求\n提高预报水平。\n二、主要任务\n建设雷达网。\n",
    "报告": "2024年国务院政府工作报告\n一、工作回顾\n完成了任务。\n二、工作建议\n继续努力。\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inside = tmp_path_factory.mktemp("documents")
    for name, text in TEXTS.items():
        (inside / f"{name}.txt").write_text(text, encoding="utf-8")
    return inside


@pytest.fixture(scope="module")
def names(folder: Path) -> Names:
    documents = [understand(path).document for path in sorted(folder.glob("*.txt"))]
    return Names({document.id: document.metadata for document in documents})


@pytest.mark.parametrize(
    ("question", "titles", "left"),
    [
        ("民法典第二条", ["中华人民共和国民法典"], "第二条"),
        ("《民法典》是怎么说的", ["中华人民共和国民法典"], "是怎么说的"),
        ("中华人民共和国 民法典第二条", ["中华人民共和国民法典"], "第二条"),
        ("宪法第二条", ["中华人民共和国宪法"], "第二条"),
        ("宪法和法律的关系", [], "宪法和法律的关系"),
        ("某某市创业补贴管理办法第二条", ["某某市人民政府办公室关于印发某某市创业补贴管理办法的通知"], "第二条"),
        ("某政办〔2024〕6号第二条", ["某某市人民政府办公室关于印发某某市创业补贴管理办法的通知"], "第二条"),
        ("2024年国务院政府工作报告第二部分", ["2024年国务院政府工作报告"], "第二部分"),
        ("民法典第一条和宪法第一条", ["中华人民共和国宪法", "中华人民共和国民法典"], "第一条和第一条"),
        ("刑法第一条", [], "刑法第一条"),
        ("气象强国纲要第二部分", ["某某省气象高质量发展纲要"], "第二部分"),
    ],
)
def test_a_document_is_known_by_every_name_it_goes_by(
    names: Names, question: str, titles: list[str], left: str
) -> None:
    folded = fold(question)
    named = names.named(folded)
    assert sorted(names.held[id_].title for id_ in named.ids) == sorted(titles)
    assert "".join(without(folded, named.spans).split()) == left


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("民法典第二条", "平等主体"),
        ("宪法第二条", "一切权力"),
        ("《宪法》第二条第（二）项", "乙事项"),
        ("宪法第一条第一款", "社会主义国家"),
        ("宪法第二条第一款第（一）项", "甲事项"),
        ("宪法第二条之一", "丙"),
        ("某某市发展规划附件2第一条", "附件二的第一条"),
        ("某某市发展规划专栏1讲了什么", "重大项目"),
        ("某某市发展规划附件一", "实施细则"),
        ("某某市创业补贴管理办法第二条", "300元"),
        ("某政办〔2024〕6号第二条怎么规定的", "300元"),
        ("2024年国务院政府工作报告第二部分讲了什么", "继续努力"),
    ],
)
def test_a_number_is_looked_up_in_the_document_that_is_named(
    folder: Path, tmp_path: Path, question: str, words: str
) -> None:
    with Collection.open(tmp_path, encoder=LetterEncoder(), writable=True) as collection:
        ingest([folder], collection)
        answer = Assistant(assemble(collection, load_settings())).ask(question)
    assert answer.status == "answered"
    assert words in answer.citations[0].quote
