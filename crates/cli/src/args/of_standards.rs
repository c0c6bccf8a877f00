//! The arguments of the commands that work on standards alone, and of the one that other programs speak with.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sanse::{Calendar, Date};
use sanse_script::Override;

use super::of_data::calendar;
use super::values::{day, percent, quarter, setting, threads, year};
use super::{COMMAND_TEMPLATE, PATH_TEMPLATE};
use crate::error::CliError;

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
#[command(help_template = PATH_TEMPLATE, override_usage = "sanse fmt <路径>… [--check]")]
pub(crate) struct FmtArgs {
    /// 标准脚本，或者文件夹；可写几个
    #[arg(value_name = "路径", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// 不改文件，只列出没有整理的；有就算不通过
    #[arg(long)]
    pub(crate) check: bool,
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
