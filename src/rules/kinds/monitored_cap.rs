//! Credits of a monitored project (重点监控项目) may not exceed the listed value, nor the rate per day.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        asked::{Asked, USUAL},
        facts::{Facts, halves},
        pack::{MonitoredProject, Projects},
    },
};

/// `per_day = 2`: the cap is the lower of the listed credits and the rate times the days.
#[derive(Debug)]
struct MonitoredCap {
    projects: Projects,
    needs: Vec<Vec<Asked>>,
    per_day: i32,
}

/// Builds the check from a pack's table and its list.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let per_day = parts.params.halves("per_day").unwrap_or(i32::MAX);
    let needs = vec![vec![USUAL.credits, USUAL.project_code]];
    Some(Box::new(MonitoredCap { projects: Projects::new(parts.monitored), needs, per_day }))
}

impl MonitoredCap {
    fn cap(&self, project: &MonitoredProject, half_days: Option<i32>) -> i32 {
        let held = half_days.map_or(project.half_days, |held| held.min(project.half_days));
        project.credits.min(self.per_day.saturating_mul(held) / 2)
    }
}

impl Check for MonitoredCap {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let project = self.projects.find(facts.text(USUAL.project_code))?;
        let credits = facts.number(USUAL.credits)?;
        let cap = self.cap(project, facts.half_days());
        let args =
            || vec![halves(credits), halves(cap), project.name.clone(), halves(project.half_days)];
        (credits > cap).then(|| Breach::new(USUAL.credits, args()).proposing(halves(cap)))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &judged::MONITORED_CAP
    }
}
