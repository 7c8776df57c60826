"""The documentation site. `make docs` installs what it needs and builds it; nothing is fetched."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

from sphinx.application import Sphinx  # type: ignore[import-not-found]

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), *(str(HERE.parent / name) for name in ("", "proofs", "experiments"))]

from stability_docs.docstrings import rewrite  # noqa: E402
from stability_docs.generate import generate  # noqa: E402

project = "stability"
author = "the stability maintainers"
copyright = "2026, the stability maintainers"
release = version = installed("stability-bounds")

extensions = ["myst_parser", "sphinx.ext.autodoc", "mathml"]
html_math_renderer = "mathml"
exclude_patterns = ["_build", "stability_docs", "notebooks", "generated/words", "generated/extra"]
html_theme = "furo"
html_title = f"stability {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["generated/extra"]
html_copy_source = False
html_show_sphinx = False

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
# Names in annotations are short, and two may be alike.
suppress_warnings = ["myst.header", "ref.python"]


def setup(app: Sphinx) -> None:
    """Write the generated pages, and read docstrings as the library writes them."""
    generate(HERE)
    app.connect("autodoc-process-docstring", rewrite)
