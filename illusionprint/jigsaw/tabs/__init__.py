"""Tab families, one file each: a function of the file's name returns the tab side of a cell of side 1.

float array (n, 4, 2): cubics from (0, 0) to (1, 0), bulging to negative y, symmetric about x = 1/2 or not. Its parameters are dials, each from
-1 to 1 and by default 0, that yield the family's other profiles: see `profiles`.
"""
