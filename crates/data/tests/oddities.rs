//! The oddities of real exports, one case each: wordings, numbers, codes, headers and rows as systems write them, and
//! what becomes of them. What cannot be decided is a problem (its code, with `!` where green is withheld); nothing is
//! left out or counted in silence.

mod common;

use common::*;
use sanse::{ENTERPRISE, INSPECTION, RECTIFICATION, SANCTION};

#[test]
fn kinds_of_penalty_in_the_lists_of_systems() {
    let kind = |cell: &str| {
        let d = one_row("企业名称,处罚类别,处罚决定日期", &format!("{ZHONG},\"{cell}\",2022-05-06"));
        told(&d, SANCTION, &["种类", "类别"])
    };
    compare(
        &[
            // The numbered list of a province, with and without its words.
            ("01 警告", "警告|处罚"),
            ("02 罚款", "罚款|处罚"),
            ("03 没收违法所得", "没收违法所得|处罚"),
            ("04 责令停产停业", "责令停产停业|处罚"),
            ("05 吊销许可证", "吊销许可证件|处罚"),
            ("06 行政拘留", "行政拘留|处罚"),
            ("07 法律、行政法规规定的其他行政处罚", "其他行政处罚|处罚"),
            ("08 通报批评", "通报批评|处罚"),
            ("09 没收非法财物", "没收非法财物|处罚"),
            ("10 降低资质等级", "降低资质等级|处罚"),
            ("11 暂扣许可证", "暂扣许可证件|处罚"),
            ("12 限制开展经营活动", "限制开展生产经营活动|处罚"),
            ("13 限制从业", "限制从业|处罚"),
            ("14 责令关闭", "责令关闭|处罚"),
            ("01;14", "警告|处罚 · 责令关闭|处罚"),
            ("12", "限制开展生产经营活动|处罚"),
            // Two codes are not a third one.
            ("1,2", "警告|处罚 · 罚款|处罚"),
            ("1、2", "警告|处罚 · 罚款|处罚"),
            ("1.0", "警告|处罚"),
            ("15", "D305!"),
            // The words of before 2021; of two kinds in one nobody knows which.
            ("暂扣或者吊销许可证", "D305!"),
            ("暂扣或者吊销执照", "D305!"),
            ("其他", "D305!"),
            // An order is no penalty, wherever it is filed.
            ("其他-责令改正", "责令改正|其他措施"),
            ("其他：责令限期改正", "责令改正|其他措施"),
            ("警告；责令改正", "责令改正|其他措施 · 警告|处罚"),
            ("不予行政处罚", "免予处罚|其他措施"),
        ],
        kind,
    );
}

#[test]
fn codes_explained_in_the_header_are_read_by_it_and_others_are_asked_for() {
    // The header of the penalties numbers otherwise than the list of the province.
    let kind = |cell: &str| {
        let header = "企业名称,处罚类别（1：罚款 2：警告 3：通报批评）,处罚决定日期";
        told(&one_row(header, &format!("{ZHONG},\"{cell}\",2022-05-06")), SANCTION, &["种类"])
    };
    compare(
        &[
            ("1", "罚款"),
            ("2.0", "警告"),
            ("1;3", "通报批评 · 罚款"),
            ("警告", "警告"),
            ("5", "D305!"),
            ("1,6", "D305!"),
        ],
        kind,
    );
    let inspection = |cell: &str| {
        let header = "企业名称,检查日期,检查类别 1：自查 2：检查";
        told(&one_row(header, &format!("{ZHONG},2022-05-06,{cell}")), INSPECTION, &["类别"])
    };
    compare(
        &[
            ("1", "未用：企业自查，不是执法检查"),
            ("2", ""),
            ("5", " · D305!"),
            ("日常检查", "日常检查"),
            ("", ""),
        ],
        inspection,
    );
}

