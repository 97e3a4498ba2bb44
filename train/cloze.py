"""Questions made of the sentences of documents themselves: what stands in one place of a clause is asked for.

Chinese asks where the answer stands (蓝绿空间占比稳定在70% → …稳定在多少), so that a clause with a question word in the
place of an amount, a date, a body, a title or an object is a question already; words are then left out of it or
exchanged for synonyms, as people do. Policy documents and laws have no other training questions.
"""

import random
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

from corpus.analyzer import Analyzer
from corpus.errors import InputError
from corpus.lexicon import synonyms
from corpus.normalize import fold
from corpus.quantities import located
from train.examples import Example, occurrences, sentences, window

_BODY: Final = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}(?:县级以上|省级|市级|各级|地方|主管|有关|行政|监督管理|管理)[\u4e00-\u9fff]{0,6})?"
    r"(?:国务院|人民政府|主管部门|部门|委员会|人民法院|人民检察院|管理局|办公厅|领导小组|财政部|发展改革委|商务部|教育部"
    r"|民政部|公安部|生态环境部|交通运输部|农业农村部|工业和信息化部|住房城乡建设部)"
)
_NAMED: Final = re.compile(r'[《"](?P<slot>[^《》"\n]{3,22})[》"]')
_OBJECT: Final = re.compile(
    r"(?:建立健全|建立|健全|完善|制定|设立|推进|推广|开展|实施|加强|实行|建设|开发|发展|提供|禁止|严禁|支持|鼓励)"
    r"(?P<slot>(?!的)[\u4e00-\u9fff、]{4,22})(?<!的)(?=[,。;]|$)"
)
_CLAUSE: Final = re.compile(r"[^,。;:!?\n]+")
_NUMBERING: Final = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百千零\d]+[条章节]|\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+、|\d+[.、])\s*"
)
_FIGURE: Final = re.compile(r"^(?:[\d.,]+(?:万亿|亿|万|千|百)?|[〇零一二两三四五六七八九十百千万亿]+)(?:多|余)?")
_UNCOUNTED: Final = ("第", "每", "-", "至", "(")
#: Characters of the text around a sentence that a passage is cut from, of a sentence, and of a question.
_AROUND: Final = 900
_SENTENCE: Final = range(14, 161)
_QUESTION: Final = range(8, 61)
_LONG: Final = 45
_UNANSWERED: Final = 0.25


def texts_of(folder: Path) -> list[str]:
    """The folded texts of a folder's .txt and .md files, by name. InputError where there are none."""
    files = sorted(path for path in folder.glob("*") if path.suffix in (".txt", ".md"))
    if not files:
        raise InputError(f"{folder} 里没有 .txt 或 .md 文件；--texts 要的是政策文件的文件夹。")
    return [fold(path.read_text(encoding="utf-8", errors="replace")) for path in files]


def clozes(texts: Sequence[str], count: int, kind: str, draw: random.Random) -> list[Example]:
    """About `count` questions over the texts, some with a passage that does not answer them."""
    analyzer = Analyzer()
    made: list[Example] = []
    for _ in range(count * 40):
        if len(made) >= count:
            break
        made += _made(draw.choice(texts), kind, analyzer, draw)
    return made


def _made(text: str, kind: str, analyzer: Analyzer, draw: random.Random) -> Iterator[Example]:
    at = draw.randrange(max(1, len(text) - _AROUND))
    around = text[at : at + _AROUND]
    # It begins with a line, not amid a sentence.
    around = around[around.find("\n") + 1 :]
    spans = [span for span in sentences(around) if span[1] - span[0] in _SENTENCE]
    if len(spans) < 3:
        return
    first, last = draw.choice(spans[:-1])
    sentence = around[first:last]
    # What begins or ends amid a word is no answer.
    edges = {0, *accumulate(map(len, analyzer.pieces(sentence)))}
    slots = [slot for slot in _slots(sentence, draw) if {slot[0], slot[1]} <= edges]
    if not slots:
        return
    start, end, word = draw.choice(slots)
    question = _question(sentence, (start, end), word, analyzer, draw)
    answer = sentence[start:end]
    if not question or answer in question:
        return
    passage, place = window(around, (first + start, first + end), (), draw)
    if passage[place : place + len(answer)] != answer:
        return
    yield Example(question, passage, place, place + len(answer), kind, (answer,))
    if draw.random() < _UNANSWERED:
        passage, _ = window(around, None, [(first, last), *occurrences(around, answer)], draw)
        if passage:
            yield Example(question, passage, -1, -1, f"{kind}-unanswered")


def _slots(sentence: str, draw: random.Random) -> Iterator[tuple[int, int, str]]:
    """[start, end) of what can be asked for, and the words that ask."""
    for start, end, quantity in located(sentence):
        if sentence[:start].endswith(_UNCOUNTED):
            continue
        if quantity.kind == "date":
            whole_year = re.fullmatch(r"\d{4}年", quantity.text)
            yield start, end, draw.choice(("哪一年", "何年") if whole_year else ("什么时候", "何时", "什么时间"))
        elif quantity.kind == "percentage":
            yield start, end, draw.choice(("百分之多少", "多少"))
        elif quantity.unit and quantity.unit not in ("条", "款", "项", "章", "节", "号"):
            yield start, end, "多少" + _FIGURE.sub("", quantity.text)
    for found in _BODY.finditer(sentence):
        if len(found[0]) > 2:
            yield *found.span(), draw.choice(("谁", "哪个部门", "哪个单位", "什么机构", "哪个机关"))
    for found in _NAMED.finditer(sentence):
        yield *found.span("slot"), "什么"
    for found in _OBJECT.finditer(sentence):
        yield *found.span("slot"), draw.choice(("什么", "什么", "哪些内容"))


def _question(sentence: str, slot: tuple[int, int], word: str, analyzer: Analyzer, draw: random.Random) -> str:
    """The clause of the slot as a question, often with a clause before it; "" where it is too short or too long."""
    clauses = [found.span() for found in _CLAUSE.finditer(sentence)]
    index = next((i for i, (start, end) in enumerate(clauses) if start <= slot[0] and slot[1] <= end), None)
    if index is None:
        return ""
    start, end = clauses[index]
    own = _NUMBERING.sub("", sentence[start : slot[0]]) + word + sentence[slot[1] : end]
    if index and (draw.random() < 0.6 or len(own) < 10):
        before = sentence[slice(*clauses[draw.choice((0, index - 1))])]
        joined = f"{_NUMBERING.sub('', before)},{own}"
        own = joined if len(joined) <= _LONG else own
    question = _loosely(own.strip(), word, analyzer, draw) + draw.choice(("?", "?", ""))
    return question if len(question) in _QUESTION and word in question else ""


def _loosely(question: str, word: str, analyzer: Analyzer, draw: random.Random) -> str:
    """The question with synonyms for some words, and without some that say little."""
    before, _, behind = question.partition(word)
    known = synonyms()

    def other(piece: str) -> str:
        chance = draw.random()
        if piece in known and chance < 0.4:
            return draw.choice(known[piece])
        small = analyzer.tag(piece) in ("d", "ad", "u", "uj", "c", "p")
        return "" if small and chance < 0.3 else piece

    return "".join(map(other, analyzer.pieces(before))) + word + "".join(map(other, analyzer.pieces(behind)))
