"""Celery, which carries bells to those who answer them; without a broker it does so at once, in the relay's thread."""

from celery import Celery
from celery.app.amqp import AMQP
from kombu import Consumer, Queue


class Named(Consumer):  # type: ignore[misc] # kombu has no types
    """A consumer whose tags name the queue, as a message does not say from which queue it came."""

    def _add_tag(self, queue: Queue, consumer_tag: str | None = None) -> str:
        tag: str = super()._add_tag(queue, f"{queue.name} {self.tag_prefix}{next(self._tags)}")
        return tag


class Amqp(AMQP):  # type: ignore[misc]
    """Celery's, with consumers that are named."""

    Consumer = Named


app = Celery("efi", amqp=Amqp)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["efi.delivery"])
