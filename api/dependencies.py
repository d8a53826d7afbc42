"""Whose request it is."""

from typing import Annotated

from fastapi import Depends, Request

from services.identity import owner_from_cookies


async def request_owner(request: Request) -> str | None:
    """The word of the browser that sent the request; None where it sent none."""
    return owner_from_cookies(request.cookies)


Owner = Annotated[str | None, Depends(request_owner)]
