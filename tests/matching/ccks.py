"""Scores a comparison of two free addresses on pairs of CCKS 2021 track 3: `ccks.py FILE [PROGRAM …]`.

FILE has a JSON object a line: text_id, query, candidate (text, label). PROGRAM reads pairs from its input, a tab between
the two addresses, and prints one of the three labels a line; without one the baseline is scored: shares of character
bigrams, its two thresholds learnt on one half of the queries, by a hash of their ids. Prints macro-F1 and the F1 of each
label on the other half, and on all.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Iterable, NamedTuple

LABELS = ("完全匹配", "部分匹配", "不匹配")
STEPS = 40


class Pair(NamedTuple):
    one: str
    other: str
    label: str


def pairs(queries: Iterable[dict]) -> list[Pair]:
    return [Pair(query["query"], one["text"], one["label"]) for query in queries for one in query["candidate"]]


def halves(path: str) -> tuple[list[Pair], list[Pair]]:
    """The pairs of a file to learn on, and those to score."""
    queries = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    second = [hashlib.sha256(query["text_id"].encode()).digest()[-1] % 2 for query in queries]
    one, other = ([query for query, of in zip(queries, second, strict=True) if of == half] for half in (0, 1))
    return pairs(one), pairs(other)


def f1(label: str, said: list[str], true: list[str]) -> float:
    both = sum(a == b == label for a, b in zip(said, true, strict=True))
    return 2 * both / max(said.count(label) + true.count(label), 1)


def macro(said: list[str], of: list[Pair]) -> float:
    true = [pair.label for pair in of]
    return sum(f1(label, said, true) for label in LABELS) / len(LABELS)


def likeness(pair: Pair) -> float:
    """Dice's share of common character bigrams."""
    one, other = ({text[at : at + 2] for at in range(len(text) - 1)} for text in (pair.one, pair.other))
    return 2 * len(one & other) / max(len(one) + len(other), 1)


def by_thresholds(values: list[float], full: float, part: float) -> list[str]:
    return [LABELS[0] if value >= full else LABELS[1] if value >= part else LABELS[2] for value in values]


def baseline(learnt_on: list[Pair], scored: list[Pair]) -> list[str]:
    values = [likeness(pair) for pair in learnt_on]
    steps = [step / STEPS for step in range(STEPS + 1)]
    full, part = max(
        ((full, part) for full in steps for part in steps if part <= full),
        key=lambda both: macro(by_thresholds(values, *both), learnt_on),
    )
    return by_thresholds([likeness(pair) for pair in scored], full, part)


def of_program(program: list[str], scored: list[Pair]) -> list[str]:
    text = "".join(f"{pair.one}\t{pair.other}\n" for pair in scored)
    return subprocess.run(program, input=text, capture_output=True, text=True, check=True).stdout.split()


def main() -> None:
    learnt_on, others = halves(sys.argv[1])
    program = sys.argv[2:]
    for name, scored in (("the other half", others), ("all", learnt_on + others)):
        said = of_program(program, scored) if program else baseline(learnt_on, scored)
        true = [pair.label for pair in scored]
        each = ", ".join(f"{label} {f1(label, said, true):.3f}" for label in LABELS)
        print(f"{name}, {len(scored)} pairs: macro-F1 {macro(said, scored):.3f} ({each})")


if __name__ == "__main__":
    main()
