"""What names of documents look like, and what may stand behind one so that it is used as a name: expressions.

Which document a name means is `rag.naming`'s and `rag.short_names`' to say. Works on folded text.
"""

import re
from collections.abc import Iterator
from typing import Final

from corpus.lexicon import document_names, english_titles
from corpus.model import Metadata
from corpus.normalize import fold
from corpus.numerals import NUMERAL_CHARACTERS, to_chinese

#: The kinds of documents, longer names first: a short name ends in one.
LAWS: Final = "法典|宪法|法"
KINDS: Final = (
    "工作报告|实施细则|实施办法|管理办法|暂行办法|管理规定|暂行规定|指导意见|实施意见|若干意见|若干措施|实施方案|工作方案|"
    "行动计划|行动方案|三年行动|发展规划|规划纲要|工作要点|司法解释|修正案|号文件|大报告|通则|总则|条例|办法|规定|细则|规则|章程|"
    "决定|决议|公报|公告|通告|意见|通知|通报|报告|批复|纲要|规划|计划|方案|指南|要点|措施|规范|准则|规程|解释|标准|协定|公约"
)
#: Whatever ends in one of these is a document; 措施 and 规划 may as well be parts or matters.
CERTAIN: Final = re.compile(
    r"(?:法典|宪法|法|条例|办法|规定|细则|规则|章程|公约|意见|修正案|号文件|大报告|(?<=.)通则|民法总则|工作报告)$"
)
_N: Final = f"[{NUMERAL_CHARACTERS}]"
_SPELLED: Final = "[一二三四五六七八九十]"
#: A part by its number; 第2季 and 第三届 are none. Nor is 稳经济33条措施, which is a name itself.
NUMBERED: Final = (
    rf"(?:第\s*[(（]?{_N}{{1,8}}[)）]?\s*(?:[条款章节编篇项点目]|个?部分|分编)|第\d{{1,4}}(?=$|[\s?？,，。])"
    rf"|{_N}{{1,8}}条(?!措施|举措|政策|意见|具体|重点)|{_N}{{1,8}}[、和]{_N}{{1,8}}条|§"
    rf"|{_SPELLED}{{1,3}}\s*、?\s*[(（]{_SPELLED}{{1,3}}[)）]|[(（]{_SPELLED}{{1,3}}[)）]|{_SPELLED}{{1,3}}、"
    rf"|(?:前|后|头|首|最后的?|末尾?|倒数第?){_N}{{1,3}}个?(?:[条章节款项]|部分)|(?:最后|末)一?个?(?:[条章节款项]|部分))"
)
_ASKED: Final = r"(?:附件|附表|附录|专栏|[一总]?共?有?(?:多少|几)[条章节]|哪[些几][条章节款项])"
#: What may stand between a name and a number: its mark, a year or 文号 in brackets, the volume.
_BETWEEN: Final = r"[》>\"”]?(?:[(（\[][^()（）]{0,24}[)）\]])?(?:里|中)?(?:面)?的?\s*(?:(?<!民法)总则|分则|附则)?\s*"
BEHIND: Final = rf"{_BETWEEN}(?:{NUMBERED}|{_ASKED})"
NUMBER_BEHIND: Final = re.compile(BEHIND)
#: Behind a name, more of another one: 行政复议法实施条例 is not the 行政复议法.
GOES_ON: Final = re.compile(r"[》>]?(?:实施条例|实施细则|实施办法|实施规定|修正案|司法解释|的?解释(?=第))")
ENGLISH_NUMBER: Final = re.compile(
    r"\b(?:article|art|chapter|section|part|clause|paragraph|item|annex)s?\b\.?\s*(?:[\divx]+|[a-z]+)"
)
#: Article 10 of the Cybersecurity Law.
ENGLISH_LAW: Final = re.compile(
    r"\b(?:articles?|art\.?|chapters?|sections?|clauses?|parts?)\s*[\w()-]+(?:\s*(?:,|and|to|-)\s*[\w()-]+)?\s+(?:of|in|under)\s+"
    r"(?:the\s+)?(?P<name>[a-z' -]{2,60}?\b(?:law|code|constitution|regulations?|act|measures))\b"
)
#: 文号 are written with either kind of bracket.
REFERENCE_NUMBER: Final = re.compile(r"(?<=[\u4e00-\u9fff])[\[(](?P<year>\d{4})[\])](?=第?\d+号)")
MARKS: Final = frozenset("《》〈〉<>")

