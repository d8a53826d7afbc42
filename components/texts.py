"""Every word people read on the page, in English and Chinese."""

from typing import Literal

from components import present_texts, review_texts

Language = Literal["en", "zh"]
NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}

ENGLISH = {
    "page.tagline": "Draw a digit. It is read while you draw.",
    "page.language": "Language",
    "page.read": "Draw",
    "page.review": "Review",
    "page.accuracy": "Accuracy",
    "page.present": "Present",
    "page.review_all": "Review all readings",
    "pad.label": "Drawing pad: draw digits here with a pen, a finger or the mouse",
    "pad.hint": "Draw a digit here",
    "pad.hint_more": "or a whole number, like 407",
    "pad.undo": "Undo",
    "pad.clear": "Clear",
    "pad.undo_key": "Take back the last stroke (U)",
    "pad.clear_key": "Empty the pad; the next stroke begins a new drawing (C)",
    "pad.width": "Pen width",
    "pad.fine": "Fine pen",
    "pad.medium": "Medium pen",
    "pad.broad": "Broad pen",
    "bars.heading": "Reading",
    "bars.empty": "Nothing to read yet",
    "bars.empty_more": "The digit appears here, with the chance of each of the ten.",
    "bars.blank": "This picture looks blank",
    "bars.blank_more": "Take one with the digit dark on light, or light on dark.",
    "bars.sure": "{percent} sure",
    "bars.unsure": "{first} or {second}?",
    "bars.not_a_digit": "Not a digit",
    "bars.some_not_digits": "“?” marks what is no digit",
    "bars.chances": "Chance of each digit",
    "bars.sees": "What the network sees",
    "bars.digit_row": "Digit {place} of {count}: {value}, {percent}",
    "bars.mark_row": "Mark {place} of {count}: not a digit",
    "bars.announce": "Read {text}, {percent} sure",
    "bars.announce_unsure": "Unsure: {first} or {second}",
    "bars.announce_nothing": "The pad is empty",
    "bars.link_lost": "Link lost, trying again. The bars follow when the pen lifts.",
    "bars.from_upload": "From your picture",
    "bars.from_sample": "From the samples",
    "upload.heading": "Or show a picture",
    "upload.drop": "Drop or paste a picture, or",
    "upload.choose": "choose a file",
    "upload.photo": "Take a photo",
    "upload.snap": "Take it",
    "upload.cancel": "Cancel",
    "upload.reading": "Reading {name} …",
    "upload.no_camera": "The camera cannot be used: allow it in the browser, or choose a file.",
    "upload.label": "Picture of a digit",
    "gallery.heading": "Or try a sample",
    "gallery.next": "Next sample (N)",
    "gallery.sample": "Sample {number}: a handwritten {digit}",
    "history.heading": "History",
    "history.filter": "Show readings with the digit",
    "history.all": "All",
    "history.more": "Show more",
    "history.empty": "No readings yet",
    "history.empty_more": "Whatever you draw or upload is kept here, newest first.",
    "history.none_fit": "No reading with a {digit}",
    "history.row": "{text}, {percent}, {source}, {time}",
    "history.nothing_read": "nothing",
    "history.pad": "drawn",
    "history.upload": "uploaded",
    "history.sample": "sample",
    "history.picture_of": "Ink of this reading",
    "history.now": "just now",
    "history.minutes": "{count} min ago",
    "history.hours": "{count} h ago",
    "history.days": "{count} d ago",
    "history.waiting": "The history cannot be reached just now; {count} readings wait here safely.",
    "history.waiting_none": "The history cannot be reached just now; readings wait here safely.",
    "history.waiting_one": "The history cannot be reached just now; 1 reading waits here safely.",
    "history.full": "Readings cannot be kept just now.",
    "history.failed": "The history does not answer. Trying again …",
    "error.file_too_large": "This file is larger than {megabytes} MB: take a smaller picture.",
    "error.unsupported_image": "This file is no picture Inkling can read: take a PNG, JPEG, WebP, "
    "GIF or BMP.",
    "error.image_too_large": "This picture has too many pixels: make it smaller.",
    "error.truncated_image": "This picture is damaged or cut off: save it again and retry.",
    "error.empty_file": "This file is empty: choose a picture with ink on it.",
    "error.history_unavailable": "This reading could not be kept: nothing else was lost, "
    "try again in a moment.",
    "error.too_many_points": "That is too much ink for one drawing: clear the pad and draw less.",
    "error.too_many_strokes": "These are too many strokes for one drawing: clear the pad.",
    "error.unexpected": "Something went wrong here, not with you: please try again.",
}

