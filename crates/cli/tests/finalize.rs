//! From draft to final: notices, the period of objection, approval, public lists.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up must fail")]

mod small;

use std::fs;

use small::{COVERAGE, Case, NOISE, bytes_of};

const SETTINGS: &str = "机关名称 = \"叶集区司法局\"\n监督举报电话 = \"0564-6482666\"\n\n\
    [异议]\n送达日期 = 2023-04-03\n天数 = 10\n办法 = \"书面向本机关提出。\"\n\n\
    [[公示]]\n领域 = \"噪声\"\n标签 = \"红标\"\n依据 = \"叶集区办法第九条\"\n\n\
    [[公示]]\n领域 = \"噪声\"\n标签 = \"黄标\"\n依据 = \"叶集区办法第九条\"\n";

const REGISTER: &str = "统一社会信用代码,企业名称,所属乡镇,成立日期\n\
    91341504MA2TE5TA3J,叶集甲木业有限公司,三元镇,2015-03-01\n\
    ,<script>alert(1)</script>&乙厂,三元镇,2016-03-01\n\
    ,张三丰,孙岗乡,2016-05-01\n\
    ,叶集丁板材有限公司,孙岗乡,2016-05-01\n\
    ,叶集戊板材有限公司,孙岗乡,2016-05-01\n";

const PENALTIES: &str = "领域,行政相对人名称,行政处罚决定书文号,处罚种类,违法行为类型,处罚决定日期,罚款金额,状态,信用修复日期,整改情况\n\
    噪声,叶集甲木业有限公司,六叶城管罚〔2022〕5号,罚款,夜间施工，负责人李四电话13812341234,2022-05-06,2000,有效,,\n\
    噪声,叶集甲木业有限公司,六叶城管罚〔2022〕5号,警告,夜间施工,2022-05-06,,有效,,\n\
    噪声,叶集甲木业有限公司,六叶城管罚〔2022〕15号,罚款,夜间施工,2022-06-06,2000,复议中,,\n\
    噪声,<script>alert(1)</script>&乙厂,六叶城管罚〔2022〕6号,警告,夜间施工,2022-06-06,,有效,,\n\
    噪声,张三丰,六叶城管罚〔2022〕7号,罚款,张三丰夜间施工,2022-06-06,2000,有效,,\n\
    噪声,叶集丁板材有限公司,六叶城管罚〔2022〕8号,罚款,夜间施工,2022-06-06,2000,诉讼中,,\n\
    噪声,叶集戊板材有限公司,六叶城管罚〔2022〕9号,警告,夜间施工,2022-06-06,,有效,2022-12-01,\n\
    噪声,叶集甲木业有限公司,六叶城管罚〔2021〕3号,罚款,夜间施工,2021-06-06,2000,有效,,未整改\n";

fn case() -> Case {
    let case = Case::new();
    case.write("数据/名录.csv", REGISTER);
    case.write("数据/噪声/行政处罚.csv", PENALTIES);
    // What is not put right counts on.
    case.write("标准/噪声.rhai", &NOISE.replace("统计期);", "统计期).结转(|措| 措.整改 == \"未整改\");"));
    case.write("数据/覆盖.csv", &COVERAGE.replace(",3,", ",8,"));
    case.write("设置.toml", SETTINGS);
    case
}

/// All files outside 内部 as one text; the workbooks hold what the tables hold.
fn outside(case: &Case) -> String {
    let files = bytes_of(&case.path("结果")).into_iter();
    let files = files.filter(|(name, _)| {
        !name.starts_with("内部/") && name != "run.json" && !name.ends_with("/workbook.xlsx")
    });
    let texts = files.map(|(name, bytes)| [name, String::from_utf8(bytes).unwrap()].join("\n"));
    texts.collect::<Vec<_>>().join("\n")
}

fn finalize(case: &Case, date: &str) -> small::Said {
    case.sanse(&["finalize", "--run", "结果", "--doc", "叶司〔2023〕8号", "--date", date])
}

