//! `demo`: the whole journey on the built-in samples, in a scratch folder that stays for a look.

use std::{fs, io, path::PathBuf};

use super::{Context, Exit, chain, convert, samples::SAMPLES};
use crate::pipeline::{ConvertError, Request, Wants, report::DocumentReport};

/// Runs `demo`.
pub fn run(context: &mut Context) -> Exit {
    let folder = match scratch() {
        Ok(folder) => folder,
        Err(error) => {
            context.screen.error(context.lang, &chain(&error));
            return Exit::World;
        }
    };
    let documents: Vec<PathBuf> =
        SAMPLES.iter().map(|(name, _)| folder.join("in").join(name)).collect();
    let request = Request {
        wants: Wants::Outputs,
        out: Some(folder.join("out")),
        lang: context.lang,
        ..Request::default()
    };
    let results = convert::convert_all(context, &documents, &request);
    let mut rows = vec![headings(context)];
    let mut exit = Exit::Done;
    for result in &results {
        match result {
            Ok(report) => rows.push(row(report)),
            Err(error) => exit = exit.max(context.fault(error)),
        }
    }
    context.screen.table(&rows);
    let where_ = context.lang.pick(
        "样例里故意留了错误。结果（平台文件、标注工作簿、报告）在：",
        "The samples hold mistakes on purpose. Results (platform files, annotated workbooks, reports) are in:",
    );
    context.screen.line(&format!("\n{where_}\n  {}", folder.join("out").display()));
    exit
}

fn scratch() -> Result<PathBuf, ConvertError> {
    let made = tempfile::Builder::new().prefix("cmegate-demo-").tempdir();
    let folder = made.map_err(|source| ConvertError::io(&std::env::temp_dir(), source))?.keep();
    let place = folder.join("in");
    let fault = |source: io::Error| ConvertError::io(&place, source);
    fs::create_dir_all(&place).map_err(fault)?;
    for (name, bytes) in SAMPLES {
        fs::write(place.join(name), bytes).map_err(fault)?;
    }
    Ok(folder)
}

fn headings(context: &Context) -> Vec<String> {
    let lang = context.lang;
    [
        ("文件", "document"),
        ("格式", "format"),
        ("记录", "records"),
        ("暂缓", "held"),
        ("错误", "errors"),
        ("警告", "warnings"),
        ("结果文件", "results"),
    ]
    .map(|(zh, en)| lang.pick(zh, en).to_owned())
    .to_vec()
}

fn row(report: &DocumentReport) -> Vec<String> {
    let format = [report.format, report.encoding].into_iter().flatten().collect::<Vec<_>>();
    let files = report.outputs.iter().map(|output| &output.path).chain(&report.annotated);
    let names = files.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    vec![
        report.name.clone(),
        format.join(" "),
        report.records.values().sum::<u64>().to_string(),
        report.held.to_string(),
        report.findings.error.to_string(),
        report.findings.warning.to_string(),
        names.collect::<Vec<_>>().join(", "),
    ]
}
