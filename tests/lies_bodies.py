"""Lies about who and where: a body, a place or two roles exchanged, and what two articles say stitched into one."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from tests.shown import Shown, once

_BODIES: Final = (
    "国务院 国务院财政部门 国务院税务主管部门 国务院价格主管部门 国务院教育行政部门 "
    "国务院卫生行政部门 国务院农业农村主管部门 国务院生态环境主管部门 国务院标准化行政主管部门 "
    "国务院市场监督管理部门 国务院药品监督管理部门 国务院专利行政部门 国务院公安部门 国务院交通主管部门 "
    "国务院建设行政主管部门 国务院证券监督管理机构 国务院期货监督管理机构 国务院保险监督管理机构 "
    "国务院银行业监督管理机构 国务院水行政主管部门 国务院自然资源主管部门 国务院民政部门 国务院文物行政部门 "
    "国务院商务主管部门 国务院林业主管部门 全国人民代表大会 全国人民代表大会常务委员会 中央军事委员会 "
    "最高人民法院 最高人民检察院 国家监察委员会 中国人民银行 审计署 海关总署 人民法院 人民检察院 公安机关 "
    "监察机关 审判机关 司法行政机关 国家安全机关 审计机关 税务机关 海关 财政部门 民政部门 教育行政部门 "
    "劳动行政部门 卫生行政部门 市场监督管理部门 药品监督管理部门 生态环境主管部门 农业农村主管部门 水行政主管部门 "
    "自然资源主管部门 交通运输主管部门 文物行政部门 商务主管部门 外汇管理机关 登记机关 审批机关 行政复议机关 "
    "行政复议机构 海事管理机构 社会保险经办机构 居民委员会 村民委员会 县级以上人民政府 县级以上地方人民政府 "
    "省、自治区、直辖市人民政府 乡镇人民政府 县级人民政府 省级人民政府 设区的市级人民政府 用人单位 劳动者 工会 "
    "经营者 消费者 申请人 被申请人 债权人 债务人 出租人 承租人 出卖人 买受人 保险人 投保人 被保险人 委托人 受托人 "
    "托运人 承运人 发包人 承包人 招标人 投标人 建设单位 施工单位 监理单位 医疗机构 学校 幼儿园 生产者 销售者 "
    "慈善组织 金融机构 商业银行 证券公司 教育部 财政部 民政部 公安部 司法部 农业农村部 商务部 人力资源社会保障部 "
    "自然资源部 生态环境部 交通运输部 国家卫生健康委 国家发展改革委 国家医保局 国家药监局 市场监管总局 "
    "国家税务总局 省政府 市政府 市民政局 市财政局 市教育局 市医保局 市医疗保障局 市公安局 市残联 区民政局 "
    "区教育局 镇人民政府 街道办事处 镇街 县级民政部门 监护人 纳税人 扣缴义务人 收养人 送养人 赠与人 受赠人 "
    "非银行支付机构 义务机构 政府性融资担保机构 银行业金融机构 公立医院 医保部门 供养服务机构"
).split()
_AFTER: Final = (
    r"(?=应当|可以|不得|负责|责令|依法|依照|按照|根据|提出|申请|报告|备案|批准|决定|规定|制定|会同|和|或者|、|，|。|$"
    r"|在|对|于|的|有权|必须|要|予以|自|承担|向|会|组织|进行|给予|备|处|另行|提供)"
)
_BEFORE: Final = r"(?<![一-鿿])|(?<=[由向经对报和与或及是为同于者])"
_BODY: Final = re.compile(rf"(?:{_BEFORE})({'|'.join(sorted(map(re.escape, _BODIES), key=len, reverse=True))}){_AFTER}")
_NEIGHBOUR: Final = (
    ("民政", "教育"), ("教育", "卫生"), ("财政部", "审计署"), ("财政", "审计"), ("公安机关", "司法行政机关"),
    ("公安", "司法行政"), ("人民法院", "人民检察院"), ("人民检察院", "人民法院"), ("税务", "海关"),
    ("海关", "税务机关"), ("生态环境", "交通运输"), ("农业农村", "自然资源"), ("自然资源", "农业农村"),
    ("水行政", "林业"), ("市场监督管理", "生态环境"), ("药品监督管理", "市场监督管理"), ("劳动行政", "民政"),
    ("卫生行政", "教育行政"), ("证券监督管理", "保险监督管理"), ("期货监督管理", "银行业监督管理"),
    ("银行业监督管理", "证券监督管理"), ("标准化", "知识产权"), ("中国人民银行", "国家税务总局"),
    ("监察机关", "审计机关"), ("审计机关", "监察机关"), ("村民委员会", "乡镇卫生院"), ("居民委员会", "业主委员会"),
    ("商务", "文化和旅游"), ("医疗保障", "住房城乡建设"), ("人力资源社会保障", "住房城乡建设"),
    ("发展改革", "工业和信息化"), ("住房城乡建设", "自然资源"), ("海事管理", "渔业管理"),
    ("街道办事处", "居民委员会"), ("医疗机构", "教育机构"), ("残联", "妇联"), ("专利行政", "著作权行政"),
    ("文物", "旅游"),
)  # fmt: skip
_NEAR_AFTER: Final = r"(?=(?:行政)?(?:主管)?(?:部门|机关|机构|局|厅|部(?!分)|委员会)|$)"
_PLACES: Final = (
    "北京 上海 天津 重庆 广东 广西 贵州 云南 四川 浙江 江苏 福建 湖北 湖南 河南 河北 山东 山西 陕西 甘肃 青海 "
    "新疆 西藏 宁夏 内蒙古 辽宁 吉林 黑龙江 安徽 江西 海南 香港 澳门 台湾 广州 深圳 贵阳 合肥 包头 天河区 "
    "雄安新区 乌鲁木齐 武汉 成都 西安 南京"
).split()


def bodies(said: str) -> list[tuple[int, int]]:
    """[start, end) of the bodies that a sentence names as such, the longest names first and none inside another."""
    return [found.span(1) for found in _BODY.finditer(said)]


def _kin(one: str, other: str) -> bool:
    """Whether what holds of one may hold of the other: one name in the other, or both a government."""
    governments = re.compile(r"人民政府|国务院$|政府$|镇街|街道办")
    return one in other or other in one or bool(governments.search(one) and governments.search(other))


def _exchanged(said: str, others: Sequence[str], around: str) -> Iterator[str]:
    # Of supervision in general, more than one body may be in charge.
    if re.search(r"监督管理$|监督管理工作|主管", said):
        return
    for n, (start, end) in enumerate(bodies(said)):
        old = said[start:end]
        # Of several that are named together, one more may well be meant.
        if said[end : end + 1] == "、" or said[start - 1 : start] == "、":
            continue
        fitting = [other for other in others if not _kin(old, other) and other not in said]
        for other in fitting[n % 2 : n % 2 + 1] or fitting[:1]:
            lie = once(said, start, end, other)
            if lie not in around:
                yield lie


def same_block(said: str, block: Shown) -> Iterator[str]:
    """A body that the same block names elsewhere stands in the place of the right one."""
    named = dict.fromkeys(block.text[a:b] for a, b in bodies(block.text))
    yield from _exchanged(said, tuple(named), block.text)


def other_block(said: str, block: Shown, blocks: Sequence[Shown]) -> Iterator[str]:
    """A body that another block names, and this one does not."""
    named = dict.fromkeys(each.text[a:b] for each in blocks if each is not block for a, b in bodies(each.text))
    yield from _exchanged(said, tuple(name for name in named if name not in block.text), block.text)


def neighbour(said: str, block: Shown) -> Iterator[str]:
    """民政部门 → 教育部门: a body like it, which the block does not name."""
    for old, new in _NEIGHBOUR:
        found = re.search(re.escape(old) + ("" if old[-1] in "关院会部处联构行" else _NEAR_AFTER), said)
        if found and new not in block.text:
            yield once(said, *found.span(), new)


def places(said: str, block: Shown) -> Iterator[str]:
    """A province or a city for another, which the block does not name."""
    for n, old in enumerate(_PLACES):
        new = next(place for place in (*_PLACES[n + 7 :], *_PLACES) if place not in block.text and place != old)
        alike = old[-1] != "区" or new[-1] == "区"
        found = re.search(re.escape(old) + r"(?!自治区|壮族|维吾尔|时间|特别|回族|大学|银行|证券)", said)
        if found and alike:
            yield once(said, *found.span(), new)


_WHO: Final = r"[一-鿿]{2,16}?"
_TOWARDS: Final = re.compile(
    rf"^({_WHO})(应当|可以|必须|有权|要)((?:[一-鿿]{{2,4}})?)向((?:(?!并)[一-鿿]){{2,16}}?)"
    r"(提供|报告|备案|申请|提出|报送|提交|通报|支付|缴纳|说明|出具|告知|交付|返还|移送|投诉|举报|公开|披露)"
)
_WITH: Final = re.compile(
    r"(?:^|由|，)((?:(?![由在经的并])[一-鿿、]){2,20}(?:部门|机关|委员会|政府|机构|银行|总局|法院|部|局|院))(会同|商)"
    r"((?:(?![由在经的提])[一-鿿、]){2,20}?(?:部门|机关|委员会|政府|机构|银行|总局|法院|检察院|部|局))(?=[一-鿿，。])"
)
_LEADS: Final = re.compile(r"由([一-鿿]{2,12})牵头[，、]([一-鿿、]{2,30}?)(?=配合|参与|参加|负责)")
_DELEGATES: Final = re.compile(
    rf"^({_WHO})(可以委托|应当支持|应当协助|应当通知|应当告知|应当督促|应当赔偿|委托)({_WHO})(?=[，。]|$|进行|实施|代|从事|依法|履行|开展|做好|、)"
)
_REPORTS: Final = re.compile(
    r"(?:^|由|，)([一-鿿、]{2,20}(?:部门|机关|委员会|人民政府|机构|院))(?:提出意见，|审核后，?|汇总后，?|审查同意后，?)?报"
    r"([一-鿿、]{2,20}?(?:部门|机关|委员会|人民政府|机构|国务院))(?=批准|备案|审批|审查|决定|审定)"
)
_SUPERVISES: Final = re.compile(
    r"^([一-鿿]{2,16}?(?:部门|机关|机构|人民政府|委员会|行|局))((?:应当)?(?:依法)?(?:加强)?)"
    r"对([一-鿿]{2,14}?(?:部门|机关|机构|人民政府|单位|企业|组织|公司|经营者|学校|人员))(进行|实施|的)"
)
_PAID: Final = re.compile(
    r"^([一-鿿]{2,12})(不得|应当)((?:要求|责令|强迫|欺骗|诱导))([一-鿿]{2,8}?)(?=[提支承接购遵违])"
)


def roles(said: str) -> Iterator[str]:
    """A向B报告 → B向A报告, A会同B → B会同A, A报B批准 → B报A批准."""
    for pattern, first, second in (
        (_TOWARDS, 1, 4), (_WITH, 1, 3), (_LEADS, 1, 2), (_REPORTS, 1, 2), (_SUPERVISES, 1, 3), (_DELEGATES, 1, 3),
        (_PAID, 1, 4),
    ):  # fmt: skip
        for found in pattern.finditer(said):
            a, b = found[first], found[second]
            if a != b and not re.search(r"其|本人|自己|社会$|任何|有关方面|同级", a + b):
                start, end = found.span(first)
                begin, stop = found.span(second)
                yield said[:start] + b + said[end:begin] + a + said[stop:]


def swapped(said: str) -> Iterator[str]:
    """Two bodies of one sentence, in different clauses, that change places."""
    spans = bodies(said)
    for (a, b), (c, d) in pairwise(spans):
        first, second, between = said[a:b], said[c:d], said[b:c]
        if (
            not _kin(first, second)
            and re.search(r"[，；]", between)
            and re.search(r"应当|可以|由|负责|不得|责令", between)
        ):
            yield said[:a] + second + between + first + said[d:]


_RULE: Final = re.compile(
    r"^((?:(?!违反|每日|每年|规定应|规定可|规定不|也[应可不]|[时后中]?应当|与|的名称)[一-鿿、]){2,22}?)(应当|不得|可以|有权)"
    r"((?!超过|低于|高于|少于|少于|也|有)[^。；]{4,90})$"
)
_CASE: Final = re.compile(r"^([^。；]{6,80}?的)，((?:由|处|应当|可以|依法|责令|给予|不得|没收)[^。]{6,120})$")
_LOOSE: Final = re.compile(
    r"^(?:国家|任何|有关|下|上|这|本|各|一切|所有|对|凡|违约金|一般)|前[款条项述]|其(?!他|中)|也$|期间$|时$"
)


def stitched(one: str, other: str) -> Iterator[str]:
    """The case of one sentence with what follows in another; whom one speaks of with what the other asks of its own."""
    for pattern, joined in ((_CASE, "，"), (_RULE, "")):
        head, tail = pattern.match(one), pattern.match(other)
        if not head or not tail or _LOOSE.search(head[1]) or _LOOSE.search(tail[1]):
            continue
        ends = [match[match.re.groups] if pattern is _CASE else match[2] + match[3] for match in (head, tail)]
        subjects = head[1], tail[1]
        if pattern is _CASE and sorted(re.findall(r"[一二三四五六七八九十百\d]+(?=[万年元倍])", ends[0])) == sorted(
            re.findall(r"[一二三四五六七八九十百\d]+(?=[万年元倍])", ends[1])
        ):
            continue
        if not _kin(*subjects) and ends[0][:6] != ends[1][:6]:
            yield subjects[0] + joined + ends[1]
