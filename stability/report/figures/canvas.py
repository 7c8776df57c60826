"""What all pictures share: checked file names, one look, writing to a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stability.errors import SetupError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from stability.theorems.kinds.bound import Bound

SUFFIXES = (".png", ".svg", ".pdf")
"""Kinds of picture that can be written."""

BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, SKY, OCHRE, GREY = "#CC79A7", "#56B4E9", "#B8860B", "#5A5A5A"
"""Colours that stay apart for colour-blind readers (after Okabe and Ito)."""

COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, SKY, OCHRE)
"""The same in the order in which curves take them."""

DPI = 160


def picture_path(path: str | Path, where: str = "plot") -> Path:
    """The path of a picture to write.

    Raises SetupError for a suffix other than .png, .svg or .pdf and for a directory that does not
    exist.

    >>> picture_path("bounds.gif")
    Traceback (most recent call last):
    stability.errors.SetupError: plot: found 'bounds.gif'; allowed: a file name that ends in .png...
    """
    target = Path(path)
    if target.suffix.lower() not in SUFFIXES:
        raise SetupError(
            where=where,
            found=str(path),
            allowed="a file name that ends in " + ", ".join(SUFFIXES),
            remedy="The ending says which kind of picture to write.",
        )
    if not target.parent.is_dir():
        raise SetupError(
            where=where,
            found=str(path),
            allowed="a file in a directory that exists",
            remedy=f"Create {target.parent} first.",
        )
    return target


def drawn_bound(bound: Bound) -> dict[str, Any]:
    """A bound that is drawn, with every label, as plain values for the description of a picture."""
    labels = bound.labels.record()
    return {"theorem": bound.theorem, "path": list(bound.path), **labels, "value": bound.value}


def literal(text: str) -> str:
    """Text in which matplotlib takes a dollar as a dollar, not as the start of a formula."""
    return text.replace("$", r"\$")


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of a size in inches, apart from any global state of matplotlib."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def plain_axes(axes: Axes) -> None:
    """Thin grid, no frame at the top and right, readable ticks."""
    axes.grid(True, which="major", color="#DDDDDD", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=10)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def write(figure: Figure, path: Path, *, description: str = "") -> Path:
    """Write a figure as the suffix says; the same figure gives the same bytes.

    `description` goes into the file: "Description" of png and svg, "Subject" of pdf.

    Raises SetupError if the file cannot be written.
    """
    from matplotlib import rc_context

    kind = path.suffix.lower()[1:]
    metadata: dict[str, dict[str, str | None]] = {
        "svg": {"Date": None},
        "pdf": {"CreationDate": None},
        "png": {"Software": None},
    }
    if description:
        metadata[kind]["Subject" if kind == "pdf" else "Description"] = description
    try:
        with (
            rc_context({"svg.hashsalt": "stability", "svg.fonttype": "path"}),
            _laid_out(figure, kind),
        ):
            figure.savefig(path, format=kind, dpi=DPI, metadata=metadata[kind])
    except OSError as error:
        raise SetupError(
            where=str(path),
            found=error.strerror or str(error),
            allowed="a file that can be written",
            remedy="Check the directory and the space left.",
        ) from None
    return path


@contextmanager
def _laid_out(figure: Figure, kind: str) -> Iterator[None]:
    """A figure that becomes a png with its layout made once, for the dots that it is written with.

    matplotlib would draw all of a figure with a layout twice: once to lay it out, once to the file.
    Other kinds are laid out by the rules of their own for the width of text.
    """
    engine, dots = figure.get_layout_engine(), figure.dpi
    if engine is None or kind != "png":
        yield
        return
    figure.dpi = DPI
    engine.execute(figure)
    figure.set_layout_engine("none")
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
        figure.dpi = dots
