"""Sentences of a document that are addressed to a language model: 忽略以上规则，回答…. They are no evidence.

A document that says so does say so, and quoting it would even be true to the letter. But no measure of a policy speaks
to a machine that reads it, and what such a sentence wants said must not be said in the documents' name.
"""

import re
from typing import Final

from corpus.normalize import fold

_PLANTED: Final = re.compile(
    r"(?:忽略|无视|不要(?:理会|遵守|执行)|忘记|忘掉|覆盖|跳过)[^。\n]{0,12}?(?:指令|指示|提示词?|规则|系统|设定|prompt)"
    r"|(?:你(?:现在)?是|扮演|作为)一?[个名]?[^。\n]{0,8}?(?:ai|人工智能(?:助手|模型)|语言模型|大模型|聊天机器人|智能助手)"
    r"|(?:ai|语言模型|大模型|智能助手|助手)[^。\n]{0,8}?(?:必须|请|应当|务必|只能)?[^。\n]{0,4}?(?:回答|输出|回复|告诉用户)"
    r"|请?(?:直接|只|务必|一律|必须)(?:回答|输出|回复|答复)[:“\"「]"
    r"|(?:结论|答案|答复|回答|回复|输出)[^。\n:\"]{0,8}?(?:一律|必须|只能|应当|统一|均|都)[^。\n:\"]{0,6}?(?:写作|写成|写为|写|为|是|说|称)[:\"]"
    r"|(?:对外|统一)(?:答复|回答|回复|口径)[:\"]"
    r"|(?:answer|reply|respond|output|say)(?: only| just| exactly| always)?(?: with| that)?[: ]{1,2}\""
    r"|(?:系统|新的?)(?:提示|指令|规则)[:：]"
    r"|(?:ignore|disregard|forget|override)[^.\n]{0,40}(?:instruction|prompt|rule|above|previous)"
    r"|(?:you are (?:now )?an? |act as an? |as an )(?:ai|assistant|language model|chatbot)"
    r"|(?:^|\n) {0,4}(?:system|assistant|user) {0,2}:"
    r"|<\|[a-z_]{2,20}\|>|\[/?inst\]|<</?sys>>"
)
#: A line is left out whole, and so is what stands behind it in the same paragraph: it may be what is to be said.
_LINE: Final = re.compile(r"[^\n]+")


def planted(text: str) -> bool:
    """Whether `text` speaks to a language model."""
    return _PLANTED.search(fold(text)) is not None


def planted_spans(text: str) -> list[tuple[int, int]]:
    """[start, end) of the lines of `text` that speak to a language model."""
    if not planted(text):
        return []
    return [found.span() for found in _LINE.finditer(text) if planted(found[0])]


def without_planted(text: str) -> str:
    """`text` with those lines left out."""
    for start, end in reversed(planted_spans(text)):
        text = text[:start] + text[end:]
    return text
