"""The forms in which questions name parts by number, as expressions over folded text.

What each form means is read in `rag.references`; which part of a document that is, in `rag.resolve`.
"""

import re
from typing import Final

from corpus.numerals import ENGLISH_ORDINALS, ENGLISH_TENS, NUMERAL_CHARACTERS

#: A number in any spelling, and one in Chinese characters.
NUMBER: Final = f"[{NUMERAL_CHARACTERS}①-⑳]{{1,8}}"
SPELLED: Final = "一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
UNITS: Final = (
    "大?部分|大?部份|部|个?方面|条|款|项|目|章|节|分编|编|篇|大?点|段|大?板?块|"
    "(?:[条项个大]|方面的)?(?:保障|工作|重点|主要)?(?:任务|举措|措施|要点|内容|突出|亮点|特色|保障|领域)|个|小点"
)
_SUB: Final = r"(?:(?<=条)之(?P<sub>[一二三四五六七八九十]{1,2}))?"
#: 第三个, 最后一个 name a part where nothing is counted behind them: not 第一个火车站, 最后一个皇帝.
_ALONE: Final = (
    r"(?:(?<!个)|(?=$|[\s?？,，。!！、;；)）\"]|[呢吗吧啊呀的是怎咋说讲写提里]|有(?:什么|哪|啥|何|关)|要(?:求|做|干|怎)"
    r"|包括|涉及|关于|具体|主要|内容|指的|[和与及跟至到](?:第|最)|[上下前后]一|对.{1,12}(?:怎|咋|什么|如何|说|讲|规定|要求)))"
)
# 第十一届五次全会, 第二十次会议: counted, but no part of a document. A unit must follow the number.
# 第一个五年计划 and 第二个百年奋斗目标 are names of their own.
ORDINAL: Final = re.compile(rf"第\s*[(（]?\s*(?P<n>{NUMBER})\s*[)）]?\s*(?P<unit>{UNITS}){_SUB}{_ALONE}")
#: 民法典1260条, 一千零四十二条第二款: without 第, where a name stands before it at most and no measures are counted.
BARE_ARTICLE: Final = re.compile(
    rf"(?:^|(?<=[\s,，。、和与及《》\"的]))(?P<n>{NUMBER})(?P<unit>条){_SUB}"
    r"(?=$|[\s?？,，。!！、第(（之的和与至到里中对规讲说是写怎]|[一二三四五六七八九十\d]{1,3}[款项]|内容|关于|有什么|什么|啥)"
)
#: 第1165 behind a name, §1179.
UNNAMED: Final = re.compile(r"(?:(?:^|(?<=\s))第(?P<n>\d{1,4})(?=$|[\s?？,，。])|§\s*(?P<section>\d{1,4}))")
# 附件2, 专栏三, 表1: the unit stands before its number; 附件 alone where something inside is asked for.
HANGING: Final = re.compile(rf"(?P<unit>附件|附表|附录|专栏|(?<![代发列图外])表)\s*(?P<n>{NUMBER})(?![\d.%％年月日])")
ANNEX: Final = re.compile(r"(?P<unit>附件|附表|附录)(?=(?:里|中|内)?面?的?第|里|中的?|的)")
FROM_END: Final = re.compile(rf"倒数第(?P<n>{NUMBER})\s*(?P<unit>{UNITS})")
LAST: Final = re.compile(rf"(?:最后|末尾?|倒数第一)的?一?(?P<unit>个?部分|条|款|项|章|节|点|段|个){_ALONE}")
# 主要任务七, 保障措施第3, 举措五: a name of parts with a bare number behind it.
BARE: Final = re.compile(
    rf"(?P<unit>任务|措施|举措|部分|要点|亮点|特色|突出)(?:之|的)?(?:第?(?P<n>[{SPELLED}]{{1,3}}|\d{{1,2}}))(?![{SPELLED}\d年月日个条项点种类大方级共起定样些直般致律])"
)
# 七是, 六是: the mark itself, said aloud.
POINT: Final = re.compile(rf"(?:^|[，,、“\"的中里])(?P<n>[{SPELLED}]{{1,3}})是(?=[什讲说关写啥指怎哪?？\"”]|$)")
PATH: Final = re.compile(
    rf"(?P<one>[{SPELLED}]{{1,3}})[、.\s]*[(（](?P<two>[{SPELLED}]{{1,3}}|\d{{1,2}})[)）][、.\s]*"
    rf"(?:第?(?P<three>[{SPELLED}\d]{{1,3}})(?:[是条项点]|(?![{SPELLED}\d])))?"
)
PATH_SHORT: Final = re.compile(
    rf"(?<![、{SPELLED}])(?P<one>[{SPELLED}]{{1,3}})、\s*(?P<two>[{SPELLED}]{{1,3}})(?:是|(?=$|[\s,，。?？的讲说]))"
)
# 第(四)项 is a number with its unit.
LEVEL2: Final = re.compile(
    rf"(?<![第条款项分章节件])[(（](?P<two>[{SPELLED}]{{1,3}})[)）](?!项)(?:[、.\s]*第?(?P<three>[{SPELLED}\d]{{1,3}})[是条项点]?)?"
)
#: 三、 behind the name of a document: one of its outermost parts.
LEVEL1: Final = re.compile(rf"(?:^|(?<=\s))(?P<one>[{SPELLED}]{{1,3}})、(?![{SPELLED}]{{1,3}}(?:两|二)?[、项条点款])")
#: Part II (1), II (3) 5, 2(2)2: a path in figures.
FIGURES: Final = re.compile(
    r"(?<![\w.第(（])(?:(?:part|section|chapter)\s+)?(?P<one>[ivx]{1,4}|\d{1,2})\s*[(（]\s*(?P<two>[ivx]{1,4}|\d{1,2})\s*[)）]"
    r"(?:\s*(?P<three>\d{1,2})(?![\d.%年月日号]))?(?!\s*[款项条号])"
)
#: section 2.3, item 2.2.7.
DOTTED: Final = re.compile(
    r"\b(?:sub-?section|section|part|chapter|item|point|paragraph)\s+(?P<one>\d{1,2})\.(?P<two>\d{1,2})(?:\.(?P<three>\d{1,2}))?(?![\d.%])"
)
UNIT_BEFORE: Final = re.compile(r"\b(?:articles?|art|clauses?|items?|points?|paragraphs?|annex|table|box)\b\.?\s*$")
#: （三）至（五）, 三（三）到三（五）, （三十七）、（三十八）: several parts of one row of bracketed numbers.
BRACKETS: Final = re.compile(
    rf"(?<![第条款项分章节])(?P<one>(?<![{SPELLED}])[{SPELLED}]{{1,3}})?[、.\s]*[(（](?P<n>[{SPELLED}]{{1,3}})[)）]\s*(?P<way>至|到|-+|~|[、和与及])\s*"
    rf"(?:[{SPELLED}]{{1,3}}[、.\s]*)?[(（](?P<m>[{SPELLED}]{{1,3}})[)）]"
)
#: Right behind a reference: （五）, (八)项, 二款, 第2目; 第（一）至（三）项; of an English one (2).
INSIDE: Final = re.compile(
    rf"\s*[、,，]?\s*(?:[(（]\s*(?P<n>{NUMBER})\s*[)）]\s*(?P<unit>款|项|目)?"
    rf"|(?P<plain>{NUMBER})(?P<plain_unit>款|项|目))(?!\s*(?:至|到|-|~)\s*[(（])"
)
#: 附件2第二部分五十六: a number alone behind a part that has numbered ones inside.
NUMBER_INSIDE: Final = re.compile(rf"\s*(?P<n>[{SPELLED}]{{1,4}})(?=$|[\s?？。的])")
INSIDE_RANGE: Final = re.compile(
    rf"\s*第?\s*[(（]\s*(?P<n>{NUMBER})\s*[)）]\s*(?P<unit>款|项|目)?\s*(?:至|到|-+|~)"
    rf"\s*第?\s*[(（]\s*(?P<m>{NUMBER})\s*[)）]\s*(?P<unit_behind>款|项|目)?"
)
ENGLISH_INSIDE: Final = re.compile(r"\s*[(（]\s*(?P<n>\d{1,2})\s*[)）]")
#: 第三、四条, 29、30条, 九、十两项, items 3 and 4: two numbers with one unit.
PAIR: Final = re.compile(rf"第(?P<n>{NUMBER})[、和与及](?:第)?(?P<m>{NUMBER})(?P<unit>{UNITS})")
BARE_PAIR: Final = re.compile(
    rf"(?:^|(?<=[\s,，。《》\"的]))(?P<n>{NUMBER})[、和与及](?P<m>{NUMBER}?)(?P<unit>(?:两|二)?(?:条|项|点|款|个?部分))"
)
#: 第六十七条、六十八条: another one of the unit before.
ANOTHER: Final = re.compile(rf"\s*[、,，和与及]\s*(?P<n>{NUMBER})(?P<unit>条|款|项|章|节)")
#: 第三条至第五条, 第3-5条, articles 3 to 5.
RANGE: Final = re.compile(rf"第(?P<n>{NUMBER})(?:{UNITS})?(?:至|到|-+|~)第?(?P<m>{NUMBER})(?P<unit>{UNITS})")
FEW_UNITS: Final = "个?部分|个?方面|条|款|项|目|章|节|编|个?点|段|个?附件|个?专栏|个?任务|个?措施"
#: 前三条, 头两项, 最后两条, 倒数三条, the first three articles.
FEW: Final = re.compile(
    rf"(?P<way>前|头|首|最后的?|末尾?|倒数|后)(?P<n>[{NUMERAL_CHARACTERS}]{{1,3}})(?P<unit>{FEW_UNITS})"
)

