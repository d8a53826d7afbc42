"""How the server logs: one line an event, for people on a terminal or as JSON for machines."""

import logging.config
from typing import Any

from core.settings import Settings

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure_logging(settings: Settings) -> None:
    """Make every logger of the process write in the one form."""
    logging.config.dictConfig(_configuration(settings))


def _configuration(settings: Settings) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"format": _PLAIN},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": _FIELDS,
                "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            },
        },
        "handlers": {
            "stream": {"class": "logging.StreamHandler", "formatter": settings.log_format}
        },
        "root": {"handlers": ["stream"], "level": settings.log_level},
        # Streamlit gives itself and uvicorn handlers: taken away, so that no line comes twice.
        "loggers": {
            "streamlit": {"handlers": [], "propagate": True},
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"handlers": [], "propagate": True},
            # api/routes/metrics.py notes every request, with how long it took.
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }
