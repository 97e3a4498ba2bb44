"""The words of a quotation that answer: an amount, a date, a body or person, a place. Nothing is made up.

Candidates are read from the sentence by expression, and the one nearest to the question's own words is taken.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from corpus.lexicon import places_in
from corpus.normalize import fold, fold_with_offsets
from rag.answer.figures import asked_figure
from rag.answer.names import names_a_place
from rag.kinds import COUNTING_WORDS, OFFICES, asks_office_holder, asks_place_anywhere, asks_place_name
from rag.terms import AMOUNTS
from rag.types import AnsweringWords, Expects, Query, Sentence

#: The commonest family names; with one of them before or behind an office somebody is named.
_FAMILY_NAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤习温洪庄关乔柯邢樊岳殷施倪"
)
#: What is said of a person right behind the name.
_DOES: Final = "同志|主持|在|对|出席|签|强调|要求|作出|亲自"
_AMOUNT: Final = r"(?:\d+(?:[.,]\d+)*|[〇一二两三四五六七八九十百千万]+)(?:多|余)?(?:万亿|[亿万千百])?"
#: 2023年, 一九六四年, 二00一年; the day of a month in either writing.
_YEAR: Final = r"(?:\d{4}|[一二][〇零○0-9一二三四五六七八九]{3}) ?年"
_SMALL: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_FRACTION: Final = r"[一二三四五六七八九十百]+分之[一二三四五六七八九十百点]+"
_PATTERNS: Final[dict[Expects, re.Pattern[str]]] = {
    Expects.NUMBER: re.compile(
        rf"{_AMOUNT} ?(?:{COUNTING_WORDS}|%)|{_FRACTION}|\d+(?:\.\d+)?%?"
    ),
    Expects.MONEY: re.compile(rf"{_AMOUNT}\s?元(?:/[人月年])?"),
    Expects.PERCENTAGE: re.compile(
        rf"\d+(?:\.\d+)?(?:%|‰|个百分点|倍)|百分之[〇一二三四五六七八九十百点]+|{_FRACTION}"
    ),
    Expects.DURATION: re.compile(
        r"(?<![\d月〇零一二三四五六七八九第])(?:\d{1,2}|[一二两三四五六七八九十]{1,3})(?:[个周]?年|个月|个?工作日|天|日内|周(?![岁年])|个?小时)(?![度\d])"
    ),
    Expects.YEAR: re.compile(rf"{_YEAR}|\d{{4}}(?=-\d\d-\d\d)"),
    Expects.DATE: re.compile(
        rf"(?:{_YEAR})?(?<![个第]){_SMALL}月(?:{_SMALL}日|底|初|末)?|{_YEAR}(?:底|初|末)?|\d{{4}}-\d{{2}}-\d{{2}}"
    ),
    Expects.REFERENCE: re.compile(r"[\u4e00-\u9fff]{1,12}[\[(]\d{4}[\])]第?\d+号"),
    Expects.PHONE: re.compile(
        r"(?<!\d)(?:(?:0\d{2,3}-?|\(0\d{2,3}\) ?)?\d{7,8}|1\d{10}|[48]00-?\d{3}-?\d{4}|1\d{4}|1[12]\d)"
        r"(?![\d年月日号条元])"
    ),
    Expects.ONLINE: re.compile(
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[\w./?=&%#-]*[\w/]|(?:[\w-]+\.)+(?:cn|com|net|org)\b",
        re.ASCII,
    ),
    Expects.WHERE: re.compile(r"(?<=在)[\u4e00-\u9fff]{2,10}?(?=召开|举行|主持|设立|建设|开展|挂牌|揭牌)"),
    Expects.WHO: re.compile(
        rf"[{_FAMILY_NAMES}][\u4e00-\u9fff]{{1,2}}总?(?:{OFFICES})(?={_DOES})"
        rf"|[\u4e00-\u9fff]{{0,6}}(?:{OFFICES})[ \u3000]?[{_FAMILY_NAMES}][\u4e00-\u9fff]{{1,2}}(?={_DOES}|$|\n)"
        r"|[\u4e00-\u9fff]{0,12}?(?:委员会|发展改革委|省委|市委|县委|党委|常委会会议|常委会|厅|局|政府|常务会议"
        r"|领导小组|办公室|办公厅|院|协会|公司|部门|单位|专题合作组|委(?![托员派任]))"
    ),
}  # fmt: skip
#: 主 任：, as lists of names write it.
_SPACED: Final = "|".join(office if len(office) > 2 else "[ \\u3000]*".join(office) for office in OFFICES.split("|"))
_NAMED: Final = re.compile(
    rf"(?:{_SPACED})[ \u3000、,，:：]*[{_FAMILY_NAMES}][\u4e00-\u9fff]{{1,2}}"
    rf"|[{_FAMILY_NAMES}][\u4e00-\u9fff]{{1,2}}(?:同志|[任兼]|担任)"
)
#: What was read ends with the office: 省长 and not 省长三角.
_OFFICE: Final = re.compile(rf"(?:{OFFICES})(?=$|[、,和兼])")
_PERSON: Final = re.compile(rf"^[{_FAMILY_NAMES}][\u4e00-\u9fff]{{1,2}}$")
#: A place that no list has, alone or enumerated: 松江区, and not 城市 or 地区.
_PLACE: Final = re.compile(
    r"(?:^|[、,和与及])[\u4e00-\u9fff]{2,4}(?<![地城都园片景社校辖郊灾山市])[省市县区州旗](?=$|[、,和与及等])"
)
#: What is a kind of place, or no place at all: 皖北城市, 市人民政府, 示范项目.
_NO_PLACE: Final = re.compile(
    r"(?:城市|国家|地区|区域|[圈群带]|中心|园区|部门|单位|机构|企业|公司|政府|委员会|[委局厅办]|项目|工程|平台|市场|政策|方案|意见|计划)$"
    r"|\d|[\u4e00-\u9fff]{13}"
)
#: 多少万: a number of that size.
_LARGE: Final = re.compile("多少[万亿]")
_FIGURES: Final = {"万": 5, "亿": 9}
#: 多少个 is said of whatever has a counting word of its own: 多少个指标, 28项指标.
_ANY_UNIT: Final = ("个", "条", "项", "大", "类", "种", "家", "处", "座", "点")
_SEVERAL: Final = re.compile(r"哪[些几两二三]|分别|which (?:cities|places|bodies|departments|provinces|regions)")
#: What joins the members of an enumeration.
_JOINED: Final = re.compile(r"\s*(?:[、和与]|及(?!时)|以及|并)")
_JOINED_BEFORE: Final = re.compile(r"[、和与及]\s*$")
#: 一个 is an article more often than a number.
_INDEFINITE: Final = re.compile(r"一[个家位名种些条项所张套户点]")
#: 怎么说的 asks for what is written, which the quotation is.
_ASKS_WHAT_IS_SAID: Final = re.compile(
    r"(?:怎么|怎样|如何|咋|是怎么|有何|有什么|有哪些)(?:具体)?(?:说|讲|写|规定|要求|表述|提|安排|部署|论述|描述)"
    r"|(?:说|讲|写|规定|提)(?:了|到)(?:些)?(?:什么|啥)|(?:有|作出|提出)了?(?:什么|哪些)(?:规定|要求|安排)"
    r"|(?:what|how) (?:does|do|did|is|are|was|were)\b[^?]*?\b(?:say|said|state[sd]?|provided?|required?|regulated?)\b"
)
_HOW: Final = re.compile(r"怎|如何|咋|^(?:how|why)(?! (?:many|much|long|old|large|often|far)\b)\b")
#: Characters of a short answer, at most.
_SHORT: Final = 60
_NUMBER: Final = re.compile(
    r"\d|[〇零一二两三四五六七八九十百千万亿几数]{2}|^[一二两三四五六七八九十百千万几数]|百分之|[一二三四五六七八九十]成"
)
_MEASURED: Final = frozenset(
    {Expects.NUMBER, Expects.MONEY, Expects.PERCENTAGE, Expects.DATE, Expects.YEAR, Expects.DURATION, Expects.PHONE}
)
_A_YEAR: Final = re.compile(_YEAR)
_NAMES: Final = frozenset({Expects.WHO, Expects.WHERE, Expects.ONLINE})
_CLAUSE_HEAD: Final = re.compile(r"^(?:同时|并|而)?(?:经|由|在|对|把|向|报|和|与|及|以)?")


def find(query: Query, text: str) -> tuple[int, int] | None:
    """[start, end) in `text` of the words that answer, or None where it holds none of the kind asked for.

    Where several are asked for (哪些城市), one of them would be a wrong answer: None as well.
    """
    if query.expects in (Expects.WHERE, Expects.WHO, Expects.DATE) and _SEVERAL.search(query.folded):
        return None
    folded, offsets = fold_with_offsets(text)
    spans = _candidates(query, folded)
    if not spans:
        return None
    nearest = min(spans, key=lambda span: (-_fit(query, folded, span), span[0]))
    start, end = asked_figure(query, folded, nearest) if query.expects in _MEASURED else nearest
    return offsets[start], offsets[end - 1] + 1


def readable(query: Query) -> bool:
    """Whether a question is answered by a few words that are read: not where it is for yes or no, a way or wording."""
    asks_how = _HOW.search(query.folded) or _ASKS_WHAT_IS_SAID.search(query.folded)
    return query.expects is not Expects.YES_NO and asks_how is None


def read(query: Query, words: AnsweringWords, sentences: Sequence[Sentence]) -> tuple[Sentence, tuple[int, int]] | None:
    """The words that were read as the answer, with the sentence that holds them.

    None where they are too long to be a short answer, or of another kind than is asked for. An amount or a date is
    given as it is written, with its unit.
    """
    if words.end - words.start > _SHORT:
        return None
    holder = holder_of(words, sentences)
    if holder is None or not of_kind(query, words.text):
        return None
    written = _written(query, holder, words)
    # 哪些都市圈 is not answered by one of two.
    if _SEVERAL.search(query.folded) and _goes_on(holder, written):
        return None
    return holder, written


def holder_of(words: AnsweringWords, sentences: Sequence[Sentence]) -> Sentence | None:
    """The sentence that the words stand in."""
    inside = (s for s in sentences if s.document.id == words.document.id)
    return next((s for s in inside if s.start <= words.start and words.end <= s.end), None)


def _goes_on(holder: Sentence, span: tuple[int, int]) -> bool:
    """Whether what is enumerated goes on before or behind [start, end)."""
    start, end = span[0] - holder.start, span[1] - holder.start
    return _JOINED_BEFORE.search(holder.text[:start]) is not None or _JOINED.match(holder.text, end) is not None


def _written(query: Query, holder: Sentence, words: AnsweringWords) -> tuple[int, int]:
    """The amount or date that the words are a piece of, the one name among them, or the words themselves.

    Of several figures it is the one that is asked for (`rag.answer.figures`).
    """
    read = words.start, words.end
    if query.expects not in _MEASURED | _NAMES:
        return read
    folded, offsets = fold_with_offsets(holder.text)
    written = {
        (holder.start + offsets[s], holder.start + offsets[e - 1] + 1): (s, e) for s, e in _candidates(query, folded)
    }
    if query.expects in _MEASURED:
        around = [(s, e) for s, e in written if s <= read[0] and read[1] <= e]
        whole = max(around, key=lambda span: span[1] - span[0], default=read)
        told = bisect_left(offsets, whole[0] - holder.start), bisect_left(offsets, whole[1] - holder.start)
        start, end = asked_figure(query, folded, told)
        return whole if (start, end) == told else (holder.start + offsets[start], holder.start + offsets[end - 1] + 1)
    inside = [span for span in written if read[0] <= span[0] and span[1] <= read[1]]
    if not inside or _SEVERAL.search(query.folded):
        return read
    return max(inside, key=lambda span: (_fit(query, folded, written[span]), -span[0]))


def of_kind(query: Query, text: str) -> bool:
    """Whether words may be what is asked for: an amount has a number in it that is no year (六千年, and not 长三角).

    哪个区 and 哪个城市 are answered by a place, and not by 皖北城市; who holds an office by a person or by another
    office.
    """
    folded = fold(text)
    if asks_office_holder(query.folded):
        return any(pattern.search(folded) for pattern in (_OFFICE, _NAMED, _PERSON))
    if asks_place_name(query.folded):
        anywhere = asks_place_anywhere(query.folded) and _NO_PLACE.search(folded) is None
        return anywhere or names_a_place(query, folded) or _PLACE.search(folded) is not None
    if query.expects is Expects.ONLINE:
        return _PATTERNS[Expects.ONLINE].search(folded) is not None
    if query.expects in AMOUNTS and _A_YEAR.fullmatch(folded):
        return False
    return query.expects not in _MEASURED or _NUMBER.search(folded) is not None


def holds_expected(query: Query, text: str) -> bool:
    """Whether `text` holds words of the kind that the question asks for."""
    if query.expects in (Expects.TEXT, Expects.LIST, Expects.YES_NO):
        return True
    if asks_office_holder(query.folded):
        return _NAMED.search(text) is not None
    return bool(_candidates(query, fold(text)))


def _candidates(query: Query, folded: str) -> list[tuple[int, int]]:
    pattern = _PATTERNS.get(query.expects)
    if pattern is None:
        return []
    spans = [found.span() for found in pattern.finditer(folded) if found[0] not in query.folded]
    if query.expects is Expects.NUMBER:
        # 第五条 counts nothing, and neither does 三级 in a title.
        spans = [span for span in spans if not _names_a_place(folded, span)]
        if large := _LARGE.search(query.folded):
            spans = [span for span in spans if _is_large(folded[span[0] : span[1] + 1], large[0][-1])]
    if query.expects is Expects.NUMBER and query.unit:
        counted = [span for span in spans if _counts_that(query, folded, span)]
        unit = query.unit.removeprefix("大")
        alike = ("人", "名") if unit == "人" else unit
        spans = [span for span in counted if folded[slice(*span)].endswith(alike)]
        if not spans and unit in _ANY_UNIT:
            spans = [span for span in counted if folded[slice(*span)].endswith(_ANY_UNIT)]
        if query.counted:
            # 多少个县 is answered by 六县 as well.
            spans += [found.span() for found in re.finditer(f"{_AMOUNT}{re.escape(query.counted)}", folded)]
    if query.expects is Expects.WHERE:
        spans += places_in(folded)
        spans = [span for span in spans if folded[span[0] : span[1]] not in query.folded]
    if query.expects is Expects.WHO:
        spans = [_without_preposition(folded, span) for span in spans]
    return [span for span in spans if span[0] < span[1]]


def _is_large(number: str, size: str) -> bool:
    """Whether a number is told in that size, or has as many figures."""
    digits = re.match(r"\d*", number.replace(",", ""))
    return "亿" in number or size in number or (digits is not None and len(digits[0]) >= _FIGURES[size])


def _names_a_place(folded: str, span: tuple[int, int]) -> bool:
    """Whether a number is a mark or part of a name (第五条, 〔1993〕71号, 8. before a line), or 一个 an article."""
    before, behind = folded[: span[0]].rstrip("( "), folded[span[1] : span[1] + 2]
    number = folded[slice(*span)]
    return (
        before.endswith(("第", "[", "附件", "附表")) or behind[:1] in ("]", "号")
        or (not before.rpartition("\n")[2].strip() and re.match(r"[.、．)]\D", behind + "　") is not None)
        or _INDEFINITE.fullmatch(number) is not None
    )  # fmt: skip


def _counts_that(query: Query, folded: str, span: tuple[int, int]) -> bool:
    """Whether a number counts what is asked for (多少个品种: not 11个城市), as far as the words behind it tell."""
    if _INDEFINITE.fullmatch(folded[slice(*span)]):
        return False
    asked = re.search(rf"(?:多少|几)[万亿千百十]*{query.unit}([\u4e00-\u9fff]{{1,4}})", query.folded)
    behind = re.match(r"[\u4e00-\u9fff\"、]{2,12}", folded[span[1] :])
    return asked is None or behind is None or bool(set(asked[1]) & set(behind[0]))


def _without_preposition(folded: str, span: tuple[int, int]) -> tuple[int, int]:
    head = _CLAUSE_HEAD.match(folded[span[0] : span[1]])
    return span[0] + (head.end() if head else 0), span[1]


def _fit(query: Query, folded: str, span: tuple[int, int]) -> float:
    """How near the question's words stand to a candidate; what follows a number names what it counts."""
    fit = 0.0
    following = folded[span[1] : span[1] + 8]
    for term in query.terms:
        for word in (term.text, *term.variants):
            at = folded.find(word)
            if at < 0:
                continue
            gap = max(0, at - span[1], span[0] - at - len(word))
            fit += term.weight / (1 + gap / 4)
            if query.expects is Expects.NUMBER and word in following:
                fit += 2 * term.weight
            break
    return fit
