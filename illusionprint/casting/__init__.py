"""Casting: which drawing, pose, colour and ground of two subjects conflict least under a view.

Conflict at a place is what the best weighted compromise of both pictures leaves over, w_a w_b / (w_a + w_b) |a - b|^2; of a
pair it is the sum over the contrast energy of the subjects against their own grounds, so that hiding a subject does not pay.
"""
from ._saliency import ground_weight, importance, composite_over, rotate_hue
from ._ground import parse_ground
from ._penalty import DEFAULT_NATURAL
from ._part import SEEDS_PER_SEARCH, Balance, Casting, Part
from .board import cast_board
from .card import cast_card
from .rigid import cast_rigid

