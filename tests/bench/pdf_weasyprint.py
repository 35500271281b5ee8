"""The benchmark's vouchers or notices with WeasyPrint, for comparison.

pdf_weasyprint.py vouchers|notices INPUT.json FONT_DIR OUT.pdf [COUNT]   (INPUT.json: `pdf_bench input COUNT`)
COUNT prints only that many vouchers: 5,000 take ten minutes.
"""
import json, sys, time
from html import escape

import segno
from weasyprint import HTML

what, source, fonts, out = sys.argv[1:5]
start = time.perf_counter()
data = json.load(open(source, encoding="utf-8"))
if len(sys.argv) > 5:
    data["vouchers"] = data["vouchers"][: int(sys.argv[5])]
faces = "".join(
    f"@font-face{{font-family:'{family}';font-weight:{weight};src:url('file://{fonts}/{file}.ttf')}}"
    for family, weight, file in (
        ("Serif", 400, "NotoSerifSC-Regular"), ("Serif", 700, "NotoSerifSC-Bold"),
        ("Sans", 400, "NotoSansSC-Regular"), ("Sans", 700, "NotoSansSC-Bold"),
    )
)


def vouchers():
    style = faces + """@page{size:A4;margin:0} body{margin:0;font-family:Sans} .v{position:relative;float:left;width:90mm;height:63.2mm;
      padding:5.5mm 7.5mm;overflow:hidden} .c{font-size:7.5pt;color:#595959} h2{font:bold 12.5pt Serif;margin:0;border-bottom:.8pt solid #1B4F8A}
      .q{position:absolute;right:7.5mm;top:18mm;width:29mm} .q svg{width:29mm;height:29mm} .n{font:bold 21pt Sans} .p{font:bold 15pt Serif} .r{font:10.5pt Serif}
      .a{font:bold 11.5pt Sans;color:#1B4F8A} .f{background:#E9F0F8;font-size:9pt;padding:1mm 2mm} .s{font-size:6.5pt;color:#595959}"""
    cells = []
    for v in data["vouchers"]:
        v = {key: value if key == "qr" else escape(value) for key, value in v.items()}
        code = segno.make(v["qr"], error="m", micro=False).svg_inline(border=2, omitsize=True)
        cells.append(f'<div class=v><div class=c>{data["committee"]}</div><h2>{data["round_title"]}</h2><div class=q>{code}</div>'
                     f'<div class=c>凭证号</div><div class=n>{v["number"]}</div><div class=p>{v["name"]}</div><div class=r>{v["room"]}</div>'
                     f'<div class=a>{v["amount"]}</div><div class=f>地点 {v["place"]}<br>时间 {v["time"]}</div><div class=s>{data["fine_print"]}</div></div>')
    return style, "".join(cells)


def notices():
    style = faces + """@page{size:A4;margin:37mm 26mm 35mm 28mm} body{font:15.75pt/28pt Serif;margin:0} h1{font:bold 22pt/28pt Serif;text-align:center;margin:0 0 28pt}
      p{margin:0;text-indent:2em} h2{font:15.75pt/28pt Sans;margin:0;text-indent:2em} .r{text-align:right;text-indent:0} section{break-after:page}"""
    parts = []
    for building in data["buildings"]:
        parts.append("<section>")
        for block in data["notice"].split("\n"):
            block = escape(block.replace("{楼栋}", building).replace("{居委会}", data["committee"]))
            while "**" in block:
                block = block.replace("**", "<b>", 1).replace("**", "</b>", 1)
            if block.startswith("# "):
                parts.append(f"<h1>{block[2:]}</h1><p style='text-indent:0'>{building}各位居民：</p>")
            elif block.startswith("#"):
                parts.append(f"<h2>{block.lstrip('# ')}</h2>")
            elif block:
                parts.append(f"<p>{block}</p>")
        parts.append(f'<p class=r style="margin-top:56pt">{data["committee"]}</p><p class=r>2020年2月8日</p></section>')
    return style, "".join(parts)


style, body = vouchers() if what == "vouchers" else notices()
HTML(string=f"<!doctype html><meta charset=utf-8><style>{style}</style>{body}").write_pdf(out)
seconds = time.perf_counter() - start
count = len(data["vouchers"] if what == "vouchers" else data["buildings"])
print(json.dumps({"program": "weasyprint", "what": what, "count": count, "seconds": round(seconds, 3)}))
