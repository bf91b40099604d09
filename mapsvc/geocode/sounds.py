"""Sounds: whether two Chinese characters are typed alike, which is how most of them come to be mistaken.

GB 2312 lists its 3,755 common characters by sound. The characters with which a new syllable begins therefore cut the
code into syllables, and two characters sound alike, tones aside, where they lie in the same piece.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

_STARTS = (
    "啊埃鞍肮凹芭白斑邦苞杯奔崩逼鞭标鳖彬兵玻捕擦猜餐苍操厕层插拆搀昌超车郴撑吃充抽初揣川疮吹春戳疵聪凑粗蹿摧村磋搭呆耽当刀德蹬堤颠碉跌丁丢东兜督端堆墩掇蛾恩而发藩坊菲芬丰佛否夫噶该干冈篙哥给根耕"
    "工钩辜刮乖棺光瑰辊锅哈骸酣夯壕呵嘿痕哼轰喉呼花槐欢荒灰荤豁击嘉歼僵蕉揭巾荆炯揪鞠捐撅均喀开刊康考坷肯坑空抠枯夸块宽匡亏坤括垃莱蓝琅捞勒雷棱厘俩联粮撩列琳玲溜龙楼芦驴峦掠抡萝妈埋瞒芒猫么玫门萌"
    "眯棉苗蔑民明谬摸谋拇拿氖南囊挠呢馁嫩能妮蔫娘鸟捏您柠牛脓奴女暖虐挪哦欧啪拍攀乓抛呸喷砰坯篇飘撇拼乒坡扑期掐牵枪橇切钦青琼秋趋圈缺裙然瓤饶惹壬扔日戎揉茹软蕊闰若撒腮三桑搔瑟森僧莎筛珊墒梢奢砷声"
    "师收蔬刷摔栓霜谁吮说斯松搜苏酸虽孙蓑塌胎坍汤掏特藤梯天挑贴厅通偷凸湍推吞拖挖歪豌汪威瘟嗡挝巫昔瞎掀相萧楔薪星兄休墟轩靴勋压焉殃邀椰一茵英哟拥幽迂鸳曰耘匝栽咱赃遭责贼怎增扎摘瞻樟招遮珍蒸芝中舟"
    "珠抓拽专桩椎谆捉兹鬃邹租钻嘴尊昨"
)
"""The first character of each syllable, in the order of the code."""
_FIRST, _LAST = 0xB0A1, 0xD7F9
# Said both ways by many, and typed both ways.
_ALIKE = {"厦": "夏", "长": "常", "重": "仲", "乐": "岳", "朝": "昭", "行": "航"}


def sound_alike(one: str, other: str) -> bool:
    """Whether two characters share a syllable, tones aside; False for rare characters, whose sound is not known."""
    if one == other:
        return True
    first = {_syllable(one), _syllable(_ALIKE.get(one, one))} - {-1}
    second = {_syllable(other), _syllable(_ALIKE.get(other, other))} - {-1}
    return bool(first & second)


@lru_cache(maxsize=1)
def _starts() -> list[int]:
    return [_code(letter) for letter in _STARTS]


def _code(letter: str) -> int:
    try:
        return int.from_bytes(letter.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return 0


@lru_cache(maxsize=4096)
def _syllable(letter: str) -> int:
    code = _code(letter)
    return bisect_right(_starts(), code) - 1 if _FIRST <= code <= _LAST else -1
