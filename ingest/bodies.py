"""Names of bodies (国务院办公厅, 安徽省人民政府): whether words are one, where it sits, and at which tier.

Told by how such names end and begin, not by a list: there are tens of thousands.
"""

import re
from typing import Final

_ENDS: Final = (
    "政府|办公厅|办公室|委员会|领导小组|指挥部|联席会议|国务院|中央|军委|常委会|常务委员会|代表大会|法院|检察院|监察委|"
    "协会|学会|联合会|商会|工会|妇联|残联|团委|党组|党委|省委|市委|县委|区委|工委|纪委|政协|中心|银行|总行|分行|总局|公司|集团|大学|"
    "学院|研究院|管委会|发展改革委|卫生健康委|国资委|网信办|部|委|厅|局|署|办|会|院|司|处|行|社|府"
)
#: A body's name, for use inside other expressions; it has no groups.
BODY: Final = rf"[\u4e00-\u9fff“”·]{{1,38}}?(?:{_ENDS})"
_BODY: Final = re.compile(rf"[\u4e00-\u9fff“”·（）()]{{1,38}}(?:{_ENDS})")
_SEVERAL: Final = re.compile(r"[ 　\t、,，]+")
_PLACE: Final = re.compile(
    r"(?:中共|中国共产党)?((?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区))?(?:[\u4e00-\u9fff]{2,8}?(?:自治州|州|盟|地区|市))?"
    r"(?:[\u4e00-\u9fff]{1,9}?(?:自治县|县|旗|新区|林区|特区|(?<![社园角景城片库])区(?!域)|市))?(?:[\u4e00-\u9fff]{1,8}?(?:镇|(?<!城)乡|街道))?)"
)
_NATIONAL: Final = re.compile(
    r"^(?:国务院|中共中央|中国共产党中央|中央|全国|中华人民共和国|国家|最高人民|人民银行|中国(?!共产党)|[\u4e00-\u9fff]{1,8}部(?:$|[^队门署分])|[\u4e00-\u9fff]{1,10}总(?:局|署|行)|中办|国办)"
)
_TIERS: Final = (
    (re.compile(r"(?:镇|乡|街道)$"), "乡级"), (re.compile(r"(?:县|旗|区)$"), "县级"),
    (re.compile(r"(?:州|盟|地区|市)$"), "市级"), (re.compile(r"(?:省|自治区|特别行政区)$"), "省级"),
)  # fmt: skip
_PROVINCIAL: Final = frozenset("北京市 天津市 上海市 重庆市".split())


def bodies(words: str) -> list[str]:
    """The bodies that `words` names, side by side and with nothing else; none where anything is no body."""
    names = [name for name in _SEVERAL.split(words.strip()) if name]
    return names if names and all(_BODY.fullmatch(name) for name in names) else []


def seat(body: str) -> tuple[str | None, str | None]:
    """Region and tier of a body: (安徽省, 省级), (全国, 国家级); None for what its name does not tell."""
    if _NATIONAL.match(body):
        return "全国", "国家级"
    found = _PLACE.match(body)
    region = found[1] if found else ""
    if not region:
        return None, None
    if region in _PROVINCIAL or region.endswith(("自治区",)):
        return region, "省级"
    tier = next(tier for pattern, tier in _TIERS if pattern.search(region))
    return region, tier
