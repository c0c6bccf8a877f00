//! What commands that classify have in common: threads, places, and a caseload classified by chosen standards.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use sanse::{Calendar, Caseload, Classification, Date, Side, Vocabulary};
use sanse_data::{Delivery, Intake, Mapping, Pace, TrialSide};

use crate::args::ReadingArgs;
use crate::error::{CliError, Kind};
use crate::rules::InForce;

/// As many threads as there are processors.
pub(crate) fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, Into::into)
}

/// Says what became of results that a killed run was writing.
pub(crate) fn recovered(folder: &Path) -> Result<(), CliError> {
    if let Some(recovery) = sanse_data::recover(folder)? {
        writeln!(std::io::stderr().lock(), "{}：{recovery}", folder.display())?;
    }
    Ok(())
}

/// Refuses a folder of results inside a folder that is read.
pub(crate) fn outside(out: &Path, inputs: &[(&Path, &str)]) -> Result<(), CliError> {
    for (input, name) in inputs {
        if sanse_data::lies_within(out, input) {
            let message = format!("--out 不能在 {name} 的文件夹里面，否则结果会被当成数据；请另指一个文件夹");
            return Err(CliError::new(Kind::Arguments, message));
        }
    }
    Ok(())
}

/// The mapping of columns that the arguments name.
pub(crate) fn mapping(args: &ReadingArgs, fields: &Vocabulary) -> Result<Option<Mapping>, CliError> {
    let Some(path) = &args.mapping else { return Ok(None) };
    let shown = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|e| CliError::new(Kind::Data, format!("读法文件“{shown}”读不出来（{e}）；请检查路径")))?;
    let mapping = Mapping::parse(&shown, &bytes, fields);
    mapping.map(Some).map_err(|errors| CliError::new(Kind::Data, errors.to_string()))
}

/// Reads the data as the arguments say.
pub(crate) fn read(
    data: &Path,
    args: &ReadingArgs,
    fields: &Arc<Vocabulary>,
    domains: &[String],
    as_of: Date,
) -> Result<Delivery, CliError> {
    let mapping = mapping(args, fields)?;
    let pace = Pace { threads: all_threads(), ..Pace::default() };
    let intake = Intake { mapping: mapping.as_ref(), pace, ..Intake::new(fields, domains, as_of) };
    Ok(intake.folder(data)?)
}

/// Standards in force and what they give.
pub(crate) struct Tried {
    pub(crate) standards: InForce,
    pub(crate) classification: Classification,
}

impl Tried {
    pub(crate) fn new(
        standards: InForce,
        caseload: &Caseload,
        calendar: &Calendar,
    ) -> Result<Tried, CliError> {
        let overall = standards.overall.as_ref();
        let classification = sanse::classify(caseload, &standards.domains, overall, calendar, all_threads())?;
        Ok(Tried { standards, classification })
    }

    pub(crate) fn side(&self) -> Side<'_> {
        Side {
            domains: &self.standards.domains,
            overall: self.standards.overall.as_ref(),
            classification: &self.classification,
        }
    }

    /// The standards alone, for the record.
    pub(crate) fn record(&self) -> TrialSide<'_> {
        TrialSide { domains: &self.standards.domains, overall: self.standards.overall.as_ref() }
    }
}
