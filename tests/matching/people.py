"""Invented residents: names that repeat as in life, ID numbers and phones that nobody has.

ID numbers carry area codes ending in 99, which were never issued; phones have beginnings that no operator has, as many
as it takes for what a mask leaves to be seen to tell as much as in life.
"""

import random
from dataclasses import dataclass, field

from fields import LOOK_ALIKE, alike, heard, spoken

# Per mille of people, after the common order of surnames; the rest is shared by RARE.
SURNAMES = (
    "王68 李64 张63 刘47 陈46 杨29 赵19 黄21 周20 吴19 徐17 孙15 胡12 朱14 高10 林11 何10 郭9 马10 罗9 梁8 宋7 郑8 谢7 韩6 唐6 冯6 "
    "于6 董6 萧4 程6 曹6 袁5 邓6 许6 傅4 沈12 曾5 彭5 吕5 苏5 卢5 蒋6 蔡5 贾4 丁6 魏4 薛4 叶5 阎3 余4 潘5 杜4 戴4 夏4 钟4 汪5 田4 "
    "任4 姜4 范4 方4 石3 姚5 谭3 廖3 邹4 熊3 金6 陆10 郝2 孔2 白2 崔2 康2 毛3 邱3 秦3 江3 史2 顾9 侯2 邵3 孟2 龙2 万2 段2 钱5 汤3 "
    "尹2 黎2 易2 常2 武2 乔2 贺2 赖2 龚3 文2"
)
RARE = (
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗"
    "凌费纪靳盛童欧甄项曲成游阳裴席卫屈鲍覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
COMPOUND = ("欧阳", "司马", "上官", "诸葛")
SINGLE = "伟芳敏静丽强磊军洋勇艳杰娟涛超霞平刚辉玲鹏飞波斌宇浩凯健俊帆峰鑫婷雪琳倩颖洁慧丹莹佳娜蕾悦欣瑶晨昊轩涵怡"
MALE = "建国华明志文德永伟军勇强林海平东峰春生根宝金福祥荣庆学忠良宏俊杰浩宇子轩梓睿博晨思源嘉豪一鸣天佑家乐启航泽铭"
FEMALE = "秀英玉兰桂珍美丽芳红霞凤珠翠莲惠娟淑敏小燕晓雅静佳怡欣妍梓涵雨桐思琪诗雨若曦语嫣紫萱可馨子晴安琪月琴彩娥雪梅"
GROWN_UP, OLD = 2003, 1962
TITLES = {"男": ("先生", "师傅", "老师"), "女": ("女士", "小姐", "老师")}
TITLES_OF_THE_OLD = {"男": ("先生", "老伯"), "女": ("阿姨", "女士")}
AREAS = ("310199",) * 8 + ("320199", "330199", "340199", "360199")
BEGINNINGS = (140, 142, 143, 146, 154, 160, 161, 163, 164, 168, 169, 179, 192, 194)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


@dataclass
class Resident:
    """A person of the roster, or one whom a row is about and nobody knows."""

    name: str
    sex: str
    born: int
    id: str
    phones: list[str] = field(default_factory=list)
    home: int = -1
    row: int = 0


def _surnames() -> tuple[list[str], list[float]]:
    common = [(entry[0], float(entry[1:])) for entry in SURNAMES.split()]
    left = max(1000 - sum(weight for _, weight in common), 60)
    rare = [(one, left / len(RARE)) for one in RARE] + [(one, 0.7) for one in COMPOUND]
    names, weights = zip(*common, *rare)
    return list(names), list(weights)


FAMILY, FAMILY_WEIGHTS = _surnames()


def _falling(characters: str) -> list[float]:
    """Weights that fall as frequencies of characters in given names do."""
    return [1 / (place + 8) for place in range(len(characters))]


def family(rng: random.Random) -> str:
    return rng.choices(FAMILY, FAMILY_WEIGHTS)[0]


def given(rng: random.Random, sex: str) -> str:
    if rng.random() < 0.22:
        return rng.choices(SINGLE, _falling(SINGLE))[0]
    pool = MALE if sex == "男" else FEMALE
    first, second = rng.choices(pool, _falling(pool), k=2)
    return first + second


def id_number(rng: random.Random, born: int, sex: str) -> str:
    order = rng.randrange(1, 500) * 2 - (1 if sex == "男" else 0)
    body = f"{rng.choice(AREAS)}{born}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{order % 1000:03}"
    return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS)) % 11]


