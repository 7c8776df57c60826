"""A derivation as numbered steps: each with its formula, the rule, and what it was made from.

A theorem remembers the rule that made it and what that was given (`Theorem.step`), and so all that
it rests on. Where a lemma was used, its own steps are folded into one, unless asked for.

>>> from stability_proofs.kernel.checker import assume, positive_inverse
>>> from stability_proofs.kernel.terms import lt, var
>>> for line in steps_of([positive_inverse(assume(lt(0, var("x"))))]):
...     print(line.name, line.formula, line.by, line.uses, line.rests_on)
h1 0 < x hypothesis () ('h1',)
1 0 < 1 / x positive_inverse ('h1',) ('h1',)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stability_proofs.display.formulas import formula
from stability_proofs.kernel.checker import Theorem, assume, axiom, noted, specialise
from stability_proofs.kernel.terms import Term, require
from stability_proofs.tactics.lemma import Lemma, Use, theorems_in

HYPOTHESIS, AXIOM, LEMMA = "hypothesis", "axiom", "lemma"
Unfold = Callable[[Lemma[..., Any]], bool]
"""Whether the steps of a lemma are shown."""


@dataclass(frozen=True)
class Line:
    """One step.

    `name` is h1, h2, ... for hypotheses and a number for what is derived; `by` is a rule of the
    kernel, `hypothesis`, `axiom NAME` or `lemma NAME`; `uses` are the names of the steps that the
    rule was given (of a lemma also those of the hypotheses that it adds), `rests_on` those of the
    hypotheses under which the formula holds, `axioms` what it takes on trust.
    """

    name: str
    formula: str
    by: str
    uses: tuple[str, ...]
    rests_on: tuple[str, ...]
    axioms: tuple[str, ...]
    detail: str
    theorem: Theorem = field(repr=False)

    @property
    def lemma(self) -> Lemma[..., Any] | None:
        """The lemma that gave the formula, if one did."""
        use = _use(self.theorem)
        return None if use is None else use.lemma

    def record(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "step": self.name,
            "formula": self.formula,
            "by": self.by,
            "uses": list(self.uses),
            "hypotheses": list(self.rests_on),
            "axioms": list(self.axioms),
            "detail": self.detail,
        }


def folded(lemma: Lemma[..., Any]) -> bool:
    """No steps of lemmas."""
    return False


def unfolded(lemma: Lemma[..., Any]) -> bool:
    """The steps of all lemmas."""
    return True


def steps_of(theorems: Sequence[Theorem], unfold: Unfold = folded) -> tuple[Line, ...]:
    """The steps from hypotheses and axioms to some theorems, each after those that it uses.

    First come the hypotheses of the theorems; one that is assumed for a while, where it is.
    """
    lines: dict[Theorem, Line] = {}
    hypotheses: dict[Term, str] = {}
    for theorem in _in_order(theorems, unfold):
        for h in _sorted(theorem.hypotheses):
            if h not in hypotheses:
                hypotheses[h] = name = f"h{len(hypotheses) + 1}"
                lines[assume(h)] = _line(name, HYPOTHESIS, (), (name,), assume(h))
        if theorem not in lines:
            by, used = _made(theorem, unfold)
            uses = dict.fromkeys(lines[parent].name for parent in used)
            rests = sorted((hypotheses[h] for h in theorem.hypotheses), key=_number)
            name = str(len(lines) - len(hypotheses) + 1)
            lines[theorem] = _line(name, by, tuple(uses), tuple(rests), theorem)
    return tuple(lines.values())


def _line(
    name: str, by: str, uses: tuple[str, ...], rests: tuple[str, ...], theorem: Theorem
) -> Line:
    stated, detail = formula(theorem.conclusion), _detail(theorem)
    return Line(name, stated, by, uses, rests, _axioms(theorem), detail, theorem)


def _sorted(formulas: frozenset[Term]) -> list[Term]:
    return sorted(formulas, key=lambda h: (len(formula(h)), formula(h)))


def _axioms(theorem: Theorem) -> tuple[str, ...]:
    return tuple(sorted({name for name, _ in theorem.axioms}))


def _number(name: str) -> int:
    return int(name.lstrip("h"))


def parents(theorem: Theorem) -> tuple[Theorem, ...]:
    """The theorems that the rule which made this one was given."""
    require(theorem.step is not None, "nothing says how it was made", theorem.conclusion)
    step = theorem.step
    return () if step is None else tuple(_given((step.given, step.named)))


def _given(x: Any) -> Iterator[Theorem]:
    if isinstance(x, Theorem):
        yield x
    elif isinstance(x, (tuple, list)):
        for part in x:
            yield from _given(part)
    elif isinstance(x, Mapping):
        yield from _given(tuple(x.values()))


def _use(theorem: Theorem) -> Use | None:
    """The use of a lemma that gave a theorem."""
    step = theorem.step
    about = step.given[1] if step is not None and step.rule is noted else None
    return about if isinstance(about, Use) else None


def _made(theorem: Theorem, unfold: Unfold) -> tuple[str, tuple[Theorem, ...]]:
    """By what a theorem was made, and the theorems that this was given."""
    use, step = _use(theorem), theorem.step
    if use is not None and not unfold(use.lemma):
        needed = _needed(theorem, use)
        added = theorem.hypotheses.difference(*(t.hypotheses for t in needed))
        return f"{LEMMA} {use.lemma.name}", (*needed, *map(assume, _sorted(added)))
    rule = getattr(step, "rule", None)
    if rule is assume:
        return HYPOTHESIS, ()
    if rule is axiom and step is not None:
        return f"{AXIOM} {step.given[0]}", ()
    name = f"{LEMMA} {use.lemma.name}" if use is not None else getattr(rule, "__name__", "")
    return name, parents(theorem)


def _needed(theorem: Theorem, use: Use) -> tuple[Theorem, ...]:
    """Those of the theorems that a lemma was given which its result was made from."""
    given = {id(t): t for t in theorems_in(use.given)}
    found: dict[int, Theorem] = {}
    seen, waiting = set(), list(parents(theorem))
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if id(one) in given:
            found[id(one)] = one
        else:
            waiting += parents(one)
    return tuple(t for key, t in given.items() if key in found)


def _in_order(theorems: Sequence[Theorem], unfold: Unfold) -> Iterator[Theorem]:
    """The hypotheses of theorems, everything that these are made from, and they themselves last."""
    done: set[Theorem] = set()
    last = frozenset(h for theorem in theorems for h in theorem.hypotheses)
    wanted = [*map(assume, _sorted(last)), *theorems]
    waiting = [(theorem, False) for theorem in reversed(wanted)]
    while waiting:
        theorem, ready = waiting.pop()
        if theorem in done:
            continue
        if ready:
            done.add(theorem)
            yield theorem
            continue
        waiting.append((theorem, True))
        waiting += [(parent, False) for parent in reversed(_made(theorem, unfold)[1])]


def _detail(theorem: Theorem) -> str:
    """What else the rule was given, where that helps: for what something was put."""
    step = theorem.step
    if step is None:
        return ""
    if step.rule is specialise:
        return f"at {formula(step.given[1])}"
    values = [x for x in step.given if isinstance(x, Mapping) and x]
    pairs = [f"{formula(old)} := {formula(new)}" for x in values for old, new in x.items()]
    return ", ".join(pairs)


def replay(lines: Sequence[Line], unfold: Unfold = folded) -> None:
    """Make every step again from those that it names. Raises ProofError where one is another."""
    named = {line.name: line.theorem for line in lines}
    require(len(named) == len(lines), "two steps have one name")
    before: set[str] = set()
    for line in lines:
        theorem, step = line.theorem, line.theorem.step
        require(line.formula == formula(theorem.conclusion), "another formula", line.name)
        require(line.axioms == _axioms(theorem), "other axioms", line.name)
        by, used = _made(theorem, unfold)
        require(line.by == by, "another rule", line.name, line.by)
        parts = [named[name] for name in line.uses if name in before]
        require(len(parts) == len(line.uses), "a step that does not come before it", line.name)
        require(set(parts) == set(used), "made from other steps", line.name)
        rests = {named[name].conclusion for name in line.rests_on}
        require(rests == theorem.hypotheses, "other hypotheses", line.name)
        require(step is not None, "nothing says how it was made", line.name)
        if step is not None:
            again = step.rule(*step.given, **step.named)
            require(again == theorem, "the rule gives another theorem", line.name)
        before.add(line.name)
