"""Writes the character lists the fonts in this folder are cut to. See README.md."""
import sys, unicodedata
standard = "".join(l.strip() for l in open(sys.argv[1], encoding="utf-8") if not l.startswith("#"))
def decodable(codec, leads, trails):
    out = set()
    for a in leads:
        for b in trails:
            try: out.update(bytes([a, b]).decode(codec))
            except UnicodeDecodeError: pass
    return out
gb2312 = decodable("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF))
big5 = decodable("big5", range(0xA1, 0xFA), list(range(0x40, 0x7F)) + list(range(0xA1, 0xFF)))
BLOCKS = [(0x20,0x7E),(0xA0,0x17F),(0x1CD,0x1DC),(0x251,0x251),(0x261,0x261),(0x2B0,0x2FF),(0x370,0x3FF),(0x400,0x45F),(0x1E00,0x1EFF),
 (0x2010,0x2027),(0x2030,0x205E),(0x2070,0x209C),(0x20A0,0x20BF),(0x2100,0x214F),(0x2150,0x218B),(0x2190,0x21FF),(0x2200,0x22FF),
 (0x2300,0x23FF),(0x2460,0x257F),(0x2580,0x26FF),(0x2700,0x27BF),(0x3000,0x30FF),(0x3105,0x312F),(0x3190,0x319F),(0x31A0,0x31BF),
 (0x3200,0x33FF),(0xFE10,0xFE6F),(0xFF01,0xFFEE)]
symbols = {chr(c) for a, b in BLOCKS for c in range(a, b + 1)}
main = set(standard) | gb2312 | symbols
more = {c for c in big5 if unicodedata.category(c) == "Lo"} - main
for name, chars in (("main.txt", main), ("traditional.txt", more)):
    with open(name, "w") as f:
        f.write("\n".join(f"U+{ord(c):04X}" for c in sorted(chars)) + "\n")
    print(name, len(chars))
