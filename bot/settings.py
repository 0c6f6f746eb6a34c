"""Every setting of the daemon, typed and validated, with all faults told at once.

Only the composition root reads settings; everything else receives plain arguments.
"""

import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import mail_variable, variable
from bot.environment import read_variables
from bot.locales import ENGLISH
from bot.mail_faults import clear_text_fault, login_fault, mail_warnings, sender_fault
from bot.mail_variable import Sender
from bot.variable import Database

DEFAULT_API_BASE = "https://api.telegram.org"
# Source: https://core.telegram.org/bots/api#setwebhook, "Ports currently supported for webhooks".
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})
IMPLICIT_TLS_PORT = 465
SHORT_KEY = 16
DEFAULT_DATABASE = "data/ok2run.db"
DEFAULT_SECRET_KEY_FILE = "data/secret.key"  # noqa: S105  # a path

SECRET_VARIABLES = (
    "DATABASE_URL",
    "APPROVAL_API_KEY",
    "APPROVAL_API_KEYS",
    "ADMIN_API_KEY",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_WEBHOOK_SECRET",
    "EMAIL_PASSWORD",
)
# Documented names that this version accepts in `.env` and does not use.
KNOWN_UNUSED = (
    "EMAIL_IMAP_HOST",
    "EMAIL_IMAP_PORT",
    "WEBHOOK_ALLOW_PRIVATE",
    # compose.yaml's
    "COMPOSE_PROFILES",
    "POSTGRES_PASSWORD",
    "GATE_DATABASE_URL",
    # the agent's side, where both live in one directory
    "APPROVAL_GATE_URL",
    "APPROVAL_CHANNEL",
    "APPROVAL_SESSION_ID",
    "AGENTGATE_URL",
    "AGENTGATE_API_KEY",
)


