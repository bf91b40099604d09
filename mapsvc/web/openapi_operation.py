"""One operation of the OpenAPI document, as the tables beside this file list them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. types: media type -> schema, "" for bytes. body: schema of the JSON body, "" = none.

    form: media type of a body that is no JSON.
    needs_revision: the request carries If-Match. problems: statuses besides those that every such operation has.
    """

    method: str
    path: str
    name: str
    summary: str
    types: dict[str, str]
    parameters: tuple[str, ...] = ()
    body: str = ""
    status: int = 200
    needs_revision: bool = False
    problems: tuple[int, ...] = ()
    file: bool = False
    form: str = ""
