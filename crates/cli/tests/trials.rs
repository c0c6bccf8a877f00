//! Comparing and sweeping standards over the invented district, against what `classify` itself gives.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LABELS: [&str; 5] = ["绿标", "黄标", "红标", "未评定", "不适用"];
/// A warning counts 12 points in the fire domain, which makes red of every enterprise that has one.
const HARSH: &str = "YJ-XF-2023.警告和通报批评记分=12";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a command over the district; exit code, stdout, stderr.
fn sanse(command: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_sanse"))
        .arg(command)
        .args(["--data", "fixtures/yeji-2022", "--year", "2023", "--as-of", "2023-03-31"])
        .args(more)
        .current_dir(root())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn done(said: (Option<i32>, String, String)) -> String {
    assert_eq!(said.0, Some(0), "{}", said.2);
    said.1
}

#[track_caller]
fn refused(said: &(Option<i32>, String, String), code: i32, part: &str) {
    assert!(said.0 == Some(code) && said.2.contains(part), "{code}, {part}: {said:#?}");
}

/// The rows of a table by header; the tables looked at have no line breaks in cells.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let cells = |line: &str| {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        cells
    };
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let headers = cells(lines.next().unwrap());
    lines.map(|line| headers.iter().cloned().zip(cells(line)).collect()).collect()
}

/// The standing of each enterprise in each domain, as `classify` gives it.
fn classified(out: &Path, set: &[&str]) -> BTreeMap<(String, String), String> {
    let out_text = out.to_str().unwrap();
    let mut arguments = vec!["--rules", "rules/yeji", "--out", out_text];
    arguments.extend(set);
    done(sanse("classify", &arguments));
    let standing = |row: &BTreeMap<String, String>| match row["标签"].as_str() {
        "" => row["状态"].clone(),
        label => label.to_owned(),
    };
    rows(&out.join("内部/assessments.csv"))
        .iter()
        .map(|row| ((row["领域"].clone(), row["名称"].clone()), standing(row)))
        .collect()
}

