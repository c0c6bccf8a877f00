//! Chains (a.b.c()): from a row, the enterprise, a number or a captured value along fields, units and
//! aggregates.

use rhai::{ASTFlags, Expr as Tree, FnCallExpr, Position};
use sanse::{Constant, ENTERPRISE, Expr, FieldId, ListId, Node, Place, Ty};

use super::aggregate::Rows;
use super::{Bind, Context, Lowering, is_enterprise};
use crate::codes;
use crate::declare::{Value, quantity};
use crate::finding::Mark;
use crate::syntax::place;
use crate::words::{self, ITS_ENTERPRISE, Kind, Named, PRESENT, UNITS, did_you_mean, nearest_first};

/// A step behind a dot.
enum Step<'t> {
    Property(&'t str, Position),
    Method(&'t FnCallExpr, Position),
}

/// What stands before a dot.
enum Base {
    Row,
    Firm,
    Rows(Rows),
    Value(Expr),
    /// A number that a unit may follow.
    Number(Value),
}

impl Lowering<'_> {
    /// `a.b.c()`
    pub(super) fn dotted(&mut self, tree: &Tree, context: &Context) -> Option<Expr> {
        let mut steps = Vec::new();
        let base = flatten(tree, &mut steps);
        let at = place(tree.start_position());
        if let Tree::Dot(_, flags, position) = tree
            && flags.contains(ASTFlags::NEGATED)
        {
            return self.unsupported(*position, " ?.", "写成 . ，没有值时用 ?? 说明");
        }
        let steps = steps.into_iter();
        let mut here = match base {
            Tree::Variable(parts, _, _) => match context.get(parts.1.as_str())? {
                Bind::Row => Base::Row,
                Bind::Firm => Base::Firm,
                Bind::Outer => {
                    let mark = Mark::word(at, parts.1.as_str());
                    let help = Some("里面的条件只看汇总的记录和企业".to_owned());
                    self.findings.error(
                        codes::CONDITION,
                        mark,
                        format!("这里不能用外面的“{}”", parts.1),
                        help,
                    );
                    return None;
                }
                Bind::Value(value @ (Value::Int(_) | Value::Decimal(_))) => Base::Number(value.clone()),
                Bind::Value(value) => {
                    let value = value.clone();
                    Base::Value(self.captured(&value, at)?)
                }
            },
            Tree::IntegerConstant(number, _) => Base::Number(Value::Int(*number)),
            Tree::FloatConstant(number, _) => Base::Number(Value::Decimal(number.to_string())),
            other => Base::Value(self.expr(other, context)?),
        };
        let mut length = base_length(base);
        for step in steps {
            here = match step {
                Step::Property(name, position) => {
                    length += 1 + name.chars().count() as u32;
                    self.lengths.insert(at, length);
                    self.property(here, name, position, at, context)?
                }
                Step::Method(call, position) => {
                    let rows = match here {
                        Base::Rows(rows) => rows,
                        Base::Value(of) if words::method(Kind::Text, call.name.as_str()).is_some() => {
                            here = Base::Value(self.contains(of, call, position, context)?);
                            continue;
                        }
                        _ => return self.misplaced_method(call, position),
                    };
                    match self.rows_method(rows, call, position, context, at)? {
                        Ok(rows) => Base::Rows(rows),
                        Err(value) => Base::Value(value),
                    }
                }
            };
        }
        match here {
            Base::Value(expr) => Some(expr),
            Base::Rows(rows) => {
                let list = self.vocabulary.list_def(rows.list).name.chinese.clone();
                let help = Some(format!("接上 .数量()、.合计(|x| …) 等，例如 企.{list}.数量() >= 3"));
                self.findings.error(codes::CONDITION, rows.at, "清单要先汇总", help);
                None
            }
            Base::Row | Base::Firm | Base::Number(_) => {
                self.findings.error(
                    codes::CONDITION,
                    at.into(),
                    "这里要接字段",
                    Some("例如 措.金额".to_owned()),
                );
                None
            }
        }
    }

    /// `措.违法行为.含("夜间")`
    fn contains(
        &mut self,
        of: Expr,
        call: &FnCallExpr,
        position: Position,
        context: &Context,
    ) -> Option<Expr> {
        let at = of.at;
        if of.ty != Ty::Text {
            let mark = Mark::word(place(position), call.name.as_str());
            let message = format!("“含”只用在文字后面，这里是{}", self.type_name(of.ty));
            let help = match of.ty {
                Ty::Code(_) => "代码写 == \"…\" 或 in [\"…\", \"…\"]",
                _ => "写文字的字段，例如 措.违法行为.含(\"夜间\")",
            };
            self.findings.error(codes::TYPE, mark, message, Some(help.to_owned()));
            return None;
        }
        let sought = call.args.first()?;
        if let Some(words) = several(sought, context) {
            let row = context.names.iter().rev().find(|(_, bind)| matches!(bind, Bind::Row));
            let field = match &of.node {
                Node::Field(field) => self.vocabulary.field_def(context.scope, *field),
                _ => None,
            };
            let of = match (row, field) {
                (Some((row, _)), Some(field)) => format!("{row}.{}", field.name.chinese),
                _ => "x.字段".to_owned(),
            };
            let each: Vec<String> = words.iter().map(|word| format!("{of}.含(\"{word}\")")).collect();
            let mark = Mark::word(place(position), call.name.as_str());
            let help = Some(format!("几种字分开写，用 || 连起来：{}", each.join(" || ")));
            self.findings.error(codes::TYPE, mark, "“含”一次只找一种字", help);
            return None;
        }
        let sought = self.expr(sought, context)?;
        match &sought.node {
            Node::Const(Constant::Text(text)) if !text.trim().is_empty() => {
                let node = Node::Contains(Box::new(of), text.clone());
                Some(Expr { node, ty: Ty::Bool, at })
            }
            _ => {
                let help = Some("括号里写要找的字，例如 .含(\"夜间\")".to_owned());
                let message = "“含”的括号里要写固定的文字，不能是空的";
                self.findings.error(codes::TYPE, self.mark(&sought), message, help);
                None
            }
        }
    }

    fn misplaced_method(&mut self, call: &FnCallExpr, position: Position) -> Option<Expr> {
        let name = call.name.as_str();
        let mark = Mark::word(place(position), name);
        if words::method(Kind::Rows, name).is_some() {
            let help = Some("汇总接在企业的清单后面，例如 企.处罚.数量()".to_owned());
            self.findings.error(codes::MISPLACED, mark, format!("“.{name}(…)”不能接在这里"), help);
        } else if PRESENT.0 == name || PRESENT.1 == name {
            let help = Some(format!("写 .{name}，不带括号"));
            self.findings.error(codes::UNKNOWN_METHOD, mark, format!("“{name}”不带括号"), help);
        } else {
            let help = words::meant_help(name);
            self.findings.error(codes::UNKNOWN_METHOD, mark, format!("条件里不能用“.{name}(…)”"), help);
        }
        None
    }

    fn property(
        &mut self,
        base: Base,
        name: &str,
        position: Position,
        at: Place,
        context: &Context,
    ) -> Option<Base> {
        let mark = Mark::word(place(position), name);
        match base {
            Base::Number(number) => {
                if !UNITS.iter().any(|(chinese, english)| *chinese == name || *english == name) {
                    let units = UNITS.iter().flat_map(|(chinese, english)| [*chinese, *english]);
                    let help = did_you_mean(name, units)
                        .or_else(|| Some("数后面可接：元、万元、天、个月、年".to_owned()));
                    self.findings.error(codes::UNKNOWN_FIELD, mark, format!("不认识“.{name}”"), help);
                    return None;
                }
                match quantity(&number, name) {
                    Ok(constant) => {
                        Some(Base::Value(Expr { ty: constant.ty(), node: Node::Const(constant), at }))
                    }
                    Err(message) => {
                        self.findings.error(
                            codes::MALFORMED,
                            mark,
                            message,
                            Some("核对数字，小数最多两位".to_owned()),
                        );
                        None
                    }
                }
            }
            Base::Value(expr) => {
                if PRESENT.0 == name || PRESENT.1 == name {
                    return Some(Base::Value(Expr { node: Node::Has(Box::new(expr)), ty: Ty::Bool, at }));
                }
                let help = did_you_mean(name, [PRESENT.0, PRESENT.1]);
                self.findings.error(codes::UNKNOWN_FIELD, mark, format!("字段后面不能接“.{name}”"), help);
                None
            }
            Base::Rows(rows) => {
                let help = words::method(Kind::Rows, name)
                    .map(|c| format!("要带括号，例如 {}", c.example))
                    .or_else(|| Some("先用 .其中(|x| 条件) 挑选，再用 .数量() 等汇总".to_owned()));
                let list = &self.vocabulary.list_def(rows.list).name.chinese;
                let message = format!("清单“{list}”后面不能接“.{name}”");
                self.findings.error(codes::UNKNOWN_FIELD, mark, message, help);
                None
            }
            Base::Row if is_enterprise(context.scope) => self.firm_property(name, mark, at, context),
            Base::Firm => self.firm_property(name, mark, at, context),
            Base::Row => {
                if let Some(field) = self.vocabulary.list_def(context.scope).field(name) {
                    return Some(Base::Value(self.field(context.scope, field, at, Node::Field(field))?));
                }
                if ITS_ENTERPRISE.0 == name || ITS_ENTERPRISE.1 == name {
                    return Some(Base::Firm);
                }
                self.unknown_field(context.scope, name, mark);
                None
            }
        }
    }

    /// A field of the enterprise, or one of its lists.
    fn firm_property(&mut self, name: &str, mark: Mark, at: Place, context: &Context) -> Option<Base> {
        if let Some(field) = self.vocabulary.list_def(ENTERPRISE).field(name) {
            let own = is_enterprise(context.scope);
            let node = if own { Node::Field(field) } else { Node::EnterpriseField(field) };
            return Some(Base::Value(self.field(ENTERPRISE, field, at, node)?));
        }
        let found = self.vocabulary.list(name).map(|(list, view)| (list, view.cloned()));
        let Some((list, view)) = found.filter(|(list, _)| *list != ENTERPRISE) else {
            self.unknown_field(ENTERPRISE, name, mark);
            return None;
        };
        if !is_enterprise(context.scope) {
            let help = Some("用另一条 .每户() 的规则写汇总的条件".to_owned());
            self.findings.error(codes::CONDITION, mark, "汇总只能用在每户的条件里", help);
            return None;
        }
        Some(Base::Rows(Rows {
            list,
            window: None,
            filter: view.map(|v| self.view_filter(list, &v, at)),
            same: Vec::new(),
            at: mark,
        }))
    }

    fn field(&self, list: ListId, field: FieldId, at: Place, node: Node) -> Option<Expr> {
        let def = self.vocabulary.field_def(list, field)?;
        Some(Expr { node, ty: def.ty, at })
    }

    pub(crate) fn unknown_field(&mut self, list: ListId, name: &str, mark: Mark) {
        let def = self.vocabulary.list_def(list);
        let by_header = def.fields.iter().find(|f| f.headers.iter().any(|h| h == name));
        let help = if let Some(field) = by_header {
            Some(format!("写成 .{}", field.name.chinese))
        } else {
            let mut names: Vec<&str> =
                def.fields.iter().flat_map(|f| [f.name.chinese.as_str(), f.name.english.as_str()]).collect();
            if is_enterprise(list) {
                for other in self.vocabulary.lists.iter().skip(1) {
                    names.push(&other.name.chinese);
                    names.push(&other.name.english);
                    names.extend(
                        other.views.iter().flat_map(|v| [v.name.chinese.as_str(), v.name.english.as_str()]),
                    );
                }
            }
            did_you_mean(name, names).or_else(|| Some(self.fields_like(list, name)))
        };
        let message = format!("{}没有字段“{name}”", def.name.chinese);
        self.findings.error(codes::UNKNOWN_FIELD, mark, message, help);
    }

    /// The fields of a list, those first whose names or headers are like a word; of many only the first.
    fn fields_like(&self, list: ListId, word: &str) -> String {
        let def = self.vocabulary.list_def(list);
        let fields = def.fields.iter().map(|field| Named {
            thing: field.name.chinese.as_str(),
            names: vec![&field.name.chinese, &field.name.english],
            others: field.headers.iter().map(String::as_str).collect(),
        });
        let mut all = nearest_first(word, fields);
        let name = &def.name.chinese;
        // The fields of a list of the script's own stand in the script alone.
        if all.len() <= MOST_FIELDS || def.home.is_some() {
            return format!("{name}的字段有：{}", all.join("、"));
        }
        all.truncate(NEAREST_FIELDS);
        format!("最接近的有：{}；{name}的全部字段用 sanse vocabulary 查看", all.join("、"))
    }
}

