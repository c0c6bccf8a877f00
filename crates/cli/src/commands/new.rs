//! `sanse new`: a commented script to start a standard from, and a table of tests beside it.

use std::io::Write;
use std::path::{Path, PathBuf};

use sanse_script::{STARTER_TABLE, starter};

use crate::args::NewArgs;
use crate::error::{CliError, Kind};

pub(crate) fn run(args: &NewArgs, out: &mut impl Write) -> Result<(), CliError> {
    let domain = args.domain.trim();
    let script = starter(domain).ok_or_else(|| {
        let message = "领域的名称写 1 至 20 个字，不带引号、括号 { }、斜杠，如 sanse new 噪声";
        CliError::new(Kind::Arguments, message)
    })?;
    let path = args.out.clone().unwrap_or_else(|| PathBuf::from(format!("{domain}.rhai")));
    create(&path, script.as_bytes())?;
    let shown = path.display();
    writeln!(out, "已写出 {shown}。用记事本打开照着改，改一点查一次：sanse check {shown}")?;
    let table = path.with_extension("测试.csv");
    if args.table {
        // With its byte order mark a spreadsheet opens it right.
        create(&table, format!("\u{feff}{}", STARTER_TABLE.replace('\n', "\r\n")).as_bytes())?;
        writeln!(
            out,
            "已写出 {}。用 Excel 打开，一行一条记录，填完运行：sanse test {shown}",
            table.display()
        )?;
    } else {
        let name = table.file_name().unwrap_or_default().display();
        writeln!(out, "测试也可以用 Excel 填：存成旁边的 {name} 或 .xlsx；要一张填好的样子，加 --table")?;
    }
    Ok(())
}

/// Writes a new file, never over somebody's work.
fn create(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let created = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = created.and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| {
        let reason = if path.is_dir() {
            "这是文件夹；请把文件名也写上，以 .rhai 结尾".to_owned()
        } else if error.kind() == std::io::ErrorKind::AlreadyExists {
            "文件已经有了；请用 --out 另指一个".to_owned()
        } else {
            sanse_data::io_reason(&error)
        };
        CliError::new(Kind::Data, format!("写“{}”失败：{reason}", path.display()))
    })
}
