FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements/setup.txt requirements/runtime.txt ./
RUN --mount=type=cache,target=/root/.cache \
    python -m venv /build/setup \
 && /build/setup/bin/pip install --disable-pip-version-check --require-hashes -r setup.txt \
 && python -m venv --without-pip /opt/inkling \
 && /build/setup/bin/uv pip install --python /opt/inkling/bin/python --link-mode=copy --compile-bytecode \
      --require-hashes -r runtime.txt
# Remove what the server never loads: the tests and commands of packages, notebook extensions, GPU and network back ends.
RUN site=/opt/inkling/lib/python3.11/site-packages \
 && rm -rf /opt/inkling/share "$site/pydeck/nbextension/static" "$site/pyarrow/include" \
      "$site"/pyarrow/libarrow_flight.so.* "$site"/pyarrow/libarrow_s3.so.* \
      "$site/ai_edge_litert/libLiteRtWebGpuAccelerator.so" "$site/ai_edge_litert/tools/apply_plugin_main" \
      "$site/pypdfium2_cli" \
 && find "$site" -type d -name tests -prune -exec rm -rf {} +

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Inkling" \
      org.opencontainers.image.description="Live handwritten digit recognition in the browser and over HTTP" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --system --gid 10001 inkling \
 && useradd --system --uid 10001 --gid inkling --home-dir /tmp --no-create-home inkling \
 && install -d -o inkling -g inkling /data /secret
COPY --from=packages /opt/inkling /opt/inkling
WORKDIR /app
COPY . .
# SECRET_FILE and REVIEWER_PASSWORD_FILE are paths, so these are no leaked secrets.
# hadolint ignore=DL3064
ENV PATH=/opt/inkling/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LOG_FORMAT=json \
    LOG_LEVEL=INFO \
    HISTORY_FILE=/data/history.sqlite3 \
    OUTBOX_FILE=/data/outbox.sqlite3 \
    SECRET_FILE=/secret/secret \
    REVIEWER_PASSWORD_FILE=/secret/reviewer-password \
    DRAIN_SECONDS=2.5 \
    TMPDIR=/data
RUN python -m compileall -q .
USER 10001:10001
VOLUME ["/data", "/secret"]
EXPOSE 8501
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 \
    CMD ["python", "-m", "deploy.healthy"]
CMD ["python", "serve.py", "--host", "0.0.0.0", "--port", "8501"]
