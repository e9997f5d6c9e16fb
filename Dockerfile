# One file, two images: `--target node` and `--target harvester`. The package index comes from pip's own configuration or a
# secret mount of the build, never from here.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/chm
WORKDIR /src
COPY requirements.lock ./
RUN /opt/chm/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY vocabularies ./vocabularies
COPY chm_node ./chm_node
COPY harvester ./harvester
COPY migrations ./migrations
RUN /opt/chm/bin/pip install --no-deps .

FROM python:3.11-slim AS runtime
RUN useradd --system --uid 10001 --home-dir /var/lib/chm --create-home --shell /usr/sbin/nologin chm
COPY --from=build /opt/chm /opt/chm
ENV PATH=/opt/chm/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    PYTHONUNBUFFERED=1 \
    CHM_HOME=/var/lib/chm
WORKDIR /var/lib/chm
USER 10001
VOLUME ["/var/lib/chm"]

FROM runtime AS node
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["chm-node", "serve", "--host", "0.0.0.0", "--port", "8000"]

FROM runtime AS harvester
EXPOSE 8400
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8400/readyz', timeout=4)"]
CMD ["chm-harvester", "serve", "--host", "0.0.0.0", "--port", "8400"]
