//! Conditions as an official could write them, of every type, over every field, with as few brackets as the
//! precedence of the operators allows.

use std::fmt::Write;

use sanse::{
    CodeListId, Derivation, ENTERPRISE, FieldDef, INSPECTION, LEAD, ListId, OUTCOME, RECTIFICATION, SANCTION,
    Ty,
};

use crate::support::VOCABULARY;
use crate::support::choices::Choices;

/// An expression in two writings that must mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// With brackets only where precedence asks for them.
    pub(crate) short: String,
    /// With brackets around everything.
    pub(crate) full: String,
    binds: u8,
}

// Precedence of the operators, from the Rhai Book.
const OR: u8 = 30;
const AND: u8 = 60;
const EQUALS: u8 = 90;
const IN: u8 = 110;
const ORDER: u8 = 130;
const COALESCE: u8 = 135;
const SUM: u8 = 150;
const PRODUCT: u8 = 180;
const UNARY: u8 = 220;
const ATOM: u8 = 255;

impl Written {
    fn atom(text: impl Into<String>) -> Written {
        let short = text.into();
        Written { full: short.clone(), short, binds: ATOM }
    }

    /// As it stands where only what binds at least so tightly needs no brackets.
    fn at(&self, least: u8) -> String {
        if self.binds < least { format!("({})", self.short) } else { self.short.clone() }
    }

    fn binary(operator: &str, binds: u8, a: &Written, b: &Written) -> Written {
        Written {
            short: format!("{} {operator} {}", a.at(binds), b.at(binds + 1)),
            full: format!("({} {operator} {})", a.full, b.full),
            binds,
        }
    }

    fn not(&self) -> Written {
        Written { short: format!("!{}", self.at(UNARY)), full: format!("(!{})", self.full), binds: UNARY }
    }

    fn minus(&self) -> Written {
        // Two signs in a row are another operator.
        let least = if self.short.starts_with('-') { ATOM } else { UNARY };
        Written { short: format!("-{}", self.at(least)), full: format!("(-({}))", self.full), binds: UNARY }
    }

    /// In brackets that are not needed.
    fn bracketed(self) -> Written {
        Written { short: format!("({})", self.short), full: format!("({})", self.full), binds: ATOM }
    }

    /// A call or a property behind it.
    fn followed(&self, by: &str) -> Written {
        Written { short: format!("{}{by}", self.at(ATOM)), full: format!("({}){by}", self.full), binds: ATOM }
    }
}

/// A name that the script has given a value.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    /// The name.
    pub(crate) name: &'static str,
    /// The type of its value.
    pub(crate) ty: Ty,
    /// The value as written.
    pub(crate) value: &'static str,
}

/// Names that scripts give values to.
pub(crate) const NAMED: [Named; 6] = [
    Named { name: "上限数", ty: Ty::Int, value: "3" },
    Named { name: "大额", ty: Ty::Money, value: "5.万元" },
    Named { name: "小数分", ty: Ty::Points, value: "2.5" },
    Named { name: "那天", ty: Ty::Date, value: "日期(\"2022-06-30\")" },
    Named { name: "那种行为", ty: Ty::Text, value: "\"甲\"" },
    Named { name: "要查", ty: Ty::Bool, value: "true" },
];

/// Where a condition stands.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// The list whose row the parameter is; the enterprise's own.
    pub(crate) list: ListId,
    /// The parameter of the closure.
    pub(crate) parameter: &'static str,
    /// The enterprise's parameter, within an aggregate.
    pub(crate) firm: Option<&'static str>,
    /// Only what Rhai itself gives a meaning to: no English codes, no texts for dates.
    pub(crate) plain: bool,
    /// How many names have values.
    pub(crate) named: usize,
    /// A missing value may be compared with `==` and `in`.
    pub(crate) bare: bool,
}

impl Scope {
    /// The scope of a row of a list or of the enterprise.
    pub(crate) fn of(list: ListId) -> Scope {
        Scope {
            list,
            parameter: parameter_of(list),
            firm: None,
            plain: false,
            named: NAMED.len(),
            bare: true,
        }
    }

