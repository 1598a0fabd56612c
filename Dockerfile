# One image: Node builds the client, Python serves it. The versions are those of package.json and .python-version.
FROM node:24.11.1-bookworm-slim AS client
WORKDIR /tandem/webapp
COPY webapp/package.json webapp/package-lock.json webapp/.npmrc ./
RUN npm ci --omit=dev
COPY webapp ./
RUN npm run build

FROM python:3.11.14-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATABASE_URL=sqlite:////data/tandem.db \
    LOG_FORMAT=json
WORKDIR /tandem
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY server server
COPY --from=client /tandem/webapp/dist webapp/dist
# A number, so that an orchestrator can see that it is not root. A new volume gets this folder's owner.
RUN mkdir /data && chown 10001:10001 /data
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "server"]
