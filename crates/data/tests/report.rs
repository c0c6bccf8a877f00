//! `report.html` in a real browser, at the width of a phone and of a desk, and on paper.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot be set up must fail")]

mod browser;
mod written;

use std::path::{Path, PathBuf};

use browser::{Browser, pages};
use serde_json::Value;
use written::{HOSTILE, classified, delivery, district, skipped};

const PHONE: u32 = 390;
const DESK: u32 = 1280;

/// All of it in one browser, because starting one takes longer than the tests.
#[test]
fn the_report_works_in_a_browser() {
    let home = tempfile::tempdir().unwrap();
    let Some(browser) = Browser::start() else {
        skipped("chromium and chromium-driver are not installed; the report was not opened in a browser");
        return;
    };
    let (real, many) = (home.path().join("real"), home.path().join("many"));
    district(&real);
    classified(&many, &delivery(5_000));
    let report = |out: &Path| -> PathBuf { out.join("内部/report.html") };
    every_width(&browser, &report(&real));
    search(&browser, &report(&real));
    one_sheet(&browser, &report(&real));
    hostile(&browser, &report(&many));
    without_scripts(&browser, &report(&real));
    if let Some(folder) = std::env::var_os("PICTURES") {
        pictures(&browser, &report(&real), Path::new(&folder));
    }
}

fn text(browser: &Browser, of: &str) -> String {
    let text = browser.run(&format!("return document.querySelector({of:?}).innerText"));
    text.as_str().unwrap().to_owned()
}

fn count(browser: &Browser, of: &str) -> u64 {
    browser.run(&format!("return document.querySelectorAll({of:?}).length")).as_u64().unwrap()
}

/// Types into the search.
fn find(browser: &Browser, what: &str) {
    browser.run("const q = document.getElementById('query'); q.value = ''; q.focus()");
    browser.keys(what);
    browser.until(&format!("document.getElementById('query').value === {}", Value::from(what)));
    // From the sheet of an enterprise, the search goes back to the list.
    browser.until(NO_SHEET);
}

const NO_SHEET: &str = "document.getElementById('sheet').hidden";

/// Follows a link to the sheet of an enterprise, and waits for it.
fn follow(browser: &Browser, hash: &str) {
    browser.run(&format!("location.hash = {}", Value::from(hash)));
    // The page renders when it is told of the change; told twice, it renders the same twice.
    browser.run("window.dispatchEvent(new HashChangeEvent('hashchange'))");
    browser.until("!document.getElementById('sheet').hidden");
}

fn fits(browser: &Browser, what: &str) {
    let beyond = browser.run(
        "const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1); \
         return [document.documentElement.scrollWidth - innerWidth, wide.slice(0, 3).map(e => e.outerHTML.slice(0, 200))]",
    );
    assert!(beyond[0].as_i64().unwrap() <= 0, "{what}: the page is wider than the window: {beyond}");
}

/// The number of the red enterprise with the most hits.
fn gravest(browser: &Browser) -> Value {
    browser.run(
        "const held = JSON.parse(document.getElementById('tables').textContent), width = held.deductions.headers.length, hits = {}; \
         held.deductions.cells.forEach((cell, n) => { if (n % width === 0) hits[cell] = (hits[cell] || 0) + 1; }); \
         const columns = held.enterprises.headers.length; let best = 0; \
         for (let row = 0; row * columns < held.enterprises.cells.length; row++) \
           if ((hits[held.enterprises.cells[row * columns]] || 0) > (hits[held.enterprises.cells[best * columns]] || 0)) best = row; \
         return best",
    )
}

fn every_width(browser: &Browser, report: &Path) {
    for width in [PHONE, DESK] {
        browser.width(width);
        browser.open(report, "");
        fits(browser, &format!("summary at {width}"));
        browser.run("document.querySelectorAll('details').forEach(d => d.open = true)");
        fits(browser, &format!("all open at {width}"));
        find(browser, "公司");
        fits(browser, &format!("found at {width}"));
        let enterprise = gravest(browser);
        browser.open(report, &format!("#e{enterprise}"));
        fits(browser, &format!("enterprise at {width}"));
    }
}

