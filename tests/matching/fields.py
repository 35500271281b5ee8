"""How the name, the ID number and the phone of a row agree with a resident, by the classes of `rule.py`.

Characters are alike by ear where their pinyin without tones is the same, `in` and `ing` or `z` and `zh` taken as one;
by eye where they stand together in `LOOK_ALIKE`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Collection, Iterable

from pypinyin import Style, pinyin

from rule import ORDER

LOOK_ALIKE = [
    set(group)
    for group in (
        "淼森 旻昊 妍研 褚楮 未末 己已 祎袆 宇字 子孑 千干 大太 力刀 土士 田由甲申 日曰 冶治 萱菅 侯候 戴载 季李 王玉 于干 鸣呜 今令 "
        "昌冒 天夫 贝见 余佘 官宫 汪江 金全 明朋 平乎 良艮 华毕 林村 材村 桂柱 梅悔 雨两 雪雷 白自 毛手 丘兵 亮壳 洁浩 斌赋 芬芥"
    ).split()
]
COMPOUND = {"欧阳", "司马", "上官", "诸葛", "皇甫", "司徒", "东方", "夏侯", "令狐", "端木", "田中", "尉迟"}
TITLES_OF = {
    "男": "老先生|先生|老伯|大爷|叔|哥",
    "女": "女士|小姐|阿姨|阿婆|太太|大妈|老太|姐|姨",
    "": "师傅|老师|同志",
}
TITLES = "|".join(TITLES_OF.values())
NO_NAMES = {"", "无", "/", "匿名", "市民", "顾客", "不详", "未知", "本人", "不愿透露", "游客", "新搬来的"}
UNREADABLE = "*?□某×x"
# Seen digits from which a masked phone says whose it is.
TELLING_DIGITS = 7


@lru_cache(maxsize=None)
def spoken(character: str) -> str:
    """Pinyin without tones."""
    return pinyin(character, style=Style.NORMAL)[0][0]


@lru_cache(maxsize=None)
def heard(character: str) -> str:
    """Pinyin without tones, with what many ears do not tell apart taken as one."""
    return re.sub("^([zcs])h", r"\1", re.sub("(?<=[ei])ng$", "n", spoken(character)))


@lru_cache(maxsize=None)
def alike(one: str, other: str) -> bool:
    """Whether a character is taken for another by ear or eye."""
    return heard(one) == heard(other) or any(one in group and other in group for group in LOOK_ALIKE)


def surname(name: str) -> str:
    return name[:2] if name[:2] in COMPOUND and len(name) > 2 else name[:1]


@lru_cache(maxsize=1 << 16)
def bare_name(text: str) -> str:
    """A name without blanks, brackets and what is added to it."""
    text = re.sub(r"[(（].*?[)）]|\s", "", unicodedata.normalize("NFKC", text))
    return re.sub("(本人|家属)$", "", text)


@lru_cache(maxsize=1 << 16)
def name_class(text: str, name: str, sex: str) -> str:
    """`sex`: 男 or 女, which a title must fit."""
    text = bare_name(text)
    if text in NO_NAMES:
        return "-"
    if text == name:
        return "S"
    family = surname(name)
    titles = f"{TITLES_OF[sex]}|{TITLES_OF['']}"
    if re.fullmatch(f"(老|小)?{family}({titles})?|{family}[*某×]+", text):
        return "P"
    given = re.sub(f"({TITLES})$", "", text)
    return "L" if is_slip(text, name) or is_slip(given, name) else "N" if is_near(text, name, family) else "O"


def is_slip(text: str, name: str) -> bool:
    """One character taken for another, unreadable, left out or turned round with its neighbour."""
    if len(text) == len(name):
        differing = [at for at in range(len(name)) if text[at] != name[at]]
        if len(differing) == 1:
            at = differing[0]
            return text[at] in UNREADABLE or alike(text[at], name[at])
        turned = len(differing) == 2 and differing[1] == differing[0] + 1
        return turned and text[differing[0]] + text[differing[1]] == name[differing[1]] + name[differing[0]]
    return len(text) + 1 == len(name) >= 3 and any(name[:at] + name[at + 1 :] == text for at in range(len(name)))


def is_near(text: str, name: str, family: str) -> bool:
    same_length = len(text) == len(name) and text.startswith(family)
    return same_length and sum(one != other for one, other in zip(text, name)) == 1


def digit_slip(text: str, number: str) -> bool:
    """One digit wrong, lost or doubled, or two turned."""
    if len(text) == len(number):
        differing = [at for at in range(len(number)) if text[at] != number[at]]
        if len(differing) == 2 and differing[1] == differing[0] + 1:
            return text[differing[0]] == number[differing[1]] and text[differing[1]] == number[differing[0]]
        return len(differing) == 1
    longer, shorter = sorted((text, number), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    )


@lru_cache(maxsize=1 << 16)
def bare_number(text: str) -> str:
    """Digits, letters and stars in one writing; empty where none is said."""
    text = re.sub(r"\s|-", "", unicodedata.normalize("NFKC", text).replace("l", "1").upper())
    text = re.sub("O(?=[0-9X]|$)", "0", text) if re.search("[0-9]{8}", text) else text
    text = re.sub("尾号", "*", text)
    text = re.sub(r"^\+?86(?=1[0-9]{10}$)", "", text)
    return "" if not re.search("[0-9]", text) or len(set(text)) == 1 else text


def agrees_seen(text: str, number: str) -> bool:
    """Whether what can be seen of a masked number agrees; stars alone say how many are hidden where the length fits."""
    if len(text) == len(number):
        return all(seen in ("*", digit) for seen, digit in zip(text, number))
    before, after = text.split("*")[0], text.split("*")[-1]
    return number.startswith(before) and number.endswith(after)


def id_class(text: str, number: str, everyones: Collection[str] = ()) -> str:
    """`everyones`: the numbers of the whole roster; a number that is somebody else's is no slip."""
    text, number = bare_number(text), bare_number(number)
    if not text or not number:
        return "-"
    if text == number or (len(text) == 15 and text == number[:6] + number[8:17]):
        return "S"
    if text in everyones:
        return "O"
    if "*" in text:
        return "M" if agrees_seen(text, number) else "O"
    if len(text) <= len(number) - 2 and len(text) >= 10 and number.startswith(text):
        return "M"
    return "L" if digit_slip(text, number) else "O"


