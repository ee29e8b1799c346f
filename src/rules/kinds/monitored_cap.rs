//! Credits of a monitored project (重点监控项目) may not exceed the listed value, nor the rate per day.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        facts::{Asked, Facts, halves},
        pack::{MonitoredProject, Projects},
    },
};

/// `per_day = 2`: the cap is the lower of the listed credits and the rate times the days.
#[derive(Debug)]
struct MonitoredCap {
    projects: Projects,
    per_day: i32,
}

/// Builds the check from a pack's table and its list.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let per_day = parts.table.number("per_day").map_or(i32::MAX, |rate| (rate * 2.0) as i32);
    Some(Box::new(MonitoredCap { projects: Projects::new(parts.monitored), per_day }))
}

impl MonitoredCap {
    fn cap(&self, project: &MonitoredProject, half_days: Option<i32>) -> i32 {
        let held = half_days.map_or(project.half_days, |held| held.min(project.half_days));
        project.credits.min(self.per_day.saturating_mul(held) / 2)
    }
}

impl Check for MonitoredCap {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let project = self.projects.find(facts.text(Asked::ProjectCode))?;
        let credits = facts.number(Asked::Credits)?;
        let cap = self.cap(project, facts.half_days());
        (credits > cap).then(|| Breach {
            about: Asked::Credits,
            args: vec![
                halves(credits),
                halves(cap),
                project.name.clone(),
                halves(project.half_days),
            ],
            proposed: Some(halves(cap)),
        })
    }

    fn needs(&self) -> &'static [&'static [Asked]] {
        &[&[Asked::Credits, Asked::ProjectCode]]
    }

    fn code(&self) -> &'static Code {
        &judged::MONITORED_CAP
    }
}
