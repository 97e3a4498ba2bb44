"""The tables, as an ordered list of migrations; a database is brought up to date by those it lacks.

The number of applied migrations is SQLite's `user_version`. A migration once released is never edited.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from corpus.address import Address
from corpus.errors import StateError
from corpus.normalize import fold


def m001_documents(db: sqlite3.Connection) -> None:
    """Documents, their parts and segments, the vectors, and one row of facts about the whole."""
    db.executescript(
        """
        CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE documents (
            id TEXT PRIMARY KEY, path TEXT NOT NULL, content_hash TEXT NOT NULL,
            metadata TEXT NOT NULL, text TEXT NOT NULL);
        CREATE TABLE parts (
            document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            position INTEGER NOT NULL, address TEXT NOT NULL,
            "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, own_end INTEGER NOT NULL,
            heading TEXT NOT NULL, heading_start INTEGER NOT NULL, heading_end INTEGER NOT NULL,
            marker_end INTEGER NOT NULL,
            PRIMARY KEY (document_id, address));
        CREATE TABLE segments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
            address TEXT NOT NULL, piece INTEGER NOT NULL,
            "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, trail TEXT NOT NULL,
            UNIQUE (document_id, address, piece));
        CREATE TABLE vectors (
            segment_id INTEGER PRIMARY KEY REFERENCES segments(id) ON DELETE CASCADE, vector BLOB NOT NULL);
        """
    )


def m002_versions(db: sqlite3.Connection) -> None:
    """Versions of a document under one lineage, pages, what is read as one, and corrections made by hand."""
    db.executescript(
        """
        ALTER TABLE documents ADD COLUMN lineage TEXT NOT NULL DEFAULT '';
        ALTER TABLE documents ADD COLUMN pages TEXT NOT NULL DEFAULT '[]';
        UPDATE documents SET lineage = id;
        CREATE INDEX documents_lineage ON documents (lineage);
        ALTER TABLE parts ADD COLUMN body_end INTEGER NOT NULL DEFAULT 0;
        UPDATE parts SET body_end = own_end;
        CREATE TABLE corrections (
            lineage TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (lineage, field));
        """
    )


def m003_numbers(db: sqlite3.Connection) -> None:
    """The number and the folded heading of each part, so that parts are found without reading every document."""
    db.executescript(
        """
        ALTER TABLE parts ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE parts ADD COLUMN name TEXT NOT NULL DEFAULT '';
        """
    )
    rows = db.execute("SELECT rowid, address, heading FROM parts").fetchall()
    db.executemany(
        "UPDATE parts SET number = ?, name = ? WHERE rowid = ?",
        [(*part_key(Address.parse(address), heading), rowid) for rowid, address, heading in rows],
    )
    db.execute("CREATE INDEX parts_number ON parts (number, document_id) WHERE number > 0")
    db.execute("CREATE INDEX parts_name ON parts (name) WHERE name <> ''")


def part_key(address: Address, heading: str) -> tuple[int, str]:
    """The number of a part, and its heading as folded where the part is a numbered one."""
    return address.number, fold(heading) if address.number else ""


MIGRATIONS: Final[tuple[Callable[[sqlite3.Connection], None], ...]] = (m001_documents, m002_versions, m003_numbers)


def version(db: sqlite3.Connection) -> int:
    """How many migrations the database has seen."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def check(db: sqlite3.Connection, path: Path) -> None:
    """StateError where the database is of another version than this program's."""
    found = version(db)
    if found > len(MIGRATIONS):
        raise StateError(
            f"索引 {path} 由更新的版本建立（格式 {found}，本程序为 {len(MIGRATIONS)}）：请更新策问，"
            "或运行 python -m ingest sync --index 另一个文件夹 重新建立。"
        )
    if found < len(MIGRATIONS):
        raise StateError(
            f"索引 {path} 由较旧的版本建立（格式 {found}，本程序为 {len(MIGRATIONS)}）："
            "请运行 python -m ingest sync 更新它。"
        )


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Apply the migrations that are missing, each in a transaction; StateError where the database is newer."""
    if version(db) > len(MIGRATIONS):
        check(db, path)
    for number in range(version(db), len(MIGRATIONS)):
        MIGRATIONS[number](db)
        db.execute(f"PRAGMA user_version = {number + 1}")
        db.commit()
