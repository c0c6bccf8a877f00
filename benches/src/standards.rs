//! Standards built by hand from core types, about as large as a bureau's: fifteen rules a domain and one
//! standard for the overall label. Figures are invented; the shipped standards are in `rules/`.

use std::sync::Arc;

use sanse::{
    Admit, Aggregate, Arm, Band, Code, Compare, Constant, Direction, ENTERPRISE, Effect, Expr, FieldId,
    Grade, Group, INSPECTION, LEAD, Label, ListId, Measure, MeasureFor, Money, Node, OUTCOME, Place, Points,
    RECTIFICATION, Rule, SANCTION, Scope, Span, Stage, Standard, Subject, Ty, Vocabulary, What, Window,
};

use crate::population::{DOMAINS, calendar};

/// One standard for each of [`DOMAINS`].
pub fn domain_standards() -> Vec<Standard> {
    let parts = Parts(Arc::new(Vocabulary::standard()));
    DOMAINS.iter().map(|domain| parts.domain_standard(domain)).collect()
}

/// Red if a domain is red, else not rated if one is not, else the worst.
pub fn overall_standard() -> Standard {
    let parts = Parts(Arc::new(Vocabulary::standard()));
    let each = |id: &str, when, effect| parts.rule(id, Scope::Each(OUTCOME), vec![arm(Some(when), effect)]);
    let mut standard = parts.standard("ZH", Subject::Overall);
    standard.rules = vec![
        each("ZH-1", parts.is(OUTCOME, "标签", &["红标"]), Effect::AtMost(2)),
        each("ZH-2", parts.is(OUTCOME, "标签", &["黄标"]), Effect::AtMost(1)),
        each("ZH-3", parts.is(OUTCOME, "状态", &["未评定"]), Effect::NotRated("有领域未评定".to_owned())),
    ];
    standard.grades.iter_mut().for_each(|grade| grade.band = None);
    standard
}

struct Parts(Arc<Vocabulary>);

fn typed(node: Node, ty: Ty) -> Expr {
    Expr { node, ty, at: Place::default() }
}

fn both(a: Expr, b: Expr) -> Expr {
    typed(Node::All(vec![a, b]), Ty::Bool)
}

fn at_least(value: Expr, least: Constant) -> Expr {
    let sides = [value, Expr::constant(least)];
    typed(Node::Compare(Compare::AtLeast, Box::new(sides)), Ty::Bool)
}

fn at_most(value: Expr, most: Constant) -> Expr {
    let sides = [value, Expr::constant(most)];
    typed(Node::Compare(Compare::AtMost, Box::new(sides)), Ty::Bool)
}

fn arm(when: Option<Expr>, effect: Effect) -> Arm {
    Arm { when, effect, at: Place::default() }
}

fn demerit(points: i32) -> Effect {
    Effect::Points { amount: Expr::points(Points::whole(points)), merit: false }
}

fn merit(points: i32) -> Effect {
    Effect::Points { amount: Expr::points(Points::whole(points)), merit: true }
}

fn yuan(amount: i64) -> Constant {
    Constant::Money(Money::from_fen(amount * 100))
}

fn total(list: ListId, filter: Option<Expr>, what: What, ty: Ty) -> Expr {
    typed(Node::Aggregate(Box::new(Aggregate { list, window: None, filter, same: Vec::new(), what })), ty)
}

impl Parts {
    fn field(&self, list: ListId, name: &str) -> Expr {
        let id = self.0.list_def(list).field(name).unwrap_or(FieldId(u16::MAX));
        let ty = self.0.field_def(list, id).map_or(Ty::Bool, |f| f.ty);
        typed(Node::Field(id), ty)
    }

    /// The field is one of the codes.
    fn is(&self, list: ListId, name: &str, codes: &[&str]) -> Expr {
        let field = self.field(list, name);
        let constants = match field.ty {
            Ty::Code(id) => {
                let known = self.0.code_list(id).map_or(&[][..], |l| &l.codes);
                let number = |code: &str| known.iter().position(|c: &Code| c.text == code).map(|n| n as u16);
                codes.iter().filter_map(|code| Some(Constant::Code(id, number(code)?))).collect()
            }
            _ => Vec::new(),
        };
        typed(Node::OneOf(Box::new(field), constants), Ty::Bool)
    }

