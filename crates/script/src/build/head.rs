//! 标准(…): number, title, subject, dates, base, limits and unit.

use sanse::{Constant, Date, ENTERPRISE, Expr, Grade, Node, Points, Span, Stage, Subject, Ty};

use super::Builder;
use crate::codes;
use crate::declare::{Arg, HeadDraft, Said, Value};
use crate::finding::Mark;
use crate::lower::Known;
use crate::words::Kind;

/// The head of a standard as far as it could be read.
pub(super) struct Head {
    pub(super) at: Mark,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) stage: Option<Stage>,
    pub(super) subject: Option<Subject>,
    pub(super) document: Option<String>,
    pub(super) approved_on: Option<Date>,
    pub(super) issuer: Option<String>,
    pub(super) effective_from: Option<Date>,
    pub(super) effective_until: Option<Date>,
    pub(super) period_months: u16,
    pub(super) base: Expr,
    pub(super) lower_limit: Option<Points>,
    pub(super) upper_limit: Option<Points>,
    pub(super) unit: Points,
}

fn first(said: Option<&Said>) -> Option<&Arg> {
    said.and_then(|s| s.args.first())
}

impl Builder<'_> {
    pub(super) fn head(&mut self, draft: Option<HeadDraft>, spoiled: &[(Kind, usize)]) -> Head {
        let missing = draft.is_none();
        let draft = draft.unwrap_or_default();
        let quiet = missing || spoiled.contains(&(Kind::Head, 0));
        if missing && !self.lost.contains("标准") {
            let help = "文件开头写 标准(编号, 名称, 阶段).领域(…).施行(…)";
            self.error(codes::NO_HEAD, crate::declare::WHOLE.into(), "缺少标准头，或标准头有错", help);
        }
        let said = &draft.said;
        let stage = draft.stage.as_ref().and_then(|arg| self.stage(arg));
        let subject = match (said.get("领域"), said.get("综合")) {
            (Some(domain), None) => {
                first(Some(domain)).and_then(|a| self.text(a, "领域")).map(Subject::Domain)
            }
            (None, Some(_)) => Some(Subject::Overall),
            (Some(_), Some(overall)) => {
                self.error(codes::DUPLICATE, overall.at, "领域和综合只能写一个", "删去一个");
                None
            }
            (None, None) => {
                if !quiet {
                    let help = "在标准头后接 .领域(\"生态环境\") 或 .综合()";
                    self.error(codes::NO_SUBJECT, draft.at, "没有说明标准属于哪个领域", help);
                }
                None
            }
        };
        let effective_from = first(said.get("施行")).and_then(|a| self.day(a));
        if said.get("施行").is_none() && !quiet {
            let help = "在标准头后接 .施行(\"2023-01-01\")";
            self.error(codes::NO_EFFECTIVE_DATE, draft.at, "没有写施行日期", help);
        }
        let effective_until = first(said.get("失效")).and_then(|a| self.day(a));
        if let (Some(from), Some(until), Some(arg)) =
            (effective_from, effective_until, first(said.get("失效")))
            && until <= from
        {
            self.error(codes::OUT_OF_RANGE, arg.at, "失效日期不晚于施行日期", "核对两个日期");
        }
        let unit = match first(said.get("分值单位")) {
            Some(arg) => match self.points(arg, "分值单位") {
                Some(unit) if unit > Points::ZERO => unit,
                Some(_) => {
                    self.error(codes::OUT_OF_RANGE, arg.at, "分值单位要大于 0", "例如 1 或 0.5");
                    Points::whole(1)
                }
                None => Points::whole(1),
            },
            None => Points::whole(1),
        };
        self.unit = unit.hundredths();
        let lower_limit = first(said.get("下限")).and_then(|a| self.limit(a, "下限"));
        let upper_limit = first(said.get("上限")).and_then(|a| self.limit(a, "上限"));
        if let (Some(lower), Some(upper), Some(arg)) = (lower_limit, upper_limit, first(said.get("上限")))
            && upper < lower
        {
            self.error(codes::OUT_OF_RANGE, arg.at, "上限小于下限", "核对两个数");
        }
        let base = first(said.get("基准分")).and_then(|a| self.base(a)).unwrap_or(Expr::points(Points::ZERO));
        Head {
            at: draft.at,
            stage,
            subject,
            document: first(said.get("文号")).and_then(|a| self.text(a, "文号")),
            approved_on: first(said.get("批准日期")).and_then(|a| self.day(a)),
            issuer: first(said.get("发布机关")).and_then(|a| self.text(a, "发布机关")),
            effective_from,
            effective_until,
            period_months: first(said.get("统计期")).map_or(12, |a| self.period_months(a)),
            base,
            lower_limit,
            upper_limit,
            unit,
            id: draft.id,
            title: draft.title,
        }
    }

    fn stage(&mut self, arg: &Arg) -> Option<Stage> {
        let text = self.text(arg, "标准的阶段")?;
        match text.as_str() {
            "草案" | "draft" => Some(Stage::Draft),
            "试行" | "trial" => Some(Stage::Trial),
            "正式" | "adopted" => Some(Stage::Adopted),
            other => {
                let message = format!("没有“{other}”这个阶段");
                self.error(codes::MALFORMED, arg.at, message, "写 \"草案\"、\"试行\" 或 \"正式\"");
                None
            }
        }
    }

    fn period_months(&mut self, arg: &Arg) -> u16 {
        match &arg.value {
            Value::Quantity(Constant::Span(Span { months, days: 0 })) if (1..=120).contains(months) => {
                *months as u16
            }
            Value::Poison => 12,
            _ => {
                self.error(
                    codes::MALFORMED,
                    arg.at,
                    "统计期的长度要写 1 至 120 个月",
                    "写成 .统计期(24.个月)",
                );
                12
            }
        }
    }

    fn limit(&mut self, arg: &Arg, what: &str) -> Option<Points> {
        let points = self.points(arg, what)?;
        self.must_be_multiple(&Expr::points(points), arg.at);
        Some(points)
    }

    fn base(&mut self, arg: &Arg) -> Option<Expr> {
        if !matches!(arg.value, Value::Closure(_)) {
            let points = self.points(arg, "基准分")?;
            let base = Expr { at: arg.at.place, ..Expr::points(points) };
            self.must_be_multiple(&base, arg.at);
            return Some(base);
        }
        let base = self.lowering.value(arg, ENTERPRISE)?;
        let base = self.lowering.coerce(base, Ty::Points)?;
        self.lowering.require(&base, ENTERPRISE, &Known::default());
        self.lowering.check_ranges(&base, ENTERPRISE, &Known::default());
        if !self
            .lowering
            .interval(&base, ENTERPRISE, &Known::default())
            .fits(i64::from(i32::MIN), i64::from(i32::MAX))
        {
            self.error(codes::OVERFLOW, arg.at, "基准分可能过大", "");
        }
        self.must_be_multiple(&base, arg.at);
        Some(base)
    }

    /// Keeps points for [`Builder::check_multiples`].
    pub(super) fn must_be_multiple(&mut self, expr: &Expr, at: Mark) {
        self.points.push((expr.clone(), at));
    }

    /// Reports points that need not be a multiple of the unit, with the coarsest usual unit that all points and bands
    /// of the standard are multiples of.
    pub(super) fn check_multiples(&mut self, grades: &[Grade]) {
        let points = std::mem::take(&mut self.points);
        if points.iter().all(|(expr, _)| is_multiple(expr, self.unit)) {
            return;
        }
        let ends: Vec<i64> = grades
            .iter()
            .filter_map(|grade| grade.band)
            .flat_map(|band| [band.lower, band.upper])
            .flatten()
            .map(|(end, _)| end.hundredths())
            .collect();
        let fits = |unit: &i64| {
            points.iter().all(|(expr, _)| is_multiple(expr, *unit)) && ends.iter().all(|end| end % unit == 0)
        };
        // The last one divides everything.
        let coarsest = USUAL_UNITS.into_iter().find(fits).unwrap_or(1);
        let own = self.unit;
        let [unit, coarsest] = [own, coarsest].map(Points::from_hundredths);
        let help = format!("改分值，或在标准头写 .分值单位({coarsest})，等级的区间也按 {coarsest} 接上");
        for (expr, at) in points.iter().filter(|(expr, _)| !is_multiple(expr, own)) {
            let message = match &expr.node {
                Node::Const(Constant::Points(points)) => format!("{points} 不是分值单位 {unit} 的倍数"),
                _ => format!("这里的分值不一定是分值单位 {unit} 的倍数"),
            };
            self.error(codes::NOT_A_MULTIPLE, *at, message, &help);
        }
    }
}

/// Units that people choose for points, in hundredths, the coarsest first.
const USUAL_UNITS: [i64; 5] = [100, 50, 10, 5, 1];

/// True if points are a multiple of the unit whatever the data.
fn is_multiple(expr: &Expr, unit: i64) -> bool {
    match &expr.node {
        _ if unit == 1 => true,
        Node::Const(Constant::Points(points)) => points.hundredths() % unit == 0,
        Node::ToPoints(_) => 100 % unit == 0,
        Node::OrElse(pair) => pair.iter().all(|e| is_multiple(e, unit)),
        Node::Arith(sanse::Arith::Multiply, pair) => {
            let [points, _] = &**pair;
            is_multiple(points, unit)
        }
        Node::Arith(_, pair) => pair.iter().all(|e| is_multiple(e, unit)),
        _ => false,
    }
}
