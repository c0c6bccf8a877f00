//! Whether an expression has the types it says.

use crate::expr::{Aggregate, Arith, Compare, Constant, Expr, Node, What, Window};
use crate::vocabulary::{ENTERPRISE, FieldId, ListId, Ty, Vocabulary};

/// How deep expressions may be nested. Evaluation goes as deep; nobody writes a tenth of it.
const DEEPEST: usize = 100;

/// What an expression may see.
#[derive(Clone, Copy)]
pub(super) struct Level {
    /// The list of the row in scope.
    list: ListId,
}

impl Level {
    pub(super) const ENTERPRISE: Level = Level { list: ENTERPRISE };

    pub(super) const fn rows(list: ListId) -> Level {
        Level { list }
    }
}

type Checked = Result<(), String>;

fn wrong(what: &str) -> Checked {
    Err(format!("{what}的类型不对"))
}

/// A constant that exists and is not the number that stands for a missing value.
pub(super) fn constant(vocabulary: &Vocabulary, constant: &Constant) -> Checked {
    let missing = match constant {
        Constant::Int(number) => *number == i64::MIN,
        Constant::Money(money) => money.fen() == i64::MIN,
        Constant::Points(points) => points.hundredths() == i64::MIN,
        Constant::Code(list, code) => {
            vocabulary.code_list(*list).is_none_or(|list| usize::from(*code) >= list.codes.len())
        }
        Constant::Bool(_) | Constant::Date(_) | Constant::Span(_) | Constant::Text(_) => false,
    };
    if missing { Err("有的值超出范围，或者不在代码表里".to_owned()) } else { Ok(()) }
}

fn field(vocabulary: &Vocabulary, list: ListId, field: FieldId) -> Result<Ty, String> {
    let def = vocabulary.field_def(list, field).map(|def| def.ty);
    def.ok_or_else(|| format!("“{}”没有第 {} 个字段", vocabulary.list_def(list).name.chinese, field.0))
}

const fn is_amount(ty: Ty) -> bool {
    matches!(ty, Ty::Int | Ty::Money | Ty::Points)
}

/// Checks an expression and all below it.
pub(super) fn check(vocabulary: &Vocabulary, expr: &Expr, level: Level, depth: usize) -> Checked {
    if depth > DEEPEST {
        return Err(format!("式子嵌套超过 {DEEPEST} 层"));
    }
    let inner = |part: &Expr| check(vocabulary, part, level, depth + 1);
    let pair = |parts: &[Expr; 2]| {
        let [a, b] = parts;
        inner(a)?;
        inner(b).map(|()| (a.ty, b.ty))
    };
    let truths = |parts: &[Expr]| {
        parts.iter().try_for_each(|part| {
            inner(part)?;
            if part.ty == Ty::Bool { Ok(()) } else { wrong("并且、或者的一边") }
        })
    };
    let ty = match &expr.node {
        Node::Const(value) => {
            constant(vocabulary, value)?;
            value.ty()
        }
        Node::Field(id) => field(vocabulary, level.list, *id)?,
        Node::EnterpriseField(id) => field(vocabulary, ENTERPRISE, *id)?,
        Node::AsOf | Node::PeriodFirst | Node::PeriodLast => Ty::Date,
        Node::Has(part) => {
            inner(part)?;
            Ty::Bool
        }
        Node::OrElse(parts) => match pair(parts)? {
            (a, b) if a == b => a,
            _ => return wrong("?? 两边"),
        },
        Node::Compare(op, parts) => {
            let (a, b) = pair(parts)?;
            let ordered = is_amount(a) || a == Ty::Date;
            if a != b || a == Ty::Span || !(ordered || matches!(op, Compare::Equal | Compare::NotEqual)) {
                return wrong("比较的两边");
            }
            Ty::Bool
        }
        Node::OneOf(part, constants) => {
            inner(part)?;
            for value in constants {
                constant(vocabulary, value)?;
                if value.ty() != part.ty {
                    return wrong("in 的右边");
                }
            }
            Ty::Bool
        }
        Node::Contains(part, text) => {
            inner(part)?;
            if part.ty != Ty::Text || text.is_empty() {
                return wrong("含的一边");
            }
            Ty::Bool
        }
        Node::All(parts) | Node::Any(parts) => {
            truths(parts)?;
            Ty::Bool
        }
        Node::Not(part) => {
            truths(std::slice::from_ref(part))?;
            Ty::Bool
        }
        Node::Arith(op, parts) => match (op, pair(parts)?) {
            (_, (Ty::Int, Ty::Int)) | (Arith::Subtract, (Ty::Date, Ty::Date)) => Ty::Int,
            (Arith::Add | Arith::Subtract, (a, b)) if a == b && is_amount(a) => a,
            (Arith::Multiply, (a, Ty::Int)) if is_amount(a) => a,
            _ => return wrong("加减乘的两边"),
        },
        Node::Divide(_, parts) => match pair(parts)? {
            (a, b) if a == b && is_amount(a) && expr.ty == Ty::Points => Ty::Points,
            (a, Ty::Int) if is_amount(a) => a,
            (a, b) if a == b && is_amount(a) => Ty::Int,
            _ => return wrong("除法的两边"),
        },
        Node::AddSpan(part, _) => {
            inner(part)?;
            if part.ty != Ty::Date {
                return wrong("加时长的日期");
            }
            Ty::Date
        }
        Node::ToPoints(part) => {
            inner(part)?;
            if part.ty != Ty::Int {
                return wrong("分值");
            }
            Ty::Points
        }
        Node::Aggregate(aggregate) => {
            if level.list != ENTERPRISE {
                return Err("汇总只能对企业写".to_owned());
            }
            self::aggregate(vocabulary, aggregate, depth + 1)?
        }
    };
    if ty == expr.ty { Ok(()) } else { wrong("式子") }
}

