//! Drafts: what the declarations said, before it is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use sanse::{Constant, ListId, Place, Vocabulary};

use super::value::{Arg, Value};
use crate::Override;
use crate::finding::{Findings, Mark};
use crate::syntax::{Closures, Lost};
use crate::words::Kind;

/// 标准(…)
#[derive(Clone, Debug, Default)]
pub(crate) struct HeadDraft {
    pub(crate) at: Mark,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) stage: Option<Arg>,
    /// The methods by Chinese name, each at most once, with its argument.
    pub(crate) said: BTreeMap<&'static str, Said>,
}

/// A method that was called, where, and with what.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) at: Mark,
    pub(crate) args: Vec<Arg>,
}

/// 参数(…)
#[derive(Clone, Debug)]
pub(crate) struct ParameterDraft {
    pub(crate) at: Mark,
    pub(crate) name: String,
    pub(crate) meaning: String,
    pub(crate) value: Option<Constant>,
    pub(crate) default: Option<Constant>,
    /// The `let` that keeps it.
    pub(crate) kept_as: Option<String>,
}

/// When a row counts.
#[derive(Clone, Debug)]
pub(crate) enum WindowDraft {
    /// 计入(清单, 日期, 窗口)
    Admitted(Arg, Arg),
    /// 有效期(起, 止)
    Between(Arg, Arg),
    /// 近(时长)
    Within(Arg),
}

/// 计入(…), 有效期(…)
#[derive(Clone, Debug)]
pub(crate) struct AdmitDraft {
    pub(crate) at: Mark,
    pub(crate) list: Option<ListId>,
    pub(crate) window: WindowDraft,
    pub(crate) except: Vec<(Arg, Arg)>,
    pub(crate) carry: Option<Arg>,
}

/// 规则(…)
#[derive(Clone, Debug)]
pub(crate) struct RuleDraft {
    pub(crate) at: Mark,
    pub(crate) id: Arg,
    pub(crate) title: Arg,
    pub(crate) basis: Option<Arg>,
    /// 每户 without a list.
    pub(crate) scope: Option<(Mark, Option<Arg>)>,
    pub(crate) guards: Vec<Arg>,
    pub(crate) arms: Vec<ArmDraft>,
    pub(crate) pick: Option<(Mark, Option<Arg>)>,
    pub(crate) count_all: Option<Mark>,
    pub(crate) group: Option<Arg>,
    pub(crate) cap: Option<Arg>,
    /// 分别记分: the other rule and the reason.
    pub(crate) apart: Vec<(Arg, Arg)>,
    pub(crate) window: Option<(Mark, WindowDraft)>,
}

/// An arm, or several of 分档.
#[derive(Clone, Debug)]
pub(crate) enum ArmDraft {
    /// 情形
    Case(Mark, Arg, Arg),
    /// 则
    Then(Mark, Arg),
    /// 其余
    Otherwise(Mark, Arg),
    /// 分档
    Steps(Mark, Arg, Arg),
}

impl ArmDraft {
    /// The word that declares it.
    pub(crate) fn at(&self) -> Mark {
        match self {
            ArmDraft::Case(at, ..)
            | ArmDraft::Then(at, _)
            | ArmDraft::Otherwise(at, _)
            | ArmDraft::Steps(at, ..) => *at,
        }
    }

    /// How many arms it makes.
    pub(crate) fn count(&self) -> usize {
        match self {
            ArmDraft::Steps(_, _, Arg { value: Value::Array(rows), .. }) => rows.len(),
            _ => 1,
        }
    }
}

/// 记 …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// 记: demerit, counting up.
    Record,
    /// 扣: demerit, counting down.
    Deduct,
    /// 加: merit, counting down.
    Add,
    /// 减: merit, counting up.
    Reduce,
}

/// An effect as written.
#[derive(Clone, Debug)]
pub(crate) enum EffectDraft {
    Points(Verb, Mark, Arg),
    AtMost(Arg),
    AtLeast(Arg),
    /// The number and whether the grade gets worse.
    Shift(Arg, bool),
    NotRated(Arg),
}

/// 组(…)
#[derive(Clone, Debug)]
pub(crate) struct GroupDraft {
    pub(crate) name: Arg,
    pub(crate) cap: Option<Arg>,
    pub(crate) pick_across: bool,
}

/// 等级(…)
#[derive(Clone, Debug)]
pub(crate) struct GradeDraft {
    pub(crate) at: Mark,
    pub(crate) name: Arg,
    pub(crate) colour: Arg,
    pub(crate) band: Option<Arg>,
}

/// 监管(…)
#[derive(Clone, Debug)]
pub(crate) struct MeasureDraft {
    pub(crate) at: Mark,
    pub(crate) to: Arg,
    pub(crate) when: Option<Arg>,
    pub(crate) fields: Arg,
}

/// 测试(…)
#[derive(Clone, Debug)]
pub(crate) struct CaseDraft {
    pub(crate) at: Mark,
    pub(crate) name: Arg,
    pub(crate) said: Vec<(&'static str, Said)>,
}

/// Everything declared so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    pub(crate) findings: Findings,
    /// The vocabulary with what the script has added to its copy.
    pub(crate) vocabulary: Arc<Vocabulary>,
    pub(crate) closures: Closures,
    /// Names that are read anywhere.
    pub(crate) read: BTreeSet<String>,
    /// The arguments of the calls of the running statement, by place.
    pub(crate) args_at: BTreeMap<Place, Vec<rhai::Expr>>,
    /// The name that the running statement defines.
    pub(crate) name: Option<String>,
    pub(crate) overrides: Vec<Override>,
    /// True if required parameters without a value take their 测试值.
    pub(crate) for_tests: bool,
    /// Another value for a parameter, tried out: of what comes of it only the standard is wanted.
    pub(crate) trial: Option<(String, Value)>,
    /// Operations of Rhai so far.
    pub(crate) operations: Arc<AtomicU64>,
    pub(crate) head: Option<HeadDraft>,
    pub(crate) parameters: Vec<ParameterDraft>,
    pub(crate) admits: Vec<AdmitDraft>,
    pub(crate) rules: Vec<RuleDraft>,
    pub(crate) groups: Vec<GroupDraft>,
    pub(crate) grades: Vec<GradeDraft>,
    pub(crate) measures: Vec<MeasureDraft>,
    pub(crate) uninspected: Option<(Mark, Arg, Arg)>,
    pub(crate) branches: Option<Arg>,
    pub(crate) cases: Vec<CaseDraft>,
    /// Declarations on which an unknown method was called; what they then seem to lack is not reported.
    pub(crate) spoiled: Vec<(Kind, usize)>,
    /// What is not here because its statement cannot be run.
    pub(crate) lost: Lost,
    /// True if the script was stopped before its end.
    pub(crate) stopped: bool,
    /// Declarations in all; bounds what a loop may declare.
    pub(crate) count: usize,
    /// About how many bytes were handed to declarations.
    pub(crate) bytes: usize,
}
