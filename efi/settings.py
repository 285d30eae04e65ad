"""Settings, from the environment; production refuses what is only good for development."""

import ctypes.util
import re
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from limits import parse_many

from efi.domain.values import CURRENCIES
from efi.log import master_keys
from efi.running.embedded import address_of, data_folder
from efi.runtime.assets import fingerprint
from efi.staff import looks

SHORTEST_KEY = 32
READ_PREFERENCES = ("primary", "primaryPreferred", "secondary", "secondaryPreferred", "nearest")
NODE = re.compile(r"https?://[^\s,/]+:[0-9]+(/[^\s,]*)?")
ADDRESSES = ("MONGODB_URI", "BROKER_URL", "REDIS_URL", "ELASTICSEARCH_URL", "EMAIL_URL")
CUT_SHORT = re.compile(r"://[^@,\s]*[/?#\[\]][^,\s]*@")
PUBLIC_KEY = "for development only: everybody knows this key"
OBJECT_ID = "django_mongodb_backend.fields.ObjectIdAutoField"

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

EFI_ENV = env.str("EFI_ENV", default="development")
EFI_DATA = data_folder()
EFI_DEMO_DATA = env.bool("EFI_DEMO_DATA", default=True)
PRODUCTION = EFI_ENV == "production"
EFI_CURRENCY = env.str("EFI_CURRENCY", default="USD" if EFI_DEMO_DATA and not PRODUCTION else "BBD")
"""The currency of the shop: new prices start in it, and lists go by prices in it. The demo's is USD."""
EFI_DEMO_BEFORE = ("efi", "catalog")
"""The apps whose demo is there where a mark lists none, as marks of the release before do."""
EFI_DEMO_PASSWORD = env.str("EFI_DEMO_PASSWORD", default="")

for name in ADDRESSES:
    if CUT_SHORT.search(env.str(name, default="")):
        # Whatever takes it apart would tell a part of the password as what it is not: a port, a host, an option.
        raise ImproperlyConfigured(f"{name} holds one of / ? # [ ] before its @: write it as %2F and the like")

EFI_MASTER_KEYS = env.list("EFI_MASTER_KEYS", default=[])
"""The keys of keys, the first for new ones; without any they are in a file of the data folder, made at first start."""
SECRET_KEY = env.str("EFI_SECRET_KEY", default=PUBLIC_KEY)
DEBUG = env.bool("EFI_DEBUG", default=False)
HERE = [] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = [host.strip() for host in env.list("EFI_ALLOWED_HOSTS", default=HERE)]
HOST = next((host.lstrip(".") for host in ALLOWED_HOSTS if host != "*"), "localhost")
AT_HOME = f"https://{HOST}" if PRODUCTION else f"http://{HOST}:{env.str('PORT', default='8000')}"
EFI_PUBLIC_URL = (env.str("EFI_PUBLIC_URL", default="") or AT_HOME).rstrip("/")
"""Where the pages are that links in mails lead to: never what a request says of its host."""
READ_PREFERENCE = env.str("EFI_READ_PREFERENCE", default="primary")
LOG_LEVEL = env.str("EFI_LOG_LEVEL", default="INFO").upper()
LOG_FORMAT = env.str("EFI_LOG_FORMAT", default="json" if PRODUCTION else "line").lower()
EFI_METRICS_TOKEN = env.str("EFI_METRICS_TOKEN", default="")
EFI_ALERT_MAIL = [address.strip() for address in env.list("EFI_ALERT_MAIL", default=[])]
EFI_ALERT_WEBHOOK = env.str("EFI_ALERT_WEBHOOK", default="")
EFI_ALERT_SECRET = env.str("EFI_ALERT_SECRET", default="")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EFI_MAIL_FROM", default="efi@localhost")
EMAIL = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = EMAIL["EMAIL_BACKEND"], EMAIL["EMAIL_HOST"], EMAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_USER"] or "", EMAIL["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_TLS", False), EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 5
EMAIL_FILE_PATH = EMAIL["EMAIL_FILE_PATH"]
if EMAIL_BACKEND.endswith(".filebased.EmailBackend"):
    EMAIL_BACKEND, EMAIL_FILE_PATH = "efi.mails.folder.Folder", f"/{EMAIL_FILE_PATH.lstrip('/')}"

if EFI_ENV not in ("development", "production"):
    raise ImproperlyConfigured(f"EFI_ENV is development or production, not {EFI_ENV!r}")
