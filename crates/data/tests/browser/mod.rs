//! A real browser, driven over WebDriver: chromedriver on a port of its own, spoken to in plain HTTP.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What has not happened in the page by then does not happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser that ends with the test.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    // Its profile.
    home: tempfile::TempDir,
}

impl Browser {
    /// Starts chromium; `None` if it or its driver is not installed.
    pub(crate) fn start() -> Option<Browser> {
        Command::new("chromium")
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .ok()?;
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut said = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = said
            .find_map(|line| {
                let line = line.unwrap();
                line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
            })
            .unwrap();
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || said.for_each(drop));
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ];
        let mut browser =
            Browser { driver, port, session: String::new(), home: tempfile::tempdir().unwrap() };
        // The driver waits a minute for a browser to come up, which may be too short where much else runs.
        for last in [false, false, true] {
            let mut arguments: Vec<String> = arguments.map(str::to_owned).to_vec();
            arguments.push(format!("--user-data-dir={}", browser.home.path().display()));
            let options = json!({ "args": arguments });
            let wanted = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
            match browser.answer("POST", "", &wanted) {
                Ok(session) => {
                    browser.session = format!("/{}", session["sessionId"].as_str().unwrap());
                    break;
                }
                Err(error) => assert!(!last, "{error}"),
            }
            browser.home = tempfile::tempdir().unwrap();
        }
        Some(browser)
    }

    /// One command; fails with what the driver says.
    fn ask(&self, method: &str, command: &str, body: &Value) -> Value {
        self.answer(method, command, body).unwrap_or_else(|error| panic!("{error}"))
    }

    /// One command's value, or what the driver says is wrong.
    fn answer(&self, method: &str, command: &str, body: &Value) -> Result<Value, String> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "{method} /session{}{command} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.session,
            self.port,
            body.len()
        )
        .unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        let mut answer: Value = serde_json::from_slice(&answer).unwrap();
        let value = answer["value"].take();
        if let Some(error) = value.get("error") {
            return Err(format!("{command}: {error}: {}", value["message"]));
        }
        Ok(value)
    }

    /// Opens a file, with what stands after it (`#…`).
    pub(crate) fn open(&self, file: &Path, hash: &str) {
        // Only the hash differing would load nothing.
        self.ask("POST", "/url", &json!({ "url": "about:blank" }));
        self.ask("POST", "/url", &json!({ "url": format!("file://{}{hash}", file.display()) }));
    }

    /// Runs a script's body in the page and gives what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.ask("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until an expression in the page is true: what follows a key or a link happens when the page gets to it,
    /// on a busy machine some time after the driver has answered.
    pub(crate) fn until(&self, expression: &str) {
        let give_up = Instant::now() + PATIENCE;
        while self.run(&format!("return Boolean({expression})")) != true {
            assert!(Instant::now() < give_up, "{expression} did not become true");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The page's width in CSS pixels: a phone below 640.
    pub(crate) fn width(&self, width: u32) {
        let screen = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 640 });
        self.chrome("Emulation.setDeviceMetricsOverride", &screen);
    }

    /// Types keys into the element that has the focus.
    pub(crate) fn keys(&self, text: &str) {
        let keys: Vec<Value> = text
            .chars()
            .flat_map(|key| {
                [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
            })
            .collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": keys }] });
        self.ask("POST", "/actions", &actions);
    }

    /// Switches scripts of pages off or on.
    pub(crate) fn scripts(&self, on: bool) {
        self.chrome("Emulation.setScriptExecutionDisabled", &json!({ "value": !on }));
    }

    /// What is printed, as the bytes of a PDF.
    pub(crate) fn printed(&self) -> Vec<u8> {
        let options = json!({ "preferCSSPageSize": true, "printBackground": true });
        let pdf = self.chrome("Page.printToPDF", &options);
        decoded(pdf["data"].as_str().unwrap())
    }

    /// Pictures of the page from top to bottom, to be looked at by people: `name-0.png` and on.
    pub(crate) fn pictures(&self, folder: &Path, name: &str) {
        const TALL: i64 = 1_400;
        let size =
            self.run("return [document.documentElement.clientWidth, document.documentElement.scrollHeight]");
        let height = size[1].as_i64().unwrap();
        for (number, top) in (0..height).step_by(TALL as usize).enumerate() {
            let clip =
                json!({ "x": 0, "y": top, "width": size[0], "height": TALL.min(height - top), "scale": 1 });
            let options = json!({ "captureBeyondViewport": true, "format": "png", "clip": clip });
            let picture = self.chrome("Page.captureScreenshot", &options);
            let bytes = decoded(picture["data"].as_str().unwrap());
            std::fs::write(folder.join(format!("{name}-{number}.png")), bytes).unwrap();
        }
    }

    fn chrome(&self, command: &str, parameters: &Value) -> Value {
        self.ask("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.ask("DELETE", "", &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The pages of a PDF as chromium writes it, with its page objects in the open.
pub(crate) fn pages(pdf: &[u8]) -> usize {
    let text: String = pdf.iter().map(|byte| char::from(*byte)).collect();
    text.matches("/Type /Page\n").count()
}

fn decoded(base64: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = base64.bytes().filter(|c| *c != b'=').map(digit).collect();
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for four in digits.chunks(4) {
        let whole =
            four.iter().fold(0_u32, |whole, digit| whole << 6 | u32::from(*digit)) << (6 * (4 - four.len()));
        bytes.extend(whole.to_be_bytes().iter().skip(1).take(four.len() - 1));
    }
    bytes
}