#[test]
fn a_comparison_is_what_two_classifications_give() {
    let home = tempfile::tempdir().unwrap();
    let base = classified(&home.path().join("原"), &[]);
    let new = classified(&home.path().join("新"), &["--set", HARSH]);
    let out = home.path().join("对比");
    let out_text = out.to_str().unwrap();
    let said = done(sanse("compare", &["--base", "rules/yeji", "--set-new", HARSH, "--out", out_text]));
    assert!(said.contains("【消防】YJ-XF-2023  变动 6 户"), "{said}");
    assert!(said.contains("规则XF-1（按采取的措施记分）：计入由1分变为12分"), "{said}");

    // The movers are those whose label differs between the two runs, no more and no fewer.
    let movers = rows(&out.join("movers.csv"));
    let expected: BTreeMap<_, _> = base.iter().filter(|(key, label)| new[*key] != **label).collect();
    assert_eq!(movers.len(), expected.len());
    assert!(movers.len() >= 12, "{}", movers.len());
    for mover in &movers {
        let key = (mover["领域"].clone(), mover["名称"].clone());
        assert_eq!((&mover["原标签"], &mover["新标签"]), (expected[&key], &new[&key]));
        let cause = if key.0 == "综合" {
            "消防由黄标变为红标"
        } else {
            "规则XF-1（按采取的措施记分）：计入由"
        };
        assert!(mover["变动原因"].starts_with(cause), "{mover:?}");
    }

    // Rows and columns of the matrices add up to the labels of the runs, in the whole and over the parts.
    let matrices = rows(&out.join("matrix.csv"));
    let number = |text: &str| text.parse::<u64>().unwrap();
    let mut groups: Vec<&str> = matrices.iter().map(|row| row["分组"].as_str()).collect();
    groups.dedup();
    groups.sort_unstable();
    groups.dedup();
    assert_eq!(groups, ["乡镇", "企业规模", "全部", "行业门类"]);
    for group in groups {
        for domain in ["安全生产", "消防", "特种设备", "生态环境", "综合"] {
            let own = || matrices.iter().filter(|r| r["分组"] == group && r["领域"] == domain);
            for label in LABELS {
                let count = |of: &BTreeMap<(String, String), String>| {
                    of.iter().filter(|((d, _), l)| d == domain && *l == label).count() as u64
                };
                let from: u64 = own().filter(|r| r["原标签"] == label).map(|r| number(&r["原有户数"])).sum();
                let to: u64 = own().map(|r| number(&r[&format!("新{label}户数")])).sum();
                assert_eq!((from, to), (count(&base), count(&new)), "{group} {domain} {label}");
            }
        }
    }

    // Six enterprises more are red in the fire domain, with two visits or more each instead of none to two.
    let loads = rows(&out.join("load.csv"));
    let fire = loads.iter().find(|r| r["领域"] == "消防" && r["标准"] == "变化").unwrap();
    assert_eq!((fire["每年最少次数"].as_str(), fire["其中只写下限的户数"].as_str()), ("12", "6"));

    let page = fs::read_to_string(out.join("compare.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("@media print"), "{page}");
    let inside = page.replace("http://www.w3.org/2000/svg", "");
    assert!(
        !inside.contains("http:")
            && !inside.contains("https:")
            && !inside.contains("src=")
            && !inside.contains("<script"),
        "{page}"
    );
    for mover in &movers {
        assert!(page.contains(&mover["名称"]), "{mover:?}");
    }

    // An earlier comparison is replaced; a run is not, and a comparison is no run.
    done(sanse("compare", &["--base", "rules/yeji", "--out", out_text]));
    assert_eq!(rows(&out.join("movers.csv")).len(), 0);
    let run = home.path().join("原");
    let arguments = ["--base", "rules/yeji", "--out", run.to_str().unwrap()];
    refused(&sanse("compare", &arguments), 3, "没有改动它");
}

#[test]
fn a_score_that_the_old_standard_cannot_give_gets_no_old_grade() {
    let home = tempfile::tempdir().unwrap();
    let (rules, out) = (home.path().join("新标准"), home.path().join("对比"));
    fs::create_dir(&rules).unwrap();
    for file in fs::read_dir(root().join("rules/yeji")).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "rhai") {
            fs::copy(&file, rules.join(file.file_name().unwrap())).unwrap();
        }
    }
    // The old bands go from whole number to whole number; the new ones know tenths.
    let fire = rules.join("消防.rhai");
    let text = fs::read_to_string(&fire).unwrap();
    let new = text
        .replace(".分值单位(1)", ".分值单位(0.1)")
        .replace(
            "\"警告和通报批评记分\", 1, \"本区自定（草案）\", #{ 最小: 1,",
            "\"警告和通报批评记分\", 0.9, \"本区自定（草案）\", #{ 最小: 0,",
        )
        .replace("黄, \"[1,11]\"", "黄, \"[1,11.9]\"")
        .replace("绿, \"[0,0]\"", "绿, \"[0,0.9]\"");
    assert_ne!(new, text);
    fs::write(&fire, new).unwrap();
    let (new, to) = (rules.to_str().unwrap(), out.to_str().unwrap());
    done(sanse("compare", &["--base", "rules/yeji", "--new", new, "--out", to]));
    let movers = rows(&out.join("movers.csv"));
    let causes: Vec<&str> =
        movers.iter().filter(|row| row["领域"] == "消防").map(|row| row["变动原因"].as_str()).collect();
    assert!(!causes.is_empty());
    for cause in &causes {
        assert!(cause.contains("得0.9分现属绿标，原标准各等级的区间里没有这个分值"), "{causes:#?}");
        assert!(!cause.contains("原属"), "{causes:#?}");
    }
}

#[test]
fn other_rules_and_wrong_arguments_are_told() {
    let home = tempfile::tempdir().unwrap();
    let rules = home.path().join("新标准");
    fs::create_dir(&rules).unwrap();
    for name in ["消防.rhai", "综合.rhai"] {
        fs::copy(root().join("rules/yeji").join(name), rules.join(name)).unwrap();
    }
    let rules = rules.to_str().unwrap();
    let said = done(sanse("compare", &["--base", "rules/yeji", "--new", rules]));
    assert!(
        said.contains("“生态环境”只有原标准评定") && said.contains("【消防】YJ-XF-2023  变动 0 户"),
        "{said}"
    );
    assert!(said.contains("由红标变为没有标准"), "{said}");
    let said = sanse("compare", &["--base", "rules/yeji", "--set-new", "YJ-XF-2023.警告记分=3"]);
    refused(&said, 1, "警告");
    refused(&sanse("compare", &["--base", "rules/yeji", "--out", "rules/yeji/对比"]), 2, "--base");
}

#[test]
fn a_sweep_gives_at_each_value_what_classify_gives() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("试算");
    let parameter = ["--rules", "rules/yeji", "--parameter", "YJ-XF-2023.警告和通报批评记分"];
    let sweep = |more: &[&str]| sanse("sweep", &[&parameter[..], more].concat());
    let said = done(sweep(&["--from", "1", "--to", "12", "--step", "11", "--out", out.to_str().unwrap()]));
    assert!(said.contains("1（现值）") && said.contains("【综合】"), "{said}");
    let table = rows(&out.join("sweep.csv"));
    assert_eq!(table.len(), 4);
    for (value, set) in [("1", &[][..]), ("12", &["--set", HARSH])] {
        let labels = classified(&home.path().join(value), set);
        for domain in ["消防", "综合"] {
            let row = table.iter().find(|r| r["取值"] == value && r["领域"] == domain).unwrap();
            for label in LABELS {
                let count = labels.iter().filter(|((d, _), l)| d == domain && *l == label).count();
                assert_eq!(row[&format!("{label}户数")], count.to_string(), "{value} {domain} {label}");
            }
            assert_eq!(row["是否现值"], if value == "1" { "是" } else { "否" });
        }
    }
    let picture = fs::read_to_string(out.join("sweep.svg")).unwrap();
    assert!(picture.starts_with("<svg xmlns=") && picture.contains("消防 1（现值）"), "{picture}");

    refused(&sweep(&["--from", "1", "--to", "13", "--step", "12"]), 1, "取 13 时");
    refused(&sweep(&["--from", "1", "--to", "2", "--step", "0"]), 2, "--step");
    refused(&sweep(&["--from", "1", "--to", "2.分", "--step", "1"]), 2, "单位");
    refused(&sweep(&["--from", "1", "--to", "2", "--step", "1", "--set", HARSH]), 2, "--parameter");
    let unknown = ["--rules", "rules/yeji", "--from", "1", "--to", "2", "--step", "1", "--parameter"];
    refused(&sanse("sweep", &[&unknown[..], &["YJ-XF-2022.甲"]].concat()), 2, "YJ-XF-2023.甲");
    refused(&sanse("sweep", &[&unknown[..], &["甲"]].concat()), 2, "标准编号.参数名");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn without_the_record_that_tips_the_label_is_the_one_that_near_says() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("临界");
    let said =
        done(sanse("near", &["--rules", "rules/yeji", "--within", "2", "--out", out.to_str().unwrap()]));
    let name = "岚汀家具（安徽）有限公司";
    assert!(said.contains("黄标 1分，差1分为绿标") && said.contains("不计则为绿标"), "{said}");
    let list = rows(&out.join("near.csv"));
    let near = list.iter().find(|r| r["名称"] == name && r["领域"] == "消防").unwrap();
    assert_eq!((near["差几分变好"].as_str(), near["变好后"].as_str()), ("1", "绿标"));
    let tip = &near["单独起决定作用的记录或规则"];
    assert!(tip.contains("（消防/消防行政处罚.csv第22行）不计则为绿标"), "{tip}");
    for row in &list {
        // Further away than asked for is not near; with a record or without.
        for distance in [&row["差几分变好"], &row["差几分变差"]] {
            assert!(["", "1", "2"].contains(&distance.as_str()), "{row:?}");
        }
    }

    // The bureau strikes the row: the label is what was foretold.
    let data = home.path().join("数据");
    copy(&root().join("fixtures/yeji-2022"), &data);
    let table = data.join("消防/消防行政处罚.csv");
    let text = fs::read(&table).unwrap();
    let kept: Vec<&[u8]> = text
        .split_inclusive(|byte| *byte == b'\n')
        .enumerate()
        .filter(|(line, _)| line + 1 != 22)
        .map(|(_, line)| line)
        .collect();
    fs::write(&table, kept.concat()).unwrap();
    let run = home.path().join("评定");
    let arguments = ["classify", "--rules", "rules/yeji", "--year", "2023", "--as-of", "2023-03-31"];
    let output = Command::new(env!("CARGO_BIN_EXE_sanse"))
        .args(arguments)
        .arg("--data")
        .arg(&data)
        .arg("--out")
        .arg(&run)
        .current_dir(root())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let assessments = rows(&run.join("内部/assessments.csv"));
    let after = assessments.iter().find(|r| r["名称"] == name && r["领域"] == "消防").unwrap();
    assert_eq!(after["标签"], "绿标", "{after:?}");

    refused(&sanse("near", &["--rules", "rules/yeji", "--within", "0"]), 2, "大于 0");
}

