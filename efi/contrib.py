"""Django's own apps, with the keys that MongoDB gives; their migrations are under migrations_contrib/."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.apps import AuthConfig
from django.contrib.contenttypes.apps import ContentTypesConfig

OBJECT_ID = "django_mongodb_backend.fields.ObjectIdAutoField"


class Admin(AdminConfig):
    """The pages for staff."""

    default_site = "efi.staff.site.StaffSite"
    default_auto_field = OBJECT_ID


class Auth(AuthConfig):
    """Groups and permissions."""

    default_auto_field = OBJECT_ID


class ContentTypes(ContentTypesConfig):
    """What permissions refer to."""

    default_auto_field = OBJECT_ID
