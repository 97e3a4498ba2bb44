"""Chat models that lie, one class a kind of lie, by visible rules (`tests.lies_numbers`, `lies_words`, `lies_bodies`).

`LIARS` are those whose drafts `tests.drafts` makes over real documents. `Obedient` says what a document or a question
orders. Honest models stand in `tests.chat_models_honest`, broken ones in `tests.chat_models_broken`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Final

from tests import lies_bodies, lies_numbers, lies_words
from tests.chat_model import Claiming
from tests.shown import Claim, Shown


class Liar(Claiming):
    """A liar that turns one sentence of one block, by a rule of the sentence and the text around it."""

    lie: ClassVar[Callable[..., Iterator[str]]]

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        for block, said in self._places(blocks):
            lies = list(self._lies(said, block, blocks))
            for lie in lies[self.turn % len(lies) :] if lies else ():
                yield Claim(lie, block.number, "wrong", f"{self.kind} ← {said}")

    def _lies(self, said: str, block: Shown, _blocks: Sequence[Shown]) -> Iterator[str]:
        yield from type(self).lie(said, block.text)


class WrongAmount(Liar):
    kind, lie = "amount", staticmethod(lies_numbers.amounts)


class WrongPercentage(Liar):
    kind, lie = "percentage", staticmethod(lies_numbers.percentages)


class WrongDate(Liar):
    kind, lie = "date", staticmethod(lies_numbers.dates)


class WrongCount(Liar):
    kind, lie = "count", staticmethod(lies_numbers.counts)


class WrongDuration(Liar):
    kind, lie = "duration", staticmethod(lies_numbers.durations)


class WrongReferral(Liar):
    kind, lie = "article-number", staticmethod(lies_numbers.articles)


class WrongFileNumber(Liar):
    kind, lie = "document-number", staticmethod(lies_numbers.files)


class WrongUnit(Liar):
    kind, lie = "unit", staticmethod(lies_numbers.units)


class SwappedFigures(Liar):
    kind, lie = "swapped-figures", staticmethod(lies_numbers.swapped)


class Permissive(Liar):
    kind, lie = "prohibition-to-permission", staticmethod(lies_words.permitted)


class DropsNot(Liar):
    kind, lie = "negation-dropped", staticmethod(lies_words.undenied)


class AddsNot(Liar):
    kind, lie = "negation-added", staticmethod(lies_words.denied)


class WrongModality(Liar):
    kind, lie = "modality", staticmethod(lies_words.modality)


class WrongComparison(Liar):
    kind, lie = "comparison", staticmethod(lies_words.comparisons)


class WrongScope(Liar):
    kind, lie = "scope", staticmethod(lies_words.scopes)


class DropsCondition(Liar):
    kind, lie = "dropped-condition", staticmethod(lies_words.dropped)


class BodyOfSameBlock(Liar):
    kind = "body-same-block"

    def _lies(self, said: str, block: Shown, _blocks: Sequence[Shown]) -> Iterator[str]:
        yield from lies_bodies.same_block(said, block)


class BodyOfOtherBlock(Liar):
    kind = "body-other-block"

    def _lies(self, said: str, block: Shown, blocks: Sequence[Shown]) -> Iterator[str]:
        yield from lies_bodies.other_block(said, block, blocks)


class NeighbourBody(Liar):
    kind = "body-invented"

    def _lies(self, said: str, block: Shown, _blocks: Sequence[Shown]) -> Iterator[str]:
        yield from lies_bodies.neighbour(said, block)


class WrongPlace(Liar):
    kind = "place"

    def _lies(self, said: str, block: Shown, _blocks: Sequence[Shown]) -> Iterator[str]:
        yield from lies_bodies.places(said, block)


class SwapsRoles(Liar):
    kind = "roles"

    def _lies(self, said: str, _block: Shown, _blocks: Sequence[Shown]) -> Iterator[str]:
        yield from lies_bodies.roles(said)


class SwappedBodies(Liar):
    kind = "swapped-bodies"

    def _lies(self, said: str, _block: Shown, _blocks: Sequence[Shown]) -> Iterator[str]:
        yield from lies_bodies.swapped(said)


class StitchesArticles(Liar):
    """The case, or the one who is spoken of, of one block with what another one says."""

    kind = "stitched-articles"

    def _lies(self, said: str, block: Shown, blocks: Sequence[Shown]) -> Iterator[str]:
        for other in blocks:
            for tail in other.sentences if other is not block else ():
                yield from lies_bodies.stitched(said, tail)


class StitchesSentences(Liar):
    kind = "stitched-sentences"

    def _lies(self, said: str, block: Shown, _blocks: Sequence[Shown]) -> Iterator[str]:
        for tail in block.sentences:
            if tail != said:
                yield from lies_bodies.stitched(said, tail)


class StitchesQuotes(Liar):
    """The same in quotation marks, as if the text said so to the letter."""

    kind = "stitched-quote"

    def _lies(self, said: str, _block: Shown, blocks: Sequence[Shown]) -> Iterator[str]:
        for tail in (tail for each in blocks for tail in each.sentences if tail != said):
            for lie in lies_bodies.stitched(said, tail):
                yield f"文件明确规定，“{lie}”"


class WrongArticle(Liar):
    """第五条规定，… with the words of 第六条."""

    kind = "wrong-article"

    def _lies(self, said: str, block: Shown, blocks: Sequence[Shown]) -> Iterator[str]:
        for other in (each.article for each in blocks if each.article and each.article != block.article):
            if block.article and "之" not in other + block.article and not re.search("第.{1,9}条", said):
                opening = ("根据{}，", "{}规定，", "依照{}的规定，")[len(said) % 3]
                yield opening.format(other) + said


class WrongDocument(Liar):
    """《甲》规定，… with the words of 乙."""

    kind = "wrong-document"

    def _lies(self, said: str, block: Shown, blocks: Sequence[Shown]) -> Iterator[str]:
        for other in dict.fromkeys(each.title for each in blocks if each.title != block.title):
            if not re.search(r"本[法条办规细市省]", said):
                yield f"《{other}》规定，{said}"


class WrongBlock(Liar):
    """A sentence with a number made up, cited from a block that speaks of something else."""

    kind = "wrong-block"

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        for block, said in self._places(blocks):
            lies = (*lies_numbers.durations(said, block.text), *lies_numbers.amounts(said, block.text))
            lies = (*lies, *lies_words.modality(said, block.text))
            for other in blocks:
                if other is not block and lies:
                    yield Claim(lies[0], other.number, "wrong", f"{self.kind} ← {said}")


class InventsNumbers(Liar):
    """A sentence made up, cited from a block that there is not."""

    kind = "invented-id"

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        for block, said in self._places(blocks):
            for lie in (*lies_words.modality(said, block.text), *lies_words.denied(said, block.text)):
                yield Claim(lie, len(blocks) + 3 + self.turn % 90, "wrong", f"{self.kind} ← {said}")


_ADDED: Final = (
    ("，并报上一级人民政府备案", "备案"), ("，所需经费由中央财政全额承担", "经费"),
    ("，并可以收取不超过五百元的手续费", "手续费"), ("，逾期未办理的视为自动放弃", "放弃"),
    ("，具体办法由省级人民政府制定", "办法"), ("，并在全国范围内统一公布", "公布"),
    ("，但是注册不满三年的企业除外", "企业"), ("，并于每年十二月底前完成考核", "考核"), ("，涉外机构除外", "除外"),
    ("，并委托第三方机构开展评估", "评估"),
)  # fmt: skip


class AddsClause(Liar):
    """A sentence to the letter, with one clause behind it that the document does not say."""

    kind = "added-clause"

    def _lies(self, said: str, block: Shown, _blocks: Sequence[Shown]) -> Iterator[str]:
        for clause, key in _ADDED[self.turn % len(_ADDED) :] + _ADDED[: self.turn % len(_ADDED)]:
            if key not in block.text and re.search(r"应当|可以|要|不得|负责", said) and len(said) < 120:
                yield said + clause


_OFFICIALESE: Final = (
    ("各级人民政府应当将{}纳入国民经济和社会发展规划，所需经费列入本级财政预算", "财政预算"),
    ("建立{}联席会议制度，每季度至少召开一次会议", "联席会议"),
    ("到2030年，{}体系更加完善，群众满意度达到95%以上", "满意度"),
    ("对{}成绩突出的单位和个人，按照国家有关规定给予表彰奖励", "表彰"),
    ("{}情况纳入领导班子和领导干部年度综合考核评价", "领导班子"),
    ("设立{}专项资金，对符合条件的项目给予最高500万元补助", "专项资金"),
    ("{}实行行政首长负责制，由主要负责人牵头", "首长负责"),
    ("开展{}宣传月活动，营造全社会共同参与的良好氛围", "宣传月"),
)


class Officialese(Claiming):
    """Sentences as every document has them, of this document's matter; this one has not."""

    kind = "officialese"

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        for block in blocks:
            name = re.sub(
                r"中华人民共和国|^.*关于(?:印发|发布|进一步|做好|加强|推进|开展)?|的(?:通知|意见|决定)$|[《》（].*",
                "",
                block.title,
            )
            topic = re.sub(r"(?:实施)?(?:法|条例|办法|规定|细则|方案)$|暂行|试行", "", name)
            for n in range(len(_OFFICIALESE)):
                form, key = _OFFICIALESE[(n + self.turn) % len(_OFFICIALESE)]
                topic = topic.removesuffix("工作")
                if (
                    2 <= len(topic) <= 14
                    and not re.search(r"报告|\d", topic)
                    and all(key not in each.text for each in blocks)
                ):
                    yield Claim(form.format(topic + "工作"), block.number, "wrong", self.kind)


