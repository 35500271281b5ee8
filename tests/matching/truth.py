"""What may be accepted of made rows: the rule of `rule.py` against all residents of a roster, by what was meant."""

import re
from collections import defaultdict
from typing import Iterable, NamedTuple

from fields import agrees_seen, bare_name, bare_number, id_class, name_class, phone_class, phones_in, surname
from people import Resident
from places import Home, Said, door_class
from rule import Classes, closed_case, contradicted, verdict

# So many residents whom a row fits as well as the true one, and nobody can say whose it is.
TOO_MANY_ALIKE = 3
# Digits at the end of a phone that stay to be seen.
ENDING = 4


class Row(NamedTuple):
    """A made row: what is written, and what was meant by the address."""

    name: str
    id: str
    phone: str
    address: str
    source: str
    said: Said
    resident: Resident | None
    two_names: bool
    mess: str


class Roster:
    """Residents found by what a row might say of them."""

    def __init__(self, residents: list[Resident], homes: list[Home], households: list[list[Resident]]):
        self.residents, self.homes, self.households = residents, homes, households
        self.names: dict[str, list[Resident]] = defaultdict(list)
        self.near_names: dict[str, list[Resident]] = defaultdict(list)
        self.families: dict[str, list[Resident]] = defaultdict(list)
        self.ids: dict[str, list[Resident]] = defaultdict(list)
        self.phones: dict[str, list[Resident]] = defaultdict(list)
        self.doors: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for one in residents:
            self.names[one.name].append(one)
            self.families[surname(one.name)].append(one)
            for key in keys_of_near(one.name):
                self.near_names[key].append(one)
            if number := bare_number(one.id):
                self.ids[number].append(one)
                self.ids[number[:6] + number[8:17]].append(one)
            for phone in one.phones:
                self.phones[bare_number(phone)].append(one)
        self.endings: dict[str, list[str]] = defaultdict(list)
        for phone in self.phones:
            self.endings[phone[-ENDING:]].append(phone)
        for at, home in enumerate(homes):
            self.doors[home.house, home.unit, home.room].append(at)

    def classes(self, row: Row, one: Resident, among: Iterable[str]) -> Classes:
        """`among`: phones of the roster that the row's might be."""
        home = [phone for other in self.households[one.home] if other is not one for phone in other.phones]
        return Classes(
            name_class(row.name, one.name, one.sex),
            id_class(row.id, one.id, self.ids),
            phone_class(row.phone, one.phones, home, among),
            door_class(row.said, self.homes[one.home]),
        )

    def phones_like(self, text: str) -> list[str]:
        return [phone for number in phones_in(text) for phone in self.phones_like_one(number)]

    def phones_like_one(self, number: str) -> list[str]:
        if "*" in number:
            ending = re.sub(r".*\*", "", number)
            known = self.endings.get(ending, []) if len(ending) == ENDING else list(self.phones)
            return [phone for phone in known if agrees_seen(number, phone)]
        return [number] if number in self.phones else []

    def candidates(self, row: Row, phones: list[str]) -> list[Resident]:
        """All whose case might be open or closed, and all who live at the door."""
        found = {id(one): one for one in self.ids.get(bare_number(row.id), [])}
        name = bare_name(row.name)
        sets = [self.names.get(name, [])] + [self.near_names.get(key, []) for key in sorted(keys_of_near(name))]
        sets += [self.names.get(name.rstrip("*"), []), *(self.phones[phone] for phone in phones)]
        sets += [self.households[one.home] for phone in phones for one in self.phones[phone]]
        families = sorted({name[at:][:size] for at in (0, 1) for size in (1, 2)})
        names = [(family + "国强", sex) for family in families if family in self.families for sex in "男女"]
        if any(name_class(row.name, *named) == "P" for named in names):
            sets += [self.families.get(family, []) for family in families]
        if row.said.house and row.said.room:
            units = (row.said.unit,) if row.said.unit else range(0, 9)
            homes = [at for unit in units for at in self.doors.get((row.said.house, unit, row.said.room), [])]
            sets += [self.households[at] for at in homes]
        found |= {id(one): one for people in sets for one in people}
        return list(found.values())

    def judge(self, row: Row) -> "Judgement":
        """What a careful clerk would do with the row."""
        phones = self.phones_like(row.phone)
        others = [one for one in self.candidates(row, phones) if one is not row.resident]
        of_others = [self.classes(row, one, phones) for one in others]
        masked = "*" in bare_number(row.phone)
        ours = ours_by_place(row.said) or any(touches(at, masked) for at in of_others)
        if not row.resident:
            named = any(at.name in "SLP" and at.id != "O" and at.door != "C" for at in of_others)
            named = named or any(at.name == "S" and at.id != "O" for at in of_others)
            return Judgement("no", "yes" if ours else "either" if named else "no", "", 0, meant(row, others, of_others))
        at = self.classes(row, row.resident, phones)
        ours = ours or at.id in "SML" or at.phone in "SMLHF" or (at.name in "SLP" and at.door != "C")
        as_well = sum(other.reaches(at) for other in of_others)
        may = verdict(at, row.two_names, of_others)
        another = meant(row, [*others, row.resident], [*of_others, at]) if may == "no" else None
        return Judgement(may, "yes" if ours else "either", "".join(at), as_well, another)


class Judgement(NamedTuple):
    """`certain_ok` yes, open or no; `ours` yes, no or either; the true resident's classes; how many fit as well; another
    whom everybody would take the row for."""

    certain_ok: str
    ours: str
    classes: str
    as_well: int
    another: Resident | None


def meant(row: Row, people: list[Resident], classes: list[Classes]) -> Resident | None:
    """Whom the row may be accepted for."""
    for at, (one, of_one) in enumerate(zip(people, classes)):
        if not contradicted(of_one) and closed_case(of_one):
            if verdict(of_one, row.two_names, classes[:at] + classes[at + 1 :]) == "yes":
                return one
    return None


def touches(at: Classes, masked: bool) -> bool:
    """Whether a number of the row is a resident's; what is seen of one says so only beside a name that fits."""
    whole = at.id == "S" or (at.phone in "SHF" and not masked)
    return whole or (at.name in "SLP" and (at.id in "ML" or at.phone in "ML"))


def ours_by_place(said: Said) -> bool:
    return not said.elsewhere and (said.places is not None or bool(said.house))


def keys_of_near(name: str) -> set[str]:
    """Two names that differ in one character, by one left out or by two turned share one of these."""
    replaced = {name[:at] + "_" + name[at + 1 :] for at in range(len(name))}
    left_out = {name[:at] + name[at + 1 :] for at in range(len(name))} if len(name) > 2 else set()
    return replaced | left_out | {name} | {"".join(sorted(name))}
