"""The pieces of which random modules are made: what `__init__` and `forward` say, and what shapes.

Each part takes the shape of an example and gives lines of code and the shape after it. Ordinary
parts are what people build networks from; odd parts are what people also do, and what cannot be
measured, or only with care.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Part:
    """Lines for `__init__` and for `forward` (x stands for the inputs, `{n}` for a number)."""

    make: tuple[str, ...]
    run: tuple[str, ...]
    shape: Shape
    tag: str


Maker = Callable[[random.Random, Shape], Part]


def _layer(make: str, shape: Shape, tag: str, run: str = "x = self.p{n}(x)") -> Part:
    return Part((f"self.p{{n}} = {make}",), (run,), shape, tag)


def linear(chance: random.Random, shape: Shape) -> Part:
    """A linear layer of some kind."""
    d, k = shape[-1], chance.choice((2, 3, 5))
    to = (*shape[:-1], k)
    return chance.choice(
        (
            _layer(f"nn.Linear({d}, {k})", to, "linear"),
            _layer(f"nn.Linear({d}, {k}, bias=False)", to, "linear"),
            _layer(f"nn.LazyLinear({k})", to, "lazy"),
            _layer(f"nn.utils.parametrizations.weight_norm(nn.Linear({d}, {k}))", to, "normed"),
            _layer(f"nn.Sequential(nn.Linear({d}, {k}), nn.Tanh())", to, "sequential"),
            _layer(f"nn.Linear({d}, {d})", shape, "residual", "x = x + self.p{n}(x)"),
            _layer(
                f"nn.Linear({d}, {k})", shape, "tied",
                "x = nn.functional.linear(torch.tanh(self.p{n}(x)), self.p{n}.weight.t())",
            ),
            Part(
                (f"self.p{{n}} = nn.Parameter(0.3 * torch.randn({d}, {k}))",),
                ("x = x @ self.p{n}",), to, "parameter",
            ),
            Part(
                (f"self.p{{n}} = nn.Parameter(0.3 * torch.randn({d}, {k}))",),
                ("x = torch.einsum('...i,ij->...j', x, self.p{n})",), to, "einsum",
            ),
        )
    )  # fmt: skip


def pointwise(chance: random.Random, shape: Shape) -> Part:
    """What acts on each number, or normalises an example."""
    last, first = shape[-1], shape[0]
    text, tag = chance.choice(
        (
            ("nn.ReLU()", "relu"), ("nn.Tanh()", "tanh"), ("nn.GELU()", "gelu"),
            ("nn.ReLU(inplace=True)", "inplace relu"), ("nn.PReLU()", "prelu"),
            ("nn.Softplus()", "softplus"), ("nn.Sigmoid()", "sigmoid"), ("nn.ELU()", "elu"),
            (f"nn.LayerNorm({last})", "layernorm"), ("nn.Softmax(dim=-1)", "softmax"),
            (f"nn.GroupNorm(1, {first})", "groupnorm"), ("nn.Identity()", "identity"),
            ("nn.Dropout(0.3)", "dropout"), ("nn.Hardtanh()", "hardtanh"),
            (f"nn.RMSNorm({last})", "rmsnorm"), ("nn.Dropout(0.0)", "dropout 0"),
        )
    )  # fmt: skip
    return _layer(text, shape, tag)


def image(chance: random.Random, shape: Shape) -> Part:
    """Convolutions, pooling and norms of images."""
    c, h, w = shape
    k = chance.choice((2, 4))
    if chance.random() < 0.25 or min(h, w) < 2:
        return _layer("nn.Flatten()", (c * h * w,), "flatten")
    return chance.choice(
        (
            _layer(f"nn.Conv2d({c}, {k}, 3, padding=1)", (k, h, w), "conv2d"),
            _layer(f"nn.LazyConv2d({k}, 3, padding=1)", (k, h, w), "lazy conv"),
            _layer(f"nn.Conv2d({c}, {k}, 3, padding=1, padding_mode='reflect')", (k, h, w), "conv"),
            _layer(
                f"nn.Conv2d({c}, {c * 2}, 3, padding=1, groups={c})", (c * 2, h, w), "depthwise"
            ),
            _layer(f"nn.ConvTranspose2d({c}, {k}, 1)", (k, h, w), "transposed conv"),
            _layer("nn.MaxPool2d(2)", (c, h // 2, w // 2), "maxpool"),
            _layer("nn.AvgPool2d(2)", (c, h // 2, w // 2), "avgpool"),
            _layer("nn.AdaptiveAvgPool2d(1)", (c, 1, 1), "adaptive"),
            _layer(f"nn.InstanceNorm2d({c}, affine=True)", shape, "instancenorm"),
            _layer(f"nn.BatchNorm2d({c})", shape, "batchnorm"),
            _layer(f"nn.BatchNorm2d({c}).eval()", shape, "batchnorm eval"),
            _layer("nn.Dropout2d(0.2)", shape, "dropout2d"),
        )
    )


def sequence(chance: random.Random, shape: Shape) -> Part:
    """Recurrent layers, attention and convolutions of sequences."""
    t, f = shape
    k = chance.choice((2, 4))
    if chance.random() < 0.3:
        return chance.choice(
            (
                Part((), ("x = x.mean(1)",), (f,), "mean over time"),
                Part((), ("x = x[:, -1]",), (f,), "last time"),
                _layer("nn.Flatten()", (t * f,), "flatten"),
            )
        )
    return chance.choice(
        (
            _layer(f"nn.LSTM({f}, {k}, batch_first=True)", (t, k), "lstm", "x, _ = self.p{n}(x)"),
            _layer(f"nn.GRU({f}, {k}, batch_first=True)", (t, k), "gru", "x, _ = self.p{n}(x)"),
            _layer(f"nn.RNN({f}, {k}, batch_first=True)", (t, k), "rnn", "x = self.p{n}(x)[0]"),
            _layer(
                f"nn.LSTM({f}, {k}, batch_first=True, bidirectional=True)", (2 * k,), "bilstm",
                "x = self.p{n}(x)[1][0].transpose(0, 1).flatten(1)",
            ),
            _layer(f"nn.LSTMCell({f}, {k})", (k,), "lstm cell", "x = self.p{n}(x[:, 0])[0]"),
            _layer(
                f"nn.MultiheadAttention({f}, 1, batch_first=True)", shape, "attention",
                "x = x + self.p{n}(x, x, x, need_weights=False)[0]",
            ),
            _layer(
                f"nn.TransformerEncoderLayer({f}, 1, 8, dropout=0.0, batch_first=True)", shape,
                "transformer",
            ),
            _layer(
                f"nn.TransformerEncoderLayer({f}, 1, 8, batch_first=True)", shape,
                "transformer dropout",
            ),
            _layer(
                f"nn.Conv1d({f}, {k}, 3, padding=1)", (t, k), "conv1d",
                "x = self.p{n}(x.transpose(1, 2)).transpose(1, 2)",
            ),
            Part(
                (f"self.p{{n}} = nn.Parameter(torch.zeros({t}, {f}))",), ("x = x + self.p{n}",),
                shape, "positions",
            ),
            Part((), ("x = nn.functional.scaled_dot_product_attention(x, x, x)",), shape, "sdpa"),
        )
    )  # fmt: skip


ODD: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...] = (
    ((), ("print('forward', x.shape)",), "print"),
    ((), ("x = x.clone()", "x += 0.1"), "in place, own"),
    ((), ("x.mul_(0.5)",), "in place"),
    ((), ("x = x.float()",), "float()"),
    ((), ("x = x.double()",), "double()"),
    ((), ("x = x.to(torch.bfloat16)",), "bfloat16"),
    ((), ("x = x.squeeze()",), "squeeze"),
    ((), ("x = x - x.mean(0)",), "batch mean"),
    ((), ("x = x + 0.01 * torch.randn_like(x)",), "noise"),
    ((), ("if torch.rand(1).item() < 0.5: x = x * 1.1",), "stochastic depth"),
    ((), ("import random", "x = x * random.random()"), "python random"),
    ((), ("import numpy", "x = x * numpy.random.rand()"), "numpy random"),
    ((), ("if x.sum().item() > 0: x = x * 2",), "control flow"),
    ((), ("assert len(x) > 1",), "no single example"),
    ((), ("if len(x) == 1: raise RuntimeError('one example\\nonly')",), "raises for one"),
    ((), ("if not torch.is_grad_enabled(): x = x + 1",), "grad mode"),
    ((), ("if self.training: x = x * 0.9",), "training mode"),
    ((), ("x = x.detach()",), "detach"),
    ((), ("with torch.no_grad(): x = x * 1.0",), "no_grad"),
    ((), ("x = torch.tensor(x.detach().numpy())",), "numpy"),
    ((), ("x = torch.nan_to_num(x / 0)",), "division by 0"),
    ((), ("x = x * float('nan')",), "nan"),
    ((), ("x = x * 1e200",), "huge"),
    ((), ("x = torch.sort(x, dim=-1)[0]",), "sort"),
    ((), ("x = x.cumsum(-1)",), "cumsum"),
    ((), ("x = torch.complex(x, x).abs()",), "complex"),
    ((), ("raise SystemExit(3)",), "system exit"),
    ((), ("raise ValueError('bad \\x1b[31m words')",), "exception"),
    ((), ("raise KeyboardInterrupt",), "interrupt"),
    ((), ("x = x.t()",), "transposed batch"),
    ((), ("x = x.half().to(x.dtype)",), "half"),
    ((), ("torch.manual_seed(3)", "x = x + torch.randn(x.shape[1:], dtype=x.dtype)"), "seeds"),
    ((), ("import warnings", "warnings.warn('careful')"), "warning"),
    (("self.q{n} = nn.Linear(2, 2)",), (), "unused layer"),
    (("self.q{n} = nn.Parameter(torch.zeros(0))",), (), "empty parameter"),
    (("self.q{n} = nn.Parameter(torch.tensor(1.0))",), ("x = x * self.q{n}",), "scalar"),
    (("self.q{n} = nn.Parameter(torch.ones(1), requires_grad=False)",), ("x = x * self.q{n}",),
     "frozen"),
    (("self.register_buffer('q{n}', torch.ones(1))",), ("x = x + self.q{n}",), "buffer"),
    (("self.register_buffer('q{n}', torch.zeros(1))",), ("self.q{n} += 1", "x = x + self.q{n}"),
     "counting buffer"),
    (("self.register_buffer('q{n}', torch.zeros(1), persistent=False)",),
     ("self.q{n} = self.q{n} + 1", "x = x + 0.1 * self.q{n}"), "new buffer"),
    (("self.q{n} = 0",), ("self.q{n} += 1",), "counter"),
    (("self.q{n} = 0",), ("self.q{n} += 1", "x = x + 0.01 * self.q{n}"), "memory"),
    (("self.q{n} = None",), ("self.q{n} = x",), "keeps inputs"),
    (("self.q{n} = nn.Parameter(torch.ones(1, dtype=torch.complex64))",),
     ("x = (x * self.q{n}).real",), "complex parameter"),
    (("self.q{n} = nn.Parameter(torch.ones(1, dtype=torch.float32))",), ("x = x * self.q{n}",),
     "float32 parameter"),
    (("self.q{n} = nn.ParameterList([nn.Parameter(torch.ones(1))])",), ("x = x * self.q{n}[0]",),
     "parameter list"),
    (("self.q{n} = nn.Embedding(5, 1)",),
     ("x = x + self.q{n}((x.abs() * 3).long().clamp(0, 4)).squeeze(-1)",), "embedding"),
    (("self.q{n} = torch.randn(1)",), ("x = x + self.q{n}",), "plain tensor"),
    (("self.q{n} = nn.RReLU()",), ("x = self.q{n}(x)",), "rrelu"),
    (("self.q{n} = nn.AlphaDropout(0.1)",), ("x = self.q{n}(x)",), "alpha dropout"),
    (("self.register_forward_hook(lambda module, given, out: out * 2)",), (), "hook"),
    (("raise RuntimeError('cannot be made')",), (), "raises when made"),
    (("self.half()",), (), "half module"),
    (("self.double()",), (), "double module"),
    (("self.eval()",), (), "eval module"),
    (("for q in self.parameters(): q.requires_grad_(False)",), (), "all frozen"),
)  # fmt: skip
"""What else modules do: for `__init__`, for `forward`, and its name."""

LAST: tuple[tuple[str, str], ...] = (
    ("return x, x", "tuple"),
    ("return {'logits': x}", "dict"),
    ("return [x]", "list"),
    ("return x.argmax(1)", "argmax"),
    ("return None", "nothing"),
    ("return x[:, :1]", "too narrow"),
    ("return x[:1]", "too few rows"),
    ("return x.unsqueeze(1)", "another axis"),
    ("return torch.log_softmax(x, 1)", "log softmax"),
    ("return x.numpy()", "an array"),
    ("return x.sum()", "a number"),
    ("return torch.zeros(len(x), {classes})", "constant"),
)
"""How a forward may end otherwise than with `return x`."""
