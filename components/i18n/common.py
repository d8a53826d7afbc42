"""Texts of the header and of errors, which all pages share."""

ENGLISH = {
    "page.tagline": "Draw a digit and watch the prediction follow your pen.",
    "page.language": "Language",
    "page.draw": "Draw",
    "page.review": "Review",
    "page.accuracy": "Accuracy",
    "page.present": "Present",
    "page.review_all": "Review all predictions",
    "page.sign_in": "Sign in",
    "page.sign_out": "Sign out {name}",
    "connection.lost": "Connection lost, reconnecting …",
    "error.file_too_large": "This file is larger than {megabytes} MB: choose a smaller image.",
    "error.unsupported_image": "This file is not an image that Inkling can read: choose a PNG, "
    "JPEG, HEIC, WebP, AVIF, GIF, BMP, TIFF or PDF.",
    "error.image_too_large": "This image has too many pixels: make it smaller.",
    "error.truncated_image": "This image is damaged or cut off: save it again and retry.",
    "error.too_many_pages": "This file has too many pages: choose one with at most 20.",
    "error.password_protected": "This PDF is protected by a password: save it without one.",
    "error.too_complex": "This file takes too long to open: choose a photo or screenshot of it.",
    "error.empty_file": "This file is empty: choose another image.",
    "error.unreadable_file": "This file cannot be read: it may have been moved or deleted, or be "
    "a folder.",
    "error.cannot_shrink": "This file is larger than {megabytes} MB, and this browser cannot "
    "make it smaller: "
    "choose a smaller one, or a screenshot of it.",
    "error.zip_damaged": "This ZIP archive is damaged: pack it again.",
    "error.zip_encrypted": "This ZIP archive is protected by a password: pack it without one.",
    "error.zip_unsupported": "This kind of ZIP archive is not supported: unpack it and choose "
    "the folder.",
    "error.zip_nested": "This is a ZIP archive within another one: unpack it and choose its files.",
    "error.zip_too_many": "This ZIP archive has too many files: choose one with at most 2000.",
    "error.zip_too_large": "This is too large when unpacked: choose a smaller archive or file.",
    "error.not_found": "This prediction is no longer in the history.",
    "error.history_unreachable": "The history is not responding: try again in a moment.",
    "error.history_unavailable": "This prediction could not be saved. Earlier predictions are "
    "not affected. Try again in a moment.",
    "error.too_many_points": "This drawing has too many points: clear the pad and draw less.",
    "error.too_many_strokes": "This drawing has too many strokes: clear the pad and draw less.",
    "error.too_many_symbols": "There are too many symbols: choose a part of the image, or a "
    "cleaner one.",
    "error.busy": "The server is busy: try again in a moment.",
    "error.unexpected": "Something went wrong on our side: please try again.",
}

CHINESE = {
    "page.tagline": "写一个数字，边写边识别。",
    "page.language": "语言",
    "page.draw": "书写",
    "page.review": "审阅",
    "page.accuracy": "正确率",
    "page.present": "演示",
    "page.review_all": "审阅全部记录",
    "page.sign_in": "登录",
    "page.sign_out": "退出 {name}",
    "connection.lost": "连接已断开，正在重连 …",
    "error.file_too_large": "文件超过 {megabytes} MB，请换一张小一些的图片。",
    "error.unsupported_image": "不支持这种文件，"
    "请选择 PNG、JPEG、HEIC、WebP、AVIF、GIF、BMP 或 TIFF 图片，或者 PDF。",
    "error.image_too_large": "图片像素过多，请缩小后再试。",
    "error.truncated_image": "图片已损坏或不完整，请重新保存后再试。",
    "error.too_many_pages": "页数过多，请选择不超过 20 页的文件。",
    "error.password_protected": "这个 PDF 有密码保护，请另存为无密码的文件后再试。",
    "error.too_complex": "打开这个文件耗时过长，请改用它的照片或截图。",
    "error.empty_file": "这个文件是空的，请选择其他图片。",
    "error.unreadable_file": "无法读取这个文件，它可能已被移动或删除，或者是一个文件夹。",
    "error.cannot_shrink": "文件超过 {megabytes} MB，此浏览器无法将其缩小，请换一个小一些的文件，"
    "或使用它的截图。",
    "error.zip_damaged": "ZIP 压缩包已损坏，请重新打包。",
    "error.zip_encrypted": "ZIP 压缩包有密码保护，请去掉密码后重新打包。",
    "error.zip_unsupported": "不支持这种 ZIP 压缩包，请解压后选择文件夹。",
    "error.zip_nested": "这是压缩包里的另一个压缩包，请解压后选择其中的文件。",
    "error.zip_too_many": "ZIP 压缩包里的文件过多，最多 2000 个。",
    "error.zip_too_large": "解压后过大，请选择小一些的压缩包或文件。",
    "error.not_found": "这条记录已不在历史记录中。",
    "error.history_unreachable": "历史记录没有响应，请稍后再试。",
    "error.history_unavailable": "这次的识别结果没能保存，其他记录不受影响，请稍后再试。",
    "error.too_many_points": "笔迹过多，请清空手写板后少写一些。",
    "error.too_many_strokes": "笔画过多，请清空手写板后少写几笔。",
    "error.too_many_symbols": "符号过多，请只选取一部分，或换一张更清晰的图片。",
    "error.busy": "服务器繁忙，请稍后再试。",
    "error.unexpected": "程序出错了，请再试一次。",
}
