"""Addresses of ideas, below the language: those of everyone and those of the Office."""

from django.urls import include, path

from civicthread.ideas import staff, views

app_name = "ideas"

office = [
    path("queue/", staff.queue, name="queue"),
    path("queue/<slug:reference>/", staff.desk, name="desk"),
    path("queue/<slug:reference>/analyse/", staff.analyse, name="analyse"),
    path("queue/<slug:reference>/answer/", staff.answer, name="answer"),
    path("queue/<slug:reference>/merge/", staff.merge, name="merge"),
    path("queue/<slug:reference>/take-out/", staff.take_out, name="take-out"),
    path("queue/<slug:reference>/hide/", staff.hide, name="hide"),
    path("queue/<slug:reference>/show/", staff.show, name="show"),
    path("queue/<slug:reference>/dismiss/", staff.dismiss, name="dismiss"),
    path("queue/<slug:reference>/forget/", staff.forget, name="forget"),
    path("queue/<slug:reference>/receipt/", staff.receipt, name="receipt"),
    path("queue/<slug:reference>/receipt/renew/", staff.renew, name="renew"),
    path("enter/", staff.enter, name="enter"),
    path("needs/", staff.need_desk, name="need-desk"),
    path("needs/new/", staff.write_need, name="new-need"),
    path("needs/<slug:reference>/", staff.write_need, name="write-need"),
    path("needs/<slug:reference>/publish/", staff.publish_need, name="publish-need"),
    path("needs/<slug:reference>/withdraw/", staff.withdraw_need, name="withdraw-need"),
]

urlpatterns = [
    path("", views.ideas, name="list"),
    path("new/", views.new, name="new"),
    path("sent/", views.sent, name="sent"),
    path("mine/", views.mine, name="mine"),
    path("mine/adopt/", views.adopt, name="adopt"),
    path("claim/", views.claim, name="claim"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("needs/", views.needs, name="needs"),
    path("needs/<slug:reference>/", views.need, name="need"),
    path("office/", include(office)),
    path("<slug:reference>/", views.idea, name="idea"),
    path("<slug:reference>/received/", views.received, name="received"),
    path("<slug:reference>/support/", views.support, name="support"),
    path("<slug:reference>/support/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:reference>/report/", views.report, name="report"),
    path("<slug:reference>/take-back/", views.take_back, name="take-back"),
]
