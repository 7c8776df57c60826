"""The bounds on p_eta that the library evaluates are derived; changed ones are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sympy

from stability.theorems import finite_elastic
from stability.theorems.kinds import GeneralizationTheorem
from stability.theorems.kinds.support import Support
from stability_proofs.ledger.mutants import changed_numbers
from stability_proofs.semantics import slack
from stability_proofs.semantics.claims import Claim, claims, slack_claim
from stability_proofs.theorems import finite_elastic as derivations

THEOREM = finite_elastic.emp()
FORMS = finite_elastic.P_FORMS
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


def unmet(claim: Claim) -> str | None:
    return claim.unmet(derivations.emp(claim))


@each_form
def test_a_form_is_proved(form: Support) -> None:
    assert unmet(slack_claim(THEOREM, form)) is None


def changed(form: Support) -> Iterator[Support]:
    for _, smaller in changed_numbers(form.values["p"], lower=False):
        yield replace(form, values={"p": smaller})
    for relation in form.domain:
        others = tuple(r for r in form.domain if r is not relation)
        yield replace(form, domain=others)
        yield replace(form, domain=(*others, sympy.Not(relation)))


@each_form
def test_a_changed_form_is_not_proved(form: Support) -> None:
    mutants = list(changed(form))
    assert mutants
    assert all(unmet(slack_claim(THEOREM, mutant)) is not None for mutant in mutants)


@pytest.mark.parametrize("form", finite_elastic.P_FORMS, ids=lambda form: form.name)
def test_every_formula_about_the_structure_of_beta_is_needed(form: Support) -> None:
    claim, formulas = slack_claim(THEOREM, form), slack.ASSUMED[form.shape]()
    if form is finite_elastic.P_HOEFFDING:
        *formulas, _variance = formulas
    for formula in formulas:
        weaker = tuple(f for f in claim.allowed if f != formula)
        assert len(weaker) == len(claim.allowed) - 1
        assert unmet(replace(claim, allowed=weaker)) is not None


@pytest.mark.parametrize("theorem", [finite_elastic.emp(), finite_elastic.loo()])
def test_every_form_belongs_to_the_claims_of_the_theorem(theorem: GeneralizationTheorem) -> None:
    assert {form.name for form in FORMS} <= {claim.statement.name for claim in claims(theorem)}
