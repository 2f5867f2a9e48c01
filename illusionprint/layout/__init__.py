"""Sheets in mm."""
from .guide import guide_sheets
from .printing import choose, print_sheet
from .sheet import Box, Item, Picture, Role, Sheet, Stroke, Text

__all__ = ["Box", "Item", "Picture", "Role", "Sheet", "Stroke", "Text", "choose", "guide_sheets", "print_sheet"]
