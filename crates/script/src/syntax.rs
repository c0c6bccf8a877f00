//! Statements → Rhai's syntax trees, each compiled by itself, so that every syntax error is found and not the
//! first only. Closures are taken out with their bodies, to be lowered.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTNode, Engine, Expr, ParseError, ParseErrorType, Position, Stmt};
use sanse::{Place, parse_decimal};

use crate::codes;
use crate::finding::{Findings, Mark};
use crate::source::Piece;

/// A closure of the script.
#[derive(Clone, Debug)]
pub(crate) struct ClosureDef {
    /// Names of captured values first, then its own parameters.
    pub(crate) params: Vec<String>,
    /// Its one expression, or why it is none.
    pub(crate) body: Result<Expr, NotOne>,
}

/// A body that is not one expression, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotOne {
    /// `a = b`
    Assignment(Place),
    /// Several statements, or one of another kind.
    Statements(Place),
}

/// Closures by Rhai's name for them, which is made from their place and hence unique in a script.
pub(crate) type Closures = BTreeMap<String, ClosureDef>;

/// A statement that can be run.
pub(crate) struct Parsed {
    pub(crate) ast: AST,
    pub(crate) closures: Closures,
    /// True if it declares nothing but tests.
    pub(crate) only_tests: bool,
    pub(crate) start: Place,
    pub(crate) end: Place,
}

impl Parsed {
    fn new(ast: AST, closures: Closures, piece: &Piece) -> Parsed {
        let text = piece.text.trim_start();
        let begins = |words: [&str; 2]| words.iter().any(|word| text.starts_with(word));
        let only_tests = begins(["测试(", "test("])
            || (begins(["for ", "for("]) && crate::words::statements_in(text).eq(["测试"]));
        Parsed { ast, closures, only_tests, start: piece.start, end: piece.end }
    }
}

/// The place of a Rhai position.
pub(crate) fn place(position: Position) -> Place {
    let (Some(line), column) = (position.line(), position.position()) else { return Place::default() };
    Place { line: line as u32, column: column.unwrap_or(1) as u32 }
}

/// The most times that one statement is taken apart at a missing semicolon.
const MOST_REPAIRS: usize = 50;

/// Compiles the statements; errors are reported.
pub(crate) fn parse(engine: &Engine, pieces: &[Piece], findings: &mut Findings) -> (Vec<Parsed>, Lost) {
    let (mut parsed, mut lost) = (Vec::new(), Lost::default());
    for piece in pieces {
        if piece.broken {
            lost.push(&piece.text);
            continue;
        }
        let mut rest = piece.clone();
        for _ in 0..MOST_REPAIRS {
            match engine.compile(rest.in_place()) {
                Ok(ast) => {
                    let closures = closures(&ast, &rest, findings);
                    parsed.push(Parsed::new(ast, closures, &rest));
                    break;
                }
                Err(error) => {
                    let split = report(&error, &rest, findings).then(|| at_missing_semicolon(&error, &rest));
                    let Some((first, second)) = split.flatten() else {
                        lost.push(&rest.text);
                        break;
                    };
                    match engine.compile(first.in_place()) {
                        Ok(ast) => {
                            let closures = closures(&ast, &first, findings);
                            parsed.push(Parsed::new(ast, closures, &first));
                        }
                        Err(_) => lost.push(&first.text),
                    }
                    rest = second;
                }
            }
        }
    }
    (parsed, lost)
}

/// What statements that cannot be run would have given; that it lacks is not reported.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lost {
    /// Names that they would define.
    pub(crate) names: Vec<String>,
    /// Declarations that they would make, by Chinese name.
    pub(crate) declarations: BTreeSet<&'static str>,
    /// True if a statement is lost at all.
    pub(crate) any: bool,
}

impl Lost {
    fn push(&mut self, text: &str) {
        self.any = true;
        self.names.extend(defined_name(text));
        self.declarations.extend(crate::words::statements_in(text));
    }
}

/// The name in `let name = …`.
fn defined_name(text: &str) -> Option<String> {
    let rest = text.trim_start().strip_prefix("let").or_else(|| text.trim_start().strip_prefix("const"))?;
    let name: String = rest.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty() && rest.starts_with(char::is_whitespace)).then_some(name)
}

