"""A pipeline with Splink on DuckDB: comparisons, blocking rules and thresholds. `linkage.py ROSTER ROWS OUT`.

Probabilities are learnt from the two sheets as Splink's guide does it: u from random pairs, m by expectation
maximisation. The thresholds were tuned on rows made with another seed than those that are measured.
"""

import logging
from collections import defaultdict

import pandas as pd
import splink.comparison_level_library as level
from common import Places, Record, entry, main
from pypinyin import lazy_pinyin
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison

CERTAIN, MARGIN, OURS = 17.0, 10.0, -6.0
# Least weight of a pair that is looked at.
LOWEST = -12.0
# Another name, number, place or door is looked at, however much else agrees.
AGAINST = ("name", "id", "place", "door")
# More pairs for u change nothing that is measured.
PAIRS_FOR_U = 2_000_000


def frame(records: list[Record], dataset: str) -> pd.DataFrame:
    def line(one: Record) -> dict:
        seen = one.id.split("*")
        phone = one.phones[0] if one.phones else None
        return {
            "unique_id": f"{dataset}{one.row}",
            "name": one.name or None,
            "sound": " ".join(lazy_pinyin(one.name)) or None,
            "surname": one.name[:1] or None,
            "id": one.id if one.id and "*" not in one.id else None,
            "id_end": seen[-1][-4:] or None if one.id else None,
            "phone": phone if phone and "*" not in phone else None,
            "phone_end": phone[-4:] if phone else None,
            "place": one.place or None,
            "house": one.house or None,
            "room": one.room or None,
            "unit": one.unit or None,
        }

    return pd.DataFrame([line(one) for one in records]).astype("string")


def compared(name: str, levels: list) -> CustomComparison:
    return CustomComparison(output_column_name=name, comparison_levels=[*levels, level.ElseLevel()])


def number(name: str) -> CustomComparison:
    same_end = f"{name}_end_l = {name}_end_r"
    return compared(
        name,
        [
            level.CustomLevel(f"{name}_end_l IS NULL OR {name}_end_r IS NULL", "nothing said").configure(
                is_null_level=True
            ),
            level.ExactMatchLevel(name),
            level.CustomLevel(f"({name}_l IS NULL OR {name}_r IS NULL) AND {same_end}", "masked"),
            level.CustomLevel(f"damerau_levenshtein({name}_l, {name}_r) <= 1", "slip"),
        ],
    )


def settings() -> SettingsCreator:
    door = "house_l = house_r AND (room_l = room_r OR (room_l IS NULL AND room_r IS NULL))"
    return SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("id"),
            block_on("phone"),
            block_on("name"),
            block_on("sound"),
            block_on("id_end", "surname"),
            block_on("phone_end", "surname"),
            block_on("house", "room"),
        ],
        comparisons=[
            compared(
                "name",
                [
                    level.NullLevel("name"),
                    level.ExactMatchLevel("name", term_frequency_adjustments=True),
                    level.ExactMatchLevel("sound"),
                    level.CustomLevel("damerau_levenshtein(name_l, name_r) <= 1 AND length(name_l) > 2", "nearly"),
                    level.ExactMatchLevel("surname", term_frequency_adjustments=True),
                ],
            ),
            number("id"),
            number("phone"),
            compared(
                "place",
                [
                    level.NullLevel("place"),
                    level.CustomLevel(
                        "place_l = place_r OR contains(place_l, place_r) OR contains(place_r, place_l)", "in"
                    ),
                    level.JaroWinklerLevel("place", 0.8),
                ],
            ),
            compared(
                "door",
                [
                    level.NullLevel("house"),
                    level.CustomLevel(door, "same"),
                    level.CustomLevel("house_l = house_r AND (room_l IS NULL OR room_r IS NULL)", "house"),
                ],
            ),
        ],
        retain_intermediate_calculation_columns=False,
    )


def pairs(people: list[Record], rows: list[Record]) -> pd.DataFrame:
    """Weights of all pairs that a blocking rule finds."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    linker = Linker([frame(people, "p"), frame(rows, "r")], settings(), DuckDBAPI(), input_table_aliases=["p", "r"])
    linker.training.estimate_probability_two_random_records_match(
        [block_on("id"), block_on("phone", "name")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_U)
    for rule in (block_on("id"), block_on("phone"), block_on("house", "room", "surname")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker.inference.predict(threshold_match_weight=LOWEST).as_pandas_dataframe()


def match(people: list[Record], rows: list[Record]) -> list[dict]:
    found = pairs(people, rows)
    places = Places(people)
    against = (found[[f"gamma_{name}" for name in AGAINST]] == 0).any(axis=1)
    ranked: dict[int, list[tuple[float, int]]] = defaultdict(list)
    accepted = set()
    for one, other, weight, speaks in zip(found.unique_id_l, found.unique_id_r, found.match_weight, against):
        person, row = (one, other) if one[0] == "p" else (other, one)
        ranked[int(row[1:])].append((float(weight), int(person[1:])))
        if not speaks:
            accepted.add((int(row[1:]), int(person[1:])))
    result = []
    for row in rows:
        best = sorted(ranked[row.row], reverse=True)
        second = best[1][0] if len(best) > 1 else LOWEST
        if best and best[0][0] >= CERTAIN and best[0][0] - second >= MARGIN and (row.row, best[0][1]) in accepted:
            outcome = "certain"
        elif best and best[0][0] >= OURS or places.ours(row.place):
            outcome = "undecided"
        else:
            outcome = "not_ours"
        result.append(entry(row.row, outcome, best))
    return result


if __name__ == "__main__":
    main(match)
