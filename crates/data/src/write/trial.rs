//! The record of a trial (试算): what a comparison, a sweep or a list of near cases rests on.

use std::path::Path;

use sanse::{Calendar, Standard};
use serde::Serialize;

use super::WriteError;
use super::folder::FolderKind;
use super::record::{self, Program, STAMP, StandardRecord, standard_record};
use super::table::Output;
use crate::read::Delivery;

/// The files of a comparison.
pub(super) const COMPARISON: [&str; 4] = ["movers.csv", "matrix.csv", "load.csv", "compare.html"];
/// The files of a sweep.
pub(super) const SWEEP: [&str; 2] = ["sweep.csv", "sweep.svg"];
/// The files of a list of near cases: by points and by days.
pub(super) const NEAR: [&str; 2] = ["near.csv", "days.csv"];

/// What a trial rests on.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// What was read.
    pub delivery: &'a Delivery,
    /// Period and as-of date.
    pub calendar: Calendar,
    /// The year of the labels.
    pub year: i32,
    /// The quarter of the labels, 1 to 4.
    pub quarter: u32,
    /// The standards tried: base and new of a comparison; those of the last value of a sweep; else the only ones.
    pub sides: &'a [TrialSide<'a>],
}

/// The standards of one side of a trial.
#[derive(Clone, Copy, Debug)]
pub struct TrialSide<'a> {
    /// The domain standards.
    pub domains: &'a [Standard],
    /// The overall standard.
    pub overall: Option<&'a Standard>,
}

#[derive(Serialize)]
struct TrialRecord<'a> {
    format: &'static str,
    stamp: &'static str,
    note: &'static str,
    program: Program,
    year: i32,
    quarter: u32,
    period: [String; 2],
    as_of: String,
    enterprises: usize,
    sides: Vec<Vec<StandardRecord>>,
    inputs: Vec<Digest<'a>>,
    outputs: Vec<Digest<'a>>,
}

#[derive(Serialize)]
struct Digest<'a> {
    file: &'a str,
    sha256: &'a str,
}

impl Trial<'_> {
    /// Writes `run.json`, last of all.
    pub(super) fn record(&self, dir: &Path, kind: FolderKind, outputs: &[Output]) -> Result<(), WriteError> {
        let record = TrialRecord {
            format: kind.format(),
            stamp: STAMP,
            note: "试算，不是评定结果，不得公开。标签仅用于分类监管，不是行政处罚或信用评价。",
            program: Program::own(),
            year: self.year,
            quarter: self.quarter,
            period: [self.calendar.period.first.to_string(), self.calendar.period.last.to_string()],
            as_of: self.calendar.as_of.to_string(),
            enterprises: self.delivery.caseload.enterprises(),
            sides: self
                .sides
                .iter()
                .map(|side| side.domains.iter().chain(side.overall).map(standard_record).collect())
                .collect(),
            inputs: self
                .delivery
                .sources
                .iter()
                .map(|source| Digest { file: &source.file, sha256: &source.sha256 })
                .collect(),
            outputs: outputs.iter().map(|o| Digest { file: o.file, sha256: &o.sha256 }).collect(),
        };
        record::write_json(dir, &record)
    }
}
