//! The domain (领域) of a record: its own column, else the law or item it cites, else the folder, file or sheet
//! it lies in; never the agency alone, because 市场监管局 fines for advertising too.

use std::sync::Arc;

use super::cell::key;

/// The words of one domain.
struct Words {
    name: &'static str,
    /// Other names of the domain itself.
    synonyms: &'static [&'static str],
    /// Laws and items. The longest that occurs in a text decides.
    items: &'static [&'static str],
    /// What folders, files and sheets of its bureau are called.
    places: &'static [&'static str],
}

/// The names of the shipped domains.
pub(super) fn shipped() -> impl Iterator<Item = &'static str> {
    DOMAINS.iter().map(|words| words.name)
}

/// The shipped domains. A further domain is known by its own name in all three places.
const DOMAINS: [Words; 4] = [
    Words {
        name: "生态环境",
        synonyms: &["环境", "环保", "环境保护", "环境监管", "生态环境保护"],
        items: &[
            "环境保护法",
            "大气污染防治法",
            "水污染防治法",
            "固体废物污染环境防治法",
            "噪声污染防治法",
            "环境噪声污染防治法",
            "土壤污染防治法",
            "环境影响评价法",
            "建设项目环境保护管理条例",
            "排污许可管理条例",
            "海洋环境保护法",
            "放射性污染防治法",
            "清洁生产促进法",
            "危险废物",
            "环境保护",
            "生态环境",
            "环境影响评价",
            "环境违法",
            "环境",
            "环保",
            "大气",
            "水污染",
            "土壤污染",
            "固废",
            "固体废物",
            "噪声",
            "排污",
            "环评",
            "污染",
            "废气",
            "废水",
            "扬尘",
        ],
        places: &["生态环境", "环境", "环保"],
    },
    Words {
        name: "安全生产",
        synonyms: &["应急", "安监", "应急管理", "安全监管"],
        items: &[
            "安全生产法",
            "安全生产条例",
            "危险化学品安全管理条例",
            "生产安全事故应急条例",
            "生产安全事故报告和调查处理条例",
            "安全生产许可证条例",
            "烟花爆竹安全管理条例",
            "矿山安全法",
            "安全生产",
            "生产安全",
            "应急预案",
            "应急",
            "危险化学品",
            "危化品",
            "烟花爆竹",
            "有限空间",
            "隐患",
            "粉尘涉爆",
            "安全培训",
        ],
        places: &["安全生产", "应急", "安监"],
    },
    Words {
        name: "消防",
        synonyms: &["消防救援", "消防安全", "消防监督"],
        items: &[
            "消防法",
            "消防条例",
            "消防安全",
            "消防设施",
            "消防",
            "火灾隐患",
            "灭火",
            "疏散通道",
            "安全出口",
            "防火",
        ],
        places: &["消防"],
    },
    Words {
        name: "特种设备",
        synonyms: &["特设", "特种设备安全", "特种设备安全监察"],
        items: &[
            "特种设备安全法",
            "特种设备安全监察条例",
            "特种设备",
            "电梯",
            "锅炉",
            "压力容器",
            "压力管道",
            "起重机械",
            "气瓶",
            "叉车",
            "场车",
            "场内专用机动车辆",
            "客运索道",
            "大型游乐设施",
        ],
        places: &["特种设备", "特设"],
    },
];

/// Laws of other fields that the same bureaus enforce; a row that cites only these belongs to none of the domains.
const OTHER_LAWS: [&str; 26] = [
    "广告法",
    "食品安全法",
    "产品质量法",
    "反不正当竞争法",
    "计量法",
    "价格法",
    "标准化法",
    "商标法",
    "专利法",
    "药品管理法",
    "消费者权益保护法",
    "电子商务法",
    "公司法",
    "市场主体登记管理条例",
    "税收征收管理法",
    "道路运输条例",
    "公路法",
    "劳动法",
    "劳动合同法",
    "建筑法",
    "城乡规划法",
    "土地管理法",
    "治安管理处罚法",
    "职业病防治法",
    "农产品质量安全法",
    "企业信息公示暂行条例",
];

/// The domain of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decided {
    /// One of the domains.
    Domain(u16),
    /// None of them: what shows it.
    Other(String),
    /// None of them, by a mere word: what shows it.
    OtherWord(String),
    /// A wording that is not known but resembles a domain's.
    Unknown,
    /// Nothing decides.
    Open,
}

