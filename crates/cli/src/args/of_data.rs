//! The arguments of the commands that read data or results.

use std::path::PathBuf;

use clap::Args;
use sanse::{Calendar, Date, Period, Points};
use sanse_script::Override;

use super::values::{Amount, amount, day, days, parameter, quarter, setting, threads, within, year};
use super::{COMMAND_TEMPLATE, Format, PATH_TEMPLATE};
use crate::error::{CliError, Kind};

/// How data are read.
#[derive(Args)]
pub(crate) struct ReadingArgs {
    /// 读法文件：哪张表是什么、哪一列是什么；由 sanse inspect --write-mapping 生成
    #[arg(long, value_name = "文件")]
    pub(crate) mapping: Option<PathBuf>,
}

#[derive(Args)]
#[command(
    help_template = PATH_TEMPLATE,
    override_usage = "sanse inspect <文件夹> [--rules <文件夹>] [--mapping <文件>] [--format <text|json>] [--out <文件.csv>] [--write-mapping <文件>]"
)]
pub(crate) struct InspectArgs {
    /// 各机关数据所在的文件夹
    #[arg(value_name = "文件夹")]
    pub(crate) data: PathBuf,
    /// 标准所在的文件夹：领域和自设的字段按它认；不写则按四个常用领域
    #[arg(long, value_name = "文件夹")]
    pub(crate) rules: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// 输出格式：text（给人看）或 json（给程序）
    #[arg(
        long,
        value_name = "格式",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
    /// 把显示的内容存成表格（.csv），问题全部列出
    #[arg(long, value_name = "文件")]
    pub(crate) out: Option<PathBuf>,
    /// 把读法写到这个文件，改好后评定时用 --mapping；已有的文件不会动
    #[arg(long, value_name = "文件")]
    pub(crate) write_mapping: Option<PathBuf>,
}

/// The time for which enterprises are labelled.
#[derive(Args)]
pub(crate) struct When {
    /// 标签所属的年度
    #[arg(long, value_name = "年", value_parser = year)]
    pub(crate) year: i32,
    /// 标签所属的季度，1 至 4；不写为 1，即年度评定
    #[arg(long, value_name = "季度", default_value = "1", hide_default_value = true, value_parser = quarter)]
    pub(crate) quarter: u32,
    /// 截止日：以这一天已知的情况为准，如 2023-03-31
    #[arg(long, value_name = "日期", value_parser = day)]
    pub(crate) as_of: Date,
}

impl When {
    pub(crate) fn calendar(&self) -> Result<Calendar, CliError> {
        calendar(self.year, self.quarter, self.as_of)
    }
}

/// Where `start` works.
#[derive(Args)]
#[command(help_template = COMMAND_TEMPLATE, override_usage = "sanse start [--home <文件夹>] [--no-open]")]
pub(crate) struct StartArgs {
    /// 放“数据”“标准”两个文件夹的地方；不写就是程序所在的文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) home: Option<PathBuf>,
    /// 评完不打开报告
    #[arg(long)]
    pub(crate) no_open: bool,
}

/// Period and as-of date; the parsers of year and quarter leave no other case.
pub(super) fn calendar(year: i32, quarter: u32, as_of: Date) -> Result<Calendar, CliError> {
    let period = Period::of_quarter(year, quarter)
        .ok_or_else(|| CliError::new(Kind::Arguments, "--year 或 --quarter 超出范围"))?;
    if as_of < period.last {
        let message = format!(
            "截止日 {as_of} 早于统计期末日 {}，统计期还没有过完；请用 --as-of {} 或更晚的日期，或者改 --year、--quarter",
            period.last, period.last
        );
        return Err(CliError::new(Kind::Arguments, message));
    }
    Ok(Calendar { period, as_of })
}

