"""TOML in, checked dataclasses out: an unknown key is an error that names the nearest."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from .errors import BadValue, UnknownName

T = TypeVar("T")


def read(path: Path) -> dict[str, Any]:
    """Raises BadValue for a file that is missing, not text, or not TOML (with line and column)."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadValue(f"cannot read {path}: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise BadValue(f"cannot read {path}: it is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    except tomllib.TOMLDecodeError as error:
        raise BadValue(f"{path} is not valid TOML: {error}.") from None


TABLE = "table"  # metadata of a field that is a table of its own: the dataclass of that table


def build(cls: type[T], table: dict[str, Any], where: str) -> T:
    """Dataclass from a table. Raises UnknownName for a key that is no field, BadValue for a missing one or a wrong type."""
    fields = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    if unknown := [key for key in table if key not in fields]:
        raise UnknownName(f"key in {where}", unknown[0], fields)
    for name, f in fields.items():
        if name not in table and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise BadValue(f"{where} lacks '{name}'.")
    return cls(**{key: _value(fields[key], value, where) for key, value in table.items()})


def _value(field: dataclasses.Field, value: Any, where: str) -> Any:
    if TABLE in field.metadata:
        if not isinstance(value, dict):
            raise BadValue(f"{where}: {field.name} must be a table, [{field.name}]; {value!r} came.")
        return build(field.metadata[TABLE], value, f"{where}: [{field.name}]")
    _check(field, value, f"{where}: {field.name}")
    return tuple(value) if isinstance(value, list) else value


_KINDS: dict[str, tuple[Any, str]] = {
    "str": (str, "text"),
    "int": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "tuple": (list, "a list"),
    "dict": (dict, "a table"),
    "bool": (bool, "true or false"),
}


def _check(field: dataclasses.Field, value: Any, where: str) -> None:
    kind, words = _KINDS[str(field.type).split("[")[0].split(" ")[0]]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise BadValue(f"{where} must be {words}; {value!r} came.")
    if kind is list and not all(isinstance(v, str) for v in value):  # every list of a spec holds text
        raise BadValue(f"{where} must be a list of text; {value!r} came.")
