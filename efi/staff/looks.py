"""The looks of the admin: its name, colours and icon."""

from django.urls import reverse_lazy

OLIVE = {
    "50": "#f7f8ee",
    "100": "#ecefd6",
    "200": "#dae0b1",
    "300": "#c0ca83",
    "400": "#a4b15c",
    "500": "#86943f",
    "600": "#5f6b2a",
    "700": "#4d5725",
    "800": "#404722",
    "900": "#363c20",
    "950": "#1c200e",
}
STONE = {
    "50": "#faf9f7",
    "100": "#f3f1ec",
    "200": "#e6e2da",
    "300": "#d3cdc1",
    "400": "#a39b8c",
    "500": "#766f62",
    "600": "#575146",
    "700": "#443f37",
    "800": "#2b2823",
    "900": "#1c1a17",
    "950": "#121110",
}
"""The admin's colours: olives, and the stone they are pressed on. Terracotta, in admin.css, is for what presses."""

UNFOLD = {
    "SITE_TITLE": "Elias Food Imports",
    "SITE_HEADER": "Elias Food Imports",
    "SITE_SUBHEADER": "for staff",
    "SITE_SYMBOL": "grocery",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/efi/icon.svg"}],
    "STYLES": ["/static/efi/admin.css"],
    "SCRIPTS": ["/static/efi/reach.js"],
    "BORDER_RADIUS": "6px",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "ACCOUNT": {
        "navigation": [
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
            {"title": "Second factor", "link": reverse_lazy("admin:own_second_factor")},
            {"title": "Where you are signed in", "link": reverse_lazy("admin:own_sessions")},
            {"title": "Tokens for programs", "link": reverse_lazy("admin:own_tokens")},
        ],
    },
    "COLORS": {"primary": OLIVE, "base": STONE},
}