class SettingsError(Exception):
    """The settings cannot be used; `faults` has one line for each thing to put right."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """The daemon's settings; each field's variable is its alias, or its name in capitals.

    Paths are absolute where `directory` is: relative ones are taken from there.
    """

    model_config = SettingsConfigDict(
        alias_generator=str.upper,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        validate_default=False,
    )

    directory: Path = Field(alias="directory")
    warnings: tuple[str, ...] = Field((), alias="warnings")

    database: Annotated[Database, BeforeValidator(variable.parse_database)] = Field(
        Database(engine="sqlite", location=DEFAULT_DATABASE), alias="DATABASE_URL"
    )
    secret_key_file: Annotated[Path, BeforeValidator(variable.parse_path)] = Path(
        DEFAULT_SECRET_KEY_FILE
    )
    host: Annotated[str, BeforeValidator(variable.parse_host)] = "127.0.0.1"
    port: Annotated[int, BeforeValidator(variable.parse_port)] = 8000
    public_url: Annotated[str | None, BeforeValidator(variable.parse_public_url)] = None

    approval_api_key: Annotated[
        tuple[SecretStr, ...], BeforeValidator(variable.parse_agent_keys)
    ] = ()
    approval_api_keys: Annotated[
        tuple[SecretStr, ...], BeforeValidator(variable.parse_agent_keys)
    ] = ()
    admin_api_key: Annotated[SecretStr | None, BeforeValidator(variable.parse_admin_key)] = None

    telegram_bot_token: Annotated[SecretStr | None, BeforeValidator(variable.parse_bot_token)] = (
        None
    )
    telegram_api_base: Annotated[str, BeforeValidator(variable.parse_api_base)] = DEFAULT_API_BASE
    telegram_mode_wanted: Annotated[
        Literal["auto", "polling", "webhook"],
        BeforeValidator(variable.one_of("auto", "polling", "webhook")),
    ] = Field("auto", alias="TELEGRAM_MODE")
    telegram_webhook_secret: Annotated[
        SecretStr | None, BeforeValidator(variable.parse_webhook_secret)
    ] = None
    telegram_topics: Annotated[
        Literal["off", "agent"], BeforeValidator(variable.one_of("off", "agent"))
    ] = "off"
    approval_tg_chat_id: Annotated[int | None, BeforeValidator(variable.parse_chat_id)] = None
    allowed_user_ids: Annotated[tuple[int, ...], BeforeValidator(variable.parse_user_ids)] = ()

    email_smtp_host: Annotated[str | None, BeforeValidator(variable.parse_host)] = None
    email_smtp_port: Annotated[int, BeforeValidator(mail_variable.parse_port)] = 587
    email_tls_wanted: Annotated[
        Literal["auto", "implicit", "starttls", "none"],
        BeforeValidator(variable.one_of("auto", "implicit", "starttls", "none")),
    ] = Field("auto", alias="EMAIL_TLS")
    email_from: Annotated[Sender | None, BeforeValidator(mail_variable.parse_sender)] = None
    email_username: Annotated[str | None, BeforeValidator(mail_variable.parse_username)] = None
    email_password: Annotated[SecretStr | None, BeforeValidator(mail_variable.parse_password)] = (
        None
    )
    approval_email: Annotated[str | None, BeforeValidator(mail_variable.parse_address)] = None
    email_confirm: Annotated[
        Literal["device", "number", "click"],
        BeforeValidator(variable.one_of("device", "number", "click")),
    ] = "device"
    email_fallback_seconds: Annotated[
        int | None, BeforeValidator(mail_variable.parse_fallback)
    ] = 300
    email_replies: Annotated[bool, BeforeValidator(variable.parse_switch)] = False

    brake_approvals: Annotated[int, BeforeValidator(variable.parse_count)] = 10
    brake_seconds: Annotated[int, BeforeValidator(variable.parse_count)] = 60
    brake_pending: Annotated[int, BeforeValidator(variable.parse_count)] = 20
    digest_after: Annotated[int, BeforeValidator(variable.parse_count)] = 3

    hook_messages: Annotated[
        Literal["off", "finished", "all"],
        BeforeValidator(variable.one_of("off", "finished", "all")),
    ] = "off"
    hook_finished_after: Annotated[int, BeforeValidator(variable.parse_count)] = 5
    claude_code_session_rules: Annotated[bool, BeforeValidator(variable.parse_switch)] = False

    policy_file: Annotated[Path | None, BeforeValidator(variable.parse_path)] = None

    display_timezone: Annotated[zoneinfo.ZoneInfo, BeforeValidator(variable.parse_timezone)] = (
        Field(default_factory=lambda: zoneinfo.ZoneInfo("UTC"))
    )
    default_language: Annotated[str, BeforeValidator(variable.parse_language)] = ENGLISH
    allow_reveal: Annotated[bool, BeforeValidator(variable.parse_switch)] = False
    mcp_execute: Annotated[bool, BeforeValidator(variable.parse_switch)] = False
    log_format: Annotated[
        Literal["auto", "console", "json"],
        BeforeValidator(variable.one_of("auto", "console", "json")),
    ] = "auto"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error", "critical"],
        BeforeValidator(variable.one_of("debug", "info", "warning", "error", "critical")),
    ] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load_settings` gathered, and nothing behind its back."""
        return (init_settings,)

    @property
    def agent_keys(self) -> tuple[SecretStr, ...]:
        """The agent keys in force: APPROVAL_API_KEYS, else APPROVAL_API_KEY."""
        return self.approval_api_keys or self.approval_api_key

    @property
    def telegram_mode(self) -> Literal["polling", "webhook"]:
        """How updates come; `auto` is a webhook where Telegram can reach PUBLIC_URL."""
        if self.telegram_mode_wanted == "auto":
            return "webhook" if _telegram_reaches(self.public_url) else "polling"
        return self.telegram_mode_wanted

    @property
    def email_tls(self) -> Literal["implicit", "starttls", "none"]:
        """How mails are kept secret on their way; `auto` is implicit TLS on port 465."""
        if self.email_tls_wanted == "auto":
            return "implicit" if self.email_smtp_port == IMPLICIT_TLS_PORT else "starttls"
        return self.email_tls_wanted

    @property
    def approver_ids(self) -> frozenset[int]:
        """The people, by Telegram id, whom the environment names as approvers."""
        chat = self.approval_tg_chat_id
        return frozenset(self.allowed_user_ids) | ({chat} if chat and chat > 0 else frozenset())

    def missing_approvers(self) -> str | None:
        """Return the fault of a group as default chat in which nobody is named to decide.

        It is none where somebody is paired, which only the store knows.
        """
        chat = self.approval_tg_chat_id
        if chat is None or chat > 0 or self.allowed_user_ids:
            return None
        return (
            "APPROVAL_TG_CHAT_ID: this is a group, and nobody in it may decide yet; "
            "run  ok2run setup  to pair yourself, or list the approvers' numeric ids in "
            "ALLOWED_USER_IDS."
        )

    def secret_values(self) -> tuple[str, ...]:
        """Return every exact text that must not appear in a log."""
        found = [*self.approval_api_key, *self.approval_api_keys]
        for secret in (
            self.admin_api_key,
            self.telegram_bot_token,
            self.telegram_webhook_secret,
            self.email_password,
        ):
            if secret is not None:
                found.append(secret)
        values = [*(secret.get_secret_value() for secret in found), *self.database.passwords]
        return tuple(dict.fromkeys(values))


