"""Addresses of editorial texts, below the language."""

from django.urls import path

from civicthread.editorial import staff, views

app_name = "editorial"
urlpatterns = [
    path("news/", views.news, name="news"),
    path("news.atom", views.news_feed, name="news-feed"),
    path("news/<slug:slug>/", views.article, name="article"),
    path("pages/", views.pages, name="pages"),
    path("pages/<slug:slug>/", views.page, name="page"),
    path("editorial/<int:number>/withdraw/", staff.withdraw, name="withdraw"),
]
