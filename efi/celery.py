"""Celery, which carries bells to those who answer them; without a broker it does so at once, in the relay's thread."""

from celery import Celery

app = Celery("efi")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["efi"])
