#!/usr/bin/env bash
# python-stdnum 2.2, stdnum.cn.ric: which resident ID numbers of a committee's roster does its check refuse?
#
# All numbers below are invented; each has the form and the check character of GB 11643.
#
# Guessed: a number is sound or not whatever the year of birth; a birth date ahead is refused; 港澳台居民居住证 (regions
# 81, 82, 83; 国务院令 2018), whose numbers have the same form, is accepted.
# Seen: the county is compared with the year of BIRTH instead of the year the number was given out: someone born in 1950
# and first registered in 浦东新区 (code of 1993) is refused, someone born there in 1993 is not. A birth in 2099 passes.
# Residence permits are refused in the same words. Whoever checks a roster with it turns down sound elderly people and
# passes what Excel or a typist damaged into the future.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check python-stdnum==2.2
"$work/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version
from stdnum.cn import ric

EXPECTED = {
    ("浦东新区, born 1950", "310115195003122210"): "InvalidComponent",
    ("浦东新区, born 1993", "31011519930312221"): "ok",
    ("黄浦区, born 1950", "31010119500312221"): "ok",
    ("浦东新区, born 2099", "310115209901010012"): "ok",
    ("香港 residence permit, born 1990", "810000199001010019"): "InvalidComponent",
    ("澳门 residence permit, born 1990", "820000199001010010"): "InvalidComponent",
}
print("python-stdnum", version("python-stdnum"))
wrong = 0
for (who, number), expected in EXPECTED.items():
    if len(number) == 17:
        number += ric.calc_check_digit(number + "0")
    try:
        ric.validate(number)
        seen = "ok"
    except Exception as error:
        seen = type(error).__name__
    wrong += seen != expected
    print(f"{who}: {seen}" + ("" if seen == expected else f" (it was {expected})"))
raise SystemExit(wrong)
PYTHON
