"""Boards that go together in exactly as many ways as there are pictures: the solver that counts the ways, and the designers."""