/// The two statements of a piece between which a semicolon is missing.
fn at_missing_semicolon(error: &ParseError, piece: &Piece) -> Option<(Piece, Piece)> {
    let ParseErrorType::MissingToken(token, _) = error.err_type() else { return None };
    if token != ";" {
        return None;
    }
    let at = place(error.position());
    if at <= piece.start || at.line == 0 {
        return None;
    }
    if number_before(piece, at).is_some()
        || counted_before(piece, at).is_some()
        || word_at(piece, at).is_some()
    {
        return None;
    }
    let (first, second) = piece.text.split_at_checked(offset(piece, at)?)?;
    let first = Piece { text: first.to_owned(), start: piece.start, end: at, broken: false };
    Some((first, Piece { text: second.to_owned(), start: at, end: piece.end, broken: false }))
}

fn closures(ast: &AST, piece: &Piece, findings: &mut Findings) -> Closures {
    let mut closures = Closures::new();
    let names: Vec<(String, Vec<String>)> = ast
        .iter_functions()
        .map(|f| (f.name.to_owned(), f.params.iter().map(|p| (*p).to_owned()).collect()))
        .collect();
    for (name, params) in names {
        if !name.starts_with("anon$") {
            let help = Some("标准只声明规则；重复的数字用 let，成批的规则用 for".to_owned());
            findings.error(codes::UNSUPPORTED, piece.start.into(), format!("不能定义函数“{name}”"), help);
            continue;
        }
        // The function's body cannot be had directly: leave only this function in a copy and walk that.
        let mut only = ast.clone();
        only.clear_statements();
        only.retain_functions(|_, _, other, _| other == name);
        let mut body: Vec<Stmt> = Vec::new();
        only.walk(&mut |path: &[ASTNode]| {
            if let [ASTNode::Stmt(stmt)] = path {
                body.push((*stmt).clone());
            }
            true
        });
        let body = single_expression(body, piece.start);
        closures.insert(name, ClosureDef { params, body });
    }
    closures
}

/// The expression of a body that is one expression; otherwise the place of what is too much.
fn single_expression(mut body: Vec<Stmt>, start: Place) -> Result<Expr, NotOne> {
    body.retain(|stmt| !matches!(stmt, Stmt::Share(_) | Stmt::Noop(_)));
    let at = body.first().map_or(start, |stmt| place(stmt.position()));
    match (body.pop(), body.is_empty()) {
        (Some(Stmt::Expr(expr)), true) => Ok(*expr),
        (Some(Stmt::FnCall(call, position)), true) => Ok(Expr::FnCall(call, position)),
        (Some(Stmt::Block(block)), true) => single_expression(block.iter().cloned().collect(), start),
        (Some(Stmt::Assignment(parts)), true) => Err(NotOne::Assignment(place(parts.0.position()))),
        _ => Err(NotOne::Statements(at)),
    }
}

/// Reports a syntax error in words that an official understands; false if what follows it cannot be read.
fn report(error: &ParseError, piece: &Piece, findings: &mut Findings) -> bool {
    let mut at = place(error.position());
    if at.line == 0 || at >= piece.end {
        // At the end of the text: mark the last character that is there.
        at = last_place(piece);
    }
    if let Some((number, unit)) = number_before(piece, at) {
        let help = Some(format!("写成 {number}.{unit}"));
        findings.error(codes::SYNTAX, Mark::word(at, &unit), "数字和单位之间缺少一个点", help);
        return true;
    }
    if let Some((number, unit)) = counted_before(piece, at) {
        let help = Some(format!("写成 {number}"));
        findings.error(codes::SYNTAX, Mark::word(at, unit), format!("数字后面不写“{unit}”"), help);
        return true;
    }
    if let Some((mark, number, share)) = percent_before(piece, at) {
        let help = Some(format!("写成 {share}"));
        findings.error(codes::SYNTAX, mark, format!("不能写百分数 {number}%"), help);
        return true;
    }
    if let Some(sign) = single_equals(error, piece, at) {
        findings.error(codes::SYNTAX, sign, "条件里不能赋值", Some("比较相等写成 ==".to_owned()));
        return true;
    }
    if let Some(brace) = bare_brace(piece, at) {
        let help = Some("写成 #{ 名称: 值, … }".to_owned());
        findings.error(codes::SYNTAX, Mark::from(brace), "“{”前面缺少“#”", help);
        return false;
    }
    if let ParseErrorType::MissingToken(..) = error.err_type()
        && let Some((mark, message, help)) = word_at(piece, at)
    {
        findings.error(codes::SYNTAX, mark, message, Some(help));
        return true;
    }
    let (code, message, help) = explain(error.err_type());
    findings.error(code, Mark::from(at), message, help);
    true
}