CHINESE = {
    "page.tagline": "写一个数字，边写边认。",
    "page.language": "语言",
    "page.read": "书写",
    "page.review": "回顾",
    "page.accuracy": "准确率",
    "page.present": "演示",
    "page.review_all": "回顾全部记录",
    "pad.label": "手写板：用笔、手指或鼠标在这里写数字",
    "pad.hint": "在这里写一个数字",
    "pad.hint_more": "也可以写一串，比如 407",
    "pad.undo": "撤销",
    "pad.clear": "清空",
    "pad.undo_key": "撤销上一笔（U）",
    "pad.clear_key": "清空手写板，下一笔算新的一幅（C）",
    "pad.width": "笔的粗细",
    "pad.fine": "细笔",
    "pad.medium": "中等笔",
    "pad.broad": "粗笔",
    "bars.heading": "识别结果",
    "bars.empty": "还没有可认的内容",
    "bars.empty_more": "认出的数字和十个数字各自的可能性会显示在这里。",
    "bars.blank": "这张图看起来是空白的",
    "bars.blank_more": "请用浅底深字或深底浅字的图片。",
    "bars.sure": "把握 {percent}",
    "bars.unsure": "{first} 还是 {second}？",
    "bars.not_a_digit": "不是数字",
    "bars.some_not_digits": "“?” 表示不是数字",
    "bars.chances": "每个数字的可能性",
    "bars.sees": "网络看到的样子",
    "bars.digit_row": "第 {place} 个，共 {count} 个：{value}，{percent}",
    "bars.mark_row": "第 {place} 个，共 {count} 个：不是数字",
    "bars.announce": "认出 {text}，把握 {percent}",
    "bars.announce_unsure": "不确定：{first} 还是 {second}",
    "bars.announce_nothing": "手写板是空的",
    "bars.link_lost": "连接中断，正在重试。抬笔后结果仍会更新。",
    "bars.from_upload": "来自你的图片",
    "bars.from_sample": "来自样例",
    "upload.heading": "或者给一张图片",
    "upload.drop": "拖入或粘贴图片，或",
    "upload.choose": "选择文件",
    "upload.photo": "拍照",
    "upload.snap": "拍下",
    "upload.cancel": "取消",
    "upload.reading": "正在识别 {name} …",
    "upload.no_camera": "无法使用相机：请在浏览器中允许，或选择文件。",
    "upload.label": "数字图片",
    "gallery.heading": "或者试试样例",
    "gallery.next": "下一个样例（N）",
    "gallery.sample": "样例 {number}：手写的 {digit}",
    "history.heading": "历史",
    "history.filter": "只看含有这个数字的记录",
    "history.all": "全部",
    "history.more": "显示更多",
    "history.empty": "还没有记录",
    "history.empty_more": "你写的和上传的都会保存在这里，最新的在最前。",
    "history.none_fit": "没有含 {digit} 的记录",
    "history.row": "{text}，{percent}，{source}，{time}",
    "history.nothing_read": "空白",
    "history.pad": "手写",
    "history.upload": "上传",
    "history.sample": "样例",
    "history.picture_of": "这条记录的笔迹",
    "history.now": "刚刚",
    "history.minutes": "{count} 分钟前",
    "history.hours": "{count} 小时前",
    "history.days": "{count} 天前",
    "history.waiting": "历史暂时连不上，{count} 条记录已在本机妥善等待。",
    "history.waiting_none": "历史暂时连不上，新记录会在本机妥善等待。",
    "history.waiting_one": "历史暂时连不上，1 条记录已在本机妥善等待。",
    "history.full": "暂时无法保存记录。",
    "history.failed": "历史没有回应，正在重试 …",
    "error.file_too_large": "文件超过 {megabytes} MB：请换一张小一些的图片。",
    "error.unsupported_image": "这个文件不是能识别的图片：请用 PNG、JPEG、WebP、GIF 或 BMP。",
    "error.image_too_large": "图片像素太多：请先缩小。",
    "error.truncated_image": "图片已损坏或不完整：请重新保存后再试。",
    "error.empty_file": "这个文件是空的：请选择有字迹的图片。",
    "error.history_unavailable": "这次识别没能保存：其他记录都在，请稍后再试。",
    "error.too_many_points": "一幅画里的笔迹太多：请清空后少写一些。",
    "error.too_many_strokes": "一幅画里的笔画太多：请清空后少写几笔。",
    "error.unexpected": "程序出了点问题，与你无关：请再试一次。",
}

TEXTS: dict[Language, dict[str, str]] = {
    "en": ENGLISH | review_texts.ENGLISH | present_texts.ENGLISH,
    "zh": CHINESE | review_texts.CHINESE | present_texts.CHINESE,
}


def language_of(locale: str | None) -> Language:
    """The page's language for a browser's locale ("zh-CN"), English where there is none."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"


def words(language: Language, panel: str) -> dict[str, str]:
    """The texts of one panel, without the panel's name in the keys."""
    prefix = f"{panel}."
    return {
        key.removeprefix(prefix): text
        for key, text in TEXTS[language].items()
        if key.startswith(prefix)
    }


def sentence_for(language: Language, code: str, message: str, **values: object) -> str:
    """What to say of an error: our own words where the code is known, else its message."""
    known = TEXTS[language].get(f"error.{code}")
    return known.format(**values) if known else message
