"""Relations proved from a stored certificate: multipliers, sums of squares, Gram forms.

A certificate is a JSON file beside the derivations (`certificates/NAME.json`). It was found
by a solver (`python -m stability_proofs.certificates`); checking it needs none, and a file that was
tampered with is refused by the arithmetic rule of the checker.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem
from stability_proofs.kernel.notation import show
from stability_proofs.kernel.terms import ProofError, Term, num, poly
from stability_proofs.tactics.search.certificates import Certificate, Matrix, find
from stability_proofs.tactics.vocabulary import clear, difference

FOLDER = Path(__file__).parents[1] / "certificates"


@dataclass(frozen=True)
class Problem:
    """A goal a <= b or a < b, and what its certificate may use.

    Products of up to `degree` facts, times numbers, Gram forms of the vectors, and sums of squares
    of the terms; `nonzero`: theorems 0 < d for what is divided by.
    """

    goal: Term
    facts: tuple[Theorem, ...]
    vectors: tuple[Term, ...] = ()
    terms: tuple[Term, ...] = ()
    nonzero: tuple[Theorem, ...] = ()
    degree: int = 2

    def search(self, inner_products: int = 0) -> Certificate | None:
        """A certificate, or None. Needs the extra `testing`.

        Products have at most as many inner products as the goal has, or `inner_products`.
        """
        goal = poly(self.goal.args[1] - self.goal.args[0])
        facts = [difference(fact) for fact in self.facts]
        return find(
            goal, facts, self.vectors, self.terms, self.degree,
            lambda p: clear(p, self.nonzero), inner_products,
        )  # fmt: skip

    def prove(self, certificate: Certificate) -> Theorem:
        """The theorem, if the certificate is one. Raises ProofError."""
        parts: list[checker.Part] = []
        for factors, coefficient in certificate.numbers:
            parts.append((coefficient, self._facts(factors), ()))
        for factors, matrix in certificate.forms:
            form = checker.gram(matrix, self.vectors)
            parts.append((1, (form, *self._facts(factors)), ()))
        for factors, matrix in certificate.squares:
            for weight, square in self._squares(matrix):
                parts.append((weight, self._facts(factors), (square,)))
        return checker.combine(self.goal, parts, (), self.nonzero)

    def _facts(self, factors: Sequence[int]) -> tuple[Theorem, ...]:
        if any(k not in range(len(self.facts)) for k in factors):
            raise ProofError(f"the certificate names a fact that is not there: {factors}")
        return tuple(self.facts[k] for k in factors)

    def _squares(self, matrix: Matrix) -> list[tuple[Fraction, Term]]:
        """The form as weighted squares, by LDL^T."""
        rest = [list(row) for row in matrix]
        if len(rest) != len(self.terms):
            raise ProofError("the certificate is for other terms")
        found = []
        for k, pivot_row in enumerate(rest):
            pivot = pivot_row[k]
            if not pivot:
                continue
            row = [entry / pivot for entry in pivot_row]
            square = num(0)
            for j in range(k, len(rest)):
                square = square + row[j] * self.terms[j]
            found.append((pivot, square))
            for i in range(k + 1, len(rest)):
                factor = rest[i][k]
                rest[i] = [e - factor * row[j] if j >= k else e for j, e in enumerate(rest[i])]
        return found


def certified(name: str, problem: Problem) -> Theorem:
    """The theorem, from the stored certificate of that name. Raises ProofError without one."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        raise ProofError(f"no certificate {name}: python -m stability_proofs.certificates finds it")
    return problem.prove(parse(path.read_text()))


def parse(text: str) -> Certificate:
    """A certificate from JSON. Raises ProofError for what is none."""
    try:
        record = json.loads(text)
        return Certificate(
            tuple((_factors(n), Fraction(n["coefficient"])) for n in record["numbers"]),
            *(
                tuple((_factors(part), _matrix(part["matrix"])) for part in record[kind])
                for kind in ("forms", "squares")
            ),
        )
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise ProofError(f"no certificate: {type(error).__name__}: {error}") from error


def _factors(part: Any) -> tuple[int, ...]:
    return tuple(int(k) for k in part["factors"])


def _matrix(rows: Any) -> Matrix:
    return tuple(tuple(Fraction(entry) for entry in row) for row in rows)


def record(problem: Problem, certificate: Certificate) -> str:
    """A certificate as JSON, with the goal and the facts for people."""
    content = {
        "goal": show(problem.goal),
        "facts": [show(fact.conclusion) for fact in problem.facts],
        "numbers": [
            {"factors": list(factors), "coefficient": str(coefficient)}
            for factors, coefficient in certificate.numbers
        ],
    }
    for kind in ("forms", "squares"):
        content[kind] = [
            {"factors": list(factors), "matrix": [[str(e) for e in row] for row in matrix]}
            for factors, matrix in getattr(certificate, kind)
        ]
    return json.dumps(content, indent=1) + "\n"
