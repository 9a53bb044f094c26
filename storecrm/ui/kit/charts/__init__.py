"""Charts: painted by ourselves from the theme's tokens, read by pointer, by keys and by ear.

    titles = (Title(words.t("Stage")), Title(words.t("Members"), Kind.NUMBER))
    chart = BarChart(words.t("Stages now"), words, titles)
    chart.show_bars([Bar("new", 12, "12  40%")])

Whatever is drawn is a row of points, each with its line of numbers and its sentence. The pointer
and the arrow keys read a point, T shows all of them as a table, and the context menu copies the
numbers or the picture.

bar_chart: bars lying on their side.
canvas: what every chart is drawn on.
chart: points that are read by pointer, by keys and by ear.
flow_chart: the flow from one name to another.
heat_map: the 5 x 5 heat map.
line_chart: one value over days.
menu: what can be done with a chart.
numbers_sheet: a chart as a table, over the page.
picture: a chart as a picture, for the clipboard or a file.
points: what a chart shows, in words and numbers.
reading: the value beside the pointer.
shades: the shades of a colour on which words are readable.
"""