ENGLISH_UNITS: Final = "|".join(
    "sub-?section section part chapter article art item point measure task clause paragraph division annex appendix "
    "schedule table box".split()
)
#: Words that count parts and say at once among which: the third safeguard is the third of 保障措施.
_TELLING: Final = f"{ENGLISH_UNITS}|safeguard|highlight|feature"
ENGLISH: Final = re.compile(
    rf"\b(?P<unit>{ENGLISH_UNITS})s?\.?\s*(?:no\.?|number|#)?\s*(?P<n>\d{{1,4}}|[a-z]+)(?:-(?P<sub>\d{{1,2}})(?!\d))?\b"
)
#: number four, No. 3 of the main tasks, safeguard measure (4).
ENGLISH_NUMBER: Final = re.compile(
    r"(?:\bno\.|\bnumber\b|#)\s*(?P<n>\d{1,3}|[a-z]+)\b(?=\s*(?:$|[?,.;:)]|(?:of|in|under|from|among|about)\b|(?:say|cover|mean|require)))"
)
ENGLISH_BRACKET: Final = re.compile(
    rf"\b(?P<unit>{_TELLING})s?\s*(?P<whole>[(（]\s*(?P<n>\d{{1,2}}|[ivx]{{1,4}})\s*[)）])"
)
_ORDINALS: Final = rf"\d{{1,4}}(?:st|nd|rd|th)|(?:(?:{'|'.join(ENGLISH_TENS)})-)?(?:{'|'.join(ENGLISH_ORDINALS)})"
#: the third safeguard measure: what stands between, or the unit itself, may name the part that it is counted in.
_COUNTED: Final = (
    rf"\"?\s+(?:(?P<which>\w+\s+)?(?P<unit>{ENGLISH_UNITS})s?\b"
    r"|(?P<telling>(?:\w+\s+)?(?:safeguard|highlight|feature)s?\b))"
)
ENGLISH_ORDINAL: Final = re.compile(rf"\b(?P<n>{_ORDINALS}){_COUNTED}")
#: the fifth of the safeguards, the last one among the main tasks.
ENGLISH_AMONG: Final = re.compile(
    rf"\b(?P<n>{_ORDINALS}|last|final)\s+(?:one\s+)?(?:of|among|in|from|under)\s+(?:all\s+)?the\s+(?!(?:document|text|year|month)\b)"
)
#: the second-to-last measure, the penultimate article, the safeguard before the last one.
ENGLISH_FROM_END: Final = re.compile(
    r"\b(?:(?P<n>second|third|fourth|fifth)[- ](?:to[- ](?:the[- ])?|from[- ])?last|penultimate|last but one)"
    rf"{_COUNTED}"
)
ENGLISH_BEFORE_LAST: Final = re.compile(rf"\b(?:{_TELLING}|one)s?\s+(?P<whole>before the (?:very )?last(?: one)?)\b")
ENGLISH_ORDINAL_PAIR: Final = re.compile(
    rf"\b(?P<n>{_ORDINALS})\s*(?:,|and|&)\s*(?:the\s+)?(?P<m>{_ORDINALS})\s+(?:\w+\s+)?(?:{_TELLING})s?\b"
)
ENGLISH_PAIR: Final = re.compile(
    rf"\b(?P<unit>{ENGLISH_UNITS})s\s+(?P<n>\d{{1,4}}|[a-z]+)\s*(?:,|and|&)\s*(?P<m>\d{{1,4}}|[a-z]+)\b"
)
ENGLISH_RANGE: Final = re.compile(
    rf"\b(?P<unit>{ENGLISH_UNITS})s\s+(?P<n>\d{{1,4}}|[a-z]+)\s*(?:-+|to|through)\s*(?P<m>\d{{1,4}}|[a-z]+)\b"
)
ENGLISH_FEW: Final = re.compile(rf"\b(?P<way>first|last)\s+(?P<n>\d{{1,2}}|[a-z]+)\s+(?P<unit>{ENGLISH_UNITS})s\b")
ENGLISH_LAST: Final = re.compile(rf"\b(?P<n>last|final){_COUNTED}")
#: What stands between two references of which neither lies in the other.
BESIDE: Final = re.compile(r"\s*(?:[和与及跟、,，]|以及|还有|and|&)\s*(?:the\s*)?第?")
#: article 5 of chapter 2: the inner one is said first.
INSIDE_OF: Final = re.compile(r"\s*(?:of|in|under|from)\s+(?:the\s+)?")
#: 第五条的下一条, 第五条后面那条: a neighbour of the reference right before it.
STEP: Final = re.compile(
    r"\s*[的之]?(?P<way>[上前下后])(?:面)?的?(?:那|这)?一?(?P<unit>个?部分|条|款|项|目|章|节|编|个?点)"
)
ENGLISH_STEP: Final = re.compile(
    rf"\b(?:(?P<unit>{ENGLISH_UNITS})|comes?|follows?|stands?|is) (?:right |just |immediately )?"
    r"(?P<way>after|following|before|preceding) (?:the )?$"
)
