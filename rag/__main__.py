"""The cadre's door in a terminal: `python -m rag ask|chat|search`.

Exit status: 0 done, a refusal included; 2 wrong use, with one line saying what to write instead.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from corpus.errors import CewenError, InputError
from corpus.terminal import Parser, common_options, print_json
from rag.assistant import Assistant
from rag.filters import Conditions, filter_for
from rag.scope import usable_day
from rag.types import Answer, Filter, Refusal, Turn
from rag.wire import answer_object, explanation_object, hit_object

#: Lines of a conversation that ask the last question again as it was typed.
UNDO: Final = ("/原问", "/undo")
_UNDONE_BY: Final = {
    "zh": "（不是这个意思？输入 /原问，按原话再问）",
    "en": " (not what you meant? /undo asks it as typed)",
}


def _parser() -> Parser:
    common = common_options()
    common.add_argument("--settings", type=Path, help="TOML 设置文件")
    parser = Parser(prog="python -m rag", description="向已收录的政策文档提问")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    held = _document_options()
    ask = commands.add_parser("ask", parents=[common, held], help="问一个问题")
    ask.add_argument("question", nargs="?", help="问题")
    ask.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="一行一个问题，依次回答")
    commands.add_parser("chat", parents=[common], help="连续提问，可以追问")
    search = commands.add_parser("search", parents=[common, held], help="只查找，不作答")
    search.add_argument("question", nargs="?", metavar="query", help="要找的内容")
    search.add_argument("--batch", type=Path, metavar="FILE.jsonl", help="一行一个问题")
    search.add_argument("-k", type=int, default=10, help="最多几条（默认 10）")
    search.add_argument(
        "--explain",
        metavar="ADDRESS",
        help="说明某一部分（如 二/（三）/六是，或 文档编号:地址）在每一步排第几、在哪一步落选",
    )
    return parser


def _document_options() -> Parser:
    """The options that hold a question to some documents."""
    held = Parser(add_help=False)
    held.add_argument("--as-of", metavar="DATE", help="按这一天（如 2024-06-01）有效的版本")
    held.add_argument("--document", action="append", default=[], metavar="DOC", help="只在这份文件里（可给几次）")
    held.add_argument("--issuer", default="", help="只在这个机关的文件里")
    held.add_argument("--year", default="", help="只在这一年的文件里")
    held.add_argument("--kind", default="", help="只在这种文件里（如 通知）")
    held.add_argument("--region", default="", help="只在这个地区的文件里")
    held.add_argument("--in-force", action="store_true", default=None, help="只在现行有效的文件里")
    return held


def _among(options: argparse.Namespace, assistant: Assistant) -> Filter:
    """The documents that the options allow; InputError where there are none."""
    collection = assistant.collection
    wanted = Conditions(options.issuer, options.year, options.kind, options.region, options.in_force)
    documents = [collection.find(name).id for name in options.document]
    return filter_for(collection.catalog, wanted, documents, options.as_of)


def _batch(path: Path) -> Iterator[tuple[str | None, str, list[str]]]:
    """Id, question and earlier questions of each line; InputError names the line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as exc:
        raise InputError(f"问题文件 {path} 读不出来（{exc.strerror}）；请检查 --batch 的路径。") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"问题文件 {path} 不是 UTF-8 编码；请另存为 UTF-8。") from exc
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        wrong = f'{path.name} 第 {number} 行不是 {{"id": …, "question": …}} 这样的 JSON；请改正这一行。'
        try:
            row = json.loads(line)
        except json.JSONDecodeError as exc:
            raise InputError(wrong) from exc
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise InputError(wrong)
        history = row.get("history") or []
        if not isinstance(history, list) or not all(
            isinstance(h, dict) and isinstance(h.get("question"), str) for h in history
        ):
            raise InputError(wrong)
        yield (str(row["id"]) if "id" in row else None), row["question"], [h["question"] for h in history]


def _one_of(options: argparse.Namespace) -> None:
    if (options.question is None) == (options.batch is None):
        raise InputError("请给出一个问题，或用 --batch FILE.jsonl 给出一批问题，二者选一。")


def _show(answer: Answer, undo: str = "") -> None:
    """An answer for a person: how it was understood, with how that is undone, the text, and where it stands."""
    if answer.reading:
        print(answer.reading + undo)
    if answer.short_answer:
        print(f"【{answer.short_answer}】")
    print(answer.text)
    if answer.refusal is None:
        for citation in answer.citations:
            note = f"（{citation.validity_note}）" if citation.validity_note else ""
            page = f"，第 {citation.page} 页" if citation.page else ""
            print(f"[{citation.number}] {citation.label}{page}{note}")
        if answer.referrals:
            print("What they refer to:" if answer.language == "en" else "引文所指：")
        for referral in answer.referrals:
            print(f"  {referral.citation.label}：“{referral.citation.quote}”")
        return
    if answer.refusal.nearest:
        print("Nearest:" if answer.language == "en" else "最接近的内容：")
    for citation in answer.refusal.nearest:
        print(f"  {citation.label}：“{citation.quote}”")
    print(answer.refusal.coverage)


