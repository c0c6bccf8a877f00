//! The table itself. Sources: the 双公示 field list of 2018 (发改办财金〔2018〕424号), the kinds of penalty of
//! the 行政处罚法 (2021) in the order of gravity of the yearly penalty statistics, the eight results of
//! 双随机 inspections, and the neutral rectification record of 应急, 生态环境, 消防 and 特种设备.

use super::{
    BranchLink, Code, CodeList, CodeListId, Derivation, FieldDef, FieldId, ListDef, ListId, Name,
    OutcomeLink, RectificationCodes, RectificationLink, Roles, Ty, View, Vocabulary,
};

/// 企业: the register; one row an enterprise.
pub const ENTERPRISE: ListId = ListId(0);
/// 措施: penalties and all other measures, one row a (decision, violation, measure).
pub const SANCTION: ListId = ListId(1);
/// 整改: orders to rectify and their re-checks.
pub const RECTIFICATION: ListId = ListId(2);
/// 检查: inspections.
pub const INSPECTION: ListId = ListId(3);
/// 线索: complaints, transfers, monitoring findings.
pub const LEAD: ListId = ListId(4);
/// 领域结果: what the domains' standards gave; overall standards judge this list.
pub const OUTCOME: ListId = ListId(5);

/// A code: text, English, synonyms joined with `|`, group number.
type CodeRow = (&'static str, &'static str, &'static str, Option<u16>);

fn codes(chinese: &str, english: &str, groups: Option<CodeListId>, rows: &[CodeRow]) -> CodeList {
    let codes = rows
        .iter()
        .map(|(text, english, synonyms, group)| Code {
            text: (*text).to_owned(),
            english: (*english).to_owned(),
            synonyms: split(synonyms),
            group: *group,
        })
        .collect();
    CodeList { name: name(chinese, english), codes, groups }
}

fn split(text: &str) -> Vec<String> {
    text.split('|').filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn name(chinese: &str, english: &str) -> Name {
    Name { chinese: chinese.to_owned(), english: english.to_owned() }
}

/// Whether a row may lack the field.
enum Need {
    /// Always there.
    Must,
    /// May be missing.
    May,
}

struct ListBuilder<'a> {
    codes: &'a [CodeList],
    list: ListDef,
}

impl<'a> ListBuilder<'a> {
    fn new(codes: &'a [CodeList], chinese: &str, english: &str) -> Self {
        let list = ListDef {
            name: name(chinese, english),
            fields: Vec::new(),
            roles: Roles::default(),
            views: Vec::new(),
            home: None,
            repeats: false,
        };
        ListBuilder { codes, list }
    }

    /// Adds a field and returns its number. Headers are joined with `|`.
    fn add(&mut self, names: (&str, &str), ty: Ty, need: &Need, headers: &str, meaning: &str) -> FieldId {
        let range = range(ty, self.codes);
        self.list.fields.push(FieldDef {
            name: name(names.0, names.1),
            ty,
            optional: matches!(need, Need::May),
            range,
            headers: split(headers),
            derived: None,
            meaning: meaning.to_owned(),
        });
        FieldId(self.list.fields.len() as u16 - 1)
    }

    /// Adds the field of the branch whose record a row is.
    fn branch(&mut self) -> FieldId {
        let field = self.add(BRANCH, Ty::Text, &Need::May, "", BRANCH_MEANING);
        self.derive(field, Derivation::Branch);
        field
    }

    fn derive(&mut self, field: FieldId, how: Derivation) {
        if let Some(def) = self.list.fields.get_mut(usize::from(field.0)) {
            def.derived = Some(how);
        }
    }
}

/// The least and greatest value of a field of that type.
pub(super) fn range(ty: Ty, codes: &[CodeList]) -> (i64, i64) {
    match ty {
        Ty::Bool => (0, 1),
        // A count of hazards or devices; a larger number is a typing error.
        Ty::Int => (0, 1_000_000_000),
        // 10 billion 元: larger than any fine on record.
        Ty::Money => (0, 1_000_000_000_000),
        Ty::Points => (-100_000_000, 100_000_000),
        Ty::Date => (-25_567, 84_005),
        Ty::Span => (0, 0),
        Ty::Code(id) => {
            let count = codes.get(usize::from(id.0)).map_or(0, |list| list.codes.len());
            (0, count as i64 - 1)
        }
        Ty::Text => (0, i64::from(u32::MAX) - 1),
    }
}

const TIMELINESS: &str = "由整改、整改期限、整改完成日期与截止日算出：已整改的要有期限和完成日期，未整改、部分整改的要有期限；缺了的、整改未复查和未知的，是未知";
const YES_NO: &str = "（是/否）";

/// The field of the branch whose record a row is, in every list of records.
pub(super) const BRANCH: (&str, &str) = ("分支机构", "branch");
pub(super) const BRANCH_MEANING: &str =
    "记录属于本企业的哪个分支机构，计入总机构时由程序填写；本企业自己的记录没有";

/// The whole table. A row a line: that is how it is read and compared.
#[rustfmt::skip]
pub(super) fn vocabulary() -> Vocabulary {
    let mut lists = Vec::new();
    let mut add = |list: CodeList| {
        lists.push(list);
        CodeListId(lists.len() as u16 - 1)
    };
    let category = add(codes("措施类别", "sanction_category", None, &[
        ("处罚", "penalty", "行政处罚", None),
        ("其他措施", "other_measure", "行政措施", None),
    ]));
    // Order of gravity: 2021年度行政处罚情况统计表; the other measures stand before the penalties, because a
    // decision that carries both is known by its penalty.
    let kind = add(codes("措施种类", "sanction_kind", Some(category), &[
        ("免予处罚", "exempted", "不予行政处罚|不予处罚|免于行政处罚|免罚|首违不罚|轻微不罚", Some(1)),
        ("约谈", "interview", "行政约谈", Some(1)),
        ("责令改正", "order_to_correct", "责令限期改正|限期改正|责令立即改正|责令改正违法行为|责令整改", Some(1)),
        ("挂牌督办", "listed_supervision", "", Some(1)),
        ("代履行", "substitute_performance", "", Some(1)),
        ("查封扣押", "seizure", "查封|扣押|临时查封|查封、扣押|查封(扣押)", Some(1)),
        ("责令限制生产", "order_to_limit_production", "限制生产|限产", Some(1)),
        ("责令停止建设", "order_to_stop_construction", "停止建设", Some(1)),
        ("责令停产整治", "order_to_stop_for_rectification", "停产整治|责令停产整顿", Some(1)),
        ("移送行政拘留", "transfer_for_detention", "移送公安机关行政拘留|移送拘留", Some(1)),
        ("移送涉嫌犯罪", "transfer_for_crime", "移送涉嫌环境犯罪|移送司法机关|涉嫌犯罪移送", Some(1)),
        ("其他行政处罚", "other_penalty", "07|7|法律、行政法规规定的其他行政处罚|其他处罚", Some(0)),
        ("警告", "warning", "01|1", Some(0)),
        ("通报批评", "public_criticism", "08|8", Some(0)),
        ("罚款", "fine", "02|2|处以罚款", Some(0)),
        ("没收违法所得", "confiscated_gains", "03|3", Some(0)),
        ("没收非法财物", "confiscated_goods", "09|9", Some(0)),
        ("暂扣许可证件", "licence_suspended", "11|暂扣许可证|暂扣执照|暂扣许可证、执照", Some(0)),
        ("降低资质等级", "qualification_lowered", "10", Some(0)),
        ("吊销许可证件", "licence_revoked", "05|5|吊销许可证|吊销执照|吊销许可证、执照|吊销营业执照", Some(0)),
        ("限制开展生产经营活动", "business_limited", "12|限制开展经营活动|限制生产经营活动", Some(0)),
        ("责令停产停业", "ordered_to_stop_business", "04|4|停产停业", Some(0)),
        ("责令关闭", "ordered_to_close", "14|关闭", Some(0)),
        ("限制从业", "barred_from_trade", "13|禁止从业", Some(0)),
        ("行政拘留", "detention", "06|6|拘留", Some(0)),
    ]));
    let status = add(codes("措施状态", "sanction_status", None, &[
        ("有效", "valid", "正常|0|生效|已结案|已执行", None),
        ("变更", "changed", "已变更|变更处罚", None),
        ("复议中", "under_reconsideration", "行政复议中|复议", None),
        ("诉讼中", "under_litigation", "行政诉讼中|诉讼", None),
        ("撤销", "annulled", "已撤销|1|撤回|确认违法|确认无效|删除|2", None),
    ]));
    let rectified = add(codes("整改情况", "rectification_state", None, &[
        ("已整改", "rectified", "整改完成|已完成整改|已完成|完成整改|整改到位|是|合格|复查合格|已改正|已落实", None),
        ("未到期", "not_yet_due", "整改中|限期内|期限内|正在整改", None),
        ("未知", "unknown", "不详", None),
        ("未复查", "not_rechecked", "待复查|尚未复查", None),
        ("部分整改", "partly_rectified", "部分完成|部分整改到位|基本整改", None),
        ("未整改", "not_rectified", "未完成|未完成整改|整改不到位|否|不合格|复查不合格|拒不整改|逾期未整改|未改正", None),
    ]));
    let timeliness = add(codes("整改时效", "rectification_timeliness", None, &[
        ("按时整改", "on_time", "", None),
        ("逾期整改", "late", "", None),
        ("未到期", "not_yet_due", "", None),
        ("逾期未改", "overdue", "", None),
        ("未知", "unknown", "", None),
    ]));
    let procedure = add(codes("案件程序", "procedure", None, &[
        ("简易", "simple", "01|简易程序|当场处罚", None),
        ("一般", "ordinary", "02|一般程序|普通程序|普通", None),
    ]));
    let instrument = add(codes("整改文书", "rectification_instrument", None, &[
        ("责令改正决定", "order_to_correct", "责令改正违法行为决定书|责令改正通知书|责令改正决定书|责令整改通知书", None),
        ("责令限期整改指令", "order_with_deadline", "责令限期整改指令书|限期整改指令书|责令限期改正通知书", None),
        ("责令立即改正通知", "order_at_once", "责令立即改正通知书", None),
        ("现场处理措施决定", "on_site_measure", "现场处理措施决定书", None),
        ("安全监察指令", "special_equipment_order", "特种设备安全监察指令书|安全监察指令书", None),
        ("整改复查意见", "recheck_opinion", "整改复查意见书|复查意见书", None),
        ("其他文书", "other", "其他|口头责令", None),
    ]));
    let inspection_type = add(codes("检查类别", "inspection_type", None, &[
        ("日常检查", "routine", "日常|日常监督检查|日常巡查|常规检查|常规监督检查", None),
        ("双随机抽查", "random", "双随机|双随机检查|随机抽查|双随机一公开", None),
        ("专项检查", "special", "专项|专项监督检查", None),
        ("重点检查", "key", "重点", None),
        ("个案检查", "lead_driven", "个案|有因检查|投诉检查|举报投诉核查|核查", None),
        ("整改复查", "recheck", "复查", None),
    ]));
    let method = add(codes("检查方式", "inspection_method", None, &[
        ("现场检查", "on_site", "现场|实地检查", None),
        ("非现场检查", "off_site", "非现场|书面检查|网络检查|远程", None),
        ("单部门检查", "single_agency", "单部门|本部门|本部门检查|单独检查", None),
        ("联合检查", "joint", "联合|跨部门|跨部门联合|跨部门联合检查|部门联合检查|多部门联合检查|多部门联合|多部门|部门联合", None),
    ]));
    let result_group = add(codes("检查结果组", "inspection_result_group", None, &[
        ("合格", "passed", "", None),
        ("已改正", "corrected", "", None),
        ("问题", "problem", "", None),
        ("无法查", "not_possible", "", None),
    ]));
    // The eight national results in their order. The fifth is met in two wordings that say different things,
    // ordered to correct and corrected, so it has two codes here, in two groups. Files are mapped by wording
    // and synonym, never by number, because systems number them differently.
    let result = add(codes("检查结果", "inspection_result", Some(result_group), &[
        ("未发现问题", "nothing_found", "正常|合格|未发现违法行为|未发现隐患|符合|符合要求|符合规定|无问题|正常（符合信息公示相关规定）", Some(0)),
        ("未按规定公示应当公示的信息", "not_disclosed", "未按规定公示即时信息|未按规定公示年报信息", Some(2)),
        ("公示信息隐瞒真实情况、弄虚作假", "false_disclosure", "公示信息隐瞒真实情况弄虚作假|隐瞒真实情况|弄虚作假", Some(2)),
        ("无法联系", "unreachable", "通过登记的住所(经营场所)无法联系|通过登记的住所（经营场所）无法联系|注销|已办理营业执照注销|被吊销|被吊销营业执照|吊证|被撤销|迁出|停业|暂停营业|关闭|已关闭停业或正在组织清算", Some(3)),
        ("发现问题已责令改正", "ordered_to_correct", "发现问题|发现隐患已责令整改|发现隐患|责令改正|发现问题责令改正|不合格|不符合|不符合要求|不符合规定", Some(2)),
        ("发现问题经责令已改正", "corrected", "发现问题已改正|发现问题已当场改正|当场改正|已改正", Some(1)),
        ("不配合检查情节严重", "refused", "不予配合情节严重|拒绝检查|不配合检查", Some(2)),
        ("未发现开展本次抽查涉及的经营活动", "no_such_business", "未发现本次抽查涉及的生产经营活动|未开展相关经营活动", Some(0)),
        ("发现问题待后续处理", "further_action", "待后续处理|立案查处|移交立案|发现问题拟立案|违反…规定|违反…规定行为", Some(2)),
    ]));
    let lead_source = add(codes("线索来源", "lead_source", None, &[
        ("投诉举报", "complaint", "投诉|举报|12345|信访|12345热线|12345政务热线|12345政务服务热线|12345政务服务便民热线|12345市民服务热线|市长热线|政务热线|政务服务热线|政务服务便民热线|便民热线", None),
        ("转办交办", "transferred", "转办|交办|移送线索|上级交办", None),
        ("监测预警", "monitoring", "监测|在线监控|自动监测|预警", None),
    ]));
    let rating = add(codes("评定状态", "rating_state", None, &[
        ("已评定", "rated", "", None),
        ("未评定", "not_rated", "", None),
        ("不适用", "not_applicable", "", None),
    ]));
    let label = add(codes("标签", "label", None, &[
        ("绿标", "green", "", None),
        ("黄标", "yellow", "", None),
        ("红标", "red", "", None),
    ]));
    let registration = add(codes("登记状态", "registration_status", None, &[
        ("存续", "active", "在业|开业|正常|存续(在营、开业、在册)", None),
        ("停业", "suspended", "歇业|停产", None),
        ("注销", "deregistered", "已注销", None),
        ("吊销", "revoked", "已吊销|吊销未注销", None),
        ("迁出", "moved_out", "已迁出", None),
    ]));
    let statistical = add(codes("四上类别", "statistical_class", None, &[
        ("规模以上工业", "industry", "规上工业|工业", None),
        ("有资质建筑业", "construction", "资质建筑业|有资质的建筑业|建筑业", None),
        ("限额以上批发零售", "trade", "限上批零|限额以上批发和零售|批零业|限上批发|限上零售", None),
        ("限额以上住宿餐饮", "catering", "限上住餐|限额以上住宿和餐饮|住餐业", None),
        ("房地产开发经营", "real_estate", "房地产开发|房地产", None),
        ("规模以上服务业", "services", "规上服务业|服务业", None),
        ("样本企业", "sample", "抽样|样本|规下样本", None),
    ]));
    let section = add(codes("行业门类", "industry_section", None, &[
        ("A 农林牧渔业", "A", "A|农林牧渔业|农、林、牧、渔业", None),
        ("B 采矿业", "B", "B|采矿业", None),
        ("C 制造业", "C", "C|制造业", None),
        ("D 电力热力燃气及水生产供应业", "D", "D|电力、热力、燃气及水生产和供应业|电力热力燃气及水", None),
        ("E 建筑业", "E", "E|建筑业", None),
        ("F 批发和零售业", "F", "F|批发和零售业|批发零售", None),
        ("G 交通运输仓储和邮政业", "G", "G|交通运输、仓储和邮政业|交通运输仓储邮政", None),
        ("H 住宿和餐饮业", "H", "H|住宿和餐饮业|住宿餐饮", None),
        ("I 信息传输软件和信息技术服务业", "I", "I|信息传输、软件和信息技术服务业|信息传输软件", None),
        ("J 金融业", "J", "J|金融业|金融", None),
        ("K 房地产业", "K", "K|房地产业|房地产", None),
        ("L 租赁和商务服务业", "L", "L|租赁和商务服务业|租赁商务服务", None),
        ("M 科学研究和技术服务业", "M", "M|科学研究和技术服务业|科学研究技术服务", None),
        ("N 水利环境和公共设施管理业", "N", "N|水利、环境和公共设施管理业|水利环境公共设施", None),
        ("O 居民服务修理和其他服务业", "O", "O|居民服务、修理和其他服务业|居民服务修理其他", None),
        ("P 教育", "P", "P|教育", None),
        ("Q 卫生和社会工作", "Q", "Q|卫生和社会工作|卫生社会工作", None),
        ("R 文化体育和娱乐业", "R", "R|文化、体育和娱乐业|文化体育娱乐", None),
        ("S 公共管理社会保障和社会组织", "S", "S|公共管理、社会保障和社会组织", None),
        ("T 国际组织", "T", "T|国际组织", None),
    ]));
    let standardisation = add(codes("标准化等级", "standardisation_grade", None, &[
        ("一级", "first", "1|安全生产标准化一级", None),
        ("二级", "second", "2|安全生产标准化二级", None),
        ("三级", "third", "3|安全生产标准化三级", None),
        ("未定级", "none", "无|未创建|未达标", None),
    ]));
    let hazard = add(codes("高危行业", "hazard_class", None, &[
        ("非高危", "ordinary", "一般|否|其他", None),
        ("煤矿", "coal_mine", "", None),
        ("非煤矿山", "other_mine", "非煤矿山企业", None),
        ("危险化学品", "chemicals", "危化品|危化|危险化学品企业", None),
        ("金属冶炼", "metal_smelting", "", None),
    ]));
    let scale = add(codes("企业规模", "scale", None, &[
        ("大型", "large", "大", None),
        ("中型", "medium", "中", None),
        ("小型", "small", "小", None),
        ("微型", "micro", "微", None),
    ]));

    let enterprise = {
        let mut l = ListBuilder::new(&lists, "企业", "enterprise");
        let title = l.add(("名称", "name"), Ty::Text, &Need::Must, "企业名称|单位名称|当事人名称|被处罚单位|被处罚人|被处罚单位名称|单位详细名称|单位全称|行政相对人名称|监管对象|被检查单位|当事人|被处罚对象名称|使用单位|设备使用单位|检查对象|被处罚当事人|纳税人名称|被检查单位名称|受检单位", "登记的全称");
        let code = l.add(("统一社会信用代码", "credit_code"), Ty::Text, &Need::May, "信用代码|社会信用代码|统一信用代码|统一代码|行政相对人代码统一社会信用代码|行政相对人代码|相对人代码|当事人代码|企业代码|单位代码|主体代码|使用单位统一社会信用代码|行政相对人编码|统一社会信息用代码|社会信用代码(纳税人识别号)|统一社会信用代码/注册号", "18 位，GB 32100-2015");
        let _ = l.add(("组织机构代码", "organisation_code"), Ty::Text, &Need::May, "行政相对人代码组织机构代码", "9 位，等于信用代码第 9 至 17 位");
        let _ = l.add(("注册号", "registration_number"), Ty::Text, &Need::May, "工商注册号|工商登记码|行政相对人代码工商注册号|行政相对人代码工商登记码", "15 位工商注册号");
        let _ = l.add(("曾用名", "former_names"), Ty::Text, &Need::May, "原名称|变更前名称|历史名称", "以前的名称，多个用分号隔开");
        let town = l.add(("乡镇", "town"), Ty::Text, &Need::May, "所属乡镇|乡镇街道|所属乡镇街道|所在乡镇|所在乡镇街道|所属乡镇(街道、园区)|乡镇(街道)|属地|所在乡镇(街道)|园区|街道|所属街道|所在街道|街道(乡镇)|镇街|所属镇街|所在镇街|街镇|所属街镇", "所在乡镇、街道或开发区");
        let _ = l.add(("行业代码", "industry_code"), Ty::Text, &Need::May, "行业|国民经济行业代码|行业小类|国民经济行业", "GB/T 4754-2017 的代码，如 C2614");
        let section_field = l.add(("行业门类", "industry_section"), Ty::Code(section), &Need::May, "门类|国民经济行业门类|行业大门类", "GB/T 4754-2017 的门类；没有给出时由行业代码推出");
        let _ = l.add(("四上类别", "statistical_class"), Ty::Code(statistical), &Need::May, "四上企业类别|单位类别|专业", "统计局名录中的类别");
        let registered = l.add(("登记日期", "registered_on"), Ty::Date, &Need::May, "成立日期|注册日期|成立时间|开业时间|注册时间", "设立登记的日期；晚于统计期首日的为新设立");
        let _ = l.add(("登记状态", "registration_status"), Ty::Code(registration), &Need::May, "经营状态|主体状态|企业状态", "存续、停业、注销、吊销、迁出");
        let size = l.add(("企业规模", "scale"), Ty::Code(scale), &Need::May, "规模", "大型、中型、小型、微型");
        let _ = l.add(("重点排污单位", "key_polluter"), Ty::Bool, &Need::May, "是否重点排污单位", &format!("列入重点排污单位名录{YES_NO}"));
        let _ = l.add(("高危行业", "hazard_class"), Ty::Code(hazard), &Need::May, "高危行业类别|行业风险类别|是否高危", "煤矿、非煤矿山、危险化学品、金属冶炼或非高危");
        let _ = l.add(("标准化等级", "standardisation"), Ty::Code(standardisation), &Need::May, "安全生产标准化等级|标准化级别", "安全生产标准化等级");
        let _ = l.add(("消防安全重点单位", "fire_key_unit"), Ty::Bool, &Need::May, "是否消防重点单位|消防重点单位|是否消防安全重点单位", &format!("消防安全重点单位{YES_NO}"));
        let _ = l.add(("人员密集场所", "crowded_place"), Ty::Bool, &Need::May, "是否人员密集场所", &format!("人员密集场所{YES_NO}"));
        let _ = l.add(("特种设备使用单位", "special_equipment_user"), Ty::Bool, &Need::May, "是否特种设备使用单位|使用特种设备|是否使用特种设备|特种设备", &format!("办理了特种设备使用登记{YES_NO}"));
        let _ = l.add(("总机构代码", "head_office_code"), Ty::Text, &Need::May, "总机构统一社会信用代码|总公司统一社会信用代码|总公司代码|隶属企业统一社会信用代码|隶属企业代码|隶属单位统一社会信用代码|所属企业统一社会信用代码|所属法人统一社会信用代码|归属法人统一社会信用代码|归属法人单位统一社会信用代码|所属法人代码|归属法人代码|上级法人统一社会信用代码|母体统一社会信用代码", "分支机构的总机构的统一社会信用代码；不是分支机构的不填");
        // Who was registered after the period began is new: the engine asks the list for its date.
        l.list.roles.date = Some(registered);
        l.list.roles.shown = vec![code, title, town, section_field];
        l.list.roles.groups = vec![town, section_field, size];
        l.list
    };
    let sanction = {
        let mut l = ListBuilder::new(&lists, "措施", "sanction");
        let domain = l.add(("领域", "domain"), Ty::Text, &Need::May, "所属领域|监管领域|执法领域", "生态环境、安全生产、消防、特种设备或另设的领域");
        let document = l.add(("文号", "document_number"), Ty::Text, &Need::May, "行政处罚决定书文号|处罚文号|决定书编号|处罚文书号|处罚决定文号|决定书文号|文书号|处罚决定书文号|行政处罚决定文书号|文书文号|案号|文书字轨|决定文号", "决定书文号，按原样");
        let decision = l.add(("决定", "decision"), Ty::Text, &Need::May, "", "文号的统一写法，用于认出同一个决定");
        let kind_field = l.add(("种类", "kind"), Ty::Code(kind), &Need::Must, "处罚类别|处罚种类|措施种类|处罚方式|行政处罚种类|处罚类别1|行政处罚类别|措施类型", "一行一个种类");
        let category_field = l.add(("类别", "category"), Ty::Code(category), &Need::Must, "", "处罚或其他措施，由种类定");
        let gravest = l.add(("决定最重种类", "gravest_kind"), Ty::Code(kind), &Need::Must, "", "同一决定各行中最重的种类");
        let act = l.add(("违法行为", "violation"), Ty::Text, &Need::May, "违法行为类型|案件名称|处罚事由|案由|违法行为名称|处罚名称|处罚行为名称", "违法行为类型或案由");
        let _ = l.add(("违法事实", "facts"), Ty::Text, &Need::May, "案件简要情况|主要违法事实", "查明的事实");
        let _ = l.add(("处罚依据", "cited_law"), Ty::Text, &Need::May, "处罚依据条款|法律依据|执法依据", "决定引用的法律条款");
        let _ = l.add(("处罚内容", "content"), Ty::Text, &Need::May, "处罚结果|行政处罚内容|处罚决定内容", "决定的内容");
        let date = l.add(("作出日期", "decided_on"), Ty::Date, &Need::Must, "处罚决定日期|决定日期|处罚时间|决定时间|处罚决定时间|作出行政处罚决定日期|处罚日期|作出处罚决定日期|文书制作日期|行政命令下达日期", "作出决定的日期，决定归入哪个统计期");
        let amount = l.add(("金额", "amount"), Ty::Money, &Need::May, "罚款金额|处罚金额|罚款数额|应缴罚款金额|罚没金额|罚款|罚款额|处罚款|罚金", "罚款金额");
        let _ = l.add(("没收金额", "confiscated_amount"), Ty::Money, &Need::May, "没收违法所得、没收非法财物的金额|没收违法所得、没收非法财物金额|没收违法所得和非法财物金额|没收违法所得金额|没收违法所得的金额|没收违法所得数额|没收所得金额|没收违法所得|没收非法财物金额|没收非法财物的金额|没收非法财物数额|没收非法财物价值|没收财物金额|没收金额", "没收违法所得、没收非法财物的金额；分两栏写的相加");
        let status_field = l.add(("状态", "status"), Ty::Code(status), &Need::Must, "当前状态|公示状态|处罚状态|案件状态|复议诉讼情况", "有效、变更、复议中、诉讼中、撤销；以截止日已知的为准");
        let _ = l.add(("状态日期", "status_date"), Ty::Date, &Need::May, "撤销日期|变更日期|状态变更日期", "状态变化的日期；晚于截止日的视为尚未发生");
        let _ = l.add(("修复日期", "repaired_on"), Ty::Date, &Need::May, "信用修复日期", "信用修复的日期；晚于截止日的视为尚未修复");
        let _ = l.add(("程序", "procedure"), Ty::Code(procedure), &Need::May, "案件程序类别|处罚程序|案件程序|适用程序", "简易或一般");
        let rectified_field = l.add(("整改", "rectification"), Ty::Code(rectified), &Need::Must, "整改情况|整改状态|是否整改|是否落实整改|是否整改到位", "截止日时的整改情况；没有对应的整改记录为未知");
        let _ = l.add(("整改期限", "rectify_by"), Ty::Date, &Need::May, "责令改正期限|改正期限", "责令改正的期限（含延期）");
        let _ = l.add(("整改完成日期", "rectified_on"), Ty::Date, &Need::May, "改正日期|整改完成时间", "完成整改的日期");
        let timely = l.add(("整改时效", "timeliness"), Ty::Code(timeliness), &Need::Must, "", TIMELINESS);
        let reported = l.add(("报送日期", "reported_on"), Ty::Date, &Need::May, "报送时间|录入日期|录入时间|数据归集日期", "录入或报送的日期；晚于统计期的为补录");
        let _ = l.add(("机关", "agency"), Ty::Text, &Need::May, "处罚机关|作出机关|决定机关|处罚机构|实施机构|作出处罚决定的部门|主管税务机关|作出行政处罚决定机关名称|执法机关|命令作出机关|处罚单位", "作出决定的机关");
        l.derive(decision, Derivation::DocumentKeyOf(document));
        l.derive(category_field, Derivation::GroupOf(kind_field));
        l.derive(gravest, Derivation::GravestOf(kind_field));
        l.derive(status_field, Derivation::Default(0));
        l.derive(rectified_field, Derivation::Default(2));
        l.derive(timely, Derivation::Default(4));
        let branch = l.branch();
        l.list.roles = Roles {
            domain: Some(domain),
            date: Some(date),
            decision: Some(decision),
            act: Some(act),
            document: Some(document),
            known_on: Some(reported),
            branch: Some(branch),
            void: Some((status_field, vec![4])),
            shown: vec![kind_field, amount],
            groups: Vec::new(),
        };
        l.list.views.push(View { name: name("处罚", "penalty"), field: category_field, values: vec![0] });
        l.list.views.push(View { name: name("行政处罚", "administrative_penalty"), field: category_field, values: vec![0] });
        l.list.views.push(View { name: name("其他措施", "other_measure"), field: category_field, values: vec![1] });
        l.list
    };
    let rectification = {
        let mut l = ListBuilder::new(&lists, "整改", "rectification");
        let domain = l.add(("领域", "domain"), Ty::Text, &Need::May, "所属领域|监管领域|执法领域", "生态环境、安全生产、消防、特种设备或另设的领域");
        let document = l.add(("文号", "document_number"), Ty::Text, &Need::May, "文书文号|整改文书文号|指令书文号|责令改正文号|通知书编号|文书编号|责令改正决定书文号", "责令改正文书的文号");
        let decision = l.add(("决定", "decision"), Ty::Text, &Need::May, "", "文号的统一写法");
        let instrument_field = l.add(("文书类型", "instrument"), Ty::Code(instrument), &Need::May, "文书种类|文书名称|整改文书类型", "责令改正文书的类型");
        let date = l.add(("下达日期", "ordered_on"), Ty::Date, &Need::Must, "责令日期|文书日期|下达时间|责令整改日期|文书下达日期", "责令改正的日期");
        let _ = l.add(("隐患条数", "hazards"), Ty::Int, &Need::May, "问题/隐患条数|问题条数|隐患数|检查发现隐患数|问题数", "问题或隐患的条数");
        let _ = l.add(("重大隐患", "major_hazard"), Ty::Bool, &Need::May, "是否重大隐患|是否重大事故隐患|重大事故隐患", &format!("含重大事故隐患{YES_NO}"));
        let act = l.add(("问题", "problem"), Ty::Text, &Need::May, "隐患描述|问题描述|违法事实|整改要求|存在问题", "问题或隐患的描述");
        let _ = l.add(("整改期限", "due"), Ty::Date, &Need::May, "责令改正期限|限期|改正期限|整改截止日期", "责令改正的期限");
        let _ = l.add(("延期至", "extended_to"), Ty::Date, &Need::May, "延期日期|延期后期限", "批准延长后的期限");
        let _ = l.add(("复查日期", "rechecked_on"), Ty::Date, &Need::May, "复查时间", "复查的日期；晚于截止日的视为尚未复查");
        let _ = l.add(("复查结果", "recheck_result"), Ty::Code(rectified), &Need::May, "整改结果|复查意见|复查情况|整改完成情况", "复查认定的整改情况");
        let _ = l.add(("整改完成日期", "rectified_on"), Ty::Date, &Need::May, "改正日期|整改完成时间|完成日期", "完成整改的日期");
        let state = l.add(("整改", "state"), Ty::Code(rectified), &Need::Must, "整改情况|整改状态|是否整改到位", "截止日时的整改情况，由复查结果、期限与截止日定");
        let timely = l.add(("整改时效", "timeliness"), Ty::Code(timeliness), &Need::Must, "", &format!("{TIMELINESS}；延期的看延期后的期限，没有完成日期的看复查日期"));
        let _ = l.add(("关联处罚文号", "sanction_document"), Ty::Text, &Need::May, "处罚文号|关联处罚决定书文号|处罚决定书文号|行政处罚决定书文号", "与哪个处罚决定相连");
        let _ = l.add(("关联检查编号", "inspection_number"), Ty::Text, &Need::May, "检查编号|检查行为编号", "由哪次检查发现");
        let _ = l.add(("机关", "agency"), Ty::Text, &Need::May, "下达机关|责令机关|作出机关|命令作出机关|实施机构", "下达文书的机关");
        l.derive(decision, Derivation::DocumentKeyOf(document));
        l.derive(state, Derivation::Default(2));
        l.derive(timely, Derivation::Default(4));
        let branch = l.branch();
        l.list.roles = Roles {
            domain: Some(domain),
            date: Some(date),
            decision: Some(decision),
            act: Some(act),
            document: Some(document),
            known_on: None,
            branch: Some(branch),
            void: None,
            shown: vec![instrument_field, state],
            groups: Vec::new(),
        };
        l.list
    };
    let inspection = {
        let mut l = ListBuilder::new(&lists, "检查", "inspection");
        let domain = l.add(("领域", "domain"), Ty::Text, &Need::May, "所属领域|监管领域|执法领域", "生态环境、安全生产、消防、特种设备或另设的领域");
        let document = l.add(("编号", "number"), Ty::Text, &Need::May, "检查编号|检查行为编号|任务编号|检查记录编号|记录编号", "检查的编号");
        let decision = l.add(("检查", "key"), Ty::Text, &Need::May, "", "编号的统一写法，用于认出同一次检查");
        let date = l.add(("检查日期", "inspected_on"), Ty::Date, &Need::Must, "检查时间|检查日|现场检查日期|抽查日期", "检查的日期");
        let type_field = l.add(("类别", "type"), Ty::Code(inspection_type), &Need::May, "检查类别|检查类型", "双随机抽查、专项检查、重点检查、日常检查、个案检查、整改复查");
        let _ = l.add(("方式", "method"), Ty::Code(method), &Need::May, "检查方式", "现场检查、非现场检查；有的系统写单部门检查、联合检查");
        let result_field = l.add(("结果", "result"), Ty::Code(result), &Need::May, "检查结果|抽查结果|抽查检查结果|检查结论|检查情况", "检查结果");
        let group = l.add(("结果组", "result_group"), Ty::Code(result_group), &Need::May, "", "合格、已改正、问题、无法查，由结果定");
        let _ = l.add(("隐患条数", "hazards"), Ty::Int, &Need::May, "问题/隐患条数|问题条数|隐患数|检查发现隐患数|问题数", "发现问题或隐患的条数");
        let _ = l.add(("重大隐患", "major_hazard"), Ty::Bool, &Need::May, "是否重大隐患|是否重大事故隐患|重大事故隐患", &format!("发现重大事故隐患{YES_NO}"));
        let act = l.add(("问题", "problem"), Ty::Text, &Need::May, "发现问题|问题描述|隐患描述|检查内容|存在问题", "发现的问题");
        let _ = l.add(("机关", "agency"), Ty::Text, &Need::May, "检查机关|检查部门|检查单位|检查主体|实施机构|检查执行部门|检查机构", "检查的机关");
        l.derive(decision, Derivation::DocumentKeyOf(document));
        l.derive(group, Derivation::GroupOf(result_field));
        let branch = l.branch();
        l.list.roles = Roles {
            domain: Some(domain),
            date: Some(date),
            decision: Some(decision),
            act: Some(act),
            document: Some(document),
            known_on: None,
            branch: Some(branch),
            void: None,
            shown: vec![type_field, result_field],
            groups: Vec::new(),
        };
        l.list
    };
    let lead = {
        let mut l = ListBuilder::new(&lists, "线索", "lead");
        let domain = l.add(("领域", "domain"), Ty::Text, &Need::May, "所属领域|监管领域|执法领域", "生态环境、安全生产、消防、特种设备或另设的领域");
        let document = l.add(("编号", "number"), Ty::Text, &Need::May, "线索编号|工单编号|举报编号|受理编号", "线索的编号");
        let decision = l.add(("线索", "key"), Ty::Text, &Need::May, "", "编号的统一写法，用于认出同一条线索");
        let source = l.add(("来源", "source"), Ty::Code(lead_source), &Need::May, "线索来源|来源渠道|线索类型", "投诉举报、转办交办、监测预警");
        let date = l.add(("接收日期", "received_on"), Ty::Date, &Need::Must, "受理日期|接收时间|受理时间|举报日期|投诉日期|转办日期", "接到线索的日期");
        let _ = l.add(("查实", "substantiated"), Ty::Bool, &Need::May, "是否查实|是否属实|查实情况|属实", &format!("经查属实{YES_NO}"));
        let act = l.add(("内容", "content"), Ty::Text, &Need::May, "线索内容|举报内容|投诉内容|反映问题", "反映的问题");
        let _ = l.add(("机关", "agency"), Ty::Text, &Need::May, "受理机关|承办单位|受理单位|办理单位", "受理的机关");
        l.derive(decision, Derivation::DocumentKeyOf(document));
        let branch = l.branch();
        l.list.roles = Roles {
            domain: Some(domain),
            date: Some(date),
            decision: Some(decision),
            act: Some(act),
            document: Some(document),
            known_on: None,
            branch: Some(branch),
            void: None,
            shown: vec![source],
            groups: Vec::new(),
        };
        l.list
    };
    let outcome = {
        let mut l = ListBuilder::new(&lists, "领域结果", "outcome");
        let domain = l.add(("领域", "domain"), Ty::Text, &Need::Must, "", "结果所属的领域");
        let state = l.add(("状态", "state"), Ty::Code(rating), &Need::Must, "", "已评定、未评定、不适用");
        let label_field = l.add(("标签", "label"), Ty::Code(label), &Need::May, "", "绿标、黄标、红标；未评定和不适用时没有");
        let _ = l.add(("等级", "grade"), Ty::Text, &Need::May, "", "该领域标准自己的等级");
        let _ = l.add(("得分", "score"), Ty::Points, &Need::May, "", "该领域的得分");
        let _ = l.add(("数据不全", "incomplete"), Ty::Bool, &Need::Must, "", &format!("按不全的数据评出{YES_NO}"));
        l.list.roles.shown = vec![domain, state, label_field];
        l.list
    };
    let rectification_link = link(&sanction, &rectification);
    let outcome_link = outcome_fields(&outcome);
    let branch_link = branches(&enterprise);
    Vocabulary {
        lists: vec![enterprise, sanction, rectification, inspection, lead, outcome],
        code_lists: lists,
        rectification_link,
        outcome_link,
        branch_link,
    }
}

fn branches(enterprise: &ListDef) -> Option<BranchLink> {
    Some(BranchLink {
        code: enterprise.field("统一社会信用代码")?,
        name: enterprise.field("名称")?,
        head: enterprise.field("总机构代码")?,
        domains: Vec::new(),
    })
}

fn outcome_fields(outcome: &ListDef) -> Option<OutcomeLink> {
    Some(OutcomeLink {
        list: OUTCOME,
        domain: outcome.field("领域")?,
        state: outcome.field("状态")?,
        label: outcome.field("标签")?,
        grade: outcome.field("等级")?,
        score: outcome.field("得分")?,
        incomplete: outcome.field("数据不全")?,
    })
}

/// The numbers of the fields and codes by which rectifications are joined; the codes are those of 整改情况 and
/// 整改时效 above, in their order.
fn link(sanction: &ListDef, order: &ListDef) -> Option<RectificationLink> {
    Some(RectificationLink {
        sanctions: SANCTION,
        sanction_decision: sanction.field("决定")?,
        status: sanction.field("状态")?,
        status_date: sanction.field("状态日期")?,
        repaired_on: sanction.field("修复日期")?,
        sanction_state: sanction.field("整改")?,
        sanction_due: sanction.field("整改期限")?,
        sanction_done: sanction.field("整改完成日期")?,
        sanction_timeliness: sanction.field("整改时效")?,
        orders: RECTIFICATION,
        order_decision: order.field("决定")?,
        sanction_document: order.field("关联处罚文号")?,
        due: order.field("整改期限")?,
        extended_to: order.field("延期至")?,
        rechecked_on: order.field("复查日期")?,
        result: order.field("复查结果")?,
        done: order.field("整改完成日期")?,
        order_state: order.field("整改")?,
        order_timeliness: order.field("整改时效")?,
        codes: RectificationCodes {
            valid: 0,
            rectified: 0,
            not_yet_due: 1,
            unknown: 2,
            not_rechecked: 3,
            partly: 4,
            not_rectified: 5,
            on_time: 0,
            late: 1,
            timeliness_not_due: 2,
            overdue: 3,
            timeliness_unknown: 4,
        },
    })
}
