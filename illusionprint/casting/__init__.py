"""Casting: which drawing, pose, colour and ground of two subjects conflict least under a view.

Conflict at a place is what the best weighted compromise of both pictures leaves over, w_a w_b / (w_a + w_b) |a - b|^2; of a
pair it is the sum over the contrast energy of the subjects against their own grounds, so that hiding a subject does not pay.
"""

from ._ground import parse_ground
from ._part import SEEDS_PER_SEARCH, Balance, Casting, Part
from ._penalty import DEFAULT_NATURAL
from ._saliency import composite_over, ground_weight, importance, rotate_hue
from .board import cast_board
from .card import cast_card
from .rigid import cast_rigid

__all__ = ["Balance", "cast_board", "cast_card", "cast_rigid", "Casting", "composite_over", "DEFAULT_NATURAL", "ground_weight", "importance"]
__all__ += ["parse_ground", "Part", "rotate_hue", "SEEDS_PER_SEARCH"]
