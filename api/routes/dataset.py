"""Labelled readings as a data set to train on: `.npz` in MNIST's layout, or PNG files in a zip."""

import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain
from typing import IO

import cv2
import numpy as np
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from numpy.lib import format as npy

from api.routes.history import RequestedFilters
from api.routes.predict import Service
from api.routes.review import truths
from db import Filters, Store

router = APIRouter(prefix="/review", tags=["review"])

SIDE = 28  # pixels
_CHUNK = 2**18  # bytes
_IN_MEMORY = 2**22  # bytes of glyphs before they go to a file
Labelled = tuple[str, int, bytes, str]  # reading's id, place in it, 784 bytes, true digit


class _Outlet:
    """A file that cannot be read or sought: what was written is taken away piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to let go of."""

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


@router.get("/dataset.npz", response_class=StreamingResponse)
def npz(service: Service, fitting: RequestedFilters) -> StreamingResponse:
    """Labelled digits that fit, as arrays in MNIST's layout: all in the training part.

    `x_train` uint8 (n, 28, 28), `y_train` uint8 (n,); `x_test` and `y_test` are empty. A number
    counts where its label is as long as the reading; what is labelled as no digit is left out.
    """
    return _download(_npz_pieces(labelled_digits(service.store, fitting)), "inkling.npz")


@router.get("/dataset.zip", response_class=StreamingResponse)
def pictures(service: Service, fitting: RequestedFilters) -> StreamingResponse:
    """Labelled digits that fit, as PNG files, a folder a digit."""
    return _download(_png_pieces(labelled_digits(service.store, fitting)), "inkling.zip")


def labelled_digits(history: Store, filters: Filters) -> Iterator[Labelled]:
    """Every digit whose truth is known and 0-9, newest first."""
    for prediction in history.export(replace(filters, labelled=True)):
        truth = truths(prediction)
        for place, digit in enumerate(prediction.digits if truth else ()):
            if truth and truth[place].isdigit():
                yield str(prediction.id), place, digit.glyph, truth[place]


def _download(pieces: Iterator[bytes], name: str) -> StreamingResponse:
    first = next(pieces)  # a history that cannot answer is said before the answer has begun
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(chain([first], pieces), media_type="application/zip", headers=headers)


def _png_pieces(digits: Iterator[Labelled]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for id, place, glyph, truth in digits:
            pixels = np.frombuffer(glyph, np.uint8).reshape(SIDE, SIDE)
            archive.writestr(f"{truth}/{id}-{place}.png", cv2.imencode(".png", pixels)[1].tobytes())
            yield outlet.take()
    yield outlet.take()


def _npz_pieces(digits: Iterator[Labelled]) -> Iterator[bytes]:
    # An array begins with its length, so the glyphs wait in a file until they are counted.
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as glyphs:
        values = bytearray()
        for _id, _place, glyph, truth in digits:
            glyphs.write(glyph)
            values.append(int(truth))
        glyphs.seek(0)
        outlet = _Outlet()
        with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
            with closing(archive.open("x_train.npy", "w", force_zip64=True)) as x_train:
                _write_header(x_train, (len(values), SIDE, SIDE))
                while chunk := glyphs.read(_CHUNK):
                    x_train.write(chunk)
                    yield outlet.take()
            with closing(archive.open("y_train.npy", "w")) as y_train:
                _write_header(y_train, (len(values),))
                y_train.write(bytes(values))
            for name, shape in (("x_test", (0, SIDE, SIDE)), ("y_test", (0,))):
                with closing(archive.open(f"{name}.npy", "w")) as empty:
                    _write_header(empty, shape)
        yield outlet.take()


def _write_header(file: IO[bytes], shape: tuple[int, ...]) -> None:
    npy.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
