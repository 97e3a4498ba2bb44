"""What the terminal doors of both halves share: the parser that complains in one line, where the index is, JSON out."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        """See `argparse.ArgumentParser.error`."""
        self.exit(2, f"用法有误：{message}；用 {self.prog} --help 查看写法。\n")


def default_index() -> Path:
    """Where the index is kept unless --index says otherwise: CEWEN_INDEX, else corpus/index."""
    return Path(os.environ.get("CEWEN_INDEX") or ROOT / "corpus" / "index")


def common_options() -> Parser:
    """The options that every command has."""
    common = Parser(add_help=False)
    common.add_argument("--index", type=Path, default=default_index(), help="索引所在文件夹（默认 corpus/index）")
    common.add_argument("--json", action="store_true", help="标准输出只打印 JSON")
    return common


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on a line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()
