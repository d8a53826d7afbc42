"""Texts of the section "How does it work?" on the drawing page."""

ENGLISH = {
    "how_it_works.heading": "How does it work?",
    "how_it_works.empty": "Draw a digit or choose a sample: its steps are shown here.",
    "how_it_works.other_model": "The model in use was added as a file and cannot be looked into: "
    "these are the steps of the model that comes with the program.",
    "how_it_works.failed": "The server does not answer. The steps appear with your next stroke.",
    "how_it_works.tour": "Six-step tour",
    "how_it_works.inside": "Look inside, live",
    "how_it_works.segment": "Digit {index} of {count}",
    "how_it_works.maps": "{count} feature maps; look at one with the arrow keys",
    "how_it_works.map": "Map {map} of {count}.",
    "how_it_works.responds": "Its filter responds where it is bright.",
    "how_it_works.silent": "Its filter does not respond to this drawing.",
    "how_it_works.adds": "It adds {points} to {name}.",
    "how_it_works.not_a_digit": "“not a digit”",
    "how_it_works.segments_title": "1. Separate the digits",
    "how_it_works.segments": "The drawing is divided into digits. Choose one.",
    "how_it_works.normalized_title": "2. Make it comparable",
    "how_it_works.normalized": "The digit is scaled to 20 × 20 pixels and centered by its mass "
    "in an image of 28 × 28: where and how large you draw does not matter.",
    "how_it_works.lines_title": "3. Look for lines",
    "how_it_works.lines": "32 filters, learned from examples, slide over the image. "
    "Each makes a map of where it finds its pattern: lines and edges of some direction.",
    "how_it_works.corners_title": "4. Combine lines",
    "how_it_works.corners": "The next filters look at all of these maps together: "
    "corners, ends, crossings.",
    "how_it_works.parts_title": "5. See larger parts",
    "how_it_works.parts": "96 filters see the drawing at half the resolution, "
    "so each covers more of it: arcs, loops, a bar with a stem.",
    "how_it_works.shapes_title": "6. Combine parts",
    "how_it_works.shapes": "A second round over those maps. "
    "What they respond to has no simple name any more.",
    "how_it_works.answer_title": "7. Add up",
    "how_it_works.answer": "64 last maps are averaged. Each average counts for or against every "
    "answer, by a learned weight. These {count} add most to {name}.",
    "how_it_works.heat_title": "8. The evidence",
    "how_it_works.heat": "The same sum, by position: what glows speaks for {name}.",
}

CHINESE = {
    "how_it_works.heading": "它是怎么认出来的？",
    "how_it_works.empty": "写一个数字或选一个示例，这里会显示每一步。",
    "how_it_works.other_model": "正在使用的模型是以文件形式添加的，看不到内部；"
    "这里展示的是程序自带模型的步骤。",
    "how_it_works.failed": "服务器没有响应。再写一笔，步骤就会显示出来。",
    "how_it_works.tour": "六步导览",
    "how_it_works.inside": "实时看模型内部",
    "how_it_works.segment": "第 {index} 个数字，共 {count} 个",
    "how_it_works.maps": "{count} 张特征图，可用方向键逐张查看",
    "how_it_works.map": "第 {map} 张，共 {count} 张。",
    "how_it_works.responds": "亮的地方就是它的滤波器有响应的地方。",
    "how_it_works.silent": "它的滤波器对这份笔迹没有响应。",
    "how_it_works.adds": "它为 {name} 加 {points} 分。",
    "how_it_works.not_a_digit": "“不是数字”",
    "how_it_works.segments_title": "1. 分出每个数字",
    "how_it_works.segments": "先把笔迹分成一个个数字。点选其中一个。",
    "how_it_works.normalized_title": "2. 统一大小和位置",
    "how_it_works.normalized": "数字缩放到 20 × 20 像素，按重心放到 28 × 28 的图像中央："
    "写在哪里、写多大都没有关系。",
    "how_it_works.lines_title": "3. 寻找线条",
    "how_it_works.lines": "32 个从样本中学来的滤波器在图像上滑动，"
    "各自画出一张图，标明在哪里找到了自己的图案：某个方向的线条和边缘。",
    "how_it_works.corners_title": "4. 组合线条",
    "how_it_works.corners": "下一组滤波器把这些图放在一起看：拐角、端点、交叉。",
    "how_it_works.parts_title": "5. 看更大的部分",
    "how_it_works.parts": "96 个滤波器用一半的分辨率来看，每个覆盖的范围更大："
    "弧线、圆圈、横竖相连的部分。",
    "how_it_works.shapes_title": "6. 组合各部分",
    "how_it_works.shapes": "对这些图再来一轮。它们所响应的形状已经很难用一个词来形容。",
    "how_it_works.answer_title": "7. 求和",
    "how_it_works.answer": "最后的 64 张图各取平均值，再按学到的权重，"
    "为每个答案加分或减分。给 {name} 加分最多的是这 {count} 张。",
    "how_it_works.heat_title": "8. 依据",
    "how_it_works.heat": "把同一个总和按位置展开：发亮的地方支持 {name}。",
}
