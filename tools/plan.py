"""The steps of the set-up, and which of them each goal needs."""

from __future__ import annotations

from collections.abc import Callable

from tools import debian
from tools.environments import APP, INSTALLERS, RASA
from tools.steplog import StepLog
from tools.steps import Step
from tools.surroundings import ROOT

RETRY = "The last lines above name the cause; `make run` goes on where it stopped."
NETWORK = "Check the network and the disk (8 GB free), then start again: it goes on from here."


def module(*arguments: str) -> Callable[[StepLog], None]:
    """Work that is one module of ours, run in the environment for everything but Rasa."""
    return lambda log: log.run(APP.python, "-m", *arguments)


def train(log: StepLog) -> None:
    log.run(
        *(ROOT / RASA.folder / "bin" / "rasa", "train", "--config", "config.yml"),
        *("--domain", "bot/domain", "--data", "bot/nlu", "bot/rules", "bot/stories"),
        *("--out", "models", "--fixed-model-name", "mot-cua"),
        OMP_NUM_THREADS="1",
    )


PROGRAMS = Step(
    name="programs",
    title="PostgreSQL, Redis and Chromium for the tests",
    work=debian.install,
    advice="Install the packages named above with your system's package manager.",
)
APP_ENVIRONMENT = Step(
    name="app-environment",
    title="Python 3.11 environment (.venv)",
    work=APP.build,
    inputs=(APP.requirements, INSTALLERS),
    outputs=(".venv/bin/python", ".venv/bin/honcho"),
    advice=NETWORK,
)
TRAINING_LIBRARIES = Step(
    name="training-libraries",
    needs=("app-environment",),
    title="what the training of the embedding model needs (.venv)",
    work=lambda log: APP.install("requirements/train.txt", log),
    inputs=("requirements/train.txt", APP.requirements),
    advice=NETWORK,
)
DEVELOPER_TOOLS = Step(
    name="developer-tools",
    needs=("app-environment",),
    title="what the checks and tests need (.venv)",
    work=lambda log: APP.install("requirements/dev.txt", log),
    inputs=("requirements/dev.txt", APP.requirements),
    outputs=(".venv/bin/pytest", ".venv/bin/ruff", ".venv/bin/mypy"),
    advice=NETWORK,
)
MODEL_WRITERS = ("blocks", "e5", "encoder", "learned", "model_folder", "onnx_graph", "weights")
LEARNED = "data/model/learned.npz"
EMBEDDING_MODEL = Step(
    name="embedding-model",
    needs=("app-environment",),
    title="embedding model (var/models/e5-small)",
    work=module("knowledge.index.e5", "var/models/e5-small", LEARNED),
    inputs=(*(f"knowledge/index/{name}.py" for name in MODEL_WRITERS), LEARNED, APP.requirements),
    outputs=("var/models/e5-small/encoder.onnx",),
    advice=RETRY,
)
STARTER_CATALOGUE = Step(
    name="starter-catalogue",
    needs=("embedding-model",),
    title="starter catalogue and its index",
    work=module("knowledge", "ensure", "data/catalogue.jsonl"),
    advice="The lines above name the file, the line and the field; correct it and start again.",
)
GATEWAY_MIGRATION = Step(
    name="gateway-migration",
    needs=("app-environment",),
    title="database of the gateway",
    work=module("gateway", "migrate"),
    advice="Check GATEWAY_DATABASE_URL, and that its database can be reached.",
)
AGENCIES_MIGRATION = Step(
    name="agencies-migration",
    needs=("app-environment",),
    title="database of the agencies",
    work=module("agencies", "migrate"),
    advice="Check AGENCIES_DATABASE_URL, and that its database can be reached.",
)
RASA_ENVIRONMENT = Step(
    name="rasa-environment",
    title="Python 3.10 environment for Rasa (.venv-rasa)",
    work=RASA.build,
    inputs=(RASA.requirements, INSTALLERS),
    outputs=(".venv-rasa/bin/python", ".venv-rasa/bin/rasa"),
    advice=NETWORK,
)
RASA_TRAINING = Step(
    name="rasa-training",
    needs=("rasa-environment",),
    title="dialogue model (models/mot-cua.tar.gz)",
    work=train,
    inputs=("bot", "config.yml", "vietnamese", RASA.requirements),
    outputs=("models/mot-cua.tar.gz",),
    advice="The last lines above name the file of bot/ that Rasa refused; correct it.",
)

RUN = (
    APP_ENVIRONMENT,
    RASA_ENVIRONMENT,
    EMBEDDING_MODEL,
    STARTER_CATALOGUE,
    GATEWAY_MIGRATION,
    AGENCIES_MIGRATION,
    RASA_TRAINING,
)
GOALS: dict[str, tuple[Step, ...]] = {
    "run": RUN,
    "test": (PROGRAMS, *RUN, TRAINING_LIBRARIES, DEVELOPER_TOOLS),
    "check": (APP_ENVIRONMENT, DEVELOPER_TOOLS),
    "training": (APP_ENVIRONMENT, TRAINING_LIBRARIES, EMBEDDING_MODEL),
}
STEPS = {step.name: step for goal in GOALS.values() for step in goal}


def steps_for(words: list[str]) -> tuple[Step, ...]:
    """The steps of a goal, or those named. Raises KeyError."""
    if len(words) == 1 and words[0] in GOALS:
        return GOALS[words[0]]
    return tuple(STEPS[word] for word in words)
