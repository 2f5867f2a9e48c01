from ._base import Array, View


class Negate(View):
    """The negative.

    seen = -x on pictures in [-1, 1]; in [0, 1] that is 1 - x, see `blend`.
    """

    def __call__(self, x: Array) -> Array:
        return -x

    def inverse(self, x: Array) -> Array:
        return -x