/// A list with more fields than this shows the nearest only.
const MOST_FIELDS: usize = 8;
const NEAREST_FIELDS: usize = 5;

/// The texts of an array or of alternatives, `["甲", "乙"]` or `"甲" || "乙"`, shortened; `None` for anything else.
fn several(tree: &Tree, context: &Context) -> Option<Vec<String>> {
    const SHOWN: usize = 3;
    let mut words: Vec<String> = match tree {
        Tree::Array(items, _) => items.iter().filter_map(text_of).collect(),
        Tree::And(parts, _) | Tree::Or(parts, _) => parts.iter().filter_map(text_of).collect(),
        _ => match captured_path(tree, context)? {
            Value::Array(items) => items
                .iter()
                .filter_map(|item| match &item.value {
                    Value::Text(text) => Some(text.to_string()),
                    _ => None,
                })
                .collect(),
            _ => return None,
        },
    };
    if words.is_empty() {
        words = ["甲", "乙"].map(str::to_owned).to_vec();
    }
    if words.len() > SHOWN {
        words.truncate(SHOWN);
        words.push("…".to_owned());
    }
    Some(words)
}

fn text_of(tree: &Tree) -> Option<String> {
    match tree {
        Tree::StringConstant(text, _) => Some(text.to_string()),
        _ => None,
    }
}

