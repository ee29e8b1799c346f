//! `demo`: the gateway's whole journey on the built-in samples, in a scratch home that stays for a look.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    Context, Exit,
    gateway::{home, jobs},
    samples::SAMPLES,
};
use crate::{
    clock::Clock,
    config::SHIPPED_HOME,
    ledger::{Folder, JobFilter, JobId, JobView, Ledger, LedgerError},
    model::Lang,
    pipeline::ConvertError,
};

/// A route that the shipped home lacks: whatever fits some mapping, written as that mapping says.
const OTHERS: &str = "version = 1\nlabel = \"其他表格\"\n";

/// Where a sample is dropped, unless it is a roster at the top of `rosters/in/`.
const PLACES: &[(&str, &str)] = &[
    ("两个科室.xlsx", "rosters/in/护理部"),
    ("人事系统导出.xls", "others/in"),
    ("改错了扩展名.xls", "others/in"),
    ("签到表.ods", "sign-in/in"),
];

/// The roster that comes again, and what its sender mended in it: a title that is none (in GBK), a digit that lacks.
const CORRECTED: &str = "区县上报学员名册_GBK.csv";
const MENDED: [(&[u8], &[u8]); 2] = [
    (b"\xCC\xD8\xBC\xB6\xD7\xA8\xBC\xD2", b"\xD6\xF7\xC8\xCE\xD2\xBD\xCA\xA6"),
    (b",1993998075,", b",19939980750,"),
];
/// The document that comes twice: nothing is wrong with it.
const TWICE: &str = "Unicode文本.txt";

/// Runs `demo`.
pub fn run(context: &mut Context) -> Exit {
    match journey(context) {
        Ok(()) => Exit::Done,
        Err(exit) => exit,
    }
}

fn journey(context: &Context) -> Result<(), Exit> {
    let home = scratch(context.lang).map_err(|error| context.fault(&error))?;
    let mut tour = Tour { context, home, told: Vec::new() };
    for (name, bytes) in SAMPLES {
        tour.put(name, bytes)?;
    }
    tour.pass(
        "1. 八份样例放进各通道的 in/，收下、转换、归位：",
        "1. Eight samples were dropped into the in/ of their routes, taken, converted, put in place:",
    )?;
    tour.put(CORRECTED, &mended(sample(CORRECTED)))?;
    let corrected = tour.pass(
        "2. 区县改好两格，同名再交：整份重新转换，逐行与上次收下的相比：",
        "2. Two cells mended, the roster comes again and is compared with what was accepted before:",
    )?;
    tour.put(TWICE, sample(TWICE))?;
    tour.pass(
        "3. 一模一样的又交了一份：认得出，不再转换：",
        "3. The very same document comes again; it is known, and not converted a second time:",
    )?;
    tour.farewell(corrected.last());
    Ok(())
}

fn sample(name: &str) -> &'static [u8] {
    SAMPLES.iter().find(|(of, _)| *of == name).map_or(&[], |(_, bytes)| bytes)
}

/// A document in which the wrong texts are replaced by right ones.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (wrong, right) in MENDED {
        if let Some(at) = bytes.windows(wrong.len()).position(|part| part == wrong) {
            bytes.splice(at..at + wrong.len(), right.iter().copied());
        }
    }
    bytes
}

/// Where a sample belongs, below the home.
fn place_of(name: &str) -> &'static Path {
    let place = PLACES.iter().find(|(of, _)| *of == name).map_or("rosters/in", |(_, place)| place);
    Path::new(place)
}

/// A home as shipped that speaks a language and takes documents at once.
fn scratch(lang: Lang) -> Result<PathBuf, ConvertError> {
    let made = tempfile::Builder::new().prefix("cmegate-demo-").tempdir();
    let home = made.map_err(|source| ConvertError::io(&std::env::temp_dir(), source))?.keep();
    for (name, text) in SHIPPED_HOME.iter().copied().chain([("others/route.toml", OTHERS)]) {
        let path = home.join(name);
        write(&path, adapted(name, text, lang).as_bytes())
            .map_err(|source| ConvertError::io(&path, source))?;
    }
    Ok(home)
}

/// The text of a shipped file, but for one key: how long a document must lie still, or the language of reports.
fn adapted(name: &str, text: &str, lang: Lang) -> String {
    let key = match (name.ends_with("route.toml"), lang) {
        (true, _) => "settle_secs = 0",
        (false, Lang::Zh) => "lang = \"zh\"",
        (false, Lang::En) => "lang = \"en\"",
    };
    let is_other = |line: &&str| !line.starts_with("settle_secs");
    let others: Vec<&str> = text.lines().filter(is_other).collect();
    others.join("\n").replacen("version = 1", &format!("version = 1\n{key}"), 1) + "\n"
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)
}

