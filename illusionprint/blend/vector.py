"""A drawn anagram as vectors: the same regions as in `regions`, from the drawings' outlines and the pieces' instead of pixels.

1. each posed drawing's outlines cut the sheet into faces of one colour (`paint_at` at a point inside each face tells it);
2. the faces of picture 1, of the others moved back piece by piece, and the pieces are laid over each other: one planar partition;
3. faces of the same colours in one piece that touch are a region; its colour is sum_k share_k c_k;
4. slivers join a neighbour, neighbours of one colour in one piece are merged;
5. an SVG in mm: the regions exactly, and under them the same with strokes of their own colour (trapping).
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import shapely

from ..casting import Casting, Part, composite_over
from ..jigsaw import Arrangement, Board
from ..path import rectangle
from ..views import PermutationView, View, apply_view
from ..vocabulary import Drawing
from ..vocabulary._svg_outlines import Group, Shape, Unsupported, map_rings, paint_at, rings, svg_outlines
from . import _partition
from ._svg import TRAP_MM, Regions, Size, svg
from .composite import as_views, colours_in_first, shown_sizes, weights_in_first
from .regions import mix_colours, weight_by_balance

Arrays = Sequence[np.ndarray]
FLAT_MM = 0.01
STEP_MM = 1.0  # longest line between vertices that a bend moves one by one
SLIVER_MM2, SLIVER_MM = 0.02, 0.04  # regions of less area, or thinner (2 area / perimeter), join a neighbour
OVERLAP_MM = 0.004  # lines that a turn by 60 degrees brings back end beyond the piece by so much, or rounding would leave them short of it
WORK_PX = 1000  # longer side of the raster that regions' importance is measured on

__all__ = ["TRAP_MM", "Faces", "Regions", "Unsupported", "picture_faces", "svg", "vector_blend"]


@dataclass(frozen=True, eq=False)
class Faces:
    """Polygons that tile a picture, the number of the colour of each, colours float (n, 3), lines (m, 2, 2) where colours meet."""

    polygons: np.ndarray
    label: np.ndarray
    colours: np.ndarray
    lines: np.ndarray


def vector_blend(casting: Casting, view: View | Sequence[View], size_mm: Size) -> Regions:
    """Compute the regions of a drawn anagram at its size (width, height); view: of each picture after the first.
    Raises Unsupported when a drawing has no flat outlines.
    """
    try:
        return _vector(casting, as_views(view), (round(size_mm[0], 3), round(size_mm[1], 3)))
    except shapely.errors.GEOSException as error:
        raise Unsupported(f"its outlines cannot be laid over each other: {error}") from None


@functools.lru_cache(maxsize=2)
def _vector(casting: Casting, views: tuple[View, ...], size_mm: Size) -> Regions:
    first, *others = (picture_faces(p, size) for p, size in zip(casting.parts, shown_sizes(views, size_mm)))
    rims = piece_outlines(casting.arrangement, size_mm)[1]
    border = board_border(casting.arrangement)
    slack = 0.0 if border is None else OVERLAP_MM
    there = [piece_transforms(v, casting.arrangement, size_mm) for v in views]
    back = [line for f, m in zip(others, there) for o, move in zip(rims, m) for line in _moved_back(f.lines, o, move, slack)]
    polygons = _partition.faces([_closed(r) for r in rims] + list(first.lines) + back)
    inside = shapely.get_coordinates(shapely.point_on_surface(polygons))
    if border is not None:  # what lies beside the board
        within = shapely.contains_xy(border, *inside.T)
        polygons, inside = polygons[within], inside[within]
    piece = _partition.containing(np.array([shapely.Polygon(r) for r in rims]), inside)
    at = [inside, *((m[piece][:, :, :2] @ inside[..., None])[..., 0] + m[piece][:, :, 2] for m in there)]
    labels = [f.label[_partition.containing(f.polygons, p)] for f, p in zip((first, *others), at)]
    colours = [first.colours, *(colours_in_first(v, f.colours) for v, f in zip(views, others))]
    return _regions(casting, views, colours, polygons, (piece, *labels), size_mm)


@functools.lru_cache(maxsize=8)
def picture_faces(part: Part, size_mm: Size) -> Faces:
    """One cast picture on its ground, as faces of flat colours."""
    if not isinstance(part.drawing, Drawing):
        raise Unsupported(f"'{part.drawing.subject}' is made of pixels")
    w, h = size_mm
    frame = rectangle(0, 0, w, h).flatten()
    node: Shape | Group = svg_outlines(part.drawing, part.pose, size_mm, FLAT_MM)
    if part.displacement is not None:  # beyond its frame a bent picture is ground
        node = _warped(Group((node,), clip=(Shape((frame,)),)), part.displacement, size_mm)
    lines = [_closed(r) for r in rings(node) if len(r) > 1]
    m, middle = min(size_mm), np.array(size_mm) / 2
    lines += [line * m + middle for line in (part.backdrop.lines(w / m, h / m) if part.backdrop else ())]
    polygons = _partition.faces([_closed(frame), *lines])
    inside = shapely.get_coordinates(shapely.point_on_surface(polygons))
    within = ((inside > 0) & (inside < (w, h))).all(1)
    polygons, inside = polygons[within], inside[within]
    rgba = np.rint(paint_at(node, inside) * 1e6) / 1e6
    if part.backdrop:
        grounds = part.backdrop.palette(part.ground)[part.backdrop.steps((inside[:, 0] - middle[0]) / m, (inside[:, 1] - middle[1]) / m, h / m)]
    else:
        grounds = np.broadcast_to(np.asarray(part.ground, np.float32), (len(rgba), 3))
    found, label = np.unique(np.concatenate([rgba, np.where(rgba[:, 3:] < 0.999, grounds, 0)], 1), axis=0, return_inverse=True)
    colours = np.clip(composite_over(part.coloured(found[:, :4].astype(np.float32)), found[:, 4:]), 0, 1)
    label = label.ravel()
    shared = _partition.edges(polygons)
    meet = (shared.faces[:, 1] >= 0) & (label[shared.faces[:, 0]] != label[shared.faces[:, 1]])
    return Faces(polygons, label, colours, shared.ends[meet])


def _closed(ring: np.ndarray) -> np.ndarray:
    return np.concatenate([ring, ring[:1]])


def _warped(node: Group, bend: np.ndarray, size_mm: Size) -> Group:
    """Displace a tree: what the drawing has at q stands at p with p + u(p) = q, solved by half steps of p = q - u(p).
    Raises Unsupported where that does not settle within 5 um: the field folds.
    """
    size = np.array(size_mm)

    def move(ring: np.ndarray) -> np.ndarray:
        q = _dense(ring) / size
        p, step = q, 1.0
        for _ in range(60):
            new = 0.5 * p + 0.5 * (q - displacement_at(bend, p))
            p, step = new, np.abs((new - p) * size).max()
            if step < 0.0005:
                break
        if step > 0.005:
            raise Unsupported("its bend folds over itself")
        return p * size

    return map_rings(node, move)


def _dense(ring: np.ndarray) -> np.ndarray:
    """The closed ring with no side longer than STEP_MM."""
    ends = np.roll(ring, -1, 0)
    n = np.maximum(1, np.ceil(np.hypot(*(ends - ring).T) / STEP_MM)).astype(int)
    at = np.repeat(np.arange(len(ring)), n)
    t = (np.arange(len(at)) - np.repeat(np.cumsum(n) - n, n)) / n[at]
    return ring[at] + t[:, None] * (ends - ring)[at]


def displacement_at(bend: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Displacement u (n, 2) at points of the unit square by cubic convolution, a = -0.75, as cv2.resize does for Part.field.
    Keys, Cubic convolution interpolation for digital image processing (1981); control point i stands at (i + 1/2) / g.
    """
    wx, wy = _cubic_weights(p[:, 0], bend.shape[1]), _cubic_weights(p[:, 1], bend.shape[0])
    return np.einsum("ni,nj,ijk->nk", wy, wx, bend.astype(float))


