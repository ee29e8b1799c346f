//! What happens to documents that are dropped.

use super::{Home, roster, sample};

const WANG: (&str, &str) = ("王小明", "99990019900307867X");
const LI: (&str, &str) = ("李芳", "999900198507152349");

fn two(credits: &str) -> String {
    roster("2022-03-01-127(国)", &[(WANG.0, WANG.1, credits), (LI.0, LI.1, "2")])
}

#[test]
fn a_document_leaves_its_files_in_the_right_folders() {
    let home = Home::new("");
    home.drop_in("儿科/名册.csv", sample("区县上报学员名册_GBK.csv"));
    home.drop_in("不是表格.xlsx", b"\x89PNG\r\n\x1a\n rest");
    home.once(1);
    assert_eq!(home.names("done"), ["儿科/名册.csv"]);
    assert_eq!(home.names("out"), ["儿科/名册.national-cme-roster.xlsx"]);
    assert_eq!(
        home.names("refused"),
        ["不是表格.xlsx", "不是表格.xlsx.说明.txt", "儿科/名册.annotated.xlsx"]
    );
    let note =
        std::fs::read_to_string(home.path("rosters/refused/不是表格.xlsx.说明.txt")).unwrap();
    assert!(note.contains("不是表格.xlsx"), "{note}");
    assert!(home.names("in").is_empty());
}

#[test]
fn the_same_document_again_is_seen_and_a_mended_mapping_judges_it_anew() {
    let home = Home::new("");
    home.drop_in("名册.csv", two("2"));
    home.once(0);
    home.drop_in("名册.csv", two("2"));
    home.drop_in("又一份.csv", two("2"));
    home.once(0);
    let jobs = home.jobs();
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    assert_eq!(jobs[0]["seen_again"], 2);
    assert_eq!(home.names("out").len(), 1);
    assert_eq!(home.names("done"), ["又一份.csv", "名册 (2).csv", "名册.csv"]);
    // Another pack is another plan: the same bytes are judged anew.
    let route = std::fs::read_to_string(home.path("rosters/route.toml")).unwrap();
    home.write("rosters/route.toml", route.replace("settle", "packs = [\"beijing-2022\"]\nsettle"));
    home.drop_in("名册.csv", two("2"));
    home.once(0);
    assert_eq!(home.jobs().len(), 2);
}

#[test]
fn a_corrected_document_is_compared_with_what_was_accepted() {
    let home = Home::new("");
    home.drop_in("名册.csv", two("2"));
    home.once(0);
    let first = home.jobs()[0]["id"].clone();
    home.drop_in("名册.csv", two("3"));
    home.once(0);
    let jobs = home.jobs();
    assert_eq!(jobs[1]["corrects"], first, "{jobs:?}");
    assert_eq!(jobs[1]["changes"]["changed"], 1);
    assert_eq!(jobs[1]["changes"]["same"], 1);
    // One person is gone: never withdrawn silently.
    home.drop_in("名册.csv", roster("2022-03-01-127(国)", &[(LI.0, LI.1, "2")]));
    home.once(0);
    let jobs = home.jobs();
    assert_eq!(jobs[2]["changes"]["gone"], 1, "{jobs:?}");
    let marked = home.names("refused");
    assert_eq!(marked, ["名册.annotated.xlsx"]);
}

#[test]
fn the_same_name_with_other_people_is_no_correction() {
    let home = Home::new("");
    home.drop_in("名单.csv", roster("2022-03-01-127(国)", &[(WANG.0, WANG.1, "2")]));
    home.once(0);
    home.drop_in("名单.csv", roster("2022-03-01-128(国)", &[(LI.0, LI.1, "2")]));
    home.once(0);
    let jobs = home.jobs();
    assert!(jobs[1]["corrects"].is_null(), "{jobs:?}");
    assert!(home.names("refused").is_empty());
    assert_eq!(home.names("out").len(), 2);
}

#[test]
fn other_credits_in_another_document_hold_the_row() {
    let home = Home::new("");
    home.drop_in("甲.csv", two("2"));
    home.once(0);
    home.drop_in("乙.csv", two("4"));
    home.once(1);
    let jobs = home.jobs();
    assert_eq!(jobs[1]["counts"]["held"], 1, "{jobs:?}");
    assert_eq!(jobs[1]["state"], "delivered");
    assert!(home.names("refused").contains(&"乙.annotated.xlsx".to_owned()));
}

