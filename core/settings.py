"""The settings of Inkling, read once from environment variables or a `.env` file."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings, each named after its environment variable in lower case.

    An empty variable counts as not set. An invalid value raises pydantic's ValidationError, which
    names the variable.
    """

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    history: Literal["auto", "sqlite", "cassandra"] = Field(
        "auto",
        description="where predictions are stored; `auto`: Cassandra if contact points are set, "
        "else SQLite",
    )
    history_file: Path = Field(
        ROOT / "var" / "history.sqlite3", description="SQLite file of the embedded history"
    )
    outbox_file: Path = Field(
        ROOT / "var" / "outbox.sqlite3",
        description="SQLite file of predictions that wait to be written to Cassandra",
    )
    secret: SecretStr | None = Field(
        None,
        description="key that signs page cursors and room tokens; the same on every replica",
    )
    secret_file: Path = Field(
        ROOT / "var" / "secret",
        description="file where a generated secret is stored if `SECRET` is not set",
    )
    page_size: int = Field(50, ge=1, le=500, description="default number of predictions on a page")

    cassandra_contact_points: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="hosts of the Cassandra cluster, separated by commas"
    )
    cassandra_port: int = Field(9042, ge=1, le=65535, description="CQL port of every contact point")
    cassandra_datacenter: str | None = Field(
        None, description="local data center (not set: the first contact point's)"
    )
    cassandra_username: str | None = Field(
        None, description="user name, if Cassandra requires authentication"
    )
    cassandra_password: SecretStr | None = Field(None, description="password of that user")
    cassandra_tls_ca: Path | None = Field(
        None,
        description="PEM file of the certificate authority of the nodes; enables TLS",
    )
    cassandra_tls_certificate: Path | None = Field(
        None, description="PEM file of the client certificate, if Cassandra requires one"
    )
    cassandra_tls_key: Path | None = Field(
        None, description="PEM file of the private key of that certificate"
    )
    cassandra_keyspace: str = Field(
        "inkling", pattern=r"^[a-z][a-z0-9_]{0,47}$", description="keyspace, created on first use"
    )
    cassandra_replication: int = Field(
        1, ge=1, le=9, description="replication factor, used when the keyspace is created"
    )
    cassandra_consistency: Literal["ONE", "LOCAL_ONE", "QUORUM", "LOCAL_QUORUM", "ALL"] = Field(
        "LOCAL_QUORUM", description="consistency level of reads and writes"
    )
    history_bucket_minutes: int = Field(
        60,
        ge=1,
        le=1440,
        description="minutes of predictions in a partition, used when the keyspace is created",
    )
    history_shards: int | None = Field(
        None,
        ge=1,
        le=256,
        description="partitions per bucket (not set: one, more after a busy bucket)",
    )
    history_similar: bool = Field(
        True,
        description="Cassandra indexes drawings by similarity, used when the keyspace is created",
    )
    history_retention_days: int = Field(
        0, ge=0, description="days after which a prediction is deleted (0: never)"
    )

    drain_seconds: float = Field(
        0,
        ge=0,
        le=30,
        description="seconds between the signal to stop and the end, in which the server answers, "
        "but reports that it is not ready, so that a gateway sends no more requests",
    )
    max_upload_megabytes: float = Field(
        10, gt=0, le=100, description="maximum size of an image file"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="minimum log level"
    )
    log_format: Literal["plain", "json"] = Field(
        "plain", description="format of the log: `plain` text or `json`"
    )

    @field_validator("cassandra_contact_points", mode="before")
    @classmethod
    def _split_contact_points(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip() for host in value.split(",") if host.strip())
        return value

    @field_validator("history_bucket_minutes")
    @classmethod
    def _check_divides_day(cls, minutes: int) -> int:
        if 1440 % minutes:
            raise ValueError(f"HISTORY_BUCKET_MINUTES must divide 1440 (a day), {minutes} does not")
        return minutes

    @property
    def uses_cassandra(self) -> bool:
        """Whether the history is stored in Cassandra."""
        return self.history == "cassandra" or (
            self.history == "auto" and bool(self.cassandra_contact_points)
        )


@lru_cache
def get_settings() -> Settings:
    """Return the settings of the process."""
    return Settings()