def _cubic_weights(x: np.ndarray, g: int, a: float = -0.75) -> np.ndarray:
    """float64 (n, g); places beyond the grid count for its last control point."""
    x = np.clip(x, 0, 1) * g - 0.5
    low = np.floor(x).astype(int)
    out = np.zeros((len(x), g))
    for k in range(-1, 3):
        d = np.abs(x - (low + k))
        near, far = ((a + 2) * d - (a + 3)) * d * d + 1, ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
        np.add.at(out, (np.arange(len(x)), np.clip(low + k, 0, g - 1)), np.where(d <= 1, near, far))
    return out


def piece_outlines(arrangement: Arrangement | None, size_mm: Size) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """(names, outlines (k, 2) in assembly 1) of a board's pieces, or of the whole sheet."""
    if arrangement is None:
        return ("r1c1",), [_open(rectangle(0, 0, *size_mm).flatten())]
    return _outlines(arrangement.board)


@functools.lru_cache(maxsize=2)
def _outlines(cut: Board) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """Those of a board's pieces: asked for by the blend, by its finish and for its pixels."""
    return tuple(cut.piece(i).id for i in range(cut.count)), [_open(cut.outline(i).flatten(FLAT_MM)) for i in range(cut.count)]


def board_border(arrangement: Arrangement | None) -> shapely.Polygon | None:
    """The outline of a board that may not fill its sheet."""
    return shapely.Polygon(arrangement.board.border().flatten(FLAT_MM)) if arrangement is not None and not arrangement.board.on_grid else None


