//! Notices (告知书) and public lists (公示) in a real browser: on paper, at the width of a phone, and complete.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod browser;
mod written;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use browser::{Browser, pages};
use sanse_data::{Approval, Office, Papers};
use written::{classified_for, delivered, district_for, skipped};

const SETTINGS: &str = "机关名称 = \"叶集区司法局\"\n监督举报电话 = \"0564-6482666\"\n\n\
    [异议]\n送达日期 = 2023-04-03\n天数 = 10\n办法 = \"书面向本机关提出。\"\n\n\
    [[公示]]\n领域 = \"消防\"\n标签 = \"红标\"\n依据 = \"本区办法第九条\"\n\n\
    [[公示]]\n领域 = \"消防\"\n标签 = \"绿标\"\n依据 = \"本区办法第九条\"\n\n\
    [[公示]]\n领域 = \"消防\"\n标签 = \"黄标\"\n依据 = \"本区办法第九条\"\n";

fn office() -> Office {
    Office::from_texts(SETTINGS.to_owned(), BTreeMap::new()).unwrap()
}

/// The notices, the longest first.
fn notices(out: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(out.join("企业")).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<(u64, PathBuf)> =
        files.map(|path| (std::fs::metadata(&path).unwrap().len(), path)).collect();
    files.sort_by(|a, b| b.cmp(a));
    files.into_iter().map(|(_, path)| path).collect()
}

/// How many sheets a page takes, after it was looked at: no line is wider than the window or the sheet.
fn sheets(browser: &Browser, page: &Path) -> usize {
    for width in [390, 1280] {
        browser.width(width);
        browser.open(page, "");
        let beyond =
            browser.run("return document.documentElement.scrollWidth - innerWidth").as_i64().unwrap();
        assert!(beyond <= 0, "{} is wider than {width}", page.display());
    }
    let printed = browser.printed();
    if let Some(folder) = std::env::var_os("PICTURES") {
        let name = page.file_stem().unwrap().to_string_lossy().into_owned();
        std::fs::write(Path::new(&folder).join(format!("{name}.pdf")), &printed).unwrap();
    }
    pages(&printed)
}

fn text(browser: &Browser) -> String {
    browser.run("return document.body.innerText").as_str().unwrap().to_owned()
}

/// All of it in one browser, because starting one takes longer than the tests.
#[test]
fn papers_print_whole_in_a_browser() {
    let home = tempfile::tempdir().unwrap();
    let Some(browser) = Browser::start() else {
        skipped("chromium and chromium-driver are not installed; notices were not printed in a browser");
        return;
    };
    let office = office();
    let papers = Papers { office: Some(&office), ..Papers::default() };
    let real = home.path().join("real");
    let written = district_for(&real, papers);
    let notices = notices(&real);
    assert_eq!(notices.len(), written.enterprises);
    // One sheet for the gravest of the district, and for one of whom nothing is known.
    for notice in notices.iter().take(3).chain(notices.last()) {
        assert_eq!(sheets(&browser, notice), 1, "{}", notice.display());
    }
    many(&browser, home.path(), &office);
    public(&browser, home.path(), &office);
}

/// What does not fit goes on to a second sheet: nothing that is held against an enterprise is cut.
fn many(browser: &Browser, home: &Path, office: &Office) {
    let name = format!("安徽省六安市叶集区{}有限责任公司", "木竹家居产业制造加工贸易".repeat(12));
    let register = format!("企业名称,所属乡镇,行业代码,成立日期\n{name},三元镇,C2021,2019-03-01\n");
    let mut penalties = "行政相对人名称,行政处罚决定书文号,违法行为类型,处罚类别,处罚决定日期\n".to_owned();
    for number in 1..=40 {
        let act = format!("第{number}起：{}", "占用、堵塞、封闭疏散通道、安全出口".repeat(4));
        let day = 1 + number % 28;
        let _ = writeln!(penalties, "{name},叶消罚〔2022〕{number}号,{act},警告,2022-05-{day:02}");
    }
    let out = home.join("long");
    let papers = Papers { office: Some(office), ..Papers::default() };
    classified_for(&out, &delivered(&register, &penalties), papers);
    let notice = notices(&out).remove(0);
    let taken = sheets(browser, &notice);
    assert!((2..=6).contains(&taken), "{taken} sheets");
    let said = text(browser);
    assert!(said.contains(&name) && !said.contains('…'), "{said}");
    for number in 1..=40 {
        assert!(said.contains(&format!("叶消罚〔2022〕{number}号 警告")), "{number} is missing in\n{said}");
    }
    for part in ["异议", "0564-6482666", "仅用于分类监管，不是行政处罚或信用评价", "运行指纹"]
    {
        assert!(said.contains(part), "{part} is missing in\n{said}");
    }
}

/// A list of many enterprises repeats its header row, and holds each of them once.
fn public(browser: &Browser, home: &Path, office: &Office) {
    let (mut register, mut penalties) = (
        "企业名称,所属乡镇,行业代码,成立日期\n".to_owned(),
        "行政相对人名称,行政处罚决定书文号,违法行为类型,处罚类别,处罚决定日期\n".to_owned(),
    );
    for number in 0..120 {
        let _ = writeln!(register, "安徽第{number}号有限公司,三元镇,C2021,2019-03-01");
        if number % 2 == 0 {
            for kind in ["警告", "罚款"] {
                let _ = writeln!(
                    penalties,
                    "安徽第{number}号有限公司,叶消罚〔2022〕{number}号,占用通道,{kind},2022-05-06"
                );
            }
        }
    }
    let out = home.join("public");
    let approval =
        Approval { document: "叶司〔2023〕1号".to_owned(), date: "2023-04-20".parse().unwrap() };
    let papers = Papers { office: Some(office), approval: Some(&approval), ..Papers::default() };
    classified_for(&out, &delivered(&register, &penalties), papers);
    assert!(sheets(browser, &out.join("公开/消防_红标.html")) > 1);
    let said = text(browser);
    assert_eq!(said.matches("号 警告、罚款").count(), 60, "{said}");
    assert!(said.contains("认为名单有误的，请向叶集区司法局提出"), "{said}");
    let groups = browser.run("return getComputedStyle(document.querySelector('thead')).display");
    assert_eq!(groups, "table-header-group");
    // A green label publishes no penalty; a list without anybody says so.
    assert!(sheets(browser, &out.join("公开/消防_绿标.html")) >= 1);
    let green = text(browser);
    assert!(green.contains("安徽第1号有限公司") && !green.contains("处罚决定"), "{green}");
    assert_eq!(sheets(browser, &out.join("公开/消防_黄标.html")), 1);
    assert!(text(browser).contains("没有可以公示的企业"));
}
