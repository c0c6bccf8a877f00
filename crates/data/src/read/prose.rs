//! Amounts within sentences: 罚款人民币伍万元整并没收违法所得3000元. The column's meaning decides which figure is taken;
//! what leaves any doubt is refused.

use sanse::Money;

use super::cell::{MoneyTrouble, Unit, half_width, money};

/// What a column's amounts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// 罚款
    Fine,
    /// 没收
    Confiscation,
}

impl Kind {
    /// Of a field by its English name.
    pub(super) fn of(field: &str) -> Option<Kind> {
        match field {
            "amount" => Some(Kind::Fine),
            "confiscated_amount" => Some(Kind::Confiscation),
            _ => None,
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Kind::Fine => &["罚款", "罚金"],
            Kind::Confiscation => &["没收"],
        }
    }

    /// True if a text says something of the kind.
    pub(super) fn is_named_in(self, text: &str) -> bool {
        self.words().iter().any(|word| text.contains(word))
    }

    fn other(self) -> Kind {
        match self {
            Kind::Fine => Kind::Confiscation,
            Kind::Confiscation => Kind::Fine,
        }
    }
}

/// Words beside which a figure may be no amount that was imposed, or only a part of one.
const DOUBTS: [&str; 25] = [
    "罚没", "每", "按日", "约", "以上", "以下", "以内", "左右", "不", "未", "至", "近", "最高", "最低",
    "超过", "拟", "免", "减", "缓", "分期", "撤销", "改为", "变更", "加处", "倍",
];

/// Reads the amount of a cell for a column of a kind: a plain figure, or the one figure of that kind in a sentence.
pub(super) fn amount(text: &str, header: Option<Unit>, kind: Option<Kind>) -> Result<Money, MoneyTrouble> {
    let Some(kind) = kind else { return money(text, header) };
    if !kind.other().is_named_in(text) {
        match money(text, header) {
            Err(MoneyTrouble::Unreadable) if kind.is_named_in(text) => {}
            read => return read,
        }
    }
    let found = figures(text).ok_or(MoneyTrouble::Undecided)?;
    let mut own = found.into_iter().filter(|(other, _)| *other == kind);
    match (own.next(), own.next()) {
        (Some((_, amount)), None) => Ok(amount),
        _ => Err(MoneyTrouble::Undecided),
    }
}

/// The figures of a sentence, each with its kind; `None` if one of them is in doubt.
fn figures(text: &str) -> Option<Vec<(Kind, Money)>> {
    let text = half_width(text).replace([' ', '¥', '￥'], "");
    if DOUBTS.iter().any(|doubt| text.contains(doubt)) {
        return None;
    }
    let mut found: Vec<(Kind, Money)> = Vec::new();
    let mut before = String::new();
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let figure = figure_at(rest);
        let named = figure.contains(['元', '圆', '万', '亿']);
        if !named {
            if c.is_ascii_digit() {
                return None;
            }
            before.push(c);
            rest = rest.get(c.len_utf8()..)?;
            continue;
        }
        let amount = money(figure, None).ok()?;
        rest = rest.get(figure.len()..)?;
        if let (Some((_, last)), true) = (found.last(), is_restated(&before)) {
            // 伍万元整（50000元）: once more in other signs.
            if *last != amount {
                return None;
            }
        } else {
            let clause = before.rsplit([',', ';', '。', ':', '.']).next().unwrap_or("");
            let kind = match (Kind::Fine.is_named_in(clause), Kind::Confiscation.is_named_in(clause)) {
                (true, true) => return None,
                (true, false) => Kind::Fine,
                (false, true) => Kind::Confiscation,
                (false, false) => {
                    // 处5000元罚款; of confiscation nobody writes so.
                    let behind = rest.trim_start_matches('的');
                    let word = Kind::Fine.words().iter().find(|word| behind.starts_with(**word))?;
                    rest = behind.strip_prefix(word)?;
                    Kind::Fine
                }
            };
            found.push((kind, amount));
        }
        before.clear();
    }
    Some(found)
}