#[test]
fn states_of_decisions_in_two_numberings() {
    let state = |header: &'static str| {
        move |cell: &str| {
            let header = format!("企业名称,处罚种类,处罚决定日期,{header}");
            told(&one_row(&header, &format!("{ZHONG},警告,2022-05-06,{cell}")), SANCTION, &["状态"])
        }
    };
    // The layout of 2016: 0 正常, 1 撤销, 2 异议, 3 其他. A decision that is objected to is not annulled.
    compare(
        &[
            ("0", "有效"),
            ("1", "撤销"),
            ("2", "有效 · D305!"),
            ("3", "有效 · D305!"),
            ("异议", "有效 · D305!"),
            ("", "有效"),
        ],
        state("当前状态"),
    );
    // A later one: 0 正常, 1 撤销, 2 删除.
    compare(
        &[("0", "有效"), ("1", "撤销"), ("2", "撤销"), ("3", "有效 · D305!"), ("正常", "有效")],
        state("公示状态"),
    );
}

#[test]
fn results_of_inspections_in_the_wordings_of_systems() {
    let group = |cell: &str| {
        let d = one_row("企业名称,检查日期,检查结果", &format!("{ZHONG},2022-05-06,\"{cell}\""));
        told(&d, INSPECTION, &["结果组"])
    };
    compare(
        &[
            ("未发现问题", "合格"),
            ("01 未发现问题", "合格"),
            ("正常（符合信息公示相关规定）", "合格"),
            ("未发现开展本次抽查涉及的经营活动", "合格"),
            ("03 未发现本次抽查涉及的生产经营活动", "合格"),
            ("02 发现问题经责令已改正", "已改正"),
            ("发现问题已责令改正", "问题"),
            ("未按规定公示应当公示的信息", "问题"),
            ("2 未按规定公示即时信息", "问题"),
            ("3 未按规定公示年报信息", "问题"),
            ("公示信息隐瞒真实情况、弄虚作假", "问题"),
            ("14 公示信息隐瞒真实情况弄虚作假", "问题"),
            ("不配合检查情节严重", "问题"),
            ("不予配合情节严重", "问题"),
            ("发现问题待后续处理", "问题"),
            ("通过登记的住所(经营场所)无法联系", "无法查"),
            ("10 通过登记的住所（经营场所）无法联系", "无法查"),
            ("7 已关闭停业或正在组织清算", "无法查"),
            ("注销", "无法查"),
            ("被吊销", "无法查"),
            ("07 吊证", "无法查"),
            ("06 暂停营业", "无法查"),
            ("12 迁出", "无法查"),
            ("7 已办理营业执照注销", "无法查"),
            ("8 被吊销营业执照", "无法查"),
            // The same list goes on with letters.
            ("A 发现问题待后续处理", "问题"),
            ("E发现问题经责令已改正", "已改正"),
            ("F 未发现开展本次抽查涉及的经营活动", "合格"),
            ("AB未发现问题", " · D305!"),
            // A number alone means another thing in every system; of several results nobody says which counts.
            ("1", " · D305!"),
            ("12", " · D305!"),
            ("1,2", " · D305!"),
            ("未发现问题,发现问题待后续处理", " · D305!"),
            // One system names the law that was broken; together they are what is to be dealt with.
            ("3 违反食品药品管理相关规定", "问题"),
            ("违反其他工商行政管理规定行为", "问题"),
            ("违反消防管理相关规定", "问题"),
            ("违反公安部门相关规定,未发现问题", " · D305!"),
            // Of the three grades of a check list the middle one says neither.
            ("符合", "合格"),
            ("不符合", "问题"),
            ("基本符合", " · D305!"),
        ],
        group,
    );
}

