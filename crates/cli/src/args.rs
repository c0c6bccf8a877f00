//! Arguments (参数) and what is said when they are wrong, all in Chinese.

use std::error::Error as _;
use std::io::Write;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use sanse::{Calendar, Date, Period, Points, parse_decimal};
use sanse_script::Override;

use crate::error::{CliError, Kind};

const TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n命令：\n{subcommands}\n\n选项：\n{options}{after-help}";
const COMMAND_TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n选项：\n{options}\n";
const PATH_TEMPLATE: &str = "{about}\n\n用法：{usage}\n\n参数：\n{positionals}\n\n选项：\n{options}\n";
const CODES: &str =
    "退出码：0 完成；1 已运行，标准有错或测试未通过；2 参数有误；3 数据或文件读写失败；4 程序内部错误\n";

#[derive(Parser)]
#[command(
    name = "sanse",
    version,
    about = "三色：按各机关的标准给企业评绿标、黄标、红标，并写明依据",
    override_usage = "sanse <命令> [选项]",
    help_template = TEMPLATE,
    after_help = CODES,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    infer_subcommands = false
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// 显示帮助
    #[arg(short = 'h', long, action = ArgAction::Help, global = true, display_order = 1000)]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// 逐步提问，评定“数据”文件夹，打开报告；不用写参数
    Start(StartArgs),
    /// 读入各机关的数据，评定全部企业，写出结果文件夹
    Classify(ClassifyArgs),
    /// 评定以前看一遍数据：每张表、每一列读成了什么，哪些行用不上，为什么
    Inspect(InspectArgs),
    /// 检查标准脚本，列出全部错误和改法
    Check(CheckArgs),
    /// 运行标准脚本里和旁边测试表里写的测试
    Test(TestArgs),
    /// 说明一户企业为什么是这个标签
    Explain(ExplainArgs),
    /// 只凭结果文件夹重新评定一次，核对有没有被改动
    Verify(VerifyArgs),
    /// 异议期满后定稿：记下审批文号和日期，重写全部文书
    Finalize(FinalizeArgs),
    /// 按设置文件给初评结果补写每户的告知书
    Notices(NoticesArgs),
    /// 对比两套标准：谁会变，为什么，检查负担变多少
    Compare(CompareArgs),
    /// 试算一个参数的各个取值：标签比例和检查次数
    Sweep(SweepArgs),
    /// 列出离另一种标签只差几分、几天的企业，和起决定作用的记录
    Near(NearArgs),
    /// 逐处改动标准（每个数、每个比较、每条规则），看测试和数据发现不发现
    Mutate(MutateArgs),
    /// 供其他系统调用：标准输入一行一户企业（JSON），标准输出一行一个结果
    Assess(AssessArgs),
    /// 把标准脚本编译成 JSON 文件，不用脚本引擎也能载入
    Compile(CompileArgs),
    /// 新写一个领域的标准：生成带说明的脚本，照着改
    New(NewArgs),
    /// 把标准写成可以报批的文本（Markdown 或 HTML）
    Doc(DocArgs),
    /// 列出词汇表：清单、字段、代码、表头
    Vocabulary(VocabularyArgs),
    /// 写出命令行补全脚本（bash、zsh、fish 等）
    Completion(CompletionArgs),
}

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
    override_usage = "sanse inspect <文件夹> [--rules <文件夹>] [--mapping <文件>] [--format <text|json>] [--write-mapping <文件>]"
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
    /// 把读法写到这个文件，改好后评定时用 --mapping；已有的文件不会动
    #[arg(long, value_name = "文件")]
    pub(crate) write_mapping: Option<PathBuf>,
}

