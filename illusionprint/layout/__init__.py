"""Sheets in mm."""
from .printing import choose, print_sheet
from .sheet import Box, Item, Picture, Role, Sheet, Stroke, Text

__all__ = ["Box", "Item", "Picture", "Role", "Sheet", "Stroke", "Text", "choose", "print_sheet"]
