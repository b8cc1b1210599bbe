# One image for every part of sohoa; docker-compose.yml says which part a container is.
# Debian 12, Debian's packages, the locked wheels with their hashes, no compiler in the result, no root.

FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/sohoa
WORKDIR /src
COPY requirements.lock ./
RUN /opt/sohoa/bin/pip install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY digitize digitize
COPY storage storage
COPY workers workers
COPY api api
RUN /opt/sohoa/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd libgl1 libglib2.0-0 \
      fonts-liberation2 fonts-dejavu-core fonts-dancingscript \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin sohoa \
 && install -d -o 10001 -g 10001 -m 0700 /run/metrics /var/tmp/sohoa
COPY --from=build /opt/sohoa /opt/sohoa
ENV PATH=/opt/sohoa/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SOHOA_DATA=/run/sohoa
USER 10001:10001
WORKDIR /
ENTRYPOINT ["sohoa"]
CMD ["--help"]
