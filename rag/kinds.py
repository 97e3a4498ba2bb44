"""What kind of words would answer a question: an amount, a date, a body, a list; and of what it asks them.

One expression a kind, in one ordered table: the first that fits decides. Works on folded text.
"""

import re
from typing import Final

from rag.types import Expects

#: Offices that persons hold, as part of a regular expression.
OFFICES: Final = (
    "书记|省长|市长|县长|区长|州长|主席|总理|主任|部长|厅长|局长|司长|处长|科长|组长|会长|理事长|院长|校长|秘书长"
    "|发言人|负责人|联系人"
)
_AMOUNT_NOUNS: Final = (
    "金额|限额|资金|经费|预算|投资额?|补贴|补助|奖励|奖金|罚款|费用|[费价](?!率)|租金|押金|工资|津贴|待遇标准|低保标准"
)
_MONEY: Final = (
    r"多少(?:钱|资金|经费|万元|亿元|元|投资|补贴|补助|奖励|预算)",
    rf"(?:{_AMOUNT_NOUNS})(?:额度?|总额|标准|规模)?(?:是|为|有|将?达到?|一?共|大?约)*(?:多少|几)",
    r"(?:投入|拨款|安排|花费?|奖励|补贴|补助|投资)了?多少(?!个|项|条|人)",
    # 补多少, 每月多少: what is paid, where nothing is counted. 多少邮费: what is paid for.
    r"(?:[补缴交付罚奖掏赔]|报销?|拿到?|每[人月年天户])(?:是|为|有|要)?多少(?=[?？]?$)",
    r"多少[\u4e00-\u9fff]{0,3}(?:费(?!率)|租金|押金|工资|罚款|补贴|补助|津贴)",
    r"how much (?:money|fund|will|does|did|is (?:allocat|invest|spen))",
    r"(?:金额|额度|资金规模|投资额|补贴标准|补助标准|奖励标准)[?？]?$",
    r"budget|how much funding|what amount",
)
_PERCENTAGE: Final = (
    r"百分之(?:几|多少)|多大的?比[例重]|几成(?![立果员])",
    r"(?:增长|下降|增加|减少|提高|降低|上升|增幅|降幅)了?(?:多少|几)(?:个百分点|倍)?(?![个人亿万元])",
    r"(?:比例|占比|比重|增速|增长率|覆盖率|率)(?:是|为|要?达到?)*多少",
    r"percent|what proportion|growth rate",
)
_DURATION: Final = (
    r"多长时间|多久|几个月|how long\b",
    # 几个小时, 几天之内; 哪几天, 第几年 and 几年级 ask for something else.
    r"(?<![哪第前后好这那十几元国])(?:几|多少)(?:天|周(?!年)|个?工作日|个?小时|个月|年(?![级代前来月几]))",
    r"(?:周期|期限|工期|时长|有效期)(?:是|为|有)?(?:多长|多久|多少|几)",
)
_YEAR: Final = (r"哪一?年|何年|(?:[西公]元|民国)几年|几几年|什么年份|which year|what year",)
_DATE: Final = (
    r"什么时[候间]|[何几啥]时|哪[一几两二三]?[天日]|几月|几号|哪个?月|什么日[子期]",
    r"(?:日期|时间)(?:是|为)?(?:什么|哪|多少|几)",
    r"(?:时间|日期)[?？]?$",
    r"when\b|what date|which date|on what day",
)
_WHICH_PLACE: Final = (
    r"哪[个些座几一]{1,2}(?:城市|省市?|市|县|区|国家)(?!政府|人民|[委厅局直间域块])"
    r"|which (?:city|cities|province|county)"
)
_WHO: Final = (
    r"谁|哪[位名]|何人|由(?:什么|哪)",
    r"哪[个些家一](?:部[门委]|单位|机构|机关|人|领导|会议|组织|省|委|厅|局|公司|企业|银行)",
    r"(?:什么|哪些)(?:部门|单位|机构|机关|人|会议)",
    r"(?:(?:牵头|责任|主管|负责|承办|实施)(?:单位|部门)|负责人|联系人)[?？]?$",
    r"who\b|whom\b|(?:which|what) (?:body|department|agency|organi[sz]ation|authority|commission|official)",
)
_WHO_HOLDS: Final = re.compile(
    rf"(?:{OFFICES})(?:现在|目前)?(?:是谁|是哪[位个]|叫(?:什么|啥)|姓什么|姓名|的?名字|由谁(?:担任|兼任|出任)|由哪位)|谁(?:是|任|担任|兼任)[^,，。?？]*?(?:{OFFICES})"
    r"|who (?:is|are|was|heads|leads|chairs)\b[^?]*?"
    r"\b(?:head|director|leader|chair\w*|secretary|governor|mayor|chief|spokes\w+)"
    r"|who (?:heads|leads|chairs)\b|name of the (?:head|director|leader|chair\w*|secretary|governor|mayor)"
)
_WHERE: Final = (
    r"哪里|哪儿|何处|何地|什么地方|在哪|(?:在|位于|设于|住)[\u4e00-\u9fff]{0,4}(?<![修建改筑拓])(?:哪条|什么)[路街巷道]|地址[是在]?(?:什么|多少|哪)",
    r"哪[个些座](?:城市|地方|地区|市|县|区)",
    r"地点[?？]?$",
    r"where\b|which (?:city|cities|place|region)",
)
_REFERENCE: Final = (r"文号|发文字号|document number|reference number",)
_PHONE: Final = (
    r"(?:电话|热线|手机|传真)(?:号码?)?(?:是|为)?(?:多少|什么|几|哪)|(?:打|拨打?)(?:什么|哪个|多少)(?:电话|热线|号)",
    r"(?:电话|热线)[?？]?$",
    r"(?:phone|hotline|telephone|fax)(?: number)?",
)
#: An address for e-mail, or of a page.
_ONLINE: Final = (
    r"(?:邮箱|邮件|网址)(?:地址)?(?:是|为)?(?:什么|多少|哪)",
    r"(?:哪个|什么)(?:电子)?(?:邮箱|网址)|(?:邮箱|网址)[?？]?$",
    r"e-?mail address|web ?address|\burl\b",
)
_LIST: Final = (
    r"(?:有|包括|包含|分为|涉及|提出|围绕|列出|列举)了?(?:哪|什么)|是哪",
    r"哪(?:几|些)|哪[一二两三四五六七八九十\d]+(?:个|条|项|大|点)|有何|分别|列出|列举|罗列",
    r"what are|which (?:are|\w+ are|eight|three|six)|list\b|name the",
)
#: Words that count what a number is said of, as part of a regular expression; longer ones first.
COUNTING_WORDS: Final = (
    "平方公里|平方米|公里|兆瓦|千瓦|人次|个百分点|个部分|个方面|部分|方面|周年"
    "|[米吨元辆所套间张条项个名户人家亩所年月日次届批章节款点倍种类大处座岁级期分票度]"
)
_NUMBER: Final = (
    rf"(?:多少|(?<!好)几)[万亿千百十]*(?P<unit>{COUNTING_WORDS})(?P<counted>[\u4e00-\u9fff]?)",
    r"第几(?P<rank>[届次条项])?",
    r"多少|(?:有|是)?多[大高远宽重]|how many",
)
_YES_NO: Final = (
    r"吗[?？呢]*(?:$|[(（])|是否|有没有|有无|是不是|能不能|可不可以|能否|可否|会不会|要不要|需不需要|用不用|该不该|必不必须|允不允许|准不准|算不算|属不属于|适不适用",
    r"^(?:does|do|did|is|are|was|were|has|have|can)\b",
)

