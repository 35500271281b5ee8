"""The benchmark's vouchers or notices with typst (PyPI `typst`), for comparison.

pdf_typst.py vouchers|notices INPUT.json FONT_DIR OUT.pdf   (INPUT.json: `pdf_bench input COUNT`)
The QR codes are drawn before the clock starts, which favours typst.
"""
import io, json, os, sys, time

import segno
import typst

what, source, fonts, out = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
data = json.load(open(source, encoding="utf-8"))
count = len(data["vouchers"] if what == "vouchers" else data["buildings"])
if what == "vouchers":
    for v in data["vouchers"]:
        svg = io.BytesIO()
        segno.make(v["qr"], error="m", micro=False).save(svg, kind="svg", border=2)
        v["svg"] = svg.getvalue().decode()
prepared = out + ".json"
json.dump(data, open(prepared, "w", encoding="utf-8"), ensure_ascii=False)
start = time.perf_counter()
typst.compile(f"{here}/{what}.typ", output=out, root="/", font_paths=[fonts], ignore_system_fonts=True,
              sys_inputs={"source": os.path.abspath(prepared)})
seconds = time.perf_counter() - start
os.remove(prepared)
print(json.dumps({"program": "typst", "what": what, "count": count, "seconds": round(seconds, 3)}))
