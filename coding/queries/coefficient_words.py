"""What each coefficient is called, how it is computed, and whose definition it follows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A coefficient for people: its name, its formula in a sentence, its source."""

    title: str
    formula: str
    source: str


_KRIPPENDORFF = "Krippendorff, Content Analysis, 4th ed. (2019), ch. 12"
_GWET = "Gwet, Handbook of Inter-Rater Reliability, 4th ed. (2014)"
_COHEN = "Cohen (1960), Educ. Psychol. Meas. 20, 37-46"
_BYRT = "Byrt, Bishop and Carlin (1993), J. Clin. Epidemiol. 46, 423-429"
_WORDS: dict[str, tuple[str, str, str]] = {
    "percent_agreement": (
        "Agreement in per cent",
        "For each segment with two or more values the share of pairs of raters that agree; the mean of these shares.",
        _GWET,
    ),
    "positive_agreement": (
        "Agreement on presence",
        "Of all values that say present, the share that the other raters of the segment confirm.",
        "Cicchetti and Feinstein (1990), J. Clin. Epidemiol. 43, 551-558",
    ),
    "negative_agreement": (
        "Agreement on absence",
        "Of all values that say absent, the share that the other raters of the segment confirm.",
        "Cicchetti and Feinstein (1990), J. Clin. Epidemiol. 43, 551-558",
    ),
    "krippendorff_alpha": (
        "Krippendorff's alpha",
        "1 - observed / expected disagreement, from the coincidences of all pairs of values; nominal difference.",
        _KRIPPENDORFF,
    ),
    "krippendorff_alpha_ordinal": (
        "Alpha, ordinal",
        "1 - observed / expected disagreement; two values differ by the ranks that lie between them, squared.",
        _KRIPPENDORFF,
    ),
    "krippendorff_alpha_interval": (
        "Alpha, interval",
        "1 - observed / expected disagreement; two values differ by their distance, squared.",
        _KRIPPENDORFF,
    ),
    "krippendorff_alpha_masi": (
        "Alpha with MASI distance",
        "1 - observed / expected disagreement between whole sets of codes, with the MASI distance.",
        "Passonneau (2006), LREC 2006, 831-836",
    ),
    "krippendorff_alpha_jaccard": (
        "Alpha with Jaccard distance",
        "1 - observed / expected disagreement between whole sets; distance 1 - intersection / union.",
        "Artstein and Poesio (2008), Comput. Linguist. 34, 555-596",
    ),
    "krippendorff_alpha_nominal_sets": (
        "Alpha over whole sets",
        "1 - observed / expected disagreement; two sets are the same or they are not.",
        _KRIPPENDORFF,
    ),
    "gwet_ac1": (
        "Gwet's AC1",
        "(observed - chance) / (1 - chance), with chance sum p(1 - p) / (q - 1) over the q declared categories.",
        "Gwet (2008), Br. J. Math. Stat. Psychol. 61, 29-48",
    ),
    "gwet_ac2_ordinal": ("Gwet's AC2, ordinal", "AC1 with part credit for neighbouring ratings, by ranks.", _GWET),
    "gwet_ac2_quadratic": (
        "Gwet's AC2, quadratic",
        "AC1 with part credit for near ratings, by squared distance.",
        _GWET,
    ),
    "fleiss_kappa": (
        "Fleiss' kappa",
        "(observed - chance) / (1 - chance), with chance from the pooled shares of the categories.",
        "Fleiss (1971), Psychol. Bull. 76, 378-382; with missing values Gwet (2014)",
    ),
    "fleiss_kappa_quadratic": (
        "Fleiss' kappa, quadratic",
        "Fleiss' kappa with part credit for near ratings, by squared distance.",
        _GWET,
    ),
    "conger_kappa": (
        "Conger's kappa",
        "Cohen's kappa for more than two raters: chance from the raters' own shares.",
        "Conger (1980), Psychol. Bull. 88, 322-328",
    ),
    "light_kappa": (
        "Light's kappa",
        "The mean of Cohen's kappas of all pairs of raters.",
        "Light (1971), Psychol. Bull. 76, 365-377",
    ),
    "light_kappa_quadratic": (
        "Light's kappa, quadratic",
        "The mean of the quadratically weighted kappas of all pairs.",
        "Light (1971), Psychol. Bull. 76, 365-377",
    ),
    "brennan_prediger": (
        "Brennan and Prediger's kappa",
        "(observed - 1/q) / (1 - 1/q), where q counts the declared categories.",
        "Brennan and Prediger (1981), Educ. Psychol. Meas. 41, 687-699",
    ),
    "cohen_kappa": (
        "Cohen's kappa",
        "(observed - chance) / (1 - chance) of two raters, with chance from their own shares.",
        _COHEN,
    ),
    "cohen_kappa_linear": (
        "Weighted kappa, linear",
        "Cohen's kappa with part credit for near ratings, by distance.",
        "Cohen (1968), Psychol. Bull. 70, 213-220",
    ),
    "cohen_kappa_quadratic": (
        "Weighted kappa, quadratic",
        "Cohen's kappa with part credit for near ratings, by squared distance.",
        "Cohen (1968), Psychol. Bull. 70, 213-220",
    ),
    "kappa_max": ("Highest possible kappa", "The largest kappa that the two raters' shares allow.", _COHEN),
    "pabak": ("PABAK", "2 x agreement - 1: kappa as if prevalence and bias were none.", _BYRT),
    "prevalence_index": ("Prevalence index", "(both present - both absent) / segments.", _BYRT),
    "bias_index": ("Bias index", "(first alone - second alone) / segments.", _BYRT),
    "icc_3_1": (
        "ICC(3,1)",
        "Variance between sessions / variance between and within, two-way mixed, single counts, consistency.",
        "Shrout and Fleiss (1979), Psychol. Bull. 86, 420-428",
    ),
    "lin_ccc": (
        "Lin's concordance correlation",
        "2 x covariance / (both variances + the squared difference of the means).",
        "Lin (1989), Biometrics 45, 255-268",
    ),
    "icc_2_1": (
        "ICC(2,1)",
        "Variance between segments (or sessions) / all variance, two-way random, single ratings, absolute agreement.",
        "Shrout and Fleiss (1979), Psychol. Bull. 86, 420-428",
    ),
    "alpha_u": (
        "Unitizing alpha",
        "1 - observed / expected disagreement over the characters of the text, marked or not marked.",
        "Krippendorff, Mathet, Bouvry and Widlöcher (2016), Qual. Quant. 50, 2347-2364",
    ),
}


def words_for(name: str) -> Words:
    """Give the words for a coefficient; one without words of its own is called by its name."""
    return Words(*_WORDS.get(name, (name.replace("_", " "), "", "")))
