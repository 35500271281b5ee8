"""What a careful clerk would accept unseen: the rule in words, over classes of agreement and without weights.

A row of a list and a resident are compared in four fields. Each class has one letter, best agreement first:

name   S same, L slip (one character by ear, by eye, unreadable, left out, turned), P part (张女士), - silent,
       N near (one character of the given name differs without being alike), O other
ID     S same, M masked and agreeing, L slip (one digit wrong, lost, doubled, or two turned), - silent, O other
phone  S same, M masked and agreeing, L slip, H of somebody else in the household, - silent, W nobody's,
       F another household's
door   F full (place, number, room), N the same after a guess, P number and room without the place, B no room, V vague,
       C contrary
"""

from typing import Iterable, NamedTuple

ORDER = {"name": "SLP-NO", "id": "SML-O", "phone": "SMLH-WF", "door": "FNPBVC"}
FITTING_NAMES = "SLP"


class Classes(NamedTuple):
    """How a row agrees with one resident."""

    name: str
    id: str
    phone: str
    door: str

    def reaches(self, other: "Classes") -> bool:
        """Whether it agrees at least as well in every field."""
        return all(order.index(mine) <= order.index(theirs) for order, mine, theirs in zip(ORDER.values(), self, other))


def contradicted(at: Classes, near_may_stand: bool = False) -> bool:
    """Clause 1 without the count of names: something speaks against the resident."""
    return at.name == "O" or (at.name == "N" and not near_may_stand) or at.id == "O" or at.door == "C"


def closed_case(at: Classes) -> str | None:
    """The letter of the case of clause 2 that is enough."""
    name, number, phone, door = at
    cases = {
        "a": number == "S",
        "b": phone == "S" and (name in "SL" or (name == "P" and door in "FNPB")),
        "c": name == "S" and door in "FP" and phone != "F",
        "d": name == "S" and number in "ML" and (phone in "SMLH" or door in "FNPB"),
        "e": name == "S" and (phone == "H" or (phone in "ML" and door in "FNPB")),
        "f": name == "L" and door == "F" and (number in "SML" or phone in "SML"),
        "g": name == "P" and number == "M" and (phone in "SM" or door == "F"),
    }
    return next((letter for letter, holds in cases.items() if holds), None)


def open_case(at: Classes, name_is_nobodys: bool) -> bool:
    """Either decision is right."""
    name, number, phone, door = at
    return (
        (name == "S" and (number in "ML" or phone in "ML" or door in "NB"))
        or (name == "S" and door in "FP" and phone == "F")
        or (name == "L" and (number in "ML" or phone in "MH" or (phone == "L" and door == "N")))
        or (name == "P" and phone == "M" and door in "NF")
        or (name == "N" and number == "S" and name_is_nobodys)
    )


def rivals(others: Iterable[Classes]) -> list[Classes]:
    """Clause 3: whom the row fits, and whose ID number or phone it carries under a name that fits."""
    return [
        other
        for other in others
        if (not contradicted(other) and (closed_case(other) or open_case(other, False)))
        or (other.name in FITTING_NAMES and (other.id == "S" or other.phone in "SM"))
    ]


def verdict(at: Classes, two_named: bool, others: Iterable[Classes]) -> str:
    """`yes`, `open` or `no`: whether the resident with these classes may be accepted without a look.

    `others` are the classes of every other resident of the roster that agrees in anything.
    """
    others = list(others)
    if two_named or contradicted(at, near_may_stand=True):
        return "no"
    borne = any(other.name == "S" for other in others)
    closed = at.name != "N" and closed_case(at) is not None
    if not closed and not open_case(at, not borne):
        return "no"
    if not all(at.reaches(other) and at != other for other in rivals(others)):
        return "no"
    return "open" if not closed or (at.name == "L" and borne) else "yes"
