use std::fmt;
use std::time::Duration;

/// What was measured, line by line.
pub struct Table {
    pub calls: u32,
    lines: Vec<Line>,
    notes: Vec<String>,
}

struct Line {
    what: &'static str,
    goal: Duration,
    /// So many of a hundred calls have to keep the goal.
    share: usize,
    /// Sorted.
    times: Vec<Duration>,
}

impl Table {
    pub fn new(calls: u32) -> Self {
        Self {
            calls,
            lines: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// A line whose goal 95 of a hundred calls have to keep.
    pub fn add(&mut self, what: &'static str, goal: Duration, times: Vec<Duration>) {
        self.add_line(what, goal, 95, times);
    }

    /// A line whose goal 99 of a hundred calls have to keep.
    pub fn add_p99(&mut self, what: &'static str, goal: Duration, times: Vec<Duration>) {
        self.add_line(what, goal, 99, times);
    }

    fn add_line(
        &mut self,
        what: &'static str,
        goal: Duration,
        share: usize,
        mut times: Vec<Duration>,
    ) {
        times.sort_unstable();
        self.lines.push(Line {
            what,
            goal,
            share,
            times,
        });
    }

    /// A sentence below the lines.
    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }
}

impl Line {
    /// The time that so many of a hundred calls keep.
    fn percentile(&self, percent: usize) -> Option<Duration> {
        let at = (self.times.len() * percent).div_ceil(100).max(1) - 1;
        self.times.get(at).copied()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = [
            "call", "n", "p50 ms", "p95 ms", "p99 ms", "max ms", "goal ms", "",
        ];
        writeln!(
            f,
            "{:<30} {:>4} {:>9} {:>9} {:>9} {:>9} {:>9} {}",
            head[0], head[1], head[2], head[3], head[4], head[5], head[6], head[7]
        )?;
        for line in &self.lines {
            let ms = |percent| {
                line.percentile(percent)
                    .map_or(f64::NAN, |t| t.as_secs_f64() * 1000.0)
            };
            let kept = line.percentile(line.share).is_some_and(|t| t <= line.goal);
            writeln!(
                f,
                "{:<30} {:>4} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>9} {}",
                line.what,
                line.times.len(),
                ms(50),
                ms(95),
                ms(99),
                ms(100),
                line.goal.as_millis(),
                if line.times.is_empty() {
                    "not seen"
                } else if kept {
                    "kept"
                } else {
                    "over"
                }
            )?;
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Line;
    use std::time::Duration;

    #[test]
    fn percentiles_are_of_the_calls_made() {
        let times = (1..=20).map(Duration::from_millis).collect();
        let line = Line {
            what: "x",
            goal: Duration::ZERO,
            share: 95,
            times,
        };
        assert_eq!(line.percentile(50), Some(Duration::from_millis(10)));
        assert_eq!(line.percentile(95), Some(Duration::from_millis(19)));
        assert_eq!(line.percentile(100), Some(Duration::from_millis(20)));
    }
}
