"""Checks the verdicts written by hand against the rule: `check_hand.py` prints what disagrees and fails if anything does.

The classes of the true resident are those written in truth.csv; name, ID number and phone are compared with what the
texts say as far as that needs no judgement. The other residents' classes are worked out here, coarsely: one who lives
elsewhere at the same number and room agrees in the door where the row leaves the place open.
"""

import csv
import re
import sys
from pathlib import Path

from fields import id_class, name_class, phone_class
from rule import Classes, verdict

HAND = Path(__file__).parent / "hand"
PLACES_ALIKE = re.compile("[一二]期")


def read(name: str) -> list[dict[str, str]]:
    with (HAND / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def door_of_other(door: str, true: dict[str, str], other: dict[str, str], address: str) -> str:
    """The door class of another resident, given that of the true one."""
    if door in "VC" or true["户编号"] == other["户编号"]:
        return door
    place = [PLACES_ALIKE.sub("", home["小区"]) if "期" not in address else home["小区"] for home in (true, other)]
    if door == "P":
        return "P" if all(true[part] == other[part] for part in ("楼栋", "室号")) else "C"
    parts = ("楼栋",) if door == "B" else ("楼栋", "单元", "室号")
    same = place[0] == place[1] and all(true[part] == other[part] for part in parts)
    return door if same else "C"


def classes(row: dict[str, str], resident: dict[str, str], roster: list[dict[str, str]], door: str) -> Classes:
    household = [one for one in roster if one["户编号"] == resident["户编号"] and one is not resident]
    return Classes(
        name_class(row["姓名"], resident["姓名"], resident["性别"]),
        id_class(row["证件号码"], resident["证件号码"]),
        phone_class(row["手机号"], phones(resident), [p for one in household for p in phones(one)], phones_of(roster)),
        door,
    )


def phones(resident: dict[str, str]) -> list[str]:
    return [resident[column] for column in ("手机号码", "第二电话") if resident[column] not in ("", "无")]


def phones_of(roster: list[dict[str, str]]) -> set[str]:
    return {phone for resident in roster for phone in phones(resident)}


def main() -> int:
    roster, rows, truth = read("roster.csv"), read("rows.csv"), read("truth.csv")
    wrong = 0
    for row, true in zip(rows, truth, strict=True):
        if not true["resident"]:
            continue
        resident = roster[int(true["resident"]) - 1]
        written = Classes(*true["classes"])
        found = classes(row, resident, roster, written.door)
        if true["two_names"]:
            found = found._replace(name=written.name)
        others = [
            classes(row, other, roster, door_of_other(written.door, resident, other, row["地址"]))
            for other in roster
            if other is not resident
        ]
        ruled = verdict(written, bool(true["two_names"]), others)
        if written != found or ruled != true["certain_ok"]:
            wrong += 1
            print(*row.values(), "|", true, "| found", "".join(found), "ruled", ruled)
    print(f"{len(rows)} rows, {wrong} disagree")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
