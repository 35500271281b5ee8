"""Makes a roster and rows with the mess of real ones: `make.py FOLDER [--residents N] [--rows M] [--places FILE]`.

Writes roster.csv, rows.csv and truth.csv (what may be accepted, by `truth.py`). The mess is that of the tables below,
and knows nothing of any matcher. Same seed, same data.
"""

import argparse
import csv
import random
import re
from pathlib import Path
from typing import Mapping

from fields import surname
from people import (
    Resident,
    by_accent,
    by_ear,
    by_eye,
    called,
    household,
    person,
    phone,
    unlike,
)
from places import TOWNS, Committee, Home, Place, Said, invented, listed
from truth import TOO_MANY_ALIKE, Judgement, Roster, Row

# How each source writes a field: weights of the ways. What a checkpoint copies from a card is whole; what a hotline
# hears is a part of a name; what a platform passes on is masked; a building head writes a door and no more.
NAMES = {
    "道口检查站": {"same": 86, "ear": 4, "eye": 2, "blank": 3, "unreadable": 1, "near": 1, "silent": 1},
    "12345热线": {
        "same": 45,
        "part": 28,
        "ear": 12,
        "accent": 2,
        "silent": 3,
        "left out": 2,
        "two": 2,
        "relative": 4,
        "near": 1,
    },
    "健康平台": {"same": 45, "starred": 25, "one starred": 22, "ear": 2, "near": 1},
    "药店商超": {
        "same": 50,
        "part": 22,
        "ear": 12,
        "accent": 2,
        "eye": 4,
        "left out": 2,
        "relative": 3,
        "silent": 2,
        "near": 1,
    },
    "楼组长": {"same": 66, "ear": 9, "bracket": 6, "left out": 5, "turned": 1, "two": 3, "part": 6, "near": 2},
    "医院": {"same": 82, "ear": 6, "eye": 3, "unreadable": 2, "near": 2, "turned": 1},
    "学校": {"same": 80, "ear": 10, "eye": 3, "turned": 2, "near": 2},
    "外区协查": {"same": 72, "ear": 8, "eye": 4, "near": 2, "unreadable": 2, "blank": 4, "bracket": 3},
}
IDS = {
    "道口检查站": {"same": 78, "small x": 3, "wide": 2, "15": 2, "slip": 7, "silent": 5, "relative": 2, "cut": 1},
    "12345热线": {"silent": 92, "same": 5, "slip": 1, "tail": 2},
    "健康平台": {"masked": 66, "birth": 6, "tail": 8, "same": 10, "silent": 8, "relative": 2},
    "药店商超": {"silent": 94, "tail": 3, "same": 3},
    "楼组长": {"silent": 95, "tail": 3, "same": 2},
    "医院": {"same": 70, "slip": 12, "15": 2, "silent": 12, "filler": 3, "relative": 1},
    "学校": {"silent": 66, "same": 25, "slip": 5, "masked": 4},
    "外区协查": {"same": 45, "silent": 25, "masked": 18, "slip": 9, "spaced": 3},
}
PHONES = {
    "道口检查站": {"same": 66, "silent": 15, "home": 7, "new": 6, "slip": 4, "86": 2},
    "12345热线": {"same": 56, "home": 24, "new": 5, "slip": 3, "silent": 7, "spaced": 3, "foreign": 2},
    "健康平台": {"masked": 74, "masked home": 5, "silent": 14, "tail": 4, "new": 3},
    "药店商超": {"same": 62, "slip": 11, "home": 12, "new": 6, "silent": 5, "spaced": 2, "foreign": 2},
    "楼组长": {"silent": 72, "same": 15, "home": 9, "new": 2, "foreign": 2},
    "医院": {"same": 52, "home": 18, "new": 12, "silent": 12, "slip": 5, "foreign": 1},
    "学校": {"home": 58, "same": 22, "silent": 8, "new": 6, "slip": 4, "two": 2},
    "外区协查": {"same": 45, "home": 12, "new": 12, "silent": 16, "masked": 9, "slip": 4, "foreign": 2},
}
DOORS = {
    "道口检查站": {
        "full": 60,
        "guess": 8,
        "building": 8,
        "vague": 8,
        "silent": 8,
        "noplace": 3,
        "moved": 2,
        "neighbour": 3,
    },
    "12345热线": {
        "full": 42,
        "guess": 8,
        "noplace": 14,
        "building": 14,
        "vague": 9,
        "silent": 9,
        "moved": 1,
        "neighbour": 3,
    },
    "健康平台": {"full": 32, "guess": 4, "building": 8, "vague": 18, "silent": 35, "moved": 2, "neighbour": 1},
    "药店商超": {"full": 30, "guess": 8, "noplace": 18, "building": 18, "vague": 14, "silent": 10, "neighbour": 2},
    "楼组长": {"full": 48, "noplace": 36, "guess": 8, "building": 4, "neighbour": 3, "vague": 1},
    "医院": {
        "full": 48,
        "guess": 8,
        "building": 7,
        "vague": 12,
        "silent": 17,
        "moved": 4,
        "neighbour": 3,
        "noplace": 1,
    },
    "学校": {
        "full": 38,
        "guess": 8,
        "building": 10,
        "vague": 14,
        "silent": 22,
        "noplace": 4,
        "moved": 2,
        "neighbour": 2,
    },
    "外区协查": {
        "full": 60,
        "guess": 12,
        "building": 8,
        "vague": 6,
        "silent": 4,
        "noplace": 3,
        "moved": 4,
        "neighbour": 3,
    },
}
# What a row is about; the traps carry something of a namesake.
ABOUT = {
    "resident": 78,
    "namesake's phone": 1,
    "namesake's ID": 0.6,
    "namesake's door": 0.6,
    "another committee": 11,
    "another committee, our road": 2,
    "nobody, no address": 3,
    "unknown at our door": 2.4,
    "unknown with our phone": 0.6,
    "unknown in our place": 0.8,
}
# Homes in a place, by kind.
HOMES = {"lane": (60, 420), "estate": (80, 500), "hamlet": (15, 60), "road": (12, 60)}
PEOPLE_IN_A_HOME = 2.5
# Places of others for one of ours.
ELSEWHERE = 2


