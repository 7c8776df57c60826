"""Local elasticity: how far an update at one point moves the prediction at another.

>>> from stability.datasets.manifolds import manifold
>>> from stability.elasticity import EmpiricalKernel, LocalElasticity
>>> from stability.training import Recipe, train_one
>>> ring = manifold("torus").sample(20, seed=0)
>>> recipe = Recipe(widths=(50,), step_size=0.01, epochs=3, batch_size=40, loss="binary-squared")
>>> model = train_one(recipe, ring.data)
>>> elasticity = LocalElasticity(EmpiricalKernel.of(model))
>>> similarity = elasticity.matrix(ring.data.inputs[ring.blue])
>>> similarity.shape, similarity.diagonal().tolist() == [1.0] * 20
((20, 20), True)
"""

from typing import TYPE_CHECKING

from stability.lazy import names_on_demand

if TYPE_CHECKING:
    from stability.elasticity.class_averages import ClassMeans, class_means
    from stability.elasticity.class_ratio import relative_ratio
    from stability.elasticity.clustering import (
        ElasticityClustering,
        cluster_accuracy,
        pca_kmeans,
        points_kmeans,
        rows_kmeans,
    )
    from stability.elasticity.divergences import (
        divergence,
        finite_step_divergence,
        relative_divergence,
        small_step_divergence,
    )
    from stability.elasticity.formulas import (
        activation_cosines,
        coactivation_kernel,
        coactivation_similarity,
        leverage_similarity,
    )
    from stability.elasticity.kernel_clustering import KernelClusters, kernel_kmeans
    from stability.elasticity.links import (
        class_probability,
        first_output,
        margin,
        one_output,
        sigmoid,
    )
    from stability.elasticity.measurement import ElasticityMeasurement, measure_elasticity
    from stability.elasticity.separation import DataSeparation, data_separation, layer_features
    from stability.elasticity.similarity import (
        LocalElasticity,
        normalised,
        relative,
        symmetrised,
    )
    from stability.elasticity.step_factors import ThreeFactors, three_factors
    from stability.elasticity.step_limits import largest_curvature, step_limit
    from stability.elasticity.steps import (
        finite_steps,
        loss_slopes,
        relative_steps,
        small_steps,
    )
    from stability.kernels.empirical import EmpiricalKernel

__all__ = [
    "ClassMeans",
    "DataSeparation",
    "ElasticityClustering",
    "ElasticityMeasurement",
    "EmpiricalKernel",
    "KernelClusters",
    "LocalElasticity",
    "ThreeFactors",
    "activation_cosines",
    "class_means",
    "class_probability",
    "cluster_accuracy",
    "coactivation_kernel",
    "coactivation_similarity",
    "data_separation",
    "divergence",
    "finite_step_divergence",
    "finite_steps",
    "first_output",
    "kernel_kmeans",
    "largest_curvature",
    "layer_features",
    "leverage_similarity",
    "loss_slopes",
    "margin",
    "measure_elasticity",
    "normalised",
    "one_output",
    "pca_kmeans",
    "points_kmeans",
    "relative",
    "relative_divergence",
    "relative_ratio",
    "relative_steps",
    "rows_kmeans",
    "sigmoid",
    "small_step_divergence",
    "small_steps",
    "step_limit",
    "symmetrised",
    "three_factors",
]

if not TYPE_CHECKING:  # for type checkers a name that is not declared stays unknown
    __getattr__, __dir__ = names_on_demand(__name__)
