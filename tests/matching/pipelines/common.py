"""What all pipelines share: reading the sheets, cleaning as one would, and writing what was found."""

import csv
import json
import re
import sys
import unicodedata
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz

DIGITS = dict(zip("零〇一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)))
MOST_CANDIDATES = 10
# Least likeness of a place of ours.
PLACE_OURS = 91.0


class Record(NamedTuple):
    """A row of either sheet, cleaned. `house` and `room`: the last numbers of the address; `place`: what is before."""

    row: int
    name: str
    id: str
    phones: tuple[str, ...]
    address: str
    place: str
    house: str
    unit: str
    room: str


def clean(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def numerals(text: str) -> str:
    """五零一 and 十二 as digits."""

    def value(found: re.Match[str]) -> str:
        word = found[0]
        if "百" in word or "十" not in word:
            return "".join(str(DIGITS[c]) for c in word if c in DIGITS)
        tens, ones = word.split("十", 1)
        return str((DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0))

    return re.sub(
        "[零〇一二三四五六七八九]?十[一二三四五六七八九]?(?=[号幢栋座弄组队])|[零〇一二三四五六七八九]{2,}|[一二三四五六七八九](?=[号幢栋座单组队])",
        value,
        text,
    )


def parts(address: str) -> tuple[str, str, str, str]:
    """Place, house, unit, room."""
    text = re.sub(r"[(（].*?[)）]", "", numerals(clean(address))).split("，")[0].split(",")[0]
    found = re.search(r"(\d+)(?:号楼|号|幢|栋|座|-|#)(?:(\d)(?:单元|-))?(?:\d+楼|里的)?(?:(\d{2,4})室?)?$", text)
    if not found:
        return text, "", "", ""
    return text[: found.start()], found[1], found[2] or "", found[3] or ""


def number(text: str) -> str:
    text = re.sub("[^0-9A-Za-z*]", "", clean(text)).upper()
    return "" if len(set(text)) < 2 else re.sub("^86(?=1[0-9]{10}$)", "", text)


def phones(*texts: str) -> tuple[str, ...]:
    cleaned = (number(part.replace("尾号", "*")) for text in texts for part in re.split("[/、,]", text))
    return tuple(one for one in cleaned if one)


def name(text: str) -> str:
    return re.sub(r"[(（].*?[)）]", "", clean(text))


def roster(path: Path) -> list[Record]:
    found = []
    for row, line in enumerate(read(path), 1):
        address = "".join(line[column] for column in ("小区", "楼栋", "单元", "室号"))
        found.append(
            Record(
                row,
                name(line["姓名"]),
                number(line["证件号码"]),
                phones(line["手机号码"], line["第二电话"]),
                clean(address),
                clean(line["小区"]),
                re.sub("[号幢]", "", line["楼栋"]),
                line["单元"].removesuffix("单元"),
                line["室号"],
            )
        )
    return found


def records(path: Path) -> list[Record]:
    found = []
    for row, line in enumerate(read(path), 1):
        place, house, unit, room = parts(line["地址"])
        cleaned = (name(line["姓名"]), number(line["证件号码"]), phones(line["手机号"]), clean(line["地址"]))
        found.append(Record(row, *cleaned, place, house, unit, room))
    return found


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Places:
    """Places of the roster, by likeness to what a row writes before its numbers."""

    def __init__(self, people: list[Record]):
        self.places = sorted({one.place for one in people})
        self.known: dict[str, float] = {}

    def ours(self, text: str) -> bool:
        """Whether a place is said that might be one of the roster's."""
        if text not in self.known:
            self.known[text] = max((likeness(text, place) for place in self.places), default=0.0)
        return self.known[text] >= PLACE_OURS


def likeness(text: str, place: str) -> float:
    """0 to 100."""
    return fuzz.partial_ratio(text, place) if len(text) > 1 else 0.0


def entry(record: int, outcome: str, ranked: list[tuple[float, int]]) -> dict:
    """`ranked`: scores and rows of the roster, best first."""
    candidates = [{"resident": row, "score": round(score, 4), "reasons": []} for score, row in ranked[:MOST_CANDIDATES]]
    return {
        "record": record,
        "outcome": outcome,
        "resident": ranked[0][1] if outcome == "certain" else None,
        "candidates": candidates,
    }


def main(match) -> None:
    """`pipeline.py ROSTER ROWS OUT`."""
    people, rows = roster(Path(sys.argv[1])), records(Path(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps(match(people, rows), ensure_ascii=False), encoding="utf-8")
