"""Texts of what surrounds the pages: titles, descriptions, footer, about, privacy, 404."""

ENGLISH = {
    "site.description": "Draw a digit and watch a neural network recognize it while the pen moves.",
    "site.title_draw": "Inkling · Handwritten digit recognition",
    "site.title_review": "Review · Inkling",
    "site.description_review": "Search, check and label every prediction.",
    "site.title_accuracy": "Accuracy · Inkling",
    "site.description_accuracy": "How often the model is right, and which digits it confuses.",
    "site.title_models": "Models · Inkling",
    "site.description_models": "Train on corrections, compare, adopt and go back.",
    "site.title_present": "Present · Inkling",
    "site.description_present": "A big screen that a whole class draws on from their phones.",
    "site.title_join": "Draw for the big screen · Inkling",
    "site.description_join": "Draw on your phone; your drawing appears on the big screen.",
    "site.title_sign_in": "Sign in · Inkling",
    "site.noscript": "Inkling needs JavaScript. Programs can use the HTTP API instead.",
    "site.pages": "Pages",
    "site.about": "About",
    "site.privacy": "Privacy",
    "site.api": "API",
    "site.help": "Keyboard shortcuts",
    "site.description_help": "All keys of Inkling, page by page.",
    "site.not_found": "Page not found",
    "site.not_found_more": "There is nothing at this address: it may be misspelled, or the "
    "page has moved.",
    "site.back": "Go to the drawing page",
    "site.description_about": "What Inkling is, how it works, and what it cannot do.",
    "site.about_1": "Inkling recognizes handwritten digits: draw them with a mouse, a finger "
    "or a pen, or upload an image. The prediction follows while you draw.",
    "site.about_how": "How it works",
    "site.about_how_1": "Strokes or the dark marks of an image are grouped into digits. Each "
    "becomes an image of 28 × 28 pixels, from which a small neural network computes ten "
    "probabilities. It runs on this server; no drawing is sent to anybody else.",
    "site.about_limits": "What it cannot do",
    "site.about_limits_1": "It was trained on the digits 0 to 9 and nothing else. It marks "
    "what it is not sure of, but it can be sure and wrong: do not rely on it where a wrong "
    "digit does harm.",
    "site.about_more": "More",
    "site.about_api": "HTTP API for programs",
    "site.about_privacy": "What is stored",
    "site.about_version": "Version {version}",
    "site.description_privacy": "What this server stores of what you draw, for how long, and "
    "who sees it.",
    "site.privacy_stored": "What is stored",
    "site.privacy_stored_1": "Every drawing and every image that you submit, with its "
    "prediction, the time, and labels that people give it. Of an image only a small copy is "
    "stored, not the file. A photo of the camera is handled in the same way. While the camera is "
    "open, what it sees is sent to the server for the live prediction; that is not stored.",
    "site.privacy_stored_2": "Your drawing is also sent to the server while the pen moves, for "
    "the live prediction. That is not stored.",
    "site.privacy_stored_3": "Drawings made for a big screen are stored with the name of the "
    "session. A name that you type on your phone is shown there, and is not stored.",
    "site.privacy_long": "How long",
    "site.privacy_forever": "Until somebody deletes it: this server sets no time limit.",
    "site.privacy_days": "{days} days; then it is deleted automatically.",
    "site.privacy_delete": "You can delete your drawings yourself, one by one or all at once, "
    "in the history of the drawing page. A single one can be restored for a few seconds; apart "
    "from that they are gone for good.",
    "site.privacy_who": "Who sees it",
    "site.privacy_open": "Everybody who can open this site: they see, label, export and delete "
    "the drawings of all visitors.",
    "site.privacy_protected": "You, in this browser, and the reviewers of this server, who "
    "sign in. Reviewers can label, export and delete every drawing. Other visitors do not see "
    "it.",
    "site.privacy_shared": "A link that you share shows that one drawing or image, its prediction "
    "and its time to everyone who has the link, until the prediction is deleted.",
    "site.privacy_rooms": "Drawings made for a big screen are seen by everybody in the room, "
    "and later by everybody who has the session's link.",
    "site.privacy_browser": "In your browser",
    "site.privacy_cookie": "A cookie (inkling_session) holds a random number, by which the "
    "server recognizes your own drawings. It is valid for 400 days, and there is no other "
    "purpose. It does not say who you are, unless you sign in as a reviewer: then it also "
    "holds the name or email address with which you signed in, for 12 hours.",
    "site.privacy_storage": "The browser's storage holds your settings, labels that could not "
    "be sent yet, and the room that you joined. If you block both, Inkling works, but cannot "
    "find your drawings again after a reload.",
    "site.privacy_not": "What is not done",
    "site.privacy_not_1": "No advertising, no statistics about visitors, nothing from other "
    "websites. Addresses of visitors are used to limit how many requests each may send, and "
    "are forgotten within an hour; the operator's own gateway may log them.",
    "site.privacy_operator": "Ask the operator of this server, who decides about all this, if "
    "you want to know or delete more.",
}

