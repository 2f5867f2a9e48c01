"""The door: a spec becomes a plan, once; everything that can be wrong is found here, before any work. Below it no function takes a spec."""

from .boards import board_of
from .plan import Plan
from .planning import laid_out, plan_of, sheet_plan

__all__ = ["Plan", "board_of", "laid_out", "plan_of", "sheet_plan"]
