"""An experiment that takes no time, under a name that there is."""

from stability_experiments.framework.declaration import Experiment, Preset
from stability_experiments.framework.result import Claim, ExperimentFindings, Row

FINDINGS = ExperimentFindings(
    rows=(
        Row(name="own", computed=0.25, standard_error=0.01, note="a | b"),
        Row(name="near", computed=1.0, published=1.1, tolerance=0.2, source="Table 1"),
        Row(name="far", computed=9.0, published=1.1, tolerance=0.2, source="Table 1", note="why"),
    ),
    claims=(Claim(claim="up", holds=True), Claim(claim="down", holds=False, required=False)),
    figures=("picture.svg",),
    scaled_down="ten images",
)


def body(context) -> ExperimentFindings:
    context.progress("work", 1, 1)
    (context.out / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return FINDINGS


EXAMPLE = Experiment(
    name="ridge-bounds-mnist",
    shows="what shows",
    presets=(Preset(name="smoke", minutes=0.1),),
    body=body,
)