#[derive(Args)]
#[command(
    help_template = COMMAND_TEMPLATE,
    override_usage = "sanse classify --data <文件夹> [--mapping <文件>] --rules <文件夹> --year <年> [--quarter <季度>] --as-of <日期> --out <文件夹> [--set <标准.参数=值>]… [--settings <文件>] [--templates <文件夹>] [--only-tables] [--threads <数>]"
)]
pub(crate) struct ClassifyArgs {
    /// 各机关数据所在的文件夹（CSV、xlsx）
    #[arg(long, value_name = "文件夹")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// 标准脚本（.rhai）所在的文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) rules: PathBuf,
    #[command(flatten)]
    pub(crate) when: When,
    /// 结果写到哪个文件夹；已有的初评会被替换，别的非空文件夹不会动
    #[arg(long, value_name = "文件夹")]
    pub(crate) out: PathBuf,
    /// 试算时改参数的值，如 SD-HB-2023.未见分值=5；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
    #[command(flatten)]
    pub(crate) office: OfficeArgs,
    /// 只出表格：只写“内部”里的表，户数很多时用
    #[arg(long)]
    pub(crate) only_tables: bool,
    /// 线程数；不影响结果，不写则用全部处理器
    #[arg(long, value_name = "数", value_parser = threads)]
    pub(crate) threads: Option<usize>,
}

#[derive(Args)]
#[command(
    help_template = COMMAND_TEMPLATE,
    override_usage = "sanse compare --data <文件夹> [--mapping <文件>] --base <文件夹> [--new <文件夹>] --year <年> [--quarter <季度>] --as-of <日期> [--set-base <标准.参数=值>]… [--set-new <标准.参数=值>]… [--out <文件夹>]"
)]
pub(crate) struct CompareArgs {
    /// 各机关数据所在的文件夹（CSV、xlsx）
    #[arg(long, value_name = "文件夹")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// 原标准（.rhai）所在的文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) base: PathBuf,
    /// 新标准所在的文件夹；不写就用原标准，只改 --set-new 的参数
    #[arg(long, value_name = "文件夹")]
    pub(crate) new: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) when: When,
    /// 原标准里改一个参数的值；可写多次
    #[arg(long = "set-base", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set_base: Vec<Override>,
    /// 新标准里改一个参数的值；可写多次
    #[arg(long = "set-new", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set_new: Vec<Override>,
    /// 把变动名单、矩阵、检查负担和网页写到这个文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
#[command(
    help_template = COMMAND_TEMPLATE,
    override_usage = "sanse sweep --data <文件夹> [--mapping <文件>] --rules <文件夹> --year <年> [--quarter <季度>] --as-of <日期> --parameter <标准.参数> --from <值> --to <值> --step <值> [--set <标准.参数=值>]… [--out <文件夹>]"
)]
pub(crate) struct SweepArgs {
    /// 各机关数据所在的文件夹（CSV、xlsx）
    #[arg(long, value_name = "文件夹")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// 标准脚本（.rhai）所在的文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) rules: PathBuf,
    #[command(flatten)]
    pub(crate) when: When,
    /// 要试的参数，如 SD-HB-2023.未见分值
    #[arg(long, value_name = "标准.参数", value_parser = parameter)]
    pub(crate) parameter: (String, String),
    /// 从哪个值起，写法同 --set，如 1、0.5、1.万元、30.天
    #[arg(long, value_name = "值", value_parser = amount)]
    pub(crate) from: Amount,
    /// 到哪个值止
    #[arg(long, value_name = "值", value_parser = amount)]
    pub(crate) to: Amount,
    /// 每次加多少
    #[arg(long, value_name = "值", value_parser = amount)]
    pub(crate) step: Amount,
    /// 其他参数的值；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
    /// 把表和图写到这个文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
#[command(
    help_template = COMMAND_TEMPLATE,
    override_usage = "sanse near --data <文件夹> [--mapping <文件>] --rules <文件夹> --year <年> [--quarter <季度>] --as-of <日期> [--within <分>] [--days <天>] [--set <标准.参数=值>]… [--out <文件夹>]"
)]
pub(crate) struct NearArgs {
    /// 各机关数据所在的文件夹（CSV、xlsx）
    #[arg(long, value_name = "文件夹")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// 标准脚本（.rhai）所在的文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) rules: PathBuf,
    #[command(flatten)]
    pub(crate) when: When,
    /// 差几分以内算临界，如 2、0.5
    #[arg(long, value_name = "分", value_parser = within, required_unless_present = "days")]
    pub(crate) within: Option<Points>,
    /// 什么都不再发生，过几天以内标签会变，1 至 366；统计期和截止日一起逐日后移，整户重新评定
    #[arg(long, value_name = "天", value_parser = days)]
    pub(crate) days: Option<u32>,
    /// 改参数的值；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
    /// 把名单写到这个文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Args)]
#[command(
    help_template = PATH_TEMPLATE,
    override_usage = "sanse verify <结果文件夹> [--expect <运行指纹>] [--data <文件夹>] [--threads <数>]"
)]
pub(crate) struct VerifyArgs {
    /// sanse classify 的 --out 文件夹
    #[arg(value_name = "结果文件夹")]
    pub(crate) run: PathBuf,
    /// 审批文件上写的运行指纹，16 位
    #[arg(long, value_name = "运行指纹")]
    pub(crate) expect: Option<String>,
    /// 各机关数据所在的文件夹：一并核对原始文件有没有变
    #[arg(long, value_name = "文件夹")]
    pub(crate) data: Option<PathBuf>,
    /// 线程数；不影响结果，不写则用全部处理器
    #[arg(long, value_name = "数", value_parser = threads)]
    pub(crate) threads: Option<usize>,
}

