//! 等级(…): names, labels and bands without gaps and overlaps.

use sanse::{Band, Direction, ENTERPRISE, Grade, Label, Points, parse_decimal};

use super::head::Head;
use super::{Builder, plain_text};
use crate::codes;
use crate::declare::{Arg, GradeDraft, Value, Verb};
use crate::finding::Mark;
use crate::lower::Known;
use crate::words::Word;

/// A band in multiples of the unit, both ends included.
#[derive(Clone, Copy, Debug)]
struct Steps {
    low: i128,
    high: i128,
    grade: usize,
    at: Mark,
}

const FAR: i128 = i64::MAX as i128;

impl Builder<'_> {
    pub(super) fn grades(&mut self, drafts: &[GradeDraft], head: &Head, direction: Direction) -> Vec<Grade> {
        if self.lost.contains("等级") {
            return Vec::new();
        }
        if drafts.is_empty() {
            let help = "写 等级(\"绿标\", 绿, \"[0,0]\").等级(\"黄标\", 黄, \"[1,11]\") …，由好到差";
            let at = if head.at == Mark::default() { crate::declare::WHOLE.into() } else { head.at };
            self.error(codes::NO_GRADES, at, "没有写等级", help);
            return Vec::new();
        }
        if drafts.len() > usize::from(u8::MAX) {
            self.error(
                codes::TOO_LARGE,
                drafts.last().map_or_else(Mark::default, |g| g.at),
                "等级最多 255 个",
                "",
            );
            return Vec::new();
        }
        let mut grades: Vec<Grade> = Vec::new();
        let mut bands: Vec<Steps> = Vec::new();
        let mut whole = true;
        let banded = drafts.iter().filter(|g| g.band.is_some()).count();
        for draft in drafts {
            let name = plain_text(&draft.name);
            if grades.iter().any(|g| g.name == name) && !name.is_empty() {
                self.error(codes::DUPLICATE, draft.name.at, format!("等级“{name}”写了两次"), "换一个名称");
            }
            let Some(label) = self.colour(&draft.colour) else { continue };
            if let Some(before) = grades.last().filter(|g| g.label > label) {
                let message = format!(
                    "“{name}”是{}，却排在{}的“{}”后面",
                    label.chinese(),
                    before.label.chinese(),
                    before.name
                );
                self.error(codes::BANDS, draft.colour.at, message, "等级由好到差写");
            }
            if draft.band.is_none() && banded > 0 {
                self.error(
                    codes::BANDS,
                    draft.at,
                    format!("等级“{name}”没有写区间"),
                    "所有等级都写区间，或者都不写",
                );
                whole = false;
            }
            let band = draft.band.as_ref().and_then(|arg| self.band(arg));
            whole &= band.is_some();
            if let (Some(band), Some(arg)) = (band, &draft.band) {
                let steps = self.steps_of(band, grades.len(), arg.at);
                if steps.low > steps.high {
                    self.error(codes::BANDS, arg.at, format!("区间 {band} 里没有任何得分"), "核对两端");
                    whole = false;
                }
                bands.push(steps);
            }
            grades.push(Grade { name, label, band });
        }
        if whole && !bands.is_empty() {
            self.check_bands(bands, &grades, head, direction);
        }
        if banded == 0
            && let Some(at) = self.weighs
        {
            self.warn(
                codes::NO_EFFECT,
                at,
                "等级没有区间，分值不影响等级",
                "给等级写上区间，或只用 不高于、不低于",
            );
        }
        grades
    }

    /// A label from 绿, 黄, 红.
    pub(super) fn colour(&mut self, arg: &Arg) -> Option<Label> {
        match &arg.value {
            Value::Word(Word::Colour(label)) => Some(*label),
            Value::Poison => None,
            other => {
                let message = format!("这里要写 绿、黄 或 红，这里是{}", other.kind());
                self.error(codes::TYPE, arg.at, message, "不加引号，例如 等级(\"黄标\", 黄, \"[1,6]\")");
                None
            }
        }
    }

    fn band(&mut self, arg: &Arg) -> Option<Band> {
        let text = self.text(arg, "区间")?;
        let band = parse_band(&text);
        if band.is_none() {
            let message = format!("区间“{text}”写法不对");
            self.error(
                codes::MALFORMED,
                arg.at,
                message,
                "写成 \"[1,6]\"、\"(60,80]\"、\"[12,)\" 或 \"(,60)\"",
            );
        }
        band
    }

    fn steps_of(&self, band: Band, grade: usize, at: Mark) -> Steps {
        let unit = i128::from(self.unit.max(1));
        let low = band.lower.map_or(-FAR, |(end, closed)| {
            let end = i128::from(end.hundredths());
            if closed { -(-end).div_euclid(unit) } else { end.div_euclid(unit) + 1 }
        });
        let high = band.upper.map_or(FAR, |(end, closed)| {
            let end = i128::from(end.hundredths());
            if closed { end.div_euclid(unit) } else { -(-end).div_euclid(unit) - 1 }
        });
        Steps { low, high, grade, at }
    }

    /// The scores that the standard can give, in multiples of the unit.
    fn reach(&self, head: &Head, direction: Direction) -> (i128, i128) {
        let base = self.lowering.interval(&head.base, ENTERPRISE, &Known::default());
        let uses = |verbs: [Verb; 2]| self.verbs.iter().any(|(v, _)| verbs.contains(v));
        let (demerits, merits) = (uses([Verb::Record, Verb::Deduct]), uses([Verb::Add, Verb::Reduce]));
        let (falls, rises) = match direction {
            Direction::CountUp => (merits, demerits),
            Direction::CountDown => (demerits, merits),
        };
        let unit = i128::from(self.unit.max(1));
        let mut low = if falls { -FAR } else { base.low.div_euclid(unit) };
        let mut high = if rises { FAR } else { -(-base.high).div_euclid(unit) };
        let steps = |points: Points| i128::from(points.hundredths()).div_euclid(unit);
        if let Some(limit) = head.lower_limit {
            low = low.max(steps(limit));
            high = high.max(steps(limit));
        }
        if let Some(limit) = head.upper_limit {
            high = high.min(steps(limit));
            low = low.min(steps(limit));
        }
        (low, high)
    }

    fn check_bands(&mut self, mut bands: Vec<Steps>, grades: &[Grade], head: &Head, direction: Direction) {
        let name = |steps: &Steps| grades.get(steps.grade).map_or("", |g| g.name.as_str());
        bands.sort_by_key(|b| (b.low, b.high));
        let (low, high) = self.reach(head, direction);
        let shown = |steps: i128| {
            Points::from_hundredths(i64::try_from(steps * i128::from(self.unit)).unwrap_or(i64::MAX))
                .to_string()
        };
        // How the interval of a grade is written with another end, given in steps; without a number it is open.
        let written = |steps: &Steps, low: Option<i128>, high: Option<i128>| {
            let band = grades.get(steps.grade).and_then(|g| g.band)?;
            let end = |steps: i128| {
                let hundredths = i64::try_from(steps * i128::from(self.unit)).ok();
                (steps.abs() != FAR).then(|| Some((Points::from_hundredths(hundredths?), true))).flatten()
            };
            let band = Band { lower: low.map_or(band.lower, end), upper: high.map_or(band.upper, end) };
            Some(format!("“{}”写成 \"{band}\"", name(steps)))
        };
        let mut wrong: Vec<(Mark, String, String)> = Vec::new();
        for pair in bands.windows(2) {
            let [a, b] = pair else { continue };
            if b.low <= a.high {
                let message = format!("“{}”和“{}”的区间在 {} 重叠", name(a), name(b), shown(b.low));
                let apart = (a.high < b.high).then(|| written(b, Some(a.high + 1), None)).flatten();
                let help = apart.map_or_else(
                    || "每个得分只属于一个等级".to_owned(),
                    |apart| format!("每个得分只属于一个等级，例如{apart}"),
                );
                wrong.push((b.at, message, help));
            } else if b.low > a.high + 1 && a.high < high && b.low > low {
                let (from, to) = (shown(a.high + 1), shown(b.low - 1));
                let gap = if from == to { from } else { format!("{from} 至 {to}") };
                let message = format!("“{}”和“{}”之间缺少 {gap}", name(a), name(b));
                let ways = [written(b, Some(a.high + 1), None), written(a, None, Some(b.low - 1))];
                let ways: Vec<String> = ways.into_iter().flatten().collect();
                wrong.push((b.at, message, format!("区间要接得上：{}", ways.join("，或者"))));
            }
            let falling = b.grade < a.grade;
            if falling != (direction == Direction::CountDown) {
                let message = format!("“{}”和“{}”的区间与等级的次序相反", name(a), name(b));
                let help = if direction == Direction::CountUp {
                    "记分制分数越高等级越差"
                } else {
                    "扣分制分数越低等级越差"
                };
                wrong.push((b.at, message, help.to_owned()));
            }
        }
        if let Some(first) = bands.first().filter(|b| b.low > low) {
            let end = if low == -FAR { "没有下限".to_owned() } else { format!("最低 {}", shown(low)) };
            let message = format!("得分{end}，“{}”的区间没有盖住", name(first));
            let way = written(first, Some(low), None).unwrap_or_default();
            let limit = if low == -FAR { "，或在标准头写 .下限(n)" } else { "" };
            wrong.push((first.at, message, format!("{way}{limit}")));
        }
        if let Some(last) = bands.last().filter(|b| b.high < high) {
            let end = if high == FAR { "没有上限".to_owned() } else { format!("最高 {}", shown(high)) };
            let message = format!("得分{end}，“{}”的区间没有盖住", name(last));
            let way = written(last, None, Some(high)).unwrap_or_default();
            let limit = if high == FAR { "，或在标准头写 .上限(n)" } else { "" };
            wrong.push((last.at, message, format!("{way}{limit}")));
        }
        for (at, message, help) in wrong {
            self.error(codes::BANDS, at, message, &help);
        }
    }
}

