"""The user's own picture as a subject: a drawing (SVG, or PNG with alpha) or a photograph."""

from __future__ import annotations

import functools
import importlib.util
import math
import os
import re
import warnings
import xml.etree.ElementTree as xml
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from ..errors import BadValue, Missing
from . import _svg_safety
from ._drawing import UPRIGHT, Drawing, Pose, quantise_colours
from ._words import table

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".svg"}
USER_LICENCE = "the user's"  # of what came as a path
_PREFIX = "package:"  # of photographs that installed packages ship; none is copied
_PROJECTS = {"skimage": "scikit-image", "sklearn": "scikit-learn"}  # by import name
MIN_MEAN_ALPHA = 0.002  # of a picture, in the mean


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture without a subject of its own: float32 rgb (h, w, 3) in [0, 1], sRGB; flipped: left to right against its file."""

    subject: str
    rgb: np.ndarray
    style: str = "photo"
    licence: str = USER_LICENCE
    credit: str = ""
    flipped: bool = False

    is_photo = True

    def mirrored(self) -> Photo:
        """The same photograph left to right."""
        return replace(self, rgb=np.ascontiguousarray(self.rgb[:, ::-1]), flipped=not self.flipped)


@dataclass(frozen=True, eq=False)
class Cutout:
    """A picture with alpha: rgba like a Drawing's, resampled from its pixels."""

    subject: str
    pixels: np.ndarray
    style: str = "picture"
    licence: str = USER_LICENCE
    credit: str = ""
    upright: bool = False

    is_photo = False

    def rgba(self, size_px: tuple[int, int], pose: Pose = UPRIGHT) -> np.ndarray:
        """float32 (h, w, 4), premultiplied; the picture is fitted into the pose's square by its longer side."""
        import cv2

        m, (h, w) = min(size_px), self.pixels.shape[:2]
        side = max(h, w)
        source = _halved(self, max(0, int(math.log2(side / m / pose.scale))))
        shrink = side / m / pose.scale * source.shape[1] / w
        if shrink > 1.2:
            source = cv2.GaussianBlur(source, (0, 0), 0.4 * shrink)
        move = _pixel_move(pose, (w / side, h / side), source.shape[1::-1], m)
        move[:, 2] += (size_px[1] - m) / 2, (size_px[0] - m) / 2
        out = np.clip(cv2.warpAffine(source, move, size_px[::-1], flags=cv2.INTER_CUBIC), 0, 1)
        return np.minimum(out, out[..., 3:])

    def flat(self, size_px: tuple[int, int], pose: Pose = UPRIGHT, colours: int = 24) -> tuple[np.ndarray, np.ndarray]:
        """As a drawing's: the picture in few flat colours."""
        a = self.rgba(size_px, pose)
        a = np.concatenate([a[..., :3] / np.maximum(a[..., 3:], 1e-3), (a[..., 3:] > 0.5)], -1)
        return quantise_colours(np.rint(np.rint(np.clip(a, 0, 1) * 31) * (255 / 31)).astype(np.uint8), colours)

    def mirrored(self) -> Cutout:
        """The same picture left to right."""
        return replace(self, pixels=np.ascontiguousarray(self.pixels[:, ::-1]))


@functools.lru_cache(maxsize=4)
def _halved(cutout: Cutout, times: int) -> np.ndarray:
    """Its pixels at 1 / 2^times of their size."""
    import cv2

    h, w = (max(1, round(n / 2**times)) for n in cutout.pixels.shape[:2])
    return cv2.resize(cutout.pixels, (w, h), interpolation=cv2.INTER_AREA) if times else cutout.pixels


def _pixel_move(pose: Pose, share: tuple[float, float], source_px: tuple[int, int], m: int) -> np.ndarray:
    """Affine map (2, 3) from pixel indices of a source (w, h), which fills a share (w, h) of the pose's square, to those of a square of m pixels."""
    to_square = np.eye(3)
    for k in range(2):
        to_square[k, k] = share[k] / source_px[k]
        to_square[k, 2] = 0.5 * to_square[k, k] + (1 - share[k]) / 2
    move = (np.array(pose.matrix()).reshape(3, 2).T @ to_square) * m
    move[:, 2] -= 0.5
    return move


def is_picture(text: str) -> bool:
    """Whether a prompt is meant as a path: it ends like a picture, or it is a file. "package:skimage/data/coffee.png" is a file of a package."""
    return Path(text).suffix.lower() in SUFFIXES or os.path.isfile(text)


def picture_file(path: str) -> Path:
    """The file of a picture's path, or of "package:PACKAGE/PATH". Raises Missing when that package is not installed."""
    return _package_file(path) if path.startswith(_PREFIX) else Path(path)


