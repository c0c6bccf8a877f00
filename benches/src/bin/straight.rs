//! The straight program against which whole runs are timed: `straight 数据 FOLDER`.

use std::env;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(data), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("straight DATA FOLDER".into());
    };
    sanse_benches::straight::run(&data, &out)
}