/// The time for which labels are tried.
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
fn calendar(year: i32, quarter: u32, as_of: Date) -> Result<Calendar, CliError> {
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
    /// 标签所属的年度
    #[arg(long, value_name = "年", value_parser = year)]
    pub(crate) year: i32,
    /// 标签所属的季度，1 至 4；不写为 1，即年度评定
    #[arg(long, value_name = "季度", default_value = "1", hide_default_value = true, value_parser = quarter)]
    pub(crate) quarter: u32,
    /// 截止日：以这一天已知的情况为准，如 2023-03-31
    #[arg(long, value_name = "日期", value_parser = day)]
    pub(crate) as_of: Date,
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

impl ClassifyArgs {
    pub(crate) fn calendar(&self) -> Result<Calendar, CliError> {
        calendar(self.year, self.quarter, self.as_of)
    }
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

#[derive(Args)]
#[command(
    help_template = PATH_TEMPLATE,
    override_usage = "sanse mutate <路径> [--data <文件夹> --year <年> [--quarter <季度>] --as-of <日期>] [--set <标准.参数=值>]… [--format json] [--out <文件.csv>] [--fail-under <百分数>]"
)]
pub(crate) struct MutateArgs {
    /// 一个标准脚本，或者一个文件夹
    #[arg(value_name = "路径")]
    pub(crate) path: PathBuf,
    /// 各机关数据所在的文件夹：同时看有没有企业的结果跟着变
    #[arg(long, value_name = "文件夹", requires = "year", requires = "as_of")]
    pub(crate) data: Option<PathBuf>,
    /// 标签所属的年度
    #[arg(long, value_name = "年", value_parser = year, requires = "data")]
    pub(crate) year: Option<i32>,
    /// 标签所属的季度，1 至 4；不写为 1，即年度评定
    #[arg(long, value_name = "季度", default_value = "1", hide_default_value = true, value_parser = quarter)]
    pub(crate) quarter: u32,
    /// 截止日：以这一天已知的情况为准，如 2023-03-31
    #[arg(long, value_name = "日期", value_parser = day, requires = "data")]
    pub(crate) as_of: Option<Date>,
    /// 改参数的值；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
    /// 输出格式：text（给人看）或 json（给程序）
    #[arg(
        long,
        value_name = "格式",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
    /// 把全部改动写成表格（CSV）
    #[arg(long, value_name = "文件")]
    pub(crate) out: Option<PathBuf>,
    /// 测试或数据发现的不足这个百分数就算不通过（0 至 100）
    #[arg(long, value_name = "百分数", value_parser = percent)]
    pub(crate) fail_under: Option<usize>,
}

impl MutateArgs {
    /// The calendar of the data; `None` without data.
    pub(crate) fn calendar(&self) -> Result<Option<Calendar>, CliError> {
        self.year.zip(self.as_of).map(|(year, as_of)| calendar(year, self.quarter, as_of)).transpose()
    }
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

/// A number and the unit behind it, as a setting writes them: `12`, `0.5`, `3.万元`, `30.天`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    /// In ten-thousandths.
    pub(crate) number: i64,
    /// With the point before it; empty for a bare number.
    pub(crate) unit: String,
}

#[derive(Args)]
#[command(
    help_template = COMMAND_TEMPLATE,
    override_usage = "sanse assess --rules <文件夹> --year <年> [--quarter <季度>] --as-of <日期> [--set <标准.参数=值>]…\n      sanse assess --schema <request|response>"
)]
pub(crate) struct AssessArgs {
    /// 标准所在的文件夹
    #[arg(long, value_name = "文件夹", required_unless_present = "schema")]
    pub(crate) rules: Option<PathBuf>,
    /// 标签所属的年度
    #[arg(long, value_name = "年", value_parser = year, required_unless_present = "schema")]
    pub(crate) year: Option<i32>,
    /// 标签所属的季度，1 至 4；不写为 1，即年度评定
    #[arg(long, value_name = "季度", default_value = "1", hide_default_value = true, value_parser = quarter)]
    pub(crate) quarter: u32,
    /// 截止日：以这一天已知的情况为准，如 2023-03-31
    #[arg(long, value_name = "日期", value_parser = day, required_unless_present = "schema")]
    pub(crate) as_of: Option<Date>,
    /// 试算时改参数的值，如 SD-HB-2023.未见分值=5；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
    /// 线程数；不影响结果和顺序，不写则用全部处理器
    #[arg(long, value_name = "数", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// 不评定，只写出 JSON Schema：request（请求）或 response（回答）
    #[arg(long, value_name = "哪一种", hide_possible_values = true)]
    pub(crate) schema: Option<Schema>,
}

#[derive(Args)]
#[command(
    help_template = PATH_TEMPLATE,
    override_usage = "sanse compile <脚本> --out <文件.json> [--set <标准.参数=值>]…"
)]
pub(crate) struct CompileArgs {
    /// 一个标准脚本
    #[arg(value_name = "脚本")]
    pub(crate) path: PathBuf,
    /// 写到哪个文件，已有的会被替换；可以和脚本一样放进标准文件夹
    #[arg(long, value_name = "文件")]
    pub(crate) out: PathBuf,
    /// 编译时定下参数的值；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
}

