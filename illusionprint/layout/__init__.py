"""Sheets in mm."""

from .distances import viewing_guide_sheet
from .duplex import duplex_sheets
from .guide import guide_sheets
from .labels import label_lists
from .layers import layer_pages, layer_sheets
from .poster import poster_sheet
from .printing import choose, print_sheet
from .sheet import Areas, Box, Item, Picture, Role, Sheet, Stroke, Text

__all__ = [
    "Areas",
    "Box",
    "Item",
    "Picture",
    "Role",
    "Sheet",
    "Stroke",
    "Text",
    "choose",
    "duplex_sheets",
    "guide_sheets",
    "label_lists",
    "layer_pages",
    "layer_sheets",
    "poster_sheet",
    "print_sheet",
    "viewing_guide_sheet",
]
