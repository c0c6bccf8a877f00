//! Rhai's expressions, one kind after the other.

use rhai::{Expr as Tree, FnCallExpr, Position};
use sanse::{Arith, Compare, Constant, Expr, Node, Place, Points, Rounding, Ty, parse_decimal};

use super::chain::{base_length, captured_path};
use super::{Bind, Context, Lowering};
use crate::codes;
use crate::declare::Value;
use crate::finding::Mark;
use crate::syntax::place;
use crate::words::{self, Word};

/// Parts of all conditions together, each value of a list counted; a standard of a hundred rules has some
/// thousands. They bound the memory, for a loop may repeat a long condition.
const MOST_PARTS: usize = 500_000;

impl Lowering<'_> {
    /// Lowers an expression; `None` if it was reported.
    pub(super) fn expr(&mut self, tree: &Tree, context: &Context) -> Option<Expr> {
        let at = place(tree.start_position());
        self.parts += 1;
        if self.parts > MOST_PARTS {
            // Once; what follows says nothing new.
            if !std::mem::replace(&mut self.full, true) {
                let help = Some("减少规则，或缩短条件里的名单".to_owned());
                self.findings.error(codes::TOO_LARGE, at.into(), "所有规则的条件合计过长", help);
            }
            return None;
        }
        if matches!(tree, Tree::Dot(..) | Tree::Index(..))
            && let Some(value) = captured_path(tree, context)
        {
            return self.captured(&value, at);
        }
        let constant = |value: Constant| Some(Expr { ty: value.ty(), node: Node::Const(value), at });
        match tree {
            Tree::BoolConstant(yes, _) => constant(Constant::Bool(*yes)),
            Tree::IntegerConstant(number, _) => constant(Constant::Int(*number)),
            Tree::FloatConstant(number, _) => self.decimal(&number.to_string(), at).and_then(constant),
            Tree::StringConstant(text, _) => {
                self.lengths.insert(at, text.chars().count() as u32 + 2);
                constant(Constant::Text(text.as_str().into()))
            }
            Tree::Variable(parts, ..) => match context.get(parts.1.as_str()) {
                Some(Bind::Value(value)) => {
                    self.lengths.insert(at, parts.1.chars().count() as u32);
                    let value = value.clone();
                    self.captured(&value, at)
                }
                Some(_) => {
                    let message = format!("“{}”后面要接字段", parts.1);
                    let mark = Mark::word(at, parts.1.as_str());
                    self.findings.error(
                        codes::CONDITION,
                        mark,
                        message,
                        Some(format!("例如 {}.字段名", parts.1)),
                    );
                    None
                }
                // Reported with the word.
                None => None,
            },
            Tree::And(parts, _) | Tree::Or(parts, _) => {
                let lowered: Vec<Option<Expr>> = parts.iter().map(|part| self.truth(part, context)).collect();
                let mut flat = Vec::new();
                let all = matches!(tree, Tree::And(..));
                for part in lowered {
                    match part?.node_or_self(all) {
                        Ok(parts) => flat.extend(parts),
                        Err(one) => flat.push(one),
                    }
                }
                let node = if all { Node::All(flat) } else { Node::Any(flat) };
                Some(Expr { node, ty: Ty::Bool, at })
            }
            Tree::Coalesce(parts, position) => self.or_else(parts, context, place(*position)),
            Tree::FnCall(call, position) => self.call(call, *position, context),
            Tree::Dot(..) => self.dotted(tree, context),
            Tree::Stmt(block) => match block.statements() {
                [rhai::Stmt::Expr(inner)] => self.expr(inner, context),
                _ => self.unsupported(tree.position(), "几条语句", "条件只写一个式子"),
            },
            Tree::Array(_, position) => {
                self.unsupported(*position, "数组", "数组只用在 in 的右边，例如 x in [\"甲\", \"乙\"]")
            }
            Tree::Map(_, position) => self.unsupported(*position, "表 #{ … }", "条件里只写字段和值"),
            Tree::InterpolatedString(_, position) => {
                self.unsupported(*position, "拼接的文字", "先用 let 拼好，再用在条件里")
            }
            Tree::Index(_, _, position) => {
                self.unsupported(*position, "[ ] 取值", "先用 let 取出，再用在条件里")
            }
            Tree::CharConstant(..) => self.unsupported(tree.position(), "单引号", "文字用双引号 \"…\""),
            other => {
                self.unsupported(other.position(), "这种写法", "用字段、比较、&& || !、in、加减乘、汇总")
            }
        }
    }

    pub(super) fn unsupported(&mut self, position: Position, what: &str, help: &str) -> Option<Expr> {
        let message = format!("条件里不支持{what}");
        self.findings.error(codes::CONDITION, place(position).into(), message, Some(help.to_owned()));
        None
    }

    fn decimal(&mut self, text: &str, at: Place) -> Option<Constant> {
        let hundredths = parse_decimal(text, 2);
        if hundredths.is_none() {
            let mark = Mark::word(at, text);
            self.findings.error(
                codes::MALFORMED,
                mark,
                format!("“{text}”的小数多于两位或过大"),
                Some("改成最多两位小数".to_owned()),
            );
        }
        hundredths.map(|h| Constant::Points(Points::from_hundredths(h)))
    }

    /// A captured value as a constant.
    pub(super) fn captured(&mut self, value: &Value, at: Place) -> Option<Expr> {
        let constant = match value {
            Value::Bool(yes) => Constant::Bool(*yes),
            Value::Int(number) => Constant::Int(*number),
            Value::Decimal(text) => self.decimal(text, at)?,
            Value::Text(text) => Constant::Text(text.clone()),
            Value::Quantity(constant) => constant.clone(),
            Value::Word(Word::AsOf) => return Some(Expr { node: Node::AsOf, ty: Ty::Date, at }),
            Value::Word(Word::PeriodFirst) => {
                return Some(Expr { node: Node::PeriodFirst, ty: Ty::Date, at });
            }
            Value::Word(Word::PeriodLast) => return Some(Expr { node: Node::PeriodLast, ty: Ty::Date, at }),
            Value::Poison => return None,
            other => {
                let help = match other {
                    Value::Word(Word::List(..)) => "清单写在企业后面，例如 |企| 企.处罚.数量() >= 3",
                    Value::Word(Word::Period) => "日期用 统计期首日、统计期末日、截止日",
                    _ => "条件里用数、文字、金额、日期",
                };
                let mark = Mark { place: at, length: self.lengths.get(&at).copied().unwrap_or(1) };
                let message = format!("条件里不能用{}", other.kind());
                self.findings.error(codes::CONDITION, mark, message, Some(help.to_owned()));
                return None;
            }
        };
        Some(Expr { ty: constant.ty(), node: Node::Const(constant), at })
    }

    /// An expression that is true or false.
    pub(super) fn truth(&mut self, tree: &Tree, context: &Context) -> Option<Expr> {
        let expr = self.expr(tree, context)?;
        if expr.ty == Ty::Bool {
            return Some(expr);
        }
        let message = format!("这里要一个条件（是或否），这里是{}", self.type_name(expr.ty));
        self.findings.error(codes::TYPE, self.mark(&expr), message, Some("写成比较，例如 … >= 3".to_owned()));
        None
    }

    fn or_else(&mut self, parts: &[Tree], context: &Context, at: Place) -> Option<Expr> {
        let mut lowered: Vec<Expr> = parts
            .iter()
            .map(|p| self.expr(p, context))
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<Option<_>>()?;
        let mut result = lowered.pop()?;
        while let Some(first) = lowered.pop() {
            let (first, second) = self.unify(first, result, at)?;
            let start = first.at;
            result = Expr { ty: first.ty, node: Node::OrElse(Box::new([first, second])), at: start };
        }
        Some(result)
    }

    fn call(&mut self, call: &FnCallExpr, position: Position, context: &Context) -> Option<Expr> {
        let at = place(position);
        let name = call.name.as_str();
        match (name, &*call.args) {
            ("contains", [items, value]) => return self.one_of(items, value, context, at),
            ("!", [inner]) => {
                let inner = self.truth(inner, context)?;
                return Some(Expr { node: Node::Not(Box::new(inner)), ty: Ty::Bool, at });
            }
            ("-", [inner]) => {
                let inner = self.expr(inner, context)?;
                return self.negated(inner, at);
            }
            ("+", [inner]) if call.is_operator_call() => return self.expr(inner, context),
            (sign, [a, b]) if call.is_operator_call() => {
                let (a, b) = (self.expr(a, context), self.expr(b, context));
                return self.operator(sign, a?, b?, at);
            }
            _ => {}
        }
        let function = words::function(name)?;
        match (function.chinese, &*call.args) {
            (name @ ("除以" | "比"), [a, b, rounding]) => {
                let (a, b) = (self.expr(a, context), self.expr(b, context));
                let rounding = self.rounding(rounding, context);
                if name == "比" {
                    self.ratio(a?, b?, rounding?, at)
                } else {
                    self.divide(a?, b?, rounding?, at)
                }
            }
            ("日期", [text]) => {
                let text = self.expr(text, context)?;
                self.coerce(text, Ty::Date)
            }
            // Its number of arguments was reported.
            ("除以" | "比" | "日期", _) => None,
            _ => {
                let message = format!("“{name}”不能用在条件里");
                let help = Some("条件只判断；结果写在条件后面，例如 .情形(|措| 条件, 记(1))".to_owned());
                self.findings.error(codes::MISPLACED, Mark::word(at, name), message, help);
                None
            }
        }
    }

    pub(super) fn rounding(&mut self, tree: &Tree, context: &Context) -> Option<Rounding> {
        let expr = self.expr(tree, context)?;
        let text = match &expr.node {
            Node::Const(Constant::Text(text)) => text.to_string(),
            _ => String::new(),
        };
        match text.as_str() {
            "四舍五入" | "half_up" => Some(Rounding::HalfUp),
            "向下取整" | "down" => Some(Rounding::Down),
            "向上取整" | "up" => Some(Rounding::Up),
            _ => {
                let help = Some("写 \"四舍五入\"、\"向下取整\" 或 \"向上取整\"".to_owned());
                self.findings.error(codes::MALFORMED, self.mark(&expr), "取整的方式不对", help);
                None
            }
        }
    }

    /// `x in [ … ]`
    fn one_of(&mut self, items: &Tree, value: &Tree, context: &Context, at: Place) -> Option<Expr> {
        let value = self.expr(value, context);
        let items: Vec<Option<Expr>> = match items {
            Tree::Array(items, _) => items.iter().map(|item| self.expr(item, context)).collect(),
            other => match captured_path(other, context) {
                Some(Value::Array(items)) => {
                    let at = place(other.start_position());
                    self.lengths.insert(at, base_length(other));
                    items.iter().map(|item| self.captured(&item.value, at)).collect()
                }
                Some(Value::Poison) => return None,
                Some(_) | None if value.as_ref().is_some_and(is_constant_text) => {
                    let word = value.as_ref().map_or("", constant_text).to_owned();
                    let help = format!("文字里有没有几个字写 措.违法行为.含(\"{word}\")");
                    return self.unsupported(other.start_position(), "这样的 in", &help);
                }
                _ => {
                    let help = "in 的右边写数组，例如 x in [\"甲\", \"乙\"]";
                    return self.unsupported(other.start_position(), "这样的 in", help);
                }
            },
        };
        let value = value?;
        let start = value.at;
        let mut constants = Vec::with_capacity(items.len());
        let mut whole = true;
        for item in items {
            let coerced = item.and_then(|item| self.coerce_to_match(item, &value));
            match coerced.map(|item| (item.node, item.at)) {
                Some((Node::Const(constant), _)) => constants.push(constant),
                Some((_, at)) => {
                    let help = Some("和字段比较用 ==".to_owned());
                    self.findings.error(codes::CONDITION, at.into(), "in 的右边只写固定的值", help);
                    whole = false;
                }
                None => whole = false,
            }
        }
        if !whole {
            return None;
        }
        if constants.is_empty() {
            self.findings.error(
                codes::CONDITION,
                at.into(),
                "in 的右边是空的",
                Some("写上至少一个值".to_owned()),
            );
            return None;
        }
        self.parts += constants.len();
        Some(Expr { node: Node::OneOf(Box::new(value), constants), ty: Ty::Bool, at: start })
    }

    fn operator(&mut self, sign: &str, a: Expr, b: Expr, at: Place) -> Option<Expr> {
        let compare = match sign {
            "==" => Compare::Equal,
            "!=" => Compare::NotEqual,
            "<" => Compare::Less,
            "<=" => Compare::AtMost,
            ">" => Compare::Greater,
            ">=" => Compare::AtLeast,
            "+" => return self.arithmetic(Arith::Add, a, b, at),
            "-" => return self.arithmetic(Arith::Subtract, a, b, at),
            "*" => return self.arithmetic(Arith::Multiply, a, b, at),
            _ => {
                let help = match sign {
                    "/" => "除法写 除以(a, b, \"四舍五入\")，并用 ?? 说明除数为 0 时的值",
                    "%" => "不支持取余数",
                    _ => "可用的符号：== != < <= > >= && || ! + - * in ??",
                };
                self.findings.error(
                    codes::CONDITION,
                    at.into(),
                    format!("条件里不能用“{sign}”"),
                    Some(help.to_owned()),
                );
                return None;
            }
        };
        let (a, b) = self.unify(a, b, at)?;
        if !matches!(compare, Compare::Equal | Compare::NotEqual)
            && !matches!(a.ty, Ty::Int | Ty::Money | Ty::Points | Ty::Date)
        {
            let message = format!("{}不能比大小", self.type_name(a.ty));
            self.findings.error(codes::TYPE, at.into(), message, Some("用 == 或 in".to_owned()));
            return None;
        }
        Some(Expr { node: Node::Compare(compare, Box::new([a, b])), ty: Ty::Bool, at })
    }
}

fn is_constant_text(expr: &Expr) -> bool {
    matches!(expr.node, Node::Const(Constant::Text(_)))
}

fn constant_text(expr: &Expr) -> &str {
    match &expr.node {
        Node::Const(Constant::Text(text)) => text,
        _ => "",
    }
}

/// `(a && b) && c` is one list of three.
trait Flat {
    fn node_or_self(self, all: bool) -> Result<Vec<Expr>, Expr>;
}

impl Flat for Expr {
    fn node_or_self(self, all: bool) -> Result<Vec<Expr>, Expr> {
        match self.node {
            Node::All(parts) if all => Ok(parts),
            Node::Any(parts) if !all => Ok(parts),
            node => Err(Expr { node, ..self }),
        }
    }
}
