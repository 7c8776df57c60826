"""Strategies, laws and games with which to test theorems, the library's or your own.

    from stability.testing import assert_contract
    assert_contract(my_theorem)

Steps of a proof are tested by `stability_proofs.testing`. Needs hypothesis, which
`pip install 'stability-bounds[testing]'` brings.
"""

from stability.errors import install_command

try:
    import hypothesis as _hypothesis
except ImportError as error:
    raise ImportError(
        "stability.testing needs hypothesis, which is not installed. "
        f"Install it with: {install_command('testing')}"
    ) from error

from stability.testing.laws.battery import (
    CONTRACT,
    assert_contract,
    check_catalogue,
    check_contract,
)
from stability.testing.laws.dominance import Dominance, dominance, elastic_stability
from stability.testing.laws.law import Law, LawResult, Search, for_all, try_law
from stability.testing.laws.twins import TWINS, Twin
from stability.testing.oracles.descents import CurvedLosses, LinearLosses
from stability.testing.oracles.games import (
    GAMES,
    DiagonalCounterexample,
    MeanEstimation,
    MemorisingRule,
    RareMemoriser,
)
from stability.testing.oracles.toy import ClassToy
from stability.testing.strategies.applicable import applicable_constants, applicable_setups
from stability.testing.strategies.setups import (
    ElasticConstants,
    assumed_setups,
    elastic_constants,
    setups,
)
from stability.testing.strategies.values import SymbolValues, symbol_values
from stability.testing.strategies.violations import Violation, violating_constants, violating_setups

del _hypothesis, install_command

__all__ = [
    "CONTRACT",
    "GAMES",
    "TWINS",
    "ClassToy",
    "CurvedLosses",
    "DiagonalCounterexample",
    "Dominance",
    "ElasticConstants",
    "Law",
    "LawResult",
    "LinearLosses",
    "MeanEstimation",
    "MemorisingRule",
    "RareMemoriser",
    "Search",
    "SymbolValues",
    "Twin",
    "Violation",
    "applicable_constants",
    "applicable_setups",
    "assert_contract",
    "assumed_setups",
    "check_catalogue",
    "check_contract",
    "dominance",
    "elastic_constants",
    "elastic_stability",
    "for_all",
    "setups",
    "symbol_values",
    "try_law",
    "violating_constants",
    "violating_setups",
]