#[test]
fn a_draft_becomes_final_after_the_period_of_objection() {
    let case = case();
    let said = case.classify("结果", &["--settings", "设置.toml"]);
    said.says(&["初评，不得公开"]);
    let fingerprint = said.out.lines().find_map(|line| line.strip_prefix("运行指纹 ")).unwrap().to_owned();
    assert!(!case.path("结果/公开").exists());
    let notice =
        fs::read_to_string(case.path("结果/企业/叶集甲木业有限公司_91341504MA2TE5TA3J.html")).unwrap();
    for part in [
        "初评，不得公开",
        "六叶城管罚〔2022〕5号",
        "六叶城管罚〔2021〕3号",
        "结转",
        "本区噪声分类标准第五条",
        "红标",
        "每年不少于2次",
        "叶集区司法局",
        "0564-6482666",
        "送达的次日起 10 日内（至 2023-04-13）",
        "仅用于分类监管，不是行政处罚或信用评价",
        fingerprint.as_str(),
    ] {
        assert!(notice.contains(part), "{part} is missing in\n{notice}");
    }
    let all = outside(&case);
    for secret in ["张三丰", "李四", "13812341234", "<script>"] {
        // Tables are no pages; in them a firm's name is a text.
        let table = |line: &str| secret == "<script>" && line.contains(",噪声,");
        let shown = all.lines().find(|line| line.contains(secret) && !table(line));
        assert_eq!(shown, None, "{secret}");
    }
    assert!(all.contains("&lt;script&gt;") && all.contains("张*") && all.contains("138****1234"), "{all}");
    case.sanse(&["verify", "结果", "--expect", &fingerprint]).says(&["一致"]);

    let draft = bytes_of(&case.path("结果"));
    finalize(&case, "2023-04-13").refuses(1, "异议期限到 2023-04-13 才满");
    assert_eq!(bytes_of(&case.path("结果")), draft);
    finalize(&case, "2023-04-14").says(&["已定稿", &fingerprint]);
    let record = fs::read_to_string(case.path("结果/run.json")).unwrap();
    assert!(record.contains("\"正式\"") && record.contains("叶司〔2023〕8号"), "{record}");
    case.sanse(&["verify", "结果", "--expect", &fingerprint]).says(&["一致", "正式"]);
    case.sanse(&["explain", "--run", "结果", "--enterprise", "甲木业"]).says(&["正式，叶司〔2023〕8号"]);
    let notice =
        fs::read_to_string(case.path("结果/企业/叶集甲木业有限公司_91341504MA2TE5TA3J.html")).unwrap();
    assert!(notice.contains("正式") && !notice.contains("初评"), "{notice}");
    // No one may be told to object until a day that has passed.
    assert!(notice.contains("提出异议的期限已于 2023-04-13 届满"), "{notice}");
    assert!(!notice.contains("日内（至") && notice.contains("可以向叶集区司法局反映"), "{notice}");

    // Public: what is switched on, and of that what may be published.
    let red = fs::read_to_string(case.path("结果/公开/噪声_红标.html")).unwrap();
    for part in [
        "叶集甲木业有限公司",
        "六叶城管罚〔2022〕5号",
        "张*",
        "叶集区办法第九条",
        "叶司〔2023〕8号",
        "仅用于分类监管",
    ] {
        assert!(red.contains(part), "{part} is missing in\n{red}");
    }
    for secret in ["15号", "〔2021〕3号", "张三丰", "丁板材", "24分", "12分"] {
        assert!(!red.contains(secret), "{secret} in\n{red}");
    }
    // A decision with two measures is one decision.
    assert_eq!(red.matches("六叶城管罚〔2022〕5号").count(), 1, "{red}");
    assert!(red.contains("2022-05-06 六叶城管罚〔2022〕5号 警告、罚款"), "{red}");
    let yellow = fs::read_to_string(case.path("结果/公开/噪声_黄标.html")).unwrap();
    assert!(yellow.contains("&lt;script&gt;") && !yellow.contains("戊板材"), "{yellow}");
    assert!(!outside(&case).contains("综合_"));

    // Final is final.
    finalize(&case, "2023-04-15").refuses(1, "已经是“正式”");
    case.classify("结果", &[]).refuses(3, "正式");
    case.sanse(&["verify", "结果", "--expect", &fingerprint]).says(&["一致"]);
}

#[test]
fn what_may_not_be_finalised_is_said_with_every_reason() {
    let case = case();
    fs::remove_file(case.path("数据/覆盖.csv")).unwrap();
    case.classify("结果", &[]).says(&["初评"]);
    let said = finalize(&case, "2023-04-14");
    said.refuses(1, "覆盖未声明");
    said.refuses(1, "没有“异议”的期限");
    case.write("结果/内部/enterprises.csv", "x");
    finalize(&case, "2023-04-14").refuses(1, "sanse verify");
    case.sanse(&["notices", "--run", "结果", "--settings", "设置.toml"]).refuses(1, "sanse verify");
}

#[test]
fn a_standard_that_is_a_draft_makes_nothing_final() {
    let case = case();
    case.write("标准/噪声.rhai", &NOISE.replace("\"试行\"", "\"草案\""));
    case.classify("结果", &["--settings", "设置.toml"]).says(&["初评"]);
    finalize(&case, "2023-04-14").refuses(1, "标准 ZS-2023 还是草案");
    assert!(!case.path("结果/公开").exists());
}

