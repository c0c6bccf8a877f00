//! `sanse vocabulary`: every list, field and code.

use std::io::Write;

use sanse::Vocabulary;
use sanse_script::{listing, listing_markdown};

use crate::args::{ListingFormat, VocabularyArgs};
use crate::error::{CliError, Kind};

pub(crate) fn run(args: &VocabularyArgs, out: &mut impl Write) -> Result<(), CliError> {
    let vocabulary = Vocabulary::standard();
    match args.format {
        ListingFormat::Md => out.write_all(listing_markdown(&vocabulary).as_bytes())?,
        ListingFormat::Json => {
            let text = serde_json::to_string_pretty(&listing(&vocabulary))
                .map_err(|e| CliError::new(Kind::Internal, format!("不能写成 JSON：{e}")))?;
            writeln!(out, "{text}")?;
        }
    }
    Ok(())
}
