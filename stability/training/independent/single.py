"""One of the trainings in the plainest way, by autograd: the oracle for all of them at once."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from stability.datasets.dataset import Dataset
from stability.training.engines.vmapped import gradients
from stability.training.independent.settings import IndependentTraining
from stability.training.losses import losses
from stability.training.model import Model
from stability.training.networks.build import initial_weights
from stability.training.networks.guarded import outputs_of
from stability.training.start import build_network, refuse_weights, tensors
from stability.training.torch_settings import settings


def train_trial(
    training: IndependentTraining, train: Dataset, trial: int
) -> tuple[Model, NDArray[np.float64]]:
    """The model that a trial ends with, and the logits (steps, classes) of each drawn example.

    Logits are those before the step on the example.

    >>> from stability.datasets import load_digits
    >>> from stability.training.networks.architectures.mlp import MultilayerPerceptron
    >>> network = MultilayerPerceptron(widths=(5,))
    >>> training = IndependentTraining(network=network, step_size=0.01, steps=3, trials=2)
    >>> model, logits = train_trial(training, load_digits(), 1)
    >>> logits.shape
    (3, 10)
    """
    recipe = training.recipe
    refuse_weights(train, "independent training")
    network = build_network(recipe, train.shape, len(train.classes))
    first = initial_weights(
        recipe.factory, network.shape, len(train.classes), seed=training.init_seed(trial),
        dtype=getattr(torch, training.dtype),
    )  # fmt: skip
    module = network.alone(first)
    parameters = {name: p for name, p in module.named_parameters() if p.requires_grad}
    seen = []
    with settings(recipe):
        inputs, labels = tensors(recipe, train)
        for drawn in training.draws(trial, len(train)):
            outputs = outputs_of(module, inputs[drawn].reshape(1, *network.shape))
            seen.append(outputs[0].detach().double().numpy())
            loss = losses(recipe.loss, outputs, labels[drawn][None])[0]
            slopes = gradients(loss, parameters)
            with torch.no_grad():
                for name, values in parameters.items():
                    values.sub_(slopes[name], alpha=training.step_size)
    trained = {name: p.detach() for name, p in parameters.items()}
    return Model(recipe, network, trained), np.stack(seen)
