"""What each quantity that a bound bounds is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from stability.conventions import Quantity

CLASS = "the class of erm_error"
"""The models that excess risks compare with, not all there are: those over which the algorithm
minimises up to training.erm_error."""

QUANTITIES: Mapping[str, str] = MappingProxyType(
    {
        Quantity.GAP: "test risk minus training risk",
        Quantity.LOO_GAP: "test risk minus leave-one-out error",
        Quantity.ABSOLUTE_GAP: "absolute value of test risk minus training risk",
        Quantity.EXPECTED_GAP: "expectation of test risk minus training risk",
        Quantity.SQUARED_GAP: "expectation of the squared gap",
        Quantity.LOO_SQUARED_GAP: "expectation of the squared gap to the leave-one-out error",
        Quantity.LOO_ABSOLUTE_GAP: "absolute value of test risk minus leave-one-out error",
        Quantity.KFOLD_SQUARED_GAP: (
            "expectation of the squared difference of the mean test risk of the models that are "
            "fitted without a fold each and the cross-validation error"
        ),
        Quantity.MOMENT: "L_q norm of the gap",
        Quantity.EXCESS_RISK: f"test risk minus the least risk in {CLASS}",
        Quantity.RANDOMISED_GAP: "test risk minus training risk of weights with Gaussian noise, "
        "in the mean over the noise",
        Quantity.RANDOMISED_KL: "binary relative entropy of training risk and test risk of the "
        "weights with Gaussian noise, in the mean over the noise; both divided by the largest "
        "value that the loss which is evaluated can have, 1 for the 0-1 loss",
        Quantity.DRAWN_KL: "binary relative entropy of training risk and test risk of the weights "
        "with one draw of Gaussian noise; both divided by the largest value that the loss which "
        "is evaluated can have, 1 for the 0-1 loss",
        Quantity.DISTANCE: "distance of the trained weights from their mean over samples",
        Quantity.SQUARED_DISTANCE: "expectation of the square of that distance",
    }
)
"""What each quantity is, in words."""