_TABLE: Final = tuple(
    (kind, re.compile("|".join(patterns)))
    for kind, patterns in (
        (Expects.WHO, (r"由(?:谁|哪)[^,，]*$",)),
        (Expects.REFERENCE, _REFERENCE),
        (Expects.PHONE, _PHONE),
        (Expects.ONLINE, _ONLINE),
        (Expects.MONEY, _MONEY),
        (Expects.PERCENTAGE, _PERCENTAGE),
        (Expects.DURATION, _DURATION),
        (Expects.YEAR, _YEAR),
        (Expects.DATE, _DATE),
        (Expects.WHERE, (r"哪[个些座几一]{1,2}(?:省市?|市县?|县)(?!政府|人民|[委厅局直])",)),
        (Expects.WHO, (*_WHO, _WHO_HOLDS.pattern)),
        (Expects.WHERE, _WHERE),
        (Expects.LIST, _LIST),
        (Expects.NUMBER, _NUMBER),
        (Expects.YES_NO, _YES_NO),
    )
)
_UNIT: Final = re.compile("|".join(_NUMBER))
_PLACE_NAME: Final = re.compile(_WHICH_PLACE)
_ANYWHERE: Final = re.compile(r"哪[个些座几一]{1,2}(?:城市|国家)|which (?:city|cities)")

