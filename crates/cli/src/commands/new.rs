//! `sanse new`: a commented script to start a standard from.

use std::io::Write;
use std::path::PathBuf;

use sanse_script::starter;

use crate::args::NewArgs;
use crate::error::{CliError, Kind};

pub(crate) fn run(args: &NewArgs, out: &mut impl Write) -> Result<(), CliError> {
    let domain = args.domain.trim();
    let script = starter(domain).ok_or_else(|| {
        let message = "领域的名称写 1 至 20 个字，不带引号、括号 { }、斜杠，如 sanse new 噪声";
        CliError::new(Kind::Arguments, message)
    })?;
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{domain}.rhai")));
    // Never over somebody's work.
    let created = std::fs::OpenOptions::new().write(true).create_new(true).open(&path);
    let written = created.and_then(|mut file| file.write_all(script.as_bytes()));
    let shown = path.display();
    written.map_err(|error| {
        let reason = if error.kind() == std::io::ErrorKind::AlreadyExists {
            "文件已经有了；请用 --out 另指一个".to_owned()
        } else {
            sanse_data::io_reason(&error)
        };
        CliError::new(Kind::Data, format!("写“{shown}”失败：{reason}"))
    })?;
    writeln!(out, "已写出 {shown}。用记事本打开照着改，改一点查一次：sanse check {shown}")?;
    Ok(())
}
