"""QR codes of this site's own addresses."""

import io
from typing import Annotated

import segno
from fastapi import Query, Response

# Only the browser knows the address under which the site is reached.
Address = Annotated[str, Query(max_length=400, pattern="^https?://")]


def qr_response(address: str) -> Response:
    """Return a QR code as SVG."""
    svg = io.BytesIO()
    qr = segno.make(address, error="m", micro=False)
    qr.save(svg, kind="svg", border=2, light="#fff", xmldecl=False, omitsize=True)
    return Response(svg.getvalue(), media_type="image/svg+xml")
