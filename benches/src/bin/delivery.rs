//! Writes a delivery to time whole runs with: `delivery FOLDER ENTERPRISES`.

use std::env;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args_os().skip(1);
    let folder = arguments.next().map(PathBuf::from).ok_or("delivery FOLDER ENTERPRISES")?;
    let enterprises =
        arguments.next().and_then(|n| n.into_string().ok()).map_or(Ok(100_000), |n| n.parse())?;
    sanse_benches::delivery::write(&folder, enterprises, 1)?;
    Ok(())
}
