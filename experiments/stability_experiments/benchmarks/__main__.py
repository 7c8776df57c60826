"""Run every benchmark: `python -m stability_experiments.benchmarks`."""

from rich.console import Console

from stability_experiments.benchmarks import (
    convolutional_kernel,
    deletions,
    elastic_sde,
    independent_networks,
    influence,
    label_hierarchy,
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


def main() -> None:
    """Print one line per benchmark."""
    console = Console()
    for benchmark in BENCHMARKS:
        for line in benchmark.run():
            console.print(line)


if __name__ == "__main__":
    main()
