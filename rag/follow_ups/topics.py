"""What a question is about: its subject without what is asked of it, and whether a question names a subject at all.

失业保险金的领取期限最长是多久 is about 失业保险金的领取; 期限最长是多久 names nothing that it would be the 期限 of.
"""

import re
from typing import Final

from corpus.analyzer import Word
from corpus.normalize import fold
from rag.follow_ups.base import ASKING, Asked
from rag.naming import without
from rag.references import read_references
from rag.types import Turn

#: Nouns that are always those of something, and verbs that are done to something: alone they name no subject.
ATTRIBUTES: Final = frozenset(
    "条件 标准 期限 期间 时限 材料 流程 程序 步骤 手续 金额 数额 额度 总额 比例 对象 范围 部门 单位 机关 机构 "
    "主体 时间 日期 "
    "地点 地址 方式 方法 形式 途径 渠道 罚款 处罚 处分 罚则 责任 法律责任 后果 例外 除外 情形 情况 原因 理由 "
    "依据 目的 目标 "
    "任务 措施 职责 义务 权利 用途 频率 次数 数量 人数 名额 年龄 学历 资格 要求 规定 内容 定义 含义 意思 特点 "
    "种类 类型 类别 "
    "等级 级别 分类 作用 意义 好处 重点 原则 思路 进度 指标 预算 资金 经费 费用 收费 价格 补贴 补助 奖励 奖金 "
    "待遇 电话 网址 "
    "文号 全称 落款 有效期 施行 实施 生效 执行 废止 解释 发布 印发 公布 制定 适用 上限 下限 限额 最高 最低 最多 "
    "最少 最长 最短 "
    "至少 以上 以下 负责 牵头 承担 组织 主管 监督 管理 审批 审核 受理 办理 申请 申报 提交 提供 出具 领取 发放 "
    "报名 缴纳 支付 "
    "处理 违反 违规 违法 不按 不按规定 逾期 超过 超期 限制 禁止 允许 豁免 减免 免除 变更 撤销 取消 终止 停止 "
    "调整 延长 延期 "
    "起算 计算 核定 认定 评定 考核 评估 验收 公示 告知 通知 报告 备案 投诉 举报 申诉 复议 复核 救济 保存 保留 "
    "起草 主持 召开 "
    "分工 配合 协作 理解 区别 不同 影响 例子 举例 步 起 完成 达到 实现 做到 落实 推进 开始 结束 截止 到期 后续 "
    "具体 详细 "
    "这样 那样 这么 这件 件事 这事 此事 这次 本次 此次 以后 以前 之前 之后 期间 他们 她们 这项 该项 这些 那些 "
    "现在 目前 当时 今年 去年 明年 后来 工作 地方 那么 怎么 为啥 干嘛 还要 还有 再 期满 之内 以内 一般 通常 特殊 "
    "专门 相应 相关 有关 各自 双方 当事人 本人 别人 对方 成立 设立 设置 组成 参加 出席 人员 人 成员 负责人 "
    "联系人 怎么办 罚 处 交 给 付 办 报 查 管 干 做 弄 算 钱".split()
)
_FORMAL: Final = re.compile(
    r"施行|生效|实施日期|有效期|什么时候(?:开始)?(?:实行|执行|实施)|何时(?:起)?(?:实行|执行|实施|公布|发布|印发"
    r"|出台)|废止|失效|解释(?:权|机关)?|谁(?:来)?解释"
    r"|(?:谁|哪个?(?:部门|机关|单位))(?:印发|发布|公布|制定|颁布|出台)|(?:什么时候|哪天|哪年|何时)(?:印发|发布"
    r"|公布|制定|颁布|出台|通过)|文号|适用(?:范围|于)|全称|标题|有效吗|还有效"
    r"|(?:分|有|共)(?:为|成)?(?:几|多少)个?(?:部分|条|章|节)|(?:印发|发布|公布|出台|颁布)(?:的)?(?:时间|日期|单位"
    r"|机关|部门)|effective|come into force|take effect|issued"
)
_LEAD: Final = re.compile(r"^(?:请问|请|根据|按照|依照|依据|按|在|对于|对|关于)+|^(?:规定|要求)[,，]?")


def formal(folded: str) -> bool:
    """Whether a question asks of a document itself: when it takes effect, who explains it."""
    return _FORMAL.search(folded) is not None


def attribute(word: str) -> bool:
    """Whether a word alone names no subject."""
    return word in ATTRIBUTES or (len(word) > 2 and word[:2] in ATTRIBUTES and word[2:] in ATTRIBUTES)


def own_words(asked: Asked, folded: str) -> list[Word]:
    """The words of a text that name a subject."""
    return [word for word in asked.words(folded) if not attribute(word.text)]


def topic_of(asked: Asked, turn: Turn) -> str:
    """The subject of a turn's question, as it stands there; "" where it has none, or only names a part."""
    folded = fold(turn.standalone)
    folded = (
        without(folded, asked.corpus.named(turn.standalone).spans)
        if len(fold(turn.standalone)) == len(turn.standalone)
        else folded
    )
    folded = re.sub(r"《[^《》]{1,80}》(?:[(（][^()（）]{1,40}[)）])?", lambda m: " " * len(m[0]), folded)
    folded = without(folded, read_references(folded).spans)
    runs = [run for run in re.split(r"[ ,，。?？;；:：、]+", ASKING.sub(lambda m: " " * len(m[0]), folded)) if run]
    subjects = [(run, own_words(asked, run)) for run in runs]
    subjects = [(run, words) for run, words in subjects if words]
    if not subjects:
        return ""
    run, words = max(subjects, key=lambda each: sum(len(word.text) for word in each[1]))
    every = asked.words(run)
    while every and attribute(every[-1].text) and len(every) > 1:
        every.pop()
    begin = every[0].start if every else words[0].start
    denied = re.search(r"(?:没有?|[未不非])$", run[:begin])
    begin = denied.start() if denied else begin
    return _LEAD.sub("", run[begin : every[-1].end]).strip("的之")
