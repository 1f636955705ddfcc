"""The programs that bench_reading.py runs: each reads a PDF into a text file, in a fresh process."""

OURS = """
import json, resource, sys
from pathlib import Path
from docanalyst.pdf import read_document
from docanalyst.pdf.sandbox import process
mode, path, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
def used():
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in both)
before = used()
if mode == "clean":
    from docanalyst.pdf.layout.assembly import Decisions, assemble
    from docanalyst.pdf.sandbox.extraction import extract
    from docanalyst.pdf.records import finish
    raw = extract(Path(path), look=False)
    read = finish(raw, "x", keep=True).pages
    pairs = zip(raw.pages.values(), read, strict=True)
    text = "\\f".join(assemble(page, Decisions((), done.hyphens)) for page, done in pairs)
else:
    document = read_document(path, ocr="off", cache_dir=out.parent / "cache" if mode == "warm" else None)
    text = "\\f".join(page.text for page in document.pages)
process.end_idle()
figures = {
    "cpu": used() - before,
    "worker": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
}
out.write_text(text, encoding="utf-8", errors="replace")
out.with_suffix(".json").write_text(json.dumps(figures))
"""

BARE = """
import sys, pypdfium2
pdf = pypdfium2.PdfDocument(sys.argv[1]); texts = []
for page in pdf:
    text = page.get_textpage(); texts.append(text.get_text_range()); text.close(); page.close()
open(sys.argv[2], "w", encoding="utf-8", errors="replace").write("\\f".join(texts))
"""

PYPDF = """
import sys, logging; logging.disable(50)
from pypdf import PdfReader
open(sys.argv[2], "w", encoding="utf-8", errors="replace").write(
    "\\f".join(page.extract_text() for page in PdfReader(sys.argv[1]).pages))
"""

PDFPLUMBER = """
import sys, logging; logging.disable(50)
import pdfplumber
with pdfplumber.open(sys.argv[1]) as pdf:
    texts = []
    for page in pdf.pages:
        texts.append(page.extract_text() or ""); page.close()
open(sys.argv[2], "w", encoding="utf-8", errors="replace").write("\\f".join(texts))
"""

FIRST_OURS = "import sys; from docanalyst.pdf import read_page; read_page(sys.argv[1], 1)"
FIRST_BARE = "import sys, pypdfium2; pypdfium2.PdfDocument(sys.argv[1])[0].get_textpage().get_text_range()"

MEMORY = """
import json, resource, sys
from docanalyst.pdf import read_document
from docanalyst.pdf.sandbox import process
document = read_document(sys.argv[1], ocr="off")
process.end_idle()
peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps(peaks))
"""
