"""Sheets in mm."""
from .sheet import Box, Picture, Role, Sheet, Stroke, Text

__all__ = ["Box", "Picture", "Role", "Sheet", "Stroke", "Text"]
