"""Steps that are printed are those by which the kernel made the theorems."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from stability.theorems.catalogue import named
from stability_proofs.display import page, text, written
from stability_proofs.display.derivation import (
    HYPOTHESIS,
    Line,
    folded,
    parents,
    replay,
    steps_of,
    unfolded,
)
from stability_proofs.display.formulas import formula
from stability_proofs.display.lemmas import named as lemmas_named
from stability_proofs.kernel import checker
from stability_proofs.kernel.checker import Theorem, assume, elementary, positive_inverse
from stability_proofs.kernel.notation import E, absolute, average, minimum, norm, size
from stability_proofs.kernel.terms import VECTOR, ProofError, app, at, le, lt, put, var
from stability_proofs.ledger.ledger import derived_of

IDS = (
    "bousquet2002-thm12-emp",
    "elastic-gd",
    "hardt2016-convex",
    "elastic-to-uniform",
    "soloff2024-bagging",
)


def of(identifier: str) -> tuple[Theorem, ...]:
    return tuple(t for _, derived in derived_of(named(identifier)) for t in derived.theorems)


@pytest.mark.parametrize("identifier", IDS)
@pytest.mark.parametrize("unfold", [folded, unfolded], ids=["folded", "full"])
def test_every_step_can_be_made_again(identifier: str, unfold: object) -> None:
    theorems = of(identifier)
    lines = steps_of(theorems, unfold)  # type: ignore[arg-type]
    replay(lines, unfold)  # type: ignore[arg-type]
    assert {line.theorem for line in lines} >= set(theorems)
    assert all(line.uses or not line.theorem.hypotheses or line.by == HYPOTHESIS for line in lines)


@pytest.mark.parametrize("identifier", IDS)
def test_what_is_printed_are_objects_of_the_kernel(identifier: str) -> None:
    lines = steps_of(of(identifier), unfolded)
    named_ = {line.name: line for line in lines}
    for line in lines:
        step = line.theorem.step
        assert step is not None
        assert step.rule(*step.given, **step.named) == line.theorem
        assert line.formula == formula(line.theorem.conclusion)
        assert {named_[name].theorem for name in line.uses} == set(parents(line.theorem))
        assert {named_[n].theorem.conclusion for n in line.rests_on} == line.theorem.hypotheses


def spoilt(lines: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    """The lines with the last one changed, in each thing that it says, and out of order."""
    *before, last = lines
    other = before[-1]
    changes = (
        {"formula": other.formula},
        {"by": "combine" if last.by != "combine" else "cases"},
        {"uses": last.uses[1:]},
        {"uses": (*last.uses, next(line.name for line in before if line.name not in last.uses))},
        {"rests_on": last.rests_on[1:]},
        {"axioms": ()},
        {"theorem": other.theorem},
        {"name": other.name},
    )
    changed = [(*before, replace(last, **change)) for change in changes]
    return [*changed, (last, *before)]


@pytest.mark.parametrize("which", range(9))
def test_a_step_that_was_tampered_with_is_seen(which: int) -> None:
    lines = steps_of(of("bousquet2002-thm12-emp"), unfolded)
    assert lines[-1].uses and lines[-1].rests_on and lines[-1].axioms
    with pytest.raises(ProofError):
        replay(spoilt(lines)[which], unfolded)


def test_the_record_is_no_way_around_the_seal() -> None:
    known = positive_inverse(assume(lt(0, var("x"))))
    assert known.step is not None and known.step.rule is positive_inverse
    with pytest.raises(AttributeError):
        known.step = None  # type: ignore[misc]
    with pytest.raises(TypeError):
        Theorem(frozenset(), lt(1, 0), frozenset(), None, known.step)  # type: ignore[call-arg]
    with pytest.raises(ProofError, match="made by rules only"):
        replace(known, conclusion=lt(1, 0), seal=None)


def test_theorems_are_equal_however_they_were_made() -> None:
    one = elementary("sqrt", var("x"))
    other = checker.noted(one, "a note")
    assert one == other and hash(one) == hash(other) and one.step is not other.step


def test_a_rule_given_nothing_new_keeps_how_its_theorem_was_made() -> None:
    one = elementary("sqrt", var("x"))
    assert checker.apply(one) is one
    assert one.step is not None and one.step.rule is elementary


def test_lemmas_are_one_step_unless_unfolded() -> None:
    few, many = (written.written(named(IDS[0]), unfold) for unfold in (folded, unfolded))
    short, long = next(iter(few)), next(iter(many))
    assert {line.by for line in short.lines} >= {"lemma gaps.tails.gap_tail", HYPOTHESIS}
    assert len(short.lines) < len(long.lines) / 3
    assert {"swap", "exchange"} <= {line.by for line in long.lines}
    [lemma] = lemmas_named("gaps.gaps.mean_gap")
    own = written.of_lemma(lemma, folded)
    assert {"swap", "exchange"} <= {line.by for line in own.lines}


def test_text_says_what_every_step_uses() -> None:
    [derivation] = written.written(named(IDS[0]), folded)
    printed = "\n".join(text.text_of(derivation))
    for line in derivation.lines:
        assert f"{line.name:>5}  {line.formula}" in printed
        assert line.by == HYPOTHESIS or f"by {line.by}" in printed
    assert "Claim: " in printed and "McDiarmid" in printed


def test_a_page_is_well_formed_and_escaped() -> None:
    hostile = positive_inverse(assume(lt(0, var("<script>alert(1)</script>"))))
    lines = steps_of([hostile])
    made = page.page("a <b> title", [written.Written("<i>", "1 < 2 & 3", lines, (lines[-1].name,))])
    assert "<script>" not in made and "<i>" not in made and "<b>" not in made

    class Links(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.ids: set[str] = set()
            self.targets: set[str] = set()

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for key, value in attrs:
                if key == "id":
                    self.ids.add(str(value))
                if key == "href":
                    self.targets.add(str(value).lstrip("#"))

    links = Links()
    links.feed(made)
    assert links.targets and links.targets <= links.ids


S, R = var("S", "sample"), var("R", "sample")
i, j, z = var("i", "index"), var("j", "index"), var("z", "example")
a, b, v, w = var("a"), var("b"), var("v", VECTOR), var("w", VECTOR)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (a - (b - a), "a - (b - a)"),
        (a / (b * a), "a / (b * a)"),
        (-(a + b), "-(a + b)"),
        ((a + b) ** 2, "(a + b)^2"),
        (absolute(a - b), "|a - b|"),
        (minimum(a, b), "min(a, b)"),
        (norm(v - w), "|v - w|"),
        (average(i, app("f", at(S, i))), "mean_i f(S_i)"),
        (E(S, app("f", S)) - E(S, a), "E_S f(S) - E_S a"),
        (le(E(S, E(R, app("f", S, R))), size()), "E_S E_R f(S, R) <= m"),
        (at(put(S, i, z), j), "S[i := z]_j"),
    ],
)
def test_formulas_are_written_as_they_are_meant(term: object, text: str) -> None:
    assert formula(term) == text  # type: ignore[arg-type]
