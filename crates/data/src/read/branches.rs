//! Branches (分支机构): the head office that the register names for each, where a standard counts a branch's records
//! for it. Who is found has its code written as the register has it; who is not is a problem, and nothing is guessed.

use std::collections::BTreeMap;

use sanse::{ENTERPRISE, FieldId, Withheld, head_offices};

use super::identity::{Identities, Party, Who};
use super::personal::shown;
use super::problem::{At, Problem, done};
use super::row::{Reading, Stored, shortened};

/// What was done about a head office that is not found.
const BRANCH_ALONE: &str = "分支机构的记录只计它自己";
/// What was done about one that may be a registered enterprise.
const HEAD_WITHHELD: &str = "分支机构的记录只计它自己，核对前相关企业不评绿标";

/// Settles the head office of every branch in the register.
pub(super) fn settle(reading: &mut Reading<'_>, identities: &Identities) {
    let Some(link) = reading.vocabulary.branch_link.as_ref().filter(|link| !link.domains.is_empty()) else {
        return;
    };
    let mut above: BTreeMap<u32, u32> = BTreeMap::new();
    let text = |reading: &Reading<'_>, row: u32, field: FieldId| match reading
        .builder
        .stored(ENTERPRISE, row, field)
    {
        Stored::Text(text) => Some(reading.builder.texts().get(text).to_owned()),
        _ => None,
    };
    for branch in 0..reading.builder.rows(ENTERPRISE) {
        let Some(said) = text(reading, branch, link.head) else { continue };
        let register = identities.with(reading.builder.texts());
        let who = register.resolve(&Party { code: &said, ..Party::default() });
        let (name, said) = (shown(register.name(branch)), shortened(&said));
        let (message, nearly) = match who {
            Who::Registered(head) => match reading.builder.stored(ENTERPRISE, head, link.code) {
                code @ Stored::Text(_) => {
                    // The code is one that the register has, so it fits the field.
                    let _ = reading.builder.fill(ENTERPRISE, branch, link.head, code);
                    if head != branch {
                        above.insert(branch, head);
                    }
                    continue;
                }
                _ => (format!("“{name}”的总机构“{said}”在名录里没有统一社会信用代码；请补填"), vec![head]),
            },
            Who::Nobody => continue,
            Who::Outside => (
                format!("“{name}”的总机构代码“{said}”不在名录；总机构在区外的不必改，在区内的请补进名录"),
                Vec::new(),
            ),
            Who::Nearly(some, _, why) => (format!("“{name}”的总机构：{why}"), some),
            Who::Unclear(_, why) => (format!("“{name}”的总机构：{why}"), Vec::new()),
            Who::Person => {
                (format!("“{name}”的总机构代码是公民身份证号；请改填统一社会信用代码"), Vec::new())
            }
        };
        withhold(reading, branch, "D417", &message, &nearly, &link.domains);
    }
    let tops = head_offices(&above);
    for branch in above.keys().copied().filter(|branch| !tops.contains_key(branch)) {
        let register = identities.with(reading.builder.texts());
        let head = above.get(&branch).map_or("", |head| register.name(*head));
        let message = format!(
            "“{}”的总机构是“{}”，顺着往上又绕了回来，不知道谁是总机构；请核对各自的总机构代码，总机构自己不填",
            shown(register.name(branch)),
            shown(head)
        );
        withhold(reading, branch, "D418", &message, &[branch], &link.domains);
    }
}

/// Enters a problem at the register's row of a branch, and withholds green from some in the domains that count branches.
fn withhold(
    reading: &mut Reading<'_>,
    branch: u32,
    code: &'static str,
    message: &str,
    who: &[u32],
    domains: &[String],
) {
    let origin = reading.builder.origin_of(ENTERPRISE, branch);
    let at = At::source(origin.source as usize).row(origin.row).column("总机构代码");
    if who.is_empty() {
        reading.problems.note(at, code, BRANCH_ALONE, message);
    }
    for one in who {
        for domain in domains {
            reading.problems.withhold(at, code, HEAD_WITHHELD, message, (Some(*one), Some(domain)));
        }
    }
}

/// For each problem of a branch that withholds green from its head office too, the same said of the head office.
pub(super) fn problems_of_heads(
    caseload: &sanse::Caseload,
    problems: &[Problem],
    counted: &[String],
) -> Vec<Problem> {
    let heads = caseload.withheld().iter().filter(|w| w.of_branch && w.problem != Withheld::NO_DOMAIN);
    heads
        .filter_map(|withheld| {
            let own = problems.get(withheld.problem as usize)?;
            if own.domain.as_ref().is_some_and(|domain| !counted.contains(domain)) {
                return None;
            }
            let branch = own
                .enterprise
                .map_or_else(String::new, |branch| caseload.display(ENTERPRISE, branch as usize, "名称"));
            Some(Problem {
                message: format!("分支机构“{}”：{}", shown(&branch), own.message),
                done: done::HEAD_WITHHELD.to_owned(),
                enterprise: Some(withheld.enterprise),
                ..own.clone()
            })
        })
        .collect()
}
