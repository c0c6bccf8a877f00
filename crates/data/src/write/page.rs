//! Pages (网页) and pictures that need nothing but themselves: no script, no font, no address from elsewhere.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

use sanse::Standing;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::table::Output;
use super::{Recorded, WriteError, write_bytes};

/// Text as HTML and SVG show it.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Text as a string of a style sheet: whatever is no letter or digit stands by its number, so that nothing ends it.
pub(super) fn style_text(text: &str) -> String {
    let mut safe = String::from("\"");
    for c in text.chars() {
        if c.is_alphanumeric() {
            safe.push(c);
        } else {
            let _ = write!(safe, "\\{:x} ", u32::from(c));
        }
    }
    safe.push('"');
    safe
}

/// The fill of a standing. From dark to light red, not rated, green, yellow: apart for people who see no red or
/// green, and when printed in grey. A text always stands beside the colour.
pub(super) const fn fill(standing: Standing) -> &'static str {
    match standing {
        Standing::Green => "#7cc49a",
        Standing::Yellow => "#f6d466",
        Standing::Red => "#a8201a",
        Standing::NotRated => "#98a3b0",
        Standing::NotApplicable => "#eef0f2",
    }
}

/// White letters on the dark fill.
pub(super) const fn ink(standing: Standing) -> &'static str {
    match standing {
        Standing::Red => "#ffffff",
        _ => "#1a1a1a",
    }
}

/// A bar: its name and how many enterprises have which standing.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) counts: [u64; 5],
}

const LEFT: u64 = 130;
const WIDTH: u64 = 560;
const STEP: u64 = 26;

/// Bars under each other, each cut by standing; their lengths have one scale. Numbers stand in the parts that have
/// room for them, and in the titles of all.
pub(super) fn bars(title: &str, bars: &[Bar]) -> String {
    let longest = bars.iter().map(|bar| bar.counts.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    let height = STEP * (bars.len() as u64 + 2);
    let all = LEFT + WIDTH + 60;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {all} {height}\" width=\"{all}\" height=\"{height}\" \
         role=\"img\" font-family=\"sans-serif\" font-size=\"13\"><title>{}</title>\n",
        escaped(title)
    );
    let mut x = LEFT;
    for standing in Standing::ALL {
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"6\" width=\"12\" height=\"12\" fill=\"{}\" stroke=\"#666\"/><text x=\"{}\" y=\"17\">{}</text>",
            fill(standing),
            x + 16,
            standing.chinese()
        );
        x += 80;
    }
    let mut y = STEP;
    for bar in bars {
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 8,
            y + 16,
            escaped(&bar.name)
        );
        let mut x = LEFT;
        for (standing, count) in Standing::ALL.into_iter().zip(bar.counts).filter(|(_, count)| *count > 0) {
            // One enterprise among thousands must still be seen.
            let width = (count * WIDTH / longest).max(2);
            let _ = write!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"20\" fill=\"{}\" stroke=\"#666\" stroke-width=\"0.5\"><title>{} {count}户</title></rect>",
                fill(standing),
                standing.chinese()
            );
            if width >= 10 * (count.to_string().len() as u64 + 1) {
                let _ = write!(
                    svg,
                    "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{}\">{count}</text>",
                    x + width / 2,
                    y + 15,
                    ink(standing)
                );
            }
            x += width;
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" fill=\"#555\">{}</text>",
            x + 6,
            y + 16,
            bar.counts.iter().sum::<u64>()
        );
        y += STEP;
    }
    svg.push_str("</svg>\n");
    svg
}

/// A table; the first row is the header, and counts stand to the right.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let mut html = String::from("<table>\n");
    for (number, row) in rows.iter().enumerate() {
        html.push_str("<tr>");
        for cell in row {
            let text = escaped(cell);
            let _ = if number == 0 {
                write!(html, "<th>{text}</th>")
            } else if (1..10).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_digit()) {
                write!(html, "<td class=\"n\">{text}</td>")
            } else {
                write!(html, "<td>{text}</td>")
            };
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</table>\n");
    html
}

