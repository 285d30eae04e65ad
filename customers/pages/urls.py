"""Addresses of the pages of an account."""

from django.urls import path

from customers.pages import doors

app_name = "account"
urlpatterns = [
    path("sign-up", doors.begin, name="sign_up"),
    path("prove", doors.prove, name="prove"),
    path("sign-in", doors.enter, name="sign_in"),
    path("sign-in/code", doors.second_step, name="code"),
    path("sign-out", doors.leave, name="sign_out"),
    path("forgotten", doors.forgotten, name="forgotten"),
    path("reset/<str:token>", doors.reset, name="reset"),
    path("invitation/<str:token>", doors.accept, name="invitation"),
    path("password", doors.change, name="password"),
]
