"""A finished picture of flat colours traced into vectors, through the package vtracer."""
from __future__ import annotations

import io
import re

import numpy as np


def traced(picture: np.ndarray, size_mm: tuple[float, float], title: str = "") -> bytes:
    """SVG in mm of a picture float32 (h, w, 3) of flat colours: smooth contours, areas stacked on each other, so that none lets another through."""
    import vtracer
    from PIL import Image
    buffer = io.BytesIO()
    Image.fromarray(np.rint(picture * 255).astype(np.uint8)).save(buffer, "PNG", compress_level=1)
    text = vtracer.convert_raw_image_to_svg(buffer.getvalue(), img_format="png", colormode="color", hierarchical="stacked", mode="spline",
                                            filter_speckle=2, color_precision=8, layer_difference=0, path_precision=2)
    h, w = picture.shape[:2]
    body = text[text.index("<path"): text.rindex("</svg>")]
    name = f"<title>{title.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</title>" if title else ""
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{size_mm[0]:.3f}mm" height="{size_mm[1]:.3f}mm" viewBox="0 0 {w} {h}">'
            f"{name}\n{body}</svg>\n").encode()


def painted(svg: bytes, size_px: tuple[int, int]) -> np.ndarray:
    """What `traced` wrote as a picture float32 (h, w, 3), so that PNG and SVG are one picture."""
    import resvg_py
    from PIL import Image
    h, w = size_px
    text = re.sub(r' width="[^"]*" height="[^"]*"', f' width="{w}" height="{h}"', svg.decode(), count=1)
    png = bytes(resvg_py.svg_to_bytes(svg_string=text, width=w, height=h, background="#ffffff", skip_system_fonts=True))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), np.float32) / 255
