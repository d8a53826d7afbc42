"""Every setting of Inkling, read from environment variables (or a `.env` file) once at start."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The settings, each named after its environment variable in lower case.

    An empty variable counts as not set. A value that does not fit raises pydantic's
    ValidationError, which names the variable.
    """

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    history: Literal["auto", "sqlite", "cassandra"] = Field(
        "auto",
        description="where readings are kept; `auto`: Cassandra where contact points are set",
    )
    history_file: Path = Field(
        ROOT / "var" / "history.sqlite3", description="the embedded history, a SQLite file"
    )
    outbox_file: Path = Field(
        ROOT / "var" / "outbox.sqlite3",
        description="readings on their way to Cassandra, a file that survives a restart",
    )
    secret: SecretStr | None = Field(
        None,
        description="signs page cursors and invitations to rooms; the same on every replica",
    )
    secret_file: Path = Field(
        ROOT / "var" / "secret", description="where a secret is made and kept when none is set"
    )
    page_size: int = Field(
        50, ge=1, le=500, description="readings on a page when none is asked for"
    )

    cassandra_contact_points: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="hosts of the Cassandra cluster, separated by commas"
    )
    cassandra_port: int = Field(9042, ge=1, le=65535, description="CQL port of every contact point")
    cassandra_datacenter: str | None = Field(
        None, description="local datacentre (the first contact point's when not set)"
    )
    cassandra_username: str | None = Field(
        None, description="user name, where Cassandra asks for one"
    )
    cassandra_password: SecretStr | None = Field(None, description="password of that user")
    cassandra_tls_ca: Path | None = Field(
        None,
        description="PEM file of the nodes' certificate authority; turns TLS on",
    )
    cassandra_tls_certificate: Path | None = Field(
        None, description="PEM file of the client certificate, where Cassandra asks for one"
    )
    cassandra_tls_key: Path | None = Field(None, description="PEM file of that certificate's key")
    cassandra_keyspace: str = Field(
        "inkling", pattern=r"^[a-z][a-z0-9_]{0,47}$", description="keyspace, made on first use"
    )
    cassandra_replication: int = Field(
        1, ge=1, le=9, description="copies of every reading, when the keyspace is made"
    )
    cassandra_consistency: Literal["ONE", "LOCAL_ONE", "QUORUM", "LOCAL_QUORUM", "ALL"] = Field(
        "LOCAL_QUORUM", description="consistency level of reads and writes"
    )
    history_bucket_minutes: int = Field(
        60,
        ge=1,
        le=1440,
        description="minutes of readings in a partition, when the keyspace is made",
    )
    history_shards: int | None = Field(
        None,
        ge=1,
        le=256,
        description="partitions that share one bucket (not set: one, more after a busy one)",
    )
    history_similar: bool = Field(
        True,
        description="an index finds similar drawings in Cassandra, when the keyspace is made",
    )
    history_retention_days: int = Field(
        0, ge=0, description="days after which a reading is dropped (0: never)"
    )

    max_upload_megabytes: float = Field(10, gt=0, le=100, description="largest picture file")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="the least important events that are logged"
    )
    log_format: Literal["plain", "json"] = Field(
        "plain", description="a log line for people, or JSON for machines"
    )

    @field_validator("cassandra_contact_points", mode="before")
    @classmethod
    def _split_contact_points(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @field_validator("history_bucket_minutes")
    @classmethod
    def _divide_a_day(cls, minutes: int) -> int:
        if 1440 % minutes:
            raise ValueError(f"HISTORY_BUCKET_MINUTES must divide a day's 1440, {minutes} does not")
        return minutes

    @property
    def uses_cassandra(self) -> bool:
        """Whether the history lives in Cassandra."""
        return self.history == "cassandra" or (
            self.history == "auto" and bool(self.cassandra_contact_points)
        )


@lru_cache
def get_settings() -> Settings:
    """The process's settings."""
    return Settings()
