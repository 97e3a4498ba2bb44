"""Metadata as one table that a person can correct: out as CSV, back as corrections that outlive the next reading.

A corrected field is remembered by the document, not by the version or the file, so that adding the document anew does
not undo it. Emptying a cell says that the document has no such thing.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from corpus.collection import Collection
from corpus.errors import InputError
from corpus.model import Metadata
from ingest.dates import first_date

#: The fields in the order of the columns, with the names that are shown.
FIELDS: Final = {
    "title": "标题", "issuer": "发文机关", "reference": "发文字号", "dated": "成文日期",
    "published": "发布日期", "effective": "施行日期", "expires": "有效期至", "addressee": "主送机关", "kind": "文种",
    "region": "地区", "tier": "层级", "volume": "分编", "repeals": "废止",
}  # fmt: skip
_DATES: Final = frozenset({"dated", "published", "effective", "expires"})
_HEAD: Final = ("document_id", "path")
#: What parts several documents in one cell.
_AND: Final = "；"


def corrected(metadata: Metadata, values: Mapping[str, str]) -> Metadata:
    """`metadata` with what a person has set; an empty value empties the field."""
    if not values:
        return metadata
    fields: dict[str, Any] = {}
    for name, value in values.items():
        if name == "repeals":
            fields[name] = tuple(filter(None, value.split(_AND)))
        else:
            fields[name] = value or None
    evidence = {name: line for name, line in metadata.evidence.items() if name not in values}
    return replace(metadata, **fields, evidence=evidence, corrected=tuple(sorted(values)))


def export_metadata(collection: Collection) -> str:
    """A row a document: its id, its file, each field, and for each field where it was read."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_HEAD, *FIELDS, "evidence"])
    for document in collection.documents():
        metadata = document.metadata
        evidence = [f"{FIELDS[name]}:第{line}行" for name, line in metadata.evidence.items() if line and name in FIELDS]
        evidence += [f"{FIELDS[name]}:人工订正" for name in metadata.corrected]
        writer.writerow([document.id, document.path, *(_cell(metadata, name) for name in FIELDS), " ".join(evidence)])
    return out.getvalue()


def import_metadata(path: Path, collection: Collection) -> list[tuple[str, list[str]]]:
    """Take the corrections from a table; the documents that changed, each with the fields that did.

    InputError names the line of what cannot be used, and then nothing is changed.
    """
    changes = [change for change in _changes(_rows(path), path, collection) if change[1]]
    for id_, values in changes:
        document = collection.document(id_)
        collection.correct(document.lineage, values)
        metadata = corrected(document.metadata, collection.corrections(document.lineage))
        collection.set_metadata(id_, metadata)
    return [(id_, sorted(values)) for id_, values in changes]


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as exc:
        raise InputError(f"{path} 读不出来（{exc.strerror}）；请检查路径。") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"{path} 不是 UTF-8 编码；在表格软件里请选择“CSV UTF-8”另存。") from exc
    reader = csv.DictReader(io.StringIO(text))
    columns = reader.fieldnames or ()
    unknown = [name for name in columns if name not in (*_HEAD, *FIELDS, "evidence")]
    if "document_id" not in columns or unknown:
        raise InputError(
            f"{path.name} 的表头应为 document_id 和要订正的项目（{'、'.join(FIELDS)}），"
            f"{'不认识 ' + '、'.join(unknown) if unknown else '缺少 document_id'}；"
            "请从 python -m ingest metadata export 的结果改起。"
        )
    return [(reader.line_num, {k: v or "" for k, v in row.items() if k}) for row in reader]


def _changes(
    rows: Sequence[tuple[int, dict[str, str]]], path: Path, collection: Collection
) -> list[tuple[str, dict[str, str | None]]]:
    held = {held.id for held in collection.held()}
    changes = []
    for line, row in rows:
        id_ = row["document_id"].strip()
        if id_ not in held:
            raise InputError(f"{path.name} 第 {line} 行：没有编号为 {id_ or '（空）'} 的文档；请核对 document_id。")
        metadata = collection.document(id_).metadata
        values: dict[str, str | None] = {}
        for name in FIELDS:
            if name in row:
                value = _checked(name, row[name].strip(), f"{path.name} 第 {line} 行")
                if value != _cell(metadata, name):
                    values[name] = value
        changes.append((id_, values))
    return changes


def _checked(name: str, value: str, where: str) -> str:
    if name == "title" and not value:
        raise InputError(f"{where}：标题不能为空。")
    if name in _DATES and value:
        # Spreadsheet programs write dates in their own way: 2024/6/1.
        if (iso := first_date(value)) is None:
            raise InputError(f"{where}：{FIELDS[name]} {value!r} 不是日期；请写成 2024-06-01 这样。")
        return iso
    return value


def _cell(metadata: Metadata, name: str) -> str:
    value = getattr(metadata, name)
    return _AND.join(value) if isinstance(value, tuple) else value or ""