/// Words for signs, and what to write for them.
const SIGNS: &[(&[&str], &str)] = &[
    (&["and", "AND", "且", "并且", "而且"], "&&"),
    (&["or", "OR", "或", "或者"], "||"),
    (&["等于", "是", "为"], "=="),
    (&["不等于"], "!="),
    (&["大于", "超过", "高于"], ">"),
    (&["小于", "低于"], "<"),
    (&["大于等于", "不小于", "不少于"], ">="),
    (&["小于等于", "不大于", "不超过"], "<="),
    (&["属于"], "in [ … ]"),
];

/// A word for a sign, or a call without brackets, where the parser stopped.
fn word_at(piece: &Piece, at: Place) -> Option<(Mark, String, String)> {
    let (before, after) = piece.text.split_at_checked(offset(piece, at)?)?;
    let word: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
    if let Some((_, sign)) = SIGNS.iter().find(|(words, _)| words.contains(&word.as_str())) {
        return Some((Mark::word(at, &word), format!("这里不能用“{word}”"), format!("写成 {sign}")));
    }
    let called = called_before(before)?;
    Some((at.into(), format!("“{}”后面要加括号", called.chinese), format!("例如 {}", called.example)))
}

/// The place of the innermost `{` around a colon, if no `#` stands before it.
fn bare_brace(piece: &Piece, at: Place) -> Option<Place> {
    let (before, after) = piece.text.split_at_checked(offset(piece, at)?)?;
    if !after.starts_with(':') {
        return None;
    }
    let mut open: Vec<(Place, bool)> = Vec::new();
    let (mut here, mut last, mut quoted) = (piece.start, ' ', false);
    for c in before.chars() {
        match c {
            '"' if last != '\\' => quoted = !quoted,
            '{' if !quoted => open.push((here, last == '#')),
            '}' if !quoted => {
                open.pop();
            }
            _ => {}
        }
        last = c;
        here = if c == '\n' {
            Place { line: here.line + 1, column: 1 }
        } else {
            Place { column: here.column + 1, ..here }
        };
    }
    open.pop().filter(|(_, map)| !map).map(|(brace, _)| brace)
}

/// The function or method whose name ends a text.
fn called_before(text: &str) -> Option<&'static crate::words::Callable> {
    let trimmed = text.trim_end();
    let start = trimmed.char_indices().rev().take_while(|(_, c)| c.is_alphanumeric() || *c == '_').last()?.0;
    let (before, name) = trimmed.split_at_checked(start)?;
    if before.ends_with('.') { crate::words::methods(name).next() } else { crate::words::function(name) }
}

/// The number and the unit of `5万元`, if that stands at a place.
fn number_before(piece: &Piece, at: Place) -> Option<(String, String)> {
    let (before, after) = piece.text.split_at_checked(offset(piece, at)?)?;
    let digits = before.chars().rev().take_while(char::is_ascii_digit).count();
    let number = before.get(before.len() - digits..).filter(|n| !n.is_empty())?;
    let unit = crate::words::UNITS.iter().map(|(chinese, _)| *chinese).filter(|u| after.starts_with(u));
    Some((number.to_owned(), unit.max_by_key(|u| u.len())?.to_owned()))
}

/// Words that people write behind a number for what it counts; the language writes the bare number.
const COUNTED: &[&str] = &["分", "次", "户", "条", "件", "起", "项", "人"];

/// The digits, with a point, that end a text.
fn number_ending(text: &str) -> Option<&str> {
    let length = text.chars().rev().take_while(|c| c.is_ascii_digit() || *c == '.').count();
    text.get(text.len() - length..).filter(|n| n.starts_with(|c: char| c.is_ascii_digit()))
}

/// The number and the word of `1分`, if that stands at a place.
fn counted_before(piece: &Piece, at: Place) -> Option<(String, &'static str)> {
    let (before, after) = piece.text.split_at_checked(offset(piece, at)?)?;
    let word: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
    let unit = COUNTED.iter().find(|unit| **unit == word)?;
    Some((number_ending(before.trim_end())?.to_owned(), unit))
}

/// The percent sign, the number and the share of `60%`, if that ends before a place.
fn percent_before(piece: &Piece, at: Place) -> Option<(Mark, String, String)> {
    let (before, _) = piece.text.split_at_checked(offset(piece, at)?)?;
    let before = before.trim_end().strip_suffix('%')?;
    let number = number_ending(before.trim_end())?;
    let hundredths = parse_decimal(number, 2)?;
    // A share has up to four places: 12.5% is 0.125.
    let digits = format!("{:04}", hundredths % 10_000);
    let decimals = digits.trim_end_matches('0');
    let whole = hundredths / 10_000;
    let share = if decimals.is_empty() { whole.to_string() } else { format!("{whole}.{decimals}") };
    Some((Mark::from(place_at(piece, before.len())), number.to_owned(), share))
}

