# Rasa with its trained model: Python 3.10, an environment and an image of its own.
FROM python:3.10-slim

ENV PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

# The same set-up steps as `make run`.
COPY tools/ tools/
COPY requirements/installers.txt requirements/installers.txt
COPY bot/requirements.txt bot/requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip python -m tools.setup rasa-environment

COPY config.yml credentials.yml endpoints.yml ./
COPY vietnamese/ vietnamese/
COPY bot/ bot/
RUN python -m tools.setup rasa-training

USER 10001:10001
