"""What keeps Cassandra from answering, in a sentence that names the setting to look at."""

import socket
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

_HANDSHAKE_SECONDS = 2.0
_NO_CERTIFICATE = (
    "Cassandra ended the TLS connection; where it asks for a client certificate, "
    "set CASSANDRA_TLS_CERTIFICATE and CASSANDRA_TLS_KEY."
)


class CassandraUnavailableError(Exception):
    """Cassandra cannot be asked now; the text says why."""


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """TLS as the settings want it, None for none.

    Raises CassandraUnavailableError for files that cannot be loaded.

    Nodes are known by address, which certificates rarely carry: the authority is what is checked.
    """
    if settings.cassandra_tls_ca is None:
        return None
    try:
        context = ssl.create_default_context(cafile=str(settings.cassandra_tls_ca))
    except (OSError, ssl.SSLError) as error:
        raise CassandraUnavailableError(
            f"CASSANDRA_TLS_CA names {settings.cassandra_tls_ca}, which is no readable "
            f"PEM certificate ({error})."
        ) from error
    context.check_hostname = False
    if settings.cassandra_tls_certificate is not None:
        try:
            context.load_cert_chain(settings.cassandra_tls_certificate, settings.cassandra_tls_key)
        except (OSError, ssl.SSLError) as error:
            raise CassandraUnavailableError(
                "CASSANDRA_TLS_CERTIFICATE and CASSANDRA_TLS_KEY are no readable PEM pair "
                f"({error})."
            ) from error
    return context


def explain(error: BaseException, settings: Settings, *, connecting: bool = False) -> str:
    """Why a request failed, one sentence; when connecting it may take seconds to find out."""
    if isinstance(error, CassandraUnavailableError):
        return str(error)
    causes = list(_causes(error))
    for cause in causes:
        sentence = _explain_one(cause, settings) or _explain_tls(cause, settings)
        if sentence is not None:
            return sentence
    if connecting:
        sentence = _explain_connection(causes, settings)
        if sentence is not None:
            return sentence
    return f"Cassandra at {_points(settings)} does not answer; it may be down or cut off."


def is_refusal(error: Exception) -> bool:
    """Whether it is this one request that Cassandra does not take, now or later."""
    return isinstance(error, InvalidRequest)


def is_outage(error: Exception) -> bool:
    """Whether further requests will most likely fail as well.

    A replica that was too slow for its coordinator (the driver's Timeout) is none.
    """
    return not isinstance(error, InvalidRequest | Timeout)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies behind it, the hosts' own first."""
    errors = getattr(error, "errors", None)
    if isinstance(errors, dict):
        for host_error in errors.values():
            if isinstance(host_error, BaseException):
                yield from _causes(host_error)
    yield error
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


def _explain_one(error: BaseException, settings: Settings) -> str | None:
    match error:
        case AuthenticationFailed() if settings.cassandra_username is None:
            return "Cassandra asks for a user; set CASSANDRA_USERNAME and CASSANDRA_PASSWORD."
        case AuthenticationFailed():
            return (
                f"Cassandra does not let the user {settings.cassandra_username!r} in; "
                "check CASSANDRA_USERNAME and CASSANDRA_PASSWORD."
            )
        case Unauthorized():
            return (
                f"The Cassandra user {settings.cassandra_username!r} may not do this ({error}); "
                f"grant it the keyspace {settings.cassandra_keyspace!r} or change "
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
                f"No host is known by the name {_points(settings)}; check CASSANDRA_CONTACT_POINTS."
            )
        case OperationTimedOut() | ReadTimeout() | Timeout() | TimeoutError():
            return "Cassandra does not answer in time; it may be busy or cut off."
    return None


def _explain_tls(error: BaseException, settings: Settings) -> str | None:
    # The driver hands a TLS error on as a plain OSError: its text is all there is.
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
            f"Cassandra at {_points(settings)} does not speak TLS; "
            "take CASSANDRA_TLS_CA back or switch TLS on there."
        )
    if settings.cassandra_tls_certificate is None:
        return _NO_CERTIFICATE
    return (
        "Cassandra did not take the client certificate; "
        "check CASSANDRA_TLS_CERTIFICATE and CASSANDRA_TLS_KEY."
    )


def _explain_connection(causes: list[BaseException], settings: Settings) -> str | None:
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return (
            f"No Cassandra answers at {_points(settings)}; start it, or check "
            "CASSANDRA_CONTACT_POINTS and CASSANDRA_PORT."
        )
    for host in settings.cassandra_contact_points or ("127.0.0.1",):
        if settings.cassandra_tls_ca is None and _speaks_tls(host, settings.cassandra_port):
            return (
                f"Cassandra at {_points(settings)} speaks TLS only; "
                "set CASSANDRA_TLS_CA to the PEM file of its authority."
            )
        if settings.cassandra_tls_certificate is None and settings.cassandra_tls_ca is not None:
            return _NO_CERTIFICATE
    return None


def _points(settings: Settings) -> str:
    points = ", ".join(settings.cassandra_contact_points or ("127.0.0.1",))
    return f"{points} port {settings.cassandra_port}"


def _speaks_tls(host: str, port: int) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), _HANDSHAKE_SECONDS) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except (OSError, ssl.SSLError):
        return False