#[test]
fn what_is_not_filled_in_is_named_at_every_place_and_not_published() {
    let case = case();
    let unfilled = NOISE
        .replace(".施行(", ".文号(\"叶司〔2023〕XX号\").发布机关(\"某某局\").施行(")
        .replace("本区噪声分类标准第五条（草案）", "《某某办法》第五条")
        .replace("依据: \"本区分类监管方案\"", "依据: \"本区分类监管方案（文号待填）\"");
    case.write("标准/噪声.rhai", &unfilled);
    let lines = unfilled.lines().enumerate().filter(|(_, line)| line.starts_with("监管("));
    let lines: Vec<String> = lines.map(|(number, _)| (number + 1).to_string()).collect();
    assert!(lines.len() > 1);
    let settings = SETTINGS
        .replace("叶集区司法局", "某区司法局")
        .replace("0564-6482666", "待定")
        .replace("书面向本机关提出。", "办法待补")
        .replace("叶集区办法第九条", "TBD");
    case.write("设置.toml", &settings);
    case.classify("结果", &[]).says(&["标准有提醒 6 处"]);
    case.classify("另", &["--settings", "设置.toml"])
        .says(&["提醒：设置文件还没有填好", "“异议”的“办法”里的“待补”"]);
    let notices = ["notices", "--run", "结果", "--settings", "设置.toml"];
    case.sanse(&notices).says(&["提醒：设置文件还没有填好", "“监督举报电话”里的“待定”", "不能定稿"]);
    case.sanse(&["check", "标准"]).says(&["S435", "文号里还有“XX”，发布机关里还有“某某”"]);
    let draft = bytes_of(&case.path("结果"));
    let said =
        case.sanse(&["finalize", "--run", "结果", "--doc", "叶司〔2023〕××号", "--date", "2023-04-14"]);
    // What several measures lack is one place with its lines.
    assert_eq!(said.err.matches("监管措施的依据里的“待填”").count(), 1, "{said:#?}");
    said.refuses(1, &format!("监管措施的依据里的“待填”（第{}行）", lines.join("、")));
    for part in [
        "标准 ZS-2023 还没有填好：文号里的“XX”、发布机关里的“某某”、规则“ZS-01”的依据里的“某某”",
        "改好标准文件，再重新运行 classify",
        "审批文号（--doc）里还有“××”",
        "“机关名称”里的“某区”",
        "“监督举报电话”里的“待定”",
        "“异议”的“办法”里的“待补”",
        "“公示”（噪声、红标）的“依据”里的“TBD”",
        "“公示”（噪声、黄标）的“依据”里的“TBD”",
        "用 --settings 指明设置文件",
    ] {
        said.refuses(1, part);
    }
    assert_eq!(bytes_of(&case.path("结果")), draft);
    // Settings can still be filled in; a standard is part of the run.
    case.write("设置.toml", SETTINGS);
    let with =
        ["finalize", "--run", "结果", "--doc", "叶司〔2023〕8号", "--date", "2023-04-14", "--settings"];
    let said = case.sanse(&[&with[..], &["设置.toml"]].concat());
    said.refuses(1, "标准 ZS-2023 还没有填好");
    assert!(!said.err.contains("设置文件") && !case.path("结果/公开").exists(), "{said:#?}");
    case.write("标准/噪声.rhai", NOISE);
    case.classify("结果", &[]).says(&["初评"]);
    case.sanse(&[&with[..], &["设置.toml"]].concat()).says(&["已定稿"]);
}

#[test]
fn what_the_papers_leave_out_is_said_by_every_command_that_writes_them() {
    let case = case();
    // More than Excel takes into a cell.
    case.write("数据/噪声/行政处罚.csv", &PENALTIES.replacen("夜间施工，", &"夜间施工，".repeat(7000), 1));
    let sentence = "超过Excel的32767字";
    case.classify("结果", &[]).says(&[sentence]);
    case.sanse(&["notices", "--run", "结果", "--settings", "设置.toml"]).says(&["告知书 5 份", sentence]);
    finalize(&case, "2023-04-14").says(&["已定稿", sentence]);
}

#[test]
fn notices_can_be_made_later_and_templates_are_the_offices_own() {
    let case = case();
    let said = case.classify("结果", &[]);
    let fingerprint = said.out.lines().find_map(|line| line.strip_prefix("运行指纹 ")).unwrap().to_owned();
    assert!(!case.path("结果/企业").exists());
    case.write("模板/告知书.html", "<p>{{ 企业.名称 }}：{{ 综合标签 }}</p>\n");
    let notices = |more: &[&str]| {
        case.sanse(&[&["notices", "--run", "结果", "--settings", "设置.toml"], more].concat())
    };
    notices(&["--templates", "模板"]).says(&["告知书 5 份", &fingerprint]);
    let notice =
        fs::read_to_string(case.path("结果/企业/叶集甲木业有限公司_91341504MA2TE5TA3J.html")).unwrap();
    assert_eq!(notice, "<p>叶集甲木业有限公司：红标</p>");
    case.sanse(&["verify", "结果"]).says(&["一致"]);
    let before = bytes_of(&case.path("结果"));
    case.write("模板/告知书.html", "<p>\n{{ 企业名称 }}</p>");
    notices(&["--templates", "模板"]).refuses(1, "模板“告知书.html”有错：第 2 行");
    case.write("设置.toml", "机关名 = \"x\"\n");
    notices(&[]).refuses(1, "是不是“机关名称”");
    case.write("设置.toml", &SETTINGS.replace("噪声", "噪音"));
    notices(&[]).refuses(1, "领域“噪音”没有施行中的标准");
    assert_eq!(bytes_of(&case.path("结果")), before);
    // A province wants tables.
    case.classify("表", &["--only-tables", "--settings", "设置.toml"]).says(&["运行指纹"]);
    assert!(case.path("表/内部/enterprises.csv").exists() && !case.path("表/企业").exists());
    assert!(!case.path("表/各机关").exists());
}
