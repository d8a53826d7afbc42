"""Texts of the scene "Look inside" on the presenter's big screen."""

ENGLISH = {
    "look_inside.input": "Input, 28 × 28",
    "look_inside.cover": "Cover a part with a finger",
    "look_inside.lines": "Lines",
    "look_inside.corners": "Corners",
    "look_inside.parts": "Parts",
    "look_inside.shapes": "Shapes",
    "look_inside.whole": "The whole",
    "look_inside.averages": "Averages",
    "look_inside.outputs": "Outputs",
    "look_inside.maps": "Feature maps of the stage “{name}”; look at one with the arrow keys",
    "look_inside.map": "{name}, map {map} of {count}.",
    "look_inside.responds": "Its filter responds where it is bright.",
    "look_inside.silent": "Its filter does not respond to this drawing.",
    "look_inside.adds": "It adds {points} to {name}.",
    "look_inside.not_a_digit": "“not a digit”",
    "look_inside.look": "Point at a map to see what it responds to, or at an output to see what "
    "speaks for it (orange) and against it (blue, dashed).",
    "look_inside.other_model": "The model in use was added as a file and cannot be looked into: "
    "this is the model that comes with the program.",
    "look_inside.failed": "The server does not answer. Retrying …",
}

CHINESE = {
    "look_inside.input": "输入，28 × 28",
    "look_inside.cover": "用手指遮住一部分试试",
    "look_inside.lines": "线条",
    "look_inside.corners": "拐角",
    "look_inside.parts": "部件",
    "look_inside.shapes": "形状",
    "look_inside.whole": "整体",
    "look_inside.averages": "平均值",
    "look_inside.outputs": "输出",
    "look_inside.maps": "“{name}”这一层的特征图，可用方向键逐张查看",
    "look_inside.map": "{name}：第 {map} 张，共 {count} 张。",
    "look_inside.responds": "亮的地方就是它的滤波器有响应的地方。",
    "look_inside.silent": "它的滤波器对这份笔迹没有响应。",
    "look_inside.adds": "它为 {name} 加 {points} 分。",
    "look_inside.not_a_digit": "“不是数字”",
    "look_inside.look": "指向一张图，看它对什么有响应；"
    "指向一个输出，看哪些支持它（橙色）、哪些反对它（蓝色虚线）。",
    "look_inside.other_model": "正在使用的模型是以文件形式添加的，看不到内部；"
    "这里展示的是程序自带的模型。",
    "look_inside.failed": "服务器没有响应，正在重试……",
}
