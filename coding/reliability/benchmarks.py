"""Gwet's probabilistic benchmarking: how sure a coefficient with its standard error is of being in a verbal band."""

from .quantiles import normal_probability

#: From where on conclusions are tentative, and from where on they are sure (Krippendorff 2018, which prints .667).
THRESHOLDS = TENTATIVE, CLOSE = (0.667, 0.8)
BANDS: dict[str, tuple[tuple[float, str], ...]] = {
    "landis_koch": (
        (0.8, "almost perfect"),
        (0.6, "substantial"),
        (0.4, "moderate"),
        (0.2, "fair"),
        (0.0, "slight"),
        (-1.0, "poor"),
    ),
    "fleiss": ((0.75, "excellent"), (0.4, "intermediate to good"), (-1.0, "poor")),
    "altman": ((0.8, "very good"), (0.6, "good"), (0.4, "moderate"), (0.2, "fair"), (-1.0, "poor")),
    "cicchetti_sparrow": ((0.75, "excellent"), (0.6, "good"), (0.4, "fair"), (-1.0, "poor")),
    "koo_li": ((0.9, "excellent"), (0.75, "good"), (0.5, "moderate"), (-1.0, "poor")),
    "krippendorff": ((CLOSE, "reliable"), (TENTATIVE, "tentative conclusions only"), (-1.0, "not reliable")),
}


def memberships(coefficient: float, se: float, scale: str) -> list[float]:
    """
    Return cumulative membership probabilities, the best band first (Gwet 2014, ch. 6).

    For each band the sum so far of (Phi((k-lo)/s) - Phi((k-hi)/s)) / (Phi((k+1)/s) - Phi((k-1)/s)).
    Raises ValueError for an unknown scale, a standard error that is not above 0, or a coefficient far outside [-1, 1].
    """
    if scale not in BANDS:
        raise ValueError(f"There is no benchmark scale {scale!r}: use {', '.join(BANDS)}.")
    if not se > 0:
        raise ValueError("A benchmark needs a standard error above 0.")
    whole = normal_probability((coefficient + 1) / se) - normal_probability((coefficient - 1) / se)
    if not whole > 0:
        raise ValueError("The coefficient lies too far outside -1 to 1.")
    top, total, out = 1.0, 0.0, []
    for low, _ in BANDS[scale]:
        between = normal_probability((coefficient - low) / se) - normal_probability((coefficient - top) / se)
        total += between / whole
        out.append(total)
        top = low
    return out


def band(coefficient: float, se: float, scale: str, certainty: float = 0.95) -> str:
    """Return the first band, from the best down, whose cumulative probability reaches `certainty`."""
    for (_, name), probability in zip(BANDS[scale], memberships(coefficient, se, scale), strict=True):
        if probability >= certainty - 1e-12:
            return name
    return BANDS[scale][-1][1]
