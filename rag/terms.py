"""The words of a question that the answer's source must hold, and which of them nothing else makes good.

Names, numbers, dates and places are strict always: the right topic with another place in it answers another question.
What else is strict depends on what is asked. An amount, a date or a person is asked of something by the text's own
nouns, so a noun that the source lacks (常住人口 in 2035年常住人口目标是多少) means that it answers something
else; a question how or what is often asked in other words than the text's.
"""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from corpus.analyzer import Analyzer, Word
from corpus.lexicon import frame_words, place_groups, places, policy_matters, synonyms
from rag import english
from rag.kinds import OFFICES
from rag.types import Expects, Term
from rag.values import names_year, plans, written_otherwise

_ASKS: Final = re.compile(r"什么|哪|多少|怎|^几|^[是有能会要可好]不|不[是会能要好]$")
#: Offices: who holds one is not answered by a text that does not name the office.
_OFFICE: Final = re.compile(rf"(?:{OFFICES})$")
_STRICT_KINDS: Final = frozenset({"amount", "date", "latin", "reference", "ordinal"})
#: What jieba's dictionary calls a place or a body. Its persons (nr) are left out: too many are common words.
_NAME_TAGS: Final = ("ns", "nt")
#: What it calls places and are mostly verbs.
_NO_NAMES: Final = frozenset(
    "新设 新建 新旧 新鲜 上台 上岗 上市 上货 上路 上门 上街 下海 入口 入市 入店 入园 入门 入盟 加密 加盟 "
    "建国 开园 开城 开山 开疆 回国 回城 离岛".split()
)
#: Nouns, set phrases, abbreviations and nouns made of verbs; a word that the dictionary lacks is a name or a compound.
_NOUN_TAGS: Final = ("n", "l", "i", "j", "vn", "")
#: What is measured or counted.
AMOUNTS: Final = frozenset({Expects.NUMBER, Expects.MONEY, Expects.PERCENTAGE, Expects.DURATION})
_CIRCUMSTANCES: Final = frozenset({Expects.DATE, Expects.YEAR, Expects.WHO, Expects.WHERE})
#: How often jieba's dictionary counts a word at most that names something of its own. Above stand 关系, 态度, 效果 and
#: their like, which questions use where texts say it otherwise; with an amount, only the very commonest are such.
_OWN: Final = 2400
_OWN_AMOUNT: Final = 8000
_NAMING: Final = 4000
#: Where and when and by whom something is done is said with the word for doing it, if that is a rare one.
_OWN_VERB: Final = 1500
#: Two characters that the dictionary lacks or hardly counts, with one of these, are a wrong cut (区要, 能用).
_DOUBTFUL: Final = 50
#: Verbs that the dictionary hardly counts are wrong cuts as well (信息表报上去).
_HARDLY_KNOWN: Final = 10
_MISCUT: Final = re.compile(
    r"[要在能用会把被让给是有的了吗呢个这那去来到得着过么些和与及或写做说讲想请都也还刚按由第含完太该才就]"
)
_QUOTED: Final = re.compile(r'"([\u4e00-\u9fff0-9a-z]{2,12})"')
#: 由谁牵头 is answered by whoever does it, seldom with the same word.
_RESPONSIBLE: Final = frozenset("牵头 负责 承担 主管 主抓 组织 落实 实施 执行 承办 推进".split())
#: A number that counts nothing: 一家公司, 县一级.
_INDEFINITE: Final = re.compile(r"一[个家位名种些条项所张套户点级]")
#: 第四届 is asked for as 四届, 第39号 as 39号.
_NUMBERED: Final = re.compile(r"\d+[届次批期号轮]")
#: A term right behind one of these is what is asked for: 涉及哪些大学, 多少个小区.
_BEFORE_ASKED: Final = re.compile(
    r"(?:哪[些种类几]|哪[一二三四五六七八九十两]?[个项条所家座]|什么样?的?|多少[个项条所家座]?|怎么样?|怎样|如何)$"
)
#: A term right before one of these is: 规划人口多少万, 造价多少亿元, 限额是多少; 遇难人数 is asked as a whole.
_ASKED_BEHIND: Final = re.compile(
    r"(?:一?共|总共|大约|大概|各|应该|要|将|最[高低多少]|能|得)*(?:[是为有]|达到?|定)*(?:到|在|了)?(?:多少|几|百分之几)"
    r"|(?:人数|总数|数量|总额|金额|比例)"
)
_IS_WHAT: Final = re.compile(r"(?:是|为)(?:什么|多少|啥)(?=[?？]?$)")
#: 降到多少: how far a number goes, and nothing that it is said of.
_REACHES: Final = re.compile(r"[到至达为成]$")
#: 三大上: a congress by its number, with what stands behind.
_CONGRESS: Final = re.compile(r"[一二三四五六七八九十]{1,3}大[上中]?")
#: Where something stands among others: 排第一.
_RANKED: Final = re.compile(r"(?:排名?|位居|[位名]?列)$")
_FIRST: Final = ("首位", "榜首", "居首", "之首", "最大", "最高", "最多")
_RANK: Final = re.compile(r"第[一二三四五六七八九十\d]+")
_COUNTRIES: Final = {
    name[0]: name for name in ("美国 日本 韩国 俄罗斯 英国 法国 德国 欧盟 印度 澳大利亚 新加坡 越南".split())
}
#: 中韩之间: two countries by one character each.
_BETWEEN: Final = re.compile(
    rf"中(?P<other>[{''.join(_COUNTRIES)}])(?=之间|两国|贸易|关税|双边|自贸|合作|关系|边境|投资)"
)
#: What every amount, date or list is one of: the kind of answer covers it already.
_MEASURES: Final = frozenset(
    "金额 数额 总额 数量 总量 人数 户数 比例 占比 比重 增速 增幅 规模 时间 日期 地点 单位 部门 机构 标题 名字 "
    "期限 时长 天数 年限 年龄 岁数 称号 称呼 次数 位次 名次 落款 文号 发文字号 号码 "
    "城市 地方 地区 程序 步骤 效果 好处 结果 思想 观点 特点 成果 成绩 进展 "
    "定位 地位 作用 意义 目的 方向 对象 层级 级别 性质 类型 原因 理由".split()
)
_INTERROGATIVE: Final = re.compile(
    r"怎|如何|什么|哪|谁|吗|呢|是否|为何|何[时处种]|多[少大高长久远]|几|[是有能会]不|有没有|何"
)
_ASKING: Final = re.compile(
    r"由?谁[来去]?|最多能?|最少|至少|顶多|最[晚迟早]|好几[个种条次]|多大的?|哪(?:一?[天年月日个些里儿位种类条项款章节家座所次届]|几[个条项天])?|什么(?:时候|样的?|地方)?|怎么样?|怎样|如何|为何|何时|何处|百分之(?:几|多少)"
)
_COUNTED_BEFORE: Final = re.compile(r"[哪几每这那前后第]$|多少$")

