//! The shipped files, looked at as a whole; and the catalogue over a folder on disk.

use std::{fs, path::PathBuf};

use super::*;
use crate::{model::Kind, write::plan::TargetFormat};

fn shipped() -> Catalogue {
    Catalogue::open(None)
}

#[test]
fn everything_shipped_is_without_lint() {
    assert_eq!(shipped().check(&[]).to_string(), "");
}

#[test]
fn every_word_of_a_dictionary_means_its_entry() {
    let catalogue = shipped();
    for name in catalogue.names(FileKind::Dictionary) {
        let dictionary = catalogue.dictionary(name).unwrap();
        for (at, entry) in dictionary.entries.iter().enumerate() {
            let sure = [&entry.label, &entry.code].into_iter().chain(&entry.synonyms);
            for word in sure.filter(|word| !word.is_empty()) {
                let meaning = dictionary.meaning(word).unwrap();
                assert_eq!(
                    (meaning.entry as usize, meaning.is_doubtful),
                    (at, false),
                    "{name}: {word}"
                );
            }
            for word in &entry.doubtful {
                let meaning = dictionary.meaning(word).unwrap();
                assert_eq!(
                    (meaning.entry as usize, meaning.is_doubtful),
                    (at, true),
                    "{name}: {word}"
                );
            }
        }
    }
}

#[test]
fn everyday_words_mean_what_people_mean() {
    let catalogue = shipped();
    for (name, word, label) in [
        ("sex", "男性", Some("男")),
        ("sex", "2", Some("女")),
        ("sex", "未知", None),
        ("education", "本科", Some("大学本科")),
        ("education", "大专", Some("大学专科")),
        ("education", "博士", Some("博士研究生")),
        ("education", "中专", Some("中专")),
        ("education", "规培", None),
        ("education", "不详", None),
        ("title", "住院医师", Some("医师")),
        ("title", "主治医生", Some("主治医师")),
        ("title", "主管护士", Some("主管护师")),
        ("title", "253", Some("主管护师")),
        ("title", "特级大师", None),
        ("id-type", "台胞证", Some("台湾居民来往大陆通行证")),
        ("credit-class", "一类", Some("Ⅰ类")),
        ("credit-class", "II", Some("Ⅱ类")),
        ("subject2-2022", "03", Some("临床内科学")),
        ("subject3-2022", "20220301", Some("心血管病学")),
    ] {
        let dictionary = catalogue.dictionary(name).unwrap();
        let entry = dictionary.meaning(word).and_then(|meaning| dictionary.entry(meaning.entry));
        assert_eq!(entry.map(|entry| entry.label.as_str()), label, "{name}: {word}");
    }
}

#[test]
fn the_stand_in_spells_the_twenty_titles_from_231_to_250_in_order() {
    let title = shipped().dictionary("title").unwrap();
    let spelled: Vec<String> = title
        .entries
        .iter()
        .take(20)
        .map(|entry| format!("{} {}", entry.spelling("national-cme-roster"), entry.label))
        .collect();
    assert_eq!(spelled.first().unwrap(), "231 主任医师");
    assert_eq!(spelled.get(9).unwrap(), "240 护士");
    assert_eq!(spelled.last().unwrap(), "250 技士");
    let codes: Vec<u32> = spelled.iter().map(|word| word[..3].parse().unwrap()).collect();
    assert!(codes.windows(2).all(|pair| pair[1] == pair[0] + 1));
}

#[test]
fn levels_and_subjects_refer_to_the_other_dictionary() {
    let catalogue = shipped();
    for (name, attribute, other) in
        [("title", "level", "title-level"), ("subject3-2022", "subject2", "subject2-2022")]
    {
        let (dictionary, other) =
            (catalogue.dictionary(name).unwrap(), catalogue.dictionary(other).unwrap());
        for entry in &dictionary.entries {
            let word = entry.attribute(attribute).unwrap();
            assert!(other.meaning(word).is_some(), "{name}: {word}");
        }
    }
}

#[test]
fn the_national_target_has_the_ten_columns_of_its_template() {
    let target = shipped().target("national-cme-roster").unwrap();
    let headings: Vec<&str> = target.columns.iter().map(|column| column.heading.as_str()).collect();
    assert_eq!(
        headings.join(","),
        "序号,姓名,证件类型,证件号码,手机号,工作单位,职称,项目编号,学分,培训日期"
    );
    assert!(target.columns.iter().enumerate().all(|(at, column)| column.column as usize == at));
    assert!(target.columns.iter().all(|column| column.is_required));
    assert!(target.is_stand_in && target.kind == Some(Kind::Enrolment));
    assert_eq!(target.digest.len(), 64);
    let TargetFormat::Xlsx(template) = &target.format else { panic!("no template") };
    assert_eq!((template.sheet.as_str(), template.heading_row), ("学员信息", 2));
}