#[test]
fn credit_codes_as_cells_have_them() {
    // The name is nobody's, so the code alone decides.
    let who = |cell: &str| {
        let d = one_row(
            "企业名称,统一社会信用代码,处罚种类,处罚决定日期",
            &format!("改名后的公司,{cell},警告,2022-05-06"),
        );
        told(&d, SANCTION, &["种类"])
    };
    compare(
        &[
            // Found; another name is a renaming, which is said.
            ("91341504MA2TE5TA3J", "警告 · D403"),
            ("91341504ma2te5ta3j", "警告 · D403"),
            ("统一社会信用代码：91341504MA2TE5TA3J", "警告 · D403"),
            ("91341504MA2TE5TA3J（1/1）", "警告 · D403"),
            ("91341504MA2TE5TA3J(1/1)", "警告 · D403"),
            ("91341504MA2TE5TA3J()", "警告 · D403"),
            ("'91341504MA2TE5TA3J", "警告 · D403"),
            ("MA2TE5TA-3", "警告 · D403"),
            // Nearly found: asked for at the enterprise that may be meant.
            ("9l341504MA2TE5TA3J", "D404!"),
            ("91341504MA2TE5TA3", "D404!"),
            ("91341504MA2TESTA3J", "D404!"),
            // Nobody's.
            ("91330106673959654P", "未用：不在企业名录"),
            ("91310115MA1H8R7C6D", "D401"),
            ("91350100M000100Y4Z", "D401"),
            ("320571000000.00 ", "D401"),
            ("5f2b9c1e-7d34-4a86-9b0e-2c1d3e4f5a6b", "D401"),
            ("9.14403E+17", "D402"),
            ("undefined", "未用：不在企业名录"),
        ],
        who,
    );
}

#[test]
fn columns_of_other_codes_stand_in_for_the_credit_code() {
    let who = |cells: &str| {
        let d = one_row(
            "企业名称,行政相对人代码_1(统一社会信用代码),行政相对人代码_2(工商注册号),行政相对人代码_3(组织机构代码),处罚种类,处罚决定日期",
            &format!("{cells},警告,2022-05-06"),
        );
        told(&d, SANCTION, &["种类"])
    };
    compare(
        &[
            ("某公司,,,MA2TE5TA3", "警告 · D403"),
            ("某公司,,,MA2TE5TA-3", "警告 · D403"),
            ("某公司,,91341504MA2TE5TA3J,", "警告 · D403"),
            ("某公司,,,91341504MA2TE5TA3J", "警告 · D403"),
            // A telephone number is no code; the name decides.
            ("安徽叶集中亚板材有限公司,,,05641234567", "警告"),
            ("某公司,,,05641234567", "未用：不在企业名录"),
            // The name is one enterprise's, the organisation code another's.
            ("安徽叶集中亚板材有限公司,,,66895965-4", "D405!"),
            // Two codes of two registered enterprises in one row: the credit code counts, and both are told.
            ("某公司,91341504MA2TE5TA3J,,587229145", "警告 · D202! · D202! · D403"),
            ("某公司,91341504MA2TE5TA3J,,MA2TE5TA3", "警告 · D403"),
            ("某公司,5f2b9c1e-7d34-4a86-9b0e-2c1d3e4f5a6b,,", "D401"),
            ("安徽叶集中亚板材有限公司,5f2b9c1e-7d34-4a86-9b0e-2c1d3e4f5a6b,,", "D401!"),
        ],
        who,
    );
}

#[test]
fn names_as_exports_have_them() {
    let register = "企业名称,统一社会信用代码,乡镇\n\
        叶集未名投资中心（有限合伙）,,史河街道\n六安东方机械股份有限公司,,平岗街道\n";
    let who = |name: &str| {
        let text = format!("企业名称,行政相对人类别,处罚种类,处罚决定日期\n{name},,警告,2022-05-06\n");
        let files = [("名录.csv", register.as_bytes().to_vec()), ("消防/表.csv", text.into_bytes())];
        let Ok(d) = try_read(&files) else { return "名录读不了".to_owned() };
        told(&d, SANCTION, &["种类"])
    };
    compare(
        &[
            ("叶集未名投资中心(有限合伙）", "警告"),
            ("叶集未名投资中心（有限合伙)", "警告"),
            ("叶集未名投资中心", "D405!"),
            ("六安东方机械股份有限", "D405!"),
            ("六安东方机械有限公司", "D405!"),
            ("六安西方机械有限公司", "未用：不在企业名录"),
            // A sole trader without a name of its own is filed under the word: that names nobody.
            ("个体工商户", "D407"),
            ("某某应急管理测试", "未用：测试数据"),
            ("******", "D407"),
        ],
        who,
    );
}