Frequency = Callable[[str], int]


def names_office(text: str) -> bool:
    """Whether a word names an office: 省长, 总书记."""
    return _OFFICE.search(text) is not None


class TermReader:
    """Finds the terms of questions to one corpus: `frequency` tells in how many of `size` segments a term occurs."""

    def __init__(self, analyzer: Analyzer, frequency: Frequency, size: int) -> None:
        self._analyzer, self._frequency, self._size = analyzer, frequency, max(1, size)

    def chinese(self, topic: str, expects: Expects, attribute: str) -> list[Term]:
        """The terms of a folded Chinese question; `attribute` is what is asked of something (rag.kinds)."""
        terms: dict[str, Term] = {}
        # What asks is taken out first: 哪天开会 would be cut as 哪 天开 会.
        bare = _ASKING.sub(lambda found: " " * len(found[0]), topic)
        planned = list(plans(topic))
        for start, end, _ in planned:
            bare = bare[:start] + " " * (end - start) + bare[end:]
        words = self._analyzer.words(bare, folded=True)
        # 南京市的城市更新: with a place before it, what is asked of it is not made good by another matter.
        owned = any(word.text in places() and topic[word.end : word.end + 1] == "的" for word in words)
        for word in words:
            before = topic[: word.start]
            if word.text in terms or not self._matters(word, topic, expects):
                continue
            term = self._term(word)
            if word.kind in ("amount", "date"):
                term = written_otherwise(term, topic, word.start, word.end)
            asked = bool(_BEFORE_ASKED.search(before)) or owned
            behind = _ASKED_BEHIND if expects in AMOUNTS else _IS_WHAT
            asked = asked or behind.match(topic, word.end) is not None
            if attribute.endswith(word.text) and attribute:
                asked = not self._analyzer.tag(word.text).startswith("v")
            if _RANK.fullmatch(word.text) and _RANKED.search(before):
                term = replace(term, variants=_FIRST if word.text == "第一" else (), exact=True)
            strict = term.exact or self._strict_here(word.text, expects, asked=asked)
            # 火车、飞机、轮船 are examples of one thing, none of which has to be named; 两个 is often said so.
            listed = "、" in (before[-1:], topic[word.end : word.end + 1])
            loose = self._loose(word, topic, expects)
            own = self._names(word.text) and not listed
            terms[word.text] = replace(term, own=own, strict=strict and not loose, exact=term.exact and not loose)
        for pair in _BETWEEN.finditer(topic):
            other = _COUNTRIES[pair["other"]]
            terms[pair[0]] = Term(pair[0], 1.0, (other,), own=True, strict=True, exact=True, pins=True)
        for quoted in _QUOTED.findall(topic):
            # A name in quotation marks stands for itself, to the letter.
            pins = re.search(r"\d", quoted) is None
            # “七日” is kept as 7日 of a text.
            kept = [word.text for word in self._analyzer.words(quoted, folded=True)]
            variants = tuple(kept) if len(kept) == 1 and kept[0] != quoted else ()
            terms[quoted] = Term(quoted, 1.0, variants, own=True, strict=True, exact=True, pins=pins)
        terms |= {term.text: term for *_, term in planned}
        found = list(terms.values())
        if found and not _INTERROGATIVE.search(topic) and self._strict_here(found[-1].text, expects, asked=True):
            # A bare phrase asks for the thing that it ends in: 城市更新的时间表.
            found[-1] = replace(found[-1], strict=True)
        return found

    @staticmethod
    def _loose(word: Word, topic: str, expects: Expects) -> bool:
        """Whether a number need not be met: 两个, 一次; 三十岁 is met by 35周岁以下 where it is asked whether."""
        spelled = topic[word.start : word.end]
        # 一座, 一年 is an article more often than a number.
        article = spelled.startswith("两") or (spelled.startswith("一") and len(spelled) == 2)
        return article or (expects is Expects.YES_NO and word.text.endswith("岁"))

    def _matters(self, word: Word, topic: str, expects: Expects) -> bool:
        """Whether a word of a question names something that the answer's source would hold."""
        if word.kind == "amount":
            # 哪一年, 几个, 多少万吨 ask for an amount, 这两个 points at what was named.
            # An indefinite 一 (一家公司, 一天) counts nothing.
            spelled = topic[word.start : word.end]
            return not _COUNTED_BEFORE.search(topic[: word.start]) and not _INDEFINITE.fullmatch(spelled)
        if word.kind in _STRICT_KINDS:
            return True
        if word.text in _MEASURES or (expects is Expects.WHO and word.text in _RESPONSIBLE):
            return False
        # Of two characters the dictionary has some wrong cuts as rare words; a longer word that it has is one (新能源).
        rare = self._analyzer.commonness(word.text) < (_DOUBTFUL if len(word.text) == 2 else 1)
        miscut = (len(word.text) < 4 and rare and _MISCUT.search(word.text)) or _CONGRESS.fullmatch(word.text)
        return len(word.text) > 1 and not miscut and not frames(word.text)

    def _term(self, word: Word) -> Term:
        text = word.text
        if text in places():
            names = tuple(name for name in places()[text] if name != text and len(name) > 1)
            return Term(text, self.weight(text), names, exact=True, pins=True)
        exact = (
            word.kind in _STRICT_KINDS
            or (self._analyzer.tag(text) in _NAME_TAGS and text not in _NO_NAMES)
            or names_office(text)
        )
        variants = (f"第{text}",) if _NUMBERED.fullmatch(text) else synonyms().get(text, ())
        pins = word.kind == "reference" or names_year(text)
        return Term(text, self.weight(text), variants, exact=exact, pins=pins)

    def _names(self, text: str) -> bool:
        """Whether a word is a noun, or unknown to the dictionary, and not one of the very commonest."""
        return self._is_noun(text) and self._analyzer.commonness(text) < _NAMING

    def _is_noun(self, text: str) -> bool:
        tag = self._analyzer.tag(text)
        return text not in _NO_NAMES and any(tag == known or (known and tag.startswith(known)) for known in _NOUN_TAGS)

    def _strict_here(self, text: str, expects: Expects, *, asked: bool) -> bool:
        """Whether a common word is one that this kind of question does not get wrong."""
        tag, common = self._analyzer.tag(text), self._analyzer.commonness(text)
        if len(text) == 2 and not common and not self._frequency(text):
            # Two characters that neither the dictionary nor any text knows are a wrong cut more often than a name.
            return False
        noun = self._is_noun(text)
        verb = tag.startswith("v") and _HARDLY_KNOWN <= common < _OWN_VERB
        if text in policy_matters():
            return True
        if expects in AMOUNTS:
            # 造价多少, 遇难人数: verbs are asked for as well.
            done = asked and verb and not _REACHES.search(text)
            return done or (noun and (asked or common < _OWN_AMOUNT))
        if asked:
            return tag[:1] not in ("a", "d") and common < _OWN and (verb or not tag.startswith("v"))
        if expects in _CIRCUMSTANCES:
            return (noun and common < _OWN) or verb
        return False

    def weight(self, term: str) -> float:
        """From 0.3 for a term of every segment to 1 for one of few or none."""
        share = (self._frequency(term) + 0.5) / (self._size + 1)
        return max(0.3, min(1.0, -math.log(share) / math.log(self._size + 1)))

    def english(self, topic: str, question: str) -> list[Term]:
        """The terms of an English question, each with the Chinese words that a text may use for it."""
        terms: list[Term] = []
        words = self._analyzer.words(topic, folded=True)
        # Qingtu Lake (青土湖): who gives a name in Chinese need not be asked for it in English.
        spelled = [word for word in words if word.kind == "word" and not word.text.isascii()]
        # A capital inside a sentence makes a name; the first word has one anyway.
        names = {name.lower() for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z']+", question)}
        for phrase, known in english.phrases(topic, lambda word: self._frequency(word) > 0):
            place = bool(known) and known[0] in places()
            # One-character short forms (浙 in 沪苏浙) are no mention of the place itself.
            held = (*(word for word in known if len(word) > 1), *_groups(known[0])) if place else known
            weight = max((self.weight(word) for word in held[:3]), default=1.0)
            named = not known and phrase in names and not spelled
            terms.append(Term(phrase, weight, held, strict=place or named, exact=place, pins=place))
        numbers = (word.text for word in words if word.kind in ("amount", "date"))
        terms.extend(
            Term(n, 1.0, tuple(n + unit for unit in ("年", "条", "项", "个", "号")), strict=True, exact=True, pins=True)
            for n in numbers
        )
        terms.extend(self._term(word) for word in spelled)
        return terms


def _groups(place: str) -> tuple[str, ...]:
    """The words that name a place together with others, by any of its names.

    For questions in English, which have no such words: in Chinese, 浙江省的措施 asks for what 沪苏浙 says nothing of.
    """
    return next((place_groups()[name] for name in places()[place] if name in place_groups()), ())


def frames(word: str) -> bool:
    """Whether a word asks or frames: 什么样, 哪些地方, 提了, 好不好."""
    stems = (word, word.removesuffix("了"), word.removesuffix("过"), word.removesuffix("到"))
    return any(stem in frame_words() for stem in stems) or bool(_ASKS.search(word))
