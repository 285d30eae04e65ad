# The program without its embedded MongoDB: web, relay, worker and beat are the same image, each with its command.
FROM python:3.11-slim-bookworm AS packages
COPY requirements-run.txt .
RUN python -m venv /packages && /packages/bin/pip install --no-cache-dir --requirement requirements-run.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /efi efi && install --directory --owner efi /data
COPY --from=packages /packages /packages
WORKDIR /efi
COPY manage.py .
COPY efi efi
COPY catalog catalog
COPY customers customers
COPY readmodels readmodels
# A start makes sure that it can read every event there ever was.
COPY tests/events tests/events
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    EFI_ENV=production EFI_HOST=0.0.0.0 EFI_DATA=/data
USER efi
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "efi.serve"]
