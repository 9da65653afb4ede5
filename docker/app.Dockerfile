# actions, knowledge, gateway and agencies: one image, four commands (see the Procfile).
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1
WORKDIR /app

# The same set-up steps as `make run`, so the same versions and no CUDA packages.
COPY tools/ tools/
COPY requirements/ requirements/
RUN --mount=type=cache,target=/root/.cache/pip python -m tools.setup app-environment

COPY vietnamese/ vietnamese/
COPY knowledge/ knowledge/
RUN python -m tools.setup embedding-model

COPY actions/ actions/
COPY agencies/ agencies/
COPY gateway/ gateway/
COPY data/ data/

# The one folder that is written to; a volume is laid over it and takes over its owner.
RUN install -d -o 10001 -g 10001 var/knowledge
USER 10001:10001
