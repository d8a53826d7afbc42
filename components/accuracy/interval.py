"""Confidence interval of a proportion."""

import math

_Z = 1.959964  # 97.5 % quantile of the standard normal distribution


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the lower and upper end of Wilson's 95 % interval for `successes` in `trials` > 0.

    Unlike the normal approximation it stays within [0, 1] and holds for few trials
    (E. B. Wilson, Probable inference, JASA 1927).
    """
    share = successes / trials
    center = share + _Z**2 / (2 * trials)
    spread = _Z * math.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    scale = 1 + _Z**2 / trials
    return max(0.0, (center - spread) / scale), min(1.0, (center + spread) / scale)