_COUNTRY: Final = fold("中华人民共和国")
#: What a notice brings into force or forwards: 关于印发《…》的通知, 关于印发…的通知.
_BROUGHT: Final = re.compile(r"(?:印发|转发|发布|公布|批转)(?:的)?(?P<name>.{4,60}?)(?:的?(?:通知|决定|公告|令)|$)")
#: What stands in brackets behind a title: another name (二十大, 2026年中央1号文件), or its version.
_BRACKET: Final = re.compile(r"[(（](?P<inside>[^()（）]{2,40})[)）]$")
_NO_NAME: Final = re.compile(r"试行|暂行|修[订正改]|草案|节选|全文|^(?:19|20)\d\d")
_NUMBERED_BEHIND: Final = re.compile(r"[(（](?P<number>[一二三四五六七八九十]{1,3})[)）]$")
#: Bodies by the short names that are used in titles of documents.
_BODIES: Final = (
    ("全国人民代表大会", "全国人大"),
    ("人民代表大会常务委员会", "人大常委会"),
    ("全国人大常务委员会", "全国人大常委会"),
    ("中共中央办公厅", "中办"),
    ("国务院办公厅", "国办"),
    ("国家发展和改革委员会", "国家发展改革委"),
    ("国家发展改革委", "发改委"),
    ("人力资源和社会保障部", "人力资源社会保障部"),
    ("人力资源社会保障部", "人社部"),
    ("工业和信息化部", "工信部"),
    ("住房和城乡建设部", "住建部"),
    ("国家卫生健康委员会", "卫健委"),
)
_FIRST_OF_YEAR: Final = re.compile(r"中共中央国务院关于.*(?:农业|农村|乡村|农民|三农).*意见")
_YEAR_BEHIND: Final = re.compile(r"(?:19|20)\d\d年?$")
_ONE_NUMBER: Final = re.compile(r"(?<!\d)\d{1,5}(?=号)")
#: 2025年贵州省政府工作报告 is said as 贵州省2025年政府工作报告 as well.
_YEAR_FIRST: Final = re.compile(
    r"^(?P<year>(?:19|20)\d\d年)(?P<place>.{1,8}?(?:[省市区县盟旗]|州(?![省市])))(?P<rest>.{4,})$"
)
#: The report to the 20th national congress is the 二十大报告.
_CONGRESS: Final = re.compile(r"第(?P<number>[一二三四五六七八九十]{1,3})次全国代表大会上的报告")
_SHORTEST: Final = 2


def dense(text: str) -> str:
    """`text` folded, without blanks and without the marks of titles; 文号 with square brackets."""
    plain = "".join(character for character in fold(text) if not character.isspace() and character not in MARKS)
    return REFERENCE_NUMBER.sub(r"[\g<year>]", plain)


def names_of(metadata: Metadata) -> Iterator[str]:
    """Every full name of a document, folded, without blanks and marks."""
    title = dense(metadata.title)
    said = [title, *_inside(title)]
    if numbered := _NUMBERED_BEHIND.search(title):
        # 刑法修正案三.
        said.append(title[: numbered.start()] + numbered["number"])
    if metadata.volume:
        # 民法典物权编, 民法典总则 or 总则编.
        said += [title + metadata.volume, f"{title}{metadata.volume.removesuffix('编')}编"]
    if metadata.reference:
        said.append(dense(metadata.reference))
    if brought := _BROUGHT.search(title):
        said.append(brought["name"])
    if congress := _CONGRESS.search(title):
        said.append(f"{congress['number']}大报告")
    said += _first_of_year(metadata, title)
    said += [dense(other) for other, words in document_names() if dense(words) in title]
    said += [name.replace(_COUNTRY, "") for name in said]
    said += [short for name in said for short in _with_short_bodies(name)]
    # The report of the government is called so without the body that gives it.
    said += [name.replace("国务院政府工作报告", "政府工作报告") for name in said if "国务院政府工作报告" in name]
    if metadata.issuer and (issuer := dense(metadata.issuer)) in title and not title.startswith(f"{issuer}关于"):
        said += [name.replace(issuer, "") for name in said if name.startswith(issuer)]
    if turned := _YEAR_FIRST.match(title):
        said.append(turned["place"] + turned["year"] + turned["rest"])
    for name in said:
        if len(name) >= _SHORTEST:
            yield name
        yield from english_titles().get(name, ())


def _with_short_bodies(name: str) -> Iterator[str]:
    """The name with one body after the other by its short name: 中办国办关于…"""
    for long, short in _BODIES:
        if long in name:
            name = name.replace(long, short)
            yield name


def _first_of_year(metadata: Metadata, title: str) -> Iterator[str]:
    """中央一号文件: what 中共中央 and 国务院 issue on the countryside at the beginning of a year goes by that name."""
    dated = metadata.dated or metadata.published or ""
    if dated[5:7] in ("12", "01", "02") and _FIRST_OF_YEAR.match(title):
        year = int(dated[:4]) + (dated[5:7] == "12")
        yield from (f"{year}年{name}" for name in ("中央一号文件", "中央1号文件", "一号文件", "1号文件"))


def _inside(title: str) -> Iterator[str]:
    """The title without what was put behind it, and the other name that may stand there in brackets."""
    bracket = _BRACKET.search(title)
    if bracket:
        yield title[: bracket.start()]
    elif (plain := _YEAR_BEHIND.sub("", title)) != title and len(plain) > 4:
        yield plain
    if bracket and not _NO_NAME.search(bracket["inside"]):
        yield bracket["inside"]
    elif bracket and bracket["inside"].endswith("号文件"):
        yield bracket["inside"]
        yield _ONE_NUMBER.sub(lambda found: to_chinese(int(found[0])), bracket["inside"])
    if bracket and bracket["inside"].endswith("大"):
        yield bracket["inside"] + "报告"
