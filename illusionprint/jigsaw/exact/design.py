"""Keyed boards: connectors chosen so that the pieces go together in exactly as many ways as there are pictures.

The arrangement that fits the pictures is moved a little until the sides fall into many orbits (`anneal`), every orbit gets a profile of its
own or shares one (`keys`), the independent solver counts the ways, and what it finds too many is mended (`repair`) until the count is right.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ... import plugins
from ...errors import BadValue
from ..assemblies.arrangement import Arrangement
from ..assemblies.orbits import orbits_of
from ..geometry.board import Board
from ..geometry.congruence import canonical
from ..geometry.profiles import APART_MM, catalogue, profiles
from .anneal import anneal, cool
from .keys import Keys
from .repair import Closed, distinguished, repaired
from .solve import Places, places

MOST_STEPS = 40_000_000  # of the solver in all: about a minute,
STEPS = 10_000  # and times the pieces for one board
RIMMED = 5.0  # wanted orbits over the square root of the pieces where the border has connectors, see `orbit_state.RIMMED`
KEPT = 0.04  # share of the neighbour pairs of picture 1 that may stay together
Progress = Callable[[int, int, str], None] | None
Found = tuple[float, float, Closed]  # (price, by which share the pictures conflict more, the board)


def keyed(
    fitted: Arrangement, cost: np.ndarray, seed: int = 0, apart_mm: float = APART_MM, kept: float = KEPT, turned: float | None = None, progress: Progress = None
) -> Arrangement:
    """The open board `fitted` with connectors, and `figures`; cost as `assignment.costs` gives it, (turns, n, n).

    kept: share of the neighbour pairs that may stay together; turned: share of the inner pieces that should be turned, None as suits the pictures.
    Of several exact boards the one that costs the pictures least. Where none is found but some search did not end, that board comes with
    exact = false. Raises BadValue where all boards tried close in other ways too, and says what would do.
    """
    board = fitted.board
    family, _ = profiles(board.tabs, 2 * math.isqrt(4 * board.count) + 8, board.knob_mm, apart_mm)
    form, rng, tell = places(board), np.random.default_rng(seed), progress or (lambda done, total, stage: None)
    tries, good, factor, each = _plan(board.count)
    found: list[Found] = []
    left = MOST_STEPS
    for _ in range(tries):
        tell(len([f for f in found if f[2].exact]), good, "choosing connectors")
        found.append(_attempt(fitted, form, cost, (factor, each), len(family), (kept, turned), rng, min(left, STEPS * board.count)))
        left -= found[-1][2].solved.steps
        if left <= 0 or sum(f[2].exact for f in found) >= good:
            break
    return _best(board, found, len(family), apart_mm)


def _plan(pieces: int) -> tuple[int, int, float, int]:
    """(how many boards are tried, how many exact ones are enough, wanted orbits over the square root of the pieces, proposals a piece)."""
    return (20, 8, 1.7, 300) if pieces <= 30 else (12, 6, 1.7, 300) if pieces <= 120 else (8, 4, 1.7, 120) if pieces <= 400 else (4, 1, 4.0, 120)


def _attempt(
    fitted: Arrangement,
    form: Places,
    cost: np.ndarray,
    plan: tuple[float, int],
    most: int,
    asked: tuple[float, float | None],
    rng: np.random.Generator,
    steps: int,
) -> Found:
    board, (factor, each) = fitted.board, plan
    factor = factor if len(board.rimmed) == board.count else RIMMED
    wanted = min(factor * math.sqrt(board.count) * (4 * board.next_side / board.turns) ** 2, board.count)  # the fewer sides, the more must each one tell
    state = anneal(board, cost, fitted.slots[1], fitted.turns[1], wanted, asked[0], each * board.count, rng, asked[1])
    if distinguished(state, rng) and board.count > 30:
        cool(state, each * board.count // 6, rng, 0.0)  # what telling alike pieces apart has joined falls into orbits again
    closed = repaired(state, form, most, steps, rng)
    return state.total() + state.together(), state.total(), closed


def _best(board: Board, found: list[Found], profiles_found: int, apart_mm: float) -> Arrangement:
    """The exact board of least price, else one whose count did not end."""
    exact = [f for f in found if f[2].exact] or [f for f in found if not f[2].solved.finished and f[2].solved.ways <= len(f[2].slots)]
    if not exact:
        raise BadValue(_advice(board, profiles_found, apart_mm))
    _, rise, closed = min(exact, key=lambda f: f[0])
    made = Arrangement(board.keyed(closed.sides), closed.slots, closed.turns)
    return replace(made, figures=figures(made, closed.exact) | {"conflict_rise": round(rise, 3)})


def connected(board: Board, slots: np.ndarray, turns: np.ndarray, most: int, rng: np.random.Generator) -> Arrangement:
    """A board with up to `most` profiles on the orbits of its assemblies, int (k, n). Raises BadValue where some side would be tab and blank."""
    orbit, sign = orbits_of(board, slots, turns)
    if (sign[orbit >= 0] == 0).any():
        raise BadValue("these assemblies cannot have tabs and blanks: some side would have to be both.")
    sides = Keys(((orbit + 1) * sign).reshape(board.rimmed.shape)[: board.count], most, rng, board.steps, board.next_side).sides()
    return Arrangement(board.keyed(sides), slots, turns)


def figures(made: Arrangement, exact: bool) -> dict[str, Any]:
    """What arrangement.json says of a keyed board; `keyed` adds conflict_rise, by how much the pictures conflict more than without connectors.

    turned: share of the pieces that are turned in each later picture. difficulty: `held`, how many pieces are held against a place until the right one is found, if nobody looks at the picture: half of those
    left of its class, each at every turn; `fit`, how many sides fit a side on average.
    """
    board = made.board
    used = board.key_table[board.key_table != 0]
    orbit, _ = orbits_of(board, made.slots, made.turns)
    _, signed = np.unique(used, return_counts=True)
    return {
        "counted": made.assemblies,
        "exact": exact,
        "orbits": int(orbit.max()) + 1,
        "profiles": len(np.unique(np.abs(used))),
        "profile_distance_mm": round(_distance(board), 2),
        "distinct_pieces": _distinct(board),
        "kept_neighbours": [round(made.kept_neighbours(k), 4) for k in range(1, made.assemblies)],
        "turned": [round(float((t % board.turns != 0).mean()), 4) for t in made.turns[1:]],
        "difficulty": {"held": held(board), "fit": round(float((signed**2).sum() / signed.sum()), 2)},
    }


def _distinct(board: Board) -> int:
    """How many kinds of pieces there are, up to turns."""
    beyond = board.key_table[:, board.turns :]
    return len(np.unique(np.concatenate([canonical(board.words, board.steps), beyond], 1), axis=0))


def _distance(board: Board) -> float:
    return catalogue(board.tabs, max(map(abs, board.keys)))[1][-1] * board.knob_mm


def held(board: Board) -> int:
    """Sum over places of (m t + 1) / 2, m the pieces of the shape (corner, border, inner) still there and t the turns at which they fit."""
    form = board.open
    turns = form.fits[:, np.arange(form.count), np.arange(form.count)].sum(0)
    many = [(len(ids), int(turns[ids[0]])) for ids in form.members]
    return round(sum(m * t / 2 + 0.5 for most, t in many for m in range(1, most + 1)))


def _advice(board: Board, profiles_found: int, apart_mm: float) -> str:
    others = [t for t in plugins.names("jigsaw.tabs") if t != board.tabs]
    return (
        f"{board.rows}x{board.cols} pieces of {board.knob_mm:.1f} mm with the {profiles_found} '{board.tabs}' profiles that are {apart_mm:g} mm apart always closed in other "
        f"ways too. Take larger pieces, more of them, another seed, another family of tabs ({', '.join(others)}), or --solutions free."
    )
