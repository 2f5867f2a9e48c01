"""The two faces of a board that is printed on both sides, each a plan of its own as it is seen from the front."""

from dataclasses import replace

from ..blend.photos import Crop
from .boards import front
from .plan import Plan


def mirrored_crop(crop: Crop) -> Crop:
    """A mirrored photograph's crop as one of the photograph that is seen from behind, and back: turned and shifted the other way."""
    return replace(crop, x=0.0 - crop.x, turn=-crop.turn % 4)


def faces_of(plan: Plan) -> tuple[Plan, Plan]:
    """(front, back) of a plan of two sides. A picture that is alone on its face stands there twice; subjects of the back are mirrored."""
    shown, back = len(front(plan.recipe)), len(plan.prompts)
    first, second = _face(plan, range(shown)), _face(plan, range(shown, back), behind=True)
    return first, replace(second, subjects=second.subjects.mirrored)


def _face(plan: Plan, numbers: range, behind: bool = False) -> Plan:
    """The plan of some of the pictures, with the crops and the parts to keep whole that are theirs."""
    wishes, times = plan.wishes, 2 if len(numbers) == 1 else 1
    own = plan.prompts[numbers.start : numbers.stop]
    whole = [f"{k - numbers.start + 1}={text.partition('=')[2]}" for k in numbers for text in wishes.whole if text.partition("=")[0].strip() == str(k + 1)]
    crops = tuple(mirrored_crop(Crop.of(c)).text if behind else c for c in wishes.crops[numbers.start : numbers.stop])
    return plan.of(own * times, whole=tuple(whole), crops=crops * times)
