"""Settings: one frozen tree from a file, the environment and the caller; what is wrong in it is named in one line."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from corpus import InputError
from rag import Settings, load_settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("CEWEN_"):
            monkeypatch.delenv(name)


def loaded(folder: Path, toml: str) -> Settings:
    path = folder / "settings.toml"
    path.write_text(toml, encoding="utf-8")
    return load_settings(path)


#: Every bounded number with the least and the greatest that it may be.
BOUNDS = [
    ("retrieval", "candidates", 1, 1000), ("retrieval", "lexical_weight", 0, 1),
    ("retrieval", "lexical_weight_english", 0, 1), ("retrieval", "pair_weight", 0, 5),
    ("retrieval", "variant_weight", 0, 1), ("retrieval", "work_share", 0, 2), ("retrieval", "rerank_depth", 1, 200),
    ("answering", "parts", 1, 50), ("answering", "statements", 1, 10),
    ("answering", "reading_limit", 40, 2000),
    ("answering", "short_answers", 0, 1), ("answering", "quote_limit", 50, 5000), ("chat", "max_tokens", 16, 8000),
    ("chat", "evidence_budget", 200, 100_000), ("chat", "timeout", 1, 3600), ("chat", "silence", 1, 3600),
    ("chat", "retries", 0, 5), ("refusing", "threshold", 0, 1),
    ("refusing", "question_limit", 10, 100_000),
]  # fmt: skip


def test_every_setting_is_bounded_here() -> None:
    """A new setting must be given bounds, and a line in the table above."""
    tree = Settings().model_dump()
    numbers = [(section, key) for section, keys in tree.items() for key in keys if type(keys[key]) in (int, float)]
    assert numbers == [row[:2] for row in BOUNDS]


@pytest.mark.parametrize(("section", "key", "least", "greatest"), BOUNDS)
def test_numbers_are_bounded(tmp_path: Path, section: str, key: str, least: int, greatest: int) -> None:
    for inside in (least, greatest):
        settings = loaded(tmp_path, f"[{section}]\n{key} = {inside}")
        assert settings.model_dump()[section][key] == inside
    for outside in (least - 1, greatest + 1, "nan", "inf", '"many"'):
        with pytest.raises(InputError, match=rf"^设置 {section}\.{key} 有误"):
            loaded(tmp_path, f"[{section}]\n{key} = {outside}")


@pytest.mark.parametrize(("section", "key", "least", "greatest"), BOUNDS)
def test_the_fingerprint_changes_with_every_setting(
    tmp_path: Path, section: str, key: str, least: int, greatest: int
) -> None:
    """Neither bound is a default, so that three values differ."""
    values = (loaded(tmp_path, f"[{section}]\n{key} = {value}") for value in (least, greatest))
    assert len({Settings().fingerprint, *(settings.fingerprint for settings in values)}) == 3


def test_the_fingerprint_is_that_of_the_values_alone(tmp_path: Path) -> None:
    defaults = Settings()
    assert len(defaults.fingerprint) == 12
    assert loaded(tmp_path, "").fingerprint == load_settings().fingerprint == defaults.fingerprint
    spelled = f"[answering]\nparts = {defaults.answering.parts}"
    assert loaded(tmp_path, spelled).fingerprint == defaults.fingerprint


@pytest.mark.parametrize(
    ("toml", "key"),
    [
        ("colour = 1", "colour"), ("[colour]\nred = 1", "colour"), ("retrieval = 3", "retrieval"),
        ("[retrieval]\ncandidtes = 5", "retrieval.candidtes"), ("[answering]\nparts = 2.5", "answering.parts"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named_in_one_line(tmp_path: Path, toml: str, key: str) -> None:
    with pytest.raises(InputError) as raised:
        loaded(tmp_path, toml)
    assert str(raised.value).startswith(f"设置 {key} 有误")
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("content", [b"parts =", b"[answering\nparts = 3", b"\xff\xfe[\0", b"parts = 1\nparts = 2"])
def test_a_file_that_is_no_toml_is_named_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"settings\.toml 不是 TOML") as raised:
        load_settings(path)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_file_that_cannot_be_read_is_named_with_the_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="--settings"):
        load_settings(tmp_path / name)


def test_the_file_goes_before_the_environment_key_by_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEWEN_ANSWERING__PARTS", "9")
    monkeypatch.setenv("CEWEN_ANSWERING__STATEMENTS", "7")
    answering = loaded(tmp_path, "[answering]\nparts = 4").answering
    assert (answering.parts, answering.statements) == (4, 7)
    assert load_settings().answering.parts == 9


def test_an_empty_variable_and_those_of_other_uses_set_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """CEWEN_MODEL, CEWEN_RETRIEVER and CEWEN_CACHE are read elsewhere, and share the prefix."""
    before = load_settings().fingerprint
    for name, value in (
        ("CEWEN_RETRIEVAL__CANDIDATES", ""),
        ("CEWEN_MODEL", "x"),
        ("CEWEN_RETRIEVER", "x"),
        ("CEWEN_CACHE", "y"),
    ):
        monkeypatch.setenv(name, value)
    assert load_settings().fingerprint == before


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("CEWEN_RETRIEVAL__CANDIDATES", "0", "retrieval.candidates"),
        ("CEWEN_RETRIEVAL__CANDIDTES", "5", "retrieval.candidtes"),
        ("CEWEN_RETRIEVAL", "fast", "retrieval"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_environment_is_named_too(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, key: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InputError, match=key):
        load_settings()


def test_settings_are_frozen_and_refuse_unknown_keys_from_code_too() -> None:
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.retrieval.candidates = 5
    with pytest.raises(ValidationError, match="frozen"):
        settings.retrieval = settings.retrieval
    with pytest.raises(ValidationError, match="colour"):
        Settings.model_validate({"colour": 1})


def test_where_feedback_is_kept_changes_no_answer_and_no_fingerprint(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[feedback]\nfile = "said.jsonl"').fingerprint == Settings().fingerprint
