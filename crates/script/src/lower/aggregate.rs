//! Aggregates (汇总): 企.清单.其中(…).数量() and its like.

use rhai::{Expr as Tree, FnCallExpr, Position};
use sanse::{
    Aggregate, Compare, Constant, ENTERPRISE, Expr, ListId, Node, Place, Span, Ty, View, What, Window,
};

use super::{Bind, Context, Known, Lowering};
use crate::codes;
use crate::declare::Value;
use crate::finding::Mark;
use crate::syntax::place;
use crate::words::{self, Kind, did_you_mean};

/// Rows of a list on the way to an aggregate.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    pub(super) list: ListId,
    /// 近
    pub(super) window: Option<Window>,
    pub(super) filter: Option<Expr>,
    /// 同一
    pub(super) same: Vec<Expr>,
    /// The list's name in the script.
    pub(super) at: Mark,
}

impl Lowering<'_> {
    /// The condition that a view adds.
    pub(crate) fn view_filter(&self, list: ListId, view: &View, at: Place) -> Expr {
        let ty = self.vocabulary.field_def(list, view.field).map_or(Ty::Bool, |f| f.ty);
        let constants = view
            .values
            .iter()
            .map(|value| match ty {
                Ty::Code(id) => Constant::Code(id, *value),
                _ => Constant::Bool(*value != 0),
            })
            .collect();
        let field = Expr { node: Node::Field(view.field), ty, at };
        Expr { node: Node::OneOf(Box::new(field), constants), ty: Ty::Bool, at }
    }

    /// A method on rows: further rows, or a value.
    pub(super) fn rows_method(
        &mut self,
        rows: Rows,
        call: &FnCallExpr,
        position: Position,
        context: &Context,
        at: Place,
    ) -> Option<Result<Rows, Expr>> {
        let name = call.name.as_str();
        let mark = Mark::word(place(position), name);
        let Some(method) = words::method(Kind::Rows, name) else {
            let names = words::CALLABLES
                .iter()
                .filter(|c| c.on == Some(Kind::Rows))
                .flat_map(|c| [c.chinese, c.english]);
            let help = words::meant_help(name).or_else(|| did_you_mean(name, names));
            self.findings.error(codes::UNKNOWN_METHOD, mark, format!("清单后面不能接“.{name}(…)”"), help);
            return None;
        };
        let (list, args) = (rows.list, &*call.args);
        if method.chinese == "其中" {
            let filter = self.inner(args.first()?, list, context)?;
            if filter.ty != Ty::Bool {
                let message = format!("条件要得出是或否，这里是{}", self.type_name(filter.ty));
                self.findings.error(codes::TYPE, self.mark(&filter), message, None);
                return None;
            }
            self.check_condition(&filter, list, &Known::default());
            let filter = match rows.filter {
                Some(before) => Expr { at: before.at, node: Node::All(vec![before, filter]), ty: Ty::Bool },
                None => filter,
            };
            return Some(Ok(Rows { filter: Some(filter), ..rows }));
        }
        if method.chinese == "同一" {
            if !rows.same.is_empty() {
                let help = Some("几项一起写：.同一(|x| [x.违法行为, x.种类])".to_owned());
                self.findings.error(codes::DUPLICATE, mark, "同一写了两次", help);
                return None;
            }
            let same = self.inner_values(args.first()?, list, context)?;
            return Some(Ok(Rows { same, ..rows }));
        }
        if method.chinese == "近" {
            let span = self.expr(args.first()?, context)?;
            let Node::Const(Constant::Span(span)) = span.node else {
                let help = Some("写成 .近(3.年)".to_owned());
                self.findings.error(codes::TYPE, self.mark(&span), "这里要写时长", help);
                return None;
            };
            let window = self.back_from_period(list, span, mark)?;
            return Some(Ok(Rows { window: Some(window), ..rows }));
        }
        if !rows.same.is_empty() && matches!(method.chinese, "存在" | "最大" | "最小" | "平均") {
            let help = Some("同一(…) 后面接 .数量()、.行数()、.合计(…) 或 .任意月内(…) 等".to_owned());
            let message = format!("同一(…) 后面不能接“.{name}(…)”");
            self.findings.error(codes::MISPLACED, mark, message, help);
            return None;
        }
        let (what, ty) = self.what(method.chinese, args, list, context, mark)?;
        if rows.window.is_none() {
            self.aggregated.entry(list).or_insert(rows.at);
        }
        let aggregate = Aggregate { list, window: rows.window, filter: rows.filter, same: rows.same, what };
        let value = Expr { node: Node::Aggregate(Box::new(aggregate)), ty, at };
        if method.chinese == "存在" {
            let zero = Expr { node: Node::Const(Constant::Int(0)), ty: Ty::Int, at };
            let node = Node::Compare(Compare::Greater, Box::new([value, zero]));
            return Some(Err(Expr { node, ty: Ty::Bool, at }));
        }
        Some(Err(value))
    }

    /// The window that looks back a span from the period's last day.
    pub(crate) fn back_from_period(&mut self, list: ListId, span: Span, mark: Mark) -> Option<Window> {
        let def = self.vocabulary.list_def(list);
        let Some(date) = def.roles.date else {
            let message = format!("清单“{}”没有日期，不能用 近", def.name.chinese);
            self.findings.error(codes::MISPLACED, mark, message, None);
            return None;
        };
        let at = mark.place;
        let from = Expr { node: Node::Field(date), ty: Ty::Date, at };
        let until = Expr { node: Node::AddSpan(Box::new(from.clone()), span), ty: Ty::Date, at };
        let at = Expr { node: Node::PeriodLast, ty: Ty::Date, at };
        Some(Window::Between { from, until: Some(until), at })
    }

    fn what(
        &mut self,
        name: &str,
        args: &[Tree],
        list: ListId,
        context: &Context,
        mark: Mark,
    ) -> Option<(What, Ty)> {
        let def = self.vocabulary.list_def(list);
        if name.starts_with("任意") && def.roles.date.is_none() {
            let message = format!("清单“{}”没有日期，不能按时段汇总", def.name.chinese);
            self.findings.error(codes::MISPLACED, mark, message, None);
            return None;
        }
        Some(match (name, args) {
            ("数量" | "存在", _) => (What::Count, Ty::Int),
            ("行数", _) => (What::Rows, Ty::Int),
            ("合计", [of]) => {
                let of = self.summed(of, list, context, &[Ty::Int, Ty::Money, Ty::Points])?;
                let ty = of.ty;
                (What::Sum(of), ty)
            }
            ("最大" | "最小", [of]) => {
                let of = self.summed(of, list, context, &[Ty::Int, Ty::Money, Ty::Points, Ty::Date])?;
                let ty = of.ty;
                (if name == "最大" { What::Max(of) } else { What::Min(of) }, ty)
            }
            ("平均", [of, rounding]) => {
                let of = self.summed(of, list, context, &[Ty::Int, Ty::Money, Ty::Points]);
                let rounding = self.rounding(rounding, context);
                let of = of?;
                let ty = of.ty;
                (What::Average(of, rounding?), ty)
            }
            ("任意天内", [k]) => (What::Peak(Span::days(self.length(k, context, 36_500)?)), Ty::Int),
            ("任意月内", [k]) => (What::Peak(Span::months(self.length(k, context, 1_200)?)), Ty::Int),
            ("任意天内合计" | "任意月内合计", [k, of]) => {
                let span = if name == "任意天内合计" {
                    self.length(k, context, 36_500).map(Span::days)
                } else {
                    self.length(k, context, 1_200).map(Span::months)
                };
                let of = self.summed(of, list, context, &[Ty::Int, Ty::Money, Ty::Points])?;
                let ty = of.ty;
                (What::PeakSum(span?, of), ty)
            }
            // The number of arguments was reported.
            _ => return None,
        })
    }

    /// A number of days or months from 1.
    fn length(&mut self, tree: &Tree, context: &Context, most: i64) -> Option<i32> {
        let expr = self.expr(tree, context)?;
        match expr.node {
            Node::Const(Constant::Int(number)) if (1..=most).contains(&number) => Some(number as i32),
            _ => {
                let help = Some("写整数，例如 180".to_owned());
                self.findings.error(
                    codes::OUT_OF_RANGE,
                    self.mark(&expr),
                    format!("时段要是 1 至 {most} 的整数"),
                    help,
                );
                None
            }
        }
    }

    fn summed(&mut self, tree: &Tree, list: ListId, context: &Context, allowed: &[Ty]) -> Option<Expr> {
        let of = self.inner(tree, list, context)?;
        if allowed.contains(&of.ty) {
            self.check_ranges(&of, list, &Known::default());
            return Some(of);
        }
        let message = format!("{}不能这样汇总", self.type_name(of.ty));
        self.findings.error(
            codes::TYPE,
            self.mark(&of),
            message,
            Some("用金额、整数或分值的字段".to_owned()),
        );
        None
    }

    /// The body of a closure inside a condition, over a row of a list. It may use what its condition captured
    /// and the enterprise.
    fn inner(&mut self, tree: &Tree, list: ListId, context: &Context) -> Option<Expr> {
        let (body, inner) = self.inner_body(tree, list, context)?;
        self.expr(&body, &inner)
    }

    /// The keys of 同一: one expression, or several in [ … ].
    fn inner_values(&mut self, tree: &Tree, list: ListId, context: &Context) -> Option<Vec<Expr>> {
        let (body, inner) = self.inner_body(tree, list, context)?;
        let parts = match &body {
            Tree::Array(items, _) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let keys: Vec<Expr> = parts.iter().map(|part| self.expr(part, &inner)).collect::<Option<_>>()?;
        let wrong = keys.iter().find(|key| key.ty == Ty::Span || matches!(key.node, Node::Const(_)));
        if wrong.is_some() || keys.is_empty() {
            let mark = wrong.map_or(Mark::from(place(tree.start_position())), |key| self.mark(key));
            let help = Some("写记录的字段，例如 .同一(|罚| 罚.违法行为)".to_owned());
            self.findings.error(codes::TYPE, mark, "这里要写按什么算同一", help);
            return None;
        }
        for key in &keys {
            self.check_key(key, list);
        }
        Some(keys)
    }

    fn inner_body(&mut self, tree: &Tree, list: ListId, context: &Context) -> Option<(Tree, Context)> {
        let Some((name, captured)) = closure_of(tree) else {
            let example = self.vocabulary.list_def(list).name.chinese.chars().next().unwrap_or('x');
            let mark = Mark::from(place(tree.start_position()));
            let message = "这里要写对每条记录的条件或式子";
            self.findings.error(codes::CONDITION, mark, message, Some(format!("写成 |{example}| …")));
            return None;
        };
        let binds = captured
            .iter()
            .map(|name| match context.get(name) {
                Some(Bind::Value(value)) => Bind::Value(value.clone()),
                Some(Bind::Row) if context.scope == ENTERPRISE => Bind::Firm,
                Some(Bind::Firm) => Bind::Firm,
                Some(Bind::Row | Bind::Outer) => Bind::Outer,
                None => Bind::Value(Value::Poison),
            })
            .collect();
        let inner = self.bind(&name, binds, Mark::from(place(tree.start_position())), list)?;
        let body = self.closures.get(&name)?.body.as_ref().ok()?.clone();
        Some((body, inner))
    }
}

/// The name of a closure in a tree and the names that it captures.
fn closure_of(tree: &Tree) -> Option<(String, Vec<String>)> {
    match tree {
        Tree::DynamicConstant(value, _) => {
            value.read_lock::<rhai::FnPtr>().map(|pointer| (pointer.fn_name().to_owned(), Vec::new()))
        }
        Tree::FnCall(call, _) if call.name.as_str() == "curry" => {
            let (name, _) = closure_of(call.args.first()?)?;
            let captured = call.args.iter().skip(1).filter_map(|arg| match arg {
                Tree::Variable(parts, ..) => Some(parts.1.to_string()),
                _ => None,
            });
            Some((name, captured.collect()))
        }
        Tree::Stmt(block) => block.statements().iter().find_map(|stmt| match stmt {
            rhai::Stmt::Expr(inner) => closure_of(inner),
            rhai::Stmt::FnCall(call, position) => closure_of(&Tree::FnCall(call.clone(), *position)),
            _ => None,
        }),
        _ => None,
    }
}