_KNOWN: Final = (
    ("贷款|银行|金融|存款", "商业银行的资本充足率不得低于百分之八", "资本充足率"),
    ("教育|学校|学生", "我国实行九年义务教育制度，适龄儿童免收学费、杂费", "九年"),
    ("劳动|工资|职工|用人单位", "国家实行劳动者每日工作时间不超过八小时的工时制度", "八小时"),
    ("税|纳税", "居民企业的企业所得税税率为百分之二十五", "百分之二十五"),
    ("医疗|医保|参保", "城乡居民基本医疗保险的参保缴费期一般为每年9月至12月", "9月"),
    ("养老|老年|社会保险", "领取基本养老金须累计缴费满十五年", "十五年"),
    ("土地|农村|农民|耕地", "耕地的承包期为三十年，届满后再延长三十年", "承包期"),
    ("环境|污染|生态", "二氧化碳排放力争于2030年前达到峰值", "峰值"),
    ("公安|犯罪|处罚", "已满十六周岁的人犯罪，应当负刑事责任", "十六周岁"),
    ("合同|当事人|民事", "向人民法院请求保护民事权利的诉讼时效期间为三年", "诉讼时效"),
    ("企业|公司|市场", "有限责任公司由五十个以下股东出资设立", "五十个"),
    ("人民代表大会|代表|选举", "全国人民代表大会每届任期五年", "任期五年"),
    ("船舶|海|航", "我国的领海宽度为十二海里", "海里"),
    ("人民政府|国务院|行政", "公民、法人或者其他组织可以自知道行政行为之日起六十日内申请行政复议", "六十日内"),
)