    /// The same where what is missing must be thought about: under `!`.
    fn guarded(&self) -> Scope {
        Scope { bare: false, ..self.clone() }
    }

    fn is_enterprise(&self) -> bool {
        self.list == ENTERPRISE
    }
}

/// The customary name of a row of a list.
fn parameter_of(list: ListId) -> &'static str {
    match list {
        SANCTION => "措",
        RECTIFICATION => "改",
        INSPECTION => "检",
        LEAD => "线",
        OUTCOME => "果",
        _ => "企",
    }
}

/// The lists that rules and aggregates look at, by the words for them.
pub(crate) const LISTS: [(&str, ListId); 8] = [
    ("措施", SANCTION),
    ("处罚", SANCTION),
    ("其他措施", SANCTION),
    ("整改", RECTIFICATION),
    ("检查", INSPECTION),
    ("线索", LEAD),
    ("行政处罚", SANCTION),
    ("inspection", INSPECTION),
];

fn is_key(field: &FieldDef) -> bool {
    matches!(field.derived, Some(Derivation::DocumentKeyOf(_)))
}

/// A value with the field that it is, if it may be missing.
struct Value {
    written: Written,
    missing: bool,
}

impl Value {
    fn sure(written: Written) -> Value {
        Value { written, missing: false }
    }
}

/// A field of the scope, or of the enterprise of its row.
fn field(c: &mut Choices<'_>, scope: &Scope, wanted: &dyn Fn(Ty) -> bool) -> Option<(Value, Ty)> {
    let of = |list: ListId| -> Vec<&'static FieldDef> {
        VOCABULARY.list_def(list).fields.iter().filter(|f| wanted(f.ty) && !is_key(f)).collect()
    };
    let own = of(scope.list);
    let other = if scope.is_enterprise() { Vec::new() } else { of(ENTERPRISE) };
    let through = own.is_empty() || (!other.is_empty() && c.percent(20));
    let fields = if through { other } else { own };
    if fields.is_empty() {
        return None;
    }
    let field = c.one(&fields);
    let name = if c.percent(8) { &field.name.english } else { &field.name.chinese };
    let base = match (through, scope.firm) {
        (false, _) => scope.parameter.to_owned(),
        (true, Some(firm)) if c.percent(50) => firm.to_owned(),
        (true, _) => format!("{}.企业", scope.parameter),
    };
    let written = Written::atom(format!("{base}.{name}"));
    Some((Value { written, missing: field.optional }, field.ty))
}

const MONEY: [&str; 8] =
    ["1.万元", "5.万元", "0.元", "1000.元", "2.5.万元", "49999.99.元", "1200.5.元", "100.万元"];
const POINTS: [&str; 8] = ["1", "2.5", "0", "0.25", "12", "3.75", "-1.5", "6"];
const DATES: [&str; 6] = ["2022-12-31", "2022-01-01", "2024-02-29", "2023-06-30", "2024-03-31", "2020-02-29"];
const SPANS: [&str; 8] = ["15.天", "1.天", "6.个月", "1.年", "180.天", "3.年", "0.天", "1.个月"];
const TEXTS: [&str; 6] = ["甲", "乙", "丙", "丁", "罚〔2022〕05号", "生态环境"];

/// A constant of a type that is no span.
fn constant(c: &mut Choices<'_>, scope: &Scope, ty: Ty) -> Written {
    if c.percent(12)
        && let Some(named) = NAMED[..scope.named].iter().find(|n| n.ty == ty)
    {
        return Written::atom(named.name);
    }
    match ty {
        Ty::Bool => Written::atom(c.one(&["true", "false"])),
        Ty::Int => {
            let number = Written::atom(c.one(&["1", "2", "0", "3", "5", "10", "7", "100"]));
            if c.percent(8) { number.minus() } else { number }
        }
        Ty::Money => Written::atom(c.one(&MONEY)),
        Ty::Points => {
            let number = Written::atom(c.one(&POINTS));
            if number.short.starts_with('-') { Written { binds: UNARY, ..number } } else { number }
        }
        Ty::Date => {
            let day = c.one(&DATES);
            match c.below(6) {
                0 => Written::atom("截止日"),
                1 => Written::atom("统计期首日"),
                2 => Written::atom("统计期末日"),
                3 if !scope.plain => Written::atom(format!("\"{day}\"")),
                _ => Written::atom(format!("日期(\"{day}\")")),
            }
        }
        Ty::Code(list) => Written::atom(code(c, scope, list)),
        Ty::Text => Written::atom(format!("\"{}\"", c.one(&TEXTS))),
        Ty::Span => Written::atom(c.one(&SPANS)),
    }
}

