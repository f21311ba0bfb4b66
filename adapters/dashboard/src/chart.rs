//! Charts as inline SVG.

use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};

use crate::history::Sample;
use crate::words::duration;

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 44.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 22.0;

/// Number of bars of a chart of counts.
const BARS: usize = 48;

/// The values of a chart, each at its time.
struct Series {
    title: &'static str,
    unit: &'static str,
    points: Vec<(DateTime<Utc>, f64)>,
    is_bars: bool,
}

/// The charts of lag, deliveries and requests over the samples.
pub(crate) fn charts(samples: &[Sample]) -> Markup {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return html! { p.muted { "The charts begin with the first samples, some seconds after the start." } };
    };
    let lag = samples.iter().filter_map(|it| Some((it.at, f64::from(it.lag_seconds?) / 60.0)));
    let all = [
        Series { title: "Lag of the slowest feed", unit: "minutes", points: lag.collect(), is_bars: false },
        Series {
            title: "Deliveries to Hatch",
            unit: "opportunities",
            points: counts(samples, |it| it.delivered),
            is_bars: true,
        },
        Series {
            title: "Requests to ServiceTitan",
            unit: "requests",
            points: counts(samples, |it| it.requests),
            is_bars: true,
        },
    ];
    html! {
        div.charts { @for series in &all { (series.draw(first.at, last.at)) } }
        p.muted { "Over the last " (duration(last.at - first.at)) ". Up to a day is kept in memory, since the start of the process." }
    }
}

/// The growth of a count in each of at most [`BARS`] spans, at the end of the span.
fn counts(samples: &[Sample], count: impl Fn(&Sample) -> u64) -> Vec<(DateTime<Utc>, f64)> {
    let step = samples.len().saturating_sub(1).div_ceil(BARS).max(1);
    let ends: Vec<&Sample> = samples.iter().step_by(step).chain(samples.last()).collect();
    let growth = ends.windows(2).filter(|two| two[0].at < two[1].at);
    // A process that starts again counts from 0.
    growth.map(|two| (two[1].at, count(two[1]).saturating_sub(count(two[0])) as f64)).collect()
}

impl Series {
    fn draw(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Markup {
        let highest = self.points.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        let top = round_up(highest);
        let span = ((to - from).num_milliseconds() as f64).max(1.0);
        let x = |at: DateTime<Utc>| LEFT + (WIDTH - LEFT) * (at - from).num_milliseconds() as f64 / span;
        let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value / top);
        let said = self.in_words(highest);
        let clock = if to - from < TimeDelta::minutes(10) { "%H:%M:%S" } else { "%H:%M" };
        html! {
            figure.chart {
                figcaption { strong { (self.title) } " " span.muted { (self.unit) } }
                svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-label=(said) {
                    @for part in [0.0, 0.5, 1.0] {
                        line.grid x1=(LEFT) x2=(WIDTH) y1=(y(top * part)) y2=(y(top * part)) {}
                        text x=(LEFT - 6.0) y=(y(top * part) + 4.0) text-anchor="end" { (short(top * part)) }
                    }
                    text x=(LEFT) y=(HEIGHT - 5.0) { (from.format(clock)) }
                    text x=(WIDTH) y=(HEIGHT - 5.0) text-anchor="end" { (to.format(clock)) " UTC" }
                    @if self.is_bars {
                        @let width = ((WIDTH - LEFT) / self.points.len().max(1) as f64 - 1.0).clamp(1.0, 12.0);
                        @for (at, value) in self.points.iter().filter(|(_, value)| *value > 0.0) {
                            rect.bar x=(format!("{:.1}", x(*at) - width)) y=(format!("{:.1}", y(*value)))
                                width=(format!("{width:.1}")) height=(format!("{:.1}", y(0.0) - y(*value))) {}
                        }
                    } @else {
                        @let line: Vec<String> = self.points.iter().map(|(at, value)| format!("{:.1},{:.1}", x(*at), y(*value))).collect();
                        polyline.line points=(line.join(" ")) {}
                    }
                }
                p.muted { (said) }
            }
        }
    }

    /// The chart in words, for those who do not see it.
    fn in_words(&self, highest: f64) -> String {
        let Some((_, last)) = self.points.last() else { return "No data yet.".to_owned() };
        if self.is_bars {
            let sum: f64 = self.points.iter().map(|(_, value)| value).sum();
            format!("{} {} in all.", short(sum), self.unit)
        } else {
            format!("Now {} {}, at most {}.", short(*last), self.unit, short(highest))
        }
    }
}

/// The least of 1, 2 and 5 with zeros that is not below a value.
fn round_up(value: f64) -> f64 {
    if value <= 1.0 {
        return 1.0;
    }
    let tens = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|it| it * tens).find(|it| *it >= value).unwrap_or(value)
}

/// A number in few letters.
fn short(value: f64) -> String {
    match value {
        _ if value >= 10_000_000.0 => format!("{:.0}M", value / 1_000_000.0),
        _ if value >= 10_000.0 => format!("{:.0}k", value / 1_000.0),
        _ if (value - value.round()).abs() < 0.05 => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        for (value, rounded) in
            [(0.0, 1.0), (1.0, 1.0), (1.1, 2.0), (40.0, 50.0), (51.0, 100.0), (1_200.0, 2_000.0)]
        {
            assert!((round_up(value) - rounded).abs() < 1e-9, "{value}");
        }
        assert_eq!([short(0.5), short(100.0), short(20_000.0)], ["0.5", "100", "20k"]);
    }

    #[test]
    fn counts_are_the_growth_between_samples_and_lose_nothing() {
        let samples: Vec<Sample> = (0..288)
            .map(|minute| Sample {
                at: DateTime::UNIX_EPOCH + TimeDelta::minutes(minute),
                lag_seconds: Some(60),
                delivered: 3 * minute.unsigned_abs(),
                requests: 0,
            })
            .collect();
        let growth = counts(&samples, |it| it.delivered);
        assert!(growth.len() <= BARS + 1, "{}", growth.len());
        let sum: f64 = growth.iter().map(|(_, value)| value).sum();
        assert!((sum - 861.0).abs() < 1e-9, "{sum}");
        let drawn = charts(&samples).into_string();
        assert_eq!(drawn.matches("<svg").count(), 3);
        assert!(drawn.contains("Now 1 minutes, at most 1."), "{drawn}");
        assert!(drawn.contains("861 opportunities in all."), "{drawn}");
    }
}
