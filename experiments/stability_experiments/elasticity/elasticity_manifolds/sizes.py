"""What `elasticity-manifolds` trains, preset by preset."""

from __future__ import annotations

from dataclasses import dataclass

from stability_experiments.common.elasticity_networks import EPOCHS, TORUS_WIDTH, Net

TORUS = ("relu", "sigmoid", "identity")
BOXES = ("relu", "identity")
MORE = ("cosines", "helix", "cycles", "spheres")
"""The manifolds of the appendix; their figures are of networks with random weights."""


@dataclass(frozen=True)
class Size:
    """Widths and epochs. `wide`: also the torus at the published width, one seed in float32."""

    torus: tuple[int, ...]
    boxes: tuple[int, ...]
    more: tuple[int, ...]
    torus_epochs: int
    boxes_epochs: int
    torus_seeds: int
    boxes_seeds: int
    more_seeds: int
    wide: bool = False

    def trained(self) -> dict[Net, int]:
        """Every network that is trained, with its number of seeds."""
        found: dict[Net, int] = {}
        if self.wide:
            found |= {Net("torus", a, TORUS_WIDTH, EPOCHS, "float32"): 1 for a in TORUS}
        found |= {Net("torus", a, self.torus, self.torus_epochs): self.torus_seeds for a in TORUS}
        return found | {
            Net("boxes", a, self.boxes, self.boxes_epochs, self.boxes_dtype): self.boxes_seeds
            for a in BOXES
        }

    @property
    def boxes_dtype(self) -> str:
        """Wide networks with two hidden layers are trained in float32."""
        return "float64" if self.boxes[0] <= 512 else "float32"

    def untrained(self) -> dict[Net, int]:
        """The networks with random weights, with their number of seeds."""
        return {Net(m, a, self.more): self.more_seeds for m in MORE for a in BOXES}


SIZES = {
    "smoke": Size(
        torus=(512,),
        boxes=(256, 256),
        more=(2048,),
        torus_epochs=2000,
        boxes_epochs=1000,
        torus_seeds=3,
        boxes_seeds=2,
        more_seeds=3,
    ),
    "paper": Size(
        torus=(4096,),
        boxes=(1024, 1024),
        more=TORUS_WIDTH,
        torus_epochs=EPOCHS,
        boxes_epochs=EPOCHS,
        torus_seeds=3,
        boxes_seeds=2,
        more_seeds=5,
        wide=True,
    ),
}
