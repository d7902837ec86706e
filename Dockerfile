# syntax=docker/dockerfile:1
# One image for the command line, Prefect's server and its workers: their versions cannot differ.
# docs/containers.md says how it is used.

FROM python:3.11.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ONLY_BINARY=:all:
WORKDIR /build
# the versions of the lock file, as limits: its tests and tools stay out of the image
COPY requirements.lock ./
RUN sed -nE 's/^([a-z0-9._-]+==[^ \\]+).*/\1/p' requirements.lock > versions.txt \
    && python -m venv /opt/drmine \
    && pip install --constraint versions.txt hatchling
COPY pyproject.toml README.md LICENSE prefect.yaml ./
COPY src ./src
COPY flows ./flows
COPY annotations/guidelines.md ./annotations/
RUN python -c "import hatchling.build; hatchling.build.build_wheel('dist')" \
    && /opt/drmine/bin/pip install --constraint versions.txt "$(echo dist/*.whl)[postgres,parquet]"


FROM python:3.11.13-slim-bookworm
LABEL org.opencontainers.image.title="drmine" \
      org.opencontainers.image.description="A living evidence map of why epilepsy resists drugs" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 drmine \
    && useradd --uid 10001 --gid drmine --create-home --shell /usr/sbin/nologin drmine \
    && install --directory --owner drmine --group drmine /srv/drmine /srv/drmine/workspace \
        /home/drmine/.prefect
COPY --from=build /opt/drmine /opt/drmine
COPY --chown=drmine:drmine prefect.yaml /srv/drmine/
COPY --chown=drmine:drmine flows /srv/drmine/flows
# Prefect copies its pages before it serves them: its own folder belongs to root
ENV PATH=/opt/drmine/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PREFECT_HOME=/home/drmine/.prefect \
    PREFECT_SERVER_UI_STATIC_DIRECTORY=/home/drmine/.prefect/ui \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    DO_NOT_TRACK=1 \
    DRMINE_HOME=/srv/drmine \
    DRMINE_WORKSPACE=/srv/drmine/workspace
USER 10001:10001
WORKDIR /srv/drmine
CMD ["drmine", "--help"]
