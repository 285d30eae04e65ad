"""Celery as it comes, to write a document at a time: what one who hears of changes by messages would do."""

import os
from functools import cache

from celery import Celery
from pymongo import MongoClient
from pymongo.collection import Collection

QUEUE = "bare"
app = Celery("bare", broker=os.environ["BROKER_URL"])
app.conf.update(task_default_queue=QUEUE, task_ignore_result=True, worker_hijack_root_logger=False)


@cache
def documents() -> Collection:
    return MongoClient(os.environ["MONGODB_URI"])[os.environ["MONGODB_NAME"]]["bare"]


@app.task
def upsert(number: int, document: dict) -> None:
    documents().replace_one({"_id": number}, document, upsert=True)