/// The single `=` of a condition in which, or behind which, the parser stopped.
fn single_equals(error: &ParseError, piece: &Piece, at: Place) -> Option<Mark> {
    let at = offset(piece, at)?;
    let until = match error.err_type() {
        // `(a = b)`
        ParseErrorType::MissingToken(..) if piece.text.get(at..)?.starts_with('=') => at + 1,
        // `a = "甲" || b == "乙"` assigns the whole of the right.
        ParseErrorType::MismatchedType(..) => at,
        _ => return None,
    };
    let (mut in_condition, mut quoted, mut equals) = (piece.text.trim_start().starts_with("if"), false, None);
    let mut last = ' ';
    for (index, c) in piece.text.char_indices().take_while(|(index, _)| *index < until) {
        let next = piece.text.get(index + c.len_utf8()..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        match c {
            '"' if last != '\\' => quoted = !quoted,
            _ if quoted => {}
            // The bars around the name of the row, not an or.
            '|' if last != '|' && next != '|' => (in_condition, equals) = (true, None),
            '=' if in_condition && next != '=' && !matches!(last, '=' | '!' | '<' | '>') => {
                equals = Some(index);
            }
            _ => {}
        }
        last = c;
    }
    equals.map(|index| place_at(piece, index).into())
}

/// The place of an offset in a piece's text.
fn place_at(piece: &Piece, index: usize) -> Place {
    piece.text.get(..index).unwrap_or_default().chars().fold(piece.start, |here, c| {
        if c == '\n' {
            Place { line: here.line + 1, column: 1 }
        } else {
            Place { column: here.column + 1, ..here }
        }
    })
}

/// The offset in a piece's text of a place.
fn offset(piece: &Piece, at: Place) -> Option<usize> {
    let mut here = piece.start;
    for (index, c) in piece.text.char_indices() {
        if here == at {
            return Some(index);
        }
        here = if c == '\n' {
            Place { line: here.line + 1, column: 1 }
        } else {
            Place { column: here.column + 1, ..here }
        };
    }
    None
}

fn last_place(piece: &Piece) -> Place {
    let mut here = piece.start;
    let mut last = here;
    for c in piece.text.chars() {
        if !c.is_whitespace() {
            last = here;
        }
        here = if c == '\n' {
            Place { line: here.line + 1, column: 1 }
        } else {
            Place { column: here.column + 1, ..here }
        };
    }
    last
}

/// Code, message and remedy for a kind of syntax error.
pub(crate) fn explain(error: &ParseErrorType) -> (&'static str, String, Option<String>) {
    let help = |text: &str| Some(text.to_owned());
    let (message, remedy) = match error {
        ParseErrorType::UnexpectedEOF => ("语句没有写完".to_owned(), help("补上缺少的部分")),
        ParseErrorType::BadInput(lexical) => return lexical_error(lexical),
        ParseErrorType::UnknownOperator(sign) => {
            let remedy = match sign.as_str() {
                "=>" => "大于等于写成 >=",
                "=<" => "小于等于写成 <=",
                "<>" => "不等于写成 !=",
                "===" => "等于写成 ==",
                _ => "可用的符号：== != < <= > >= && || ! + - * in ??",
            };
            (format!("没有“{sign}”这个符号"), help(remedy))
        }
        ParseErrorType::MissingToken(token, _) => match token.as_str() {
            ";" => (
                "这里之前的语句没有结束".to_owned(),
                help("在上一条语句末尾补上 ; ，或检查这里是否多写了内容"),
            ),
            "," => ("这里缺少逗号".to_owned(), help("补上 , 或检查前面的括号")),
            "|" => ("条件的参数没有写完".to_owned(), help("写成 |措| 条件")),
            other => (format!("这里缺少“{other}”"), help("补上缺少的符号")),
        },
        ParseErrorType::MalformedIndexExpr(_) => ("方括号里的写法不对".to_owned(), None),
        ParseErrorType::DuplicatedProperty(name) => (format!("“{name}”写了两次"), help("删去一个")),
        ParseErrorType::PropertyExpected => {
            ("“.”后面缺少名称".to_owned(), help("写上字段或接续写法的名称，或删去这个点"))
        }
        ParseErrorType::VariableExpected => ("这里缺少名称".to_owned(), help("写成 let 名称 = 值;")),
        ParseErrorType::Reserved(word) => (format!("“{word}”是保留的词，不能用"), help("换一个写法")),
        ParseErrorType::MismatchedType(_, _) => {
            let remedy = "&& 和 || 两边各写一个完整的条件：x == \"甲\" || x == \"乙\"（或 x in [\"甲\", \"乙\"]），\
                x.含(\"甲\") || x.含(\"乙\")";
            ("这里要一个条件（是或否）".to_owned(), help(remedy))
        }
        ParseErrorType::ExprExpected(_) => ("这里缺少内容".to_owned(), help("补上值或式子")),
        ParseErrorType::ExprTooDeep => {
            return (
                codes::TOO_LARGE,
                "式子嵌套过深或接续过长".to_owned(),
                help("拆成几条规则，或用 in [ … ] 代替一长串 ||"),
            );
        }
        ParseErrorType::TooManyFunctions => {
            return (codes::TOO_LARGE, "一条语句里的条件过多".to_owned(), help("拆成几条规则"));
        }
        ParseErrorType::LiteralTooLarge(_, _) => {
            return (codes::TOO_LARGE, "文字、数组或表过大".to_owned(), help("拆开写"));
        }
        ParseErrorType::AssignmentToConstant(name) => {
            (format!("“{name}”是固定的，不能改"), help("换一个名称"))
        }
        ParseErrorType::AssignmentToInvalidLHS(_) => ("“=”左边不能赋值".to_owned(), help("比较相等写成 ==")),
        ParseErrorType::FnDuplicatedParam(_, name) => (format!("参数名“{name}”写了两次"), help("换一个名称")),
        ParseErrorType::WrongFnDefinition
        | ParseErrorType::FnMissingName
        | ParseErrorType::FnMissingParams(_) => {
            return (
                codes::UNSUPPORTED,
                "不能定义函数".to_owned(),
                help("标准只声明规则；重复的数字用 let，成批的规则用 for"),
            );
        }
        ParseErrorType::FnMissingBody(_) => ("条件是空的".to_owned(), help("写成 |措| 条件")),
        ParseErrorType::LoopBreak => ("break 只能用在循环里".to_owned(), None),
        _ => ("这里的写法不对".to_owned(), help("检查这里的标点和括号")),
    };
    (codes::SYNTAX, message, remedy)
}

fn lexical_error(error: &rhai::LexError) -> (&'static str, String, Option<String>) {
    use rhai::LexError;
    let help = |text: &str| Some(text.to_owned());
    match error {
        LexError::UnexpectedInput(sign) if matches!(sign.as_str(), ";" | ")" | "]" | "}" | ",") => {
            (codes::SYNTAX, format!("“{sign}”前面缺少内容"), help("补上值或式子"))
        }
        LexError::UnexpectedInput(sign) => {
            (codes::SYNTAX, format!("这里不能有“{sign}”"), help("删去，或改成半角符号"))
        }
        LexError::UnterminatedString => {
            (codes::UNBALANCED, "引号没有结束".to_owned(), help("在文字结束处补上 \"；文字不能跨行"))
        }
        LexError::MalformedEscapeSequence(text) => {
            (codes::SYNTAX, format!("文字里的“{text}”不对"), help("反斜杠要写成 \\\\"))
        }
        LexError::MalformedNumber(text) => {
            (codes::SYNTAX, format!("“{text}”不是数"), help("数字后面的单位前要有点，例如 5.万元"))
        }
        LexError::MalformedChar(_) => {
            (codes::SYNTAX, "单引号的写法不对".to_owned(), help("文字用双引号 \"…\""))
        }
        LexError::MalformedIdentifier(name) => {
            (codes::SYNTAX, format!("“{name}”不能作名称"), help("名称以文字开头"))
        }
        LexError::ImproperSymbol(sign, _) => {
            let remedy = match sign.as_str() {
                "=" => "比较相等写成 ==",
                "=>" => "大于等于写成 >=",
                "=<" => "小于等于写成 <=",
                "<>" => "不等于写成 !=",
                "===" | ":=" => "相等写成 ==，赋值写成 =",
                _ => "可用的符号：== != < <= > >= && || ! + - * in ??",
            };
            (codes::SYNTAX, format!("没有“{sign}”这个符号"), help(remedy))
        }
        LexError::StringTooLong(_) => (codes::TOO_LARGE, "文字或名称过长".to_owned(), help("拆开写")),
        _ => (codes::SYNTAX, "这里的写法不对".to_owned(), help("检查这里的标点和括号")),
    }
}
