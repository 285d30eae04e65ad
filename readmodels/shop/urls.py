"""Addresses of the shop window."""

from django.urls import path

from readmodels.shop import sitemap, views

app_name = "shop"
urlpatterns = [
    path("", views.front, name="front"),
    path("products", views.products, name="products"),
    path("products/<str:key>", views.product, name="product"),
    path("categories/<str:slug>", views.category, name="category"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("sitemap.xml", sitemap.whole, name="sitemap"),
    path("sitemap-<int:part>.xml", sitemap.one_part, name="sitemap_part"),
]
