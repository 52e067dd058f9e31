"""Agreement of raters, tests of two systems, intervals: numpy and nothing else.

Every function is pure; chance comes in as a `numpy.random.Generator`.
"""

from __future__ import annotations

from paintreel.stats.agreement import (
    ICC_FORMS,
    Icc,
    category_counts,
    fleiss_kappa,
    icc,
    krippendorff_alpha,
)
from paintreel.stats.confusion import (
    Recognition,
    confusion_of,
    macro_f1,
    rater_confusion,
    recall_gain,
    recognition_of,
)
from paintreel.stats.correlation import mean_ranks, pearson, spearman
from paintreel.stats.intervals import Interval, bootstrap_interval
from paintreel.stats.multiple import holm
from paintreel.stats.paired import (
    PairedT,
    SignedRank,
    effect_size_dz,
    paired_t_test,
    wilcoxon_signed_rank,
)
from paintreel.stats.preferences import bradley_terry, share_interval, sign_test

__all__ = [
    "ICC_FORMS",
    "Icc",
    "Interval",
    "PairedT",
    "Recognition",
    "SignedRank",
    "bootstrap_interval",
    "bradley_terry",
    "category_counts",
    "confusion_of",
    "effect_size_dz",
    "fleiss_kappa",
    "holm",
    "icc",
    "krippendorff_alpha",
    "macro_f1",
    "mean_ranks",
    "paired_t_test",
    "pearson",
    "rater_confusion",
    "recall_gain",
    "recognition_of",
    "share_interval",
    "sign_test",
    "spearman",
    "wilcoxon_signed_rank",
]
