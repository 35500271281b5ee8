"""Learns how much each feature of two compared addresses says: `learn_addresses.py FILE PROGRAM OUT`.

FILE is that of `ccks.py`, PROGRAM the example `compare_addresses` of the matcher, OUT its table of weights. Softmax
regression on the first half of `ccks.py`; a threshold for each label by macro-F1 on the same half.
"""

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
from ccks import LABELS, halves, macro

STEPS, RATE, DECAY = 3000, 1.0, 1e-4
BIASES = np.arange(-0.8, 1.6, 0.2)


def learnt(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Weights, one column for each label; the first row is the bias. Gradient descent with momentum."""
    mean, spread = features.mean(0), features.std(0) + 1e-9
    inputs = np.hstack([np.ones((len(features), 1)), (features - mean) / spread])
    targets = np.eye(len(LABELS))[labels]
    weights = speed = np.zeros((inputs.shape[1], len(LABELS)))
    for _ in range(STEPS):
        scores = np.exp(inputs @ weights)
        slope = inputs.T @ (scores / scores.sum(1, keepdims=True) - targets) / len(inputs) + DECAY * weights
        speed = 0.9 * speed - RATE * 0.1 * slope
        weights = weights + speed
    plain = weights[1:] / spread[:, None]
    return np.vstack([weights[0] - mean @ plain, plain])


def main() -> None:
    known, _ = halves(sys.argv[1])
    text = "".join(f"{pair.one}\t{pair.other}\n" for pair in known)
    program = [sys.argv[2], "--features"]
    lines = subprocess.run(program, input=text, capture_output=True, text=True, check=True).stdout.splitlines()
    features = np.array([[float(cell) for cell in line.split(",")] for line in lines])
    weights = learnt(features, np.array([LABELS.index(pair.label) for pair in known]))
    scores = features @ weights[1:] + weights[0]
    best = max(
        itertools.product(BIASES, BIASES),
        key=lambda two: macro([LABELS[at] for at in (scores + [*two, 0.0]).argmax(1)], known),
    )
    weights[0] += [*best, 0.0]
    rows = [",".join([label, *(f"{weight:.3f}" for weight in column)]) for label, column in zip(LABELS, weights.T)]
    Path(sys.argv[3]).write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