#[test]
fn what_days_alone_change_is_listed_with_the_record_and_goes_with_the_points() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("到期");
    let out_text = out.to_str().unwrap();
    let said = done(sanse("near", &["--rules", "rules/yeji", "--days", "14", "--out", out_text]));
    assert!(said.contains("14天以内") && said.contains("【消防】什么都不再发生也会变的 1 户"), "{said}");
    assert!(!out.join("near.csv").exists());
    let list = rows(&out.join("days.csv"));
    // The fire penalty of 2022-01-12 leaves the period when that begins a day later.
    let fire = list.iter().find(|r| r["领域"] == "消防").unwrap();
    assert_eq!(
        (fire["标签"].as_str(), fire["变为"].as_str(), fire["几天后"].as_str()),
        ("黄标", "绿标", "12")
    );
    assert_eq!((fire["截止日"].as_str(), fire["统计期末日"].as_str()), ("2023-04-12", "2023-01-12"));
    assert!(
        fire["起决定作用的记录"].contains("第0001号") && fire["起决定作用的记录"].contains("不再计入"),
        "{fire:?}"
    );
    // A shorter time gives the part of the list that lies within it; both questions may be asked at once.
    done(sanse("near", &["--rules", "rules/yeji", "--days", "5", "--within", "2", "--out", out_text]));
    let short = rows(&out.join("days.csv"));
    let within: Vec<_> = list.iter().filter(|r| r["几天后"].parse::<u32>().unwrap() <= 5).collect();
    assert_eq!(short.iter().collect::<Vec<_>>(), within);
    assert!(!short.is_empty() && short.len() < list.len() && out.join("near.csv").exists());
    for (bad, part) in [("0", "1 至 366"), ("367", "1 至 366"), ("半", "1 至 366")] {
        refused(&sanse("near", &["--rules", "rules/yeji", "--days", bad]), 2, part);
    }
    refused(&sanse("near", &["--rules", "rules/yeji"]), 2, "--within");
}

#[test]
fn changes_that_neither_tests_nor_enterprises_notice_are_listed() {
    let home = tempfile::tempdir().unwrap();
    let sheet = home.path().join("改动.csv");
    let plain = |more: &[&str]| {
        let mut arguments = vec!["mutate", "rules/yeji/消防.rhai"];
        arguments.extend(more);
        let output =
            Command::new(env!("CARGO_BIN_EXE_sanse")).args(arguments).current_dir(root()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let said = done(plain(&["--out", sheet.to_str().unwrap()]));
    let list = rows(&sheet);
    let unseen = list.iter().filter(|r| r["是否发现"] == "否").count();
    assert!(
        said.contains(&format!("改动 {} 处", list.len())) && said.contains(&format!("没有发现 {unseen} 处")),
        "{said}"
    );
    assert!(said.contains("行第") && unseen > 0 && unseen < list.len());
    // What is noticed names the test that notices.
    assert!(list.iter().all(|r| (r["是否发现"] == "是") != r["发现的测试"].is_empty()), "{said}");
    // With data, what an enterprise feels is noticed too; the counts are those of the list.
    let data = ["--data", "fixtures/yeji-2022", "--year", "2023", "--as-of", "2023-03-31"];
    let with = [&data[..], &["--format", "json"]].concat();
    let report: serde_json::Value = serde_json::from_str(&done(plain(&with))).unwrap();
    let own = &report["standards"][0];
    let all = own["all"].as_array().unwrap();
    assert_eq!((own["id"].as_str(), own["changes"].as_u64()), (Some("YJ-XF-2023"), Some(list.len() as u64)));
    let noticed = all.iter().filter(|c| c["noticed"] == true).count();
    assert_eq!(own["noticed"].as_u64(), Some(noticed as u64));
    assert!(noticed > list.len() - unseen, "data notice nothing that the tests do not");
    assert!(all.iter().any(|c| c["test"].is_null() && c["enterprises"].as_u64() > Some(0)));
    let percent = (list.len() - unseen) * 100 / list.len();
    done(plain(&["--fail-under", &percent.to_string()]));
    refused(&plain(&["--fail-under", &(percent + 1).to_string()]), 1, "少于要求的");
    refused(&plain(&["--data", "fixtures/yeji-2022"]), 2, "缺少");
    refused(&plain(&["--set", "YJ-XF-2023.警告和通报批评记分=2"]), 1, "本来就没有通过");
}
