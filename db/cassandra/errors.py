"""Explain failures of Cassandra in a sentence that names the setting to check."""

import ssl
from collections.abc import Iterator

from cassandra import (
    AuthenticationFailed,
    DriverException,
    InvalidRequest,
    OperationTimedOut,
    ReadTimeout,
    Timeout,
    Unauthorized,
    Unavailable,
    UnresolvableContactPoints,
)
from cassandra.cluster import NoHostAvailable
from cassandra.connection import ConnectionException

from core.settings import Settings

FAILURES = (DriverException, NoHostAvailable, ConnectionException, OSError, TimeoutError)

_NO_CERTIFICATE = (
    "Cassandra closed the TLS connection; if it requires a client certificate, "
    "set CASSANDRA_TLS_CERTIFICATE and CASSANDRA_TLS_KEY."
)


class CassandraUnavailableError(Exception):
    """Cassandra cannot answer now; the text says why."""


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the TLS context of the settings, None without TLS.

    Raises CassandraUnavailableError for files that cannot be loaded.
    """
    if settings.cassandra_tls_ca is None:
        return None
    try:
        context = ssl.create_default_context(cafile=str(settings.cassandra_tls_ca))
    except (OSError, ssl.SSLError) as error:
        raise CassandraUnavailableError(
            f"CASSANDRA_TLS_CA names {settings.cassandra_tls_ca}, which is not a readable "
            f"PEM certificate ({error})."
        ) from error
    # Nodes are known by address, which certificates rarely contain: only the authority is checked.
    context.check_hostname = False
    if settings.cassandra_tls_certificate is not None:
        try:
            context.load_cert_chain(settings.cassandra_tls_certificate, settings.cassandra_tls_key)
        except (OSError, ssl.SSLError) as error:
            raise CassandraUnavailableError(
                "CASSANDRA_TLS_CERTIFICATE and CASSANDRA_TLS_KEY are not a readable PEM pair "
                f"({error})."
            ) from error
    return context


def explain(error: BaseException, settings: Settings, *, connecting: bool = False) -> str:
    """Return one sentence that says why a request, or the connection itself, failed."""
    if isinstance(error, CassandraUnavailableError):
        return str(error)
    causes = list(_causes(error))
    for cause in causes:
        sentence = _explain_cause(cause, settings) or _explain_tls(cause, settings)
        if sentence is not None:
            return sentence
    if connecting:
        sentence = _explain_connection(causes, settings)
        if sentence is not None:
            return sentence
    return f"Cassandra at {_addresses(settings)} does not answer; it may be down or unreachable."


def is_rejection(error: Exception) -> bool:
    """Return whether Cassandra rejects this one request, now and later."""
    return isinstance(error, InvalidRequest)


def is_outage(error: Exception) -> bool:
    """Return whether further requests will most likely fail as well.

    Not so for a replica that was too slow for its coordinator (the driver's Timeout).
    """
    return not isinstance(error, InvalidRequest | Timeout)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the errors of the hosts, the error itself, and its causes."""
    errors = getattr(error, "errors", None)
    if isinstance(errors, dict):
        for host_error in errors.values():
            if isinstance(host_error, BaseException):
                yield from _causes(host_error)
    yield error
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


def _explain_cause(error: BaseException, settings: Settings) -> str | None:
    match error:
        case AuthenticationFailed() if settings.cassandra_username is None:
            return "Cassandra requires a user; set CASSANDRA_USERNAME and CASSANDRA_PASSWORD."
        case AuthenticationFailed():
            return (
                f"Cassandra does not accept the user {settings.cassandra_username!r}; "
                "check CASSANDRA_USERNAME and CASSANDRA_PASSWORD."
            )
        case Unauthorized():
            return (
                f"The Cassandra user {settings.cassandra_username!r} lacks a permission ({error}); "
                f"grant it on the keyspace {settings.cassandra_keyspace!r} or change "
                "CASSANDRA_USERNAME."
            )
        case Unavailable():
            return (
                "Too few Cassandra nodes are up for CASSANDRA_CONSISTENCY="
                f"{settings.cassandra_consistency} ({error.alive_replicas} of "
                f"{error.required_replicas} replicas answer)."
            )
        case UnresolvableContactPoints():
            return (
                f"The host name {_addresses(settings)} is unknown; check CASSANDRA_CONTACT_POINTS."
            )
        case OperationTimedOut() | ReadTimeout() | Timeout() | TimeoutError():
            return "Cassandra does not answer in time; it may be busy or unreachable."
    return None


def _explain_tls(error: BaseException, settings: Settings) -> str | None:
    # The driver passes a TLS error on as a plain OSError: there is only its text.
    text = str(error)
    if settings.cassandra_tls_ca is None or "SSL" not in text.upper():
        return None
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return (
            "Cassandra's certificate was not signed by the authority in CASSANDRA_TLS_CA "
            f"({settings.cassandra_tls_ca})."
        )
    if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text:
        return (
            f"Cassandra at {_addresses(settings)} does not speak TLS; "
            "remove CASSANDRA_TLS_CA or enable TLS there."
        )
    if settings.cassandra_tls_certificate is None:
        return _NO_CERTIFICATE
    return (
        "Cassandra did not accept the client certificate; "
        "check CASSANDRA_TLS_CERTIFICATE and CASSANDRA_TLS_KEY."
    )


def _explain_connection(causes: list[BaseException], settings: Settings) -> str | None:
    addresses = _addresses(settings)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return (
            f"No Cassandra answers at {addresses}; start it, or check "
            "CASSANDRA_CONTACT_POINTS and CASSANDRA_PORT."
        )
    if settings.cassandra_tls_ca is None:
        return (
            f"Cassandra at {addresses} does not answer; it may be down or unreachable, or, if it "
            "requires TLS, CASSANDRA_TLS_CA must be set to the PEM file of its authority."
        )
    if settings.cassandra_tls_certificate is None:
        return _NO_CERTIFICATE
    return None


def _addresses(settings: Settings) -> str:
    points = ", ".join(settings.cassandra_contact_points or ("127.0.0.1",))
    return f"{points} port {settings.cassandra_port}"
