"""Places of a committee and how people write them; with each text goes what it says, level by level.

Invented, or taken from a list of strings (`--places`): lanes, hamlets and estates as official notices write them.
"""

import random
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from fields import heard, spoken
from people import by_ear

DIGITS = "零一二三四五六七八九"
BESIDE = ("菜场", "地铁站", "小学", "卫生站", "邮局", "河边")
TOWNS = ("沙埠镇", "临河镇", "白鹤街道", "星港镇")
ROAD_CHARACTERS = "霞齐汇松兰泰锦云川杨柳塘桥浦潼涵港梅棠枫榆安宁永丰瑞祥德长乐康福新华金银翠碧青紫凌昌同正"
ESTATES = ("苑", "新苑", "花园", "公寓", "新村", "名邸", "佳园", "家园")
CUT = {"新苑": "苑", "花园": "", "公寓": "", "名邸": "", "佳园": "", "家园": ""}


@dataclass(frozen=True)
class Place:
    """A lane (with an estate's name or without), an estate with 幢 and 单元, a hamlet, or a road's own houses."""

    kind: str
    road: str = ""
    lane: int = 0
    estate: str = ""
    phase: str = ""
    village: str = ""
    group: int = 0

    def for_roster(self) -> str:
        if self.kind == "lane":
            return f"{self.road}{self.lane}弄{self.estate}"
        if self.kind == "hamlet":
            return f"{self.village}{self.group}组{self.estate}"
        return self.road if self.kind == "road" else self.estate + self.phase


@dataclass(frozen=True)
class Home:
    """A door; house and room are numbers, unit 0 and room 0 where there is none."""

    place: int
    house: int
    unit: int = 0
    room: int = 0


@dataclass(frozen=True)
class Said:
    """What an address says: the places its words fit (None: no place said), how surely, and the levels below."""

    form: str
    places: frozenset[int] | None = None
    sure: str = "none"
    house: int = 0
    unit: int = 0
    room: int = 0
    elsewhere: bool = False


def door_class(said: Said, home: Home) -> str:
    """The class of `rule.py` for somebody who lives there."""
    levels = ((said.house, home.house), (said.unit, home.unit), (said.room, home.room))
    if said.elsewhere or (said.places is not None and home.place not in said.places):
        return "C"
    if any(text and text != true for text, true in levels):
        return "C"
    if not said.house:
        return "V"
    if home.room and not said.room:
        return "B"
    if said.sure == "none":
        return "P" if home.room else "B"
    return "F" if said.sure == "full" else "N"


def chinese(number: int, rng: random.Random) -> str:
    """五零一, or 十二 and 八十八 below a hundred."""
    if number < 100 and rng.random() < 0.8:
        tens, ones = divmod(number, 10)
        return (("" if tens == 1 else DIGITS[tens]) + "十" if tens else "") + (DIGITS[ones] if ones or not tens else "")
    return "".join(DIGITS[int(digit)] for digit in str(number))


def road_by_ear(rng: random.Random, road: str) -> str | None:
    """The road with a character that is spoken the same."""
    for at in rng.sample(range(len(road) - 1), len(road) - 1):
        others = [one for one in ROAD_CHARACTERS if one != road[at] and spoken(one) == spoken(road[at])]
        if other := rng.choice(others) if others else by_ear(rng, road[at]):
            return road[:at] + other + road[at + 1 :]
    return None