fn code(c: &mut Choices<'_>, scope: &Scope, list: CodeListId) -> String {
    let codes = &VOCABULARY.code_list(list).unwrap().codes;
    let code = &codes[c.below(codes.len())];
    let english = !scope.plain && c.percent(10);
    format!("\"{}\"", if english { &code.english } else { &code.text })
}

/// A value of a type.
fn value(c: &mut Choices<'_>, scope: &Scope, ty: Ty, depth: u32) -> Value {
    if depth > 0 {
        let below = depth - 1;
        match (ty, c.below(14)) {
            (Ty::Int | Ty::Money | Ty::Points, 7) => {
                let (a, b) = (present(c, scope, ty, below), present(c, scope, ty, below));
                let sign = c.one(&["+", "-"]);
                return Value::sure(Written::binary(sign, SUM, &a, &b));
            }
            (Ty::Int | Ty::Money | Ty::Points, 8) => {
                let a = present(c, scope, ty, below);
                let b = constant(c, scope, Ty::Int);
                let (a, b) = if c.percent(50) { (b, a) } else { (a, b) };
                return Value::sure(Written::binary("*", PRODUCT, &a, &b));
            }
            (Ty::Int, 9) => {
                let (a, b) = (present(c, scope, Ty::Date, below), present(c, scope, Ty::Date, below));
                return Value::sure(Written::binary("-", SUM, &a, &b));
            }
            (Ty::Int | Ty::Money, 10) => {
                let over = present(c, scope, ty, below);
                let under = present(c, scope, Ty::Int, 0);
                let rounding = c.one(&["四舍五入", "向下取整", "向上取整"]);
                let call = |a: &str, b: &str| format!("除以({a}, {b}, \"{rounding}\")");
                let (short, full) = (call(&over.short, &under.short), call(&over.full, &under.full));
                return Value { written: Written { short, full, binds: ATOM }, missing: true };
            }
            (Ty::Int, 11) => {
                return Value::sure(present(c, scope, Ty::Int, below).minus());
            }
            (Ty::Date, 7..=10) => {
                let day = present(c, scope, Ty::Date, below);
                let span = Written::atom(c.one(&SPANS));
                let sign = c.one(&["+", "-"]);
                return Value::sure(Written::binary(sign, SUM, &day, &span));
            }
            (Ty::Int | Ty::Money, 12 | 13 | 1..=4) if scope.is_enterprise() => {
                return aggregate(c, scope, ty, below);
            }
            (Ty::Bool, 9..) => return Value::sure(condition(c, &scope.guarded(), below)),
            _ => {}
        }
    }
    if c.percent(20) {
        return Value::sure(constant(c, scope, ty));
    }
    match field(c, scope, &|t| t == ty) {
        Some((value, _)) => value,
        None if scope.is_enterprise() && depth > 0 && matches!(ty, Ty::Int | Ty::Money) => {
            aggregate(c, scope, ty, depth - 1)
        }
        None => Value::sure(constant(c, scope, ty)),
    }
}

/// A value that is not missing.
fn present(c: &mut Choices<'_>, scope: &Scope, ty: Ty, depth: u32) -> Written {
    let value = value(c, scope, ty, depth);
    if value.missing { or_else(c, scope, &value.written, ty, depth) } else { value.written }
}

fn or_else(c: &mut Choices<'_>, scope: &Scope, first: &Written, ty: Ty, depth: u32) -> Written {
    // Rhai joins `a ?? b ?? c` from the left as well as from the right.
    let second = match field(c, scope, &|t| t == ty) {
        Some((other, _)) if depth > 0 && c.percent(15) => {
            let last = constant(c, scope, ty);
            if other.missing { Written::binary("??", COALESCE, &other.written, &last) } else { other.written }
        }
        _ => constant(c, scope, ty),
    };
    Written::binary("??", COALESCE, first, &second)
}

