"""A flow that uses every construct of the language; tests read it and damage it."""

WHOLE = """language = 1
id = "whole"
title.en = "Whole"
default = true
priority = 2

[schedule]
trigger = "random"
days = ["mon", "tue"]
between = ["10:00", "18:00"]
per_day = 2
gap = "3h"
starts = "14d"
ends = "90d"
remind = ["6h"]
expires.unstarted = "24h"
expires.started = "36h"

[[step]]
id = "hello"
kind = "message"
ask.en = "Hello. Your goals: {goals}; your topics: {topics}."
wording = [{ en = "Good to see you." }]

[[step]]
id = "feelings"
kind = "several"
min = 1
max = 2
options = [{ id = "calm", en = "Calm" }, { id = "sad", en = "Sad" }, { id = "tense", en = "Tense" }]
rather_not_say = true
ask.en = "What was there?"
[[step.reflect]]
only_if = ["sad"]
en = "That sounds like a lot."
[[step.reflect]]
when = "'calm' in feelings && size(feelings) == 1"
en = "Good to hear."

[[step]]
id = "about"
kind = "text"
min_length = 3
max_length = 300
ask.en = "What was it like: {each}?"

[[step]]
id = "note"
kind = "text"
ask.en = "One more thing?"

[[step]]
id = "more"
kind = "yes_no"
ask.en = "Another one?"

[[step]]
id = "q1"
kind = "scale"
min = 0
max = 3
labels = [{ value = 0, en = "never" }, { value = 1, en = "some" }, { value = 2, en = "most" },
  { value = 3, en = "every" }]
ask.en = "Bright days?"

[[step]]
id = "q2"
kind = "scale"
min = 0
max = 3
low.en = "never"
high.en = "every"
optional = true
ask.en = "Dark days?"

[[step]]
id = "woke"
kind = "time"
earliest = "04:00"
latest = "12:00"
ask.en = "When did you wake?"

[[step]]
id = "walk"
kind = "date"
earliest = "-30d"
latest = "+2d"
ask.en = "Which day?"
[[step.go]]
when = "total >= 4 || past.week.mean3 < 2.5"
to = "end"
[[step.go]]
to = "joke"

[[step]]
id = "joke"
kind = "message"
ask.en = "A dog."

[[step]]
id = "riddle"
kind = "message"
ask.en = "A cat."

[[step]]
id = "last"
kind = "text"
when = "low_week && past.week.last.answered && total.answered"
ask.en = "You said {total}, before {past.week.last}. And now?"

[[block]]
id = "each_feeling"
steps = ["about"]
repeat = "feelings"

[[block]]
id = "notes"
steps = ["note", "more"]
again_while = "more"
most = 3

[[block]]
id = "fun"
steps = ["joke", "riddle"]
draw = 1

[[score]]
id = "total"
of = ["q1", "q2"]
method = "sum"
reversed = ["q2"]
missing = "mean"
most_missing = 1
measures = "light"
bands = [{ from = 0, en = "dark" }, { from = 3.5, en = "bright" }]
risk_at_most = 0.5

[[value]]
id = "half"
is = "total / 2"

[[value]]
id = "low_week"
is = "half < 2"
"""
