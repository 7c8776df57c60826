"""What `network-bounds-mnist` trains, preset by preset: networks, sample sizes, widths, epochs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stability.training.recipe import Recipe
from stability_experiments.common.retraining import training_device

CALM, UNRULY = "calm", "unruly"
PERCEPTRON, CONVOLUTIONAL = "perceptron", "CNN"
PACES = {
    (PERCEPTRON, CALM): (0.01, 20),
    (PERCEPTRON, UNRULY): (0.5, 10),
    (CONVOLUTIONAL, CALM): (0.03, 20),
    (CONVOLUTIONAL, UNRULY): (0.3, 10),
}
"""Step size and batch size on MNIST: small steps, and steps so large that training is chaotic."""

SMALL_IMAGES = {CALM: 3.0, UNRULY: 1.6}
"""How much larger the steps are on the embedded digits, whose inputs are smaller vectors."""


@dataclass(frozen=True)
class Setting:
    """One training: a network on m examples, its hidden widths (channels), epochs, and pace."""

    network: str
    pace: str
    size: int
    widths: tuple[int, ...]
    epochs: int

    def __str__(self) -> str:
        widths = "+".join(map(str, self.widths))
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        return f"{self.pace} {self.network}, m={self.size}, width {widths}, {epochs}"

    @property
    def place(self) -> str:
        """The name of a folder for what belongs to it."""
        return str(self).replace(", ", "-").replace("=", "-").replace(" ", "-").lower()

    def recipe(self, seed: int, data: str) -> Recipe:
        """Plain SGD. Perceptrons train in float64, in which rounding adds nothing to the placebo.

        Convolutions are three times faster in float32; there rounding is of the placebo's size.
        """
        step_size, batch_size = PACES[self.network, self.pace]
        if data == "digits":
            step_size *= SMALL_IMAGES[self.pace]
        return Recipe(
            network="relu-mlp" if self.network == PERCEPTRON else "cnn",
            widths=self.widths,
            step_size=step_size,
            epochs=self.epochs,
            batch_size=batch_size,
            init_seed=seed,
            order_seed=seed,
            dtype="float64" if self.network == PERCEPTRON else "float32",
            device=training_device(),
        )


@dataclass(frozen=True)
class Sweep:
    """A network at one pace: what is varied around `at`, one thing at a time."""

    at: Setting
    epochs: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()

    def along(self, axis: str) -> tuple[Setting, ...]:
        """The settings in which only this axis ("epochs", "width" or "m") varies."""
        if axis == "epochs":
            return tuple(replace(self.at, epochs=value) for value in self.epochs)
        if axis == "width":
            return tuple(replace(self.at, widths=(value,)) for value in self.widths)
        return tuple(replace(self.at, size=value) for value in self.sizes)

    def within(self, available: int) -> Sweep:
        """The same with no more training images than there are."""
        sizes = dict.fromkeys(min(value, available) for value in self.sizes)
        at = replace(self.at, size=min(self.at.size, available))
        return replace(self, at=at, sizes=tuple(sizes))

    def settings(self) -> tuple[Setting, ...]:
        """All of them, `at` first, each once."""
        varied = (setting for axis in AXES for setting in self.along(axis))
        return tuple(dict.fromkeys((self.at, *varied)))


AXES = ("epochs", "width", "m")


@dataclass(frozen=True)
class Size:
    """How much of everything a preset uses; the first sweep is that of the calm perceptron."""

    test: int
    per_class: int
    runs: int
    sweeps: tuple[Sweep, ...]

    def settings(self) -> tuple[Setting, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys(s for sweep in self.sweeps for s in sweep.settings()))

    @property
    def training(self) -> int:
        """The most training images that any setting needs."""
        return max(setting.size for setting in self.settings())

    def within(self, available: int) -> Size:
        """The same with no more training images than there are."""
        return replace(self, sweeps=tuple(sweep.within(available) for sweep in self.sweeps))


SIZES = {
    "smoke": Size(
        test=500,
        per_class=6,
        runs=5,
        sweeps=(
            Sweep(
                Setting(PERCEPTRON, CALM, 500, (32,), 8),
                epochs=(1, 3, 8),
                widths=(8, 32, 64),
                sizes=(250, 500, 1000),
            ),
            Sweep(Setting(PERCEPTRON, UNRULY, 1000, (64,), 10), epochs=(1, 3, 10)),
            Sweep(Setting(CONVOLUTIONAL, CALM, 300, (4, 8), 2)),
            Sweep(Setting(CONVOLUTIONAL, UNRULY, 300, (4, 8), 2)),
        ),
    ),
    "paper": Size(
        test=2000,
        per_class=20,
        runs=20,
        sweeps=(
            Sweep(
                Setting(PERCEPTRON, CALM, 4000, (64,), 10),
                epochs=(1, 3, 10, 30),
                widths=(16, 64, 256),
                sizes=(1000, 4000, 16000),
            ),
            Sweep(Setting(PERCEPTRON, UNRULY, 1000, (64,), 10), epochs=(1, 3, 10, 30)),
            Sweep(Setting(CONVOLUTIONAL, CALM, 2000, (8, 16), 4), epochs=(1, 4)),
            Sweep(Setting(CONVOLUTIONAL, UNRULY, 2000, (8, 16), 4)),
        ),
    ),
}
