//! The headers that are known beside those of the vocabulary's fields.

/// Headers that are known and not read: of the 双公示 fields those that no rule needs, and what tables carry for
/// their own sake.
#[rustfmt::skip]
pub(super) const NOT_READ: [&str; 38] = [
    "处罚机关统一社会信用代码", "数据来源单位统一社会信用代码",
    "序号", "编号", "备注", "说明", "年份", "年度", "税务登记号", "事业单位证书号", "社会组织登记证号", "处罚有效期",
    "公示截止期", "公示期限", "数据来源单位", "数据来源", "暂扣或吊销证照名称及编号", "统一社会信用代码", "地方编码",
    "数据更新时间戳", "处罚生效期", "处罚截止期", "执法人员", "执法证号", "检查人员", "填报单位", "填报日期", "填表人", "审核人",
    "注册地址", "经营地址", "地址", "注册资本", "主营业务", "职工人数", "单位类型", "登记机关", "行政区划代码",
];

/// The headers of the coverage table, in the order of its columns.
pub(super) const COVERAGE: [&[&str]; 8] = [
    &["机关", "部门", "单位", "报送机关", "agency"],
    &["领域", "监管领域", "domain"],
    &["起", "起始日期", "开始日期", "起始", "起日", "from"],
    &["止", "截止日期", "结束日期", "截止", "止日", "to"],
    &["行数", "条数", "记录数", "rows"],
    &["零报告", "是否零报告", "zeroreport"],
    &["含简易程序", "是否含简易程序", "simpleprocedure"],
    &["监管对象", "监管对象范围", "supervised"],
];

/// The headers of the table of agency names.
pub(super) const AGENCIES: [&[&str]; 2] =
    [&["机关", "机关名称", "标准名称"], &["别名", "又名", "简称", "机关别名"]];

/// The headers of the table of changed codes.
pub(super) const CHANGES: [&[&str]; 6] = [
    &["原统一社会信用代码", "变更前统一社会信用代码", "旧统一社会信用代码", "原信用代码", "原代码"],
    &["新统一社会信用代码", "变更后统一社会信用代码", "现统一社会信用代码", "新信用代码", "新代码"],
    &["原名称", "变更前名称", "旧名称", "原企业名称"],
    &["新名称", "变更后名称", "现名称", "新企业名称"],
    &["变更日期", "变更时间"],
    &["变更类型", "变更种类", "变更事项"],
];

/// The fields of the enterprise by which a record names it, by English name.
pub(in crate::read) const PARTY: [&str; 4] =
    ["name", "credit_code", "organisation_code", "registration_number"];

/// Words in the name of a file or sheet that break a tie between lists, by the list's English name.
pub(super) const HINTS: [(&str, &[&str]); 5] = [
    ("enterprise", &["名录", "企业", "花名册", "四上"]),
    ("sanction", &["处罚", "措施", "双公示", "命令"]),
    ("rectification", &["整改", "责令"]),
    ("inspection", &["检查", "抽查", "双随机"]),
    ("lead", &["线索", "投诉", "举报", "信访"]),
];
