"""What a user asks for: a puzzle made whole, only its picture, a finished result worked over, scored or advised on, partners of a subject."""

from .advice import advice
from .contact_sheet import contact_sheet
from .making import draw, make
from .partners import best_pairs, sheet, suggest
from .rework import findings, relayout, reprove

__all__ = ["advice", "best_pairs", "contact_sheet", "draw", "findings", "make", "relayout", "reprove", "sheet", "suggest"]
