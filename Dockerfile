# One file, two images: `--target node` and `--target harvester`. The package index comes from pip's own configuration, given
# as a secret where the default will not do: `docker build --secret id=pip,src=$HOME/.config/pip/pip.conf …`; never from here.
FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/chm
WORKDIR /src
COPY requirements.lock ./
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python -m pip --python /opt/chm/bin/python install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY vocabularies ./vocabularies
COPY chm_node ./chm_node
COPY harvester ./harvester
COPY migrations ./migrations
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    python -m pip --python /opt/chm/bin/python install --no-deps .

FROM python:3.11-slim AS runtime
# The number of user and group is fixed, so that what was written to a volume stays readable to the next image.
RUN groupadd --system --gid 10001 chm \
    && useradd --system --uid 10001 --gid chm --home-dir /var/lib/chm --create-home --shell /usr/sbin/nologin chm
COPY --from=build /opt/chm /opt/chm
ENV PATH=/opt/chm/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
    PYTHONUNBUFFERED=1 \
    CHM_HOME=/var/lib/chm
WORKDIR /var/lib/chm
USER 10001:10001
VOLUME ["/var/lib/chm"]

# First start: `docker run --rm -v chm:/var/lib/chm chm-node chm-node init --defaults --country KE --email chm@example.org`
FROM runtime AS node
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["chm-node", "serve", "--host", "0.0.0.0", "--port", "8000"]

# First start: `docker run --rm -v centre:/var/lib/chm chm-harvester chm-harvester init --defaults`. `serve` only shows;
# what is due is harvested by a second container on the same volume with the command `chm-harvester work`.
FROM runtime AS harvester
EXPOSE 8400
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8400, timeout=4); c.request('GET', '/readyz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["chm-harvester", "serve", "--host", "0.0.0.0", "--port", "8400"]
