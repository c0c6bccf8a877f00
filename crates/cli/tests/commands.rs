//! The program as people run it: exit codes, messages, files. What the library does is tested there; here,
//! that the commands are wired to it.

mod small;

use small::{Case, NOISE, OVERALL, Said, bytes_of};
use std::fs;
use std::process::{Command, Stdio};

#[test]
fn classify_writes_a_folder_and_says_what_it_holds() {
    let case = Case::new();
    let said = case.classify("结果/初评", &["--threads", "1"]);
    said.says(&[
        "企业 3 户",
        "统计期 2022-01-01 至 2022-12-31",
        "领域",
        "噪声",
        "综合",
        "初评，不得公开",
        "不是行政处罚",
    ]);
    let table = fs::read_to_string(case.path("结果/初评/内部/enterprises.csv")).unwrap();
    let red = table.lines().find(|l| l.contains("叶集甲木业")).unwrap();
    assert!(red.contains(",红标,") && red.contains("六叶城管罚〔2022〕5号"), "{table}");

    case.classify("另一处", &["--threads", "3"]).says(&["运行指纹"]);
    assert_eq!(bytes_of(&case.path("结果/初评")), bytes_of(&case.path("另一处")));
    assert_eq!(bytes_of(&case.path("另一处")).len(), 25);
    case.classify("另一处", &[]).says(&["已替换"]);
}

#[test]
fn a_foreign_folder_is_left_alone() {
    let case = Case::new();
    case.write("别人的/信.txt", "x");
    case.classify("别人的", &[]).refuses(3, "不是空的");
    assert_eq!(bytes_of(&case.path("别人的")), [("信.txt".to_owned(), b"x".to_vec())]);
    case.classify("数据/结果", &[]).refuses(2, "--data");
    case.classify("标准/结果", &[]).refuses(2, "--rules");
    assert!(!case.path("数据/结果").exists());
    case.classify(".", &[]).refuses(3, "当前所在的文件夹");
    case.classify("别人的/信.txt/结果", &[]).refuses(3, "失败");
}

#[test]
fn wrong_arguments_are_said_in_chinese() {
    let case = Case::new();
    case.sanse(&[]).refuses(2, "用法：sanse");
    case.sanse(&["--help"]).says(&["用法", "退出码", "classify"]);
    case.sanse(&["explain", "--help"]).says(&["--enterprise"]);
    case.sanse(&["clasify"]).refuses(2, "classify");
    case.sanse(&["classify", "--year", "2023"]).refuses(2, "缺少 --data");
    case.classify("out", &["--as-of", "2022-12-30"]).refuses(2, "--as-of 2022-12-31");
    case.classify("out", &["--as-of", "2023-02-29"]).refuses(2, "2023-03-31 的样子");
    case.classify("out", &["--quarter", "5"]).refuses(2, "季度");
    case.classify("out", &["--set", "罚款分值=3"]).refuses(2, "标准编号.参数名=值");
    case.classify("out", &["--set", "ZS-2022.罚款分值=3"]).refuses(2, "ZS-2023.罚款分值");
    assert!(!case.path("out").exists());
}

#[test]
fn a_setting_changes_the_result_and_an_unknown_one_is_refused() {
    let case = Case::new();
    case.classify("out", &["--set", "ZS-2023.罚款分值=3"]).says(&["企业 3 户"]);
    let record = fs::read_to_string(case.path("out/run.json")).unwrap();
    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
    let parameter = record.pointer("/standards/0/parameters/0").unwrap();
    assert_eq!(parameter.get("value").unwrap(), "3");
    assert_eq!(parameter.get("default").unwrap(), "12");
    let table = fs::read_to_string(case.path("out/内部/enterprises.csv")).unwrap();
    assert!(!table.contains("红标"), "{table}");
    let said = case.classify("out", &["--set", "ZS-2023.罚款分=3"]);
    assert_ne!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("罚款分值"), "{said:#?}");
}

