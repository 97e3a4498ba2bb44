"""Every word that the window itself says, in Chinese and in English.

The words of answers, refusals and errors are not here: those come with the values that `rag` returns.
"""

from dataclasses import dataclass
from typing import Final

from rag.types import Check, Language, Reason

TITLE: Final = "策问"

#: Questions to begin with, each with a word that a document must hold for the question to be offered.
EXAMPLES: Final[tuple[tuple[str, str], ...]] = (
    ("第七部分对社会保障卡是怎么说的？", "社会保障卡"),
    ("保障措施有哪几条？", "保障措施"),
    ("保障措施的第一条是什么？", "保障措施"),
    ("提出了多少条具体举措？", "具体举措"),
)


@dataclass(frozen=True, slots=True)
class Texts:
    """The window's words in one language. Fields with braces are formats."""

    subtitle: str
    other_language: str
    new: str
    ask: str
    placeholder: str
    question_label: str
    chat_label: str
    welcome: str
    welcome_more: str
    searching: str
    writing: str
    stop: str
    literal: str
    literal_more: str
    judge: str
    right: str
    wrong: str
    noted: str
    asked: str
    total: str
    listed: str
    sources: str
    verbatim: str
    cite: str
    refused: str
    unasked: str
    missing: str
    nearest: str
    failed: str
    original: str
    outline: str
    back: str
    chooser: str
    full_text: str
    page: str
    empty: str
    contents: str
    referrals: str

    bounds: str
    any: str
    documents: str
    issuer: str
    year: str
    kind: str
    region: str
    in_force: str
    in_force_only: str
    as_of: str
    model_failed: str
    tables: dict[str, str]
    reasons: dict[Reason, str]
    checks: dict[Check, str]
    validity: dict[str, str]


_ZH: Final = Texts(
    subtitle="政策文件问答 · 每句有出处",
    other_language="English",
    new="新对话",
    ask="提问",
    placeholder="请输入问题，可以追问",
    question_label="问题",
    chat_label="问答",
    welcome="请就已收录的文件提问",
    welcome_more="回答摘自文件原文。点击出处编号，可打开原文并标出所引文字；文件没有写的，会直接说明。",
    searching="正在查阅文件…",
    writing="语言模型正在起草，逐句与原文核对…",
    stop="停止",
    literal="按原话再问",
    literal_more="不是这个意思？不看上文，照字面重新回答",
    judge="这个回答对吗？",
    right="对",
    wrong="不对",
    noted="已记在本机",
    asked="问",
    total="共 {total} 项",
    listed="共 {total} 项，原文列出 {listed} 项",
    sources="出处",
    verbatim="引号内为文件原文，未作改写。",
    cite="出处 {number}：{label}，点击查看原文",
    refused="未找到依据",
    unasked="请提出问题",
    missing="文件中没有提到：",
    nearest="最接近的内容",
    failed="未能处理",
    original="查看原文",
    outline="目录",
    back="返回问答",
    chooser="选择文件",
    full_text="全文",
    page="第 {page} 页",
    empty="还没有收录文件：请运行 python -m ingest add 添加。",
    contents="文件原文",
    referrals="引文所指",
    bounds="查找范围",
    any="不限",
    documents="文件（可选几份）",
    issuer="发文机关",
    year="年份",
    kind="文种",
    region="地区",
    in_force="现行有效",
    in_force_only="只看现行有效的",
    as_of="截至日期",
    model_failed="语言模型没有答成（{why}），以上只摘录原文",
    tables={"comparison": "对照表", "card": "要点表"},
    reasons={
        "no_evidence": "没有相关内容",
        "weak_evidence": "依据不足",
        "missing_terms": "没有提到所问的事项",
        "no_such_address": "没有所问的部分",
        "not_a_question": "不是对文件的提问",
    },
    checks={
        "verified": "",
        "number_mismatch": "数字与原文不一致",
        "wrong_address": "出处有误",
        "stitched_quote": "引文不连续",
        "unsupported": "原文依据不足",
    },
    validity={
        "in_force": "现行有效",
        "not_yet": "尚未施行",
        "amended": "已被修改",
        "superseded": "已被替代",
        "repealed": "已经废止",
    },
)

_EN: Final = Texts(
    subtitle="Answers from policy documents, each with its source",
    other_language="中文",
    new="New conversation",
    ask="Ask",
    placeholder="Your question",
    question_label="Question",
    chat_label="Questions and answers",
    welcome="Ask about the documents",
    welcome_more="Answers quote the document. A source number opens the original at the quoted words; "
    "what the document does not say is not answered.",
    searching="Reading the documents…",
    writing="A language model is drafting; each sentence is checked against the text…",
    stop="Stop",
    literal="Ask it as typed",
    literal_more="Not what you meant? Answer the words as they stand, whatever went before",
    judge="Is this answer right?",
    right="Yes",
    wrong="No",
    noted="Noted on this machine",
    asked="Q",
    total="{total} in total",
    listed="{total} in total, {listed} of them listed",
    sources="Sources",
    verbatim="Words in quotation marks are the document's own.",
    cite="Source {number}: {label}, open the original",
    refused="No basis found",
    unasked="Please ask a question",
    missing="Not mentioned in the documents: ",
    nearest="Closest passages",
    failed="Not processed",
    original="Original",
    outline="Contents",
    back="Back",
    chooser="Document",
    full_text="Full text",
    page="p. {page}",
    empty="There are no documents yet: run python -m ingest add.",
    contents="The original document",
    referrals="What the quotations refer to",
    bounds="Where to look",
    any="any",
    documents="Documents (any number)",
    issuer="Issuer",
    year="Year",
    kind="Kind",
    region="Region",
    in_force="in force",
    in_force_only="Only what is in force",
    as_of="As of",
    model_failed="The language model gave no answer ({why}); these are quotations only",
    tables={"comparison": "Comparison", "card": "Key elements"},
    reasons={
        "no_evidence": "nothing about it",
        "weak_evidence": "not enough to go by",
        "missing_terms": "what was asked is not mentioned",
        "no_such_address": "no such part",
        "not_a_question": "not a question about the documents",
    },
    checks={
        "verified": "",
        "number_mismatch": "a number differs from the source",
        "wrong_address": "wrong source",
        "stitched_quote": "stitched quotation",
        "unsupported": "not supported by the source",
    },
    validity={
        "in_force": "in force",
        "not_yet": "not yet in force",
        "amended": "amended",
        "superseded": "superseded",
        "repealed": "repealed",
    },
)


def texts(language: Language) -> Texts:
    """The words in `language`."""
    return _EN if language == "en" else _ZH
