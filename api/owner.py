"""Whose request it is."""

from typing import Annotated

from fastapi import Depends, Request

from owner import owner_in


async def owner_of(request: Request) -> str | None:
    """The word of the browser that sent the request; None where it sent none."""
    return owner_in(request.cookies)


Owner = Annotated[str | None, Depends(owner_of)]
