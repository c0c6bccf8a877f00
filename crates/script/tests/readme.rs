//! The README's standard for officials compiles without a finding and passes its own tests.

use std::sync::Arc;

use sanse::Vocabulary;

#[test]
fn the_standard_in_the_readme_holds() {
    let readme = include_str!("../../../README.md");
    let script = readme.split("```rhai\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let vocabulary = Arc::new(Vocabulary::standard());
    let compiled = sanse_script::compile("README.rhai", script.as_bytes(), &vocabulary, &[]);
    let rendered: Vec<String> =
        compiled.findings.iter().map(|f| sanse_script::render(f, &compiled.text)).collect();
    assert!(rendered.is_empty(), "{}", rendered.join("\n"));
    let results = sanse_script::run_cases(&compiled.standard.unwrap());
    assert_eq!(results.len(), 5);
    for result in results {
        assert!(result.passed, "{}: {:?} {:?}", result.case, result.differences, result.chain);
    }
}

#[test]
fn old_penalties_weigh_less_as_the_readme_says() {
    let readme = include_str!("../../../README.md");
    let part = readme.split("```rhai\n").nth(2).and_then(|rest| rest.split("```").next()).unwrap();
    let [unit, green, yellow, red] = [".分值单位(0.1)", "[0,0]", "[0.1,11.9]", "[12,)"];
    assert!([unit, green, yellow, red].iter().all(|said| readme.contains(said)));
    let script = format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"噪声\").施行(\"2023-01-01\"){unit};
         {part}等级(\"绿标\", 绿, \"{green}\").等级(\"黄标\", 黄, \"{yellow}\").等级(\"红标\", 红, \"{red}\");"
    );
    let compiled = sanse_script::compile_for_tests(
        "README.rhai",
        script.as_bytes(),
        &Arc::new(Vocabulary::standard()),
        &[],
    );
    assert_eq!(compiled.findings, []);
    let results = sanse_script::run_cases(&compiled.standard.unwrap());
    assert_eq!(results.len(), 1);
    assert!(results.iter().all(|result| result.passed), "{results:#?}");
}

/// A standard with these statements, its unit of points and its bands.
fn standard(unit: &str, statements: &str, bands: [&str; 3]) -> String {
    let [green, yellow, red] = bands;
    format!(
        "标准(\"T-1\", \"试\", \"草案\").领域(\"噪声\").施行(\"2023-01-01\"){unit};
         计入(措施, |措| 措.作出日期, 统计期);计入(检查, |检| 检.检查日期, 统计期);
         {statements}
         等级(\"绿标\", 绿, \"{green}\").等级(\"黄标\", 黄, \"{yellow}\").等级(\"红标\", 红, \"{red}\");"
    )
}

#[test]
fn the_examples_in_the_table_hold() {
    // In a table a bar is written with a stroke before it.
    let readme = include_str!("../../../README.md").replace("\\|", "|");
    let whole = ["[0,0]", "[1,11]", "[12,)"];
    let halves = ["[0,0.5]", "[1,11]", "[11.5,)"];
    let case = |when: &str| format!("规则(\"R\", \"规\").依据(\"法\").逐条(措施).情形(|措| {when}, 记(3));");
    let timely = ".情形(|措| 措.整改时效 == \"按时整改\", 记(1)).情形(|措| 措.整改时效 == \"未知\", 记(2)).其余(记(3))";
    let never = "未经检查(|企| 企.检查.数量() == 0, 照常)";
    let group = "组(\"整改\").取最重()";
    let fine = case("措.种类 == \"罚款\"");
    let apart = ".分别记分(\"ZS-01\", \"理由，或者写明分别记分的条款\")";
    let fines = fine.replace("\"R\"", "\"ZS-01\"");
    let again = fine
        .replace("\"R\"", "\"ZS-04\"")
        .replace("\"罚款\"", "\"罚款\" && 措.金额.有值")
        .replace(';', &format!("{apart};"));
    let picked = fine.replace(';', ".取最重(|措| [措.决定]).组(\"整改\");");
    for (examples, script) in [
        (vec!["截止日 - 措.作出日期 > 90"], standard("", &case("截止日 - 措.作出日期 > 90"), whole)),
        (
            vec!["措.作出日期 + 15.天", "截止日 - 3.个月"],
            standard("", &case("措.作出日期 + 15.天 > 截止日 - 3.个月"), whole),
        ),
        (vec![timely], standard("", &format!("规则(\"R\", \"规\").依据(\"法\").逐条(处罚){timely};"), whole)),
        (vec![group], standard("", &format!("{group};{picked}"), whole)),
        (
            vec![".分值单位(0.5)", "\"[0,0.5]\" \"[1,)\""],
            standard(".分值单位(0.5)", &fine.replace("(3)", "(2.5)"), halves),
        ),
        (vec![apart], standard("", &format!("{fines}{again}"), whole)),
        (vec![never], standard("", &format!("{fine}{never};"), whole)),
        (vec!["暂不评"], standard("", &format!("{fine}{};", never.replace("照常", "暂不评")), whole)),
    ] {
        for example in &examples {
            assert!(readme.contains(example) || readme.contains(&example.replace(' ', "` `")), "{example}");
        }
        let compiled =
            sanse_script::compile("README.rhai", script.as_bytes(), &Arc::new(Vocabulary::standard()), &[]);
        let rendered: Vec<String> =
            compiled.findings.iter().map(|f| sanse_script::render(f, &compiled.text)).collect();
        assert!(compiled.standard.is_some() && rendered.is_empty(), "{script}\n{}", rendered.join("\n"));
    }
}
