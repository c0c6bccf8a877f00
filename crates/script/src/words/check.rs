//! The check before a statement is run: unknown words, functions and methods, and the number of arguments.
//! What is unknown is reported here and later passed over in silence, so that one slip gives one finding.

use std::collections::BTreeSet;

use rhai::{ASTFlags, Expr, FnCallExpr, Position, Stmt};
use sanse::Vocabulary;

use super::{CALLABLES, Callable, ITS_ENTERPRISE, Kind, PRESENT, UNITS, did_you_mean, function, methods};
use crate::codes;
use crate::finding::{Findings, Mark};
use crate::syntax::{Closures, Parsed, place};

/// What a statement contains, for running it and for the checks that follow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Words without a meaning.
    pub(crate) unknown_words: BTreeSet<String>,
    /// Calls without a meaning, with the number of arguments, the receiver included.
    pub(crate) unknown_calls: BTreeSet<(String, usize)>,
    /// Names that are read.
    pub(crate) read: BTreeSet<String>,
    /// Names defined at the top.
    pub(crate) defined: Vec<String>,
    /// True if it cannot be run at all.
    pub(crate) broken: bool,
    /// Words that it tried to define.
    pub(crate) taken: Vec<String>,
    /// Calls at their place with their arguments, for the places of those.
    pub(crate) calls: Vec<(sanse::Place, Vec<Expr>)>,
}

/// Checks the words of a statement. `known` are the words and the names defined before.
pub(crate) fn check(
    parsed: &Parsed,
    known: &BTreeSet<String>,
    vocabulary: &Vocabulary,
    findings: &mut Findings,
) -> Seen {
    let mut checker = Checker {
        closures: &parsed.closures,
        known,
        vocabulary,
        findings,
        local: Vec::new(),
        rows: Vec::new(),
        seen: Seen::default(),
    };
    for stmt in parsed.ast.statements() {
        checker.stmt(stmt, true);
    }
    checker.seen
}

struct Checker<'a> {
    closures: &'a Closures,
    known: &'a BTreeSet<String>,
    vocabulary: &'a Vocabulary,
    findings: &'a mut Findings,
    local: Vec<String>,
    /// The parameters of the closures around.
    rows: Vec<String>,
    seen: Seen,
}

