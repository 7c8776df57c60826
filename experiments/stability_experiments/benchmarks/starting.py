"""How quickly the library and its commands start, against importing sympy alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stability_experiments.benchmarks.children import cost

PROGRAM = ("-m", "stability")
STARTS: Mapping[str, tuple[tuple[str, ...], float]] = {
    "import stability": (("-c", "import stability"), 1.3),
    "stability --version": ((*PROGRAM, "--version"), 1.0),
    "stability --help": ((*PROGRAM, "--help"), 1.5),
    "stability evaluate": (
        (
            *PROGRAM,
            "evaluate",
            "bousquet2002-thm12-emp",
            "m=60000",
            "delta=0.05",
            "beta=1e-5",
            "M=1",
        ),
        2.5,
    ),
}
"""What is started, and the ratio that is aimed at."""


def run(times: int = 5) -> Iterator[str]:
    """The least processor time of each in several rounds, over that of importing sympy."""
    programs = {"import sympy": ("-c", "import sympy")}
    programs |= {name: arguments for name, (arguments, _) in STARTS.items()}
    least = dict.fromkeys(programs, float("inf"))
    for _ in range(times):
        for name, arguments in programs.items():
            least[name] = min(least[name], cost(arguments)[0])
    unit = least["import sympy"]
    yield f"import sympy: {unit:.2f} s of processor time, the unit of the next lines"
    for name, (_, aim) in STARTS.items():
        yield f"{name}: {least[name]:.2f} s, ratio {least[name] / unit:.2f} (aim {aim:g})"