if EFI_CURRENCY not in CURRENCIES:
    raise ImproperlyConfigured(f"EFI_CURRENCY is one of {', '.join(CURRENCIES)}, not {EFI_CURRENCY!r}")
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured(f"EFI_LOG_LEVEL is debug, info, warning, error or critical, not {LOG_LEVEL.lower()!r}")
if READ_PREFERENCE not in READ_PREFERENCES:
    raise ImproperlyConfigured(f"EFI_READ_PREFERENCE is one of {', '.join(READ_PREFERENCES)}, not {READ_PREFERENCE!r}")
if LOG_FORMAT not in ("json", "line"):
    raise ImproperlyConfigured(f"EFI_LOG_FORMAT is json or line, not {LOG_FORMAT!r}")
if EFI_ALERT_WEBHOOK and not EFI_ALERT_WEBHOOK.startswith(("https://", "http://")):
    raise ImproperlyConfigured("EFI_ALERT_WEBHOOK is an address that begins with https:// or http://")
if "@" in EFI_ALERT_WEBHOOK.partition("://")[2].partition("/")[0]:
    raise ImproperlyConfigured("EFI_ALERT_WEBHOOK takes no user and password; EFI_ALERT_SECRET signs what is sent")
if not re.fullmatch(r"https?://[^\s/]+", EFI_PUBLIC_URL):
    raise ImproperlyConfigured("EFI_PUBLIC_URL is something like https://shop.example, without a path")
if PRODUCTION and SECRET_KEY == PUBLIC_KEY:
    raise ImproperlyConfigured("EFI_ENV=production needs a secret key of its own in EFI_SECRET_KEY")
try:
    master_keys.named(EFI_MASTER_KEYS)
except ValueError:
    raise ImproperlyConfigured("EFI_MASTER_KEYS are keys of 32 bytes in base64, with commas between") from None
if PRODUCTION and "MONGODB_URI" in env and not EFI_MASTER_KEYS:
    raise ImproperlyConfigured("EFI_ENV=production with a MONGODB_URI needs EFI_MASTER_KEYS: each process the same")
if PRODUCTION and len(SECRET_KEY) < SHORTEST_KEY:
    raise ImproperlyConfigured(f"EFI_SECRET_KEY is to have at least {SHORTEST_KEY} characters")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("EFI_ENV=production does not go with EFI_DEBUG: error pages would show secrets")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("EFI_ENV=production needs the names it is reached by in EFI_ALLOWED_HOSTS")
