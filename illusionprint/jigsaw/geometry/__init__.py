"""The geometry of a board: cells of a tiling, edges with their profiles, ports, congruent pieces, and what an outline leaves of them."""