/// A condition.
pub(crate) fn condition(c: &mut Choices<'_>, scope: &Scope, depth: u32) -> Written {
    let written = if depth == 0 {
        test(c, scope, 0)
    } else {
        match c.below(12) {
            4..=6 => joined(c, scope, depth, "&&", AND),
            7 | 8 => joined(c, scope, depth, "||", OR),
            9 => condition(c, &scope.guarded(), depth - 1).not(),
            10 => {
                let scope = scope.guarded();
                let (a, b) = (condition(c, &scope, depth - 1), condition(c, &scope, 0));
                Written::binary(c.one(&["==", "!="]), EQUALS, &a, &b)
            }
            _ => test(c, scope, depth),
        }
    };
    if c.percent(6) { written.bracketed() } else { written }
}

fn joined(c: &mut Choices<'_>, scope: &Scope, depth: u32, sign: &str, binds: u8) -> Written {
    let mut joined = condition(c, scope, depth - 1);
    for _ in 0..=c.below(2) {
        joined = Written::binary(sign, binds, &joined, &condition(c, scope, depth - 1));
    }
    joined
}

/// A single test.
fn test(c: &mut Choices<'_>, scope: &Scope, depth: u32) -> Written {
    match c.below(10) {
        0..=2 => one_of(c, scope),
        3 => match field(c, scope, &|_| true) {
            Some((value, _)) => value.written.followed(".有值"),
            None => Written::atom("true"),
        },
        4 => match field(c, scope, &|t| t == Ty::Bool) {
            Some((value, _)) if value.missing => or_else(c, scope, &value.written, Ty::Bool, 0),
            Some((value, _)) => value.written,
            None => one_of(c, scope),
        },
        5 if scope.is_enterprise() => {
            let rows = rows(c, scope, depth.saturating_sub(1));
            rows.0.followed(".存在()")
        }
        6 if !scope.plain && scope.is_enterprise() && depth > 0 => ratio(c, scope, depth - 1),
        5 => match field(c, scope, &|t| t == Ty::Text) {
            Some((value, _)) => {
                let sought = c.one(&["甲", "罚", "2022", "丁"]);
                let contains = value.written.followed(&format!(".含(\"{sought}\")"));
                if value.missing && !scope.bare {
                    Written::binary("&&", AND, &value.written.followed(".有值"), &contains)
                } else {
                    contains
                }
            }
            None => one_of(c, scope),
        },
        _ => compare(c, scope, depth),
    }
}

/// A ratio against a constant.
fn ratio(c: &mut Choices<'_>, scope: &Scope, depth: u32) -> Written {
    let (over, under) = (present(c, scope, Ty::Int, depth), present(c, scope, Ty::Int, depth));
    let rounding = c.one(&["四舍五入", "向下取整", "向上取整"]);
    let call = |a: &str, b: &str| format!("比({a}, {b}, \"{rounding}\")");
    let (short, full) = (call(&over.short, &under.short), call(&over.full, &under.full));
    let ratio = Written { short, full, binds: ATOM };
    let ratio = Written::binary("??", COALESCE, &ratio, &Written::atom(c.one(&["0", "1.5"])));
    Written::binary(c.one(&[">=", "<"]), ORDER, &ratio, &Written::atom(c.one(&["0.5", "1", "2.25"])))
}

fn one_of(c: &mut Choices<'_>, scope: &Scope) -> Written {
    let found = if c.percent(25) {
        field(c, scope, &|t| !matches!(t, Ty::Bool | Ty::Span))
    } else {
        field(c, scope, &|t| matches!(t, Ty::Code(_)))
    };
    let Some((value, ty)) = found else { return Written::atom("true") };
    let mut items = String::new();
    for number in 0..=c.below(3) {
        let item = constant(c, scope, ty);
        // The days of a run are no constants.
        let item = if item.short.starts_with('截') || item.short.starts_with('统') {
            "日期(\"2022-05-01\")".to_owned()
        } else {
            item.full
        };
        let _ = write!(items, "{}{item}", if number == 0 { "" } else { ", " });
    }
    let items = Written::atom(format!("[{items}]"));
    let value = if value.missing && (!scope.bare || c.percent(25)) {
        or_else(c, scope, &value.written, ty, 0)
    } else {
        value.written
    };
    Written::binary("in", IN, &value, &items)
}