fn aggregate(vocabulary: &Vocabulary, aggregate: &Aggregate, depth: usize) -> Result<Ty, String> {
    let list = aggregate.list;
    if list == ENTERPRISE || usize::from(list.0) >= vocabulary.lists.len() {
        return Err(format!("没有第 {} 个清单", list.0));
    }
    let level = Level::rows(list);
    let of = |part: &Expr, ty: Option<Ty>| {
        check(vocabulary, part, level, depth)?;
        if ty.is_none_or(|ty| part.ty == ty) {
            Ok(part.ty)
        } else {
            Err("汇总里的类型不对".to_owned())
        }
    };
    if let Some(filter) = &aggregate.filter {
        of(filter, Some(Ty::Bool))?;
    }
    for key in &aggregate.same {
        if of(key, None)? == Ty::Span {
            return Err("同一的依据的类型不对".to_owned());
        }
    }
    let whole = matches!(aggregate.what, What::Max(_) | What::Min(_) | What::Average(..));
    if whole && !aggregate.same.is_empty() {
        return Err("同一只用于数量、行数、合计和任意时段内的".to_owned());
    }
    match &aggregate.window {
        Some(Window::Period(date)) => {
            of(date, Some(Ty::Date))?;
        }
        Some(Window::Between { from, until, at }) => {
            for day in [Some(from), until.as_ref(), Some(at)].into_iter().flatten() {
                of(day, Some(Ty::Date))?;
            }
        }
        None => {}
    }
    let amount = |part: &Expr| match of(part, None)? {
        ty if is_amount(ty) => Ok(ty),
        _ => Err("汇总里的类型不对".to_owned()),
    };
    let dated = vocabulary.list_def(list).roles.date.is_some();
    match &aggregate.what {
        What::Peak(_) | What::PeakSum(..) if !dated => Err("没有日期的清单不能按时段汇总".to_owned()),
        What::Count | What::Rows | What::Peak(_) => Ok(Ty::Int),
        What::Sum(part) | What::Average(part, _) | What::PeakSum(_, part) => amount(part),
        What::Max(part) | What::Min(part) => match of(part, None)? {
            Ty::Date => Ok(Ty::Date),
            _ => amount(part),
        },
    }
}