def piece_transforms(view: View, arrangement: Arrangement | None, size_mm: Size) -> np.ndarray:
    """float64 (n, 2, 3): how each piece moves from assembly 1. Raises Unsupported for a view that is no motion of pieces."""
    if arrangement is not None and view.needs_board:
        return np.array([arrangement.moves(i)[view.assembly] for i in range(arrangement.board.count)]).reshape(-1, 3, 2).swapaxes(1, 2)
    if isinstance(view, PermutationView) and not _is_motion(view):
        raise Unsupported("the view moves more than whole pieces")
    return np.array(view.motion(size_mm), float).reshape(3, 2).T[None].repeat(arrangement.board.count if arrangement else 1, 0)


def _open(ring: np.ndarray) -> np.ndarray:
    return ring[:-1] if np.allclose(ring[0], ring[-1], atol=1e-9) else ring


def _is_motion(view: PermutationView, h: int = 5, w: int = 7) -> bool:
    """Whether the view moves pixel centres as `motion` says."""
    y, x = np.mgrid[:h, :w] + 0.5
    a, b, c, d, e, f = view.motion((w, h))
    shown = apply_view(view, np.stack([x, y], -1))
    yy, xx = np.mgrid[: shown.shape[0], : shown.shape[1]] + 0.5
    sx, sy = shown[..., 0], shown[..., 1]
    return bool(np.allclose(a * sx + c * sy + e, xx) and np.allclose(b * sx + d * sy + f, yy))


def _moved_back(lines: np.ndarray, outline: np.ndarray, move: np.ndarray, slack: float) -> list[np.ndarray]:
    """Lines (m, 2, 2) of picture 2 that lie in a piece, or up to `slack` mm beside it, as they stand in assembly 1."""
    turn, shift = move[:, :2], move[:, 2]
    slot = outline @ turn.T + shift
    near = ((lines.max(1) >= slot.min(0)) & (lines.min(1) <= slot.max(0))).all(1)
    if not near.any():
        return []
    within = shapely.Polygon(slot).buffer(slack) if slack else shapely.Polygon(slot)
    clipped = shapely.intersection(shapely.multilinestrings(shapely.linestrings(lines[near])), within)
    parts = [p for p in shapely.get_parts(clipped) if p.geom_type == "LineString" and not p.is_empty]
    return [(shapely.get_coordinates(p) - shift) @ turn for p in parts]


