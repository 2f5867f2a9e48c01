"""Boards in pixels: which piece owns each, and the permutation of pixels that an assembly is."""
