"""Addresses of the pages of an account."""

from django.urls import path

from customers.pages import doors, own

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
    path("", own.profile, name="profile"),
    path("addresses", own.addresses, name="addresses"),
    path("addresses/new", own.address, name="new_address"),
    path("addresses/<uuid:address_id>", own.address, name="address"),
    path("consents", own.consents, name="consents"),
    path("confirm", own.confirm, name="confirm"),
    path("sessions", own.sessions, name="sessions"),
    path("second-factor", own.second_factor, name="second_factor"),
    path("tokens", own.tokens, name="tokens"),
    path("email", own.email, name="email"),
    path("export", own.export, name="export"),
    path("delete", own.delete, name="delete"),
]