/// The scratch home, and what was told of it so far.
struct Tour<'a> {
    context: &'a Context,
    home: PathBuf,
    /// Jobs that were told, and how often their document had come again by then.
    told: Vec<(JobId, u32)>,
}

impl Tour<'_> {
    /// Drops a document into the folder that fits it.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Exit> {
        let path = self.home.join(place_of(name)).join(name);
        let written = write(&path, bytes).map_err(|source| ConvertError::io(&path, source));
        written.map_err(|error| self.context.fault(&error))
    }

    /// Lets a gateway work off what lies in the folders, and tells what is new.
    fn pass(&mut self, zh: &str, en: &str) -> Result<Vec<JobId>, Exit> {
        let context = self.context;
        let plan = home::plan(context, &self.home)?;
        // The keys of a scratch home need no word about back-ups.
        home::secrets(&plan, true).map_err(|error| home::key_fault(context, &error))?;
        let gateway = home::open(context, plan, context.mappings.clone(), Clock::system(), false)?;
        gateway.run(true, &mut || {});
        let news = self.news(&gateway.ledger);
        let news = news.map_err(|error| home::ledger_fault(context, &error))?;
        if !self.told.is_empty() {
            context.screen.line("");
        }
        context.screen.line(&context.screen.bold(context.lang.pick(zh, en)));
        tell(context, &news);
        for job in &news {
            self.told.retain(|(known, _)| *known != job.id);
            self.told.push((job.id, job.seen_again));
        }
        Ok(news.iter().map(|job| job.id).collect())
    }

    fn news(&self, ledger: &Ledger) -> Result<Vec<JobView>, LedgerError> {
        let jobs = ledger.jobs(&JobFilter::default())?;
        let is_new = |job: &&JobView| !self.told.contains(&(job.id, job.seen_again));
        // The list begins with the newest; a story does not.
        jobs.iter().rev().filter(is_new).map(|job| ledger.job(job.id)).collect()
    }

    fn farewell(&self, corrected: Option<&JobId>) {
        let (lang, screen, home) = (self.context.lang, &self.context.screen, self.home.display());
        let told = lang.pick(
            "样例里故意留了错误。文件夹都还在：",
            "The samples hold mistakes on purpose. The folders stay for a look:",
        );
        screen.line(&format!("\n{told}\n  {home}"));
        for (folder, zh, en) in [
            ("rosters/out/     ", "可上传的平台文件", "files that a platform takes"),
            (
                "rosters/refused/ ",
                "标注工作簿：错的格子标红并附批注",
                "annotated workbooks: wrong cells marked",
            ),
            ("rosters/done/    ", "办完的原件", "originals that were worked off"),
        ] {
            screen.line(&format!("    {folder} {}", lang.pick(zh, en)));
        }
        screen.line(lang.pick("账本里记着每一步：", "The ledger remembers every step:"));
        let show = corrected.map_or_else(String::new, |job| format!("jobs show {job}"));
        for verb in ["jobs list", &show, "jobs verify"] {
            screen.line(&format!("  cmegate {verb} --home {home}"));
        }
    }
}

fn tell(context: &Context, jobs: &[JobView]) {
    let lang = context.lang;
    let headings = [
        ("文件", "document"),
        ("通道", "route"),
        ("状态", "state"),
        ("记录", "records"),
        ("暂缓", "held"),
        ("错误", "errors"),
        ("产出", "outputs"),
    ];
    let mut rows = vec![headings.map(|(zh, en)| lang.pick(zh, en).to_owned()).to_vec()];
    rows.extend(jobs.iter().map(|job| row(job, lang)));
    context.screen.table(&rows);
    for job in jobs {
        let changed = job.changes.map(|changes| jobs::changes(changes, lang));
        let again = jobs::came_again(job, lang);
        for told in changed.into_iter().chain(again) {
            context.screen.line(&format!("  → {told}"));
        }
    }
}

fn row(job: &JobView, lang: Lang) -> Vec<String> {
    vec![
        job.document.clone().unwrap_or_default(),
        job.route.clone(),
        jobs::state(job.state, lang).to_owned(),
        job.counts.records.to_string(),
        job.counts.held.to_string(),
        job.counts.errors.to_string(),
        outputs(job),
    ]
}

/// `out 2, refused 1`: how many files went where.
fn outputs(job: &JobView) -> String {
    let folders = [("out", Folder::Out), ("refused", Folder::Refused)];
    let counted = folders.map(|(name, folder)| {
        (name, job.outputs.iter().filter(|output| output.folder == folder).count())
    });
    let told: Vec<String> = counted
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_slips_of_the_roster_are_there_to_be_mended() {
        let before = sample(CORRECTED);
        let after = mended(before);
        // One digit more, and the title as long as before.
        assert_eq!(after.len(), before.len() + 1);
        assert_eq!(mended(&after), after);
    }
}