/// The domains of a run and their words, all in the form in which texts are compared.
pub(super) struct Domains {
    names: Vec<Arc<str>>,
    /// (word, domain), the longest first.
    synonyms: Vec<(String, u16)>,
    items: Vec<(String, Option<u16>)>,
    places: Vec<(String, Option<u16>)>,
}

impl Domains {
    /// The words of the domains of a run.
    pub(super) fn new(names: &[String]) -> Domains {
        let shared = names.iter().map(|name| Arc::from(name.as_str())).collect();
        let mut domains =
            Domains { names: shared, synonyms: Vec::new(), items: Vec::new(), places: Vec::new() };
        // A shipped domain that this run leaves out is none of its domains, not an open question.
        let mut number: Vec<(Option<u16>, &Words)> = Vec::new();
        for words in &DOMAINS {
            let at = names.iter().position(|n| n == words.name).map(|i| i as u16);
            number.push((at, words));
        }
        for (at, words) in number {
            let pairs = |list: &[&str]| list.iter().map(|w| key(w)).collect::<Vec<_>>();
            // A word that a domain of this run has in its name speaks for that one: 噪声 in a run on 噪声.
            let taken = |word: &String| {
                at.is_none() && names.iter().any(|n| word.contains(&key(n)) || key(n).contains(word))
            };
            domains.items.extend(pairs(words.items).into_iter().filter(|w| !taken(w)).map(|w| (w, at)));
            if let Some(at) = at {
                domains.synonyms.extend(pairs(words.synonyms).into_iter().map(|w| (w, at)));
            }
            domains.places.extend(pairs(words.places).into_iter().filter(|w| !taken(w)).map(|w| (w, at)));
        }
        for (at, name) in names.iter().enumerate() {
            domains.synonyms.push((key(name), at as u16));
            domains.items.push((key(name), Some(at as u16)));
            domains.places.push((key(name), Some(at as u16)));
        }
        let own = |law: &&&str| names.iter().any(|name| law.contains(name.as_str()));
        domains.items.extend(OTHER_LAWS.iter().filter(|law| !own(law)).map(|law| (key(law), None)));
        domains.items.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
        domains.places.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
        domains
    }

    /// The name of a domain.
    pub(super) fn name(&self, domain: u16) -> &str {
        self.names.get(usize::from(domain)).map_or("", |name| name)
    }

    /// As [`Domains::name`], to be kept.
    pub(super) fn shared_name(&self, domain: u16) -> Arc<str> {
        self.names.get(usize::from(domain)).cloned().unwrap_or_default()
    }

    /// The number of domains.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// What the text of a 领域 column says.
    pub(super) fn named(&self, text: &str) -> Decided {
        let text_key = key(text);
        let stem = ["领域", "监管", "执法", "局", "类"]
            .iter()
            .fold(text_key.as_str(), |t, end| t.strip_suffix(end).unwrap_or(t));
        if let Some((_, domain)) = self.synonyms.iter().find(|(word, _)| *word == text_key || word == stem) {
            return Decided::Domain(*domain);
        }
        // 生态环镜 is a slip; 食品安全 or 税务 is another field of work.
        let resembles = self.synonyms.iter().any(|(word, _)| {
            let shared = word.chars().filter(|c| text_key.contains(*c)).count();
            let length = word.chars().count();
            length >= 2 && (shared * 2 > length || word.contains(text_key.as_str()))
        });
        if resembles { Decided::Unknown } else { Decided::Other(format!("领域为“{}”", text.trim())) }
    }

