# The relay in 139 MB: no shell, no package manager, an unprivileged user.
# docs/adr/0013-a-small-image.md says why these two bases, with the figures. Try it: docker build -t superdocs-relay .

FROM debian:trixie-slim AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends binutils ca-certificates python3-venv \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /uv && /uv/bin/pip install --no-cache-dir uv==0.13.9

# The interpreter has the same path in both stages, so the environment's links and first lines stay true.
ENV UV_PYTHON=/usr/bin/python3.13 \
    UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/app \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /src
# What a deployment wants beside the relay itself: EXTRAS="--extra s3" for a document library in a bucket.
ARG EXTRAS=""
# What the relay depends on changes less often than the relay: a layer of its own.
COPY pyproject.toml uv.lock ./
RUN /uv/bin/uv sync --frozen --no-dev --no-install-project $EXTRAS
COPY README.md LICENSE ./
COPY bot ./bot
RUN /uv/bin/uv sync --frozen --no-dev --no-editable $EXTRAS
# Debugging symbols of other people's extensions are 23 MB that nobody here reads.
RUN find /app -name '*.so' -exec strip --strip-unneeded {} +
# Everything that `run` imports is there, and still loads after that.
RUN /app/bin/superdocs-relay version
RUN install --directory --mode=700 /data

FROM gcr.io/distroless/python3-debian13:nonroot
LABEL org.opencontainers.image.title="SuperDocs approval relay" \
      org.opencontainers.image.description="Brings every change an AI proposes to a document before a person, in Slack." \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /app /app
# A new named volume takes its owner from this folder.
COPY --from=build --chown=65532:65532 /data /data
ENV HOST=0.0.0.0 \
    DATA_DIR=/data \
    LOG_FORMAT=json \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
USER 65532:65532
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# There is no curl here. A worker without an HTTP side (PORT=0) has nothing to ask.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["/app/bin/python", "-c", "import os, socket, sys\nport = int(os.environ.get('PORT') or 8080)\nif port:\n  with socket.create_connection(('127.0.0.1', port), 4) as asked:\n    asked.sendall(b'GET /healthz HTTP/1.0\\r\\n\\r\\n')\n    sys.exit(b' 200 ' not in asked.recv(64))"]
ENTRYPOINT ["/app/bin/superdocs-relay"]
CMD ["run"]