/// The captured value that a name, with keys and places behind it, stands for: `行`, `行.分`, `行[0]`.
pub(super) fn captured_path(tree: &Tree, context: &Context) -> Option<Value> {
    match tree {
        Tree::Variable(parts, ..) => match context.get(parts.1.as_str())? {
            Bind::Value(value) => Some(value.clone()),
            _ => None,
        },
        Tree::Index(pair, ..) => match (captured_path(&pair.lhs, context)?, &pair.rhs) {
            (Value::Array(items), Tree::IntegerConstant(index, _)) => {
                items.get(usize::try_from(*index).ok()?).map(|item| item.value.clone())
            }
            _ => None,
        },
        Tree::Dot(..) => {
            let mut steps = Vec::new();
            let mut value = captured_path(flatten(tree, &mut steps), context)?;
            for step in steps {
                let Step::Property(name, _) = step else { return None };
                value = match &value {
                    Value::Map(entries) => entries.iter().find(|e| e.key == name)?.value.value.clone(),
                    Value::Int(_) | Value::Decimal(_) => Value::Quantity(quantity(&value, name).ok()?),
                    Value::Poison => Value::Poison,
                    _ => return None,
                };
            }
            Some(value)
        }
        _ => None,
    }
}

/// The base of a chain and its steps in order.
fn flatten<'t>(tree: &'t Tree, steps: &mut Vec<Step<'t>>) -> &'t Tree {
    let Tree::Dot(pair, ..) = tree else { return tree };
    let base = flatten(&pair.lhs, steps);
    let mut rest = &pair.rhs;
    loop {
        match rest {
            Tree::Dot(pair, ..) => {
                push(&pair.lhs, steps);
                rest = &pair.rhs;
            }
            last => {
                push(last, steps);
                return base;
            }
        }
    }
}

fn push<'t>(tree: &'t Tree, steps: &mut Vec<Step<'t>>) {
    match tree {
        Tree::Property(property, position) => steps.push(Step::Property(property.2.as_str(), *position)),
        Tree::MethodCall(call, position) => steps.push(Step::Method(call, *position)),
        _ => {}
    }
}

pub(super) fn base_length(base: &Tree) -> u32 {
    match base {
        Tree::Variable(parts, ..) => parts.1.chars().count() as u32,
        Tree::IntegerConstant(number, _) => number.to_string().len() as u32,
        Tree::FloatConstant(number, _) => number.to_string().len() as u32,
        _ => 1,
    }
}