#[test]
fn an_annotated_workbook_that_comes_back_mended_corrects_its_original() {
    let home = Home::new("");
    home.drop_in(
        "名册.csv",
        roster("2022-03-01-127(国)", &[(WANG.0, WANG.1, "2"), ("李芳", "999900198507152340", "2")]),
    );
    home.once(1);
    assert_eq!(home.names("refused"), ["名册.annotated.xlsx"]);
    let back = std::fs::read(home.path("rosters/refused/名册.annotated.xlsx")).unwrap();
    home.drop_in("名册.annotated.xlsx", back);
    home.once(1);
    let jobs = home.jobs();
    assert_eq!(jobs[1]["corrects"], jobs[0]["id"], "{jobs:?}");
    assert_eq!(jobs[1]["changes"]["same"], 1);
}

#[test]
fn on_error_hold_document_holds_it_whole() {
    let home = Home::new("on_error = \"hold-document\"");
    home.drop_in("名册.csv", sample("区县上报学员名册_GBK.csv"));
    home.once(1);
    assert_eq!(home.states()[0].1, "held");
    assert_eq!(home.names("refused"), ["名册.annotated.xlsx", "名册.csv"]);
    assert!(home.names("out").is_empty());
    assert!(home.names("done").is_empty());
}

#[test]
fn a_broken_route_stops_only_itself_and_says_where() {
    let home = Home::new("");
    home.write("wrong/route.toml", "version = 1\nlabel = \"x\"\nsetle_secs = 1\n");
    home.drop_in("名册.csv", two("2"));
    let ran = home.run(&["run", "--once"]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(3), "{said}");
    assert!(said.contains("wrong/route.toml:3:1"), "{said}");
    assert_eq!(home.states()[0].1, "delivered");
}

#[test]
fn a_daemon_takes_documents_and_new_routes_while_it_runs_and_stops_when_asked() {
    let home = Home::new("");
    let daemon = home.start();
    home.drop_in("甲.csv", two("2"));
    daemon.until("the first leaves", || home.names("out").len() == 1);
    let route = std::fs::read_to_string(home.path("rosters/route.toml")).unwrap();
    home.write("second/route.toml", route);
    home.write("second/in/乙.csv", roster("2022-03-01-128(国)", &[(LI.0, LI.1, "2")]));
    let there = home.path("second/out/乙.national-cme-roster.xlsx");
    daemon.until("the new route works", || there.exists());
    assert_eq!(daemon.stop(), 0);
    let log = std::fs::metadata(home.path("ledger.sqlite-wal")).map_or(0, |told| told.len());
    assert_eq!(log, 0, "a copy of the ledger's one file would not be whole");
    let states = home.states();
    assert!(states.iter().all(|(_, state)| state == "delivered"), "{states:?}");
}

#[test]
fn what_a_platform_takes_from_out_still_goes_to_the_endpoint() {
    let home = Home::new("");
    home.write(
        "gateway.toml",
        "version = 1\n[[endpoints]]\nname = \"relay\"\ntype = \"folder\"\nfolder = \"relay\"\n",
    );
    let route = std::fs::read_to_string(home.path("rosters/route.toml")).unwrap();
    let more = "[[outlets]]\ntarget = \"national-cme-roster\"\nendpoint = \"relay\"\n";
    home.write("rosters/route.toml", format!("{route}{more}"));
    std::fs::create_dir(home.path("relay")).unwrap();
    home.drop_in("儿科/名册.csv", two("2"));
    let ran =
        home.command(&["run", "--once"]).env("CMEGATE_CRASH_AT", "after-finish").output().unwrap();
    assert!(ran.status.code().is_none());
    std::fs::remove_file(home.path("rosters/out/儿科/名册.national-cme-roster.xlsx")).unwrap();
    home.once(0);
    assert!(home.path("relay/名册.national-cme-roster.xlsx").exists());
    assert!(home.names("out").is_empty());
    assert!(home.names(".cmegate").is_empty(), "{:?}", home.names(".cmegate"));
    assert_eq!(home.jobs()[0]["state"], "delivered");
}