#[test]
fn each_shipped_input_has_examples_and_a_key() {
    for input in shipped().inputs().unwrap() {
        assert!(input.examples.len() >= 2, "{}", input.name);
        assert!(input.columns.iter().any(|column| column.is_key), "{}", input.name);
        assert!(input.examples.iter().any(|example| !example.findings.is_empty()));
        assert!(input.examples.iter().any(|example| !example.record.is_empty()));
    }
}

#[test]
fn an_unknown_name_is_told_with_the_one_probably_meant() {
    let error = shipped().target("national-cme-rooster").unwrap_err();
    assert_eq!(
        error.render(Lang::En),
        "no target is called national-cme-rooster; did you mean national-cme-roster?"
    );
    assert_eq!(
        error.render(Lang::Zh),
        "没有名为“national-cme-rooster”的目标，是否想写“national-cme-roster”？"
    );
    let error = shipped().dictionary("nothing-like-it").unwrap_err();
    assert!(error.to_string().contains("known: aid-place, award-level"));
}

fn folder_with(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let path = folder.path().to_owned();
    (folder, path)
}

const TINY: &str =
    "version = 1\nlabel = { zh = \"性别\", en = \"sex\" }\n[[entries]]\nlabel = \"雄\"\n";

#[test]
fn a_file_on_disk_wins_over_the_embedded_one_and_a_new_one_is_added() {
    let bom = format!("\u{FEFF}{TINY}");
    let (_kept, folder) = folder_with(&[
        ("dictionaries/sex.toml", bom.as_str()),
        ("dictionaries/own.toml", TINY),
        ("packs/ours.toml", "version = 1\n"),
    ]);
    let catalogue = Catalogue::open(Some(folder.clone()));
    assert!(catalogue.dictionary("sex").unwrap().meaning("雄").is_some());
    assert!(catalogue.dictionary("own").is_ok() && catalogue.dictionary("title").is_ok());
    let source = catalogue.source(FileKind::Dictionary, "sex").unwrap();
    assert_eq!((source.path, &*source.text), (folder.join("dictionaries/sex.toml"), TINY));
    assert!(catalogue.pack_names().contains(&"ours"));
    assert_eq!(catalogue.pack_source("ours").unwrap().1, "version = 1\n");
}

#[test]
fn mistakes_of_several_files_are_told_in_one_run_and_once() {
    let broken = TINY.replace("label = \"雄\"", "lable = \"雄\"");
    let (_kept, folder) = folder_with(&[("dictionaries/sex.toml", broken.as_str())]);
    let catalogue = Catalogue::open(Some(folder));
    let lints = catalogue.check(&[]).to_string();
    assert_eq!(lints.matches("unknown key lable; did you mean label?").count(), 1, "{lints}");
    assert_eq!(lints.matches("dictionary sex has mistakes of its own").count(), 4, "{lints}");
    let lints = catalogue.inputs().unwrap_err().to_string();
    assert!(lints.contains("unknown key lable"), "{lints}");
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let catalogue = Catalogue::open(Some(PathBuf::from("no-such-folder")));
    assert_eq!(catalogue.check(&[]).to_string(), "no-such-folder:1:1: there is no such folder\n");
    assert!(catalogue.target("canonical-csv").is_err());
}

#[test]
fn a_target_by_path_finds_its_template_beside_it() {
    let catalogue = shipped();
    let source = catalogue.source(FileKind::Target, "national-cme-roster").unwrap();
    let (_kept, folder) = folder_with(&[("mine.toml", &*source.text)]);
    let path = folder.join("mine.toml");
    let missing = catalogue.target(path.to_str().unwrap()).unwrap_err().to_string();
    assert!(
        missing.contains("cannot read the template templates/national-cme-roster.xlsx"),
        "{missing}"
    );
    fs::create_dir_all(folder.join("templates")).unwrap();
    let template = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("mappings/targets/templates/national-cme-roster.xlsx");
    fs::copy(template, folder.join("templates/national-cme-roster.xlsx")).unwrap();
    assert_eq!(catalogue.target(path.to_str().unwrap()).unwrap().name, "mine");
}
