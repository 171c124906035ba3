# Newsthread in a container: everything that is kept stands in /data.
FROM python:3.11-slim

WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY .ci/constraints.txt .ci/constraints.txt
COPY bot bot
COPY cogs cogs
COPY prompts prompts
COPY storage storage
RUN pip install --no-cache-dir --constraint .ci/constraints.txt . \
    && useradd --create-home newsthread \
    && install --directory --owner newsthread /data

USER newsthread
ENV NEWSTHREAD_DATA_DIR=/data NEWSTHREAD_LOG_FORMAT=json
VOLUME /data
ENTRYPOINT ["newsthread"]
CMD ["run"]