/// What a text begins with as far as a figure may go: digits with their commas, numerals, units.
fn figure_at(text: &str) -> &str {
    let begins = |c: char| c.is_ascii_digit() || NUMERALS.contains(c);
    if !text.starts_with(begins) {
        return "";
    }
    let mut end = 0;
    for (at, c) in text.char_indices() {
        // A comma or point between digits is one of the figure.
        let behind = text.get(at + c.len_utf8()..).unwrap_or("");
        let within = matches!(c, ',' | '.') && behind.starts_with(|c: char| c.is_ascii_digit());
        if !begins(c) && !UNITS.contains(c) && !within {
            break;
        }
        end = at + c.len_utf8();
    }
    text.get(..end).unwrap_or("")
}

const NUMERALS: &str = "零〇壹贰貳叁叄肆伍陆陸柒捌玖一二两三四五六七八九十拾百佰千仟";
const UNITS: &str = "万亿元圆角分整正";

/// True for what stands before an amount that is written once more.
fn is_restated(before: &str) -> bool {
    before.starts_with('(') && before.chars().all(|c| "(大小写人民币:即".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_meaning_decides_which_figure_is_taken() {
        // The cell; the fine and what was confiscated in 元, `-` where it cannot be told.
        for (text, fine, confiscated) in [
            ("罚款人民币伍万元整并没收违法所得3000元", "50000", "3000"),
            ("处罚款2万元；没收违法所得1,200元", "20000", "1200"),
            ("没收违法所得1200.5元，处5000元罚款", "5000", "1200.5"),
            ("1.没收违法所得：300元；2.罚款：500元", "-", "-"),
            ("没收违法所得三千五百元二角,并处罚款人民币贰仟元整", "2000", "3500.2"),
            ("警告，并处罚款人民币３，０００元", "3000", "-"),
            ("罚款人民币伍万元整（50000元）", "50000", "-"),
            ("罚款5000元（大写：伍仟元整），没收非法财物800元", "5000", "800"),
            ("罚款5000元(伍万元整)", "-", "-"),
            ("没收违法所得3000元", "-", "3000"),
            ("没收违法所得，罚款3000元", "3000", "-"),
            ("罚款2万元", "20000", "-"),
            ("处罚款人民币贰万元整", "20000", "-"),
            ("处人民币2万元的罚款", "20000", "-"),
            // Several of a kind, sums of both, ranges, rates, what was lifted, what has no unit.
            ("罚款2万元；罚款3万元", "-", "-"),
            ("对甲罚款1000元，对乙罚款1000元，没收违法所得50元", "-", "50"),
            ("罚款、没收违法所得合计8000元", "-", "-"),
            ("罚没款8000元，其中没收违法所得3000元", "-", "-"),
            ("违法所得3000元，罚款5000元", "-", "-"),
            ("处2万元以上10万元以下罚款", "-", "-"),
            ("每日罚款1万元", "-", "-"),
            ("罚款5-10万元", "-", "-"),
            ("罚款2万元，没收违法所得2倍", "-", "-"),
            ("罚款2万元（已撤销）", "-", "-"),
            ("罚款2万元，没收2000", "-", "-"),
            ("罚款若干，没收违法所得", "-", "-"),
        ] {
            let told = |kind| {
                amount(text, Some(Unit::Yuan), Some(kind))
                    .map_or("-".to_owned(), |money| money.to_string().replace('元', ""))
            };
            assert_eq!(
                (told(Kind::Fine).as_str(), told(Kind::Confiscation).as_str()),
                (fine, confiscated),
                "{text}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn two_figures_are_read_exactly(fine in 1_i64..9_000_000_000, taken in 1_i64..9_000_000_000) {
            let (fine, taken) = (Money::from_fen(fine), Money::from_fen(taken));
            for text in [format!("罚款{fine}，没收违法所得{taken}"), format!("没收违法所得{taken}并处{fine}罚款")] {
                proptest::prop_assert_eq!(amount(&text, None, Some(Kind::Fine)), Ok(fine));
                proptest::prop_assert_eq!(amount(&text, None, Some(Kind::Confiscation)), Ok(taken));
            }
        }

        #[test]
        fn no_text_panics(text in "[0-9,.元万整伍罚款没收并处；（）]{0,24}") {
            let _ = amount(&text, None, Some(Kind::Fine));
        }
    }
}