def draw(rng: random.Random, weights: Mapping[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def homes_of(rng: random.Random, at: int, place: Place) -> list[Home]:
    """All doors of a place, houses in order; hamlets and some old lanes have no rooms."""
    count = rng.randrange(*HOMES[place.kind])
    if place.kind == "hamlet" or (place.kind == "lane" and not place.estate and rng.random() < 0.3):
        return [Home(at, house) for house in range(1, min(count, 60) + 1)]
    units = rng.choice((1, 2, 2, 3)) if place.kind == "estate" else 0
    floors = rng.choice((6, 11, 18)) if place.kind == "estate" else rng.choice((4, 6, 6, 6))
    doors = rng.choice((2, 2, 3, 4))
    rooms = [floor * 100 + door for floor in range(1, floors + 1) for door in range(1, doors + 1)]
    homes: list[Home] = []
    house = rng.choice((1, 1, 1, 5))
    while len(homes) < count:
        homes += [Home(at, house, unit, room) for unit in (range(1, units + 1) if units else (0,)) for room in rooms]
        house += rng.choice((1, 1, 1, 2))
    return homes[:count]


class World:
    """A committee with its roster, what lies around it, and the rows that are written about both."""

    def __init__(self, rng: random.Random, residents: int, listed_in: Path | None):
        self.rng = rng
        count = max(6, round(residents / PEOPLE_IN_A_HOME / 140))
        make = (lambda wanted: listed(rng, listed_in, wanted)) if listed_in else (lambda wanted: invented(rng, wanted))
        every = make(count * (1 + ELSEWHERE))
        rng.shuffle(every)
        names = {name for place in every for name in (place.road, place.estate) if name}
        self.ours = Committee(rng, every[:count], TOWNS[0], names)
        self.others = Committee(rng, every[count:], rng.choice(TOWNS[1:]), names)
        doors = [home for at, place in enumerate(self.ours.places) for home in homes_of(rng, at, place)]
        rng.shuffle(doors)
        self.settle(doors, residents)
        self.our_words = {words for place in self.ours.places for words, _, _ in self.ours.words(place)}

    def settle(self, doors: list[Home], residents: int) -> None:
        people: list[Resident] = []
        households: list[list[Resident]] = []
        while doors and len(people) < residents:
            households.append(household(self.rng))
            people += households[-1]
        homes = sorted(doors[: len(households)], key=lambda home: (home.place, home.house, home.unit, home.room))
        people = []
        for at, together in enumerate(households[: len(homes)]):
            for one in together:
                one.home = at
                people.append(one)
                one.row = len(people)
        self.free = doors[len(households) :] or doors[:1]
        self.roster = Roster(people, homes, households[: len(homes)])

    # Names.

    def name(self, one: Resident, way: str) -> tuple[str, bool]:
        """How the name is written, and whether two stand there."""
        rng, name, first = self.rng, one.name, surname(one.name)
        at = rng.randrange(len(first), len(name))
        together = [other for other in self.household(one) if other is not one]
        written = {
            "same": name,
            "blank": " ".join(name) if len(name) == 2 else name + " ",
            "bracket": name + rng.choice(("（户主）", "(本人)", "（独居）")),
            "ear": self.replaced(name, by_ear),
            "accent": self.replaced(name, by_accent),
            "eye": self.replaced(name, by_eye),
            "unreadable": name[:at] + rng.choice("?□") + name[at + 1 :],
            "one starred": name[:at] + "*" + name[at + 1 :] if len(name) - len(first) > 1 else first + "*",
            "starred": first + "*" * (len(name) - len(first)),
            "left out": name[:at] + name[at + 1 :] if len(name) > len(first) + 1 else name,
            "turned": first + name[:0:-1] if len(name) == 3 and first == name[0] else name,
            "part": called(rng, one),
            "near": name[:at] + unlike(rng, name[at]) + name[at + 1 :],
            "silent": rng.choice(("", "", "匿名", "无")),
            "relative": rng.choice(together).name if together else name,
            "two": rng.choice("、 ，").join((name, rng.choice(together).name)) if together else name,
        }.get(way, name)
        return written, way == "two" and bool(together)

    def replaced(self, name: str, by) -> str:
        """One character for another where there is one to take it for, given names first."""
        for at in sorted(range(len(name)), key=lambda at: (at == 0, self.rng.random())):
            if other := by(self.rng, name[at]):
                return name[:at] + other + name[at + 1 :]
        return name

    def household(self, one: Resident) -> list[Resident]:
        return self.roster.households[one.home] if one.home >= 0 else []

    # Numbers.

    def slipped(self, number: str) -> str:
        """One digit wrong, lost or doubled, or two turned."""
        rng, at = self.rng, self.rng.randrange(2, len(number) - 1)
        kind = rng.choice(("wrong", "wrong", "lost", "doubled", "turned"))
        if kind == "wrong":
            return number[:at] + rng.choice([digit for digit in "0123456789" if digit != number[at]]) + number[at + 1 :]
        if kind == "lost":
            return number[:at] + number[at + 1 :]
        if kind == "doubled":
            return number[:at] + number[at] + number[at:]
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]

    def id(self, one: Resident, way: str) -> str:
        number = one.id if len(one.id) == 18 and len(set(one.id)) > 1 else ""
        if way == "filler":
            return self.rng.choice(("无", "/", "不详"))
        if way == "relative":
            known = [other.id for other in self.household(one) if other is not one and len(set(other.id)) > 1]
            return self.rng.choice(known) if known else number
        if way == "silent" or not number:
            return ""
        return {
            "small x": number.lower(),
            "wide": "".join(chr(ord(c) + 0xFEE0) for c in number),
            "15": number[:6] + number[8:17] if number[6:8] == "19" else number,
            "slip": self.slipped(number),
            "cut": number[:-2],
            "masked": number[:6] + "*" * 8 + number[14:],
            "birth": number[:14] + "****",
            "tail": "*" * 14 + number[14:],
            "spaced": f"{number[:6]} {number[6:14]} {number[14:]}",
        }.get(way, number)

    def phone(self, one: Resident, way: str) -> str:
        rng = self.rng
        own = rng.choice(one.phones) if one.phones else ""
        others = [phone for other in self.household(one) if other is not one for phone in other.phones]
        home = rng.choice(others) if others else own
        if way == "foreign":
            return rng.choice([other for other in rng.sample(self.roster.residents, 30) if other.phones]).phones[0]
        if way == "new":
            return phone(rng)
        number = home if way in ("home", "masked home") else own
        if way == "silent" or not number:
            return ""
        mobile = len(number) == 11
        return {
            "slip": self.slipped(number) if mobile else number,
            "86": "+86" + number if mobile else number,
            "spaced": f"{number[:3]} {number[3:7]} {number[7:]}" if mobile else number.removeprefix("021-"),
            "masked": f"{number[:3]}****{number[7:]}" if mobile else number,
            "masked home": f"{number[:3]}****{number[7:]}" if mobile else number,
            "tail": f"尾号{number[-4:]}",
            "two": f"{own}/{home}" if own and own != home else number,
        }.get(way, number)

    # Doors.

    def door(self, home: Home, way: str) -> tuple[str, Said]:
        if way == "silent":
            return "", Said("silent")
        if way == "moved":
            return self.elsewhere()
        if way == "neighbour":
            return self.ours.full(self.neighbour(home))
        writes = {"full": self.ours.full, "guess": self.ours.guess, "noplace": self.ours.noplace}
        return (writes | {"building": self.ours.building, "vague": self.ours.vague})[way](home)

    def neighbour(self, home: Home) -> Home:
        """Another door of the same place: next room, next house."""
        rng = self.rng
        if home.room and rng.random() < 0.7:
            return Home(home.place, home.house, home.unit, home.room + rng.choice((1, -1, 100)))
        return Home(home.place, home.house + rng.choice((1, 2)), home.unit, home.room)

    def elsewhere(self, our_road: bool = False) -> tuple[str, Said]:
        """A door of others, in words that are none of ours; or a lane of our road that is not ours."""
        rng, said = self.rng, Said("elsewhere", elsewhere=True)
        lanes = [place for place in self.ours.places if place.kind == "lane"]
        if our_road and lanes:
            road, taken = rng.choice(lanes).road, {place.lane for place in lanes}
            lane = rng.choice([one for one in range(11, 1500) if one not in taken])
            return f"{road}{lane}弄{rng.randrange(1, 60)}号{rng.randrange(1, 7)}0{rng.randrange(1, 4)}室", said
        at = rng.randrange(len(self.others.places))
        place = self.others.places[at]
        words = [words for words, form, _ in self.others.words(place) if form not in ("lane without road", "hamlet")]
        words = [one for one in words if one not in self.our_words] or [place.for_roster() + "外"]
        home = rng.choice(homes_of(rng, at, place))
        return rng.choice(words) + self.others.below(home, place)[0], said

    # Rows.

    def row(self) -> tuple[Row, Judgement]:
        """A row of which somebody could say whose it is."""
        while True:
            row = self.draw_row()
            if not row:
                continue
            if row.resident and (another := self.roster.judge(row).another):
                row = row._replace(resident=another, mess=f"taken for another; {row.mess}")
            judgement = self.roster.judge(row)
            if judgement.as_well < TOO_MANY_ALIKE and (row.resident or not judgement.another):
                return row, judgement

    def draw_row(self) -> Row | None:
        source, about = self.rng.choice(list(NAMES)), draw(self.rng, ABOUT)
        if about == "resident":
            return self.of(self.rng.choice(self.roster.residents), source)
        if about.startswith("namesake"):
            return self.of_namesake(about, source)
        return self.of_nobody(about, source)

    def of(self, one: Resident, source: str) -> Row:
        ways = [draw(self.rng, table[source]) for table in (NAMES, IDS, PHONES, DOORS)]
        name, two = self.name(one, ways[0])
        address, said = self.door(self.roster.homes[one.home], ways[3])
        mess = f"name {ways[0]}, ID {ways[1]}, phone {ways[2]}, door {ways[3]}: {said.form}"
        return Row(name, self.id(one, ways[1]), self.phone(one, ways[2]), address, source, said, one, two, mess)

    def of_namesake(self, about: str, source: str) -> Row | None:
        """A row of one of two who share a name, with something of the other's."""
        one = self.rng.choice(self.roster.residents)
        others = [other for other in self.roster.names[one.name] if other.home != one.home]
        if not others:
            return None
        row, other = self.of(one, source), self.rng.choice(others)
        row = row._replace(mess=f"{about}; {row.mess}", name=one.name, two_names=False)
        if about == "namesake's phone" and other.phones:
            return row._replace(phone=other.phones[0])
        if about == "namesake's ID" and len(set(other.id)) > 1:
            return row._replace(id=other.id)
        address, said = self.ours.full(self.roster.homes[other.home])
        return row._replace(address=address, said=said)

    def of_nobody(self, about: str, source: str) -> Row:
        rng, one = self.rng, person(self.rng)
        one.phones = [phone(rng)]
        name, _ = self.name(one, draw(rng, {way: share for way, share in NAMES[source].items() if way != "relative"}))
        number = self.id(one, draw(rng, {way: share for way, share in IDS[source].items() if way != "relative"}))
        own = self.phone(one, draw(rng, PHONES[source] | {"foreign": 0}))
        if about == "unknown with our phone":
            own = rng.choice([other for other in rng.sample(self.roster.residents, 30) if other.phones]).phones[0]
        home = rng.choice(self.roster.homes)
        address, said = {
            "nobody, no address": lambda: (rng.choice(("", "", "途经", "货车司机")), Said("silent")),
            "another committee, our road": lambda: self.elsewhere(our_road=True),
            "unknown at our door": lambda: self.ours.full(home),
            "unknown in our place": lambda: self.ours.full(rng.choice(self.free)),
        }.get(about, self.elsewhere)()
        return Row(name, number, own, address, source, said, None, False, f"{about}: {said.form}")


def kind(row: Row, classes: str) -> str:
    """By what wrong cases are counted: classes and the form of the address, or what the row is about."""
    form = re.sub("^.*door ", "", row.mess)
    return f"{classes} {form}" if row.resident else row.mess.split(":")[0]


def write(path: Path, header: str, rows: list[list]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header.split(), *rows])


