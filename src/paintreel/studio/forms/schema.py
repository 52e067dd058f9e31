"""The options of a verb as JSON Schema, for programs."""

from __future__ import annotations

from typing import Any

from paintreel.studio.forms.fields import FormField, fields_of

__all__ = ["files_schema", "options_schema"]

_TYPES = {"truth": "boolean", "made": "boolean", "whole": "integer", "number": "number"}


def options_schema(verb: str) -> dict[str, Any]:
    """What `options` of a job may hold."""
    rows = {f.name: _row(f) for f in fields_of(verb) if _is_answered_by_text(f)}
    needed = [f.name for f in fields_of(verb) if f.required and not f.is_file]
    schema: dict[str, Any] = {"type": "object", "properties": rows, "additionalProperties": False}
    return schema | ({"required": needed} if needed else {})


def files_schema(verb: str) -> dict[str, Any]:
    """Which options are given files: {name: help, many, required}."""
    return {
        f.name: {"help": f.help, "many": f.many, "required": f.required}
        for f in fields_of(verb)
        if f.is_file
    }


def _is_answered_by_text(field: FormField) -> bool:
    return not field.is_file or field.kind == "model" or field.also_text or field.also_made


def _row(field: FormField) -> dict[str, Any]:
    row: dict[str, Any] = {"description": field.help}
    if field.kind == "texts":
        return row | {"type": "array", "items": {"type": "string"}}
    row["type"] = "boolean" if field.also_made else _TYPES.get(field.kind, "string")
    if field.kind == "size":
        row["pattern"] = r"^\d+x\d+$"
    if field.choices:
        row["enum"] = list(field.choices)
    if field.kind in ("whole", "number"):
        if field.low is not None:
            row["minimum"] = field.low
        if field.high is not None:
            row["exclusiveMaximum" if field.below else "maximum"] = field.high
    if field.default not in (None, ""):
        row["default"] = field.default
    return row
