# The trainer, with TensorFlow; the server's image is ../Dockerfile.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements/setup.txt requirements/training.txt ./
RUN --mount=type=cache,target=/root/.cache \
    python -m venv /build/setup \
 && /build/setup/bin/pip install --disable-pip-version-check --require-hashes -r setup.txt \
 && python -m venv --without-pip /opt/inkling \
 && /build/setup/bin/uv pip install --python /opt/inkling/bin/python --link-mode=copy --require-hashes -r training.txt

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Inkling trainer" \
      org.opencontainers.image.description="Fine-tunes Inkling's network on the labels of reviewers" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --system --gid 10001 inkling \
 && useradd --system --uid 10001 --gid inkling --home-dir /tmp --no-create-home inkling \
 && install -d -o inkling -g inkling /data /secret
# The standard examples. To build without access to the Internet: a copy in var/, and its checksum.
ARG MNIST=https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz
ARG MNIST_SHA256=731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1
# hadolint ignore=DL3020
ADD --chmod=644 ${MNIST} /opt/data/mnist.npz
RUN echo "${MNIST_SHA256}  /opt/data/mnist.npz" > /tmp/sums \
 && sha256sum --check --strict /tmp/sums \
 && rm /tmp/sums
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
    INKLING_DATA=/opt/data \
    HISTORY_FILE=/data/history.sqlite3 \
    OUTBOX_FILE=/data/outbox.sqlite3 \
    SECRET_FILE=/secret/secret \
    REVIEWER_PASSWORD_FILE=/secret/reviewer-password \
    KERAS_HOME=/data/keras \
    MPLCONFIGDIR=/data/matplotlib \
    TMPDIR=/data
USER 10001:10001
VOLUME ["/data", "/secret"]
CMD ["python", "-m", "trainer", "--folder", "/data/training/jobs"]
