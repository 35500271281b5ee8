"""Scores what a matcher says of rows, strictly: `score.py FOLDER RESULT.json [--name NAME] [--json] [--cases N]`.

FOLDER holds roster.csv, rows.csv and truth.csv. RESULT is a JSON array with one entry per row: record (data row from
1), outcome (certain, undecided, not_ours), resident (data row of the roster or null), candidates (best first).

precision  right accepts of all that are not open; an accept of another resident, of a row that wants a look, or of
           nobody is wrong
recall     right accepts of all rows that may be accepted
top 3      the true resident among the first three, of all rows that have one
not ours   precision and recall of returned rows; rows of which both may be said do not count
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

MOST_CANDIDATES = 10
FIRST = 3


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entries(path: Path, rows: int) -> tuple[dict[int, dict], int]:
    """One entry for each record, and how many are missing, doubled or not as agreed."""
    found: dict[int, dict] = {}
    broken = 0
    for entry in json.loads(path.read_text(encoding="utf-8")):
        well = entry["record"] not in found and len(entry["candidates"]) <= MOST_CANDIDATES
        well &= (entry["outcome"] == "certain") == (entry["resident"] is not None)
        broken += not well
        found[entry["record"]] = entry
    missing = {record for record in range(1, rows + 1)} - found.keys()
    return found, broken + len(missing)


def judged(entry: dict | None, true: dict[str, str]) -> dict[str, bool]:
    """What an entry is, in the words of the scores."""
    resident = int(true["resident"]) if true["resident"] else None
    entry = entry or {"outcome": "missing", "resident": None, "candidates": []}
    outcome = entry["outcome"]
    accepted = outcome == "certain"
    rightly = accepted and resident is not None and entry["resident"] == resident
    first = [candidate["resident"] for candidate in entry["candidates"][:FIRST]]
    return {
        "right": rightly and true["certain_ok"] == "yes",
        "wrong": accepted and not (rightly and true["certain_ok"] in ("yes", "open")),
        "wrong person": accepted and not rightly,
        "may": true["certain_ok"] == "yes",
        "missed": true["certain_ok"] == "yes" and not rightly,
        "has": resident is not None,
        "in first": resident is not None and (rightly or resident in first),
        "returned": outcome == "not_ours" and true["ours"] != "either",
        "returned rightly": outcome == "not_ours" and true["ours"] == "no",
        "not ours": true["ours"] == "no",
    }


def scores(count: Counter) -> dict[str, float]:
    def share(part: str, *of: str) -> float:
        whole = sum(count[name] for name in of)
        return count[part] / whole if whole else 1.0

    return {
        "precision": share("right", "right", "wrong"),
        "recall": share("right", "may"),
        "top 3": share("in first", "has"),
        "not ours, precision": share("returned rightly", "returned"),
        "not ours, recall": share("returned rightly", "not ours"),
    }


def kind_of(true: dict[str, str]) -> str:
    """Made rows name the mess that was made; at rows by hand the note begins with the clause."""
    return true.get("kind") or re.split("[,;:]", true["note"])[0]


def cases(verdicts: list[dict[str, bool]], truth: list[dict[str, str]]) -> dict[str, dict[str, list[int]]]:
    """Records that count against, by what is wrong and the kind of the row."""
    wrong: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for record, (is_, true) in enumerate(zip(verdicts, truth, strict=True), 1):
        names = {
            "accepted, another person": is_["wrong person"],
            "accepted, wants a look": is_["wrong"] and not is_["wrong person"],
            "not accepted": is_["missed"] and not is_["wrong person"],
            "not among the first three": is_["has"] and not is_["in first"],
            "returned, ours": is_["returned"] and not is_["returned rightly"],
            "kept, not ours": is_["not ours"] and not is_["returned rightly"],
        }
        for name in (name for name, holds in names.items() if holds):
            wrong[name][kind_of(true)].append(record)
    return wrong


def shown(record: int, folder_rows: list[dict[str, str]], true: dict[str, str], roster: list[dict[str, str]]) -> str:
    def line(of: dict[str, str]) -> str:
        return "|".join(
            of[column] for column in of if column not in ("户编号", "性别", "证件类型", "与户主关系", "来源")
        )

    resident = f"{true['resident']}: {line(roster[int(true['resident']) - 1])}" if true["resident"] else "nobody"
    said = " ".join(filter(None, [true["certain_ok"], true.get("classes", ""), true["ours"], true["note"]]))
    return f"  row {record}: {line(folder_rows[record - 1])}\n    true: {resident}\n    {said}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--name", default="")
    parser.add_argument("--json", action="store_true", help="one line of JSON in place of the table")
    parser.add_argument("--cases", type=int, default=0, help="show so many rows of each kind that is wrong")
    asked = parser.parse_args()
    truth, rows, roster = (read(asked.folder / f"{name}.csv") for name in ("truth", "rows", "roster"))
    found, broken = entries(asked.result, len(rows))
    verdicts = [judged(found.get(record), true) for record, true in enumerate(truth, 1)]
    count = sum((Counter(is_) for is_ in verdicts), Counter())
    by_kind = cases(verdicts, truth)
    if asked.json:
        counted = {name: {kind: len(records) for kind, records in kinds.items()} for name, kinds in by_kind.items()}
        print(
            json.dumps({"program": asked.name, **scores(count), "broken": broken, "cases": counted}, ensure_ascii=False)
        )
        return 0
    named = {name: f"{100 * share:.2f} %" for name, share in scores(count).items()}
    print("|", " | ".join(["program", *named, "entries not as agreed"]), "|\n|---|" + "---:|" * (len(named) + 1))
    print("|", " | ".join([asked.name or asked.result.stem, *named.values(), str(broken)]), "|")
    for name, kinds in by_kind.items():
        print(f"\n{name}: {sum(map(len, kinds.values()))}")
        for kind, records in sorted(kinds.items(), key=lambda one: -len(one[1])):
            print(f"- {kind}: {len(records)}")
            for record in records[: asked.cases]:
                given = found.get(record, {})
                print(shown(record, rows, truth[record - 1], roster))
                print(f"    said: {given.get('outcome')} {given.get('resident')}", end=" ")
                print([(one["resident"], one["score"], one["reasons"]) for one in given.get("candidates", [])[:3]])
    return 0


if __name__ == "__main__":
    sys.exit(main())