VARIABLES: Mapping[str, str] = {
    field.alias: name
    for name, field in Settings.model_fields.items()
    if field.alias is not None and field.alias.isupper()
}


def load_settings(environ: Mapping[str, str], directory: Path) -> Settings:
    """Return the settings of `environ` and of `.env` in `directory`; the environment wins.

    Raises SettingsError with every fault. The value of a secret is in none of the lines.
    """
    raw = read_variables(
        environ,
        directory,
        names=VARIABLES,
        secret_names=SECRET_VARIABLES,
        other_names=KNOWN_UNUSED,
    )
    faults = list(raw.faults)
    wrong = set(raw.unreadable)
    given: dict[str, object] = {
        "DATABASE_URL": DEFAULT_DATABASE,
        "SECRET_KEY_FILE": DEFAULT_SECRET_KEY_FILE,
        **raw.values,
        "directory": directory,
    }
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        for name, sentence in _sentences(error):
            faults.append(f"{name}: {sentence}")
            wrong.add(name)
        # What is right is looked at once more without the rest, for faults between variables.
        settings = Settings.model_validate(
            {name: value for name, value in given.items() if name not in wrong}
        )
    faults += _faults_between(settings, wrong)
    if settings.database.engine == "postgresql" and "SECRET_KEY_FILE" not in {*raw.values, *wrong}:
        faults.append(
            "SECRET_KEY_FILE: with PostgreSQL, name a file that stays when this machine or "
            "container is replaced; what it signs is checked with it, and it is never in the "
            "database."
        )
    if faults:
        raise SettingsError(tuple(faults))
    return settings.model_copy(
        update={"warnings": (*raw.warnings, *_key_warnings(settings), *mail_warnings(settings))}
    )


def _sentences(error: ValidationError) -> list[tuple[str, str]]:
    lines = []
    for fault in error.errors(include_url=False, include_input=False):
        cause = fault.get("ctx", {}).get("error")
        lines.append((str(fault["loc"][0]), str(cause) if cause else fault["msg"]))
    return lines


def _faults_between(settings: Settings, wrong: set[str]) -> list[str]:
    """Check the variables against each other, where none of those concerned is wrong itself."""
    checks = (
        (_admin_key_fault, {"ADMIN_API_KEY", "APPROVAL_API_KEY", "APPROVAL_API_KEYS"}),
        (_webhook_fault, {"TELEGRAM_MODE", "PUBLIC_URL", "TELEGRAM_API_BASE"}),
        (sender_fault, {"EMAIL_SMTP_HOST", "EMAIL_FROM"}),
        (login_fault, {"EMAIL_SMTP_HOST", "EMAIL_USERNAME", "EMAIL_PASSWORD"}),
        (clear_text_fault, {"EMAIL_TLS", "EMAIL_SMTP_HOST", "EMAIL_PASSWORD"}),
    )
    return [line for check, names in checks if not names & wrong and (line := check(settings))]


def _admin_key_fault(settings: Settings) -> str | None:
    agent_keys = {*settings.approval_api_key, *settings.approval_api_keys}
    if settings.admin_api_key is None or settings.admin_api_key not in agent_keys:
        return None
    return (
        "ADMIN_API_KEY: it is also an agent's key, and no key may decide what it asked; "
        "choose another."
    )


def _webhook_fault(settings: Settings) -> str | None:
    if settings.telegram_mode_wanted != "webhook" or _telegram_reaches(settings.public_url):
        return None
    if settings.public_url is None:
        return "TELEGRAM_MODE: webhook needs PUBLIC_URL; set it, or set TELEGRAM_MODE=polling."
    if settings.telegram_api_base != DEFAULT_API_BASE:
        return None  # a local Bot API server takes any address and port
    return (
        "TELEGRAM_MODE: webhook needs a PUBLIC_URL that is https on port 443, 80, 88 or 8443; "
        "change it, or set TELEGRAM_MODE=polling."
    )


def _telegram_reaches(public_url: str | None) -> bool:
    return (
        public_url is not None
        and public_url.startswith("https:")
        and variable.port_of(public_url) in WEBHOOK_PORTS
    )


def _key_warnings(settings: Settings) -> list[str]:
    keys = {*settings.approval_api_key, *settings.approval_api_keys}
    short = sorted({len(key.get_secret_value()) for key in keys} & set(range(SHORT_KEY)))
    lines = [
        f"APPROVAL_API_KEY: a key of {length} characters can be guessed; use {SHORT_KEY} or more."
        for length in short
    ]
    if settings.approval_api_keys and set(settings.approval_api_key) - set(
        settings.approval_api_keys
    ):
        lines.append(
            "APPROVAL_API_KEY: it is not used, because APPROVAL_API_KEYS is set and does not "
            "list it."
        )
    return lines
