"""Boxes in which a value is chosen or typed: each reads what people type, by key and by mouse.

    DateBox(name, words, day).day()             TimeBox(name, words).minutes()
    MoneyBox(name, words).amount()              NumberBox(name, words, unit=…, most=…).value()
    PeriodBox(words, first, last, today).days()
    WeekdayChips(name, words).days()            SearchBox(name, words, find, lane).value()

Each has `changed` (a person's settled change), `problem()` (what is wrong with it, "" where nothing
is; for `kit.field_errors`), and a `set_…` that is nobody's change. The wheel changes none.

calendar_popup: the calendar under a box for a day.
choice_list: the list under a box with a search.
choices: what can be chosen, who finds it.
date_box: a day; days that are usual.
flow_layout: widgets in lines, as words in a paragraph.
money_box: an amount.
number_box: a number with its unit, or no limit.
period_box: from one day to another.
readings: what people type, read.
search_box: one thing of many.
time_box: a time of the day.
typed_box: a line that reads what people type.
weekday_chips: days of the week.
wheel_guard: the wheel scrolls, it changes nothing.
"""
