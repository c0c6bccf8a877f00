//! The one table of finding codes: what each means and what to do. Codes are stable; a code is never given a
//! new meaning.

mod pages;

use std::fmt::Write;

/// A finding code (检查代码).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code, such as `S201`.
    pub code: &'static str,
    /// What it means.
    pub title: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// What is said of a code at length (说明页).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The code, such as `S201`.
    pub code: &'static str,
    /// Why it is a finding.
    pub why: &'static str,
    /// A part of a script that has the finding; it stands in `fixtures/invalid/`.
    pub wrong: &'static str,
    /// The same part without it.
    pub right: &'static str,
}

/// The page of a code; capital and small letters are alike. `None` if there is no such code.
pub fn page(code: &str) -> Option<&'static Page> {
    pages::PAGES.iter().find(|page| page.code.eq_ignore_ascii_case(code.trim()))
}

/// The page of a code as a text for people: what it means, why, a wrong and a right example, and what to do.
///
/// ```
/// let text = sanse_script::explain("S403").unwrap();
/// assert!(text.starts_with("S403 缺少依据") && text.contains("怎么改"));
/// assert!(sanse_script::explain("S999").is_none());
/// ```
pub fn explain(code: &str) -> Option<String> {
    let page = page(code)?;
    let entry = CODES.iter().find(|entry| entry.code == page.code)?;
    let mut text = format!("{} {}\n\n为什么\n  {}\n", entry.code, entry.title, page.why);
    for (head, example) in [("错误的写法", page.wrong), ("正确的写法", page.right)] {
        let _ = write!(text, "\n{head}\n");
        for line in example.lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    let _ = write!(text, "\n怎么改\n  {}\n", entry.remedy);
    Some(text)
}

macro_rules! codes {
    ($($name:ident $code:literal $title:literal $remedy:literal)*) => {
        $(pub(crate) const $name: &str = $code;)*
        /// All finding codes: S1 the writing, S2 words, S3 values, S4 the standard as a whole.
        pub const CODES: &[Code] = &[$(Code { code: $code, title: $title, remedy: $remedy }),*];
    };
}

codes! {
    SYNTAX "S101" "语法错误" "按提示改写这一处；每条语句以 ; 结尾，括号要成对"
    FULL_WIDTH "S102" "全角标点" "代码里的标点用半角（英文输入法）；引号内的文字不受限制"
    UNBALANCED "S103" "括号或引号没有配对" "补上缺少的另一半"
    UNSUPPORTED "S104" "不支持的语句" "标准只声明规则：只用 let、const、if、for 和声明语句"
    TOO_LARGE "S105" "脚本过大或嵌套过深" "删去多余内容，或拆成几个标准"
    ENCODING "S106" "文件编码不能识别" "在记事本里另存为 UTF-8"
    BUDGET "S107" "脚本运行时间过长" "检查有没有不会停止的循环；规则最多一万条"
    RUNTIME "S108" "运行到这里出错" "按提示改写这一处"
    UNKNOWN_WORD "S201" "不认识的词" "改成词汇表里的词，或先用 let 定义"
    UNKNOWN_FUNCTION "S202" "不认识的语句或函数" "写法见 README.md（压缩包里是 说明书.md）中“写什么、怎么写”的表"
    UNKNOWN_METHOD "S203" "不认识的接续写法" "写法见 README.md（压缩包里是 说明书.md）中“写什么、怎么写”的表"
    ARITY "S204" "括号里的个数不对" "按提示的样子补齐或删去"
    UNKNOWN_FIELD "S205" "不认识的字段" "改成词汇表里的字段"
    MISPLACED "S206" "不能用在这里" "按提示放到该用的地方"
    NAME_TAKEN "S207" "名称已有别的含义" "换一个名称"
    CONDITION "S208" "条件里不支持的写法" "条件只写一个式子：字段、比较、&& || !、in、加减乘、汇总"
    TYPE "S301" "类型不对" "两边写成同一类型：金额写 5.万元，日期写 日期(\"2023-01-01\")，时长写 180.天"
    NOT_A_CODE "S302" "文字不在代码表里" "改成代码表里的文字"
    MAY_BE_MISSING "S303" "可能没有值" "先写 字段.有值 && …，或用 ?? 给出没有时的值"
    MALFORMED "S304" "写法不对" "按所说的样子写"
    OUT_OF_RANGE "S305" "数值超出范围" "改成允许范围内的数"
    NO_HEAD "S401" "缺少标准头" "文件开头写 标准(编号, 名称, 阶段).领域(…).施行(…)"
    NO_EFFECTIVE_DATE "S402" "缺少施行日期" "在标准头后接 .施行(\"2023-01-01\")"
    NO_BASIS "S403" "缺少依据" "写 .依据(\"《…法》第…条\")，写到条款"
    DUPLICATE "S404" "重复" "编号、名称各写一次"
    NO_GRADES "S405" "没有等级" "写 等级(名, 绿|黄|红, 区间)，由好到差"
    BANDS "S406" "等级区间有误" "区间要接得上、不重叠，盖住所有可能的得分"
    UNKNOWN_GRADE "S407" "没有这个等级" "改成已声明的等级"
    MIXED_DIRECTIONS "S408" "记分与扣分混用" "一个标准只用 记/减，或者只用 扣/加"
    NOT_ADMITTED "S409" "清单没有计入" "先写 计入(清单, |x| 日期, 统计期) 说明哪些记录算数"
    REQUIRED_PARAMETER "S410" "必填参数没有值" "运行时用 --set 标准.参数=值 给出，或在脚本里写默认值"
    UNUSED_PARAMETER "S411" "参数没有用到" "删去，或用到规则里"
    LOW_CAP "S412" "封顶低于一次的分值" "核对封顶分值"
    OVERFLOW "S413" "数值可能过大" "用封顶的数、较小的单位或较小的系数"
    NEGATIVE_POINTS "S414" "分值可能是负数" "在情形里限定条件，使分值不小于 0；减分用 减 或 加"
    NO_ARMS "S415" "规则没有结果" "写 .则(…)、.情形(条件, …) 或 .其余(…)"
    NOT_A_MULTIPLE "S416" "不是分值单位的倍数" "改分值，或在标准头写 .分值单位(…)"
    ORDER "S417" "次序不对" ".其余 放在最后；分档的上限由小到大"
    ALWAYS_OR_NEVER "S418" "条件永远成立或永远不成立" "核对数字和符号的方向"
    UNKNOWN_OVERRIDE "S419" "要设的参数不存在" "改成脚本里有的参数名"
    NO_SUBJECT "S420" "没有说明领域" "在标准头后接 .领域(\"…\") 或 .综合()"
    NO_EXPECTATION "S421" "测试没有写预期" "接 .应记(…)、.应为(…)、.应标(…)、.应命中(…) 等"
    NO_EFFECT "S422" "写了但不起作用" "删去，或接上需要的部分"
    UNKNOWN_NAME "S423" "没有这条规则或这个组" "改成已声明的编号或名称"
    SHADOWED "S424" "情形永远轮不到" "把范围小的情形放到前面，或删去"
    UNREACHABLE_GRADE "S425" "没有企业能评到的等级" "核对分值、封顶和区间"
    OVERLAP "S426" "同一条记录可能记两次分" "只该记一次的，放进同一个 组(…).取最重()；或使条件不同时成立"
    SAME_CONDITION "S427" "两条规则的条件相同" "合成一条，或改正其中一条的条件"
    KEY_COMPARED "S428" "整理出来的编号不能比较" "改用原来的文号；整理出来的编号只用 有值、??、取最重"
    GROUP_KEYS "S429" "组内取最重的依据不一致" "组内各条规则的 取最重 写同样几项"
    OPEN_STEPS "S430" "分档没有说超过最高一档的怎么办" "接上 .其余(…)；不记分的也写明 .其余(记(0))"
    IDLE_PARAMETER "S431" "参数改了值标准也不变" "核对用到它的地方；不需要的删去"
    NOT_ALL_COMPARED "S432" "规则过多，重复记分没有全部核对" "分成几个标准分别检查，或合并成一条规则的几个 情形"
    UNKNOWN_UNSAID "S433" "没有说“未知”的记录怎么办" "前面写一个 == \"未知\" 的情形；本来就该这样的，在条件里写出 \"未知\""
    WHOLE_QUOTIENT "S434" "整数相除，小数丢了" "要比例就写 比(a, b, \"四舍五入\")；先乘后除"
    PLACEHOLDER "S435" "依据、文号等还没有填好" "换成文件的名称、文号和条款；还没有批下来的，标准的阶段写“草案”"
    IDLE_EFFECT "S436" "结果改变不了等级" "核对等级的名称，以及 不高于、不低于 有没有写反；不起作用的删去"
    UNLIKE_PERIODS "S437" "相除的两边数的时间不一样长" "两边数同样长的时间；本来就该这样的，两边都用 .近(…) 写明"
    NO_MEASURE "S438" "有的等级没有监管措施" "给这个等级补上 监管(…)"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_say_what_to_do() {
        let mut seen = std::collections::BTreeSet::new();
        for code in CODES {
            assert!(seen.insert(code.code), "{}", code.code);
            assert!(!code.title.is_empty() && !code.remedy.is_empty());
        }
    }
}