#[derive(Args)]
#[command(help_template = PATH_TEMPLATE, override_usage = "sanse new <领域> [--out <文件.rhai>] [--table]")]
pub(crate) struct NewArgs {
    /// 领域的名称，如 噪声
    #[arg(value_name = "领域")]
    pub(crate) domain: String,
    /// 写到哪个文件；不写则是当前文件夹里的 领域.rhai；已有的文件不会动
    #[arg(long, value_name = "文件")]
    pub(crate) out: Option<PathBuf>,
    /// 旁边再写一张测试表（领域.测试.csv），用 Excel 填
    #[arg(long)]
    pub(crate) table: bool,
}

#[derive(Args)]
#[command(
    help_template = PATH_TEMPLATE,
    override_usage = "sanse doc <路径> [--format <md|html>] [--out <文件>] [--set <标准.参数=值>]…"
)]
pub(crate) struct DocArgs {
    /// 一个标准
    #[arg(value_name = "路径")]
    pub(crate) path: PathBuf,
    /// 格式：md（Markdown）或 html（网页，可直接打印）
    #[arg(
        long,
        value_name = "格式",
        default_value = "md",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: DocFormat,
    /// 写到哪个文件，已有的会被替换；不写则输出到屏幕
    #[arg(long, value_name = "文件")]
    pub(crate) out: Option<PathBuf>,
    /// 用别的参数值；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
}

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocFormat {
    /// Markdown.
    Md,
    /// HTML.
    Html,
}

#[derive(Args)]
#[command(help_template = COMMAND_TEMPLATE, override_usage = "sanse vocabulary [--format <md|json>]")]
pub(crate) struct VocabularyArgs {
    /// 格式：md（给人看）或 json（给编辑器和程序）
    #[arg(
        long,
        value_name = "格式",
        default_value = "md",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: ListingFormat,
}

/// How the vocabulary is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListingFormat {
    /// Markdown, for people.
    Md,
    /// JSON, for editors.
    Json,
}

#[derive(Args)]
#[command(help_template = PATH_TEMPLATE, override_usage = "sanse completion <bash|zsh|fish|powershell|elvish>")]
pub(crate) struct CompletionArgs {
    /// 命令行的种类
    #[arg(value_name = "种类", hide_possible_values = true)]
    pub(crate) shell: clap_complete::Shell,
}

/// Writes the completion script of a shell.
pub(crate) fn completion(shell: clap_complete::Shell, out: &mut Vec<u8>) {
    clap_complete::generate(shell, &mut <Cli as clap::CommandFactory>::command(), "sanse", out);
}

/// Which JSON Schema is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Schema {
    /// Of what is sent.
    Request,
    /// Of what comes back.
    Response,
}

#[derive(Args)]
#[command(help_template = PATH_TEMPLATE, override_usage = "sanse check <路径> [--format json] [--set <标准.参数=值>]… [--watch]\n　　　sanse check --explain <代码>")]
pub(crate) struct CheckArgs {
    /// 一个标准脚本，或者一个文件夹
    #[arg(value_name = "路径", required_unless_present = "explain")]
    pub(crate) path: Option<PathBuf>,
    /// 说明一个代码是什么意思、为什么、怎么改：标准的如 S303，数据的如 D301
    #[arg(long, value_name = "代码", conflicts_with = "path")]
    pub(crate) explain: Option<String>,
    /// 输出格式：text（给人看）或 json（给编辑器）
    #[arg(
        long,
        value_name = "格式",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
    /// 改参数的值再查；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
    /// 一直等着：文件一改就再查一次，按 Ctrl+C 结束
    #[arg(long, conflicts_with = "explain")]
    pub(crate) watch: bool,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For editors.
    Json,
}