fn compare(c: &mut Choices<'_>, scope: &Scope, depth: u32) -> Written {
    let ty = if c.percent(50) {
        let plain = if scope.list == OUTCOME { Ty::Points } else { Ty::Money };
        c.one(&[Ty::Date, plain, Ty::Int, Ty::Int])
    } else {
        field(c, scope, &|_| true).map_or(Ty::Int, |(_, ty)| ty)
    };
    let ordered = matches!(ty, Ty::Int | Ty::Money | Ty::Points | Ty::Date);
    let sign = c.one(&[">=", ">", "<", "<=", "==", "!="][if ordered { 0 } else { 4 }..]);
    let binds = if matches!(sign, "==" | "!=") { EQUALS } else { ORDER };
    let a = value(c, scope, ty, depth);
    let b = if c.percent(70) {
        Value::sure(constant(c, scope, ty))
    } else {
        Value::sure(present(c, scope, ty, depth.saturating_sub(1)))
    };
    // A text and a text, or a day as a text, on both sides say nothing.
    let (a, b) = if c.percent(12) { (b, a) } else { (a, b) };
    let missing = if a.missing { Some(a.written.clone()) } else { b.missing.then(|| b.written.clone()) };
    let whole = |a: &Written, b: &Written| Written::binary(sign, binds, a, b);
    let Some(missing) = missing else { return whole(&a.written, &b.written) };
    match c.below(10) {
        0..=3 if sign == "==" && scope.bare => whole(&a.written, &b.written),
        4 | 5 if !missing.short.contains('(') => {
            Written::binary("&&", AND, &missing.followed(".有值"), &whole(&a.written, &b.written))
        }
        6 if !missing.short.contains('(') => {
            Written::binary("||", OR, &missing.followed(".有值").not(), &whole(&a.written, &b.written))
        }
        // Refused by the check, and a bare comparison in Rhai.
        7 if c.percent(5) => whole(&a.written, &b.written),
        _ => {
            let (first, second) = (
                if a.missing { or_else(c, scope, &a.written, ty, depth) } else { a.written },
                if b.missing { or_else(c, scope, &b.written, ty, depth) } else { b.written },
            );
            whole(&first, &second)
        }
    }
}

/// The rows of an aggregate.
fn rows(c: &mut Choices<'_>, scope: &Scope, depth: u32) -> (Written, Scope) {
    let (name, list) = c.one(&LISTS[..if scope.plain { 6 } else { 8 }]);
    let mut written = Written::atom(format!("{}.{name}", scope.parameter));
    let firm = Some(scope.parameter);
    let inner = Scope { list, parameter: parameter_of(list), firm, bare: true, ..scope.clone() };
    if !scope.plain && c.percent(12) {
        written = written.followed(&format!(".近({})", c.one(&SPANS[3..6])));
    }
    if c.percent(55) {
        let filter = condition(c, &inner, depth.min(1));
        let follow = |text: &str| format!(".其中(|{}| {text})", inner.parameter);
        written = Written {
            short: format!("{}{}", written.short, follow(&filter.short)),
            full: format!("{}{}", written.full, follow(&filter.full)),
            binds: ATOM,
        };
    }
    (written, inner)
}