/// Of persons nothing is kept: neither their rows nor their names and numbers.
#[test]
fn persons_in_every_column_stay_out() {
    let id = identity_number("19850214", 23);
    for (header, row, outcome) in [
        ("企业名称,统一社会信用代码,行政相对人类别", format!("叶某丙,{id},"), "未用：自然人"),
        ("企业名称,统一社会信用代码,行政相对人类别", "叶某丙,,自然人".to_owned(), "未用：自然人"),
        ("企业名称,统一社会信用代码,行政相对人类型", "叶某丙,,01 个人".to_owned(), "未用：自然人"),
        ("行政相对人名称*,行政相对人编码*,行政相对人性质*", format!("叶某丙,{id},公民"), "未用：自然人"),
        ("企业名称,统一社会信用代码,证件号码", format!("{ZHONG},{A},{id}"), "警告"),
        ("企业名称,统一社会信用代码,证件号码", format!("{ZHONG},{A},叶某丙"), "警告"),
        ("企业名称,统一社会信用代码,证件号码", format!("{ZHONG},{A},undefined"), "警告"),
        ("企业名称,统一社会信用代码,法定代表人", format!("{ZHONG},{A},叶某丙"), "警告"),
        (
            "企业名称,统一社会信用代码,行政相对人类别",
            "个体工商户(叶某丙),,个体工商户".to_owned(),
            "未用：不在企业名录",
        ),
        (
            "企业名称,统一社会信用代码,行政相对人类别",
            "叶集区好再来饭店（经营者：叶某丙）,,个体工商户".to_owned(),
            "警告",
        ),
    ] {
        let d = one_row(&format!("{header},处罚种类,处罚决定日期"), &format!("{row},警告,2022-05-06"));
        assert_eq!(told(&d, SANCTION, &["种类"]), outcome, "{header} {row}");
        let text = all_text(&d);
        assert!(!text.contains("叶某丙") && !text.contains(&id[6..17]), "{header} {row}: {text}");
    }
}

#[test]
fn amounts_under_the_headers_of_systems() {
    for (header, cell, outcome) in [
        ("罚款金额(万元)", "2.35", "23500元"),
        ("罚款金额（万元）", "2.350000", "23500元"),
        ("罚款金额（元）", "23500.0000000000", "23500元"),
        ("罚款金额", "23500", "23500元 · D204"),
        ("罚款金额", "2.35", " · D204 · D304!"),
        ("罚款金额(万元)", "23500", " · D304!"),
        ("罚款金额(万元)", "23500元", "23500元"),
        ("罚款金额", "3.5万元", "35000元 · D204"),
        ("罚款金额", "行政罚款人民币伍万元整", "50000元 · D204"),
        ("罚款金额", "贰万叁仟伍佰元", "23500元 · D204"),
        ("罚款金额", "\"20,000 元\"", "20000元 · D204"),
        ("罚款金额", "132583.5元", "132583.5元 · D204"),
        ("罚款金额（元）", "贰万叁仟伍佰元（23500元）", " · D303!"),
        ("罚款金额（元）", "计算??3500元（贰万叁仟伍佰元）", "D104!"),
        // A fine of nothing is no fine, and an empty cell is not nothing.
        ("罚款金额（元）", "0", " · D308!"),
        ("罚款金额（元）", "", ""),
        ("应缴罚款金额（元）", "5000", "5000元"),
        // Money of another country is no amount of a fine.
        ("罚款金额（元）", "83.2469万美元", " · D303!"),
        ("罚款金额（元）", "10800万日币", " · D303!"),
    ] {
        let d = one_row(
            &format!("企业名称,处罚种类,处罚决定日期,{header}"),
            &format!("{ZHONG},罚款,2022-05-06,{cell}"),
        );
        assert_eq!(told(&d, SANCTION, &["金额"]), outcome, "{header} {cell}");
    }
}