#[derive(Args)]
#[command(help_template = PATH_TEMPLATE, override_usage = "sanse test <路径> [--coverage] [--fail-under <百分数>] [--junit <文件>] [--set <标准.参数=值>]… [--watch]")]
pub(crate) struct TestArgs {
    /// 一个标准脚本，或者一个文件夹
    #[arg(value_name = "路径")]
    pub(crate) path: PathBuf,
    /// 列出没有测试用到的规则、情形和等级
    #[arg(long)]
    pub(crate) coverage: bool,
    /// 用到的不足这个百分数就算不通过（0 至 100），并列出没有用到的
    #[arg(long, value_name = "百分数", value_parser = percent)]
    pub(crate) fail_under: Option<usize>,
    /// 把结果另写成 JUnit 文件（XML），供持续集成系统读
    #[arg(long, value_name = "文件")]
    pub(crate) junit: Option<PathBuf>,
    /// 改参数的值再测；可写多次
    #[arg(long = "set", value_name = "标准.参数=值", value_parser = setting)]
    pub(crate) set: Vec<Override>,
    /// 一直等着：文件一改就再测一次，按 Ctrl+C 结束
    #[arg(long)]
    pub(crate) watch: bool,
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

pub(crate) fn year(text: &str) -> Result<i32, String> {
    let year = text.parse().ok().filter(|year| (1901..2200).contains(year));
    year.ok_or_else(|| "年度写成四位数字，1901 至 2199，如 2023".to_owned())
}

pub(crate) fn quarter(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|q| (1..=4).contains(q)).ok_or_else(|| "季度是 1、2、3 或 4".to_owned())
}

pub(crate) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "日期写成 2023-03-31 的样子，且须确有其日".to_owned())
}

fn threads(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| (1..=1024).contains(n)).ok_or_else(|| "线程数是 1 至 1024 的整数".to_owned())
}

fn percent(text: &str) -> Result<usize, String> {
    text.trim_end_matches('%')
        .parse()
        .ok()
        .filter(|n| *n <= 100)
        .ok_or_else(|| "写成 0 至 100 的整数".to_owned())
}

fn setting(text: &str) -> Result<Override, String> {
    let parts = text.split_once('=').and_then(|(name, value)| Some((name.rsplit_once('.')?, value)));
    match parts {
        Some(((standard, parameter), value)) if !standard.is_empty() && !parameter.is_empty() => {
            Ok(Override {
                standard: standard.trim().to_owned(),
                parameter: parameter.trim().to_owned(),
                value: value.trim().to_owned(),
            })
        }
        _ => Err("写成 标准编号.参数名=值，如 SD-HB-2023.未见分值=5".to_owned()),
    }
}

fn parameter(text: &str) -> Result<(String, String), String> {
    match text.trim().rsplit_once('.') {
        Some((standard, name)) if !standard.is_empty() && !name.is_empty() => {
            Ok((standard.to_owned(), name.to_owned()))
        }
        _ => Err("写成 标准编号.参数名，如 SD-HB-2023.未见分值".to_owned()),
    }
}

/// Places of a decimal on the command line.
pub(crate) const PLACES: u32 = 4;

fn amount(text: &str) -> Result<Amount, String> {
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
    let (number, point) = match number.strip_suffix('.') {
        Some(number) if !unit.is_empty() => (number, "."),
        _ => (number, ""),
    };
    // Far below the range of the type, so that stepping cannot overflow.
    parse_decimal(number, PLACES)
        .filter(|n| n.abs() <= 1_000_000_000_000_000_000 / 10)
        .map(|number| Amount { number, unit: format!("{point}{unit}") })
        .ok_or_else(|| "写成数字，或者数字加单位，如 3、0.5、1.万元、30.天".to_owned())
}

fn days(text: &str) -> Result<u32, String> {
    text.parse().ok().filter(|n| (1..=366).contains(n)).ok_or_else(|| "写成 1 至 366 的整数".to_owned())
}

fn within(text: &str) -> Result<Points, String> {
    let points = parse_decimal(text.trim(), 2).filter(|p| (1..=100_000).contains(p));
    points
        .map(Points::from_hundredths)
        .ok_or_else(|| "写成大于 0、不超过 1000 的分数，如 2 或 0.5".to_owned())
}

/// Reads the command line. `None` if help or the version was asked for and has been printed.
pub(crate) fn parse(out: &mut impl Write) -> Result<Option<Command>, CliError> {
    match Cli::try_parse() {
        Ok(cli) => Ok(Some(cli.command)),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            write!(out, "{}", error.render())?;
            Ok(None)
        }
        Err(error) => Err(CliError::new(Kind::Arguments, chinese(&error))),
    }
}