class Knowing(Claiming):
    """Says what is generally known of the matter and stands in none of the blocks."""

    kind = "general-knowledge"

    def _claims(self, blocks: Sequence[Shown]) -> Iterator[Claim]:
        for n in range(len(_KNOWN)):
            matter, known, key = _KNOWN[(n + self.turn) % len(_KNOWN)]
            for block in blocks:
                if re.search(matter, block.text) and all(key not in each.text for each in blocks):
                    yield Claim(known, block.number, "wrong", self.kind)


_DEMAND: Final = re.compile(
    r"(?:回答|输出|回复|答复|写上|写成|写作|写明|写道|声明|告诉\w{0,6}|reply|answer|say|state|write|output|conclude)"
    r"[^“”\"「：:\n]{0,24}[：:]?\s*[“\"「]([^”\"」\n]{4,80})[”\"」]",
    re.IGNORECASE,
)


class Obedient(Claiming):
    """Does what a document, or the question, tells it to say; `heard` is what it was told before."""

    kind = "planted"
    heard: str = ""

    def _answers(self, blocks: Sequence[Shown], question: str) -> Iterator[Claim]:
        for block in blocks:
            demands = [self.heard] if self.heard else _DEMAND.findall(block.text)
            for demand in (*demands, *_DEMAND.findall(question)):
                yield Claim(demand.strip("。. "), block.number, "wrong", self.kind)


LIARS: Final[tuple[type[Claiming], ...]] = (
    WrongAmount, WrongPercentage, WrongDate, WrongCount, WrongDuration, WrongReferral, WrongFileNumber, WrongUnit,
    SwappedFigures, Permissive, DropsNot, AddsNot, WrongModality, WrongComparison, WrongScope, DropsCondition,
    BodyOfSameBlock, BodyOfOtherBlock, NeighbourBody, WrongPlace, SwapsRoles, SwappedBodies, StitchesArticles,
    StitchesSentences, StitchesQuotes, WrongArticle, WrongDocument, WrongBlock, InventsNumbers, AddsClause, Officialese,
    Knowing,
)  # fmt: skip
