//! Types (类型): which sides fit, how texts become codes and dates and whole numbers become points.

use sanse::{Arith, Constant, Expr, Money, Node, Place, Points, Rounding, Span, Ty};

use super::Lowering;
use crate::codes;
use crate::declare::Value;
use crate::finding::Mark;
use crate::words::did_you_mean_text;

/// Code lists up to this length are shown whole where a text is not in them.
const SHOWN_WHOLE: usize = 10;

impl Lowering<'_> {
    /// Brings an expression to a type, or reports that it cannot be.
    pub(crate) fn coerce(&mut self, expr: Expr, to: Ty) -> Option<Expr> {
        if expr.ty == to {
            return Some(expr);
        }
        let at = expr.at;
        match (&expr.node, to) {
            (Node::Const(Constant::Text(text)), Ty::Code(_)) => {
                let text = text.clone();
                let mark = self.mark(&expr);
                let constant = self.code(&text, to, mark)?;
                Some(Expr { node: Node::Const(constant), ty: to, at })
            }
            (Node::Const(Constant::Text(text)), Ty::Date) => match crate::declare::date_of(text) {
                Ok(day) => Some(Expr { node: Node::Const(Constant::Date(day)), ty: Ty::Date, at }),
                Err(message) => {
                    let mark = self.mark(&expr);
                    self.findings.error(
                        codes::MALFORMED,
                        mark,
                        message,
                        Some("写成 \"2023-03-01\" 的样子，年月日用短横连接".to_owned()),
                    );
                    None
                }
            },
            (Node::Const(Constant::Int(number)), Ty::Points) => {
                let points = number.checked_mul(100).map(Points::from_hundredths);
                if points.is_none() {
                    let mark = self.mark(&expr);
                    self.findings.error(codes::OUT_OF_RANGE, mark, "分值过大", None);
                }
                points.map(|p| Expr { node: Node::Const(Constant::Points(p)), ty: Ty::Points, at })
            }
            (_, Ty::Points) if expr.ty == Ty::Int => {
                Some(Expr { node: Node::ToPoints(Box::new(expr)), ty: Ty::Points, at })
            }
            _ => {
                let mark = self.mark(&expr);
                self.mismatch(&expr, to, mark);
                None
            }
        }
    }

    fn mismatch(&mut self, expr: &Expr, to: Ty, mark: Mark) {
        let message = format!("这里要{}，这里是{}", self.type_name(to), self.type_name(expr.ty));
        let help = Self::remedy(expr, to);
        self.findings.error(codes::TYPE, mark, message, help);
    }

    /// How to write a value as another type.
    fn remedy(expr: &Expr, to: Ty) -> Option<String> {
        match (&expr.node, to) {
            (Node::Const(Constant::Int(number)), Ty::Money) => {
                let yuan = Money::from_fen(number.checked_mul(100)?);
                Some(match number % 10_000 {
                    0 if *number > 0 => format!("写成 {}.万元 或 {number}.元", number / 10_000),
                    _ => format!("写成 {number}.元（{yuan}）或 {number}.万元"),
                })
            }
            (Node::Const(Constant::Points(number)), Ty::Money) => {
                Some(format!("写成 {number}.元 或 {number}.万元"))
            }
            (Node::Const(Constant::Points(_)), Ty::Int) => Some("写整数".to_owned()),
            (Node::Const(Constant::Int(number)), Ty::Span) => {
                Some(format!("写成 {number}.天、{number}.个月 或 {number}.年"))
            }
            (Node::Const(Constant::Int(_)), Ty::Text | Ty::Code(_)) => {
                Some("文字写在引号里 \"…\"".to_owned())
            }
            (Node::Const(Constant::Int(_)), Ty::Date) => Some("写成 日期(\"2023-01-01\")".to_owned()),
            (Node::Const(Constant::Text(text)), Ty::Int | Ty::Points | Ty::Money) => {
                Some(format!("数不加引号，例如 {}", text.trim()))
            }
            (Node::Const(Constant::Text(_)), Ty::Bool) => Some("写 true 或 false".to_owned()),
            (Node::Const(Constant::Span(_)), Ty::Int) => {
                Some("日期相减得天数，和整数比较，例如 > 180".to_owned())
            }
            _ => None,
        }
    }

    /// A text as a value of a code list.
    pub(crate) fn code(&mut self, text: &str, ty: Ty, mark: Mark) -> Option<Constant> {
        let Ty::Code(id) = ty else { return None };
        let list = self.vocabulary.code_list(id)?;
        if let Some(code) = list.code(text) {
            return Some(Constant::Code(id, code));
        }
        let synonym = list.codes.iter().find(|c| c.synonyms.iter().any(|s| s == text));
        let help = if let Some(code) = synonym {
            Some(format!("写成 \"{}\"", code.text))
        } else {
            // A short list is shown whole: in it the nearest wording may mean the opposite (没整改, 已整改).
            let names = list.codes.iter().flat_map(|c| [c.text.as_str(), c.english.as_str()]);
            did_you_mean_text(text, names).filter(|_| list.codes.len() > SHOWN_WHOLE).or_else(|| {
                let all: Vec<&str> = list.codes.iter().map(|c| c.text.as_str()).collect();
                Some(format!("可用的有：{}", all.join("、")))
            })
        };
        let message = format!("“{text}”不在代码表“{}”里", list.name.chinese);
        self.findings.error(codes::NOT_A_CODE, mark, message, help);
        None
    }

    /// Brings an item of `in [ … ]` to the type of the value.
    pub(super) fn coerce_to_match(&mut self, item: Expr, value: &Expr) -> Option<Expr> {
        self.coerce(item, value.ty)
    }

    /// Brings two sides to one type.
    pub(super) fn unify(&mut self, a: Expr, b: Expr, at: Place) -> Option<(Expr, Expr)> {
        if a.ty == b.ty {
            return Some((a, b));
        }
        let text = |e: &Expr| matches!(e.node, Node::Const(Constant::Text(_)));
        let to_b =
            (text(&a) && matches!(b.ty, Ty::Code(_) | Ty::Date)) || (a.ty == Ty::Int && b.ty == Ty::Points);
        let to_a =
            (text(&b) && matches!(a.ty, Ty::Code(_) | Ty::Date)) || (b.ty == Ty::Int && a.ty == Ty::Points);
        if (is_quotient(&a) && is_fraction(&b)) || (is_quotient(&b) && is_fraction(&a)) {
            let mark = self.mark(if is_quotient(&a) { &a } else { &b });
            let help = Some("要比例就写 比(a, b, \"四舍五入\")，得两位小数".to_owned());
            let message = "“除以”在这里只得整数，和小数放在一起，小数部分不起作用";
            self.findings.warn(codes::WHOLE_QUOTIENT, mark, message, help);
        }
        if to_b {
            return self.coerce(a, b.ty).map(|a| (a, b));
        }
        if to_a {
            return self.coerce(b, a.ty).map(|b| (a, b));
        }
        let message = format!("{}和{}不能放在一起", self.type_name(a.ty), self.type_name(b.ty));
        let constant = |e: &Expr| matches!(e.node, Node::Const(_));
        let (mark, help) = if constant(&b) {
            (self.mark(&b), Self::remedy(&b, a.ty))
        } else if constant(&a) {
            (self.mark(&a), Self::remedy(&a, b.ty))
        } else {
            (at.into(), None)
        };
        let help = help.or_else(|| {
            (a.ty == Ty::Bool || b.ty == Ty::Bool)
                .then(|| "一次只比较两个值，几个比较用 && 连起来".to_owned())
        });
        self.findings.error(codes::TYPE, mark, message, help);
        None
    }

    pub(super) fn negated(&mut self, inner: Expr, at: Place) -> Option<Expr> {
        let constant = match &inner.node {
            Node::Const(Constant::Int(number)) => number.checked_neg().map(Constant::Int),
            Node::Const(Constant::Money(money)) => {
                money.fen().checked_neg().map(|f| Constant::Money(Money::from_fen(f)))
            }
            Node::Const(Constant::Points(points)) => {
                points.hundredths().checked_neg().map(|h| Constant::Points(Points::from_hundredths(h)))
            }
            _ => None,
        };
        if let Some(constant) = constant {
            return Some(Expr { ty: inner.ty, node: Node::Const(constant), at });
        }
        let zero = match inner.ty {
            Ty::Int => Constant::Int(0),
            Ty::Money => Constant::Money(Money::from_fen(0)),
            Ty::Points => Constant::Points(Points::ZERO),
            other => {
                let message = format!("{}前面不能加负号", self.type_name(other));
                self.findings.error(codes::TYPE, at.into(), message, None);
                return None;
            }
        };
        let zero = Expr { ty: inner.ty, node: Node::Const(zero), at };
        self.arithmetic(Arith::Subtract, zero, inner, at)
    }

    pub(super) fn arithmetic(&mut self, op: Arith, a: Expr, b: Expr, at: Place) -> Option<Expr> {
        let start = a.at;
        if op == Arith::Multiply
            && let Some(quotient) = [&a, &b].into_iter().find(|side| is_quotient(side) && !in_steps(side))
        {
            let help = Some(
                "先乘后除，例如 除以(a * 100, b, \"四舍五入\")；要比例就写 比(a, b, \"四舍五入\")".to_owned(),
            );
            let message = "“除以”在这里只得整数，先除后乘，除不尽的部分已经丢了";
            self.findings.warn(codes::WHOLE_QUOTIENT, self.mark(quotient), message, help);
        }
        let arith =
            |a: Expr, b: Expr, ty: Ty| Some(Expr { node: Node::Arith(op, Box::new([a, b])), ty, at: start });
        match (op, a.ty, b.ty) {
            (_, Ty::Int, Ty::Int) | (Arith::Subtract, Ty::Date, Ty::Date) => arith(a, b, Ty::Int),
            (Arith::Add | Arith::Subtract, x @ (Ty::Money | Ty::Points), y) if x == y => arith(a, b, x),
            (Arith::Add | Arith::Subtract, Ty::Points, Ty::Int)
            | (Arith::Add | Arith::Subtract, Ty::Int, Ty::Points) => {
                let (a, b) = (self.coerce(a, Ty::Points)?, self.coerce(b, Ty::Points)?);
                arith(a, b, Ty::Points)
            }
            (Arith::Multiply, x @ (Ty::Money | Ty::Points), Ty::Int)
            | (Arith::Multiply, Ty::Int, x @ (Ty::Money | Ty::Points)) => {
                // The amount first, the number second.
                if a.ty == Ty::Int { arith(b, a, x) } else { arith(a, b, x) }
            }
            (Arith::Subtract, Ty::Date, _) | (Arith::Subtract, _, Ty::Date) if is_text(&a) || is_text(&b) => {
                let (a, b) = (self.coerce(a, Ty::Date)?, self.coerce(b, Ty::Date)?);
                arith(a, b, Ty::Int)
            }
            (Arith::Add | Arith::Subtract, Ty::Date, Ty::Span) => {
                let Node::Const(Constant::Span(span)) = b.node else { return None };
                let sign = if op == Arith::Add { 1 } else { -1 };
                let span =
                    Span { months: span.months.saturating_mul(sign), days: span.days.saturating_mul(sign) };
                Some(Expr { node: Node::AddSpan(Box::new(a), span), ty: Ty::Date, at: start })
            }
            (Arith::Add, Ty::Span, Ty::Date) => self.arithmetic(op, b, a, at),
            (_, x, y) => {
                let sign = match op {
                    Arith::Add => "+",
                    Arith::Subtract => "-",
                    Arith::Multiply => "*",
                };
                let message = format!("{}和{}不能用“{sign}”", self.type_name(x), self.type_name(y));
                let help = match (x, y) {
                    (Ty::Date, Ty::Int) => Some("日期加减写时长，例如 + 15.天".to_owned()),
                    (Ty::Money, Ty::Points) | (Ty::Points, Ty::Money) => {
                        Some("金额只乘整数；按比例时先乘整数再用 除以(…)".to_owned())
                    }
                    _ => None,
                };
                self.findings.error(codes::TYPE, at.into(), message, help);
                None
            }
        }
    }

    pub(super) fn divide(&mut self, a: Expr, b: Expr, rounding: Rounding, at: Place) -> Option<Expr> {
        let ty = match (a.ty, b.ty) {
            (x @ (Ty::Int | Ty::Money | Ty::Points), Ty::Int) => x,
            (x @ (Ty::Money | Ty::Points), y) if x == y => Ty::Int,
            (x, y) => {
                let message = format!("{}不能除以{}", self.type_name(x), self.type_name(y));
                self.findings.error(
                    codes::TYPE,
                    at.into(),
                    message,
                    Some("除数写整数，或与被除数同类型".to_owned()),
                );
                return None;
            }
        };
        Some(Expr { node: Node::Divide(rounding, Box::new([a, b])), ty, at })
    }
}