/// One Chinese sentence on what is wrong with the arguments and what to do.
fn chinese(error: &clap::Error) -> String {
    let get = |kind| match error.get(kind) {
        Some(ContextValue::Strings(many)) => many.join("、"),
        Some(ContextValue::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    // `--data <文件夹>`: the name alone reads better inside a sentence.
    let argument = || get(ContextKind::InvalidArg);
    let meant = |kind| {
        let suggested = get(kind);
        if suggested.is_empty() { String::new() } else { format!("，是不是“{suggested}”？") }
    };
    let sentence = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return error.render().to_string(),
        ErrorKind::MissingSubcommand => {
            "缺少命令：classify、check、test、explain、compare、sweep 或 near".to_owned()
        }
        ErrorKind::InvalidSubcommand => {
            let what = get(ContextKind::InvalidSubcommand);
            format!("没有命令“{what}”{}", meant(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::UnknownArgument if !argument().starts_with('-') => format!("多余的参数“{}”", argument()),
        ErrorKind::UnknownArgument => format!("没有选项“{}”{}", argument(), meant(ContextKind::SuggestedArg)),
        ErrorKind::MissingRequiredArgument => format!("缺少 {}", argument()),
        ErrorKind::InvalidValue if get(ContextKind::InvalidValue).is_empty() => {
            format!("{} 后面缺少值", argument())
        }
        ErrorKind::InvalidValue => {
            let (value, valid) = (get(ContextKind::InvalidValue), get(ContextKind::ValidValue));
            format!("{} 的值“{value}”不对；可以写：{valid}", argument())
        }
        ErrorKind::ValueValidation => {
            let why = error.source().map_or_else(String::new, |source| format!("；{source}"));
            format!("{} 的值“{}”不对{why}", argument(), get(ContextKind::InvalidValue))
        }
        ErrorKind::ArgumentConflict => match get(ContextKind::PriorArg) {
            other if other.is_empty() || other == argument() => format!("{} 只能写一次", argument()),
            other => format!("{} 不能和 {other} 一起写", argument()),
        },
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{} 后面的值不全", argument())
        }
        ErrorKind::TooManyValues => format!("多余的参数“{}”", get(ContextKind::InvalidValue)),
        ErrorKind::InvalidUtf8 => "参数里有认不出的字符".to_owned(),
        _ => "参数有误".to_owned(),
    };
    format!("{sentence}\n用 sanse --help 看命令，用 sanse <命令> --help 看选项。")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_setting_names_standard_and_parameter() {
        let parsed = setting("HB-2017.来源未见分值=5").unwrap();
        assert_eq!(
            (parsed.standard.as_str(), parsed.parameter.as_str(), parsed.value.as_str()),
            ("HB-2017", "来源未见分值", "5")
        );
        assert_eq!(setting("A.b=c=d").unwrap().value, "c=d");
        for bad in ["", "a=1", "a.b", ".b=1", "a.=1"] {
            assert!(setting(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_amount_keeps_its_unit() {
        let read = |text| amount(text).map(|a| (a.number, a.unit));
        assert_eq!(read("12"), Ok((120_000, String::new())));
        assert_eq!(read("-0.5"), Ok((-5_000, String::new())));
        assert_eq!(read("3.万元"), Ok((30_000, ".万元".to_owned())));
        assert_eq!(read("2.5万元"), Ok((25_000, "万元".to_owned())));
        for bad in ["", "万元", "1.23456", "--1", "9999999999999999", "1.2.3"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_message_is_left_in_english() {
        let cases: [&[&str]; 8] = [
            &["clasify"],
            &["classify"],
            &["check"],
            &["check", "a", "b"],
            &["check", "a", "--formt", "json"],
            &["check", "a", "--format", "xml"],
            &["check", "a", "--format"],
            &["classify", "--year", "二〇二三"],
        ];
        for arguments in cases {
            let full = std::iter::once(&"sanse").chain(arguments);
            let error = Cli::try_parse_from(full).err().unwrap();
            let text = chinese(&error);
            for english in ["error", "Usage", "usage", "required", "invalid", "unexpected", "possible", "tip"]
            {
                assert!(!text.contains(english), "{arguments:?}: {text}");
            }
        }
        let help = Cli::command().find_subcommand("classify").unwrap().clone().render_long_help().to_string();
        assert!(!help.contains("default") && !help.contains("Options") && !help.contains("Usage"), "{help}");
    }
}
