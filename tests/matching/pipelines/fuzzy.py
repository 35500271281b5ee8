"""A pipeline with RapidFuzz: blocks, scorers, weights and thresholds. `fuzzy.py ROSTER ROWS OUT`.

The weights and thresholds were tuned on rows made with another seed than those that are measured.
"""

from collections import defaultdict

from common import Places, Record, entry, likeness, main
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

WEIGHTS = {"name": 5.17, "id": 3.92, "phone": 2.33, "place": 0.77, "door": 1.15}
CERTAIN, MARGIN, OURS = 6.37, 2.26, 2.34
# A name shared by more is no block by itself.
MOST_IN_BLOCK = 400


class Blocks:
    """Residents by what a row may share with them."""

    def __init__(self, people: list[Record]):
        self.people = people
        self.by: dict[tuple, list[Record]] = defaultdict(list)
        self.sounds = {one.name: " ".join(lazy_pinyin(one.name)) for one in people}
        for one in people:
            for key in self.keys(one):
                self.by[key].append(one)

    def keys(self, one: Record) -> set[tuple]:
        sound = self.sounds.get(one.name) or " ".join(lazy_pinyin(one.name))
        keys: set[tuple] = {("name", one.name), ("sound", sound)} if one.name else set()
        keys |= {("id", one.id), ("id end", one.id[-4:], one.name[:1])} if one.id else set()
        for phone in one.phones:
            keys |= {("phone", phone), ("phone end", phone[-4:], one.name[:1])}
        if one.house:
            keys.add(("door", one.house, one.room))
            keys.add(("house", one.house, one.name[:1]))
        return keys

    def candidates(self, row: Record) -> list[Record]:
        blocks = (self.by.get(key, []) for key in self.keys(row))
        found = {one.row: one for block in blocks if len(block) <= MOST_IN_BLOCK for one in block}
        return list(found.values())


def of_numbers(mine: str, theirs: str) -> float:
    """1 the same, 0.8 masked or nearly, 0 nothing said, -1 another."""
    if not mine or not theirs:
        return 0.0
    if mine == theirs or (len(mine) == 15 and mine == theirs[:6] + theirs[8:17]):
        return 1.0
    if "*" in mine:
        seen = [part for part in mine.split("*") if part]
        agrees = theirs.endswith(seen[-1]) and (len(seen) == 1 or theirs.startswith(seen[0]))
        return 0.8 if agrees or theirs.startswith(mine.rstrip("*")) else -1.0
    return 0.8 if DamerauLevenshtein.distance(mine, theirs, score_cutoff=1) <= 1 else -1.0


def of_names(blocks: Blocks, mine: str, theirs: str) -> float:
    if not mine:
        return 0.0
    if mine == theirs:
        return 1.0
    if mine[:1] == theirs[:1] and (
        "*" in mine or mine.endswith(("先生", "女士", "阿姨", "师傅", "老师", "小姐", "老伯"))
    ):
        return 0.4
    sound = fuzz.ratio(" ".join(lazy_pinyin(mine)), blocks.sounds[theirs]) / 100
    return 0.85 if sound == 1 else 0.6 if sound > 0.8 and fuzz.ratio(mine, theirs) > 60 else -1.0


def of_doors(mine: Record, theirs: Record) -> float:
    if not mine.house:
        return 0.0
    if mine.house != theirs.house or (mine.room and mine.room != theirs.room):
        return -1.0
    return (
        -1.0 if mine.unit and theirs.unit and mine.unit != theirs.unit else 1.0 if mine.room or not theirs.room else 0.5
    )


def score(blocks: Blocks, row: Record, one: Record) -> tuple[float, bool]:
    """The sum of the weighted parts, and whether nothing speaks against it."""
    phones = [of_numbers(mine, theirs) for mine in row.phones for theirs in one.phones]
    parts = {
        "name": of_names(blocks, row.name, one.name),
        "id": of_numbers(row.id, one.id),
        "phone": max(phones, default=0.0) if max(phones, default=0.0) > 0 else -0.2 * bool(phones),
        "place": (likeness(row.place, one.place) / 100 - 0.5) * 2 if len(row.place) > 1 else 0.0,
        "door": of_doors(row, one),
    }
    against = parts["id"] < 0 or parts["door"] < 0 or parts["name"] < 0 or parts["place"] < 0
    return sum(WEIGHTS[part] * value for part, value in parts.items()), not against


def match(people: list[Record], rows: list[Record]) -> list[dict]:
    blocks, places = Blocks(people), Places(people)
    found = []
    for row in rows:
        scored = [(*score(blocks, row, one), one.row) for one in blocks.candidates(row)]
        scored.sort(key=lambda one: -one[0])
        best = scored[0] if scored else (0.0, False, 0)
        second = scored[1][0] if len(scored) > 1 else -9.0
        if best[1] and best[0] >= CERTAIN and best[0] - second >= MARGIN:
            outcome = "certain"
        elif best[0] < OURS and not places.ours(row.place):
            outcome = "not_ours"
        else:
            outcome = "undecided"
        found.append(entry(row.row, outcome, [(value, at) for value, _, at in scored]))
    return found


if __name__ == "__main__":
    main(match)