/// The settings of the office and its templates.
#[derive(Args)]
pub(crate) struct OfficeArgs {
    /// 设置文件（设置.toml）：机关名称、监督举报电话、异议期限、公示哪些
    #[arg(long, value_name = "文件")]
    pub(crate) settings: Option<PathBuf>,
    /// 自己改过的模板所在的文件夹（告知书.html、公示.html）；没有的用程序自带的
    #[arg(long, value_name = "文件夹", requires = "settings")]
    pub(crate) templates: Option<PathBuf>,
}

impl OfficeArgs {
    pub(crate) fn read(&self) -> Result<Option<sanse_data::Office>, CliError> {
        let Some(settings) = &self.settings else { return Ok(None) };
        let office = sanse_data::Office::read(settings, self.templates.as_deref());
        office.map(Some).map_err(|error| {
            let kind = match error {
                sanse_data::OfficeError::Settings(_) => Kind::Findings,
                _ => Kind::Data,
            };
            CliError::new(kind, error.to_string())
        })
    }
}

#[derive(Args)]
#[command(
    help_template = COMMAND_TEMPLATE,
    override_usage = "sanse finalize --run <结果文件夹> --doc <文号> --date <日期> [--settings <文件>] [--templates <文件夹>]"
)]
pub(crate) struct FinalizeArgs {
    /// sanse classify 的 --out 文件夹
    #[arg(long, value_name = "结果文件夹")]
    pub(crate) run: PathBuf,
    /// 审批文件的文号
    #[arg(long, value_name = "文号")]
    pub(crate) doc: String,
    /// 审批文件的日期，须在异议期限届满以后
    #[arg(long, value_name = "日期", value_parser = day)]
    pub(crate) date: Date,
    #[command(flatten)]
    pub(crate) office: OfficeArgs,
}

#[derive(Args)]
#[command(
    help_template = COMMAND_TEMPLATE,
    override_usage = "sanse notices --run <结果文件夹> --settings <文件> [--templates <文件夹>]"
)]
pub(crate) struct NoticesArgs {
    /// sanse classify 的 --out 文件夹
    #[arg(long, value_name = "结果文件夹")]
    pub(crate) run: PathBuf,
    #[command(flatten)]
    pub(crate) office: OfficeArgs,
}

#[derive(Args)]
#[command(
    help_template = COMMAND_TEMPLATE,
    override_usage = "sanse explain --run <文件夹> --enterprise <代码或名称>"
)]
pub(crate) struct ExplainArgs {
    /// sanse classify 写出的结果文件夹
    #[arg(long, value_name = "文件夹")]
    pub(crate) run: PathBuf,
    /// 统一社会信用代码、名称，或者名称中的几个字
    #[arg(long, value_name = "代码或名称")]
    pub(crate) enterprise: String,
}
