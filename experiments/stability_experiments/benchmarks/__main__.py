"""Run benchmarks: `python -m stability_experiments.benchmarks`, or only those that are named."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.console import Console

from stability_experiments.benchmarks import (
    convolutional_kernel,
    deletions,
    elastic_sde,
    independent_networks,
    influence,
    label_hierarchy,
    leave_one_out,
    neurashed,
    pair_regression,
    short_run,
    starting,
    tangent_kernel,
    vectorised,
)

BENCHMARKS = (
    starting,
    short_run,
    leave_one_out,
    vectorised,
    deletions,
    influence,
    tangent_kernel,
    convolutional_kernel,
    label_hierarchy,
    neurashed,
    elastic_sde,
    pair_regression,
    independent_networks,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the lines of each benchmark."""
    by_name = {benchmark.__name__.rpartition(".")[2]: benchmark for benchmark in BENCHMARKS}
    parser = argparse.ArgumentParser(
        prog="python -m stability_experiments.benchmarks",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=__doc__,
        epilog=f"leave_one_out:\n\n{leave_one_out.__doc__}",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"all by default: {', '.join(by_name)}"
    )
    names = parser.parse_args(arguments).names
    for name in names:
        if name not in by_name:
            parser.error(f"no benchmark {name!r}: there are {', '.join(by_name)}")
    console = Console()
    for name in names or by_name:
        for line in by_name[name].run():
            console.print(line)


if __name__ == "__main__":
    main()