#[test]
fn standards_are_chosen_by_the_as_of_date() {
    let case = Case::new();
    case.write("标准/旧.rhai", &NOISE.replace("ZS-2023", "ZS-2020").replace("2023-01-01", "2020-01-01"));
    case.classify("out", &[]).refuses(1, "两个施行中的标准");
    case.write(
        "标准/旧.rhai",
        &NOISE
            .replace("ZS-2023", "ZS-2020")
            .replace(".施行(\"2023-01-01\")", ".施行(\"2020-01-01\").失效(\"2023-01-01\")"),
    );
    case.classify("out", &[]).says(&["企业 3 户"]);
    let record = fs::read_to_string(case.path("out/run.json")).unwrap();
    assert!(record.contains("ZS-2020") && record.contains("\"used\": false"), "{record}");
    for (name, text) in [("噪声.rhai", NOISE), ("综合.rhai", OVERALL)] {
        case.write(&format!("标准/{name}"), &text.replace("2023-01-01", "2024-01-01"));
    }
    case.classify("out", &["--as-of", "2023-03-31"]).refuses(1, "没有施行中的领域标准");
}

#[test]
fn what_cannot_be_read_is_code_3() {
    let case = Case::new();
    case.sanse(&["check", "没有"]).refuses(3, "找不到");
    case.sanse(&["test", "数据"]).refuses(3, ".rhai");
    case.sanse(&["explain", "--run", "没有", "--enterprise", "甲"]).refuses(3, "找不到");
    case.sanse(&["explain", "--run", "数据", "--enterprise", "甲"]).refuses(3, "不是本程序的结果文件夹");
    let arguments = [
        "classify",
        "--data",
        "没有",
        "--rules",
        "标准",
        "--year",
        "2023",
        "--as-of",
        "2023-03-31",
        "--out",
        "out",
    ];
    let said = case.sanse(&arguments);
    assert_eq!(said.code, Some(3), "{said:#?}");
    assert!(!case.path("out").exists());
}

#[test]
fn check_lists_everything_and_test_counts() {
    let case = Case::new();
    case.sanse(&["check", "标准"]).says(&["检查了 2 个脚本：错误 0 处"]);
    let said = case.sanse(&["test", "标准"]);
    said.says(&["噪声.rhai（ZS-2023）：通过 1 失败 0"]);
    assert!(said.out.ends_with("共通过 1 个，失败 0 个\n"), "{said:?}");

    case.write("坏/噪声.rhai", &NOISE.replace(".应为(\"绿标\")", ".应为(\"红标\")"));
    let said = case.sanse(&["test", "坏/噪声.rhai"]);
    assert!(
        said.code == Some(1)
            && said.out.ends_with("共通过 0 个，失败 1 个\n")
            && said.out.contains("没有记录是绿标"),
        "{said:#?}"
    );

    case.write("坏/噪声.rhai", &NOISE.replace(".其余(记(1))", ".情形(|措| 措.种雷 == \"警告\", 记(1))"));
    let said = case.sanse(&["check", "坏"]);
    assert!(said.code == Some(1) && said.out.contains("种雷") && said.out.contains("错误 1 处"), "{said:#?}");
    let said = case.sanse(&["check", "坏", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, report.get("errors").unwrap().as_u64()), (Some(1), Some(1)));
    let finding = report.get("findings").unwrap().as_array().unwrap().first().unwrap();
    let keys: Vec<&str> = finding.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["code", "column", "end_column", "file", "help", "line", "message", "severity"]);
    let line = NOISE.lines().position(|line| line.contains(".其余")).unwrap() + 1;
    assert_eq!(finding.get("line").unwrap().as_u64(), Some(line as u64));
    let ends = ["column", "end_column"].map(|key| finding.get(key).unwrap().as_u64().unwrap());
    assert!(ends[1] == ends[0] + 2 && finding.get("code").unwrap() == "S205", "{finding:#}");
    let said = case.sanse(&["test", "坏"]);
    assert!(said.code == Some(1) && said.out.ends_with("共通过 0 个，失败 1 个\n"), "{said:#?}");
    let arguments = [
        "classify",
        "--data",
        "数据",
        "--rules",
        "坏",
        "--year",
        "2023",
        "--as-of",
        "2023-03-31",
        "--out",
        "out",
    ];
    case.sanse(&arguments).refuses(1, "种雷");
    assert!(!case.path("out").exists());

    case.write("空/综合.rhai", OVERALL);
    let said = case.sanse(&["test", "空"]);
    said.refuses(1, "一个测试也没有");
    assert!(said.out.ends_with("共通过 0 个，失败 0 个\n"), "{said:?}");
}