/// Reads `[1,6]`, `(60,80]`, `[12,)`, `(,60)`.
fn parse_band(text: &str) -> Option<Band> {
    let text = text.replace('，', ",");
    let closed_low = match text.chars().next()? {
        '[' => true,
        '(' => false,
        _ => return None,
    };
    let closed_high = match text.chars().last()? {
        ']' => true,
        ')' => false,
        _ => return None,
    };
    let (low, high) = text.get(1..text.len().checked_sub(1)?)?.split_once(',')?;
    let end = |text: &str, closed: bool| -> Option<Option<(Points, bool)>> {
        let text = text.trim();
        if text.is_empty() {
            // An end that is not there is open.
            return (!closed).then_some(None);
        }
        let hundredths = parse_decimal(text, 2).filter(|h| i32::try_from(*h).is_ok())?;
        Some(Some((Points::from_hundredths(hundredths), closed)))
    };
    Some(Band { lower: end(low, closed_low)?, upper: end(high, closed_high)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_read_and_shown_alike() {
        for text in ["[1,6]", "(60,80]", "[12,)", "(,60)", "[0.5,1.25)"] {
            assert_eq!(parse_band(text).unwrap().to_string(), text);
        }
        for bad in ["", "[", "[]", "1,6", "[1,6", "[,6]", "[12,]", "[a,b]", "[1,2,3]", "（1,2）"] {
            assert!(parse_band(bad).is_none(), "{bad}");
        }
    }
}
