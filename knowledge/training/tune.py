"""Train the encoder with sentence-transformers, for a bounded time; average it with its base."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from knowledge.index.encoder import Encoder
from knowledge.index.onnx_graph import State
from knowledge.training.pairs import Pair
from knowledge.training.torch_form import state_of, write_torch_form

PROMPTS = {"query": "query", "positive": "document"}


@dataclass(frozen=True)
class Plan:
    """How to train. With the same pairs and plan the same weights come out, unless time is up."""

    minutes: float = 12.0
    seed: int = 1
    threads: int = 2
    learning_rate: float = 4e-5
    scale: float = 50.0  # A temperature of 0.02.
    longest: int = 32  # Tokens of a text that are read while training.


@dataclass(frozen=True)
class Tuned:
    """What training came to; `steps` is fewer than there were batches when time was up."""

    encoder: Encoder
    steps: int
    seconds: float
    loss: float  # The mean over all steps.


def tune(encoder: Encoder, batches: Sequence[Sequence[Pair]], plan: Plan) -> Tuned:
    """Train on each batch once, in their order."""
    import torch

    torch.set_num_threads(plan.threads)
    start = monotonic()
    with TemporaryDirectory() as folder:
        trainer = _trainer(encoder, batches, plan, Path(folder))
        result = trainer.train()
        trained = replace(encoder, state=state_of(trainer.model))
    return Tuned(trained, result.global_step, monotonic() - start, result.training_loss)


def mixed(base: State, tuned: State, share: float) -> State:
    """The average of two models' weights, `share` of it the second's."""
    return {name: (1 - share) * base[name] + share * tuned[name] for name in base}


def _trainer(encoder: Encoder, batches: Sequence[Sequence[Pair]], plan: Plan, folder: Path) -> Any:
    from datasets import Dataset
    from sentence_transformers import (
        SentenceTransformer,
        SentenceTransformerTrainer,
        SentenceTransformerTrainingArguments,
    )
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from transformers.utils import logging

    quiet: Any = logging
    quiet.set_verbosity_error()
    write_torch_form(folder / "base", encoder)
    model = SentenceTransformer(str(folder / "base"), device="cpu")
    model.max_seq_length = plan.longest
    pairs = [pair for batch in batches for pair in batch]
    return SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            output_dir=str(folder / "run"),
            max_steps=len(batches),
            per_device_train_batch_size=len(batches[0]),
            batch_sampler=_in_order,
            learning_rate=plan.learning_rate,
            warmup_steps=len(batches) // 10,
            prompts={column: encoder.prompts[kind] for column, kind in PROMPTS.items()},
            seed=plan.seed,
            use_cpu=True,
            bf16=True,
            dataloader_pin_memory=False,
            save_strategy="no",
            report_to="none",
            logging_steps=10,
        ),
        train_dataset=Dataset.from_dict(
            {column: [getattr(pair, column) for pair in pairs] for column in PROMPTS}
        ),
        loss=MultipleNegativesRankingLoss(model, scale=plan.scale),
        callbacks=[_time_limit(plan.minutes)],
    )


def _in_order(dataset: Any, **options: Any) -> Any:
    from sentence_transformers.base.sampler import DefaultBatchSampler
    from torch.utils.data import SequentialSampler

    return DefaultBatchSampler(SequentialSampler(dataset), **options)


def _time_limit(minutes: float) -> Any:
    from transformers import TrainerCallback

    class TimeLimit(TrainerCallback):
        """Ends the training after the step in which time is up."""

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.end = monotonic() + minutes * 60

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            control.should_training_stop |= monotonic() > self.end

    return TimeLimit()
