"""The naive match: the same ID number, or the same phone and name. `naive.py ROSTER ROWS OUT`."""

from collections import defaultdict

from common import Record, entry, main


def match(people: list[Record], rows: list[Record]) -> list[dict]:
    by_id, by_phone, by_name = defaultdict(list), defaultdict(list), defaultdict(list)
    for one in people:
        by_id[one.id].append(one.row)
        by_name[one.name].append(one.row)
        for phone in one.phones:
            by_phone[phone].append(one.row)
    found = []
    for row in rows:
        same_id = by_id.get(row.id, []) if row.id else []
        same_phone = [at for phone in row.phones for at in by_phone.get(phone, [])]
        same_name = by_name.get(row.name, [])
        both = [at for at in same_phone if at in same_name]
        sure = same_id or both
        ranked = list(dict.fromkeys([*same_id, *both, *same_phone, *same_name]))
        outcome = "certain" if len(sure) == 1 else "undecided" if ranked else "not_ours"
        found.append(entry(row.row, outcome, [(1.0, at) for at in ranked]))
    return found


if __name__ == "__main__":
    main(match)
