"""Notebooks run without a kernel: their cells in one namespace, as Jupyter would run them.

`python -m stability_docs.notebooks` runs those of the site and stores what they print and show.
"""

from __future__ import annotations

import ast
import base64
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from stability_docs.markdown import block

FOLDER = Path(__file__).parents[1] / "notebooks"
Json = dict[str, Any]


def outputs(source: str, names: dict[str, Any]) -> list[Json]:
    """What a cell prints, and the value of its last line, in the form of notebooks.

    >>> [one["output_type"] for one in outputs("print(1)\\n2 + 3", {})]
    ['stream', 'execute_result']
    """
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    found: list[Json] = []
    if text := printed.getvalue():
        found.append({"output_type": "stream", "name": "stdout", "text": text})
    if value is not None:
        data = {"data": _bundle(value), "metadata": {}, "execution_count": None}
        found.append({"output_type": "execute_result", **data})
    return found


def _bundle(value: Any) -> Json:
    """A value as text, and as a picture or HTML if it has such a form."""
    from matplotlib.figure import Figure

    data: Json = {"text/plain": repr(value)}
    if isinstance(value, Figure):
        picture = io.BytesIO()
        value.savefig(picture, format="png", dpi=80, bbox_inches="tight")
        data["image/png"] = base64.b64encode(picture.getvalue()).decode()
        data["text/plain"] = "a figure"
    elif hasattr(value, "_repr_html_"):
        data["text/html"] = value._repr_html_()
    return data


def run(notebook: Json) -> Json:
    """The notebook with the outputs of its cells made anew."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell = {**cell, "outputs": outputs("".join(cell["source"]), names)}
        cells.append(cell)
    return {**notebook, "cells": cells}


def read(path: Path) -> Json:
    """A stored notebook."""
    return json.loads(path.read_text(encoding="utf-8"))


def store(folder: Path = FOLDER) -> None:
    """Run every notebook of a folder and keep its outputs in it."""
    for path in sorted(folder.glob("*.ipynb")):
        text = json.dumps(run(read(path)), indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        print(f"ran {path}")


def pages(folder: Path = FOLDER) -> Mapping[str, str]:
    """Every notebook as a page of Markdown, with the outputs that are stored."""
    return {path.stem: "\n".join(_page(read(path))) for path in sorted(folder.glob("*.ipynb"))}


def _page(notebook: Json) -> Iterator[str]:
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield source + "\n"
            continue
        yield from block(source, "python")
        for output in cell["outputs"]:
            yield from _shown(output)


def _shown(output: Json) -> Iterator[str]:
    data = output.get("data", {"text/plain": output.get("text", "")})
    if "image/png" in data:
        picture = f"data:image/png;base64,{data['image/png']}"
        yield f'<img alt="the figure of the cell above" src="{picture}">\n'
    elif "text/html" in data:
        yield from ("```{raw} html", f'<div class="output">{data["text/html"]}</div>', "```", "")
    else:
        yield from block(data["text/plain"])


if __name__ == "__main__":
    store()