#[test]
fn a_file_that_cannot_be_taken_and_is_gone_leaves_no_stuck_job() {
    let home = Home::new("");
    home.write("gateway.toml", "version = 1\n[limits]\nmax_bytes = 1048576\n");
    let large = vec![b'a'; (1 << 20) + 1];
    home.drop_in("大.csv", &large);
    home.once(4);
    home.once(4);
    assert_eq!(home.states(), [("大.csv".to_owned(), "stuck".to_owned())]);
    std::fs::remove_file(home.path("rosters/in/大.csv")).unwrap();
    home.once(0);
    assert_eq!(home.states(), [("大.csv".to_owned(), "cancelled".to_owned())]);
}

#[test]
fn a_document_with_the_longest_of_names_is_delivered() {
    let home = Home::new("");
    let name = |letter: &str| format!("{}{letter}.csv", "长".repeat(82));
    home.drop_in(&name("甲"), two("2"));
    home.drop_in(&name("乙"), roster("2022-03-01-128(国)", &[(LI.0, LI.1, "2")]));
    let png = format!("{}.xlsx", "图".repeat(83));
    home.drop_in(&png, b"\x89PNG\r\n\x1a\n rest");
    home.once(1);
    assert_eq!((home.names("done").len(), home.names("out").len()), (2, 2));
    assert!(home.names("refused").contains(&png));
    assert_eq!(home.names("refused").len(), 2, "{:?}", home.names("refused"));
    assert!(home.names("in").is_empty());
}

#[test]
fn a_job_that_was_cancelled_gives_its_copy_back() {
    let home = Home::new("");
    // The route is away when the job is claimed, so that it waits.
    home.drop_in("名册.csv", two("2"));
    let ran =
        home.command(&["run", "--once"]).env("CMEGATE_CRASH_AT", "after-admit").output().unwrap();
    assert!(ran.status.code().is_none());
    let job = home.jobs()[0]["id"].as_str().unwrap().to_owned();
    assert!(home.run(&["jobs", "cancel", &job]).status.success());
    home.once(0);
    assert_eq!(home.names("refused"), ["名册.csv"]);
    assert_eq!(home.states()[0].1, "cancelled");
    assert!(home.names("in").is_empty());
}

#[test]
fn a_second_daemon_on_the_same_sqlite_ledger_is_sent_away() {
    let home = Home::new("");
    let daemon = home.start();
    home.drop_in("甲.csv", two("2"));
    daemon.until("the first works", || home.names("out").len() == 1);
    let ran = home.run(&["run", "--once"]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(4), "{said}");
    assert!(said.contains("已有一个 cmegate run"), "{said}");
    assert_eq!(daemon.stop(), 0);
    home.once(0);
}

#[test]
fn an_unknown_job_and_a_finished_one_are_told_apart() {
    let home = Home::new("");
    home.drop_in("名册.csv", two("2"));
    home.once(0);
    let job = home.jobs()[0]["id"].as_str().unwrap().to_owned();
    for (words, said) in
        [(["jobs", "cancel", job.as_str()], "delivered"), (["jobs", "retry", "zzz"], "zzz")]
    {
        let ran = home.run(&words);
        assert_eq!(ran.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ran.stderr).contains(said), "{ran:?}");
    }
}

#[test]
fn a_mapping_mended_while_the_daemon_runs_judges_the_next_document() {
    let home = Home::new("");
    let mappings = home.path("mappings");
    let name = "inputs/learner-address-book.toml";
    let text = std::fs::read_to_string(crate::sandbox::root().join("mappings").join(name)).unwrap();
    home.write(&format!("mappings/{name}"), &text);
    let daemon = home.start_with(&["--mappings", mappings.to_str().unwrap()]);
    home.drop_in("甲.csv", two("2"));
    daemon.until("the first leaves", || home.names("done").len() == 1);
    home.write(&format!("mappings/{name}"), format!("{text}\n# mended\n"));
    // Until the change is noticed the same bytes are only seen again; then they are judged anew.
    daemon.until("it is judged anew", || {
        if home.names("in").is_empty() {
            home.drop_in("甲.csv", two("2"));
        }
        home.jobs().len() == 2
    });
    assert_eq!(daemon.stop(), 0);
}