/// A system's empty date is no date: what may be missing is missing and asked for, what may not keeps the row out.
#[test]
fn empty_dates_of_systems_are_no_dates() {
    for empty in [
        "1900-01-01",
        "1900/1/1 0:00",
        "1900/1/0 0:00:00",
        "1899-12-30",
        "1899/12/31",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "0001-01-01",
        "1753-01-01",
        "1601-01-01",
        "1970-01-01 08:00:00",
        "1970/1/1 8:00",
        "0",
        "1",
    ] {
        let d =
            one_row("企业名称,处罚种类,处罚决定日期,整改期限", &format!("{ZHONG},警告,2022-05-06,{empty}"));
        assert_eq!(told(&d, SANCTION, &["作出日期", "整改期限"]), "2022-05-06| · D301!", "{empty}");
        let d = one_row("企业名称,处罚种类,处罚决定日期", &format!("{ZHONG},警告,{empty}"));
        assert_eq!(told(&d, SANCTION, &["作出日期"]), "D301!", "{empty}");
    }
    // The same days in the cells of a workbook, which a reader that trusts the format makes real.
    for serial in ["0", "1", "2"] {
        let book = xlsx(&[(
            "处罚",
            vec![
                ["企业名称", "处罚种类", "处罚决定日期", "整改期限"].map(Cell::Text).into(),
                vec![
                    Cell::Text(ZHONG),
                    Cell::Text("警告"),
                    Cell::Number("44687", 2),
                    Cell::Number(serial, 2),
                ],
            ],
        )]);
        let d = try_read(&[("名录.csv", REGISTER.as_bytes().to_vec()), ("消防/a.xlsx", book)]).unwrap();
        assert_eq!(told(&d, SANCTION, &["作出日期", "整改期限"]), "2022-05-06| · D301!", "{serial}");
    }
    // A firm may have been founded on the first day that computers count from.
    let register = format!("企业名称,统一社会信用代码,成立日期\n{ZHONG},{A},1970-01-01\n");
    let d = try_read(&[("名录.csv", register.into_bytes())]).unwrap();
    assert_eq!(told(&d, ENTERPRISE, &["登记日期"]), "1970-01-01");
}

#[test]
fn an_empty_flag_is_no_no() {
    let flag = |cell: &str| {
        let header = "企业名称,文书文号,下达日期,是否重大隐患 0-否 1-是";
        told(
            &one_row(header, &format!("{ZHONG},1号,2022-05-06,{cell}")),
            RECTIFICATION,
            &["文号", "重大隐患"],
        )
    };
    compare(&[("", "1号|"), ("0", "1号|否"), ("1", "1号|是"), ("否", "1号|否"), ("2", "1号| · D306!")], flag);
}

#[test]
fn one_document_number_in_every_style_is_one_decision() {
    let header = "企业名称,文号,处罚种类,处罚决定日期";
    let decisions = |number: &str| {
        let first = format!("{header}\n{ZHONG},（叶）应急罚〔2022〕274号,警告,2022-05-06\n");
        let second = format!("{header}\n{ZHONG},{number},警告,2022-05-06\n");
        let d = read(&[("应急/a.csv", &first), ("应急/b.csv", &second)]);
        rows(&d, SANCTION, &["种类"]).len().to_string()
    };
    compare(
        &[
            ("(叶)应急罚[2022]274号", "1"),
            ("（叶）应急罚［2022］274号", "1"),
            ("（叶）应急罚【2022】274号", "1"),
            ("（叶）应急罚(2022)274号", "1"),
            ("〔叶〕应急罚〔2022〕第274号", "1"),
            ("（叶）应急罚〔2022〕0274 号", "1"),
            ("（叶）应急罚〔2022〕274-2号", "2"),
            ("（叶）应急罚〔2021〕274号", "2"),
            ("（叶）应急停〔2022〕274号", "2"),
        ],
        decisions,
    );
}