impl Lowering<'_> {
    /// The ratio of two amounts in points, rounded once to hundredths.
    pub(super) fn ratio(&mut self, a: Expr, b: Expr, rounding: Rounding, at: Place) -> Option<Expr> {
        let (a, b) = match (a.ty, b.ty) {
            (Ty::Points, Ty::Int) => (a, self.coerce(b, Ty::Points)?),
            (Ty::Int, Ty::Points) => (self.coerce(a, Ty::Points)?, b),
            _ => (a, b),
        };
        if a.ty == b.ty && matches!(a.ty, Ty::Int | Ty::Money | Ty::Points) {
            return Some(Expr { node: Node::Divide(rounding, Box::new([a, b])), ty: Ty::Points, at });
        }
        let message = format!("{}和{}不能算比", self.type_name(a.ty), self.type_name(b.ty));
        let help = Some("两边都写整数或分值，或者都写金额".to_owned());
        self.findings.error(codes::TYPE, at.into(), message, help);
        None
    }
}

/// True for a division that gives a whole number, also with the value for none behind `??`.
fn is_quotient(expr: &Expr) -> bool {
    match &expr.node {
        Node::Divide(..) => expr.ty == Ty::Int,
        Node::OrElse(pair) => pair.iter().any(is_quotient),
        Node::ToPoints(inner) => is_quotient(inner),
        _ => false,
    }
}

