//! A page of headings, paragraphs, lists and tables, written as Markdown or HTML. Every text is escaped: a title
//! is never markup.

use std::fmt::Write as _;

enum Block {
    Heading(u8, String),
    Paragraph(String),
    List(Vec<String>),
    Table(Vec<String>, Vec<Vec<String>>),
}

pub(crate) struct Page {
    title: String,
    blocks: Vec<Block>,
}

/// Looks like an official document on screen and on paper.
const STYLE: &str = "body{font-family:\"Noto Serif CJK SC\",\"Songti SC\",SimSun,serif;line-height:1.7;max-width:60rem;\
margin:2rem auto;padding:0 1rem;color:#222}h1{text-align:center}h2{border-bottom:1px solid #999;margin-top:2.2rem}\
table{border-collapse:collapse;width:100%;margin:.6rem 0}th,td{border:1px solid #999;padding:.3rem .5rem;\
text-align:left;vertical-align:top}th{background:#f2f2f2}@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}";

impl Page {
    pub(crate) fn new(title: &str) -> Page {
        Page { title: title.to_owned(), blocks: Vec::new() }
    }

    pub(crate) fn heading(&mut self, level: u8, text: &str) {
        self.blocks.push(Block::Heading(level, text.to_owned()));
    }

    pub(crate) fn paragraph(&mut self, text: String) {
        self.blocks.push(Block::Paragraph(text));
    }

    pub(crate) fn list(&mut self, items: Vec<String>) {
        self.blocks.push(Block::List(items));
    }

    pub(crate) fn table(&mut self, headers: &[&str], rows: Vec<Vec<String>>) {
        self.blocks.push(Block::Table(headers.iter().map(|h| (*h).to_owned()).collect(), rows));
    }

    pub(crate) fn markdown(&self) -> String {
        let mut out = format!("# {}\n", marked(&self.title));
        for block in &self.blocks {
            out.push('\n');
            match block {
                Block::Heading(level, text) => {
                    let _ = writeln!(out, "{} {}", "#".repeat(usize::from(*level)), marked(text));
                }
                Block::Paragraph(text) => {
                    let _ = writeln!(out, "{}", marked(text));
                }
                Block::List(items) => {
                    for item in items {
                        let _ = writeln!(out, "- {}", marked(item));
                    }
                }
                Block::Table(headers, rows) => {
                    let line = |cells: &[String]| {
                        let cells: Vec<String> = cells.iter().map(|cell| marked(cell)).collect();
                        format!("| {} |\n", cells.join(" | "))
                    };
                    out.push_str(&line(headers));
                    out.push_str(&"|---".repeat(headers.len()));
                    out.push_str("|\n");
                    for row in rows {
                        out.push_str(&line(row));
                    }
                }
            }
        }
        out
    }

    pub(crate) fn html(&self) -> String {
        let title = escaped(&self.title);
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        );
        for block in &self.blocks {
            match block {
                Block::Heading(level, text) => {
                    let _ = writeln!(out, "<h{level}>{}</h{level}>", escaped(text));
                }
                Block::Paragraph(text) => {
                    let _ = writeln!(out, "<p>{}</p>", escaped(text));
                }
                Block::List(items) => {
                    out.push_str("<ul>\n");
                    for item in items {
                        let _ = writeln!(out, "<li>{}</li>", escaped(item));
                    }
                    out.push_str("</ul>\n");
                }
                Block::Table(headers, rows) => {
                    let line = |cells: &[String], tag: &str| {
                        let cells: Vec<String> =
                            cells.iter().map(|c| format!("<{tag}>{}</{tag}>", escaped(c))).collect();
                        let cells = cells.concat();
                        format!("<tr>{cells}</tr>\n")
                    };
                    out.push_str("<table>\n");
                    out.push_str(&line(headers, "th"));
                    for row in rows {
                        out.push_str(&line(row, "td"));
                    }
                    out.push_str("</table>\n");
                }
            }
        }
        out.push_str("</body>\n</html>\n");
        out
    }
}

/// A text in one line of Markdown, with its own marks taken literally.
fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_taken_for_markup() {
        let mut page = Page::new("<b>|a|</b>");
        page.table(&["x"], vec![vec!["[1,11]|\n<script>".to_owned()]]);
        assert_eq!(
            page.markdown(),
            "# \\<b\\>\\|a\\|\\</b\\>\n\n| x |\n|---|\n| \\[1,11\\]\\| \\<script\\> |\n"
        );
        let html = page.html();
        assert!(!html.contains("<b>") && !html.contains("<script"), "{html}");
    }
}