    fn rule(&self, id: &str, scope: Scope, arms: Vec<Arm>) -> Rule {
        let pick = match scope {
            Scope::Each(SANCTION) => vec![self.field(SANCTION, "决定"), self.field(SANCTION, "违法行为")],
            _ => Vec::new(),
        };
        Rule {
            id: id.to_owned(),
            title: id.to_owned(),
            basis: "量测用".to_owned(),
            scope,
            guard: None,
            arms,
            window: None,
            pick,
            group: None,
            cap: None,
            apart: Vec::new(),
            at: Place::default(),
        }
    }

    fn domain_standard(&self, domain: &str) -> Standard {
        let mut standard = self.standard(domain, Subject::Domain(domain.to_owned()));
        let admit = |list, day: &str| Admit {
            list,
            window: Window::Period(self.field(list, day)),
            except: Vec::new(),
            carry: None,
            at: Place::default(),
        };
        let mut sanctions = admit(SANCTION, "作出日期");
        let repaired = typed(Node::Has(Box::new(self.field(SANCTION, "修复日期"))), Ty::Bool);
        sanctions.except.push((repaired, "已修复".to_owned()));
        sanctions.carry = Some(self.is(SANCTION, "整改", &["部分整改", "未整改"]));
        standard.admits = vec![
            sanctions,
            admit(RECTIFICATION, "下达日期"),
            admit(INSPECTION, "检查日期"),
            admit(LEAD, "接收日期"),
        ];
        standard.groups =
            vec![Group { name: "轻微".to_owned(), cap: Some(Points::whole(5)), pick_across: false }];
        standard.rules = self.row_rules();
        standard.rules.extend(self.enterprise_rules(domain));
        standard
    }

    fn row_rules(&self) -> Vec<Rule> {
        let one =
            |id: &str, list, when, effect| self.rule(id, Scope::Each(list), vec![arm(Some(when), effect)]);
        let minor = |rule: Rule| Rule { group: Some(0), ..rule };
        let capped = |rule: Rule, cap| Rule { cap: Some(Points::whole(cap)), ..rule };
        let amount = || self.field(SANCTION, "金额");
        let stops = ["责令停产整治", "责令停产停业", "吊销许可证件", "责令关闭", "移送涉嫌犯罪"];
        let fine = Rule {
            guard: Some(self.is(SANCTION, "种类", &["罚款"])),
            ..self.rule(
                "R2",
                Scope::Each(SANCTION),
                vec![
                    arm(Some(at_most(amount(), yuan(10_000))), demerit(1)),
                    arm(Some(at_most(amount(), yuan(50_000))), demerit(2)),
                    arm(Some(at_most(amount(), yuan(100_000))), demerit(4)),
                    arm(None, demerit(6)),
                ],
            )
        };
        vec![
            one("R1", SANCTION, self.is(SANCTION, "种类", &stops), demerit(12)),
            fine,
            minor(one("R3", SANCTION, self.is(SANCTION, "种类", &["警告", "通报批评"]), demerit(1))),
            minor(one("R4", SANCTION, self.is(SANCTION, "种类", &["责令改正"]), demerit(1))),
            one("R5", SANCTION, self.is(SANCTION, "整改", &["未整改"]), demerit(3)),
            self.rule(
                "R6",
                Scope::Each(RECTIFICATION),
                vec![
                    arm(Some(self.is(RECTIFICATION, "整改", &["未整改"])), demerit(4)),
                    arm(Some(self.is(RECTIFICATION, "整改", &["部分整改"])), demerit(2)),
                ],
            ),
            capped(one("R7", RECTIFICATION, self.is(RECTIFICATION, "整改时效", &["按时整改"]), merit(1)), 2),
            one("R8", RECTIFICATION, self.field(RECTIFICATION, "重大隐患"), Effect::AtMost(1)),
            capped(
                one("R9", INSPECTION, self.is(INSPECTION, "结果", &["发现问题已责令改正"]), demerit(1)),
                3,
            ),
            one("R10", INSPECTION, self.is(INSPECTION, "结果", &["不配合检查情节严重"]), Effect::AtMost(2)),
            capped(one("R11", LEAD, self.field(LEAD, "查实"), demerit(1)), 3),
        ]
    }

