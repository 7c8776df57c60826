"""Random files of Python with a network in them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.fuzzing.networks import parts
from tests.fuzzing.networks.parts import ODD, Part, Shape

HEAD = "import torch\nfrom torch import nn\n\n\n"
FACTORIES = (
    "return Net(shape, classes)",
    "return Net(shape, classes)",
    "return Net(shape, classes)",
    "net = Net(shape, classes)\n    return net.train()",
    "return torch.jit.script(Net(shape, classes))",
    "return torch.jit.trace(Net(shape, classes).eval(), torch.zeros(2, *shape))",
    "return Net(shape, classes).double()",
    "return Net(shape, classes).to(torch.bfloat16)",
    "return nn.DataParallel(Net(shape, classes))",
    "return Net",
    "return None",
    "return lambda x: x",
    "return ONE",
    "torch.manual_seed(5)\n    return Net(shape, classes)",
    "return Net(shape, classes + 1)",
    "return Net((7,), classes)",
    "net = Net(shape, classes)\n    nn.init.normal_(next(net.parameters()))\n    return net",
    "print('making')\n    return Net(shape, classes)",
)
FILES = (
    "{file}\n\ndef net(shape)\n", "{file}\nimport does_not_exist\n", "{file}\n1 / 0\n", "",
    "import sys\nsys.exit(4)\n", "{file}\nnet = 3\n", "{file}\nraise KeyboardInterrupt\n",
    "\x00{file}", "{file}\nprint('loaded')\n", "{file}\ntorch.set_default_dtype(torch.float64)\n",
    "{file}\nfrom helper_of_mine import y\n",
)  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A file of Python and what is odd about it."""

    text: str
    tags: tuple[str, ...]


def module_file(chance: random.Random, shape: Shape, oddity: float) -> Written:
    """A file with a function `net`; `oddity` is the chance of each odd thing."""
    chosen, tags = _chain(chance, shape), []
    make, run, odd = [], [], []
    for number, part in enumerate(chosen):
        make += [line.format(n=number) for line in part.make]
        run += [line.format(n=number) if "{n}" in line else line for line in part.run]
        tags.append(part.tag)
        if chance.random() < oddity:
            more, does, tag = chance.choice(ODD)
            make += [line.format(n=number) if "{n}" in line else line for line in more]
            run += [line.format(n=number) if "{n}" in line else line for line in does]
            odd.append(tag)
    end = "return x"
    if chance.random() < oddity / 3:
        end, tag = chance.choice(parts.LAST)
        odd.append(tag)
    width = chosen[-1].shape[0] if chosen else shape[0]
    make.append(f"self.last = nn.Linear({width}, classes)")
    run.append("x = self.last(x)")
    run.append(end.replace("{classes}", "2"))
    text = _text(make, run, _factory(chance, oddity, odd))
    if chance.random() < oddity / 6:
        odd.append("file")
        text = chance.choice(FILES).replace("{file}", text)
    return Written(text, (*tags, *odd))


def _chain(chance: random.Random, shape: Shape) -> list[Part]:
    found: list[Part] = []
    if len(shape) == 3 and chance.random() < 0.3:
        c, h, w = shape
        found.append(Part((), ("x = x.flatten(2).transpose(1, 2)",), (h * w, c), "tokens"))
    elif len(shape) == 1 and shape[0] % 2 == 0 and chance.random() < 0.35:
        run = f"x = x.reshape(-1, {shape[0] // 2}, 2)"
        found.append(Part((), (run,), (shape[0] // 2, 2), "pairs"))
    here = found[-1].shape if found else shape
    for _ in range(chance.randrange(0, 5)):
        if len(here) == 3:
            maker = chance.choice((parts.image, parts.image, parts.pointwise))
        elif len(here) == 2:
            maker = chance.choice((parts.sequence, parts.sequence, parts.pointwise, parts.linear))
        else:
            maker = chance.choice((parts.linear, parts.linear, parts.pointwise))
        found.append(maker(chance, here))
        here = found[-1].shape
    if len(here) > 1:
        flat = 1
        for size in here:
            flat *= size
        found.append(Part((), ("x = x.flatten(1)",), (flat,), "flat"))
    return found


def _factory(chance: random.Random, oddity: float, odd: list[str]) -> str:
    if chance.random() > oddity:
        return FACTORIES[0]
    text = chance.choice(FACTORIES)
    if text != FACTORIES[0]:
        odd.append(f"factory: {text[:40]}")
    return text


def _text(make: list[str], run: list[str], factory: str) -> str:
    first = ["super().__init__()", *make]
    lines = ["class Net(nn.Module):", "    def __init__(self, shape, classes):"]
    lines += [f"        {line}" for line in first]
    lines += ["", "    def forward(self, x):", *(f"        {line}" for line in run), "", ""]
    lines += ["ONE = None", "", "", "def net(shape, classes):", f"    {factory}", ""]
    return HEAD + "\n".join(lines)
