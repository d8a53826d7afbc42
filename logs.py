"""How the server logs: one line an event, for people on a terminal or as JSON for machines."""

from typing import Any

from settings import Settings

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"


def logging_configuration(settings: Settings) -> dict[str, Any]:
    """The configuration for logging.config.dictConfig."""
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
        # Streamlit brings a handler of its own: without this every line would come twice.
        "loggers": {"streamlit": {"propagate": False}},
    }
