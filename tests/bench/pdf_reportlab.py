"""The benchmark's vouchers or notices with reportlab, for comparison.

pdf_reportlab.py vouchers|notices INPUT.json FONT_DIR OUT.pdf [COUNT]   (INPUT.json: `pdf_bench input COUNT`)
COUNT prints only that many vouchers: 5,000 take two minutes.
"""
import json, sys, time
from xml.sax.saxutils import escape

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

what, source, fonts, out = sys.argv[1:5]
start = time.perf_counter()
data = json.load(open(source, encoding="utf-8"))
if len(sys.argv) > 5:
    data["vouchers"] = data["vouchers"][: int(sys.argv[5])]
for name in ("NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSansSC-Regular", "NotoSansSC-Bold"):
    pdfmetrics.registerFont(TTFont(name, f"{fonts}/{name}.ttf"))
BLUE, TINT, GREY = HexColor("#1B4F8A"), HexColor("#E9F0F8"), HexColor("#595959")


def vouchers():
    canvas = Canvas(out, pagesize=A4)
    width, height = A4[0] / 2, A4[1] / 4
    for index, v in enumerate(data["vouchers"]):
        place = index % 8
        if index and place == 0:
            canvas.showPage()
        x, top = place % 2 * width + 7.5 * mm, A4[1] - place // 2 * height - 5.5 * mm

        def text(font, size, color, dx, dy, words):
            canvas.setFont(font, size)
            canvas.setFillColor(color)
            canvas.drawString(x + dx * mm, top - dy * mm, words)

        text("NotoSansSC-Regular", 7.5, GREY, 0, 3, data["committee"])
        text("NotoSerifSC-Bold", 12.5, black, 0, 8, data["round_title"])
        canvas.setFillColor(BLUE)
        canvas.rect(x + 71 * mm, top - 8.6 * mm, 19 * mm, 6.4 * mm, stroke=0, fill=1)
        text("NotoSansSC-Bold", 10.5, white, 73, 6.6, "购买凭证")
        text("NotoSansSC-Regular", 7, GREY, 0, 14.5, "凭证号")
        text("NotoSansSC-Bold", 21, black, 0, 22, v["number"])
        text("NotoSerifSC-Bold", 15, black, 0, 29.5, v["name"])
        text("NotoSerifSC-Regular", 10.5, black, 0, 35.5, v["room"])
        text("NotoSansSC-Bold", 11.5, BLUE, 0, 41, v["amount"])
        canvas.setFillColor(TINT)
        canvas.rect(x, top - 56.4 * mm, 90 * mm, 12.6 * mm, stroke=0, fill=1)
        text("NotoSansSC-Regular", 9, black, 2, 49, "地点 " + v["place"])
        text("NotoSansSC-Regular", 9, black, 2, 54.5, "时间 " + v["time"])
        text("NotoSansSC-Regular", 6.5, GREY, 0, 60, data["fine_print"][:40])
        text("NotoSansSC-Regular", 6.5, GREY, 0, 63, data["fine_print"][40:])
        code = QrCodeWidget(v["qr"], barWidth=29 * mm, barHeight=29 * mm, barLevel="M")
        drawing = Drawing(29 * mm, 29 * mm)
        drawing.add(code)
        renderPDF.draw(drawing, canvas, x + 61 * mm, top - 41 * mm)
    canvas.save()


def notices():
    def style(name, **more):
        return ParagraphStyle(name, fontName=more.pop("font", "NotoSerifSC-Regular"), fontSize=more.pop("size", 15.75),
                              leading=28, wordWrap="CJK", **more)

    pdfmetrics.registerFontFamily("NotoSerifSC-Regular", bold="NotoSerifSC-Bold", normal="NotoSerifSC-Regular")
    title = style("title", font="NotoSerifSC-Bold", size=22, alignment=TA_CENTER)
    body = style("body", firstLineIndent=31.5)
    heading = style("heading", font="NotoSansSC-Regular", firstLineIndent=31.5)
    right = style("right", alignment=TA_RIGHT)
    story = []
    for building in data["buildings"]:
        for block in data["notice"].split("\n"):
            block = escape(block.replace("{楼栋}", building).replace("{居委会}", data["committee"]))
            while "**" in block:
                block = block.replace("**", "<b>", 1).replace("**", "</b>", 1)
            if block.startswith("# "):
                story += [Paragraph(block[2:], title), Spacer(1, 28), Paragraph(building + "各位居民：", style("to"))]
            elif block.startswith("#"):
                story.append(Paragraph(block.lstrip("# "), heading))
            elif block:
                story.append(Paragraph(block, body))
        story += [Spacer(1, 56), Paragraph(data["committee"], right), Paragraph("2020年2月8日", right), PageBreak()]
    SimpleDocTemplate(out, pagesize=A4, leftMargin=28 * mm, rightMargin=26 * mm, topMargin=37 * mm, bottomMargin=35 * mm).build(story)


vouchers() if what == "vouchers" else notices()
seconds = time.perf_counter() - start
count = len(data["vouchers"] if what == "vouchers" else data["buildings"])
print(json.dumps({"program": "reportlab", "what": what, "count": count, "seconds": round(seconds, 3)}))
