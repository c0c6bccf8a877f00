//! Arguments (参数) and what is said when they are wrong, all in Chinese.

mod of_data;
mod of_standards;
mod values;

use std::error::Error as _;
use std::io::Write;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Parser, Subcommand};

use crate::error::{CliError, Kind};

pub(crate) use of_data::*;
pub(crate) use of_standards::*;
pub(crate) use values::{Amount, PLACES, day, quarter, year};

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
    /// 整理标准脚本的缩进和空行，别的一字不动
    Fmt(FmtArgs),
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

/// Writes the completion script of a shell.
pub(crate) fn completion(shell: clap_complete::Shell, out: &mut Vec<u8>) {
    clap_complete::generate(shell, &mut <Cli as clap::CommandFactory>::command(), "sanse", out);
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
