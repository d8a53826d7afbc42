"""The texts of an open prediction: its own, and those that it shares with the review."""

from components.i18n import Language, texts_for

# Texts of an open prediction that the review has, too (components/shared/prediction_dialog.js).
_REVIEW_TEXTS = (
    *("one", "previous", "next", "close", "delete", "undo", "gone", "not_loaded", "unknown_key"),
    *("pen", "image", "replay", "progress", "seen", "heat", "no_heat", "probabilities", "which"),
    *("correct_label", "not_a_digit", "refused", "not_saved"),
    *("label_digit", "label_none", "label_right", "label_none_short", "label_right_short"),
    *("type", "type_key", "error_label", "pad", "upload", "sample"),
    *("verdict_digit", "verdict_unsure", "verdict_not_a_digit"),
    *("facts", "fact_time", "fact_source", "fact_model", "fact_sure", "fact_label"),
    *("fact_no_label", "corrections", "label_removed", "labelled_by", "labelled"),
    *("today", "today_same", "conflict_one", "conflicts", "conflict_more", "conflict_sentence"),
    *("conflict_removed", "conflict_someone", "conflict_mine", "conflict_theirs"),
    *("conflict_all_mine", "conflict_all_theirs"),
)


def record_texts(language: Language) -> dict[str, str]:
    """Return the texts that the dialog's scripts look up."""
    review = texts_for(language, "review")
    return {name: review[name] for name in _REVIEW_TEXTS} | texts_for(language, "record")
