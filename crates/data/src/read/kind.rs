//! What a file is by its content: bureaus name files wrongly, and what cannot be read is refused with what to ask for.

/// What a file's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `.xlsx`, `.xlsm`
    Xlsx,
    /// `.xls` of Excel 97 to 2003
    Xls,
    /// `.ods`
    Ods,
    /// Perhaps text; decoding decides.
    Text,
    /// Not read; the reason and what to ask the bureau for.
    Refused(&'static str),
}

/// What is said of a workbook with a password.
pub(super) const ENCRYPTED: &str = "工作簿有打开密码，读不了；请报送机关去掉密码（文件 → 信息 → 保护工作簿 → 用密码加密，删去密码）后重新报送";
const WORD: Kind =
    Kind::Refused("是 Word（WPS 文字）文档，不是表格；请向报送机关要 .xlsx 或 CSV 表格，不要从文档里摘抄");
const SLIDES: Kind = Kind::Refused("是演示文稿，不是表格；请向报送机关要 .xlsx 或 CSV 表格");
const WPS_TABLE: Kind = Kind::Refused("是 WPS 表格自己的格式（.et）；请在 WPS 表格里打开后另存为 .xlsx");
const XLSB: Kind = Kind::Refused("是 Excel 二进制工作簿（.xlsb）；请在 Excel 里打开后另存为 .xlsx");
const PDF: Kind = Kind::Refused("是 PDF，不是表格；请向报送机关要导出 PDF 以前的 .xlsx 或 CSV 表格");
const PICTURE: Kind = Kind::Refused("是图片，不是表格；请向报送机关要 .xlsx 或 CSV 表格");
const ARCHIVE: Kind = Kind::Refused("是压缩包；请先解压，把里面的表格放进文件夹");
const WEB: Kind =
    Kind::Refused("是网页（有的系统把网页叫作 .xls 导出）；请在 Excel 或 WPS 表格里打开后另存为 .xlsx");
const XML: Kind = Kind::Refused("是 XML 文件（Excel 2003 XML 或其他数据）；请在 Excel 里打开后另存为 .xlsx");
const DATA: Kind = Kind::Refused("是程序用的数据文件，不是表格；请向报送机关要 .xlsx 或 CSV 表格");
const OLD: Kind = Kind::Refused("是 Excel 95 或更早的工作簿；请在 Excel 或 WPS 表格里打开后另存为 .xlsx");
const OTHER_OFFICE: Kind = Kind::Refused("是别的办公文档，不是表格；请向报送机关要 .xlsx 或 CSV 表格");

/// What the bytes of a file are. Its ending (lower case, without the dot) decides only what content leaves open.
pub(super) fn of(ending: &str, bytes: &[u8]) -> Kind {
    if bytes.starts_with(b"PK\x03\x04") {
        return zipped(ending, bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return compound(ending, bytes);
    }
    for (mark, kind) in [
        (&b"%PDF"[..], PDF),
        (b"\x89PNG", PICTURE),
        (b"\xff\xd8\xff", PICTURE),
        (b"GIF8", PICTURE),
        (b"II*\0", PICTURE),
        (b"MM\0*", PICTURE),
        (b"Rar!", ARCHIVE),
        (b"7z\xbc\xaf", ARCHIVE),
        (b"\x1f\x8b", ARCHIVE),
        (b"PK\x05\x06", ARCHIVE),
        (b"{\\rtf", WORD),
        // The first record of a workbook of Excel 2 to 4 without a container.
        (b"\x09\x00\x04\x00", OLD),
        (b"\x09\x02\x06\x00", OLD),
        (b"\x09\x04\x06\x00", OLD),
    ] {
        if bytes.starts_with(mark) {
            return kind;
        }
    }
    if bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) {
        return PICTURE;
    }
    match opening(bytes) {
        Some(kind) => kind,
        None => match ending {
            "pdf" => PDF,
            "jpg" | "jpeg" | "png" | "bmp" | "gif" | "tif" | "tiff" | "webp" | "heic" => PICTURE,
            "doc" | "docx" | "wps" | "rtf" => WORD,
            "zip" | "rar" | "7z" | "gz" | "tar" => ARCHIVE,
            "html" | "htm" | "mht" => WEB,
            "et" | "ett" => WPS_TABLE,
            "json" | "toml" | "rhai" | "sql" | "db" | "mdb" | "dbf" | "exe" | "dll" | "bat" | "ini" => DATA,
            _ => Kind::Text,
        },
    }
}

/// A web page or XML by its first sign, in whatever encoding ASCII stands for itself.
fn opening(bytes: &[u8]) -> Option<Kind> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let head: Vec<u8> = text.iter().take(2_048).map(u8::to_ascii_lowercase).collect();
    let has = |word: &[u8]| head.windows(word.len()).any(|w| w == word);
    if !head.starts_with(b"<") {
        return head.starts_with(b"mime-version:").then_some(WEB);
    }
    if head.starts_with(b"<!doctype html") || has(b"<html") || has(b"<table") || has(b"<meta") {
        return Some(WEB);
    }
    (head.starts_with(b"<?xml") || has(b"<workbook")).then_some(XML)
}

/// A zip is known by the names of the files in it.
fn zipped(ending: &str, bytes: &[u8]) -> Kind {
    // Names stand uncompressed before each file and once more at the end.
    let has = |name: &[u8]| bytes.windows(name.len()).any(|w| w == name);
    if has(b"application/vnd.oasis.opendocument.spreadsheet") {
        return Kind::Ods;
    }
    if has(b"application/vnd.oasis.opendocument.") {
        return OTHER_OFFICE;
    }
    if has(b"xl/workbook.bin") {
        return XLSB;
    }
    if has(b"xl/workbook.xml") {
        return Kind::Xlsx;
    }
    if has(b"word/document.xml") {
        return WORD;
    }
    if has(b"ppt/presentation.xml") {
        return SLIDES;
    }
    match ending {
        // Broken, or written by a program that calls its parts otherwise: opening it will say.
        "xlsx" | "xlsm" | "csv" | "tsv" | "txt" => Kind::Xlsx,
        "ods" => Kind::Ods,
        _ => ARCHIVE,
    }
}

/// A compound file (OLE) is known by the names of its streams.
fn compound(ending: &str, bytes: &[u8]) -> Kind {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        // The entries of the directory lie at multiples of 128.
        bytes.chunks(128).skip(4).any(|entry| entry.starts_with(&wide))
    };
    if has("EncryptedPackage") || has("EncryptionInfo") {
        Kind::Refused(ENCRYPTED)
    } else if has("WordDocument") {
        WORD
    } else if has("PowerPoint Document") {
        SLIDES
    } else if ending == "et" || ending == "ett" {
        WPS_TABLE
    } else if has("Workbook") {
        Kind::Xls
    } else if has("Book") {
        OLD
    } else {
        match ending {
            "xls" => Kind::Xls,
            "doc" | "wps" => WORD,
            _ => OTHER_OFFICE,
        }
    }
}

/// What to say of a workbook that does not open: the problem's code and message.
pub(super) fn broken(why: &str) -> (&'static str, String) {
    if why.contains("password protected") {
        return ("D108", format!("这个{ENCRYPTED}"));
    }
    (
        "D102",
        format!("工作簿打不开（{why}）；请在 Excel 或 WPS 表格里打开后另存为 .xlsx，或请报送机关重新导出"),
    )
}
