"""Logging configuration: one line per event, as plain text or as JSON."""

import logging.config
from typing import Any

from core.settings import Settings

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure_logging(settings: Settings) -> None:
    """Configure every logger of the process to write in the format of the settings."""
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
        # Streamlit adds its own handlers to these loggers; without them each line appears once.
        "loggers": {
            "streamlit": {"handlers": [], "propagate": True},
            "uvicorn": {"handlers": [], "propagate": True},
            "uvicorn.error": {"handlers": [], "propagate": True},
            # RequestLogMiddleware in api/middleware.py logs every request with its duration.
            "uvicorn.access": {"handlers": [], "propagate": False},
        },
    }