fn search(browser: &Browser, report: &Path) {
    browser.width(DESK);
    browser.open(report, "");
    let all = text(browser, "#summary");
    for part in
        ["296", "73.63%", "标签分布", "史河街道", "C 制造业", "得分分布", "红标企业和原因", "数据问题"]
    {
        assert!(all.contains(part), "{part}");
    }
    assert!(!all.contains("enterprises.csv"), "what is said without scripts is not shown with them");
    // By a part of the name, and with the keyboard alone to the enterprise and back.
    find(browser, "椴关木业");
    assert!(text(browser, "#found").contains("找到 1 户"));
    browser.keys("\u{E007}");
    browser.until("!document.getElementById('sheet').hidden");
    let sheet = text(browser, "#sheet");
    for part in [
        "安徽椴关木业有限公司",
        "91341504MA2W10K02R",
        "红标",
        "（叶）应急罚〔2022〕5号",
        "0 + 1 + 1 + 2 + 4 + 3 = 11分",
        "应急/安全生产执法案件台账.xlsx（Sheet1）第12行",
        "不得公开",
        "仅用于分类监管，不是行政处罚或信用评价",
    ] {
        assert!(sheet.contains(part), "{part} is missing in\n{sheet}");
    }
    assert_eq!(browser.run("return document.activeElement.tagName"), "H2");
    browser.run("history.back()");
    browser.until(NO_SHEET);
    // By code in small letters, then nobody, then by label.
    find(browser, "91341504ma2w10k02r");
    assert_eq!(count(browser, "#found tbody tr"), 1);
    find(browser, "没有这个名字");
    assert!(text(browser, "#found").contains("没有这样的企业"));
    browser.run(
        "document.getElementById('query').value = ''; const s = document.getElementById('standing'); \
         s.value = '红标'; s.dispatchEvent(new Event('input'))",
    );
    assert!(text(browser, "#found").contains("找到 17 户"));
    // Every red of the summary is linked to its page, and the page says the same reason.
    let linked = browser.run(
        "return [...document.querySelectorAll('#reds tbody tr')].map(tr => [tr.querySelector('a').hash, tr.querySelector('p').innerText])",
    );
    assert!(linked.as_array().unwrap().len() >= 17);
    for pair in linked.as_array().unwrap() {
        follow(browser, pair[0].as_str().unwrap());
        let reason = pair[1].as_str().unwrap().split_once('：').unwrap().1;
        assert!(text(browser, "#sheet").contains(reason), "{pair}");
    }
}

/// Each enterprise prints on exactly one sheet: the one with the most hits, and one without any.
fn one_sheet(browser: &Browser, report: &Path) {
    browser.width(DESK);
    browser.open(report, "");
    let gravest = gravest(browser).as_u64().unwrap();
    for enterprise in [gravest, 0] {
        browser.open(report, &format!("#e{enterprise}"));
        let pdf = browser.printed();
        assert_eq!(pages(&pdf), 1, "enterprise {enterprise}");
    }
    // The counting itself: the summary takes several.
    browser.open(report, "");
    assert!(pages(&browser.printed()) > 2);
}

/// Names that hold HTML stay names, among 5,000.
fn hostile(browser: &Browser, report: &Path) {
    for width in [PHONE, DESK] {
        browser.width(width);
        browser.open(report, "");
        fits(browser, "hostile summary");
        for name in HOSTILE {
            browser.run(&format!(
                "const q = document.getElementById('query'); q.value = {}; q.dispatchEvent(new Event('input'))",
                Value::from(name.replace('\u{2028}', " "))
            ));
            assert!(text(browser, "#found").contains("找到 1 户"), "{name}");
            let hash = browser.run("return document.querySelector('#found tbody a').hash");
            follow(browser, hash.as_str().unwrap());
            let heading = browser.run("return document.querySelector('#sheet h2').firstChild.textContent");
            assert_eq!(heading, name);
            fits(browser, name);
        }
        find(browser, "第4999号");
        assert!(text(browser, "#found").contains("找到 1 户"));
        find(browser, "有限公司");
        assert_eq!(count(browser, "#found tbody tr"), 50);
        browser.run("document.querySelector('#found button').click()");
        assert_eq!(count(browser, "#found tbody tr"), 100);
        assert_eq!(count(browser, "img, b img, i, u"), 0, "no element came from data");
        assert!(browser.run("return window.hacked").is_null());
    }
}

/// Without scripts the summary stands, and says what does not work.
fn without_scripts(browser: &Browser, report: &Path) {
    browser.scripts(false);
    browser.open(report, "");
    let page = browser.printed();
    browser.scripts(true);
    assert!(pages(&page) > 2);
    let shown = browser.run(
        "return [document.querySelector('noscript') !== null, document.getElementById('finder').hidden, \
         document.getElementById('summary').innerText.includes('红标企业和原因')]",
    );
    assert_eq!(shown, serde_json::json!([true, true, true]));
}

/// For people who change the page: `PICTURES=folder cargo test -p sanse-data --test report`.
fn pictures(browser: &Browser, report: &Path, folder: &Path) {
    for (name, width) in [("phone", PHONE), ("desk", DESK)] {
        browser.width(width);
        browser.open(report, "");
        browser.pictures(folder, &format!("{name}-summary"));
        let enterprise = gravest(browser);
        find(browser, "木业");
        browser.pictures(folder, &format!("{name}-found"));
        browser.open(report, &format!("#e{enterprise}"));
        browser.pictures(folder, &format!("{name}-enterprise"));
        std::fs::write(folder.join(format!("{name}-enterprise.pdf")), browser.printed()).unwrap();
        browser.open(report, "");
        std::fs::write(folder.join(format!("{name}-summary.pdf")), browser.printed()).unwrap();
    }
}
