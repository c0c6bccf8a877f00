//! The smallest district: three enterprises, one domain, its standard and the overall label.

#![allow(dead_code, reason = "each test binary uses a part of it")]
#![expect(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// One domain and the overall label, as short as a standard can be.
pub(crate) const NOISE: &str = r#"标准("ZS-2023", "噪声扰民分类标准", "试行").领域("噪声").施行("2023-01-01").基准分(0);
let 罚款分 = 参数("罚款分值", 12, "一次罚款记几分；本区自定（草案）");
计入(措施, |措| 措.作出日期, 统计期);
规则("ZS-01", "按措施记分").依据("本区噪声分类标准第五条（草案）").逐条(措施)
    .情形(|措| 措.种类 == "罚款", 记(罚款分))
    .其余(记(1));
等级("绿标", 绿, "[0,0]").等级("黄标", 黄, "[1,11]").等级("红标", 红, "[12,)");
监管(绿, #{ 主动现场检查: "一般不", 抽查比例: "3%", 方式: "非现场为主", 依据: "本区分类监管方案" });
监管(黄, #{ 主动现场检查: "按计划", 抽查比例: "10%", 方式: "双随机", 依据: "本区分类监管方案" });
监管(红, #{ 主动现场检查: "重点检查", 年检查次数: "[2,)", 方式: "定向与双随机相结合", 依据: "本区分类监管方案" });
监管(未评定, #{ 主动现场检查: "按计划", 方式: "双随机", 依据: "本区分类监管方案" });
测试("没有记录是绿标").截止("2023-03-31").企业(#{}).应记(0).应为("绿标");
"#;

pub(crate) const OVERALL: &str = r#"标准("ZH-2023", "综合分类标准", "试行").综合().施行("2023-01-01");
规则("ZH-01", "有红标").依据("本区分类监管方案").逐条(领域结果)
    .情形(|果| 果.标签 == "红标", 不高于("红标"))
    .情形(|果| 果.标签 == "黄标", 不高于("黄标"));
等级("绿标", 绿).等级("黄标", 黄).等级("红标", 红);
"#;

pub(crate) const REGISTER: &str = "统一社会信用代码,企业名称,所属乡镇,成立日期\n\
    91341504MA2TE5TA3J,叶集甲木业有限公司,三元镇,2015-03-01\n\
    ,叶集乙家具有限公司,三元镇,2016-03-01\n\
    ,叶集丙板材有限公司,孙岗乡,2016-05-01\n";

pub(crate) const PENALTIES: &str = "领域,行政相对人名称,行政处罚决定书文号,处罚种类,违法行为类型,处罚决定日期,罚款金额\n\
    噪声,叶集甲木业有限公司,六叶城管罚〔2022〕5号,罚款,夜间施工,2022-05-06,2000\n\
    噪声,叶集乙家具有限公司,六叶城管罚〔2022〕6号,警告,夜间施工,2022-06-06,\n\
    噪声,叶集乙家具有限公司,六叶城管罚〔2021〕9号,警告,夜间施工,2021-06-06,\n";

/// What the bureau declares to have delivered.
pub(crate) const COVERAGE: &str = "机关,领域,起,止,行数,零报告,含简易程序,监管对象\n\
    区城管局,噪声,2022-01-01,2022-12-31,3,否,是,全部\n";

/// A folder with data and rules under Chinese names.
pub(crate) struct Case {
    pub(crate) home: tempfile::TempDir,
}

impl Case {
    pub(crate) fn new() -> Case {
        let home = tempfile::tempdir().unwrap();
        let case = Case { home };
        case.write("数据/名录.csv", REGISTER);
        case.write("数据/噪声/行政处罚.csv", PENALTIES);
        case.write("标准/噪声.rhai", NOISE);
        case.write("标准/综合.rhai", OVERALL);
        case
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `sanse classify` over the case with further arguments.
    pub(crate) fn classify(&self, out: &str, more: &[&str]) -> Said {
        let mut arguments =
            vec!["classify", "--data", "数据", "--rules", "标准", "--year", "2023", "--out", out];
        if !more.contains(&"--as-of") {
            arguments.extend(["--as-of", "2023-03-31"]);
        }
        arguments.extend(more);
        self.sanse(&arguments)
    }

    pub(crate) fn sanse(&self, arguments: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_sanse"))
            .args(arguments)
            .current_dir(self.home.path())
            .output()
            .unwrap();
        Said::new(&output)
    }
}

/// What the program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn new(output: &Output) -> Said {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The exit code and a part of the message on stderr.
    #[track_caller]
    pub(crate) fn refuses(&self, code: i32, part: &str) {
        assert!(self.code == Some(code) && self.err.contains(part), "{code}, {part}: {self:#?}");
        assert!(!self.err.contains("panicked") && !self.err.contains("error:"), "{self:#?}");
    }

    #[track_caller]
    pub(crate) fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.code == Some(0) && self.out.contains(part), "{part}: {self:#?}");
        }
    }
}

/// Every file of a folder and of its folders, with its path in it.
pub(crate) fn bytes_of(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for path in fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            files.extend(bytes_of(&path).into_iter().map(|(below, b)| (format!("{name}/{below}"), b)));
        } else {
            files.push((name, fs::read(path).unwrap()));
        }
    }
    files.sort();
    files
}