def _ask(options: argparse.Namespace) -> int:
    _one_of(options)
    rows = list(_batch(options.batch)) if options.batch else [(None, options.question, [])]
    if options.batch is None and not options.question.strip():
        raise InputError('问题是空的：请写出要问的内容，例如 python -m rag ask "保障措施有哪几条？"。')
    if options.as_of is not None:
        usable_day(options.as_of)
    assistant = Assistant.open(options.index, options.settings)
    among = _among(options, assistant)
    failed = False
    for id_, question, history in rows:
        try:
            answer = assistant.converse(history, question, among)
        except InputError as exc:
            if options.batch is None:
                raise
            # One unusable question must not cost the others their answers.
            failed = True
            print(f"{id_ or question[:20]}：{exc}", file=sys.stderr)
            if options.json:
                print_json(answer_object(_unusable(question, exc), id_) | {"error": str(exc)})
            continue
        if options.json:
            print_json(answer_object(answer, id_))
        else:
            _show(answer)
    assistant.close()
    return 1 if failed else 0


def _unusable(question: str, why: InputError) -> Answer:
    """What a batch says of a question that cannot be asked: an object with every field, as whoever reads it expects."""
    head = question[:200]
    return Answer(head, head, None, "refused", str(why), refusal=Refusal("not_a_question"))


def _chat(options: argparse.Namespace) -> int:
    assistant = Assistant.open(options.index, options.settings)
    turns: list[Turn] = []
    print(
        "请输入问题；可以追问，例如“那第六条呢？”。如果追问理解错了，输入 /原问（或 /undo），就按原话重新回答上一问。"
        "空行或 Ctrl-D 结束。",
        file=sys.stderr,
    )
    while True:
        try:
            question = input("问> ").strip()
        except EOFError:
            break
        if not question:
            break
        undone = question in UNDO
        if undone and not turns:
            print("还没有问过问题：请先输入一个问题。", file=sys.stderr)
            continue
        try:
            answer = assistant.ask(turns.pop().question, literal=True) if undone else assistant.ask(question, turns)
        except InputError as exc:
            print(exc, file=sys.stderr)
            continue
        turns.append(assistant.turn(answer))
        if options.json:
            print_json(answer_object(answer))
        else:
            _show(answer, _UNDONE_BY[answer.language])
    assistant.close()
    return 0


def _search(options: argparse.Namespace) -> int:
    _one_of(options)
    if not 1 <= options.k <= 1000:
        raise InputError(f"-k 是 {options.k}：请给出 1 到 1000 之间的数。")
    rows = list(_batch(options.batch)) if options.batch else [(None, options.question, [])]
    if options.as_of is not None:
        usable_day(options.as_of)
    assistant = Assistant.open(options.index, options.settings)
    among = _among(options, assistant)
    for id_, question, _ in rows:
        if options.explain is not None:
            _explain(assistant, question, options, among)
            continue
        hits, timings = assistant.search(question, options.k, among)
        found = [hit_object(hit, assistant.collection) for hit in hits]
        if options.json:
            head = {} if id_ is None else {"id": id_}
            print_json(head | {"query": question, "hits": found, "timings_ms": timings})
            continue
        for rank, hit in enumerate(found, 1):
            shown = " ".join((hit["passage"] or hit)["text"].split())
            print(f"{rank}. {hit['label']}  {hit['score']:.2f}\n   {shown[:80]}")
            if hit["same"]:
                print("   文字相同的还有：" + "；".join(same["label"] for same in hit["same"]))
    assistant.close()
    return 0


_STAGES = {"structural": "按编号和名称", "lexical": "按词", "dense": "按语义", "fused": "合成"}


def _explain(assistant: Assistant, question: str, options: argparse.Namespace, among: Filter) -> None:
    found = assistant.explain(question, options.explain, options.k, among)
    if options.json:
        print_json(explanation_object(question, found))
        return
    print(found.label)
    for stage in found.stages:
        place = f"第 {stage.rank} 位" if stage.rank else "没有找到"
        score = f"，得分 {stage.score:.3f}" if stage.score is not None else ""
        print(f"  {_STAGES[stage.name]}：{place}{score}（取前 {stage.kept} 位）")
    print(f"  {found.fell_out}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return {"ask": _ask, "chat": _chat, "search": _search}[options.command](options)
    except CewenError as exc:
        print(exc, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