def _regions(casting: Casting, views: Sequence[View], colours: Arrays, polygons: np.ndarray, keys: Arrays, size_mm: Size) -> Regions:
    """keys: the piece of each face, and the number of its colour in every picture."""
    shared = _partition.edges(polygons)
    first, second = shared.faces[shared.faces[:, 1] >= 0].T
    alike = np.all([k[first] == k[second] for k in keys], 0)
    group = _partition.connected_groups(len(polygons), np.stack([first, second], 1)[alike])
    any_face = np.unique(group, return_index=True)[1]
    piece, *labels = (k[any_face] for k in keys)
    weights = _importance(casting, views, _partition.merged(polygons, group), size_mm)
    colour = np.rint(255 * mix_colours(weight_by_balance(weights, casting.balance), [c[at] for c, at in zip(colours, labels)])).astype(np.uint8)
    colour = colour[_without_slivers(polygons, shared, group, piece, colour)]
    key = np.concatenate([keys[0][:, None], colour[group]], 1)
    found, at = np.unique(key, axis=0, return_inverse=True)
    areas = _partition.merged(polygons, at.ravel())
    names, border = piece_outlines(casting.arrangement, size_mm)[0], board_border(casting.arrangement)
    return Regions(areas, found[:, 1:].astype(np.uint8), found[:, 0], names, size_mm, border)


def _importance(casting: Casting, views: Sequence[View], areas: np.ndarray, size_mm: Size) -> list[np.ndarray]:
    """Mean importance of each picture over each region, counted on a raster as `blend` does; at a point inside where no pixel falls."""
    px = WORK_PX / max(size_mm)
    size = round(size_mm[1] * px), round(size_mm[0] * px)
    if casting.arrangement is not None:
        cut = casting.arrangement.board
        s = round(cut.cell_mm * px)
        size, px = cut.size_px(s), s / cut.cell_mm
    number = label_raster(areas, size, px)
    pixels = np.bincount(number.ravel(), minlength=len(areas) + 1)[1:]
    inside = shapely.get_coordinates(shapely.point_on_surface(areas))
    x, y = (np.clip((inside[:, k] * px).astype(int), 0, size[1 - k] - 1) for k in (0, 1))
    totals = [(w, np.bincount(number.ravel(), w.ravel(), len(areas) + 1)[1:]) for w in weights_in_first(casting, views, size)]
    return [np.where(pixels > 0, total / np.maximum(pixels, 1), w[y, x]) for w, total in totals]


def label_raster(areas: np.ndarray, size: tuple[int, int], px: float) -> np.ndarray:
    """int32 (h, w): 1 + the number of the region of each pixel, small regions painted last."""
    out = np.zeros(size, np.int32)
    for n in np.argsort(-shapely.area(areas), kind="stable"):
        loops = [np.rint((shapely.get_coordinates(r) * px - 0.5) * 256).astype(np.int32) for r in shapely.get_rings(shapely.get_parts(areas[n]))]
        cv2.fillPoly(out, loops, int(n) + 1, lineType=cv2.LINE_8, shift=8)
    return out


def _without_slivers(polygons: np.ndarray, shared: _partition.Edges, group: np.ndarray, piece: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """int (n,): the region whose colour each takes. A sliver looks to its larger neighbour in the piece of greatest length / (0.1 + colour step)."""
    count = len(piece)
    area = np.bincount(group, shapely.area(polygons), count)
    pairs, length = _partition.adjacency(shared, group)
    edge = np.bincount(group[shared.faces[shared.faces[:, 1] < 0][:, 0]], shared.lengths[shared.faces[:, 1] < 0], count)
    edge += np.bincount(pairs[:, 0], length, count)
    sliver = (area < SLIVER_MM2) | (2 * area / np.maximum(edge, 1e-9) < SLIVER_MM)
    i, j = pairs.T
    step = np.abs(colour[i].astype(float) - colour[j]).max(1) / 255
    score = np.where(sliver[i] & (piece[i] == piece[j]) & ((area[j] > area[i]) | ((area[j] == area[i]) & (j > i))), length / (0.1 + step), 0)
    goal = np.arange(count)
    for k in np.argsort(score, kind="stable"):
        if score[k] > 0:
            goal[i[k]] = j[k]
    for _ in range(count):
        further = goal[goal]
        if (further == goal).all():
            break
        goal = further
    return goal