fn aggregate(c: &mut Choices<'_>, scope: &Scope, ty: Ty, depth: u32) -> Value {
    let (mut rows, inner) = rows(c, scope, depth);
    let chosen = c.below(10);
    // Only for counts, sums and peaks, and only once.
    if !matches!(chosen, 6..=8) && c.percent(20) {
        let x = inner.parameter;
        let by = if inner.list == SANCTION {
            c.one(&["措.违法行为", "措.程序", "[措.违法行为, 措.种类]"])
        } else {
            ""
        };
        let by = if by.is_empty() { format!("{x}.机关") } else { by.to_owned() };
        rows = rows.followed(&format!(".同一(|{x}| {by})"));
    }
    let follow = |by: String| Written {
        short: format!("{}{by}", rows.short),
        full: format!("{}{by}", rows.full),
        binds: ATOM,
    };
    let over = |c: &mut Choices<'_>| {
        let value = value(c, &inner, ty, depth.min(1));
        format!("|{}| {}", inner.parameter, value.written.short)
    };
    match (ty, chosen) {
        (Ty::Int, 0..=2) => Value::sure(follow(".数量()".to_owned())),
        (Ty::Int, 3) => Value::sure(follow(".行数()".to_owned())),
        (Ty::Int, 4) => Value::sure(follow(format!(".任意天内({})", c.one(&[180, 30, 1])))),
        (Ty::Int, 5) => Value::sure(follow(format!(".任意月内({})", c.one(&[6, 12])))),
        (_, 6) => Value { written: follow(format!(".最大({})", over(c))), missing: true },
        (_, 7) => Value { written: follow(format!(".最小({})", over(c))), missing: true },
        (_, 8) => {
            let rounding = c.one(&["四舍五入", "向下取整", "向上取整"]);
            Value { written: follow(format!(".平均({}, \"{rounding}\")", over(c))), missing: true }
        }
        (_, 9) => {
            let field = field(c, &Scope { firm: None, ..inner.clone() }, &|t| t == ty);
            match field.filter(|(value, _)| !value.written.short.contains("企业")) {
                Some((value, _)) => {
                    let by = format!(
                        ".任意天内合计({}, |{}| {})",
                        c.one(&[180, 30]),
                        inner.parameter,
                        value.written.short
                    );
                    Value::sure(follow(by))
                }
                None => Value::sure(follow(".行数()".to_owned())),
            }
        }
        _ => Value::sure(follow(format!(".合计({})", over(c)))),
    }
}

/// An amount of points, mostly one that is small for certain.
pub(crate) fn amount(c: &mut Choices<'_>, scope: &Scope) -> Written {
    let rounding = c.one(&["四舍五入", "向下取整", "向上取整"]);
    let small = match scope.list {
        _ if c.percent(10) => {
            let ty = if scope.list == OUTCOME { Ty::Points } else { Ty::Int };
            return present(c, scope, ty, 2);
        }
        ENTERPRISE => {
            rows(c, scope, 1).0.followed(c.one(&[".数量()", ".行数()", ".任意天内(30)", ".任意月内(6)"]))
        }
        SANCTION => Written::atom(format!("(除以(措.金额 ?? 2.5.万元, 1.万元, \"{rounding}\") ?? 0)")),
        RECTIFICATION | INSPECTION => {
            let x = scope.parameter;
            Written::atom(format!("(除以({x}.隐患条数 ?? 7, 500, \"{rounding}\") ?? 0)"))
        }
        _ => constant(c, scope, Ty::Int),
    };
    match c.below(5) {
        1 => Written::binary("*", PRODUCT, &small, &Written::atom(c.one(&["2", "3", "0.5", "1.25"]))),
        2 => Written::binary("+", SUM, &small, &Written::atom(c.one(&["1", "0.5"]))),
        3 => Written::binary("*", PRODUCT, &Written::atom("2"), &small),
        _ => small,
    }
}

/// A day.
pub(crate) fn date(c: &mut Choices<'_>, scope: &Scope) -> Written {
    match VOCABULARY.list_def(scope.list).roles.date {
        Some(date) if !c.percent(25) => {
            let name = &VOCABULARY.field_def(scope.list, date).unwrap().name.chinese;
            let written = Written::atom(format!("{}.{name}", scope.parameter));
            if c.percent(25) {
                Written::binary(c.one(&["+", "-"]), SUM, &written, &Written::atom(c.one(&SPANS)))
            } else {
                written
            }
        }
        _ => present(c, scope, Ty::Date, 1),
    }
}

/// A length of time.
pub(crate) fn span(c: &mut Choices<'_>) -> &'static str {
    c.one(&SPANS)
}