def _package_file(path: str) -> Path:
    """The file. Raises BadValue for no such form, Missing when the package is not installed; nothing is imported."""
    name, _, rest = path.removeprefix(_PREFIX).partition("/")
    if not name.isidentifier() or not rest or ".." in PurePosixPath(rest).parts:
        raise BadValue(f"'{path}' is not package:NAME/PATH, as in 'package:skimage/data/coffee.png'.")
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        project = _PROJECTS.get(name, name)
        raise Missing(f"'{path}' is a picture of the package {project}, which is not installed: pip install {project}.")
    return Path(next(iter(found.submodule_search_locations))) / rest


def _photo_licence(path: str) -> tuple[str, str]:
    """(licence, credit) of a known photograph of a package; of others the user's licence, no credit."""
    name = path.removeprefix(_PREFIX)
    if not path.startswith(_PREFIX) or name not in table("photos"):
        return USER_LICENCE, ""
    terms, whose = table("photos")[name]
    return terms, f"Photograph '{PurePosixPath(name).stem}': {whose}, {terms}, from scikit-image"


def load_picture(path: str) -> Drawing | Photo | Cutout:
    """Load a picture's file as a subject: EXIF turns undone, as 8-bit sRGB. Raises BadValue when there is none that can be read."""
    from PIL import Image, ImageOps

    file = picture_file(path)
    if not file.is_file():
        raise BadValue(f"there is no picture '{path}'.")
    if file.suffix.lower() == ".svg":
        return _svg(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as image:
                image = _eight_bits(ImageOps.exif_transpose(image))
                has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
                rgba = np.asarray(image.convert("RGBA"), np.float32) / 255
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadValue(f"cannot read '{path}' as a picture: {error}.") from None
    if min(rgba.shape[:2]) < 16:
        raise BadValue(f"'{path}' has {rgba.shape[1]} x {rgba.shape[0]} pixels; 16 x 16 at least are needed.")
    if rgba[..., 3].mean() < MIN_MEAN_ALPHA:
        raise BadValue(f"'{path}' is all but transparent; nothing of it could be seen.")
    if has_alpha and rgba[..., 3].min() < 0.5:
        return Cutout(file.stem, np.concatenate([rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]], -1))
    return Photo(file.stem, np.ascontiguousarray(rgba[..., :3]), "photo", *_photo_licence(path))


def frame_count(path: str) -> int:
    """Count the frames of a GIF, WebP or PNG, or the pages of a TIFF; 1 for an SVG, a camera's JPEG with previews, and what cannot be read."""
    from PIL import Image

    file = picture_file(path)
    if file.suffix.lower() == ".svg":
        return 1
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning), Image.open(file) as image:
            return 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return 1


def _eight_bits(image: Any) -> Any:
    """A Pillow image of 16 bits, 32 bits or floats as one of 8 bits; others as they are."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        a = np.asarray(image, np.float64)
        top = 65535 if image.mode.startswith("I") else max(1.0, float(a.max()))
        return Image.fromarray(np.clip(a / top * 255, 0, 255).astype(np.uint8))
    return image


def _svg(file: Path) -> Drawing:
    try:
        text = _plain_root(_svg_safety.read_svg(file))
        drawing = Drawing(file.stem, "svg", USER_LICENCE, "", text)
        seen = drawing.rgba((64, 64))[..., 3].mean()
    except (OSError, ValueError, TypeError, RuntimeError, ArithmeticError, xml.ParseError) as error:
        raise BadValue(f"cannot read '{file}' as SVG: {error}.") from None
    if seen < MIN_MEAN_ALPHA:
        raise BadValue(f"'{file}' draws nothing, or hardly anything within its viewBox.")
    return drawing


def _plain_root(text: str) -> str:
    """The text with double quotes in its root. Raises ParseError for what is not XML, ValueError for what is not a drawing with a size."""
    root = _svg_safety.parse_safely(text)
    found = re.search(r"<svg\b[^>]*>", text)
    if not found or root.tag.rpartition("}")[2] != "svg":
        raise ValueError(f"its root is <{root.tag.rpartition('}')[2]}>, not <svg>")
    box = re.split(r"[\s,]+", root.get("viewBox", "0 0 100 100").strip())
    numbers = len(box) == 4 and all(re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", v, re.I) for v in box)
    if not numbers or not 1e-6 < min(map(float, box[2:])) <= max(map(float, box[2:])) < 1e7:
        raise ValueError(f"its viewBox '{root.get('viewBox')}' is not four numbers with a width and a height between 1e-6 and 1e7")
    if not len(root):
        raise ValueError("it draws nothing")
    return text[: found.start()] + re.sub(r"='([^'\"]*)'", r'="\1"', found[0]) + text[found.end() :]
