"""Who may do what with access rules: the table of docs/security.md, which the tests check.

yes: allowed. own: what was made in the same browser; records of others are 404, and lists leave
them out. all: records of everybody. A number: the status, or the code with which a socket closes.
"""

ROLES = ("visitor", "reviewer", "presenter", "participant", "operator")

_ANYBODY = ("yes",) * 5
_RECORDS = ("own", "all", "own", "own", "own")
_OWN = ("own",) * 5
_REVIEWERS = ("401", "yes", "401", "401", "403")
_OPERATORS = ("403", "403", "403", "403", "yes")
_IN_ROOM = ("404", "404", "yes", "yes", "404")

RULES: dict[str, tuple[str, ...]] = {
    "POST /api/predict": _ANYBODY,
    "POST /api/predict/frame": _ANYBODY,
    "POST /api/strokes": _ANYBODY,
    "WS /api/live": _ANYBODY,
    "GET /api/history": _RECORDS,
    "GET /api/history?mine=true": _OWN,
    "GET /api/history/summary": _RECORDS,
    "GET /api/history/export.csv": _RECORDS,
    "GET /api/history/mine": _OWN,
    "DELETE /api/history/mine": _OWN,
    "GET /api/history/{id}": _RECORDS,
    "DELETE /api/history/{id}": _RECORDS,
    "GET /api/history/{id}/image.png": _RECORDS,
    "PUT /api/history/{id}/label": _RECORDS,
    "GET /api/history/{id}/similar": _RECORDS,
    "GET /api/history/{id}/strokes": _RECORDS,
    "GET /api/history/{id}/explain": _RECORDS,
    "GET /api/history/{id}/drawing.png": _RECORDS,
    "GET /api/history/{id}/drawing.gif": _RECORDS,
    "GET /api/history/{id}/share": _RECORDS,
    "GET /api/history/{id}/qr.svg": _RECORDS,
    "GET /api/review": _REVIEWERS,
    "GET /api/review/count": _REVIEWERS,
    "GET /api/review/most-useful": _REVIEWERS,
    "GET /api/review/accuracy": _REVIEWERS,
    "GET /api/review/reliability": _REVIEWERS,
    "GET /api/review/{id}/versions": _REVIEWERS,
    "GET /api/review/dataset.npz": _REVIEWERS,
    "GET /api/review/dataset.zip": _REVIEWERS,
    "GET /api/models": _REVIEWERS,
    "POST /api/models/rollback": _REVIEWERS,
    "POST /api/models/{version}/adopt": _REVIEWERS,
    "GET /api/models/{version}/comparison": _REVIEWERS,
    "GET /api/models/predictions": _REVIEWERS,
    "POST /api/models/{version}/shadow": _REVIEWERS,
    "DELETE /api/models/shadow": _REVIEWERS,
    "GET /api/training-jobs": _REVIEWERS,
    "POST /api/training-jobs": _REVIEWERS,
    "GET /api/training-jobs/{job}": _REVIEWERS,
    "DELETE /api/training-jobs/{job}": _REVIEWERS,
    "POST /api/feature-maps": _ANYBODY,
    "POST /api/rooms": _ANYBODY,
    "GET /api/rooms/{code}": _IN_ROOM,
    "GET /api/rooms/{code}/qr.svg": _IN_ROOM,
    "GET /api/rooms/{code}/drawings": _IN_ROOM,
    "WS /api/rooms/{code} as participant": ("4004", "4004", "yes", "yes", "4004"),
    "WS /api/rooms/{code} as presenter": ("4004", "4004", "yes", "4007", "4004"),
    "GET /api/health/live": _ANYBODY,
    "GET /api/health/ready": _ANYBODY,
    "GET /api/health/ready with details": ("no", "no", "no", "no", "yes"),
    "GET /api/metrics": _OPERATORS,
    "GET /api/docs": _ANYBODY,
    "GET /api/openapi.json": _ANYBODY,
    "GET /api/swagger": _ANYBODY,
    "POST /eval/image": _ANYBODY,
    "GET /upload": _ANYBODY,
    "POST /upload": _ANYBODY,
    "GET /query": _OPERATORS,
    "GET /join": _ANYBODY,
    "GET /assets/{version}/{path}": _ANYBODY,
    "GET /sign-in": _ANYBODY,
    "POST /sign-in": _ANYBODY,
    "GET /sign-in/oidc": _ANYBODY,
    "GET /sign-in/oidc/callback": _ANYBODY,
    "POST /sign-out": _ANYBODY,
    "GET /about": _ANYBODY,
    "GET /privacy": _ANYBODY,
    "GET /help": _ANYBODY,
    "GET /share/{token}": _ANYBODY,
    "GET /share/{token}/{picture}": _ANYBODY,
    "GET /manifest.webmanifest": _ANYBODY,
    "GET /icons/{name}": _ANYBODY,
    "GET /favicon.ico": _ANYBODY,
    "page /": _ANYBODY,
    "page /review": ("sign-in", "yes", "sign-in", "sign-in", "sign-in"),
    "page /models": ("sign-in", "yes", "sign-in", "sign-in", "sign-in"),
    "page /accuracy": ("sign-in", "yes", "sign-in", "sign-in", "sign-in"),
    "page /present": _ANYBODY,
}

# Rules that other tests check: pages in tests/browser, OpenID Connect with a real provider.
CHECKED_ELSEWHERE = {"GET /sign-in/oidc", "GET /sign-in/oidc/callback"}


def table() -> str:
    """Return the table as docs/security.md shows it."""
    lines = [f"| route | {' | '.join(ROLES)} |", f"| --- |{' --- |' * len(ROLES)}"]
    lines += [f"| {rule} | {' | '.join(cells)} |" for rule, cells in RULES.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
