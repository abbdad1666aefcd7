"""What a model looks like inside, as far as the plan tells it; the rest from the family it belongs to."""

import math
from bisect import bisect_left
from dataclasses import dataclass

from vasttui.plan.schema import Model

_BILLION = 1e9
# Parameters (billions) → layers, hidden: the shapes that decoder models of a size are published with
# (GPT-2, OPT and LLaMA papers). Between two of them both grow evenly on a logarithmic scale.
_SHAPES = (
    (0.124, 12, 768), (0.35, 24, 1024), (1.3, 24, 2048), (2.7, 32, 2560), (6.7, 32, 4096), (13.0, 40, 5120),
    (32.5, 60, 6656), (70.0, 80, 8192), (175.0, 96, 12288), (405.0, 126, 16384),
)  # fmt: skip
_HEAD_DIM = 128
_VOCAB = 64_000
_VOCAB_LOW = 32_000
_VOCAB_HIGH = 152_064
# Of a layer: 4·h² attention and 8·h² MLP (two matrices of 4·h, or three of 8/3·h).
_LAYER_MATRICES = 12
# All linear parts of a gated layer, inputs plus outputs, in multiples of h: what an adapter holds for each
# of its ranks.
_ADAPTED_ALL = 19.0
_ADAPTED_QV = 4.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Parameters (count), layers, hidden size, heads, width of keys and values, vocabulary.

    `embedding` are the parameters of input and output embedding. `known`: layers and hidden were given.
    """

    params: float
    layers: int
    hidden: int
    heads: int
    kv_width: int
    vocab: int
    vocab_low: int
    vocab_high: int
    known: bool

    @property
    def embedding(self) -> float:
        """Parameters that quantisation leaves alone: input and output embedding."""
        return min(2.0 * self.vocab * self.hidden, 0.5 * self.params)

    @property
    def layer_params(self) -> float:
        """Parameters of one layer."""
        return max(self.params - self.embedding, 0.0) / self.layers

    def adapter_params(self, rank: int, everywhere: bool) -> float:
        """Parameters of low-rank adapters on all linear parts, or on queries and values only."""
        widths = _ADAPTED_ALL if everywhere else _ADAPTED_QV
        return rank * self.layers * self.hidden * widths


def shape_of(model: Model) -> Shape | None:
    """The model's shape; None where the plan gives neither parameters nor layers and hidden size."""
    known = model.layers is not None and model.hidden is not None
    params = _params(model)
    if params is None:
        return None
    layers, hidden = _typical(params)
    layers, hidden = model.layers or layers, model.hidden or hidden
    heads = model.heads or max(1, hidden // _HEAD_DIM)
    kv_heads = model.kv_heads or heads
    return Shape(
        params=params,
        layers=layers,
        hidden=hidden,
        heads=heads,
        kv_width=max(1, hidden * kv_heads // heads),
        vocab=model.vocab or _VOCAB,
        vocab_low=model.vocab or _VOCAB_LOW,
        vocab_high=model.vocab or _VOCAB_HIGH,
        known=known,
    )


def _params(model: Model) -> float | None:
    if model.params_b is not None:
        return model.params_b * _BILLION
    if model.layers is None or model.hidden is None:
        return None
    return model.layers * _LAYER_MATRICES * model.hidden**2 + 2.0 * (model.vocab or _VOCAB) * model.hidden


def _typical(params: float) -> tuple[int, int]:
    """(layers, hidden) of a published model of this size."""
    size = params / _BILLION
    at = min(max(bisect_left(_SHAPES, (size, 0, 0)), 1), len(_SHAPES) - 1)
    (a, layers_a, hidden_a), (b, layers_b, hidden_b) = _SHAPES[at - 1], _SHAPES[at]
    share = (math.log(size) - math.log(a)) / (math.log(b) - math.log(a))
    layers = math.exp(math.log(layers_a) + share * math.log(layers_b / layers_a))
    hidden = math.exp(math.log(hidden_a) + share * math.log(hidden_b / hidden_a))
    return max(1, round(layers)), max(64, round(hidden / 64) * 64)