class Committee:
    """Places and how to write to their doors. `names`: of all roads and estates, far and near; no guess may hit one."""

    def __init__(self, rng: random.Random, places: list[Place], town: str, names: set[str]):
        self.rng, self.places, self.town, self.names = rng, places, town, names

    # What texts may say of a place, and which places these words fit.

    def fitting(self, holds) -> frozenset[int]:
        return frozenset(at for at, place in enumerate(self.places) if holds(place))

    def lane_words(self, place: Place) -> list[tuple[str, str, frozenset[int]]]:
        """Words, form, places that they fit."""
        mine = self.fitting(lambda one: one.kind == "lane" and (one.road, one.lane) == (place.road, place.lane))
        words = [(f"{place.road}{place.lane}弄", "lane", mine)] * 3
        words.append((f"{self.town}{place.road}{place.lane}弄", "town and lane", mine))
        numbered = self.fitting(lambda one: one.kind == "lane" and one.lane == place.lane)
        words.append((f"{place.lane}弄", "lane without road", numbered))
        if place.estate:
            named = self.fitting(lambda one: one.estate == place.estate)
            words += [(place.estate, "estate", named)] * 3
            words.append((f"{place.road}{place.lane}弄{place.estate}", "lane and estate", mine))
            words.append((f"{place.estate}（{place.road}{place.lane}弄）", "estate and lane in brackets", mine))
        if self.rng.random() < 0.2:
            words.append((f"{place.road}{chinese(place.lane, self.rng)}弄", "lane in Chinese numerals", mine))
        return words

    def words(self, place: Place) -> list[tuple[str, str, frozenset[int]]]:
        if place.kind == "lane":
            return self.lane_words(place)
        mine = self.fitting(lambda one: one == place)
        if place.kind == "road":
            return [(place.road, "road", mine), (self.town + place.road, "town and road", mine)]
        if place.kind == "estate":
            phases = self.fitting(lambda one: one.kind == "estate" and one.estate == place.estate)
            words = [(place.estate + place.phase, "estate", mine)] * 2 + [
                (self.town + place.estate + place.phase, "town", mine)
            ]
            return words + ([(place.estate, "estate without phase", phases)] if place.phase else [])
        named = self.fitting(lambda one: one.kind == "hamlet" and one.estate == place.estate)
        grouped = self.fitting(
            lambda one: one.kind == "hamlet" and (one.village, one.group) == (place.village, place.group)
        )
        numeral = chinese(place.group, self.rng)
        return [
            (f"{place.village}{place.group}组{place.estate}", "village, group, hamlet", mine),
            (f"{place.village}{place.estate}", "village and hamlet", mine),
            (place.estate, "hamlet", named),
            (f"{place.village}{place.group}组", "group", grouped),
            (f"{place.village}{numeral}队", "group as 队 in Chinese numerals", grouped),
        ]

    def guesses(self, place: Place) -> list[tuple[str, str, frozenset[int]]]:
        """Words that are the same place after a guess."""
        mine = self.fitting(lambda one: one == place)
        found = []
        if place.road and (mistaken := road_by_ear(self.rng, place.road)):
            if mistaken not in self.names:
                found.append((mistaken + (f"{place.lane}弄" if place.lane else ""), "road by ear", mine))
        ending = next((one for one in sorted(CUT, key=len, reverse=True) if place.estate.endswith(one)), None)
        if place.kind in ("lane", "estate") and ending:
            cut = place.estate.removesuffix(ending) + CUT[ending]
            same = self.fitting(lambda one: one.estate.startswith(cut) and one.kind == place.kind)
            if len(cut) > 1 and cut not in self.names and len({self.places[at].estate for at in same}) == 1:
                found.append((cut, "estate cut short", same))
        return found

    # The levels below.

    def below(self, home: Home, place: Place) -> tuple[str, str, int]:
        """House, unit and room in one of many writings; the form; the unit that is said (0: left out)."""
        rng, house, room = self.rng, home.house, home.room
        if place.kind == "hamlet" or not room:
            return (f"{house}号", "", 0) if rng.random() < 0.9 else (f"{chinese(house, rng)}号", "numerals", 0)
        floor = room // 100
        if home.unit:
            mark = rng.choice(("幢", "幢", "号楼", "栋", "座"))
            forms = [
                (f"{house}{mark}{home.unit}单元{room}室", "", home.unit),
                (f"{house}{mark}{home.unit}单元{room}", "", home.unit),
                (f"{house}-{home.unit}-{room}", "dashes", home.unit),
                (f"{house}{mark}{room}", "unit left out", 0),
                (f"{house}{mark}{home.unit}单元{floor}楼{room}室", "storey doubled", home.unit),
                (
                    f"{chinese(house, rng)}{mark}{chinese(home.unit, rng)}单元{chinese(room, rng)}",
                    "numerals",
                    home.unit,
                ),
            ]
            return rng.choices(forms, (30, 20, 20, 10, 5, 5))[0]
        forms = [
            (f"{house}号{room}室", "", 0),
            (f"{house}号{room}", "", 0),
            (f"{house}-{room}", "dash", 0),
            (f"{house}#{room}", "hash", 0),
            (f"{house}号楼{room}室", "号楼", 0),
            (f"{house}幢{room}", "幢", 0),
            (f"{house}号{floor}楼{room}室", "storey doubled", 0),
            (f"{house}号里的{room}", "里的", 0),
            (f"{chinese(house, rng)}号{chinese(room, rng)}室", "numerals", 0),
            (f"{house} 号 {room} 室", "blanks", 0),
        ]
        return rng.choices(forms, (30, 25, 12, 5, 5, 5, 4, 3, 4, 4))[0]

    # Whole addresses.

    def full(self, home: Home) -> tuple[str, Said]:
        place = self.places[home.place]
        words, form, places = self.rng.choice(self.words(place))
        below, how, unit = self.below(home, place)
        said = Said(f"{form} {how}".strip(), places, "full", home.house, unit, home.room)
        return self.turned(words, below, said)

    def turned(self, words: str, below: str, said: Said) -> tuple[str, Said]:
        """Levels swapped, the whole doubled, a place beside, full width; mostly as it is."""
        draw = self.rng.random()
        if draw < 0.03 and "号" in below and not words[0].isdigit():
            return f"{below}{words}", replace(said, form=said.form + ", swapped")
        if draw < 0.06:
            return f"{words}{below}，{words}{below}", replace(said, form=said.form + ", doubled")
        if draw < 0.09:
            return f"{words}{below}（近{self.rng.choice(BESIDE)}）", replace(said, form=said.form + ", beside")
        if draw < 0.13:
            wide = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() and c.isascii() else c for c in words + below)
            return wide, replace(said, form=said.form + ", full width")
        return words + below, said

    def guess(self, home: Home) -> tuple[str, Said]:
        place = self.places[home.place]
        below, how, unit = self.below(home, place)
        guesses = self.guesses(place)
        lanes = {one.lane for one in self.places if one.road == place.road}
        if place.kind == "lane" and home.room and home.house not in lanes and self.rng.random() < 0.15:
            text = f"{place.road}{home.house}弄{place.lane}号{home.room}室"
            return text, Said("lane and number exchanged", frozenset({home.place}), "guess", home.house, 0, home.room)
        if not guesses:
            return self.full(home)
        words, form, places = self.rng.choice(guesses)
        return words + below, Said(f"{form} {how}".strip(), places, "guess", home.house, unit, home.room)

    def noplace(self, home: Home) -> tuple[str, Said]:
        """Number and room; sometimes the road without its lane, or the phase without its estate."""
        place = self.places[home.place]
        if not home.room:
            return self.full(home)
        below, how, unit = self.below(home, place)
        said = Said(f"no place {how}".strip(), None, "none", home.house, unit, home.room)
        if place.kind == "lane" and self.rng.random() < 0.15:
            along = self.fitting(lambda one: one.kind == "lane" and one.road == place.road)
            if all((one.kind, one.road) != ("road", place.road) for one in self.places):
                return place.road + below, replace(said, form="road without lane", places=along)
        return below, said

    def building(self, home: Home) -> tuple[str, Said]:
        place = self.places[home.place]
        if not home.room:
            return self.vague(home)
        words, form, places = self.rng.choice(self.words(place))
        mark = self.rng.choice(("幢", "号楼")) if home.unit else "号"
        if self.rng.random() < 0.1:
            return f"{words}{home.house}{mark}{home.room // 100}楼", Said(f"{form}, storey", places, "full", home.house)
        return f"{words}{home.house}{mark}", Said(f"{form}, no room", places, "full", home.house)

    def vague(self, home: Home) -> tuple[str, Said]:
        place = self.places[home.place]
        words, form, places = self.rng.choice(self.words(place))
        texts = [(words, Said(f"{form} alone", places, "full")), (self.town, Said("town alone"))]
        if place.kind == "lane" and not any(one.kind == "road" and one.road == place.road for one in self.places):
            along = self.fitting(lambda one: one.road == place.road)
            texts.append((place.road, Said("road alone", along)))
        if self.rng.random() < 0.2:
            return f"{words}旁边", Said(f"beside {form}")
        return self.rng.choices(texts, (5, 1, 1)[: len(texts)])[0]