#[test]
fn the_header_rows_of_systems_are_read() {
    let law = "《消防法》";
    for (header, row, fields, outcome) in [
        // The layout of 2016: two columns of kinds, the state as a number, the amount only in the result.
        (
            "行政处罚决定书文号,处罚名称,处罚类别1,处罚类别2,处罚事由,处罚依据,行政相对人名称,行政相对人代码_1(统一社会信用代码),行政相对人代码_2(组织机构代码),行政相对人代码_3(工商登记码),行政相对人代码_4(税务登记号),行政相对人代码_5(居民身份证号),法定代表人姓名,处罚结果,处罚决定日期,处罚机关,当前状态,地方编码,数据更新时间戳,备注",
            format!(
                "叶消罚〔2022〕1号,占用通道案,警告,罚款,占用通道,{law},{ZHONG},{A},,,,,,罚款5000元,2022/5/6,消防大队,0,341504,2022/5/7,"
            ),
            &["文号", "种类", "金额", "作出日期", "状态", "处罚内容"][..],
            "叶消罚〔2022〕1号|警告||2022-05-06|有效|罚款5000元 · 叶消罚〔2022〕1号|罚款||2022-05-06|有效|罚款5000元",
        ),
        // The pages of a county: numbered codes and a header that explains the years.
        (
            "行政处罚决定书文号,处罚名称,处罚类别1,处罚事由,行政相对人名称,行政相对人代码_1(统一社会信用代码),行政相对人代码_5(居民身份证号),处罚决定日期,公示期限年限1或者3年限（数字）1或者3,处罚机构",
            format!("叶消罚〔2022〕1号,案,警告,占用通道,{ZHONG},{A},,2022年5月6日,1,消防大队"),
            &["种类", "作出日期", "机关"],
            "警告|2022-05-06|消防大队 · D205 · D207",
        ),
        // The feed of penalties of 互联网+监管, with stars for what must be filled.
        (
            "处罚行为名称*,监管对象*,行政相对人编码*,违法事实*,处罚依据*,处罚程序*,处罚文书号*,作出行政处罚决定日期*,处罚种类*,罚款金额,处罚结果*",
            format!("占用通道,{ZHONG},{A},占用,{law},一般,叶消罚〔2022〕1号,2022-05-06,02,5000,罚款"),
            &["文号", "种类", "金额", "程序", "作出日期"],
            "叶消罚〔2022〕1号|罚款|5000元|一般|2022-05-06 · D204",
        ),
        // The words of a tax office.
        (
            "文书字轨,被处罚当事人,社会信用代码（纳税人识别号）,处罚种类,应缴罚款金额（元）,文书制作日期,作出处罚决定的部门",
            format!("叶消罚〔2022〕1号,{ZHONG},{A},罚款,5000,2022-05-06,消防大队"),
            &["文号", "种类", "金额", "作出日期", "机关"],
            "叶消罚〔2022〕1号|罚款|5000元|2022-05-06|消防大队",
        ),
        // The result column of a tax office holds the amount, says its header.
        (
            "文书字轨,被处罚当事人,社会信用代码（纳税人识别号）,处罚种类,处罚结果（应缴罚款金额）（元）,文书制作日期",
            format!("叶消罚〔2022〕1号,{ZHONG},{A},罚款,5000,2022-05-06"),
            &["种类", "金额", "作出日期"],
            "罚款|5000元|2022-05-06",
        ),
        // The names that a program gave its columns stand above the real ones.
        (
            "Column1,Column2,Column3,Column4\n 企业名称, 统一社会信息用代码, 处罚种类, 处罚决定日期",
            format!("{ZHONG},{A},警告,2022-05-06"),
            &["种类", "作出日期"],
            "警告|2022-05-06",
        ),
        // What the enterprise publication system shows has no kind of penalty: it is asked for.
        (
            "企业名称,行政处罚决定书文号,违法行为类型,行政处罚内容,作出行政处罚决定机关名称,作出行政处罚决定日期,公示日期",
            format!("{ZHONG},叶消罚〔2022〕1号,占用通道,罚款5000元,消防大队,2022-05-06,2022-05-08"),
            &["种类"],
            "D201 · D205 · D307!",
        ),
    ] {
        let d = one_row(header, &row);
        assert_eq!(d.sources[1].taken_for, "措施", "{header}");
        assert_eq!(told(&d, SANCTION, fields), outcome, "{header}");
    }
}

