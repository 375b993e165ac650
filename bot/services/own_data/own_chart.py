"""Shows a client those of their answers of the last weeks that are numbers, as a picture.

Their own answers, for themselves: no figure made of them but where most of them lie, nothing that
they wrote, nobody else's. What the picture shows stands in words with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.charts import Chart, Dot, Panel
from bot.services.own_data.what_is_kept import everyones_cares
from bot.services.work import speak
from bot.services.work.buttons import Toast
from bot.services.work.lengths import LONGEST_CAPTION
from bot.services.work.therapist_names import names_for
from bot.services.work.unit_of_work import Work
from bot.texts.keys import ClientKey
from flows.engine.check_in import CheckIn
from flows.engine.cut import cut, length
from flows.engine.own_numbers import Series, a_few_of_each, has_number, series_in
from flows.kinds.registry import kind_of
from flows.kinds.spoken import in_figures
from flows.languages import Language
from flows.schedule.zones import zone
from flows.script.flow import Flow
from storage import check_ins
from storage.cares import Care

WEEKS = 12
FEWEST_WEEKS = 4
"""A chart of fewer weeks would make much of little."""
MOST_PANELS = 4
QUESTION = 100
"""The most of a question that stands above its answers, in UTF-16 units."""
WIDE = 100
"""A scale of more numbers than this is drawn from the lowest to the highest answer."""
FEW = 4
"""With fewer answers than this a panel says how many there are."""
_A_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class _Span:
    """The weeks that a chart shows, by the client's clock."""

    monday: date
    weeks: int
    today: date
    care: Care = field(repr=False)

    def place(self, at: datetime) -> float:
        """The middle of that day, in weeks from the beginning."""
        on = at.astimezone(zone(self.care.zone)).date()
        return ((on - self.monday).days + 0.5) / 7


def is_any(work: Work, care: Care, told: Iterable[CheckIn]) -> bool:
    """True if there is anything to draw in these check-ins of the client's."""
    since = _since(work, care)
    return any(has_number(flow, state, since=since) for flow, state in _readable(work, told))


def send(work: Work, care: Care, message_id: int) -> Toast:
    """Answer with the picture and its words, one for each therapist; with words alone where there
    is nothing to draw. A second tap in the same minute gets no second picture.
    """
    asked = replace(work, origin=f"chart{message_id}@{work.now:%Y%m%d%H%M}:{care.client_id}")
    with_whom = _by_therapist(everyones_cares(work, care.client_id))
    drawn = [(each[-1], found) for each in with_whom if (found := _series_of(work, each))]
    if not drawn:
        speak.to_client(work, care, "chart_none")
        return None
    several = len(with_whom) > 1
    sent = [_send_one(asked, care, own, found, names_it=several) for own, found in drawn]
    return None if all(sent) else work.say(care.language, "toast_chart_sent")


