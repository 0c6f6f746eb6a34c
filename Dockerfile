FROM python:3.13-slim AS build
WORKDIR /source
RUN python -m venv /opt/ok2run
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY web web
RUN /opt/ok2run/bin/pip install --no-cache-dir '.[mcp,postgres]'

FROM python:3.13-slim
COPY --from=build /opt/ok2run /opt/ok2run
# What must survive is in /data: the database and the key that signs.
RUN groupadd --gid 10001 ok2run \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin ok2run \
    && install -d -o 10001 -g 10001 -m 0700 /data \
    && install -d -m 0755 /app
ENV PATH=/opt/ok2run/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/ok2run.db \
    SECRET_KEY_FILE=/data/secret.key \
    HOST=0.0.0.0 \
    PORT=8000
USER 10001
WORKDIR /app
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['PORT'] + '/health', timeout=4)"]
ENTRYPOINT ["ok2run"]
CMD ["serve"]