    fn enterprise_rules(&self, domain: &str) -> Vec<Rule> {
        let one = |id: &str, when, effect| self.rule(id, Scope::Enterprise, vec![arm(Some(when), effect)]);
        let penalties = || Some(self.is(SANCTION, "类别", &["处罚"]));
        let peak = total(SANCTION, penalties(), What::Peak(Span::days(180)), Ty::Int);
        let fines = total(SANCTION, penalties(), What::Sum(self.field(SANCTION, "金额")), Ty::Money);
        let count = total(SANCTION, penalties(), What::Count, Ty::Int);
        let key = match domain {
            "生态环境" => self.field(ENTERPRISE, "重点排污单位"),
            "安全生产" => self.is(ENTERPRISE, "高危行业", &["危险化学品", "金属冶炼"]),
            "消防" => self.field(ENTERPRISE, "消防安全重点单位"),
            _ => self.field(ENTERPRISE, "特种设备使用单位"),
        };
        let certified = both(
            self.is(ENTERPRISE, "标准化等级", &["一级"]),
            at_least(total(INSPECTION, None, What::Rows, Ty::Int), Constant::Int(1)),
        );
        vec![
            one("R12", at_least(peak, Constant::Int(3)), Effect::AtMost(2)),
            one("R13", at_least(fines, yuan(200_000)), demerit(3)),
            one("R14", both(key, at_least(count, Constant::Int(1))), Effect::Shift(1)),
            one("R15", certified, merit(1)),
        ]
    }

    /// A standard without rules whose grades are green up to 0 points, yellow up to 11, red above.
    fn standard(&self, id: &str, subject: Subject) -> Standard {
        let end = |points| Some((Points::whole(points), true));
        let grade = |name: &str, label, lower, upper| Grade {
            name: name.to_owned(),
            label,
            band: Some(Band { lower, upper }),
        };
        let measure = |to| Measure {
            to,
            when: None,
            proactive_visits: "按频次".to_owned(),
            visits_a_year: None,
            ratio: None,
            method: "现场".to_owned(),
            basis: "量测用".to_owned(),
            incentives: Vec::new(),
            urging: Vec::new(),
            restrictions: Vec::new(),
            at: Place::default(),
        };
        Standard {
            id: id.to_owned(),
            title: id.to_owned(),
            stage: Stage::Draft,
            subject,
            document: None,
            approved_on: None,
            issuer: None,
            effective_from: calendar().period.first,
            effective_until: None,
            period_months: 12,
            vocabulary: Arc::clone(&self.0),
            direction: Direction::CountUp,
            base: Expr::points(Points::ZERO),
            lower_limit: Some(Points::ZERO),
            upper_limit: None,
            unit: Points::whole(1),
            admits: Vec::new(),
            rules: Vec::new(),
            groups: Vec::new(),
            grades: vec![
                grade("绿标", Label::Green, None, end(0)),
                grade("黄标", Label::Yellow, end(1), end(11)),
                grade("红标", Label::Red, end(12), None),
            ],
            uninspected: None,
            branches: sanse::Branches::Apart,
            measures: Label::ALL
                .map(MeasureFor::Label)
                .into_iter()
                .chain([MeasureFor::NotRated])
                .map(measure)
                .collect(),
            parameters: Vec::new(),
            cases: Vec::new(),
            digest: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sanse::assess;

    use super::*;
    use crate::population::population;

    #[test]
    fn every_rule_hits_somewhere_and_records_are_as_many_as_stated() {
        let caseload = population(20_000, 1).unwrap();
        for standard in domain_standards() {
            let all = assess(&standard, &caseload, 0..caseload.enterprises(), &calendar()).unwrap();
            let hit: BTreeSet<u16> =
                (0..caseload.enterprises()).flat_map(|e| all.hits(e)).map(|h| h.rule).collect();
            assert_eq!(hit.len(), standard.rules.len(), "{}: {hit:?}", standard.id);
        }
        let records: usize =
            (1..5).filter_map(|list| caseload.table(ListId(list))).map(sanse::Table::len).sum();
        assert!((40_000..44_000).contains(&records), "{records}");
    }
}
