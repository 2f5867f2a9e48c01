"""print.pdf as pdfium reads it: boxes, strokes, and the artwork without its cut lines.

The strokes are removed from the page in memory before it is rendered: pdfium paints a spot colour in its alternate, so the cut would show in the picture,
which a press or a plotter does not print.
"""

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BadValue
from ..units import PT_PER_MM
from ._plan import flatten

BOX_MM = 0.1  # tolerance of page boxes
Box = tuple[float, float, float, float]  # left, top, right, bottom in mm, y down


@dataclass(frozen=True)
class Page:
    """Page of a PDF.

    Boxes in mm from the page's top left corner, None where the file has none. strokes: polylines in the same frame. art: what lies in the trim box (the
    whole page if there is none), uint8 (h, w, 3).
    """

    size_mm: tuple[float, float]
    trim_mm: Box | None
    bleed_mm: Box | None
    strokes: list[np.ndarray]
    art: np.ndarray


def read_page(path: Path, size_px: tuple[int, int], number: int = 0) -> Page:
    """Read a page, the first by default, at a resolution (h, w) of its trim box. Raises BadValue when pdfium cannot."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path.read_bytes())
        try:
            return _page(document[number], size_px)
        finally:
            document.close()
    except (pypdfium2.PdfiumError, OSError, IndexError, ValueError) as e:
        raise BadValue(f"{path.name} cannot be read: {e}.") from e


def _page(page: Any, size_px: tuple[int, int]) -> Page:
    media = page.get_mediabox()

    def box(found: Box | None) -> Box | None:
        if found is None:
            return None
        left, bottom, right, top = found
        return (left - media[0]) / PT_PER_MM, (media[3] - top) / PT_PER_MM, (right - media[0]) / PT_PER_MM, (media[3] - bottom) / PT_PER_MM

    size = ((media[2] - media[0]) / PT_PER_MM, (media[3] - media[1]) / PT_PER_MM)
    trim, bleed = page.get_trimbox(fallback_ok=False), page.get_bleedbox(fallback_ok=False)
    strokes = _take_strokes(page, media)
    return Page(size, box(trim), box(bleed), strokes, _render(page, trim or media, size_px))


def _render(page: Any, box: Box, size_px: tuple[int, int]) -> np.ndarray:
    """Render the box (PDF points) over exactly size_px pixels, twice as fine and averaged."""
    import cv2
    import pypdfium2
    import pypdfium2.raw as pdfium

    page.set_cropbox(*box)
    page.set_mediabox(*box)
    h, w = size_px[0] * 2, size_px[1] * 2
    bitmap = pypdfium2.PdfBitmap.new_native(w, h, pdfium.FPDFBitmap_BGRx)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, w, h)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, w, h, 0, pdfium.FPDF_REVERSE_BYTE_ORDER)
    pixels = np.ascontiguousarray(bitmap.to_numpy()[..., :3])
    return cv2.resize(pixels, (size_px[1], size_px[0]), interpolation=cv2.INTER_AREA)


def _take_strokes(page: Any, media: Box) -> list[np.ndarray]:
    """Remove all paths that are stroked and not filled, and return them as polylines in mm."""
    import pypdfium2.raw as pdfium

    out: list[np.ndarray] = []
    for item in list(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=1)):
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if pdfium.FPDFPath_GetDrawMode(item, fill, stroke) and stroke.value and not fill.value:
            a, b, c, d, e, f = item.get_matrix().get()
            for points in _path(item):
                x, y = points.T
                points = np.stack([a * x + c * y + e - media[0], media[3] - (b * x + d * y + f)], 1)
                out.append(points / PT_PER_MM)
            page.remove_obj(item)
    return flatten(out)


def _path(item: Any) -> list[np.ndarray]:
    """Control points of the segments of a path object, in its own frame."""
    import pypdfium2.raw as pdfium

    out, held = [], []
    start = at = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for i in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        p, kind = (x.value, y.value), pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = at = p
            continue
        held.append(p)
        if kind == pdfium.FPDF_SEGMENT_LINETO or len(held) == 3:
            out.append(np.array([at, *held]))
            at, held = p, []
        if pdfium.FPDFPathSegment_GetClose(segment) and at != start:
            out.append(np.array([at, start]))
            at = start
    return out