/// True for a division by a fixed number: so many points for each whole thirty days.
fn in_steps(quotient: &Expr) -> bool {
    match &quotient.node {
        Node::Divide(_, sides) => matches!(sides.as_ref(), [_, Expr { node: Node::Const(_), .. }]),
        _ => quotient.parts().iter().filter(|part| is_quotient(part)).all(in_steps),
    }
}

/// True for a constant with decimals that are not 0.
fn is_fraction(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Const(Constant::Points(points)) if points.hundredths() % 100 != 0)
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr.node, Node::Const(Constant::Text(_)))
}

/// A value given for a field (in tests) as a constant of the field's type.
pub(crate) fn field_constant(
    lowering: &mut Lowering<'_>,
    value: &Value,
    ty: Ty,
    mark: Mark,
) -> Option<Constant> {
    let constant = match value {
        Value::Bool(yes) => Constant::Bool(*yes),
        Value::Int(number) => Constant::Int(*number),
        Value::Decimal(_) => {
            if let Some(h) = value.hundredths() {
                Constant::Points(Points::from_hundredths(h))
            } else {
                lowering.findings.error(
                    codes::MALFORMED,
                    mark,
                    "小数最多两位",
                    Some("改成最多两位小数".to_owned()),
                );
                return None;
            }
        }
        Value::Text(text) => Constant::Text(text.clone()),
        Value::Quantity(constant) => constant.clone(),
        Value::Poison => return None,
        other => {
            let message = format!("这里要{}，这里是{}", lowering.type_name(ty), other.kind());
            lowering.findings.error(codes::TYPE, mark, message, None);
            return None;
        }
    };
    lowering.lengths.insert(mark.place, mark.length);
    let expr = Expr { ty: constant.ty(), node: Node::Const(constant), at: mark.place };
    match lowering.coerce(expr, ty)?.node {
        Node::Const(constant) => Some(constant),
        _ => None,
    }
}
