"""Photographs that installed packages ship: "package:skimage/data/coffee.png". None is copied; what is known of their licences stands here."""
from __future__ import annotations

import importlib.util
from pathlib import Path, PurePosixPath

from ..errors import BadValue, Missing

PREFIX = "package:"
USER_LICENCE = "the user's"  # of what came as a path
#: Import name -> what is installed.
_INSTALLED = {"skimage": "scikit-image", "sklearn": "scikit-learn"}
#: File -> (licence, whose), as the documentation of `skimage.data` has it.
_KNOWN = {"skimage/data/astronaut.png": ("public domain", "NASA"), "skimage/data/camera.png": ("CC0-1.0", "Lav Varshney"),
          "skimage/data/chelsea.png": ("CC0-1.0", "Stefan van der Walt"), "skimage/data/coffee.png": ("CC0-1.0", "Rachel Michetti"),
          "skimage/data/rocket.jpg": ("public domain", "SpaceX")}


def package_file(path: str) -> Path:
    """The file. Raises BadValue for no such form, Missing when the package is not installed; nothing is imported."""
    name, _, rest = path.removeprefix(PREFIX).partition("/")
    if not name.isidentifier() or not rest or ".." in PurePosixPath(rest).parts:
        raise BadValue(f"'{path}' is not package:NAME/PATH, as in 'package:skimage/data/coffee.png'.")
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise Missing(f"'{path}' is a picture of the package {_INSTALLED.get(name, name)}, which is not installed: pip install {_INSTALLED.get(name, name)}.")
    return Path(next(iter(found.submodule_search_locations))) / rest


def photo_licence(path: str) -> tuple[str, str]:
    """(licence, credit) of a known photograph of a package; of others the user's licence, no credit."""
    name = path.removeprefix(PREFIX)
    if not path.startswith(PREFIX) or name not in _KNOWN:
        return USER_LICENCE, ""
    terms, whose = _KNOWN[name]
    return terms, f"Photograph '{PurePosixPath(name).stem}': {whose}, {terms}, from scikit-image"