    /// What a text that cites laws or names items says. Laws go before items; a law inside the name of a longer
    /// one is not cited; laws of two domains leave it open. Of items the longest decides.
    pub(super) fn cited(&self, text: &str) -> Decided {
        let text = key(text);
        let mut found: Vec<&(String, Option<u16>)> = Vec::new();
        for item in &self.items {
            if text.contains(item.0.as_str())
                && !found.iter().any(|longer| longer.0.contains(item.0.as_str()))
            {
                found.push(item);
            }
        }
        let is_law = |item: &&&(String, Option<u16>)| item.0.ends_with('法') || item.0.ends_with("条例");
        let laws: Vec<_> = found.iter().filter(is_law).copied().collect();
        let cites_law = !laws.is_empty();
        let decisive = if laws.is_empty() {
            let longest = found.first().map_or(0, |item| item.0.chars().count());
            found.into_iter().filter(|item| item.0.chars().count() == longest).collect()
        } else {
            laws
        };
        let Some((word, domain)) = decisive.first() else { return Decided::Open };
        if decisive.iter().any(|(_, other)| other != domain) {
            return Decided::Open;
        }
        match domain {
            Some(domain) => Decided::Domain(*domain),
            None if cites_law => Decided::Other(format!("引用“{word}”")),
            None => Decided::OtherWord(format!("写有“{word}”")),
        }
    }

    /// What the sheet, else the file, else the nearest folder is called.
    pub(super) fn of_place(&self, file: &str, sheet: Option<&str>) -> Decided {
        let found = sheet.into_iter().chain(file.rsplit('/')).find_map(|part| {
            let part = key(part);
            self.places.iter().find(|(word, _)| part.contains(word.as_str()))
        });
        match found {
            Some((_, Some(domain))) => Decided::Domain(*domain),
            Some((word, None)) => Decided::Other(format!("文件放在“{word}”处")),
            None => Decided::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn four() -> Domains {
        Domains::new(&["生态环境", "安全生产", "消防", "特种设备"].map(str::to_owned))
    }

    #[test]
    fn the_cited_law_decides() {
        let domains = four();
        for (text, domain) in [
            ("《中华人民共和国大气污染防治法》第九十九条", 0),
            ("《建设项目环境保护管理条例》", 0),
            ("《中华人民共和国安全生产法》第九十七条", 1),
            ("《中华人民共和国消防法》第六十条第一款", 2),
            ("未及时消除火灾隐患", 2),
            ("《特种设备安全法》第八十四条", 3),
            ("使用未经检验的电梯", 3),
            ("未如实记录事故隐患排查治理情况", 1),
        ] {
            assert_eq!(domains.cited(text), Decided::Domain(domain), "{text}");
        }
        assert!(matches!(domains.cited("违反《广告法》发布虚假广告"), Decided::Other(_)));
        assert_eq!(domains.cited("违法占地"), Decided::Open);
        assert_eq!(domains.cited("《安全生产法》第三十六条、《消防法》第十六条"), Decided::Open);
    }

    #[test]
    fn a_domain_without_a_standard_is_another_one() {
        let one = Domains::new(&["生态环境".to_owned()]);
        assert!(matches!(one.cited("违反消防法"), Decided::Other(_)));
        assert!(matches!(one.named("税务"), Decided::Other(_)));
        assert_eq!(one.named("生态环镜"), Decided::Unknown);
        assert_eq!(four().named("安全"), Decided::Unknown);
        assert!(matches!(four().named("食品安全"), Decided::Other(_)));
    }

    #[test]
    fn places_and_columns() {
        let domains = four();
        assert_eq!(domains.of_place("环保局/处罚.csv", None), Decided::Domain(0));
        assert_eq!(domains.of_place("数据/应急局/消防检查.xlsx", None), Decided::Domain(2));
        assert_eq!(domains.of_place("消防/汇总.xlsx", Some("特种设备")), Decided::Domain(3));
        assert_eq!(domains.of_place("市场监管局/处罚.csv", None), Decided::Open);
        assert_eq!(domains.named("消防救援"), Decided::Domain(2));
        assert_eq!(domains.named("应急管理局"), Decided::Domain(1));
    }

    #[test]
    fn a_word_in_the_name_of_a_domain_speaks_for_it() {
        let domains = Domains::new(&["噪声".to_owned()]);
        assert_eq!(domains.cited("夜间施工噪声扰民"), Decided::Domain(0));
        assert_eq!(domains.of_place("噪声/处罚.csv", None), Decided::Domain(0));
        assert!(matches!(domains.cited("排放废水"), Decided::OtherWord(_)));
    }

    #[test]
    fn a_new_domain_needs_no_code() {
        let domains = Domains::new(&["食品安全".to_owned()]);
        assert_eq!(domains.cited("违反《食品安全法》"), Decided::Domain(0));
        assert_eq!(domains.of_place("食品安全/检查.csv", None), Decided::Domain(0));
    }
}
