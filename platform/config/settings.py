"""Django settings. Values differ by environment, never by module."""

from __future__ import annotations

import secrets
from pathlib import Path

from audit.listening import Address
from audit.signer.place import own_address
from audit.witness.client import Witness
from config.environment import (
    PROJECT,
    BadEnvironment,
    Environment,
    TimeStamping,
    read_environment,
    require_own_keys,
)
from config.key_environment import KeyStores
from embedded.roles import Role, django_database, queue_conninfo

ENVIRONMENT: Environment = read_environment()
DATA_FOLDER: Path = ENVIRONMENT.data_folder
require_own_keys(DATA_FOLDER)


def _secret_key() -> str:
    """The configured key, or one made on first use and kept beside the other keys (mode 0600)."""
    if ENVIRONMENT.secret_key:
        return ENVIRONMENT.secret_key
    path = DATA_FOLDER / "keys" / "django-secret-key"
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except PermissionError as error:
            raise BadEnvironment(
                f"{error.filename} may not be made by this account. Set COUNTERSIGN_DATA to a folder of your own."
            ) from error
        draft = path.with_name(f".{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64), encoding="ascii")
        # link() and not rename(): of two processes starting together the first one's key stays.
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

INSTALLED_APPS = [
    "config.apps.CountersignAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "embedded",
    "web",
    "audit",
    "accounts",
    "productions",
    "licensing",
    "provenance",
    "generation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ActingOrganisationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.problems.ProblemMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.pages.context.acting_organisation",
            ],
        },
    },
]

DATABASES = {
    "default": django_database(ENVIRONMENT.database, ENVIRONMENT.database_role, DATA_FOLDER),
    # The sequencer's own door: only this role may write entries and checkpoints of the audit log.
    "log": django_database(ENVIRONMENT.database, Role.LOG, DATA_FOLDER),
}
DATABASE_ROUTERS = ["audit.routers.LogRouter"]
# Transactions are written where they matter; a refusal must survive the exception that reports it.
DATABASES["default"]["ATOMIC_REQUESTS"] = False
# What the check of the log compares with it, see `audit.reconciliation`.
AUDIT_RECONCILERS = (
    "audit.reconciling.RECONCILER",
    "accounts.reconciling.RECONCILER",
    "productions.reconciling.RECONCILER",
    "licensing.reconciling.RECONCILER",
    "provenance.reconciling.RECONCILER",
    "generation.reconciling.RECONCILER",
)
# Every report there is, see `licensing.reporting.registry`.
REPORTS = ("licensing.reporting.catalogue.REPORTS", "generation.reporting.catalogue.REPORTS")
# Asked before a person is forgotten, see `audit.erasure`: each refuses by raising.
ERASURE_CHECKS = ("licensing.review.holding.refuse_while_held", "generation.holding.refuse_while_held")
# Asked before a take is held: what tells licensing, which knows no takes, whether there is one.
TAKE_EXISTS = "generation.holding.take_exists"
# Asked whenever a file of ours is verified: what of its permission stands today.
STANDING_TODAY = "generation.deliveries.public_standing.standing_of_manifest"
# Asked before a manifest is handed to strangers: whether a file that bears it was delivered.
LEFT_THE_HOUSE = "generation.deliveries.public_standing.has_left_the_house"
# In credentials, as where the lists of what stands today are fetched; and how long a copy of one may be used.
PUBLIC_URL = ENVIRONMENT.public_url
# Takes that one person may have waiting or in work; 0: as many as they like.
TAKES_PER_PERSON: int = ENVIRONMENT.takes_per_person
VERIFY_PER_MINUTE = ENVIRONMENT.verify_per_minute
STATUS_LIST_TTL_SECONDS = ENVIRONMENT.status_list_ttl_s
# Told on the health page beneath what the log says of itself, see `audit.health`.
HEALTH_LINES = ("provenance.signer_health.signer_lines",)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "productions:list"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.secure_cookies

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"
WHITENOISE_USE_FINDERS = True
MEDIA_FOLDER: Path = DATA_FOLDER / "media"
KEYS_FOLDER: Path = DATA_FOLDER / "keys"
# One file of material in custody. It is sealed as it arrives, so its length costs disk, not memory.
CUSTODY_LARGEST_BYTES = 8 * 1024**3
PROJECT_FOLDER: Path = PROJECT
# The private keys of the log and what was signed with them. Only the signer's own process opens anything but TOKEN.
SIGNER_FOLDER: Path = DATA_FOLDER / "signer"
# How long an effect waits for the log to cover what permits it.
LOG_WAIT_S: float = ENVIRONMENT.log_wait_s
# Without a signer elsewhere `up` and `demo` start the one of this data folder.
LOG_SIGNER: Address = ENVIRONMENT.log_signer or own_address(SIGNER_FOLDER)
WITNESSES: tuple[Witness, ...] = ENVIRONMENT.witnesses
WITNESS_QUORUM: int = ENVIRONMENT.witness_quorum
# Public keys of whoever signs packs of own rules; empty: the key of this installation.
RULE_PACK_KEYS: tuple[str, ...] = ENVIRONMENT.rule_pack_keys
TIME_STAMPING: TimeStamping = ENVIRONMENT.time_stamping
# Where the keys of credentials lie, and what they must be.
KEY_STORES: KeyStores = ENVIRONMENT.key_stores

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.permissions.IsMember"],
    "DEFAULT_PARSER_CLASSES": ["core.parsers.BoundedJSON"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "core.pagination.Pages",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "config.problems.problem_response_for",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": None, "AUTH_HEADER_PREFIX": "Bearer"}
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105 - the name of a model
SPECTACULAR_SETTINGS = {
    "TITLE": "Countersign",
    "VERSION": "1",
    "DESCRIPTION": "AI video made only inside what was agreed, with proof. Errors are RFC 9457 problems.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "TakeState": "config.api_schema.take_states",
        "CredentialState": "config.api_schema.credential_states",
        "LogHealthState": "config.api_schema.log_health_states",
        "FindingState": "config.api_schema.finding_states",
        "SubjectState": "config.api_schema.subject_states",
        "ChangeReason": "config.api_schema.change_reasons",
        "ProductionKind": "config.api_schema.production_kinds",
        "BuyerAnswer": "config.api_schema.buyer_answers",
        "ExemptBasis": "config.api_schema.exempt_bases",
        "DisputeOutcome": "config.api_schema.dispute_outcomes",
        "ReviewOutcome": "config.api_schema.review_outcomes",
        "ScreenKind": "config.api_schema.screen_kinds",
        "ScreenOutcome": "config.api_schema.screen_outcomes",
        "PictureKind": "config.api_schema.picture_kinds",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api_schema.with_problems",
    ],
}

CELERY_BROKER_URL = ENVIRONMENT.broker_url or "pgmq://database"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    {}
    if ENVIRONMENT.broker_url
    else {
        "conn_string": queue_conninfo(ENVIRONMENT.database, DATA_FOLDER),
        "init_extension": False,
        "visibility_timeout": 60,
        # Short reads: a read that waits inside the server cannot be interrupted, and stopping took 9 seconds.
        "wait_time_seconds": 0,
        "polling_interval": 0.1,
    }
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
}
