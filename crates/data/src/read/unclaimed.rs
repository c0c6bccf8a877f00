//! Sheets that nobody claims: they may hold penalties, so the enterprises that they name get no green label.

use super::Source;
use super::domain::Decided;
use super::identity::Identities;
use super::personal;
use super::problem::{At, done};
use super::row::Reading;
use super::sheet::Sheet;
use super::stream::Stream;

/// A sheet that nobody claims.
pub(super) struct Unclaimed {
    pub(super) source: usize,
    pub(super) sheet: Sheet,
    /// Where its rows come from, if `sheet` holds only the first of them.
    pub(super) stream: Option<Stream>,
}

/// A sheet that nobody claims may hold penalties: the enterprises that it names get no green label.
pub(super) fn withhold_for_unclaimed(
    reading: &mut Reading<'_>,
    sources: &mut [Source],
    unclaimed: &mut Unclaimed,
    identities: &Identities,
) {
    let Unclaimed { source, sheet, stream } = unclaimed;
    let Some(known) = sources.get_mut(*source) else { return };
    let domain = match reading.domains.of_place(&known.file, known.sheet.as_deref()) {
        Decided::Domain(domain) => Some(reading.domains.name(domain).to_owned()),
        _ => None,
    };
    let mut parts = None;
    if let Some(stream) = stream {
        // The rows at hand come once more.
        sheet.clear();
        parts = stream.parts(reading.pace.threads).ok();
    }
    known.rows_read = 0;
    loop {
        for row in 0..sheet.len() {
            if sheet.is_blank(row) {
                continue;
            }
            let cells: Vec<&str> = sheet.cells(row).collect();
            let at = At::source(*source).row(sheet.number(row));
            let register = identities.with(reading.builder.texts());
            let mentioned = register.mentioned(&cells.join("\n"));
            let named: Vec<(u32, String)> =
                mentioned.into_iter().map(|e| (e, personal::shown(register.name(e)))).collect();
            for (enterprise, name) in named {
                let message =
                    format!("认不出的表里有名录内企业“{name}”；请补上表头，或把无关的文件移出文件夹");
                reading.problems.withhold(
                    at,
                    "D103",
                    done::GREEN_WITHHELD,
                    &message,
                    (Some(enterprise), domain.as_deref()),
                );
            }
            known.rows_read += 1;
            if let Some(counts) = reading.counts.get_mut(*source) {
                counts.problem += 1;
            }
        }
        if !parts.as_mut().is_some_and(|parts| parts.next(sheet).unwrap_or(false)) {
            break;
        }
    }
}
