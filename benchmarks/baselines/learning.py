"""What baselines learn by: logistic regression, as strict as does best on validation; boosted trees for few numbers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED = 20_261_126
STRENGTHS = (0.01, 0.1, 1.0)  # scikit-learn's C, 1 by default; 10 was never best on validation, and is slow
# A fit that stops early gives answers that hang on when: at 1e-3, F1 of claims was up to .04 off on validation.
ENOUGH, STEPS = 1e-5, 5_000
Floats = NDArray[np.float64]
Matrix = Any  # rows by features, dense or sparse


def learned(
    known: tuple[Matrix, Sequence[Any]],
    good: Callable[[Any], float] | None,
    *,
    balanced: bool,
) -> Any:
    """It will fit a model to features and labels, with the C at which it is best by `good`; with the default where
    there is nothing to choose by. Of equals the smallest C is taken.
    """
    from sklearn.linear_model import LogisticRegression

    def fitted(strength: float) -> Any:
        weight = "balanced" if balanced else None
        return LogisticRegression(C=strength, class_weight=weight, max_iter=STEPS, tol=ENOUGH).fit(*known)

    if good is None:
        return fitted(1.0)
    return max(map(fitted, STRENGTHS), key=good)


def boosted(known: tuple[Floats, Sequence[str]], asked: Floats) -> list[str]:
    """It will say the labels of `asked` by gradient boosting (Friedman 2001), classes balanced, as scikit-learn has it
    but for half the learning rate; the one label where there is no other.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    features, labels = known
    if len(set(labels)) < 2:
        return [*labels[:1]] * len(asked)
    model = HistGradientBoostingClassifier(learning_rate=0.05, class_weight="balanced", random_state=SEED)
    return [*map(str, model.fit(features, [*labels]).predict(asked))]


@contextmanager
def one_thread() -> Iterator[None]:
    """It will let sums be made by one thread meanwhile: several add in another order, which is another sum.

    A limit holds for the libraries that are there when it is set, so those that models are fitted by are imported
    first: with those of scipy left out, a fit took 98 steps on one core and 87 on two.
    """
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401 - both for their threads
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def shuffled(labels: Sequence[Any]) -> list[Any]:
    """It will give the labels in another order, the same at each call."""
    return [labels[place] for place in np.random.RandomState(SEED).permutation(len(labels))]
