"""Settings, read from the environment once, at start."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from strawberry.http.websocket_origin import normalize_allowed_origins

from domain.listing import Listing
from gql.limits import Limits
from server import database, secret

DEFAULT_DATABASE: Final = "sqlite://.run/ordergraph.sqlite3"


class Introspection(Listing):
    """Who may ask what the schema holds."""

    EVERYBODY = "everybody", "Whoever has a token."
    ADMINISTRATORS = "administrators", "Who may change users, roles and API clients."
    NOBODY = "nobody", "Nobody; errors name nothing the client did not write."


LIMITS: Final = tuple(one.name for one in fields(Limits) if one.type == "int")
"""What ORDERGRAPH_LIMITS may name."""

HELP: Final = {
    "DATABASE_URL": "Examples: " + " or ".join(database.EXAMPLES) + ".",
    "REDIS_URL": "Example: redis://127.0.0.1:6379. Leave it out to run without Redis.",
    "ORDERGRAPH_SECRET": secret.HOW_TO_MAKE_ONE,
    "ORDERGRAPH_ISSUER": "Example: ordergraph.",
    "ORDERGRAPH_AUDIENCE": "Example: ordergraph.",
    "ORDERGRAPH_ALLOWED_ORIGINS": "Example: https://shop.example,https://desk.example:8443 (no paths, no *).",
    "ORDERGRAPH_GRAPHIQL": "Use true or false.",
    "ORDERGRAPH_INTROSPECTION": f"Use one of {', '.join(Introspection)}.",
    "ORDERGRAPH_LIMITS": f"Example: depth=15,cost=10000. There are {', '.join(LIMITS)}; each is 1 or more.",
    "ORDERGRAPH_CONNECTIONS": "Use a number from 1 to 10000.",
}
"""What to do about each variable when its value cannot be used."""


class SettingsError(Exception):
    """A setting cannot be used. The text names the variable and the remedy, and holds no value of a secret."""


class Settings(BaseSettings):
    """What the environment may say. Frozen; the text form shows no secret and no address with a password."""

    model_config = SettingsConfigDict(
        env_prefix="ORDERGRAPH_",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    database_url: str = Field(default=DEFAULT_DATABASE, validation_alias="DATABASE_URL", repr=False)
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL", repr=False)
    secret: SecretStr | None = None
    issuer: str = Field(default="ordergraph", min_length=1)
    audience: str = Field(default="ordergraph", min_length=1)
    allowed_origins: Annotated[frozenset[str], NoDecode] = frozenset()
    """Foreign origins whose pages may call the API. Empty: pages of this very host only."""
    graphiql: bool = True
    introspection: Introspection = Introspection.EVERYBODY
    limits: Annotated[Limits, NoDecode] = Limits()
    """Of one document."""
    connections: int = Field(default=20, ge=1, le=10_000)
    """Sockets and streams of one user or API client, in one process."""

    @cached_property
    def signing_key(self) -> str:
        """The key of all tokens. Made at first use for SQLite; refused with SettingsError for PostgreSQL."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        path = database.sqlite_path(self.database_url)
        if path is None:
            raise SettingsError(
                f"ORDERGRAPH_SECRET must be set when DATABASE_URL is PostgreSQL. {secret.HOW_TO_MAKE_ONE}"
            )
        try:
            return secret.beside(path)
        except secret.SecretUnusable as wrong:
            raise SettingsError(str(wrong)) from wrong

    @field_validator("database_url")
    @classmethod
    def _usable_database(cls, url: str) -> str:
        try:
            database.config(url)
        except database.DatabaseUrlWrong as wrong:
            raise ValueError(wrong.problem) from None
        return url

    @field_validator("redis_url")
    @classmethod
    def _usable_redis(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("is not a Redis address")
        return url

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, text: SecretStr | None) -> SecretStr | None:
        if text is not None and len(text.get_secret_value().encode()) < secret.LEAST_BYTES:
            raise ValueError(f"is shorter than {secret.LEAST_BYTES} bytes")
        return text

    @field_validator("allowed_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(part.strip() for part in value.split(",") if part.strip())

    @field_validator("limits", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            pairs = dict(part.split("=") for part in value.replace(" ", "").split(",") if part)
            numbers: dict[str, Any] = {name: int(text) for name, text in pairs.items()}
        except ValueError:
            raise ValueError("is not a list of limits") from None
        if not numbers.keys() <= set(LIMITS):
            raise ValueError("names a limit there is not")
        if any(number < 1 for number in numbers.values()):
            raise ValueError("has a limit below 1")
        return Limits(**numbers)

    @field_validator("allowed_origins")
    @classmethod
    def _only_origins(cls, origins: frozenset[str]) -> frozenset[str]:
        if "*" in origins:
            raise ValueError("names every origin there is")
        return normalize_allowed_origins(sorted(origins))


def load() -> Settings:
    """Settings of this process. Raises SettingsError naming every variable that cannot be used."""
    try:
        return Settings()
    except ValidationError as wrong:
        raise SettingsError("\n".join(_problems(wrong))) from None


def _problems(wrong: ValidationError) -> list[str]:
    lines = []
    for problem in wrong.errors(include_input=False, include_context=False, include_url=False):
        place = str(problem["loc"][0])
        variable = place if place in HELP else f"ORDERGRAPH_{place.upper()}"
        text = problem["msg"].removeprefix("Value error, ").rstrip(".")
        lines.append(f"{variable}: {text}. {HELP.get(variable, '')}".rstrip())
    return lines
