"""From a PuzzleSpec to a result folder: the stages in their order, each of which meets the next in files."""
from .again import findings, relayout, reprove
from .contact import contact_sheet
from .hybrids import hybrid
from .make import draw, make
from .notes import notes
from .partners import best_pairs, sheet, suggest
from .posters import poster
from .result import Result, name_of

__all__ = ["Result", "best_pairs", "contact_sheet", "draw", "findings", "hybrid", "make", "name_of", "notes", "poster", "relayout", "reprove", "sheet", "suggest"]
