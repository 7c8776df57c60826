"""The commented setup file that `stability init` writes, generated from the declared fields.

Every key of every kind appears with an example, its explanation and its allowed values.
"""

from __future__ import annotations

from stability.conventions import VALUES
from stability.errors import SetupError
from stability.setup.algorithms import KINDS
from stability.setup.setup import AssumedStability, Loss, Sample, Training
from stability.setup.template_lines import commented_out, section_lines

HEAD = """\
# A training setup, for `stability bounds FILE`.
# Remove the # before a key that you know; what is not given is taken as unknown, and theorems that
# need it say so. A number means exactly the decimal written.
"""


def template(kind: str = "sgd") -> str:
    """A commented setup file for an algorithm of this kind, with the other kinds in comments.

    Raises SetupError for an unknown kind.

    >>> print(template("knn").splitlines()[4])
    [sample]
    """
    if kind not in KINDS:
        raise SetupError(
            where="algorithm.kind",
            found=kind,
            allowed="one of " + ", ".join(repr(k) for k in KINDS),
        )
    lines = [HEAD, "[sample]", *section_lines(Sample), "", "[loss]", *section_lines(Loss), ""]
    lines += [f"# {KINDS[kind].title}", "[algorithm]", *_algorithm(kind), ""]
    lines.append("# The other algorithms: put one of these in place of the section above.")
    for other in KINDS:
        if other != kind:
            lines += [
                "#",
                f"# {KINDS[other].title}",
                "#[algorithm]",
                *commented_out(_algorithm(other)),
            ]
    lines += [
        "",
        "# Measured or assumed quantities of the run that some theorems need.",
        "#[training]",
        *commented_out(section_lines(Training)),
        "",
        "# Your own stability constant, in place of [algorithm]: what follows is then `assumed`.",
        "# The names of the values, by notion and neighbour:",
        *(f"#   {notion}, {near}: {', '.join(names)}" for (notion, near), names in VALUES.items()),
        "#[stability]",
        *commented_out(section_lines(AssumedStability)),
    ]
    return "\n".join(lines) + "\n"


def _algorithm(kind: str) -> list[str]:
    return [f'kind = "{kind}"', *section_lines(KINDS[kind])]
