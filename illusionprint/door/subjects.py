"""The subjects that prompts name."""

from ..spec import ModelSpec, PictureSpec
from ..stages.segmentation import Subjects, find, segmented
from ..vocabulary import check_licences


def subjects_of(look: PictureSpec, way: str, model: ModelSpec | None, all_whole: bool) -> Subjects:
    """The subjects of pictures, none where a model paints words of its own; way, all_whole: see `segmented`. Raises what the vocabulary raises."""
    check_licences(look.styles, look.licence)
    if model and not model.polish:
        return Subjects(find(look.prompts, look.styles, look.licence) if model.draws else [])
    return segmented(find(look.prompts, look.styles, look.licence), way, all_whole)