if PRODUCTION and "EMAIL_URL" not in env:
    raise ImproperlyConfigured("EFI_ENV=production needs EMAIL_URL: codes and links would go to standard output")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "efi.contrib.Admin",
    "efi.contrib.Auth",
    "efi.contrib.ContentTypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "efi",
    "efi.staff",
    "catalog",
    "customers",
    "readmodels",
    "readmodels.shop",
]
MIGRATION_MODULES = {
    app: f"efi.migrations_contrib.{app}" for app in ("admin", "auth", "contenttypes", "knox", "sessions")
}
DEFAULT_AUTO_FIELD = OBJECT_ID
ROOT_URLCONF = "efi.urls"
WSGI_APPLICATION = "efi.wsgi.application"
MIDDLEWARE = [
    "efi.runtime.logs.name_the_request",
    "efi.operations.monitoring.requests.count_requests",
    "efi.http.hot_reads.answer_hot_reads",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "efi.http.cache_control.private_unless_said",
    "efi.http.content_policy.say_what_may_run",
    "readmodels.shop.problems.ShopProblems",
    "efi.http.rate_limits.limit_reads",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "efi.staff.moments.by_the_clock_of_barbados",
    "efi.staff.problems.StaffProblems",
    "efi.http.bodies.limit_bodies",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "efi" / "frame"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

MONGODB_URI = env.str("MONGODB_URI", default=address_of(EFI_DATA))
MONGODB_NAME = env.str("MONGODB_NAME", default="efi")
# Its backend asks for a library of maps three times, by a dozen names each, for every one of which Python starts
# processes: a sixth of a start. Nothing here is on a map.
find_library = ctypes.util.find_library
ctypes.util.find_library = lambda name: None if name.lower().startswith("gdal") else find_library(name)
DATABASES = {
    "default": {
        "ENGINE": "efi.log.rows",
        "HOST": MONGODB_URI,
        "NAME": MONGODB_NAME,
    },
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

UNFOLD = looks.UNFOLD

BROKER_URL = env.str("BROKER_URL", default="")
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")
if ELASTICSEARCH_URL and not all(NODE.fullmatch(one) for one in ELASTICSEARCH_URL.split(",")):
    raise ImproperlyConfigured("ELASTICSEARCH_URL is http://host:port, several with commas and no spaces between")
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL begins with redis://, rediss:// or unix://")

CELERY_BROKER_URL = BROKER_URL or "memory://localhost/"
CELERY_TASK_ALWAYS_EAGER = CELERY_TASK_EAGER_PROPAGATES = not BROKER_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]

AUTH_USER_MODEL = "efi.User"
AUTHENTICATION_BACKENDS = ["efi.accounts.signing_in.ByAddress"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "efi.accounts.passwords.Guessable"}]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
EFI_TOKEN_DAYS = env.int("EFI_TOKEN_DAYS", default=30)
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_TTL": timedelta(days=EFI_TOKEN_DAYS)}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "efi.accounts.authentication.SessionOfStaff",
        "efi.accounts.authentication.BearerToken",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["efi.http.rate_limits.PerAccount"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "efi.http.problems.problem_handler",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Elias Food Imports",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "POSTPROCESSING_HOOKS": ["efi.http.schemas.add_commands"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

SESSION_ENGINE = "efi.accounts.sessions"
EFI_SESSION = env.int("EFI_SESSION_IDLE_HOURS", default=7 * 24), env.int("EFI_SESSION_HOURS", default=30 * 24)
EFI_STAFF_SESSION = env.int("EFI_STAFF_SESSION_IDLE_HOURS", default=8), env.int("EFI_STAFF_SESSION_HOURS", default=24)
"""After how many hours of idleness, and after how many at all, a session is over."""
SESSION_COOKIE_AGE = 3600 * max(*EFI_SESSION, *EFI_STAFF_SESSION)
EFI_SECOND_FACTOR = env.str("EFI_SECOND_FACTOR", default="powers" if PRODUCTION else "wanted").lower()
if EFI_SECOND_FACTOR not in ("wanted", "powers", "all"):
    raise ImproperlyConfigured(f"EFI_SECOND_FACTOR is wanted, powers or all, not {EFI_SECOND_FACTOR!r}")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
# The proxy that ends TLS leads from http:// to https://. Whether HSTS goes for subdomains too, and into the lists that
# browsers come with, is for the domain's owner to say, there.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
CSRF_FAILURE_VIEW = "efi.http.problems.form_too_old"
CSRF_TRUSTED_ORIGINS = env.list("EFI_TRUSTED_ORIGINS", default=[])
# Only a proxy that overwrites the header may be believed, so it has to be named.
BEHIND_TLS = env.bool("EFI_BEHIND_TLS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
# A whole town may come from one address.
LIMITS = {
    "reads": env.str("EFI_LIMIT_READS", default="6000/minute"),
    "searches": env.str("EFI_LIMIT_SEARCHES", default="1200/minute"),
    "commands": env.str("EFI_LIMIT_COMMANDS", default="6000/minute"),
    "sign_ins": env.str("EFI_LIMIT_SIGN_INS", default="30/minute;300/hour"),
}
for name, limit in LIMITS.items():
    try:
        parse_many(limit or "1/second")
    except ValueError:
        raise ImproperlyConfigured(f"EFI_LIMIT_{name.upper()} is something like 600/minute, not {limit!r}") from None

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = "efi.formats"
STATIC_URL = "static/"
SHOP_ASSETS = BASE_DIR / "readmodels" / "shop" / "assets"
ASSETS = f"shop-{fingerprint(SHOP_ASSETS)}"
STATICFILES_DIRS = [(ASSETS, SHOP_ASSETS)]
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/shop-[0-9a-f]{12}/"
MEDIA_ROOT = EFI_DATA / "media"
MEDIA_URL = "media/"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
STORAGES = {
    "default": {"BACKEND": "efi.runtime.storage.WholeFiles"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    # Beside what is served: nobody but an import reads these.
    "imports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": EFI_DATA / "imports"},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "efi.runtime.logs.Line"}, "json": {"()": "efi.runtime.logs.Json"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Anybody may send a host that is not ours; the answer says so, and a traceback helps nobody.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "pymongo": {"level": "INFO"},
        "celery": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}

RATES = env.list("EFI_BBD_RATES", default=["USD=2.00"])
if not all(re.fullmatch(r"[A-Z]{3}=0*[1-9][0-9]*(\.[0-9]+)?", rate) for rate in RATES):
    raise ImproperlyConfigured(f"EFI_BBD_RATES is something like USD=2.00, not {','.join(RATES)!r}")
EFI_BBD_RATES = {rate[:3]: Decimal(rate[4:]) for rate in RATES}
"""What a unit of each other currency is worth in BBD, where a limit is in BBD."""
EFI_LETTERS_SOURCE = env.str("EFI_LETTERS_SOURCE", default="urn:efi")
EFI_LETTERS_PERSONAL = env.bool("EFI_LETTERS_PERSONAL", default=False)

EVENT_EXAMPLES = [BASE_DIR / "tests" / "events"]
"""Folders that hold an example of each event at each schema."""
