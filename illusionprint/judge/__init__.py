"""The judge: which subject does a picture show? One small embedded network, or CLIP where its weights are at hand.

With S_ij how well seen picture i shows prompt j (Geng, Park and Owens, Visual Anagrams, 2024):

    alignment     A = min_i S_ii                                   the worst picture
    concealment   C = mean of tr(softmax_rows(S / tau)) / n and tr(softmax_columns(S / tau)) / n      how little the others show
"""

from ._scores import JudgeScores, JudgeTarget, alignment, concealment, evaluate

__all__ = ["JudgeScores", "JudgeTarget", "alignment", "concealment", "evaluate"]
