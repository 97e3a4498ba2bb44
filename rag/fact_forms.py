"""What questions about a document itself look like: who issued it, when, its 文号, whether it is in force. Expressions.

Which document is meant and what it tells is `rag.facts`' to say. Works on what `rag.question` has read.
"""

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from rag.name_forms import KINDS, LAWS
from rag.types import Expects, Query


class Fact(Enum):
    """What of a document is asked for; the value is the field of its metadata that tells."""

    TITLE = "title"
    REFERENCE = "reference"
    ISSUER = "issuer"
    DATED = "dated"
    EFFECTIVE = "effective"
    EXPIRES = "expires"
    ADDRESSEE = "addressee"
    REPEALS = "repeals"
    STANDING = "standing"
    ENCLOSURES = "enclosures"


_ANY: Final = "政策文件|规范性文件|法律文件|文件|文档|文章|材料|政策|法规|法律|规章|解读|文"
#: 文件 is what is held, 法律 may be any.
_HERE: Final = re.compile("文件|文档")
#: What a text sets or plans (标准由谁制定) as often as it is a document.
_MATTERS: Final = re.compile(
    rf"(?:标准|措施|规划|计划|决定|方案|要点|报告|指南|规范|准则|规程|协定|公约|批复|材料|{LAWS})$"
)
#: How a document is pointed at; any document may be meant where it has no 这, and there is but one.
_DOCUMENT: Final = rf"(?:(?P<this>[这本该此那](?:一?[个份部篇项件则])?|上述)的?)?(?:{_ANY}|{KINDS}|{LAWS})"
_BEGINS, _ENDS_IN = re.compile(_DOCUMENT), re.compile(rf"{_DOCUMENT}$")
_KIND: Final = re.compile(f"{KINDS}|{LAWS}")
#: In characters: the least that a document's name has before its kind.
_SHORTEST: Final = 2
#: What begins so, or asks by itself, names no one document.
_POINTS: Final = re.compile("^(?:[这本该此那各新]|相关|有关|上述|具体|现行)|[其它谁何哪怎]|什么")
#: What opens a question, and 2014年的 before a name that was taken out.
_OPENING: Final = (
    r"(?:[您你]好|请问一?下?|想问一?下?|我?想知道|请?告诉我|(?:请|帮我|请帮我)?查一?下|麻烦问一?下?|[,，\s]+)"
)
_AROUND: Final = re.compile(
    rf"^{_OPENING}*(?:(?:19|20)\d\d年(?:版|修[正订]本?)的?|(?:19|20)\d\d年的?(?=\s{{3}}))?"
    r"|[\s,，。?？!！:：“”\"《》]+|到底|究竟|(?:呢|啊|呀|来着)(?=[?？。!！\s]*$)|^那么?(?![个份部篇项件则])"
)
#: Where one question ends and the next begins; so many may stand in a row.
_PARTED: Final = re.compile(
    r"[?？;；,，、。]+|(?:以及|并且|还有|和|与)(?=[是由]?(?:谁|哪|什么|何|发?文号|有效期|主送|全称))"
)
_MOST: Final = 4
_WHEN: Final = (
    r"(?:[在于从自到至截]?(?:什么(?:时候|时间|日期)|何[时日]|啥时候?|哪一?[天日年]|哪个?月"
    r"|几月几[号日]|几[号时]|多会儿))"
)
_WHICH: Final = r"哪(?:一?[个家级些几])?(?:单位|部门|机关|机构|地方|政府|级政府)?"
_WHO: Final = rf"(?:谁|{_WHICH}|(?:什么|啥)(?:单位|部门|机关|机构|人))"
_IS: Final = r"(?:[是为有叫在]|是在|都有)?"
_ISSUED: Final = (
    r"(?:联合|共同|正式|最早)*"
    r"(?:印发|颁发|颁布|公布|发布|下发|制发|制[定订]|拟[定订]|出台|签发|发文|发|出)(?:下来|出来)?了?的?"
)
_HOLDS: Final = r"(?:施行|实施|执行|生效|起效|实行|启用)"
_ENDS: Final = r"(?:到期|失效|过期|作废|废[止除]|终止|结束|期满)"
_ASKS_HOLDING: Final = r"(?:还有没有|有没有|是不是|是否|还是否|有无)"
_HOLDING: Final = rf"(?:有效|生效|管用|管事|现行有效|{_ENDS}|被废[止除]|被[替取]代|效力)"
_HOW_MANY: Final = r"(?:一?共|总共|都)?(?:有|带|附有?|包括)?(?:哪些|哪几个|几个|多少个?|什么)"
_STILL: Final = r"(?:[现如]?今天?|现在|目前|当前|到现在|[还仍]然?|依然|依旧|已经?|[被在不]|继续|都)*"
_TABLE: Final = tuple(
    (fact, re.compile("|".join(f"(?:{pattern})" for pattern in patterns)))
    for fact, patterns in (
        (
            Fact.REFERENCE,
            (
                rf"的?(?:发文)?(?:文号|字号|发文号|文件号){_IS}(?:多少|什么|几号|哪个)?",
                rf"{_IS}(?:几号|多少号|什么号)文",
            ),
        ),
        (
            Fact.TITLE,
            (rf"的?(?:全称|标题|题目|名称|名字|全名){_IS}(?:什么|啥)?", r"[叫是](?:什么|啥)(?:名字|名称|标题)|叫什么"),
        ),
        (
            Fact.ISSUER,
            (
                rf"[是由被]*{_WHO}来?{_ISSUED}",
                rf"的?(?:发文|印发|颁布|发布|制定|出台|制发|发布)(?:机关|单位|机构|部门|主体|者){_IS}(?:{_WHO}|什么)?",
            ),
        ),
        (
            Fact.DATED,
            (
                rf"是?{_WHEN}(?:{_ISSUED}|(?:通过|修[订正改])了?的?)",
                rf"的?(?:印发|成文|颁布|发布|发文|公布|出台|制定)(?:日期|时间|日){_IS}(?:{_WHEN}|多少|什么)?",
            ),
        ),
        (
            Fact.EFFECTIVE,
            (
                rf"是?{_WHEN}(?:开始|起|正式|才|就|会|算)*{_HOLDS}了?的?",
                rf"的?(?:{_HOLDS})(?:日期|时间|日){_IS}(?:{_WHEN}|多少|什么)?",
            ),
        ),
        (
            Fact.EXPIRES,
            (
                rf"的?有效期限?[到至是有为截]*(?:{_WHEN}|多久|多长时间?|几年|多少年|什么)?(?:为?止|结束)?",
                rf"{_IS}{_WHEN}(?:会|就|才|算|要)*(?:{_ENDS}|不再有效)了?的?",
                rf"[能可会]?以?(?:有效|管用?|{_HOLDS}){_WHEN}(?:为?止)?|有效(?:多久|几年|多长时间)",
            ),
        ),
        (
            Fact.STANDING,
            (
                rf"{_STILL}(?:有没有效|{_ASKS_HOLDING}{_STILL}{_HOLDING})[了着的]*[吗么]?",
                rf"{_STILL}{_HOLDING}[了着的]*(?:吗|没有|没|么|嘛|不|与否)",
                r"的?(?:效力|时效性?)(?:状态)?(?:如何|怎么样|怎样|是什么)?",
            ),
        ),
        (
            Fact.ADDRESSEE,
            (rf"是?(?:主送|印发|下发|发|送)给{_WHO}[人]?看?的?", rf"的?主送(?:机关|单位|对象)?{_IS}(?:{_WHO}|什么)?"),
        ),
        (
            Fact.ENCLOSURES,
            (
                rf"的?{_HOW_MANY}附件",
                r"的?附件(?:一?共|总共|都)?(?:有|是|包括)?(?:哪些|哪几个|几个|多少个?|什么)?",
            ),
        ),
        (
            Fact.REPEALS,
            (
                r"同?时?(?:废[止除]|[替取]代|代替)掉?了?(?:哪一?[个些几份部]*|什么)(?:旧|老|原有?)?的?(?:政策|文件|规定|办法)?",
            ),
        ),
    )
)
_THE: Final = (
    r"(?:the|this|that|these)?\s*(?:document|policy|file|notice|opinions?|measures|regulations?|circular|law|it)?"
)
_BE: Final = "(?:is|are|was|were|has|have|do|does|did|will)"
_ENGLISH: Final = tuple(
    (fact, re.compile("|".join(patterns)))
    for fact, patterns in (
        (
            Fact.ISSUER,
            (
                rf"(?:who|which (?:body|department|agency|authority))(?: has)? (?:issued|published|released)\s*{_THE}",
                rf"who {_BE} the issuer(?: of\s*{_THE})?",
            ),
        ),
        (
            Fact.DATED,
            (rf"(?:when|on (?:what|which) (?:date|day)) {_BE}\s*{_THE} (?:issued|published|released|promulgated)",),
        ),
        (
            Fact.EFFECTIVE,
            (rf"when {_BE}\s*{_THE} (?:take effect|(?:come|enter) into (?:force|effect)|become effective)",),
        ),
        (
            Fact.EXPIRES,
            (rf"when {_BE}\s*{_THE} (?:expire|lapse|run out)", rf"how long {_BE}\s*{_THE} (?:valid|in force)"),
        ),
        (
            Fact.STANDING,
            (
                rf"{_BE}\s*{_THE} (?:still )?(?:in force|valid|effective|in effect)(?: now| today)?",
                rf"{_BE}\s*{_THE} (?:been repealed|expired)",
            ),
        ),
        (Fact.REFERENCE, (rf"what(?: is|'s) the (?:document|reference|file) number(?: of\s*{_THE})?",)),
        (Fact.TITLE, (rf"what(?: is|'s) the (?:full )?(?:title|name) of\s*{_THE}",)),
        (Fact.ADDRESSEE, (rf"(?:to whom|who) {_BE}\s*{_THE} addressed(?: to)?",)),
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a document, and how that is told: `pointed` at (这个文件), by a `name`, by its `kind`, or not.

    `name` is "" where the question has none beside full names, which are read before; `kind` is that of a document
    which is called by nothing else (办法什么时候施行).
    """

    fact: Fact
    pointed: bool = False
    name: str = ""
    kind: str = ""


def asked_facts(query: Query) -> tuple[Asked, ...]:
    """What a question asks of a document, several things where it puts them one after the other; () for anything else.

    什么时候施行？是谁公布的？ is asked of the document that the first of them names.
    """
    if (one := asked_fact(query)) is not None:
        return (one,)
    pieces = [piece for piece in _PARTED.split(query.topic) if piece.strip()]
    if not 1 < len(pieces) <= _MOST or query.language == "en" or query.references or query.path or query.unknown:
        return ()
    found = [_asked(piece) for piece in pieces]
    known = [each for each in found if each is not None]
    names = {each.name or each.kind for each in known} - {""}
    if len(known) < len(found) or len(names) > 1:
        return ()
    name, kind = (
        next((each.name for each in known if each.name), ""),
        next((each.kind for each in known if each.kind), ""),
    )
    pointed = any(each.pointed for each in known)
    return tuple(replace(each, name=name, kind=kind, pointed=pointed) for each in known)


def asked_enclosure(query: Query) -> int:
    """The number of the annex that is asked for and nothing beside; 0 where none is."""
    references = query.references
    if len(references) != 1 or query.terms or query.unknown or query.expects is not Expects.TEXT:
        return 0
    if references[0].last or references[0].number < 1:
        return 0
    return references[0].number if references[0].unit in ("附件", "annex") else 0


def asked_fact(query: Query) -> Asked | None:
    """What a question asks of a document; None where it asks anything else, or anything beside."""
    if query.references or query.path or query.unknown:
        return None
    if query.language == "en":
        words = " ".join(query.topic.replace("?", " ").replace(".", " ").split())
        found = next((fact for fact, pattern in _ENGLISH if pattern.fullmatch(words)), None)
        return Asked(found, pointed=re.search(r"\b(?:this|that|it)\b", words) is not None) if found else None
    return _asked(query.topic)


def _asked(topic: str) -> Asked | None:
    words = _AROUND.sub("", topic)
    if (found := _fact(words)) is not None:
        return Asked(found)
    if pointed := _BEGINS.match(words) or _ENDS_IN.search(words):
        found = _fact(words[: pointed.start()] + words[pointed.end() :])
        called = pointed[0].removeprefix(pointed["this"] or "").removeprefix("的")
        matter = _MATTERS.search(called) is not None
        if found is not None and (pointed["this"] or not matter):
            here = _HERE.fullmatch(called) is not None or (pointed["this"] is not None and not matter)
            return Asked(found, pointed=here, kind="" if here else called)
    for kind in _KIND.finditer(words):
        # 食堂管理办法什么时候施行: words that may be of a title, up to the kind of document.
        found = _fact(words[kind.end() :])
        if found is not None and kind.start() >= _SHORTEST and not _POINTS.search(words[: kind.end()]):
            return Asked(found, name=words[: kind.end()])
    return None


def _fact(words: str) -> Fact | None:
    """What is asked for in words that do not name the document."""
    asked = words.removeprefix("里").removeprefix("中")
    return next((fact for fact, pattern in _TABLE if asked and pattern.fullmatch(asked)), None)