def phone(rng: random.Random) -> str:
    return f"{rng.choice(BEGINNINGS)}{rng.randrange(10**8):08}"


def landline(rng: random.Random) -> str:
    return f"021-5555{rng.randrange(10**4):04}"


def person(rng: random.Random, surname: str | None = None, sex: str | None = None, born: int | None = None) -> Resident:
    sex = sex or rng.choice("男女")
    born = born or rng.randrange(1935, 2005)
    return Resident((surname or family(rng)) + given(rng, sex), sex, born, id_number(rng, born, sex))


def household(rng: random.Random) -> list[Resident]:
    """One to six people of two or three generations, with the phones such people give."""
    born = rng.randrange(1938, 2000)
    head = person(rng, sex=rng.choices("男女", (3, 1))[0], born=born)
    people = [head]
    if rng.random() < 0.68:
        people.append(person(rng, sex="女" if head.sex == "男" else "男", born=born + rng.randrange(-3, 5)))
    children = rng.choices((0, 1, 2, 3), (35, 45, 16, 4))[0]
    name = _family_of(head)
    people += [person(rng, name, born=min(born + rng.randrange(22, 36), 2019)) for _ in range(children)]
    if rng.random() < 0.12 and born > 1960:
        people.append(person(rng, name, "男", born - rng.randrange(22, 32)))
    for one in people:
        _phones(rng, one, people)
        if rng.random() < 0.02:
            one.id = rng.choice(("", "无", "111111111111111111", "待补"))
    return people


def _family_of(one: Resident) -> str:
    return one.name[:2] if one.name[:2] in COMPOUND and len(one.name) > 2 else one.name[0]


def _phones(rng: random.Random, one: Resident, people: list[Resident]) -> None:
    """Children carry a parent's number, couples sometimes share one, the old have a landline or none."""
    earlier = [other for other in people if other.phones and other is not one]
    if one.born > 2009:
        one.phones = [rng.choice(earlier).phones[0]] if earlier and rng.random() < 0.8 else []
    elif one.born < 1948 and rng.random() < 0.4:
        one.phones = [landline(rng)] if rng.random() < 0.6 else []
    elif earlier and rng.random() < 0.05:
        one.phones = [earlier[0].phones[0]]
    elif rng.random() < 0.95:
        one.phones = [phone(rng)] + ([phone(rng)] if rng.random() < 0.05 else [])


ALSO_BY_EAR = "维纬炜玮磬婧竞境茗珉旻闽郡君珺钧健键剑荷禾鹤涵韩寒熙希溪夕茜倩谦薇微威仪宜艺逸祎骏峻隽琦祺淇婕捷莎沙"
CHARACTERS = sorted(set("".join(FAMILY) + SINGLE + MALE + FEMALE + ALSO_BY_EAR))


def by_ear(rng: random.Random, character: str) -> str | None:
    """Another character that is spoken the same, but for its tone."""
    others = [one for one in CHARACTERS if one != character and spoken(one) == spoken(character)]
    return rng.choice(others) if others else None


def by_accent(rng: random.Random, character: str) -> str | None:
    """Another that many ears do not tell apart: 民 for 明."""
    others = [one for one in CHARACTERS if spoken(one) != spoken(character) and heard(one) == heard(character)]
    return rng.choice(others) if others else None


def called(rng: random.Random, one: Resident) -> str:
    """The surname with a title or 老 or 小, as fits the age; children are called by their names."""
    if one.born > GROWN_UP:
        return one.name
    titles = TITLES_OF_THE_OLD if one.born < OLD else TITLES
    first = _family_of(one)
    familiar = ("老" if one.born < OLD else "小") + first
    return rng.choice((first + rng.choice(titles[one.sex]), first + rng.choice(titles[one.sex]), familiar))


def by_eye(rng: random.Random, character: str) -> str | None:
    others = [one for group in LOOK_ALIKE if character in group for one in sorted(group - {character})]
    return rng.choice(others) if others else None


def unlike(rng: random.Random, character: str) -> str:
    """A character of given names that nobody takes for this one."""
    return rng.choice([one for one in MALE + FEMALE if one != character and not alike(one, character)])
