"""The version of Inkling."""

VERSION = "0.2.0"