def name_of_road(rng: random.Random) -> str:
    return "".join(rng.sample(ROAD_CHARACTERS, 2)) + rng.choices(("路", "街", "东路", "南路"), (8, 1, 1, 1))[0]


def invented(rng: random.Random, count: int) -> list[Place]:
    """Lanes, estates in phases, hamlets and road houses, with names that no two share by sound."""
    known: set[str] = set()

    def fresh(make) -> str:
        while True:
            name = make()
            if (sound := "".join(map(heard, name))) not in known:
                known.add(sound)
                return name

    places: list[Place] = []
    while len(places) < count:
        kind = rng.choices(("lane", "estate", "hamlet", "road"), (60, 20, 12, 8))[0]
        if kind == "lane":
            road = fresh(lambda: name_of_road(rng))
            for lane in rng.sample(range(11, 1500), rng.choice((1, 1, 2, 3))):
                name = fresh(lambda: "".join(rng.sample(ROAD_CHARACTERS, 2)) + rng.choice(ESTATES))
                places.append(Place("lane", road, lane, name if rng.random() < 0.7 else ""))
        elif kind == "estate":
            name = fresh(lambda: "".join(rng.sample(ROAD_CHARACTERS, 2)) + rng.choice(ESTATES[2:]))
            phases = rng.choice((("",), ("一期", "二期"), ("一期", "二期", "三期")))
            places += [Place("estate", estate=name, phase=phase) for phase in phases]
        elif kind == "hamlet":
            village = fresh(lambda: "".join(rng.sample(ROAD_CHARACTERS, 2)) + "村")
            for group in rng.sample(range(1, 15), rng.choice((1, 2, 3))):
                hamlet = fresh(
                    lambda: rng.choice("沈陆陈王张顾朱马周徐倪潘") + rng.choice(("家宅", "家桥", "家浜", "宅"))
                )
                places.append(Place("hamlet", estate=hamlet, village=village, group=group))
        else:
            places.append(Place("road", fresh(lambda: name_of_road(rng))))
    return places[:count]


def listed(rng: random.Random, path: Path, count: int) -> list[Place]:
    """Places as a list of a line each writes them: DISTRICT, tab, PLACE; what has no known form is left out."""
    places: dict[Place, None] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    rng.shuffle(lines)
    for line in lines:
        text = unicodedata.normalize("NFKC", line.split("\t")[-1])
        if found := re.fullmatch(r"([^0-9]{2,5}[路街道])(\d{1,4})弄", text):
            places[Place("lane", found[1], int(found[2]))] = None
        elif found := re.fullmatch(r"([^0-9路]{2,4}村)([^0-9路村]{1,3}[宅桥浜])", text):
            places[Place("hamlet", estate=found[2], village=found[1], group=len(places) % 14 + 1)] = None
        elif re.fullmatch(r"[^0-9路村弄号]{2,4}(苑|花园|公寓|小区|新村|佳园|家园|名邸)", text):
            places[Place("estate", estate=text)] = None
        if len(places) == count:
            break
    return list(places)
