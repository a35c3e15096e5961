FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# The key signs nothing here: collecting files needs settings to load, and no key may end up in an image.
RUN SECRET_KEY=build python manage.py collectstatic --noinput \
    && useradd --system plumbline \
    && install -d -o plumbline -m 0700 /data /anchors
USER plumbline
ENV BIND=0.0.0.0:8000 DATA_DIR=/data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "-c", "python:console.gunicorn_conf", "console.wsgi"]
