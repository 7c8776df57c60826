"""Run every benchmark: `python -m stability_experiments.benchmarks`."""

from rich.console import Console

from stability_experiments.benchmarks import (
    deletions,
    influence,
    short_run,
    starting,
    tangent_kernel,
    vectorised,
)


def main() -> None:
    """Print one line per benchmark."""
    console = Console()
    for benchmark in (starting, short_run, vectorised, deletions, influence, tangent_kernel):
        for line in benchmark.run():
            console.print(line)


if __name__ == "__main__":
    main()
