"""The functions of pdfium that reading needs, straight from the library that pypdfium2 brings.

Importing pypdfium2's own bindings takes longer than reading a contract, because it prepares a thousand
functions and the tools to find the library; the limited process is started anew too often to pay that. Here
a function is prepared when it is first called. Every address is a plain number, 0 or None for none.
"""

from __future__ import annotations

import ctypes
import os
import sys

from docanalyst.pdf import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KINDS = {
    "v": None,
    "p": ctypes.c_void_p,
    "i": ctypes.c_int,
    "L": ctypes.c_ulong,
    "f": ctypes.c_float,
}

_SIGNATURES = dict(
    line.split()
    for line in """
FORM_OnAfterLoadPage v:pp
FORM_OnBeforeClosePage v:pp
FPDFAnnot_CountAttachmentPoints L:p
FPDFAnnot_GetAP L:pipL
FPDFAnnot_GetAttachmentPoints i:pLp
FPDFAnnot_GetFileAttachment p:p
FPDFAnnot_GetFlags i:p
FPDFAnnot_GetFontColor i:ppppp
FPDFAnnot_GetFontSize i:ppp
FPDFAnnot_GetFormFieldType i:pp
FPDFAnnot_GetFormFieldValue L:pppL
FPDFAnnot_GetInkListCount L:p
FPDFAnnot_GetInkListPath L:pLpL
FPDFAnnot_GetLine i:ppp
FPDFAnnot_GetRect i:pp
FPDFAnnot_GetStringValue L:pppL
FPDFAnnot_GetSubtype i:p
FPDFAnnot_HasKey i:pp
FPDFAnnot_IsChecked i:pp
FPDFAttachment_GetFile i:ppLp
FPDFAttachment_GetName L:ppL
FPDFBitmap_CreateEx p:iiipi
FPDFBitmap_Destroy v:p
FPDFBitmap_FillRect i:piiiiL
FPDFBitmap_GetBuffer p:p
FPDFBitmap_GetStride i:p
FPDFClipPath_CountPathSegments i:pi
FPDFClipPath_CountPaths i:p
FPDFClipPath_GetPathSegment p:pii
FPDFDOC_ExitFormFillEnvironment v:p
FPDFDOC_InitFormFillEnvironment p:pp
FPDFDoc_GetAttachment p:pi
FPDFDoc_GetAttachmentCount i:p
FPDFFormObj_CountObjects i:p
FPDFFormObj_GetObject p:pL
FPDFPageObjMark_GetName i:ppLp
FPDFPageObjMark_GetParamValueType i:pp
FPDFPageObj_CountMarks i:p
FPDFPageObj_GetBounds i:ppppp
FPDFPageObj_GetClipPath p:p
FPDFPageObj_GetFillColor i:ppppp
FPDFPageObj_GetMark p:pL
FPDFPageObj_GetMatrix i:pp
FPDFPageObj_GetStrokeColor i:ppppp
FPDFPageObj_GetStrokeWidth i:pp
FPDFPageObj_GetType i:p
FPDFPageObj_HasTransparency i:p
FPDFPageObj_RemoveMark i:pp
FPDFPageObj_SetIsActive i:pi
FPDFPage_CloseAnnot v:p
FPDFPage_CountObjects i:p
FPDFPage_Flatten i:pi
FPDFPage_GetAnnot p:pi
FPDFPage_GetAnnotCount i:p
FPDFPage_GetObject p:pi
FPDFPage_GetRotation i:p
FPDFPathSegment_GetPoint i:ppp
FPDFPathSegment_GetType i:p
FPDFPath_CountSegments i:p
FPDFPath_GetDrawMode i:ppp
FPDFPath_GetPathSegment p:pi
FPDFTextObj_GetFontSize i:pp
FPDFTextObj_GetText L:pppL
FPDFTextObj_GetTextRenderMode i:p
FPDFText_ClosePage v:p
FPDFText_CountChars i:p
FPDFText_GetCharAngle f:pi
FPDFText_GetCharBox i:pipppp
FPDFText_GetCharIndexFromTextIndex i:pi
FPDFText_GetLooseCharBox i:pip
FPDFText_GetText i:piip
FPDFText_GetTextIndexFromCharIndex i:pi
FPDFText_GetTextObject p:pi
FPDFText_GetUnicode i:pi
FPDFText_LoadPage p:p
FPDF_CloseDocument v:p
FPDF_ClosePage v:p
FPDF_GetFormType i:p
FPDF_GetLastError L:
FPDF_GetMetaText L:pppL
FPDF_GetPageBoundingBox i:pp
FPDF_GetPageCount i:p
FPDF_GetPageLabel L:pipL
FPDF_GetSecurityHandlerRevision i:p
FPDF_GetXFAPacketContent i:pipLp
FPDF_GetXFAPacketCount i:p
FPDF_GetXFAPacketName L:pipL
FPDF_InitLibrary v:
FPDF_LoadDocument p:pp
FPDF_LoadMemDocument p:pip
FPDF_LoadPage p:pi
FPDF_RenderPageBitmap v:ppiiiiii
FPDF_RenderPageBitmap_Start i:ppiiiiiip
FPDF_RenderPage_Close v:p
FPDF_RenderPage_Continue i:pp
""".strip().split("\n")
)

WRONG_PASSWORD = 4
"""What FPDF_GetLastError says of a file that needs another password."""


class Rectangle(ctypes.Structure):
    """FS_RECTF: in points, from the bottom left."""

    _fields_ = (
        ("left", ctypes.c_float),
        ("top", ctypes.c_float),
        ("right", ctypes.c_float),
        ("bottom", ctypes.c_float),
    )


class Matrix(ctypes.Structure):
    """FS_MATRIX."""

    _fields_ = tuple((name, ctypes.c_float) for name in "abcdef")


class Library:
    """pdfium's functions as attributes."""

    def __init__(self) -> None:
        self._library = _load()

    def __getattr__(self, name: str) -> Any:
        kinds = _SIGNATURES.get(name)
        if kinds is None:
            raise AttributeError(name)
        function = self._library[name]
        function.restype = _KINDS[kinds[0]]
        function.argtypes = tuple(_KINDS[kind] for kind in kinds[2:])  # type: ignore[misc]
        setattr(self, name, function)
        return function


def _load() -> ctypes.CDLL:
    """The library in pypdfium2's package; by way of its bindings where it stands somewhere else."""
    prefix, suffix = {"win32": ("", "dll"), "darwin": ("lib", "dylib")}.get(sys.platform, ("lib", "so"))
    # A page takes thousands of calls, and letting go of the interpreter's lock makes each a quarter longer.
    # Only where a thread watches the memory of this process must it run beside them.
    opener = ctypes.CDLL if limits.WATCHED else ctypes.PyDLL
    for root in sys.path:
        path = os.path.join(root, "pypdfium2_raw", f"{prefix}pdfium.{suffix}")  # noqa: PTH118
        if os.path.isfile(path):  # noqa: PTH113
            return opener(path)
    import pypdfium2_raw.bindings

    library: ctypes.CDLL = pypdfium2_raw.bindings._libs["pdfium"]
    return library


raw = Library()