impl Checker<'_> {
    fn stmts<'s>(&mut self, stmts: impl Iterator<Item = &'s Stmt>) {
        let depth = self.local.len();
        for stmt in stmts {
            self.stmt(stmt, false);
        }
        self.local.truncate(depth);
    }

    fn unsupported(&mut self, position: Position, what: &str) {
        let help = Some("标准只声明规则：只用 let、const、if、for 和声明语句".to_owned());
        self.findings.error(codes::UNSUPPORTED, place(position).into(), format!("不支持{what}"), help);
    }

    fn stmt(&mut self, stmt: &Stmt, top: bool) {
        match stmt {
            Stmt::Noop(_) | Stmt::Share(_) => {}
            Stmt::If(flow, _) => {
                self.expr(&flow.expr);
                self.stmts(flow.body.iter());
                self.stmts(flow.branch.iter());
            }
            Stmt::For(parts, _) => {
                let (name, counter, flow) = &**parts;
                self.expr(&flow.expr);
                let depth = self.local.len();
                self.define(name.name.as_str(), name.pos);
                self.local.push(name.name.to_string());
                if let Some(counter) = counter {
                    self.local.push(counter.name.to_string());
                }
                self.stmts(flow.body.iter());
                self.local.truncate(depth);
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                self.expr(&flow.expr);
                self.stmts(flow.body.iter());
            }
            Stmt::Switch(parts, _) => {
                let (value, cases) = &**parts;
                self.expr(value);
                for case in &cases.expressions {
                    self.expr(&case.lhs);
                    self.expr(&case.rhs);
                }
            }
            Stmt::Var(parts, ..) => {
                let (name, value, _) = &**parts;
                self.expr(value);
                self.define(name.name.as_str(), name.pos);
                self.local.push(name.name.to_string());
                if top {
                    self.seen.defined.push(name.name.to_string());
                }
            }
            Stmt::Assignment(parts) => {
                self.expr(&parts.1.lhs);
                self.expr(&parts.1.rhs);
            }
            Stmt::FnCall(call, position) => self.call(call, *position),
            Stmt::Block(block) => self.stmts(block.iter()),
            Stmt::Expr(expr) => self.expr(expr),
            Stmt::TryCatch(_, position) => self.unsupported(*position, " try"),
            Stmt::Return(_, flags, position) => {
                self.unsupported(
                    *position,
                    if flags.contains(ASTFlags::BREAK) { " throw" } else { " return" },
                );
            }
            Stmt::BreakLoop(value, ..) => {
                if let Some(value) = value {
                    self.expr(value);
                }
            }
            other => self.unsupported(other.position(), " import、export"),
        }
    }

    /// A name that is being defined must not hide a word.
    fn define(&mut self, name: &str, position: Position) {
        if super::is_plain_word(name) || self.vocabulary.list(name).is_some() {
            let mark = Mark::word(place(position), name);
            self.seen.taken.push(name.to_owned());
            let help = Some("换一个名称".to_owned());
            self.findings.error(codes::NAME_TAKEN, mark, format!("“{name}”是标准用语，不能另作名称"), help);
        }
    }

    fn word(&mut self, name: &str, position: Position) {
        self.seen.read.insert(name.to_owned());
        if self.known.contains(name) || self.local.iter().any(|l| l == name) {
            return;
        }
        if self.seen.unknown_words.insert(name.to_owned()) {
            let names = self.known.iter().chain(&self.local).map(String::as_str);
            let help = did_you_mean(name, names).or_else(|| Some(self.advice(name)));
            let mark = Mark::word(place(position), name);
            self.findings.error(codes::UNKNOWN_WORD, mark, format!("不认识“{name}”"), help);
        }
    }

    /// What an unknown word may have been meant for.
    fn advice(&self, name: &str) -> String {
        if let Some(callable) = function(name) {
            return format!("后面要加括号，例如 {}", callable.example);
        }
        if self.vocabulary.code_lists.iter().any(|list| list.code(name).is_some()) {
            return format!("文字写在引号里：\"{name}\"");
        }
        let first = |list: &sanse::ListDef| list.name.chinese.starts_with(name);
        match self.rows.last() {
            Some(row) if name.chars().count() == 1 => {
                format!("这里的记录叫“{row}”；它的企业写 {row}.企业")
            }
            None if name.chars().count() == 1 && self.vocabulary.lists.iter().any(first) => {
                format!("条件前面写上 |{name}|，例如 |{name}| {name}.字段 == …")
            }
            _ => format!("改成词汇表里的词，或先用 let 定义；等级、编号等文字写在引号里：\"{name}\""),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Variable(parts, _, position) => {
                let name = parts.1.as_str().to_owned();
                self.word(&name, *position);
            }
            Expr::DynamicConstant(value, _) => {
                if let Some(pointer) = value.read_lock::<rhai::FnPtr>() {
                    self.closure(pointer.fn_name());
                }
            }
            Expr::InterpolatedString(parts, _) | Expr::Array(parts, _) => {
                for part in parts {
                    self.expr(part);
                }
            }
            Expr::Map(map, _) => {
                for (_, value) in &map.0 {
                    self.expr(value);
                }
            }
            Expr::Stmt(block) => self.stmts(block.iter()),
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::MethodCall(call, position) => self.method(call, *position),
            Expr::Dot(pair, ..) => {
                self.expr(&pair.lhs);
                let first = match &pair.rhs {
                    Expr::Dot(rest, ..) => &rest.lhs,
                    last => last,
                };
                if let Expr::Property(property, position) = first {
                    self.property(&pair.lhs, property.2.as_str(), *position);
                }
                self.expr(&pair.rhs);
            }
            Expr::Index(pair, ..) => {
                self.expr(&pair.lhs);
                self.expr(&pair.rhs);
            }
            Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
                for part in parts.iter() {
                    self.expr(part);
                }
            }
            _ => {}
        }
    }

    fn closure(&mut self, name: &str) {
        let Some(def) = self.closures.get(name) else { return };
        let (depth, rows) = (self.local.len(), self.rows.len());
        self.local.extend(def.params.iter().cloned());
        self.rows.extend(def.params.last().cloned());
        if let Ok(body) = &def.body {
            self.expr(body);
        }
        self.rows.truncate(rows);
        self.local.truncate(depth);
    }

    /// A property of a number is a unit, that of a row a field of some list; lowering knows of which. What
    /// belongs to other values shows when they are there.
    fn property(&mut self, of: &Expr, name: &str, position: Position) {
        match of {
            Expr::IntegerConstant(..) | Expr::FloatConstant(..) => self.unit(name, position),
            Expr::Variable(parts, ..) if self.rows.iter().any(|row| row == parts.1.as_str()) => {
                let of_a_row = PRESENT.0 == name || ITS_ENTERPRISE.0 == name || ITS_ENTERPRISE.1 == name;
                let lists = &self.vocabulary.lists;
                if of_a_row
                    || self.vocabulary.list(name).is_some()
                    || lists.iter().any(|l| l.field(name).is_some())
                {
                    return;
                }
                let fields = lists
                    .iter()
                    .flat_map(|l| &l.fields)
                    .flat_map(|f| [f.name.chinese.as_str(), &f.name.english]);
                let header =
                    lists.iter().flat_map(|l| &l.fields).find(|f| f.headers.iter().any(|h| h == name));
                let help = header
                    .map(|f| format!("写成 .{}", f.name.chinese))
                    .or_else(|| did_you_mean(name, fields));
                let mark = Mark::word(place(position), name);
                self.findings.error(codes::UNKNOWN_FIELD, mark, format!("没有字段“{name}”"), help);
            }
            _ => {}
        }
    }

    fn unit(&mut self, name: &str, position: Position) {
        if UNITS.iter().any(|(chinese, english)| *chinese == name || *english == name) {
            return;
        }
        let units = UNITS.iter().flat_map(|(chinese, english)| [*chinese, *english]);
        let help = did_you_mean(name, units).or_else(|| {
            let callable = methods(name).next()?;
            Some(format!("要带括号：{}", callable.example))
        });
        let help = help.or_else(|| Some("数后面可接：元、万元、天、个月、年".to_owned()));
        let mark = Mark::word(place(position), name);
        self.findings.error(codes::UNKNOWN_FIELD, mark, format!("不认识“.{name}”"), help);
    }

    fn args(&mut self, call: &FnCallExpr) {
        for arg in &call.args {
            self.expr(arg);
        }
    }

    /// A closure with what it captures: the words in it that are not its own.
    fn captures(&mut self, call: &FnCallExpr) {
        let Some((closure, captured)) = call.args.split_first() else { return };
        let rows = self.rows.len();
        if let Expr::DynamicConstant(value, _) = closure
            && let Some(pointer) = value.read_lock::<rhai::FnPtr>()
        {
            let own = self.closures.get(pointer.fn_name()).and_then(|def| def.params.last());
            self.rows.extend(own.cloned());
        }
        for word in captured {
            self.expr(word);
        }
        self.rows.truncate(rows);
        self.expr(closure);
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) {
        let name = call.name.as_str();
        // `a..b(…)` parses as a range up to the value of b.
        if matches!(name, ".." | "..=")
            && let Some(Expr::FnCall(next, _)) = call.args.get(1)
            && methods(next.name.as_str()).next().is_some()
        {
            let help = Some("删去一个点".to_owned());
            self.findings.error(codes::SYNTAX, Mark::word(place(position), name), "这里多了一个点", help);
            self.seen.broken = true;
            return;
        }
        if name == "curry" {
            return self.captures(call);
        }
        if call.is_operator_call() || name == "contains" || name.starts_with("anon$") {
            return self.args(call);
        }
        self.seen.calls.push((place(position), call.args.iter().cloned().collect()));
        if let Some(callable) = function(name) {
            self.arity(callable, call.args.len(), call.args.len(), name, position);
        } else {
            self.seen.unknown_calls.insert((name.to_owned(), call.args.len()));
            let names = CALLABLES.iter().filter(|c| c.on.is_none()).flat_map(|c| [c.chinese, c.english]);
            let help = did_you_mean(name, names).or_else(|| {
                let callable = methods(name).next()?;
                Some(format!("接在{}后面：{}", callable.on.map_or("", Kind::chinese), callable.example))
            });
            let mark = Mark::word(place(position), name);
            self.findings.error(codes::UNKNOWN_FUNCTION, mark, format!("不认识“{name}(…)”"), help);
        }
        self.args(call);
    }

    fn method(&mut self, call: &FnCallExpr, position: Position) {
        let name = call.name.as_str();
        let count = call.args.len();
        self.seen.calls.push((place(position), call.args.iter().cloned().collect()));
        let mut candidates = methods(name).peekable();
        if let Some(first) = candidates.peek().copied() {
            if !candidates.any(|c| c.takes(count)) {
                self.arity(first, count, count + 1, name, position);
            }
        } else {
            self.seen.unknown_calls.insert((name.to_owned(), count + 1));
            let names = CALLABLES
                .iter()
                .filter(|c| c.on.is_some() && in_condition(c.on) != self.rows.is_empty())
                .flat_map(|c| [c.chinese, c.english]);
            let mark = Mark::word(place(position), name);
            let help = if name == PRESENT.0 || name == PRESENT.1 {
                Some(format!("写 .{name}，不带括号"))
            } else {
                let help = super::meant_help(name).or_else(|| super::as_effect(name));
                help.or_else(|| did_you_mean(name, names))
            };
            self.findings.error(codes::UNKNOWN_METHOD, mark, format!("不认识“.{name}(…)”"), help);
        }
        self.args(call);
    }

    fn arity(&mut self, callable: &Callable, given: usize, native: usize, name: &str, position: Position) {
        if callable.takes(given) {
            return;
        }
        self.seen.unknown_calls.insert((name.to_owned(), native));
        let wanted = if callable.least == callable.most {
            callable.least.to_string()
        } else {
            format!("{} 至 {}", callable.least, callable.most)
        };
        let mark = Mark::word(place(position), name);
        let message = format!("“{name}”的括号里要 {wanted} 项，这里有 {given} 项");
        let help = match callable.chinese {
            "则" | "其余" if given > 1 => {
                format!("一条规则一种效果：要两种效果就写两条规则，条件相同，各写一个 {}", callable.example)
            }
            "情形" if given > 2 => {
                format!("一个情形一种效果：要两种效果就写两条规则，例如 {}", callable.example)
            }
            _ => format!("例如 {}", callable.example),
        };
        self.findings.error(codes::ARITY, mark, message, Some(help));
    }
}

/// True for what is called in a condition.
fn in_condition(on: Option<Kind>) -> bool {
    matches!(on, Some(Kind::Rows | Kind::Text))
}
