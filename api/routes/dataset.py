"""GET /review/dataset: labelled digits to train on, as `.npz` in MNIST's layout or as PNG files."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO

import cv2
import numpy as np
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from numpy.lib import format as npy

from api.dependencies import REVIEWERS_ONLY, QueryFilters, Service
from services.labelled_glyphs import LabelledGlyph, labelled_glyphs

router = APIRouter(prefix="/review", tags=["review"], dependencies=REVIEWERS_ONLY)

SIDE = 28  # pixels
_CHUNK_BYTES = 2**18
_MEMORY_BYTES = 2**22  # limit per download; a larger one is built in a temporary file


@router.get("/dataset.npz", response_class=StreamingResponse)
def dataset_npz(service: Service, filters: QueryFilters) -> StreamingResponse:
    """Return matching labelled digits as arrays in MNIST's layout, all in the training part.

    `x_train` uint8 (n, 28, 28), `y_train` uint8 (n,); `x_test` and `y_test` are empty. A number
    is included if its label is as long as its text; symbols labelled `?` and labels by visitors are
    left out.
    """
    return _download(
        _build_npz(labelled_glyphs(service.store, service.settings, filters)), "inkling.npz"
    )


@router.get("/dataset.zip", response_class=StreamingResponse)
def dataset_zip(service: Service, filters: QueryFilters) -> StreamingResponse:
    """Return matching labelled digits as PNG files, one folder per digit."""
    return _download(
        _build_zip(labelled_glyphs(service.store, service.settings, filters)), "inkling.zip"
    )


def _download(file: IO[bytes], name: str) -> StreamingResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(file.seek(0, 2)),
    }
    return StreamingResponse(_chunks(file), media_type="application/zip", headers=headers)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _build_zip(digits: Iterator[LabelledGlyph]) -> IO[bytes]:
    file = _temporary_file()
    with zipfile.ZipFile(file, "w") as archive:
        for digit in digits:
            pixels = np.frombuffer(digit.glyph, np.uint8).reshape(SIDE, SIDE)
            png = cv2.imencode(".png", pixels)[1].tobytes()
            archive.writestr(f"{digit.value}/{digit.id}-{digit.index}.png", png)
    return file


def _build_npz(digits: Iterator[LabelledGlyph]) -> IO[bytes]:
    file = _temporary_file()
    # An array starts with its length, so the glyphs are collected in a separate file first.
    with _temporary_file() as glyphs, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        values = bytearray()
        for digit in digits:
            glyphs.write(digit.glyph)
            values.append(digit.value)
        glyphs.seek(0)
        with archive.open("x_train.npy", "w", force_zip64=True) as x_train:
            _write_header(x_train, (len(values), SIDE, SIDE))
            shutil.copyfileobj(glyphs, x_train, _CHUNK_BYTES)
        with archive.open("y_train.npy", "w") as y_train:
            _write_header(y_train, (len(values),))
            y_train.write(bytes(values))
        for name, shape in (("x_test", (0, SIDE, SIDE)), ("y_test", (0,))):
            with archive.open(f"{name}.npy", "w") as empty:
                _write_header(empty, shape)
    return file


def _temporary_file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_MEMORY_BYTES)


def _write_header(file: IO[bytes], shape: tuple[int, ...]) -> None:
    npy.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
