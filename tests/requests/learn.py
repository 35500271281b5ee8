"""Learns what messages are about from corpus.jsonl, and writes crates/domain/src/request/read/weights.tsv.

    cargo build -p linli-domain --example weigh_requests
    python3 tests/requests/learn.py target/debug/examples/weigh_requests

Needs numpy, scipy and scikit-learn. Prints how well each fifth of the messages is told by what is learnt from the others.
The messages in chat*.txt are for measuring and are never learnt from.
"""

import json
import math
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

HERE = Path(__file__).parent
WEIGHTS = HERE / "../../crates/domain/src/request/read/weights.tsv"
# In the order of `Kind`.
KINDS = "groceries medicine medical pets property mind access testing advice other".split()
# A piece that is rarer says nothing that would be met again.
LEAST = 2
# How closely the weights follow the messages (scikit-learn's C).
CLOSELY = 30
# Weights are written in thousandths; a piece all of whose weights are smaller is left out.
SCALE = 1000
SMALL = 60
# From which log odds a message counts as urgent: as in learnt.rs.
URGENT_FROM = -2.0


def pieces(program, rows):
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    out = subprocess.run([program], input=lines, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def matrix(all_pieces, places):
    values, columns, ends = [], [], [0]
    for of_one in all_pieces:
        known = [places[piece] for piece in of_one if piece in places]
        values += [1 / math.sqrt(max(len(known), 1))] * len(known)
        columns += known
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(all_pieces), len(places)))


def fit(weighed, outcomes):
    return LogisticRegression(C=CLOSELY, max_iter=1000).fit(weighed, outcomes)


def told(weighed, kinds, urgent):
    right, found, false = 0, 0, 0
    for learnt, other in StratifiedKFold(5, shuffle=True, random_state=1).split(weighed, kinds):
        right += (fit(weighed[learnt], kinds[learnt]).predict(weighed[other]) == kinds[other]).sum()
        rings = fit(weighed[learnt], urgent[learnt]).decision_function(weighed[other]) > URGENT_FROM
        found += (rings & (urgent[other] == 1)).sum()
        false += (rings & (urgent[other] == 0)).sum()
    count = len(kinds)
    print(f"of {count}: kind {right / count:.3f}, urgent {found} of {urgent.sum()}, false alarms {false}")


def main(program):
    rows = [json.loads(line) for line in (HERE / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
    random.Random(7).shuffle(rows)
    kinds = np.array([KINDS.index(row["kind"]) for row in rows])
    urgent = np.array([int(row["urgent"]) for row in rows])
    all_pieces = pieces(program, rows)
    often = Counter(piece for of_one in all_pieces for piece in of_one)
    places = {piece: at for at, piece in enumerate(sorted(p for p, n in often.items() if n >= LEAST))}
    told(matrix(all_pieces, places), kinds, urgent)
    # What is left out is left out before learning, so that the rest makes up for it.
    first = weights(matrix(all_pieces, places), kinds, urgent)[0]
    kept = sorted(piece for piece, at in places.items() if np.abs(first[:, at]).max() * SCALE >= SMALL * 10)
    places = {piece: at for at, piece in enumerate(kept)}
    of_pieces, always = weights(matrix(all_pieces, places), kinds, urgent)
    with WEIGHTS.open("w", encoding="utf-8") as out:
        write(out, "", always)
        for piece, at in places.items():
            write(out, piece, of_pieces[:, at])
    print(f"{len(places)} pieces")


def weights(weighed, kinds, urgent):
    by_kind, by_urgency = fit(weighed, kinds), fit(weighed, urgent)
    return (
        np.vstack([by_kind.coef_, by_urgency.coef_]),
        np.concatenate([by_kind.intercept_, by_urgency.intercept_]),
    )


def write(out, piece, of_piece):
    out.write("\t".join([piece, *(str(round(weight * SCALE)) for weight in of_piece)]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