#[test]
fn test_tells_what_no_test_reaches() {
    let case = Case::new();
    let said = case.sanse(&["test", "标准/噪声.rhai", "--coverage"]);
    // One rule, two cases, three grades; the one test reaches 绿标.
    said.says(&[
        "共 6 项，测试用到 1 项（16%）",
        "没有用到：规则“ZS-01”按措施记分（第 4 行）",
        "没有用到：等级“红标”",
    ]);
    assert!(!said.out.contains("个情形") && !said.out.contains("绿标”"), "{said:#?}");
    case.sanse(&["test", "标准/噪声.rhai", "--fail-under", "16"]).says(&["16%"]);
    case.sanse(&["test", "标准/噪声.rhai", "--fail-under", "17"]).refuses(1, "少于要求的 17%");
    case.sanse(&["test", "标准/噪声.rhai", "--fail-under", "170"]).refuses(2, "0 至 100");
}

#[test]
fn check_explains_its_codes() {
    let case = Case::new();
    case.sanse(&["check", "--explain", "s303"]).says(&[
        "S303 可能没有值",
        "为什么",
        "措.金额.有值 && 措.金额 > 5.万元",
    ]);
    case.sanse(&["check", "--explain", "d301"]).says(&["D301 不是日期", "为什么", "怎么改", "2023-03-01"]);
    case.sanse(&["check", "--explain", "S999"]).refuses(2, "没有检查代码“S999”");
    case.sanse(&["check", "标准", "--explain", "S303"]).refuses(2, "一起写");
    case.sanse(&["check"]).refuses(2, "缺少");
}