def same_phone(text: str, phone: str) -> bool:
    """Landlines are the same with and without their area code."""
    phone = bare_number(phone)
    return text == phone or (phone.startswith("0") and text == phone[-8:])


def phone_class(text: str, own: Iterable[str], home: Iterable[str], everyones: Iterable[str]) -> str:
    """Of two phones in one cell the one that agrees better counts."""
    own, home = list(own), list(home)
    classes = (one_phone_class(part, own, home, everyones) for part in phones_in(text))
    return min(classes, key=ORDER["phone"].index, default="-")


@lru_cache(maxsize=1 << 16)
def phones_in(text: str) -> list[str]:
    return [number for part in re.split("[/、,;，；]", text) if (number := bare_number(part))]


def one_phone_class(text: str, own: list[str], home: list[str], everyones: Iterable[str]) -> str:
    if any(same_phone(text, phone) for phone in own):
        return "S"
    if "*" in text or len(text) in (8, 9) and text.startswith("1"):
        return masked_phone_class(text, own, home, everyones)
    if any(same_phone(text, phone) for phone in home):
        return "H"
    if any(same_phone(text, phone) for phone in everyones):
        return "F"
    return "L" if any(digit_slip(text, bare_number(phone)) for phone in own) else "W"


def masked_phone_class(text: str, own: list[str], home: list[str], everyones: Iterable[str]) -> str:
    seen = text if "*" in text else text + "*"
    for letter, phones in (("M", own), ("H", home)):
        if any(agrees_seen(seen, bare_number(phone)) for phone in phones):
            return letter
    telling = sum(c.isdigit() for c in seen) >= TELLING_DIGITS
    return "F" if telling and any(agrees_seen(seen, bare_number(phone)) for phone in everyones) else "W"
