"""Tilings, one file each: a function of the file's name returns the `Cells` of so many rows and columns."""
