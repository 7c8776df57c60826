"""A user's own pictures: a folder with a folder for each class."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stability.datasets.dataset import Dataset
from stability.datasets.input_range import InputRange
from stability.datasets.own.arrays import from_arrays
from stability.datasets.own.columns import Columns, refuse_columns
from stability.errors import DataError, told

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm", ".webp")
"""How the names of pictures end; other files are passed over."""
GREY, COLOUR = "L", "RGB"
ALLOWED = "a folder with a folder for each class, and the pictures of the class in it"


def read_image_folder(
    path: Path | str,
    columns: Columns | None = None,
    *,
    range: InputRange | tuple[ArrayLike, ArrayLike] | None = None,
    dtype: str = "float64",
) -> Dataset:
    """A data set of pictures of one size: FOLDER/CLASS/picture.png.

    Classes are the folders, examples the pictures in the order of their names; their row names are
    CLASS/picture.png. Grey pictures have shape (height, width), others (3, height, width); bytes
    are divided by 255, and their range is that of the format. `range` is declared in the units of
    the bytes.

    Raises DataError for a folder that is missing or holds no such folders, for a picture that is
    damaged, has another size than the first or transparent parts, for grey and coloured pictures
    side by side.

    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, level in (("day", 255), ("night", 51)):
    ...         Path(folder, name).mkdir()
    ...         Image.new("L", (4, 2), level).save(f"{folder}/{name}/1.png")
    ...     data = read_image_folder(folder)
    >>> data.shape, data.classes, float(data.inputs[1, 0]), data.row_names.tolist()
    ((2, 4), ('day', 'night'), 0.2, ['day/1.png', 'night/1.png'])
    """
    folder = Path(path)
    refuse_columns(Columns() if columns is None else columns, (), str(folder), "pictures")
    try:
        classes = sorted(
            entry.name
            for entry in folder.iterdir()
            if entry.is_dir() and not entry.name.startswith(".")
        )
        files = [(k, file) for k, name in enumerate(classes) for file in _pictures(folder / name)]
    except OSError as error:
        raise DataError(
            where=str(folder), found=error.strerror or "no readable folder", allowed=ALLOWED
        ) from None
    empty = sorted(set(classes) - {classes[k] for k, _ in files})
    if not files or empty:
        raise DataError(
            where=str(folder / empty[0]) if classes and empty else str(folder),
            found="no picture" if classes else "no folder",
            allowed=f"{ALLOWED} ({', '.join(ENDINGS)})",
        )
    grey = _read(files[0][1])[1] == GREY
    first = _read(files[0][1])[0]
    stacked = np.empty((len(files), *first.shape), dtype=np.uint8)
    for place, (_, file) in enumerate(files):
        pixels, mode = _read(file)
        _check_same(
            file, files[0][1], (pixels.shape, mode), (first.shape, GREY if grey else COLOUR)
        )
        stacked[place] = pixels
    stacked.setflags(write=False)
    return from_arrays(
        stacked,
        [k for k, _ in files],
        classes=classes,
        name=folder.name or "pictures",
        largest=255.0,
        range=range,
        channels=None if grey else "first",
        row_names=[file.relative_to(folder).as_posix() for _, file in files],
        dtype=dtype,
    )


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        file for file in folder.iterdir() if file.is_file() and file.suffix.lower() in ENDINGS
    )


def _read(file: Path) -> tuple[NDArray[np.uint8], str]:
    """Bytes (height, width) or (3, height, width), and which of the two."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file) as picture:
                mode = {"1": GREY, "L": GREY, "RGB": COLOUR, "CMYK": COLOUR, "YCbCr": COLOUR}.get(
                    picture.mode, ""
                )
                if picture.mode == "P" and "transparency" not in picture.info:
                    mode = COLOUR
                if mode:
                    pixels = np.asarray(picture.convert(mode), dtype=np.uint8)
                    return (pixels if mode == GREY else np.moveaxis(pixels, 2, 0)), mode
                found = f"a picture of mode {picture.mode!r}"
    except (
        *(OSError, ValueError, SyntaxError, EOFError, UnidentifiedImageError),
        *(Image.DecompressionBombError, Image.DecompressionBombWarning),
    ) as error:
        raise DataError(
            where=str(file),
            found=f"no picture that can be read ({told(error)})",
            allowed="an undamaged picture",
            remedy="Write it again, or remove it.",
        ) from None
    raise DataError(
        where=str(file),
        found=found,
        allowed="grey pictures or colour pictures of one byte per channel, without transparency",
        remedy='Convert it, with Pillow: picture.convert("RGB").',
    )


def _check_same(
    file: Path,
    first: Path,
    found: tuple[tuple[int, ...], str],
    wanted: tuple[tuple[int, ...], str],
) -> None:
    if found == wanted:
        return
    words = [
        f"a {'grey' if mode == GREY else 'coloured'} picture of {shape[-1]} x {shape[-2]} pixels"
        for shape, mode in (found, wanted)
    ]
    raise DataError(
        where=str(file),
        found=words[0],
        allowed=f"{words[1]}, as {first.name} is: one size and one kind for all",
        remedy="Bring all pictures to one size, with Pillow: picture.resize((width, height)).",
    )
