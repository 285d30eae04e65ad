"""The shop window: pages for people, made of the same documents as the API's answers."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "readmodels.shop"