/// Plans, tasks, staff and devices are no records of enterprises: nobody takes them for such, and it is said.
#[test]
fn tables_of_other_matters_are_told_and_not_read() {
    let id = identity_number("19850214", 31);
    for (header, row) in [
        (
            "序号,检查主体,年度计划名称,检查内容,计划开展时间,股室,抽查比例,抽查频次,抽查数量",
            "1,消防大队,年度抽查,消防安全,1月—12月,防火股,5%,>=1,1户(实际以联合双随机牵头单位抽查数为准。)"
                .to_owned(),
        ),
        (
            "单位工号,姓名,身份证号,手机号,岗位大类,工商部门执法证,有效期,省政府执法证,有效期",
            format!("0001,叶某丙,{id},13900000000,安全生产,A1,2023-01-01,B1,2024-01-01"),
        ),
        (
            "设备编码,设备使用单位,使用单位统一社会信用代码,生产厂家,出厂日期,检验时间,下次检验时间",
            format!("3015,{ZHONG},{A},某厂,2015-01-01,2022-03-01,2024-03-01"),
        ),
        (
            "任务编号,任务名称,任务状态,任务组织部门,抽查方式,随机抽取日期,抽取库总户数(去重),总抽取比例",
            "1,抽查,01,消防大队,2,2022-03-01,402,5%".to_owned(),
        ),
    ] {
        let d = one_row(header, &row);
        assert!(problems(&d).iter().any(|p| p.starts_with("D103")), "{header}: {:?}", d.problems);
        for list in [SANCTION, RECTIFICATION, INSPECTION] {
            assert_eq!(rows(&d, list, &[]).len(), 0, "{header}");
        }
        assert_eq!(rows(&d, ENTERPRISE, &[]).len(), 3, "{header}");
        let text = all_text(&d);
        assert!(!text.contains("叶某丙") && !text.contains(&id[6..17]), "{header}: {text}");
    }
}

#[test]
fn rows_that_are_no_records() {
    let header = "序号,企业名称,处罚种类,处罚决定日期";
    let row = |row: &str| {
        let d = one_row(header, &format!("1,{ZHONG},警告,2022-05-06\n{row}"));
        told(&d, SANCTION, &["种类"])
    };
    compare(
        &[
            ("合计,,1,", "警告 · 未用：合计行"),
            ("小 计,,1,", "警告 · 未用：合计行"),
            ("表格说明：金额以万元计,,,", "警告 · 未用：表尾说明"),
            ("填表说明：一户一行，日期写成年月日,,,", "警告 · 未用：表尾说明"),
            ("序号,企业名称,处罚种类,处罚决定日期", "警告 · 未用：重复的表头"),
            // Only the serial number differs.
            ("2,安徽叶集中亚板材有限公司,警告,2022-05-06", "警告 · 未用：重复：与第 2 行相同"),
            // The heading of the next part of the page.
            ("二、某某部门,,,", "警告 · D307 · D407 · D307"),
        ],
        row,
    );
}