def _send_one(work: Work, care: Care, own: Care, found: list[Series], *, names_it: bool) -> bool:
    """Send one therapist's part; False: it was asked for just now."""
    language, shown = care.language, a_few_of_each(found, MOST_PANELS)
    span = _span(work, care, shown)
    below = work.say(language, "chart_for", **names_for(work, own)) if names_it else ""
    left = len(found) - len(shown)
    more = [work.say(language, "chart_more", count=left)] if left else []
    panels = tuple(_panel(work, language, span, each) for each in shown)
    lead = work.say(language, "chart_lead", start=span.monday, today=span.today)
    days = sorted({0, span.weeks // 2, span.weeks - 1})
    chart = Chart(
        heading=work.say(language, "chart_heading", start=span.monday, today=span.today),
        below=below,
        weeks=span.weeks,
        days=tuple((at, _day(work, language, span.monday + at * _A_WEEK)) for at in days),
        panels=panels,
        legend=(*_legend(work, language, panels), *more),
        instead=work.say(language, "chart_instead"),
    )
    told = [
        _in_words(work, care, series, panel) for series, panel in zip(shown, panels, strict=True)
    ]
    words = "\n\n".join(part for part in (lead, below, *told, *more) if part)
    fits, key = length(words) <= LONGEST_CAPTION, f"chart{own.id}"
    caption = words if fits else f"{lead} {work.say(language, 'chart_words_follow')}"
    is_new = speak.chart(work, care.client_id, caption, chart=chart, key=key)
    if is_new and not fits:
        speak.reply(work, care.client_id, words, key=f"{key}words", protected=True)
    return is_new


# -- the answers


def _since(work: Work, care: Care) -> datetime:
    """The beginning of the first week that is shown."""
    local = zone(care.zone)
    today = work.now.astimezone(local).date()
    monday = today - timedelta(days=today.weekday()) - (WEEKS - 1) * _A_WEEK
    return datetime.combine(monday, time(), local)


def _by_therapist(own: Sequence[Care]) -> list[list[Care]]:
    """The cares of each therapist, those under earlier links of the chat first."""
    found: dict[int, list[Care]] = {}
    for each in own:
        found.setdefault(each.therapist_id, []).append(each)
    return list(found.values())


def _series_of(work: Work, own: Sequence[Care]) -> list[Series]:
    since = _since(work, own[-1])
    return series_in((each for care in own for each in _rounds(work, care, since)), since=since)


def _rounds(work: Work, care: Care, since: datetime) -> Iterator[tuple[Flow, CheckIn]]:
    stored = check_ins.list_for_care(work.tx, care.id, lasted_until=since)
    return _readable(work, (each.state for each in stored))


def _readable(work: Work, states: Iterable[CheckIn]) -> Iterator[tuple[Flow, CheckIn]]:
    """Each with its flow, where this program can read it."""
    for state in states:
        flow = work.practice.shelf.find(work.tx, state.fingerprint)
        if flow is not None:
            yield flow, state


def _span(work: Work, care: Care, shown: Sequence[Series]) -> _Span:
    """The weeks from the first answer to now. Where they are few, some to come stand empty: weeks
    before the first answer would look as if something were missing.
    """
    local = zone(care.zone)
    today = work.now.astimezone(local).date()
    first = min(each.numbers[0].at for each in shown).astimezone(local).date()
    monday = first - timedelta(days=first.weekday())
    weeks = (today - monday).days // 7 + 1
    return _Span(monday, max(weeks, FEWEST_WEEKS), today, care)


# -- the picture


def _panel(work: Work, language: Language, span: _Span, series: Series) -> Panel:
    least, most = _axis(series)
    few = len(series.numbers) < FEW
    return Panel(
        title=cut(series.newest.question, QUESTION),
        ends=_ends(work, language, series),
        least=least,
        most=most,
        least_shown=_figure(least, language),
        most_shown=_figure(most, language),
        dots=tuple(_dots(language, span, series)),
        usual=series.usual,
        note=work.say(language, "chart_few", count=len(series.numbers)) if few else "",
    )


def _dots(language: Language, span: _Span, series: Series) -> Iterator[Dot]:
    week = None
    for number in series.numbers:
        at = span.place(number.at)
        joined = week is not None and int(at) - week <= 1
        yield Dot(round(at, 3), number.value, _figure(number.value, language), joined)
        week = int(at)


def _axis(series: Series) -> tuple[float, float]:
    if series.most - series.least <= WIDE:
        return series.least, series.most
    values = [number.value for number in series.numbers]
    least, most = min(values), max(values)
    if least < most:
        return least, most
    return max(series.least, least - 1), min(series.most, most + 1)


def _ends(work: Work, language: Language, series: Series) -> str:
    """Both ends of the scale in the words that the client read; empty where it has none."""
    step, spoken = series.newest.step, series.newest.language
    asked = kind_of(step).ask(step, spoken)
    if asked.low is not None and asked.high is not None:
        low, high = asked.low, asked.high
    elif asked.choices:
        low, high = asked.choices[0], asked.choices[-1]
    else:
        return ""
    least, most = _figure(series.least, language), _figure(series.most, language)
    return work.say(language, "chart_ends", least=least, most=most, low=low, high=high)


def _legend(work: Work, language: Language, panels: Sequence[Panel]) -> Iterator[str]:
    yield work.say(language, "chart_ring")
    if any(not dot.joined for panel in panels for dot in panel.dots[1:]):
        yield work.say(language, "chart_break")
    if any(panel.usual is not None for panel in panels):
        yield work.say(language, "chart_band")


def _figure(value: float, language: Language) -> str:
    return in_figures(value, language)


def _day(work: Work, language: Language, on: date) -> str:
    return work.say(language, "chart_day", on=on)


# -- the same in words


def _in_words(work: Work, care: Care, series: Series, panel: Panel) -> str:
    """Everything that a panel shows: question, ends, every answer with its day, what is usual."""
    local, language = zone(care.zone), care.language
    told: dict[date, list[str]] = {}
    for number, dot in zip(series.numbers, panel.dots, strict=True):
        told.setdefault(number.at.astimezone(local).date(), []).append(dot.shown)
    days = (f"{_day(work, language, on)}: {' / '.join(shown)}" for on, shown in told.items())
    lines = [panel.title, panel.ends, "; ".join(days)]
    if panel.usual is not None:
        low, high = (_figure(value, language) for value in panel.usual)
        key: ClientKey = "chart_usual_one" if low == high else "chart_usual"
        lines.append(work.say(language, key, low=low, high=high))
    return "\n".join(line for line in lines if line)
