"""Sheets to print, to cut and to read, in mm: imposition, guides, posters."""

from .assembly_guide import guide_sheets
from .duplex import duplex_sheets
from .imposition import choose_sheet, print_sheet
from .paper_layers import layer_pages, layer_sheets
from .placement import label_lists
from .poster import poster_sheet
from .sheet import Areas, Picture, Role, Sheet, Stroke, Text
from .viewing_guide import viewing_guide_sheet

__all__ = ["Areas", "Picture", "Role", "Sheet", "Stroke", "Text", "choose_sheet", "duplex_sheets", "guide_sheets", "label_lists"]
__all__ += ["layer_pages", "layer_sheets", "poster_sheet", "print_sheet", "viewing_guide_sheet"]
