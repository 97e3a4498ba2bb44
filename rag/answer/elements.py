"""The key elements of a measure: who is responsible, by when, for whom, how much, on which conditions.

Each is a span of the text to the letter, found by expression; what the text does not say is not found. Which parts are
measures, and how the elements are shown, is `rag.answer.cards`'s to say.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Final

from corpus.model import Document, Part
from rag.answer.items import announces, items_below
from rag.sentences import sentences_of
from rag.types import Language


class Element(Enum):
    """What a measure is asked for: 责任单位, 时限, 对象, 金额或标准, 条件."""

    RESPONSIBLE = "责任单位"
    DEADLINE = "时限"
    TARGET = "对象"
    AMOUNT = "金额或标准"
    CONDITION = "条件"

    def named(self, language: Language) -> str:
        """What a table calls it."""
        return _ENGLISH[self] if language == "en" else self.value


_ENGLISH: Final = {
    Element.RESPONSIBLE: "responsible", Element.DEADLINE: "deadline", Element.TARGET: "for whom",
    Element.AMOUNT: "amount or standard", Element.CONDITION: "conditions",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """An element at [start, end) of a document, in the sentence at `sentence`."""

    element: Element
    start: int
    end: int
    sentence: tuple[int, int]


Span = tuple[int, int]
_N: Final = r"(?:\d{1,12}(?:[.,，．]\d{1,6}){0,4}|[〇一二两三四五六七八九十百千]{1,12})"
#: What the name of a public body ends in; in brackets behind it there may be another (镇人民政府（街道办事处）).
_OFFICE: Final = (
    r"(?:政府|部门|机关|机构|委员会|办公室|办公厅|办事处|管委会|领导小组|工作组|联席会议|专班|法院|检察院|海关|残联"
    r"|联合会|支队|大队|厅|(?<![布格结全大])局|署|委|国务院)(?:[（(][^（）()]{2,12}[）)])?"
)
_BODY_END: Final = re.compile(
    rf"(?:{_OFFICE}|部|院|处|中心|单位|银行|协会|学会|公司|企业|学校|组织|工会|会|站|所|办|人)$"
)
#: Where a clause begins; the mark of an article or item is none of its words.
_MARK: Final = (
    r"(?:\**第[〇零一二三四五六七八九十百千\d]+条\**[\s\u3000]*|[（(][〇一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、])?"
)
_HEAD: Final = rf"(?:^|(?<=[，,。；;：:\n])){_MARK}"
_LABELLED: Final = re.compile(
    r"(?:责任|牵头|负责|配合|考核|主办|承办|协办|实施|主管|参与|参加)(?:责任)?(?:单位|部门)(?:为(?!主|了|核心)|[：:])"
    r"(?P<v>[^。；;：:）)\n]{2,100}(?:[（(][^（）()\n]{1,20}[）)][^。；;：:）)\n]{0,60})?)"
)
_BRACKETED: Final = re.compile(
    r"[（(](?P<v>[^（）()。；;\n]{2,160}(?:按职责分工负责|按职责分工配合|分工负责|负责|牵头|配合|组织实施))(?=[，,。）)])"
)
_BY: Final = re.compile(
    r"由(?P<v>[^，,。；;：:\n由其该将被的]{2,44}?)(?=(?:依法|依照|依职权|共同|统一|具体|另行|按照?|根据|会同|商)?"
    r"(?:负责|牵头|会同|组织|承担|制定|审核|审批|核准|核发|认定|批准|办理|实施|受理|发放|公布|发布|责令|处|给予|没收"
    r"|统筹|确定|规定|决定|查处|提出|报|向|对|进行|管理|监督|拨付|支付|印发|备案|予以|追缴|吊销|警告|收缴|作出))"
)
#: What begins with one of these is done to a body, or how.
_NO_NAME: Final = "由对向经在按应报请被与和是以不今去加并且或根依-"
_LEADS: Final = re.compile(
    rf"{_HEAD}(?P<v>[^，,。；;：:\n“”由]{{0,40}}?{_OFFICE})"
    r"(?=(?:要|应当?|应该|须|必须)?(?:依法|具体|统一)?(?:负责|主管|牵头|承担|统筹|会同|组织(?!法)))"
)
_MUST: Final = re.compile(
    rf"(?:^|(?<=[。；;\n])){_MARK}(?P<v>[^，,。；;：:\n“”]{{0,40}}?{_OFFICE})(?=应当?|要(?!求)|须|必须)"
)
_SERVED: Final = (
    r"(?:人员|个人|家庭|企业|单位|(?<!或)者|(?<![入落开])户|机构|学生|毕业生|儿童|职工|对象|组织|群体|园区|平台|项目|基地|主体|农民|居民|妇女"
    r"|劳动者|公民|团队|人才|老年人|残疾人|青年|教师|村民|用户|合作社|农场|申请人|工人|失业人|军人|本人|子女|人)"
)
_FOR: Final = re.compile(
    rf"(?:^|(?<=[，,。；;：:\n）)]))(?:其中[，,]?)?(?:对于?|面向|针对|支持|鼓励|为)(?P<v>[^，,。；;：:\n对为向]{{1,48}}?{_SERVED})"
    r"(?=[，,]|(?:给予|予以|按|免|减|发放|提供|实行|实施|再|可|每|一次性|分别|开展|参加|为|依法|从事|自主|申请|到|在|以|购买|吸纳|招用))"
)
#: Whatever something is granted to (对承租国有房屋的小店，减免租金).
_GRANTED: Final = re.compile(
    r"(?:^|(?<=[，,。；;：:\n]))对于?(?P<v>[^，,。；;：:\n对为向]{2,48}[^的])(?=[，,](?:给予|予以|免|减|一次性|分别|省级|市级|区级)[^，,。]{2})"
)
#: Who does one of these acts, and is not only served.
_DOES: Final = re.compile(
    r"建设|打造|开展|引导|提升|推动|健全|组建|自行向|提交|提出|根据|是否|逾期|发放|给予|进行|落实|发现|^包括"
)
_GIVEN: Final = re.compile(rf"(?:向|给)(?P<v>[^，,。；;：:\n]{{1,30}}?{_SERVED})(?=发放|提供|支付(?!机构)|拨付)")
_ENTITLED: Final = re.compile(
    rf"{_HEAD}(?P<v>(?!由|向|对|在|督促|应|可|并|或|经|按|申请|依法)[^，,。；;：:\n]{{1,60}}?{_SERVED})(?=(?:均|还|也)?(?:可以?|应当?|有权)?(?:在[^，,。]{{2,20}}|接受[^，,。]{{2,16}}可)?(?:申请(?!人)|享受|领取|申领))"
)
_NAMED: Final = re.compile(r"对象(?:为|是|包括|[：:])(?P<v>[^。；;\n]{2,80})")
_APPLIES: Final = re.compile(rf"(?<!不)适用于(?P<v>[^。；;，,\n]{{2,60}}?{_SERVED})(?=[，,。；;]|$)")
_YEAR: Final = r"(?:\d{4}年(?:度)?|今年|明年|当年|次年|每年)"
_PART_OF_YEAR: Final = r"(?:\d{1,2}日|上旬|中旬|下旬|年?底|年?末|上半年|下半年|初)"
_FROM: Final = r"(?:自(?![治主愿行己身动然])|从)[^，,。；;：:\n“”]{0,30}?起"
_DEADLINES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_FROM}(?:的)?{_N}个?(?:工作日|日|个月|月|年|天|小时)(?:以|之)?内",
        rf"{_FROM}至[^，,。；;\n]{{2,16}}(?:止|日|月|底)",
        rf"{_FROM}(?:(?:开始)?(?:施行|实施|执行)|[，,]?(?=有效期))",
        rf"(?:力争|争取|确保)?(?:在|于|到|至)?{_YEAR}(?:\d{{1,2}}月)?{_PART_OF_YEAR}?(?:之前|以前|前)",
        rf"(?<![现虑得直想感年])(?<!现在)(?:力争|争取)?到{_YEAR}(?:\d{{1,2}}月|底|末)?(?=[，,、]|[\u4e00-\u9fff])",
        rf"{_YEAR}\d{{1,2}}月(?:\d{{1,2}}日)?(?:至|到|[-—－~～])(?:{_YEAR})?\d{{1,2}}月(?:\d{{1,2}}日|底)?",
        r"(?<![\d年])\d{1,2}月(?:\d{1,2}日|底|末|份|上旬|中旬|下旬)?(?:之前|以前|前|(?=(?:完成|取得|基本)))(?:完成|取得\w{0,6}成效)?",
        r"(?:每季度|每半年|每月|每周)(?:末|底|初|首月)?(?:\d{1,2}日)?(?:前)",
        rf"(?:(?:接|收)到[^，,。；;：:\n]{{1,20}}?(?:之日)?(?:后|起)(?:的)?)?(?<![近续满每来去前业立生月\d-]){_N}个?(?:工作日|日|个月|月|天|小时|年)(?:以|之)?内(?![的（(])",
        r"(?<!\d)(?:今年|明年|本)?年底前|年内(?=完成|实现|建成|出台)|(?<=[（(])(?:持续推进|长期坚持)",
        rf"有效期(?:为|是|至|到)?(?:\d{{4}}年\d{{1,2}}月\d{{1,2}}日|{_N}年)",
    )
)
_MONEY: Final = re.compile(
    rf"{_N}(?:多|余)?(?:万亿|[亿万千百])?元(?![化旦素件首帅老])|{_N}倍(?:以上|以下)[^，,。]{{0,8}}罚款"
    r"|(?:税率|费率|比例|标准|补|贴|奖|返还|减按|支付|报销|筹资|缴费)[^，,。；;\n]{0,24}?(?:\d{1,9}(?:\.\d{1,4})?[%％]|百分之[〇一二三四五六七八九十点]{1,9})"
    r"|(?:\d{1,9}(?:\.\d{1,4})?[%％]|百分之[〇一二三四五六七八九十点]{1,9})[^，,。；;\n]{0,12}?(?:补|贴|奖|返还|的标准|的比例|给予|计发|支付|缴|税率|征收)"
    r"|(?:补[贴助]|奖励|资助|救助|发放|保障)标准为[^，,。；;\n]{2,40}"
)
_MEETING: Final = re.compile(
    r"(?<!不)符合(?!国家|本市|本省|规定)[^，,。；;：:\n]{2,40}?(?:条件|规定)(?:之一)?的[^，,。；;：:\n]{0,12}"
)
_IF: Final = re.compile(
    rf"{_HEAD}(?:且|或者?|并且?|其中)?(?P<v>(?![^，,]{{1,30}}是[^否])[^，,。；;：:\n“”]{{4,90}}[^目似真确]的)(?=[，,])"
)
_IF_ANY: Final = re.compile(
    r"(?:具备|符合|满足|有)(?:下列|以下)(?:全部|之一|任一|所有)?的?(?:条件|情形)[^，,。；;：:\n]{0,12}[：:]"
)
_EXCEPT: Final = re.compile(r"除(?![了此])[^，,。；;：:\n]{2,60}?(?:以外|之外|外)(?=[，,])")
_THEN: Final = re.compile(r"可|应|须|得|给予|予以|按|由|不|免|减|享受|支付|处|责令|依|视|发放|停|终止|再|适用|准|缴")
#: A clause about amounts of more characters is cut to what is right around its amount.
_CLAUSE: Final = 60
_CLAUSE_HEAD: Final = re.compile(rf"[\s\u3000]*{_MARK}[（(]?")
_CLAUSES: Final = re.compile(r"(?:[^，,。；;\n]|(?<=\d)[，,](?=\d{3}))+")
#: In characters: a condition with its items.
_LONGEST: Final = 600
#: So many of one kind are shown of one measure.
_MOST: Final = 4


def elements_of(document: Document, part: Part) -> tuple[Found, ...]:
    """The elements of a part with everything under it, in reading order, at most four of a kind."""
    spans = [
        span
        for passage in document.passages(part)
        for span in sentences_of(document, passage)
        if not passage.heading or span[0] >= passage.heading_end
    ]
    found = [_with_items(document, part, each) for span in spans for each in elements_in(document.text, span)]
    kept: list[Found] = []
    for element in Element:
        own = {document.text[each.start : each.end]: each for each in reversed(found) if each.element is element}
        kept.extend(sorted(own.values(), key=lambda each: each.start)[:_MOST])
    return tuple(sorted(kept, key=lambda each: (each.start, each.end)))


def _with_items(document: Document, part: Part, found: Found) -> Found:
    """A condition that is told in items (有下列情形之一的：) with the items, where they are not too many words."""
    words = document.text[found.start : found.end]
    leads = found.element is Element.CONDITION and re.search("下列|以下", words) is not None
    if not leads or not announces(document.text[slice(*found.sentence)]):
        return found
    holder = document.innermost(found.start)
    items = items_below(document, holder if holder.number else part, found.sentence[1])
    if not items or items[-1][1] - found.start > _LONGEST:
        return found
    return Found(found.element, found.start, items[-1][1], (found.sentence[0], items[-1][1]))


def elements_in(text: str, sentence: Span) -> Iterator[Found]:
    """The elements of the sentence [start, end) of a text, by kind."""
    words = text[slice(*sentence)]
    for element, read in _READERS.items():
        for start, end in _apart(read(words)):
            yield Found(element, sentence[0] + start, sentence[0] + end, sentence)


def _apart(spans: Iterator[Span]) -> list[Span]:
    """Spans that do not overlap: of two that do, the longer one."""
    kept: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if all(end <= a or b <= start for a, b in kept):
            kept.append((start, end))
    return sorted(kept)


def _responsible(words: str) -> Iterator[Span]:
    labelled = [found.span("v") for found in _LABELLED.finditer(words)]
    labelled += [
        found.span("v") for found in _BRACKETED.finditer(words) if found.start() not in _inside(words, labelled)
    ]
    if labelled:
        yield from (_without_tail(words, span) for span in labelled)
        return
    for pattern in (_BY, _LEADS, _MUST):
        for found in pattern.finditer(words):
            if _BODY_END.search(found["v"]) and len(found["v"]) > 2 and found["v"][0] not in _NO_NAME:
                yield found.span("v")


def _inside(words: str, spans: list[Span]) -> set[int]:
    """The offsets of the brackets that hold one of `spans`."""
    return {words.rfind(sign, 0, start) for start, _ in spans for sign in "（("}


def _without_tail(words: str, span: Span) -> Span:
    return span[0], span[0] + len(words[slice(*span)].rstrip("，,、 。"))


def _deadline(words: str) -> Iterator[Span]:
    for pattern in _DEADLINES:
        for found in pattern.finditer(words):
            start = found.start() + (found[0][0] in "在于" and len(found[0]) > 1)
            yield start, found.start() + len(found[0].rstrip("，,"))


def _target(words: str) -> Iterator[Span]:
    for pattern in (_FOR, _GRANTED, _GIVEN, _ENTITLED, _NAMED, _APPLIES):
        for found in pattern.finditer(words):
            if len(found["v"]) > 2 and not _DOES.search(found["v"]):
                yield found.span("v")


def _amount(words: str) -> Iterator[Span]:
    amounts = [found.span() for found in _MONEY.finditer(words)]
    for clause in _CLAUSES.finditer(words):
        held = [(start, end) for start, end in amounts if start >= clause.start() and start < clause.end()]
        if not held:
            continue
        if clause[0].endswith("的"):
            continue  # 违法所得在5万元以上的 is a condition.
        begin, end = clause.span()
        head = _CLAUSE_HEAD.match(clause[0])
        begin += head.end() if head else 0
        yield (begin, end) if end - begin <= _CLAUSE else (held[0][0], max(end for _, end in held))


def _condition(words: str) -> Iterator[Span]:
    for pattern in (_MEETING, _EXCEPT):
        yield from (found.span() for found in pattern.finditer(words))
    for found in _IF.finditer(words):
        if _THEN.search(words[found.end() : found.end() + 40]):
            yield found.span("v")


_READERS: Final[dict[Element, Callable[[str], Iterator[Span]]]] = {
    Element.RESPONSIBLE: _responsible,
    Element.DEADLINE: _deadline,
    Element.TARGET: _target,
    Element.AMOUNT: _amount,
    Element.CONDITION: _condition,
}


#: What a text that tells an element in any way whatever has in it; found without any of these, it tells none.
_TOLD: Final = {
    Element.RESPONSIBLE: re.compile(rf"{_OFFICE}|由|负责|牵头|主管|责任|承担|组织|单位|公司|企业|中心|银行|人民|各地"),
    Element.DEADLINE: re.compile(rf"{_N}个?(?:工作日|年|月|日|天|小时|周|季)|[年月期时]|及时|立即|尽快|当日|起"),
    Element.TARGET: re.compile(rf"{_SERVED}|对象|适用|对|向|为|群众|者"),
    Element.AMOUNT: re.compile(rf"{_N}|[%％元倍费税价款]|标准|金额|额度|比例|免"),
    Element.CONDITION: re.compile(r"条件|符合|具备|满足|如|若|的[，,]|情形|情况|除|但|应当|凡|经"),
}


def may_tell(element: Element, text: str) -> bool:
    """Whether a text may tell an element in words that no expression here knows; False is certain."""
    return _TOLD[element].search(text) is not None


def joined(text: str, found: list[Found]) -> list[Found]:
    """Elements of one kind, those of one sentence that nothing but signs parts as one."""
    runs: list[Found] = []
    for before, each in pairwise([None, *found]):
        assert each is not None  # only the first is None
        if (
            before is not None
            and before.sentence == each.sentence
            and not text[runs[-1].end : each.start].strip("，,、；;和与及 ")
        ):
            runs[-1] = Found(each.element, runs[-1].start, each.end, each.sentence)
        else:
            runs.append(each)
    return runs
