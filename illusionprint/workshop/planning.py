"""Which product makes a puzzle, and its plan."""

from types import ModuleType

from .. import products
from ..door import Plan, plan_of
from ..spec import PuzzleSpec


def planned(spec: PuzzleSpec) -> tuple[ModuleType, Plan]:
    """(the product, its plan) of a puzzle. Raises what the door raises."""
    if own := products.own_kinds().get(spec.kind):
        product = products.load(own)
        return product, product.plan(spec)
    plan = plan_of(spec)
    return next(found for found in map(products.load, products.names()) if hasattr(found, "takes") and found.takes(plan)), plan