#[test]
fn inspect_shows_how_data_are_read() {
    let case = Case::new();
    case.sanse(&["inspect", "数据", "--rules", "标准"]).says(&[
        "【名录.csv】企业名录；UTF-8",
        "【噪声/行政处罚.csv】措施；UTF-8",
        "表头在第1行",
        "企业.名称",
        "列名没有写单位，按元读，是推测",
        "读到 3 行：计入 3 行，未用 0 行，有问题而未计入 0 行",
        "D204",
    ]);
    let json = case.sanse(&["inspect", "数据", "--rules", "标准", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(report["complete"], true);
    assert_eq!(report["sources"][1]["layout"]["columns"][6]["field"], "金额");
    // The same as a table.
    case.sanse(&["inspect", "数据", "--rules", "标准", "--out", "读法.csv"]).says(&["写在 读法.csv"]);
    let saved = fs::read_to_string(case.path("读法.csv")).unwrap();
    for line in [
        "\u{feff}文件,工作表,内容,",
        "名录.csv,,表,表头在第1行,,企业名录,,3,",
        "噪声/行政处罚.csv,,列,第4列,处罚种类,种类,",
        "噪声/行政处罚.csv,,问题,,罚款金额,,,,D204,",
    ] {
        assert!(saved.contains(line), "{line} is not in\n{saved}");
    }
    // Without a register nothing can be matched, but what was seen is shown.
    let said = case.sanse(&["inspect", "数据/噪声"]);
    said.refuses(3, "没有找到企业名录");
    assert!(said.out.contains("【行政处罚.csv】措施"), "{said:#?}");
}

#[test]
fn a_mapping_is_written_corrected_and_used() {
    let case = Case::new();
    let inspect = ["inspect", "数据", "--rules", "标准", "--write-mapping", "读法.toml"];
    case.sanse(&inspect).says(&["读法写在 读法.toml"]);
    case.sanse(&inspect).refuses(2, "已经有了");
    let text = fs::read_to_string(case.path("读法.toml")).unwrap();
    // The header names no unit, so the line waits to be confirmed.
    let unit = r#"# "罚款金额" = { "字段" = "金额", "单位" = "元" }"#;
    assert!(text.contains(unit), "{text}");
    case.write("读法.toml", &text.replace(unit, r#""罚款金额" = { "字段" = "金额", "单位" = "万元" }"#));
    // 2000万元 under a header in 万元 is in doubt, and the amount is left out.
    case.classify("out", &["--mapping", "读法.toml"]).says(&["数据问题"]);
    let record: serde_json::Value =
        serde_json::from_slice(&fs::read(case.path("out/run.json")).unwrap()).unwrap();
    assert_eq!(record["mapping"]["file"], "读法.toml");
    assert_eq!(record["mapping"]["sha256"].as_str().map(str::len), Some(64));
    let near = [
        "near",
        "--data",
        "数据",
        "--rules",
        "标准",
        "--year",
        "2023",
        "--as-of",
        "2023-03-31",
        "--within",
        "2",
    ];
    case.sanse(&[&near[..], &["--mapping", "读法.toml", "--days", "5"]].concat()).says(&[""]);
    case.write("读法.toml", "清单 = 措施\n");
    case.classify("坏", &["--mapping", "读法.toml"]).refuses(3, "读法.toml 第1行 D801");
    case.classify("坏", &["--mapping", "没有.toml"]).refuses(3, "读法文件“没有.toml”读不出来");
    assert!(!case.path("坏").exists());
}

#[test]
fn explain_answers_why() {
    let case = Case::new();
    case.classify("out", &[]).says(&["企业 3 户"]);
    let explain = |who: &str| case.sanse(&["explain", "--run", "out", "--enterprise", who]);
    let parts = [
        "叶集甲木业有限公司",
        "【噪声】红标",
        "六叶城管罚〔2022〕5号",
        "本区噪声分类标准第五条",
        "0 + 12 = 12分",
        "检查安排",
    ];
    explain("91341504MA2TE5TA3J").says(&parts);
    explain("甲木业").says(&parts);
    explain("有限公司").refuses(2, "对应多户企业");
    explain("叶集甲木叶有限公司").refuses(2, "叶集甲木业有限公司");
    explain("完全不同").refuses(2, "没有“完全不同”这户企业");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let case = Case::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sanse"))
        .args(["check", "标准"])
        .current_dir(case.home.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let said = Said::new(&child.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
}

#[test]
fn near_names_the_points_off_that_rest_on_no_record() {
    let case = Case::new();
    case.write("数据/覆盖.csv", small::COVERAGE);
    let less = "规则(\"ZS-02\", \"在三元镇\").依据(\"本区分类标准第六条（草案）\").情形(|企| 企.乡镇 == \"三元镇\", 减(1));";
    let noise = small::NOISE
        .replace("等级(\"绿标\", 绿, \"[0,0]\")", &format!("{less}\n等级(\"绿标\", 绿, \"(,0]\")"));
    case.write("标准/噪声.rhai", &noise);
    let near = [
        "near",
        "--data",
        "数据",
        "--rules",
        "标准",
        "--year",
        "2023",
        "--as-of",
        "2023-03-31",
        "--within",
        "1",
    ];
    case.sanse(&near).says(&[
        "叶集乙家具有限公司  绿标 0分，差1分为黄标",
        "规则ZS-02（在三元镇）按企业情况减1分，不计则为黄标",
        "叶集甲木业有限公司 91341504MA2TE5TA3J  黄标 11分，差1分为红标",
        "规则ZS-02（在三元镇）按企业情况减1分，不计则为红标",
    ]);
}