const STYLE: &str = "body{font-family:'Microsoft YaHei','PingFang SC','Noto Sans CJK SC',sans-serif;color:#222;max-width:1100px;\
margin:2em auto;padding:0 1em;line-height:1.6}h1{font-size:1.5em}h2{font-size:1.2em;border-bottom:1px solid #999;margin-top:2em}\
h3{font-size:1em}table{border-collapse:collapse;font-size:.9em;margin:.6em 0}th,td{border:1px solid #bbb;padding:.2em .6em;\
text-align:left;vertical-align:top}th{background:#f1f3f5}td.n{text-align:right}svg{max-width:100%;height:auto}.note{color:#555;font-size:.9em}\
@media print{body{margin:0;max-width:none;font-size:10pt}h2{break-after:avoid}tr,svg{break-inside:avoid}*{print-color-adjust:exact}}";

/// A whole page around a body that is HTML already.
pub(super) fn page(title: &str, body: &str) -> String {
    document(title, STYLE, None, &format!("<h1>{}</h1>\n{body}", escaped(title)))
}

/// A page with a style and a script of its own. Nothing else runs: the page names the digest of its script, and a
/// browser refuses every other, however it came in.
pub(super) fn document(title: &str, style: &str, script: Option<&str>, body: &str) -> String {
    let title = escaped(title);
    let allowed = script.map_or_else(String::new, |script| {
        format!("; script-src 'sha256-{}'", base64(&Sha256::digest(script)))
    });
    let script = script.map_or_else(String::new, |script| format!("<script>{script}</script>\n"));
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'{allowed}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n{body}{script}</body>\n</html>\n"
    )
}

/// Data for a page's script: JSON in which nothing can end the element that holds it.
pub(super) fn data(id: &str, value: &impl Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    // These stand in texts only, where JSON takes them as escapes too.
    let safe = json
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    Ok(format!("<script type=\"application/json\" id=\"{id}\">{safe}</script>\n"))
}

/// Bytes in Base64, as a policy names a digest.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let whole =
            three.iter().fold(0_u32, |whole, byte| whole << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = (whole >> (18 - 6 * place)) as usize & 63;
            let digit = DIGITS.get(digit).filter(|_| place <= three.len());
            text.push(char::from(*digit.unwrap_or(&b'=')));
        }
    }
    text
}

/// Writes a page or a picture.
pub(super) fn write(dir: &Path, file: &'static str, text: &str) -> Result<Output, WriteError> {
    let Recorded { sha256, rows, .. } = write_bytes(dir, file, text.as_bytes())?;
    Ok(Output { file, sha256, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_out_of_a_page() {
        let name = "<script>alert('甲')</script>&\"".to_owned();
        let html = table(&[vec!["名称".to_owned()], vec![name.clone()]]);
        let picture = bars(&name, &[Bar { name: name.clone(), counts: [1, 0, 0, 0, 0] }]);
        for text in [page(&name, &html), picture] {
            assert!(!text.contains("<script") && !text.contains("('"), "{text}");
            assert!(text.contains("&lt;script&gt;"), "{text}");
        }
    }

    #[test]
    fn a_text_cannot_end_its_string_in_a_style_sheet() {
        assert_eq!(style_text("叶司〔2023〕1号"), "\"叶司\\3014 2023\\3015 1号\"");
        let text = style_text("\"}</style><script>\\\n");
        assert!(!text.trim_matches('"').contains(['"', '<', '>', '}', '\n']), "{text}");
    }

    #[test]
    fn bars_show_every_part_and_need_nothing_from_elsewhere() {
        let bar = Bar { name: "绿标".to_owned(), counts: [10_000, 1, 0, 0, 3] };
        let svg = bars("变动", &[bar]);
        for part in ["绿标 10000户", "黄标 1户", "不适用 3户", ">10000</text>", ">10004</text>"] {
            assert!(svg.contains(part), "{part}: {svg}");
        }
        assert!(!svg.contains("红标 0户"));
        let outside = page("对比", &svg).replace("http://www.w3.org/2000/svg", "");
        assert!(
            !outside.contains("http:") && !outside.contains("https:") && !outside.contains("src="),
            "{outside}"
        );
        assert!(bars("空", &[]).contains("</svg>"));
    }

    #[test]
    fn data_cannot_end_their_element_and_stay_what_they_are() {
        let text = "</script><!--&\u{2028}";
        let html = data("x", &text).unwrap();
        let json = html.trim().strip_prefix("<script type=\"application/json\" id=\"x\">").unwrap();
        let json = json.strip_suffix("</script>").unwrap();
        assert!(!json.contains(['<', '>', '&']), "{json}");
        assert_eq!(serde_json::from_str::<String>(json).unwrap(), text);
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|t| base64(t.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }
}