#[test]
fn industries_as_registers_write_them() {
    let section = |cell: &str| {
        let register = format!("企业名称,统一社会信用代码,行业代码\n{ZHONG},{A},\"{cell}\"\n");
        let Ok(d) = try_read(&[("名录.csv", register.into_bytes())]) else {
            return "名录读不了".to_owned();
        };
        told(&d, ENTERPRISE, &["行业门类"])
    };
    compare(
        &[
            ("C2614", "C 制造业"),
            ("C26", "C 制造业"),
            ("26", "C 制造业"),
            ("2614", "C 制造业"),
            ("制造业", "C 制造业"),
            ("C", "C 制造业"),
            ("0511", "A 农林牧渔业"),
            ("S9999", "S 公共管理社会保障和社会组织"),
            ("", ""),
        ],
        section,
    );
}

#[test]
fn a_recheck_that_is_missing_is_not_one_that_failed() {
    let state = |cells: &str| {
        let header = "企业名称,文号,下达日期,整改期限,复查日期,复查结果";
        told(&one_row(header, &format!("{ZHONG},1号,2022-05-06,{cells}")), RECTIFICATION, &["整改"])
    };
    compare(
        &[
            ("2022-06-01,2022-06-02,已整改", "已整改"),
            ("2022-06-01,2022-06-02,整改到位", "已整改"),
            ("2022-06-01,2022-06-02,部分整改", "部分整改"),
            ("2022-06-01,2022-06-02,未整改", "未整改"),
            ("2022-06-01,2022-06-02,复查不合格", "未整改"),
            ("2022-06-01,,未复查", "未复查"),
            ("2022-06-01,,", "未复查"),
            ("2023-06-01,,", "未到期"),
            // Only after the day of the assessment.
            ("2022-06-01,2023-04-02,未整改", "未复查"),
            ("2022-06-01,2022-06-02,已整改一半", "未复查 · D305!"),
        ],
        state,
    );
}

/// The pool of a random draw has an enterprise once for each licence; it is one enterprise.
#[test]
fn a_pool_with_a_row_for_each_licence_is_a_register_of_one() {
    let header =
        "序号,专项库名称,统一社会信用代码/注册号,企业名称,许可证名称,许可证编号,许可批准日期,有效期至";
    let rows = format!(
        "1,电梯,{A},{ZHONG},使用登记,1,2015-01-01,2025-01-01\n2,锅炉,{A},{ZHONG},使用登记,2,2016-01-01,2026-01-01\n"
    );
    let Ok(d) = try_read(&[("检查对象名录库.csv", format!("{header}\n{rows}").into_bytes())]) else {
        panic!("a register")
    };
    balanced(&d);
    assert_eq!(names(&d), [ZHONG]);
    assert_eq!(problems(&d), ["D603 3 "]);
}

/// Flags and counters that no field takes are named, whatever they hold: an official sees what was not read.
#[test]
fn columns_that_are_not_read_are_told_by_their_headers() {
    let header = "企业名称,检查日期,检查结果,是否发现问题隐患 0-否 1-是,隐患等级（1：一般隐患 2：重大隐患）,检查次数,处罚次数,上级督办";
    let d = one_row(header, &format!("{ZHONG},2022-05-06,未发现问题,1,2,0,0,"));
    assert_eq!(rows(&d, INSPECTION, &["结果", "重大隐患"]), ["未发现问题|是"]);
    let mut columns: Vec<&str> = d.problems.iter().filter_map(|p| p.column.as_deref()).collect();
    columns.sort_unstable();
    // The last column is empty and has nothing to lose.
    assert_eq!(columns, ["处罚次数", "是否发现问题隐患 0-否 1-是", "检查次数"]);
    assert!(d.problems.iter().all(|p| p.code == "D205"));
}
