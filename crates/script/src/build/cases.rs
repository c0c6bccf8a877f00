//! 测试(…): one enterprise with its rows and what is expected of it.

use sanse::{Calendar, Case, Constant, Date, ENTERPRISE, FieldDef, ListId, Period, Rule, Subject, Ty};

use super::Builder;
use crate::codes;
use crate::declare::{Arg, CaseDraft, Entry, Value};
use crate::finding::Mark;
use crate::lower::field_constant;
use crate::words::Kind;

impl Builder<'_> {
    pub(super) fn cases(
        &mut self,
        drafts: &[CaseDraft],
        subject: Option<&Subject>,
        rules: &[Rule],
        spoiled: &[(Kind, usize)],
    ) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        for (index, draft) in drafts.iter().enumerate() {
            let quiet = spoiled.contains(&(Kind::Case, index));
            let Some(case) = self.case(draft, subject, rules, quiet) else { continue };
            if cases.iter().any(|c| c.name == case.name) {
                self.error(
                    codes::DUPLICATE,
                    draft.name.at,
                    format!("测试“{}”写了两次", case.name),
                    "换一个名称",
                );
            }
            cases.push(case);
        }
        cases
    }

    fn case(
        &mut self,
        draft: &CaseDraft,
        subject: Option<&Subject>,
        rules: &[Rule],
        quiet: bool,
    ) -> Option<Case> {
        let name = super::plain_text(&draft.name);
        let mut as_of: Option<Date> = None;
        let mut period = None;
        let mut case = Case {
            name,
            calendar: Calendar {
                period: Period { first: Date::from_days(0), last: Date::from_days(0) },
                as_of: Date::from_days(0),
            },
            enterprise: Vec::new(),
            rows: Vec::new(),
            demerits: None,
            score: None,
            grade: None,
            label: None,
            visits: None,
            not_rated: false,
            hits: Vec::new(),
            misses: Vec::new(),
            reasons: Vec::new(),
            at: draft.at.place,
        };
        let (mut expects, mut has_enterprise, mut dated) = (false, false, false);
        for (said, call) in &draft.said {
            let first = call.args.first();
            expects |= said.starts_with("应") || said.starts_with('不');
            match *said {
                "截止" => {
                    dated = true;
                    as_of = first.and_then(|a| self.day(a));
                }
                "统计期" => {
                    if let [from, to] = call.args.as_slice() {
                        let (from, to) = (self.day(from), self.day(to));
                        if let (Some(first), Some(last)) = (from, to) {
                            if last < first {
                                self.error(
                                    codes::OUT_OF_RANGE,
                                    call.at,
                                    "统计期的末日早于首日",
                                    "核对两个日期",
                                );
                            }
                            period = Some(Period { first, last });
                        }
                    }
                }
                "企业" => {
                    if has_enterprise {
                        self.error(codes::DUPLICATE, call.at, "一个测试只写一户企业", "另写一个测试");
                    }
                    has_enterprise = true;
                    if let Some(arg) = first {
                        self.enterprise(arg, subject, &mut case);
                    }
                }
                "应记" => case.demerits = first.and_then(|a| self.points(a, "应记")),
                "应得" => case.score = first.and_then(|a| self.points(a, "应得")),
                "应为" => {
                    if let Some(arg) = first
                        && self.grade(arg).is_some()
                    {
                        case.grade = Some(super::plain_text(arg));
                    }
                }
                "应标" => case.label = first.and_then(|a| self.colour(a)),
                "应查次数" => case.visits = first.and_then(|a| self.visits(a)),
                "应不评定" => case.not_rated = true,
                "应命中" => case.hits.extend(self.rule_ids(&call.args, rules)),
                "应有理由" => {
                    case.reasons.extend(call.args.iter().filter_map(|arg| self.text(arg, "理由")));
                }
                "不应命中" => case.misses.extend(self.rule_ids(&call.args, rules)),
                _ => {}
            }
        }
        if !quiet && !dated {
            self.error(codes::MALFORMED, draft.at, "测试没有写截止日", "接上 .截止(\"2023-03-31\")");
        }
        if !quiet && !expects {
            self.error(
                codes::NO_EXPECTATION,
                draft.at,
                "测试没有写预期",
                "接上 .应记(…)、.应为(…)、.应标(…) 或 .应命中(…)",
            );
        }
        if !has_enterprise {
            self.enterprise(&Arg { value: Value::Map(Vec::new()), at: draft.at }, subject, &mut case);
        }
        let as_of = as_of?;
        let period = period.or_else(|| Period::of_quarter(as_of.ymd().0, 1))?;
        case.calendar = Calendar { period, as_of };
        Some(case)
    }

    fn rule_ids(&mut self, args: &[Arg], rules: &[Rule]) -> Vec<String> {
        let mut ids = Vec::new();
        let flat = args.iter().flat_map(|arg| match &arg.value {
            Value::Array(items) => items.iter().collect(),
            _ => vec![arg],
        });
        for arg in flat {
            let Some(id) = self.text(arg, "规则的编号") else { continue };
            if rules.iter().all(|r| r.id != id) && !self.lost.contains("规则") {
                let help = self.near(&id, rules.iter().map(|r| r.id.as_str())).unwrap_or_default();
                self.error(codes::UNKNOWN_NAME, arg.at, format!("没有规则“{id}”"), &help);
            }
            ids.push(id);
        }
        ids
    }

    fn enterprise(&mut self, arg: &Arg, subject: Option<&Subject>, case: &mut Case) {
        let Value::Map(entries) = &arg.value else {
            if !arg.value.is_poisoned() {
                let help = "写成 #{ 措施: [#{ 种类: \"警告\", 作出日期: \"2022-05-02\" }] }";
                self.error(codes::TYPE, arg.at, "企业要写成 #{ … }", help);
            }
            return;
        };
        let vocabulary = self.lowering.vocabulary;
        for entry in entries {
            let mark = Mark::word(entry.key_at, &entry.key);
            if let Some(field) = vocabulary.list_def(ENTERPRISE).field(&entry.key) {
                if let Some(def) = vocabulary.field_def(ENTERPRISE, field)
                    && let Some(constant) = self.field(def, &entry.value)
                {
                    case.enterprise.push((def.name.chinese.clone(), constant));
                }
                continue;
            }
            match vocabulary.list(&entry.key) {
                Some((list, None)) => self.rows(list, &entry.value, subject, case),
                Some((list, Some(_))) => {
                    let help = format!("写“{}”", vocabulary.list_def(list).name.chinese);
                    self.error(codes::UNKNOWN_FIELD, mark, "测试里写整个清单", &help);
                }
                None => self.lowering.unknown_field(ENTERPRISE, &entry.key, mark),
            }
        }
        if !case.enterprise.iter().any(|(name, _)| name == "名称") {
            case.enterprise.push(("名称".to_owned(), Constant::Text("测试企业".into())));
        }
    }

    fn rows(&mut self, list: ListId, arg: &Arg, subject: Option<&Subject>, case: &mut Case) {
        let vocabulary = self.lowering.vocabulary;
        let def = vocabulary.list_def(list);
        let name = &def.name.chinese;
        let Value::Array(rows) = &arg.value else {
            if !arg.value.is_poisoned() {
                self.error(codes::TYPE, arg.at, format!("{name}要写成数组"), "写成 [#{ … }, #{ … }]");
            }
            return;
        };
        for row in rows {
            let Value::Map(entries) = &row.value else {
                if !row.value.is_poisoned() {
                    self.error(codes::TYPE, row.at, format!("{name}的每一行要写成 #{{ … }}"), "");
                }
                continue;
            };
            let mut fields = self.row(list, entries);
            let given = |fields: &[(String, Constant)], name: &str| fields.iter().any(|(n, _)| n == name);
            if let (Some(Subject::Domain(domain)), Some(field)) =
                (subject, def.roles.domain.and_then(|d| def.field_def(d)))
                && !given(&fields, &field.name.chinese)
            {
                fields.push((field.name.chinese.clone(), Constant::Text(domain.as_str().into())));
            }
            for field in def.fields.iter().filter(|f| !f.optional && f.derived.is_none()) {
                let name = &field.name.chinese;
                let written = entries.iter().any(|e| field.name.is(&e.key));
                if written || given(&fields, name) {
                    continue;
                }
                if field.ty == Ty::Bool {
                    fields.push((name.clone(), Constant::Bool(false)));
                } else {
                    let message = format!("{}的这一行缺少“{name}”", def.name.chinese);
                    self.error(codes::MALFORMED, row.at, message, &format!("加上 {name}: …"));
                }
            }
            case.rows.push((list, fields));
        }
    }

    fn row(&mut self, list: ListId, entries: &[Entry]) -> Vec<(String, Constant)> {
        let vocabulary = self.lowering.vocabulary;
        let def = vocabulary.list_def(list);
        let mut fields: Vec<(String, Constant)> = Vec::new();
        for entry in entries {
            let mark = Mark::word(entry.key_at, &entry.key);
            let Some(field) = def.field(&entry.key).and_then(|f| def.field_def(f)) else {
                self.lowering.unknown_field(list, &entry.key, mark);
                continue;
            };
            if fields.iter().any(|(name, _)| *name == field.name.chinese) {
                self.error(codes::DUPLICATE, mark, format!("“{}”写了两次", entry.key), "删去一个");
                continue;
            }
            if let Some(constant) = self.field(field, &entry.value) {
                fields.push((field.name.chinese.clone(), constant));
            }
        }
        fields
    }

    fn field(&mut self, def: &FieldDef, arg: &Arg) -> Option<Constant> {
        let constant = field_constant(&mut self.lowering, &arg.value, def.ty, arg.at)?;
        let size = match &constant {
            Constant::Int(number) => *number,
            Constant::Money(money) => money.fen(),
            Constant::Points(points) => points.hundredths(),
            Constant::Date(day) => i64::from(day.days()),
            _ => return Some(constant),
        };
        if size < def.range.0 || size > def.range.1 {
            self.error(
                codes::OUT_OF_RANGE,
                arg.at,
                format!("“{}”的值超出范围", def.name.chinese),
                "核对数字",
            );
            return None;
        }
        Some(constant)
    }
}