CHINESE = {
    "site.description": "写一个数字，看神经网络边写边识别。",
    "site.title_draw": "Inkling · 手写数字识别",
    "site.title_review": "审阅 · Inkling",
    "site.description_review": "查找、核对并标注每一条识别记录。",
    "site.title_accuracy": "正确率 · Inkling",
    "site.description_accuracy": "模型有多准，哪些数字容易混淆。",
    "site.title_models": "模型 · Inkling",
    "site.description_models": "用标注训练、比较、启用模型，也可以换回。",
    "site.title_present": "演示 · Inkling",
    "site.description_present": "全班用手机一起写，内容显示在大屏幕上。",
    "site.title_join": "写到大屏幕上 · Inkling",
    "site.description_join": "在手机上写，内容会出现在大屏幕上。",
    "site.title_sign_in": "登录 · Inkling",
    "site.noscript": "Inkling 需要启用 JavaScript。程序可以改用 HTTP 接口。",
    "site.pages": "页面",
    "site.about": "关于",
    "site.privacy": "隐私",
    "site.api": "接口文档",
    "site.help": "快捷键",
    "site.description_help": "Inkling 各页面的全部快捷键。",
    "site.not_found": "找不到页面",
    "site.not_found_more": "这个地址没有内容：可能输错了，也可能页面已经移走。",
    "site.back": "去书写页",
    "site.description_about": "Inkling 是什么、如何工作，以及它的局限。",
    "site.about_1": "Inkling 用来识别手写数字：可以用鼠标、手指或手写笔书写，也可以上传图片，"
    "边写边出结果。",
    "site.about_how": "工作原理",
    "site.about_how_1": "程序先把笔画或图片中的深色痕迹归并成一个个数字，再转换成 28 × 28 "
    "像素的小图，由一个小型神经网络算出十个概率。模型就在这台服务器上运行，"
    "你写的内容不会发给其他任何人。",
    "site.about_limits": "局限",
    "site.about_limits_1": "模型只学过 0 到 9 这十个数字。没有把握时它会标出来，"
    "但也可能很有把握却认错了；如果认错会造成损失，请不要依赖它。",
    "site.about_more": "更多",
    "site.about_api": "供程序调用的 HTTP 接口",
    "site.about_privacy": "会保存哪些内容",
    "site.about_version": "版本 {version}",
    "site.description_privacy": "这台服务器会保存你写的哪些内容、保存多久、谁能看到。",
    "site.privacy_stored": "保存哪些内容",
    "site.privacy_stored_1": "你写的每一份笔迹、提交的每一张图片，连同识别结果、"
    "时间和别人给出的标注。图片只保存缩小后的副本，不保存原文件。用相机拍摄的照片也一样。"
    "相机打开期间，画面会实时发给服务器用于识别，这部分不保存。",
    "site.privacy_stored_2": "书写过程中，笔迹也会实时发给服务器，用于边写边识别，这部分不保存。",
    "site.privacy_stored_3": "为大屏幕写的笔迹会与该场演示的名称一起保存。"
    "你在手机上填写的名字只显示在大屏幕上，不保存。",
    "site.privacy_long": "保存多久",
    "site.privacy_forever": "一直保存，直到有人删除：这台服务器没有设置期限。",
    "site.privacy_days": "{days} 天，到期自动删除。",
    "site.privacy_delete": "你可以在书写页的历史记录里自行删除，逐条或一次全部删除均可。"
    "单条删除后几秒内可以撤销，此外无法恢复。",
    "site.privacy_who": "谁能看到",
    "site.privacy_open": "能打开本站的所有人：他们可以查看、标注、导出和删除所有访客的记录。",
    "site.privacy_protected": "你自己（限当前浏览器），以及登录后的审阅者。审阅者可以标注、"
    "导出和删除所有记录，其他访客看不到。",
    "site.privacy_shared": "你分享的链接会让拿到它的人看到那一条记录的笔迹或图片、"
    "识别结果和时间，直到这条记录被删除。",
    "site.privacy_rooms": "为大屏幕写的内容，房间里的所有人都能看到；演示结束后，"
    "拿到链接的人也能看到。",
    "site.privacy_browser": "浏览器里保存的内容",
    "site.privacy_cookie": "一个 Cookie（inkling_session）保存一串随机编号，"
    "服务器凭它找到你自己的记录，有效期 400 天，没有其他用途。它不包含你的身份；"
    "只有以审阅者身份登录后，才会另外保存登录用的名字或邮箱，有效期 12 小时。",
    "site.privacy_storage": "浏览器的存储空间里保存你的设置、尚未发送的标注，以及你加入的房间。"
    "如果禁止保存这些内容，Inkling 仍可使用，只是刷新后找不到自己的记录。",
    "site.privacy_not": "不会做的事",
    "site.privacy_not_1": "没有广告，不统计访客，也不加载其他网站的内容。"
    "访客的地址只用来限制请求次数，一小时内清除；不过运营者的网关可能会记入日志。",
    "site.privacy_operator": "以上均由这台服务器的运营者决定。想进一步了解或删除内容，"
    "请联系运营者。",
}