_ADDRESS: Final = re.compile(
    r"(?:中心|窗口|机构|单位|公司|学校|医院|[局所站馆院厅])在哪|地址|[哪什][条么][路街巷]|哪个位置|where (?:is|are)\b"
)
_TITLE: Final = re.compile(
    r"(?:文件|文章|材料|解读|意见|通知|办法|文档|全文)的?(?:全称|标题|题目|名称|名字)|(?:文件|文章|材料|文档)叫什么"
    r"|what is (?:the )?(?:full )?(?:title|name) of (?:the|this) (?:document|policy|file)"
)

#: 的 something, and then the question about it: what stands between is what has to be told.
_ATTRIBUTE: Final = re.compile(
    r"的(?P<attribute>[^的,，。?？]{2,10}?)(?:一?共|总共|大约|大概|分别|应该|要|将)*(?:是|为|有|达到?|在|叫|定)?"
    r"(?:多少|什么|谁|哪|几|多[长大高久远宽])"
)


#: 遇难人数是多少.
_HEADS: Final = re.compile(r"人数(?:一?共|大?约)*[是为有达到]*多少")


def expected(folded: str) -> Expects:
    """The kind of words that would answer."""
    return next((kind for kind, pattern in _TABLE if pattern.search(folded)), Expects.TEXT)


def asked_unit(folded: str) -> tuple[str, str]:
    """The counting word that is asked for and the character behind it (多少个县: 个, 县), or "" for each."""
    found = _UNIT.search(folded)
    unit, counted = (found["unit"] or found["rank"] or "", found["counted"] or "") if found else ("", "")
    return ("人", "") if not (unit or counted) and _HEADS.search(folded) else (unit, counted)


def asks_office_holder(folded: str) -> bool:
    """Whether the name of whoever holds an office is asked for."""
    return bool(_WHO_HOLDS.search(folded))


def asks_place_name(folded: str) -> bool:
    """Whether a city or county is asked for by name, and not just where something is."""
    return bool(_PLACE_NAME.search(folded))


def asks_place_anywhere(folded: str) -> bool:
    """Whether the name that is asked for is that of a city or country, which no list holds all of: 匹兹堡, 法国."""
    return bool(_ANYWHERE.search(folded))


def asks_address(folded: str) -> bool:
    """Whether an address is asked for."""
    return bool(_ADDRESS.search(folded))


def asks_title(folded: str) -> bool:
    """Whether the title of the document is asked for."""
    return bool(_TITLE.search(folded))


def asked_attribute(topic: str) -> str:
    """What is asked of something: 年费 in 社会保障卡的年费是多少; "" where the question has another form."""
    found = _ATTRIBUTE.search(topic)
    return found["attribute"] if found else ""
