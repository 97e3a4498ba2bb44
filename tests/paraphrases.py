"""An honest rewording, rule by rule: what a careful clerk may change without changing what is said.

Each rule gives the sentences that it makes of one sentence of a block, or nothing where it does not apply for certain.
No number, body, place, condition or exception is touched; `必须` for 应当 and 禁止 for 不得 are as strict as the text.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from tests.shown import ZH, Shown, to_int, to_zh

Rule = Callable[[str, Shown], Iterator[tuple[str, ...]]]

_FILLER: Final = re.compile(
    r"(?:进一步|切实|大力|认真|积极|扎实|着力)(?=推进|推动|开展|支持|发展|落实|加强|做好|履行|配合|参与|探索|培育|引导|"
    r"贯彻|完善|提高|提升|组织|实施|改善|优化|强化|健全|帮助|保障|解决|扩大|深化|促进|增强|维护|抓好|研究|协助|创造|采取|稳妥)(?![一-鿿]{2}(?:，|、|；|$))"
)


def fillers(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """积极推进 → 推进."""
    short = _FILLER.sub("", said)
    if short != said:
        yield (short,)


_OUGHT: Final = re.compile(r"(?<![、不依法])应当(?=[一-鿿])")


def ought(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """应当 → 应, 须, 必须, 要: as binding."""
    if _OUGHT.search(said):
        words = ("应", "须", "必须", "要", "应")
        yield (_OUGHT.sub(words[len(said) % 5], said),)


_FORBIDDEN: Final = re.compile(r"(?<![不也])不得(?!已|不|人心|力)")


def forbidden(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """不得 → 不能; 任何单位和个人不得X → 禁止任何单位和个人X, 严禁…."""
    found = re.match(r"^(任何(?:单位|组织)(?:和|或者)个人)不得([^，。；]{3,60})$", said)
    if found:
        yield (("禁止", "严禁")[len(said) % 2] + found[1] + found[2],)
    if len(_FORBIDDEN.findall(said)) == 1:
        yield (_FORBIDDEN.sub("不能", said),)


def may(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """可以 → 可."""
    if re.search(r"(?<![也不])可以(?=[一-鿿]{3})(?!不)", said):
        yield (re.sub(r"(?<![也不])可以(?=[一-鿿]{3})(?!不)", "可", said),)


_WRITTEN: Final = re.compile(
    rf"(?<![一二三四五六七八九十百千万0-9.第月])(?!{ZH}年)({ZH})(?=日(?:内|以内|前|起)|个(?:月|工作日)|(?:万)?元|年(?:以上|以下|内|的|期)|周岁|小时|倍(?:以上|以下|的)|人以上)"
)
_SHARE: Final = re.compile(rf"百分之({ZH})(?![点分])")
_ARABIC: Final = re.compile(
    r"(?<![0-9.〔第月－—-])([1-9][0-9]{0,3})(?=日(?:内|以内|前|起)|个(?:月|工作日)|万元|周岁|小时|元/|天|名|条|户|个)"
)
_ARABIC_SHARE: Final = re.compile(r"(?<![0-9.－—-])([1-9][0-9]?)[%％](?!的?[－—-])")


def numerals(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """三十日 → 30日, 百分之五十 → 50%, and the other way."""
    to_arabic = _SHARE.sub(lambda m: f"{to_int(m[1])}%", _WRITTEN.sub(lambda m: str(to_int(m[1])), said))
    if to_arabic != said:
        yield (to_arabic,)
        return
    to_written = _ARABIC_SHARE.sub(lambda m: f"百分之{to_zh(int(m[1]))}", _ARABIC.sub(lambda m: to_zh(int(m[1])), said))
    if to_written != said:
        yield (to_written,)


_DATE: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日")


def dates(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """2015年12月27日 → 二〇一五年十二月二十七日."""

    def written(found: re.Match[str]) -> str:
        year = "".join("〇一二三四五六七八九"[int(digit)] for digit in found[1])
        return f"{year}年{to_zh(int(found[2]))}月{to_zh(int(found[3]))}日"

    if _DATE.search(said):
        yield (_DATE.sub(written, said),)


def scaled(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """6.5亿元 → 65000万元."""
    found = re.search(r"(?<![0-9.])([0-9]{1,3})\.([0-9])亿(?=元)", said)
    if found:
        yield (said[: found.start()] + f"{int(found[1] + found[2]) * 1000}万" + said[found.end() :],)


def widths(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """Half-width figures and signs in full width, and the other way."""
    if re.search(r"[0-9%]", said):
        wide = said.translate({ord(a): b for a, b in zip("0123456789%", "０１２３４５６７８９％", strict=True)})
        yield (wide,)
    elif "（" in said:
        yield (said.replace("（", "(").replace("）", ")"),)


_BY: Final = re.compile(
    r"(?<=，)由(?=[一-鿿、]{3,30}(?:部门|机关|机构|委员会|人民政府|法院)(?:责令|处|依法|依照|给予|吊销|没收|予以))"
)
_RUNS: Final = re.compile(
    r"^([一-鿿]{3,24}(?:部门|机关|机构|委员会|人民政府|局))(主管|负责)((?:全国|本行政区域|本市|本省)[一-鿿]{2,24}工作)$"
)
_RUN_BY: Final = re.compile(
    r"^([一-鿿]{4,26})由([一-鿿、]{3,30}?(?:部门|机关|机构|委员会|人民政府|国务院|局))(负责|制定|规定|公布|确定|批准|组织实施)$"
)


def voices(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """由A责令改正 → A责令改正; A主管X → X由A主管; X由A制定 → A制定X."""
    if _BY.search(said):
        yield (_BY.sub("", said),)
    if found := _RUNS.match(said):
        yield (f"{found[3]}由{found[1]}{found[2]}",)
    if (found := _RUN_BY.match(said)) and not found[1].endswith("，"):
        yield (f"{found[2]}{found[3]}{found[1]}",)


_GIVE: Final = re.compile(
    r"对((?:(?![要应可将不])[一-鿿、]){2,22}?)(依法)?给予((?:必要的|适当|适当的|一定的)?(?:补贴|补助|奖励|表彰|表彰和奖励|表彰、奖励|补偿|支持|扶持|处分|处罚|行政处分|警告|资助|优惠|优待|保障))(?=[，。；]|$)"
)


def gives(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """对X给予补贴 → 给予X补贴."""
    if len(_GIVE.findall(said)) == 1:
        yield (_GIVE.sub(lambda m: f"{m[2] or ''}给予{m[1]}{m[3]}", said),)


_SYNONYMS: Final = (
    (r"之日起(?=[一-鿿0-9])", "起"), (r"依照(?=本|《|有关|法律|国家|前|相关)", "按照"),
    (r"按照(?=本|《|有关|国家|相关|规定)", "依照"),
    (r"根据(?=本法|本条例|本办法|有关规定|国家有关)", "依据"), (r"报送(?=国务院|上级|上一级|所在地|省|市)", "上报"),
    (r"建立(?=[一-鿿]{2,8}机制|健全)(?!健全)", "构建"), (r"设立(?=专项|[一-鿿]{2,6}基金)", "建立"),
    (r"发放(?=[一-鿿]{0,4}(?:补贴|补助|救助金))", "拨付"),
    (r"或者", "或"), (r"但是，?", "但"), (r"施行$", "实施"), (r"及时(?=向)", "尽快"), (r"已经(?=[一-鿿])", "已"),
    (r"责令改正", "责令其改正"),
    (r"予以(?=公布|公告|公开|奖励|表彰|支持|保障|配合|补偿|警告|处罚|没收|保护|撤销|取缔)", ""),
    (r"(?<=[，])并处(?=[一-鿿0-9]{2})", "同时处"), (r"每年至少", "每年最少"),
)  # fmt: skip


def synonyms(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """依照 → 按照, 之日起 → 起, 或者 → 或: the words of one rule, not those of several."""
    at = len(said) % len(_SYNONYMS)
    for pattern, new in (*_SYNONYMS[at:], *_SYNONYMS[:at]):
        changed = re.sub(pattern, new, said)
        if changed != said:
            yield (changed,)


_ITSELF: Final = re.compile(r"本(法|条例|办法|规定|细则|规则)")


def attributed(said: str, block: Shown) -> Iterator[tuple[str, ...]]:
    """根据第六条，…; 该法规定，…; 文件提出，… with the true number and the true kind."""
    kind = next(
        (kind for kind in ("条例", "办法", "规定", "细则", "法", "意见", "方案", "通知") if block.title.endswith(kind)),
        "",
    )
    words = _ITSELF.sub(r"该\1", said)
    if kind in ("法", "条例", "办法", "细则"):
        openings = [f"该{kind}规定，"]
        openings += [f"根据{block.article}，", f"{block.article}规定，"] if block.article else []
        yield (openings[len(said) % len(openings)] + words,)
    elif kind in ("意见", "方案", "通知"):
        yield ((f"该{kind}提出，", "文件提出，")[len(said) % 2] + said,)


_SUBJECT: Final = r"[一-鿿、]{2,24}?"
_TWO: Final = re.compile(
    rf"^({_SUBJECT})(应当|不得|必须)([^，。；]{{4,40}})，(并(?:应当)?|不得|应当)([^，。；]{{4,40}})$"
)


def split(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """A应当X，并Y → A应当X; A应当Y."""
    found = _TWO.match(said)
    if found and not re.search(r"[其此该]|的，|时$|的$|后$|中$|当$", found[5][:1] + found[1]):
        if found[4] == "并" and found[2] == "不得":
            return
        modal = {"并": found[2], "并应当": "应当"}.get(found[4], found[4])
        yield (f"{found[1]}{found[2]}{found[3]}", f"{found[1]}{modal}{found[5]}")


def enumerations(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """A、B和C → A、B以及C."""
    changed = re.sub(
        r"(、[一-鿿]{2,8})和(?=[一-鿿]{2,10}(?:，|$|应当|可以|不得|等))(?![一-鿿]{2,8}结合)", r"\1以及", said, count=1
    )
    if changed != said:
        yield (changed,)


def parentheses(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """A parenthesis that only names (以下简称…) or gives a 文号 is dropped."""
    changed = re.sub(r"（(?:以下(?:简称|统称|称)[^（）]{1,30}|[一-鿿]{1,8}〔[0-9]{4}〕[0-9]{1,4}号)）", "", said)
    if changed != said:
        yield (changed,)


def purposes(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """A leading 为了…， is dropped where a whole rule follows."""
    found = re.match(rf"^为了?[^，。；]{{4,60}}，((?:国家|{_SUBJECT}(?:应当|可以|不得|要))[^。]{{18,160}})$", said)
    if found and not re.search(r"制定本|^并|^现|^特", found[1]):
        yield (found[1],)


def trailing(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """What stands behind ；is dropped whole, where it speaks of another case."""
    head, stop, tail = said.partition("；")
    if (
        stop
        and len(head) >= 16
        and not re.search(r"^[或并且即也]|[但除]|其中|例外|特殊|必要|也可|未|不|没", tail[:16])
        and "一是" not in head
    ):
        yield (head,)


def fronted(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """本法自1995年1月1日起施行 → 自1995年1月1日起，本法施行."""
    found = re.match(r"^([一-鿿]{2,20})(自(?:[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日|公布之日)起)(施行|实施)$", said)
    if found:
        yield (f"{found[2]}，{found[1]}{found[3]}",)
    found = re.match(
        rf"^({_SUBJECT})(应当|要|须)?(?:于|在)((?:每年|[0-9]{{4}}年)?[0-9]{{1,2}}月[0-9]{{1,2}}日(?:前|以前|之前))，?([^。]{{6,120}})$",
        said,
    )
    if found:
        yield (f"{found[3]}，{found[1]}{found[2] or ''}{found[4]}",)


def befores(said: str, _block: Shown) -> Iterator[tuple[str, ...]]:
    """12月31日前 → 12月31日之前, 以前."""
    changed = re.sub(r"(?<=[日底月])前(?=[^，。]{0,1}[一-鿿，])", ("之前", "以前")[len(said) % 2], said)
    if changed != said and not re.search(r"[目以之]前前|前款|前条|日前", said):
        yield (changed,)


RULES: Final[tuple[Rule, ...]] = (
    fillers, ought, forbidden, may, numerals, dates, scaled, widths, voices, gives, synonyms, attributed, split,
    enumerations, parentheses, purposes, trailing, fronted, befores,
)  # fmt: skip
#: Rules that may follow another one on the same sentence.
_SECOND: Final[tuple[Rule, ...]] = (attributed, ought, may, synonyms)


def reworded(said: str, block: Shown, rule: Rule, turn: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """What `rule` makes of a sentence, and on uneven turns a second rule of that, with the names of both."""
    for texts in rule(said, block):
        second = _SECOND[turn // 2 % len(_SECOND)]
        if turn % 2 and len(texts) == 1 and second is not rule:
            for again in second(texts[0], block):
                yield again, f"{rule.__name__}+{second.__name__}"
        yield texts, rule.__name__
