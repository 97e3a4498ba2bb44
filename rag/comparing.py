"""Comparisons read from a question: which two things are to be set side by side, and the question that each of them is.

比较A和B, A和B有什么区别, 2023年和2024年…的目标对比. It reads words only; what the documents say of each side is
`rag.forms`'s to find.
"""

import re
from dataclasses import dataclass
from typing import Final

from corpus.analyzer import Analyzer

_AND: Final = "和|与|跟|同|及|以及|、|对比"
_DIFFER: Final = r"(?:区别|不同(?!意|步|时)|差别|差异|异同|相同|变化|出入|不一样|相同点|不同点|共同点)(?:之处|点)?"
#: What asks to compare, at the head and at the foot of a question; what is left names the two.
_HEAD: Final = re.compile(r"^(?:请|帮我|麻烦|能否|可否)*(?:对?比较?|比一比)(?:一下|下|一比)?[,，:：]?")
_FOOT: Final = re.compile(
    rf"(?:[,，])?(?:之间|两者|二者)?(?:都|各|到底)?(?:的|有|存在){{0,3}}(?:什么|哪些|何|啥|没有|主要){{0,3}}(?:的)?{_DIFFER}(?:是|在)?(?:什么|哪[里儿些]?|何处|吗|多少)?[?？呢啊。]*$"
    r"|(?:相比|比较|对比)(?:较|一下|而言|来看|之下|如何|怎么样|结果|起来)?(?:[,，]?(?:有|是)?(?:什么|哪些|何|怎样的?)?[^,，?？]{0,8})?[?？呢啊。]*$"
)
_POINTS: Final = re.compile(
    r"(?:^|的)(?:它|其|这[条项个]?|该[条项]?)(?:和|与|跟|同)|(?:和|与|跟|同)(?:它|这[条项个]?|该[条项])"
)
#: A和B相比，C如何: what follows is asked of both.
_BESIDE: Final = re.compile(r"(?:相比|比较|对比)(?:较|起来|而言|之下|来看)?[,，](?=[^,，]{2})")
_PART: Final = r"第[〇零一二三四五六七八九十百千\d]+(?:条|章|节|款|项|点|个?部分|编|目)"
_PAIRS: Final = (
    r"《[^《》]{2,60}》",
    r"(?:19|20)\d\d年(?:度|版)?",
    rf"{_PART}(?:的?{_PART})*",
)
_ASPECT: Final = re.compile(r"^(?:的|对于?|关于|在|就)")
_A, _B = r"(?P<a>.{2,80}?)", r"(?P<b>.{2,80}?)"
_REST: Final = r"(?P<rest> (?:in terms of|regarding|on|in|as to) .{2,60})?"
_ENGLISH: Final = (
    re.compile(rf"compare {_A} (?:and|with|to|against) {_B}{_REST}[?.]*$"),
    re.compile(rf"differences? between {_A} and {_B}{_REST}[?.]*$"),
    re.compile(rf"how (?:does|do|is|are) {_A} (?:differ|different) from {_B}{_REST}[?.]*$"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its name as the question has it, and the question that is asked of it alone."""

    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides, and the one aspect that is asked of both; "" where they are to be compared as wholes."""

    sides: tuple[Side, Side]
    aspect: str


def read_comparison(folded: str, analyzer: Analyzer) -> Comparison | None:
    """The comparison that a folded question asks for; None where it asks for none."""
    for pattern in _ENGLISH:
        if found := pattern.search(folded):
            rest = (found["rest"] or "").strip()
            sides = [Side(found[name].strip(), f"{found[name].strip()} {rest}".strip()) for name in "ab"]
            return Comparison((sides[0], sides[1]), rest.partition(" ")[2] if rest else "")
    core = _core(folded)
    if core is None:
        return None
    return _of_a_kind(core) or _of_words(core, analyzer)


def _core(folded: str) -> str | None:
    """The question without the words that ask to compare; None where there are none."""
    text = folded.strip().rstrip("?？。 ")
    head, foot = _HEAD.match(text), _FOOT.search(text)
    if head is None and foot is None:
        return None
    text = _BESIDE.sub("的", text)
    head, foot = _HEAD.match(text), _FOOT.search(text)
    start, end = (
        head.end() if head else 0,
        foot.start() if foot and foot.start() > (head.end() if head else 0) else len(text),
    )
    core = text[start:end].strip(" ,，的")
    # 它和第四十条: what it is, only the question before says.
    return core if re.search(_AND, core) and not _POINTS.search(core) else None


def _of_a_kind(core: str) -> Comparison | None:
    """Two titles, two years, two parts named by number: what is common to both stands around them."""
    for pattern in _PAIRS:
        found = re.search(rf"(?P<a>{pattern})(?P<between>[^和与跟同、]{{0,40}}?)(?:{_AND})(?P<b>{pattern})", core)
        if found is None:
            continue
        before, behind = core[: found.start()], core[found.end() :]
        # 2021年政府工作报告和2022年政府工作报告的就业目标: the first is asked for what the second is asked for.
        longer = behind if behind.startswith(found["between"]) else found["between"] or behind
        sides = (
            Side(found["a"], f"{before}{found['a']}{longer}"),
            Side(found["b"], f"{before}{_above(found['a'], found['b'])}{found['b']}{behind or longer}"),
        )
        return Comparison(sides, _aspect(behind or longer))
    return None


def _above(a: str, b: str) -> str:
    """The parts that hold both, where they are written out before the first alone: 第三部分第一条和第二条."""
    first, second = (re.findall(_PART, each) for each in (a, b))
    units = [_unit(part) for part in first]
    if not second or _unit(second[0]) not in units[1:]:
        return ""
    return "".join(first[: units.index(_unit(second[0]), 1)])


def _unit(part: str) -> str:
    return part.lstrip("第〇零一二三四五六七八九十百千0123456789个")


def _aspect(behind: str) -> str:
    return _ASPECT.sub("", behind.strip(" ,，")).removesuffix("方面").removesuffix("上").strip(" ,，的")


def _of_words(core: str, analyzer: Analyzer) -> Comparison | None:
    """Two things named by words. What follows the second and is common to both ends where the two run alike."""
    for found in re.finditer("和|与|跟|同|以及|、", core):
        a, behind = core[: found.start()].strip(), core[found.end() :].strip()
        words = [
            word.text
            for word in analyzer.words(core, folded=True)
            if word.start < found.end() and found.start() < word.end
        ]
        if not a or not behind or any(len(word) > len(found[0]) for word in words):
            continue
        # 在补助标准上, 对存款人的保护: what both are asked about.
        topic = re.search(r"(?:在|对于?|关于)(?P<topic>[^在对]{2,30}?)(?:方面|上|的规定|的要求)?$", behind)
        tail = ""
        if topic and topic.start() > 1:
            behind, tail = behind[: topic.start()], behind[topic.start() :]
        b, common = parted(a, behind, analyzer)
        prefix, first = _prefix(a, b)
        sides = (Side(first, f"{prefix}{first}{common}{tail}"), Side(b, f"{prefix}{b}{common}{tail}"))
        return Comparison(sides, _aspect(tail or common))
    return None


def parted(a: str, behind: str, analyzer: Analyzer) -> tuple[str, str]:
    """The second thing and what is common to both: 省级|示范社的补助标准 beside 国家级."""
    name = behind.partition("的")[0]
    if a[-1] in name and len(name) > name.index(a[-1]) + 1 and name[-1] != a[-1]:
        cut = name.index(a[-1]) + 1
        return behind[:cut], behind[cut:]
    if name[-1:] != a[-1:] and "的" not in a:
        own, others = (analyzer.words(text, folded=True) for text in (a, name))
        if len(others) > len(own):
            cut = others[len(own) - 1].end
            return behind[:cut], behind[cut:]
    if "的" in a and "的" in behind:
        return behind, ""
    return (name, behind[len(name) :]) if "的" in behind and "的" not in a else (behind, "")


def _prefix(a: str, b: str) -> tuple[str, str]:
    """What stands before the first and is said of both (《办法》中|一档 and 二档)."""
    found = re.match(r"(?P<prefix>.{2,40}?(?:里面?|中|内)的?)(?P<first>.{1,30})$", a)
    return (found["prefix"], found["first"]) if found and found["first"][-1] == b[-1] else ("", a)
