"""What went wrong as an object in OpenAI's shape, with its HTTP status and a sentence that says what to do.

Every message is ours: nothing of a stack, a path or a third party's error goes out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from corpus.errors import CewenError, InputError, ServiceError

_INVALID: Final = "invalid_request_error"
_SERVER: Final = "server_error"
_LONGEST: Final = 80


class UnusableError(InputError):
    """An `InputError` that knows the field and the code: what a door itself refuses."""

    def __init__(self, message: str, param: str | None = None, code: str = "unusable", status: int = 400) -> None:
        super().__init__(message)
        self.param, self.code, self.status = param, code, status


def error_object(
    message: str, kind: str = _INVALID, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """`{"error": …}`."""
    return {"error": {"message": message, "type": kind, "code": code, "param": param}}


def failure(error: CewenError) -> tuple[int, dict[str, Any]]:
    """Status and object of one of ours: 400 where the asker can mend it, else 503."""
    if isinstance(error, UnusableError):
        return error.status, error_object(str(error), _INVALID, error.code, error.param)
    if isinstance(error, InputError):
        return 400, error_object(str(error), _INVALID, "unusable")
    code = "try_again" if isinstance(error, ServiceError) else "index_unusable"
    return 503, error_object(str(error), _SERVER, code)


#: Of any other failure nobody outside learns more than this.
BROKEN: Final = error_object(
    "服务内部出错，已记入服务端的日志；请换个问法再试，或把问题告诉管理员。", _SERVER, "internal"
)

_CODES: Final = {"missing": "missing", "extra_forbidden": "unknown_field"}
_SENTENCES: Final = {
    "missing": "缺少 {param}：请补上这一项。",
    "extra_forbidden": "没有 {param} 这一项{allowed}。",
    "too_short": "{param} 是空的：至少要有 {min_length} 项。",
    "too_long": "{param} 太长：最多 {max_length} 项。",
    "string_too_long": "{param} 太长：最多 {max_length} 个字。",
    "string_unicode": "{param} 里有不成字的编码：请用 UTF-8 发送完整的字符。",
    "greater_than_equal": "{param} 太小：最小是 {ge}。",
    "less_than_equal": "{param} 太大：最大是 {le}。",
    "string_type": "{param} 应当是文字。",
    "bool_type": "{param} 应当是 true 或 false。",
    "bool_parsing": "{param} 应当是 true 或 false。",
    "int_type": "{param} 应当是整数。",
    "int_parsing": "{param} 应当是整数。",
    "list_type": "{param} 应当是列表。",
    "model_attributes_type": "{param} 应当是对象。",
    "model_type": "{param} 应当是对象。",
}


def unreadable(errors: Sequence[Mapping[str, Any]], allowed: Sequence[str] = ()) -> dict[str, Any]:
    """The object for what pydantic found wrong, the first thing of it; `allowed` are the fields that there are."""
    first = errors[0]
    kind = str(first["type"])
    if kind == "json_invalid":
        return error_object("请求体不是 JSON：请发送一个 JSON 对象。", code="not_json")
    param = ".".join(_steps(first["loc"]))[:_LONGEST] or None
    if param is None:
        said = "请求体应当是一个 JSON 对象，并注明 Content-Type: application/json。"
        return error_object(said, code="unusable")
    there = f"；可用的有 {'、'.join(allowed)}" if allowed else ""
    sentence = _SENTENCES.get(kind, "{param} 不能这样写：请对照 /docs 改正。")
    said = sentence.format_map({"param": param, "allowed": there} | dict(first.get("ctx") or {}))
    return error_object(said, code=_CODES.get(kind, "unusable"), param=param)


def _steps(place: Sequence[str | int]) -> list[str]:
    """The way to the field. Of alternatives pydantic names the type that it tried: no field of the caller's."""
    named = [str(step) for step in place if step not in ("body", "query", "path", "str", "int")]
    return [step for step in named if not step.startswith("constrained-") and "[" not in step]
