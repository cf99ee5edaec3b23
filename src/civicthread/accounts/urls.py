"""Addresses of accounts, below the language: a person's own pages and the staff screens."""

from django.urls import path

from civicthread.accounts import staff, views

app_name = "accounts"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("profile/", views.profile, name="profile"),
    path("data/", views.download, name="download"),
    path("erase/", views.erase, name="erase"),
    path("erased/", views.erased, name="erased"),
    path("people/", staff.people, name="people"),
    path("people/<int:pk>/", staff.person, name="person"),
    path("people/<int:pk>/grant/", staff.grant_role, name="grant-role"),
    path("people/<int:pk>/revoke/", staff.revoke_role, name="revoke-role"),
    path("people/<int:pk>/deactivate/", staff.deactivate, name="deactivate"),
    path("people/<int:pk>/reactivate/", staff.reactivate, name="reactivate"),
]
