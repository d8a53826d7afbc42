"""How far a share of few readings can be trusted."""

import math

_Z = 1.959964  # of a standard normal variable, 95 % lie within ± this


def wilson(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval for a share of `right` among `count` > 0: lowest and highest.

    Unlike the normal approximation it stays within [0, 1] and holds for few readings
    (E. B. Wilson, Probable inference, JASA 1927).
    """
    share = right / count
    middle = share + _Z**2 / (2 * count)
    spread = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    scale = 1 + _Z**2 / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
