"""The content of a shared prediction's page, and what previews of its link show."""

from html import escape

from components.i18n import Language, texts_for
from components.site.head import PageMetadata
from db import DigitPredictionRecord, PredictionRecord
from services.drawing_images import PREVIEW_SIZE
from services.sharing import share_path

_MAX_DIGITS = 12  # whose bars are shown


def page_metadata(record: PredictionRecord, language: Language, token: str) -> PageMetadata:
    """Return title, description and picture of a shared prediction."""
    texts = texts_for(language, "share")
    title = _title(record, language)
    return PageMetadata(
        title=f"{title} · Inkling",
        description=f"{_certainty(record, language)} {texts['description']}".strip(),
        image=f"{share_path(token)}/preview.png",
        image_size=PREVIEW_SIZE,
        image_text=title,
    )


def prediction_html(record: PredictionRecord, language: Language, token: str, root: str) -> str:
    """Return the content of the page; root: the relative URL of the site's root."""
    texts = texts_for(language, "share")
    title = _title(record, language)
    time = record.created.isoformat(timespec="minutes")
    shown_time = f"{record.created:%Y-%m-%d %H:%M} UTC"
    source = texts[record.source]
    picture = _picture_html(
        record, texts["drawing"].format(title=title), f"{root}{share_path(token)}"
    )
    left_out = len(record.digits) - _MAX_DIGITS
    more = f"<p>{escape(texts['more'].format(count=left_out))}</p>" if left_out > 0 else ""
    digits = "\n".join(
        _digit_html(digit, index, len(record.digits), language)
        for index, digit in enumerate(record.digits[:_MAX_DIGITS], start=1)
    )
    return f"""<article class="card">
<h1>{escape(title)}</h1>
<p class="certainty">{escape(_certainty(record, language))}</p>
{picture}
<p class="facts">{escape(source)} · <time datetime="{time}">{shown_time}</time></p>
<div class="digits">
{digits}
</div>
{more}</article>
<p class="shared-note">{escape(texts["note"])}</p>
<p><a class="button" href="{root}?lang={language}">{escape(texts["draw"])}</a></p>"""


def _title(record: PredictionRecord, language: Language) -> str:
    texts = texts_for(language, "share")
    text = " ".join(record.text.split())
    if not text:
        return texts["title_blank"]
    return texts["title_none"] if text == "?" else texts["title"].format(text=text)


def _certainty(record: PredictionRecord, language: Language) -> str:
    """Return how sure the prediction is; "" where there is nothing to be sure of."""
    texts = texts_for(language, "share")
    if record.text in ("", "?"):
        return ""
    if record.verdict == "not_a_digit":
        return texts["certainty_none"]
    name = "certainty_unsure" if record.verdict == "unsure" else "certainty"
    return texts[name].format(percent=format_percent(record.confidence))


def _picture_html(record: PredictionRecord, title: str, address: str) -> str:
    """Return the drawing being drawn; at rest for those who prefer less motion."""
    png, gif = escape(f"{address}/drawing.png"), escape(f"{address}/drawing.gif")
    if not record.strokes:
        return f'<img class="drawing" src="{png}" alt="{escape(title)}">'
    return f"""<picture>
<source media="(prefers-reduced-motion: reduce)" srcset="{png}">
<img class="drawing" src="{gif}" alt="{escape(title)}">
</picture>"""


def _digit_html(digit: DigitPredictionRecord, index: int, count: int, language: Language) -> str:
    """Return the probability of each digit, and that it is none, as bars."""
    texts = texts_for(language, "share")
    rejected = digit.verdict == "not_a_digit"
    value = "?" if rejected else str(digit.value)
    heading = texts["digit_one"]
    if count > 1:
        heading = texts["digit"].format(index=index, count=count, value=value)
    shares = joint_probabilities(digit)
    rows = [
        _bar_html(str(number), share, is_first=not rejected and number == digit.value)
        for number, share in enumerate(shares)
    ]
    rows.append(_bar_html(texts["bar_none"], 1 - sum(shares), is_first=rejected))
    return f"<section><h2>{escape(heading)}</h2>\n<ol>{''.join(rows)}</ol></section>"


def _bar_html(name: str, share: float, *, is_first: bool) -> str:
    kind = ' class="first"' if is_first else ""
    return (
        f"<li{kind}><b>{escape(name)}</b>"
        f'<span class="track"><i style="width:{max(share, 0):.2%}"></i></span>'
        f"<span>{format_percent(share)}</span></li>"
    )


def joint_probabilities(digit: DigitPredictionRecord) -> list[float]:
    """Return the probability of each digit, including that it is one at all.

    The stored probabilities are of the ten digits alone. As in components/shared/probabilities.js.
    """
    highest = digit.probabilities[digit.value]
    scale = min(1.0, digit.confidence / highest) if highest else 0.0
    return [probability * scale for probability in digit.probabilities]


def format_percent(share: float) -> str:
    """Return a share of 0 to 1 as a percentage, as components/shared/format.js does."""
    value = share * 100
    if value >= 100:
        return "100%"
    if value >= 99.95:
        return ">99.9%"
    if value < 0.05:
        return "0%"
    return f"{value:.1f}%" if value >= 99 or value < 10 else f"{value:.0f}%"