def roster_rows(world: World) -> list[list]:
    rows = []
    for one in world.roster.residents:
        home = world.roster.homes[one.home]
        place = world.ours.places[home.place]
        mark, unit = ("幢", f"{home.unit}单元") if home.unit else ("号", "")
        phones = (one.phones + ["", ""])[:2]
        room = home.room or ""
        rows.append(
            [one.home + 1, place.for_roster(), f"{home.house}{mark}", unit, room, one.name, one.sex, one.id, *phones]
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--residents", type=int, default=5_000)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--places", type=Path, help="lines of DISTRICT, tab, PLACE in place of invented ones")
    asked = parser.parse_args()
    world = World(random.Random(asked.seed), asked.residents, asked.places)
    rows = [world.row() for _ in range(asked.rows)]
    truth = []
    for record, (row, is_) in enumerate(rows, 1):
        resident = row.resident.row if row.resident else ""
        truth.append([record, resident, is_.certain_ok, is_.ours, is_.classes, kind(row, is_.classes), row.mess])
    asked.folder.mkdir(parents=True, exist_ok=True)
    header = "户编号 小区 楼栋 单元 室号 姓名 性别 证件号码 手机号码 第二电话"
    write(asked.folder / "roster.csv", header, roster_rows(world))
    written = [[row.name, row.id, row.phone, row.address, row.source] for row, _ in rows]
    write(asked.folder / "rows.csv", "姓名 证件号码 手机号 地址 来源", written)
    write(asked.folder / "truth.csv", "record resident certain_ok ours classes kind note", truth)


if __name__ == "__main__":
    main()
