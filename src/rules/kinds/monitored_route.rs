//! A monitored project may be entered by named routes only.

use super::{Breach, Check, Parts};
use crate::{
    model::{Code, codes::judged},
    rules::{
        asked::{Asked, USUAL},
        facts::Facts,
        pack::Projects,
    },
};

/// `allowed = ["…"]`: every other route is a breach; or `forbidden = ["…"]`: only these are.
#[derive(Debug)]
struct MonitoredRoute {
    projects: Projects,
    needs: Vec<Vec<Asked>>,
    allowed: Vec<String>,
    forbidden: Vec<String>,
}

/// Builds the check from a pack's table and its list.
pub fn build(parts: &Parts<'_, '_>) -> Option<Box<dyn Check>> {
    let (allowed, forbidden) = (parts.params.strings("allowed"), parts.params.strings("forbidden"));
    if allowed.is_empty() && forbidden.is_empty() {
        parts.params.lint(
            "allowed",
            "缺少 allowed 或 forbidden",
            "allowed or forbidden is missing",
        );
        return None;
    }
    let projects = Projects::new(parts.monitored);
    Some(Box::new(MonitoredRoute {
        projects,
        needs: vec![vec![USUAL.route, USUAL.project_code]],
        allowed,
        forbidden,
    }))
}

impl Check for MonitoredRoute {
    fn breach(&self, facts: &Facts<'_>) -> Option<Breach> {
        let project = self.projects.find(facts.text(USUAL.project_code))?;
        let route = facts.text(USUAL.route);
        if route.is_empty() {
            return None;
        }
        let is_named = |list: &[String]| list.iter().any(|name| name == route);
        let is_breach =
            is_named(&self.forbidden) || (!self.allowed.is_empty() && !is_named(&self.allowed));
        let args = || vec![route.to_owned(), project.name.clone(), self.allowed.join("、")];
        is_breach.then(|| Breach::new(USUAL.route, args()))
    }

    fn needs(&self) -> &[Vec<Asked>] {
        &self.needs
    }

    fn code(&self) -> &'static Code {
        &judged::MONITORED_ROUTE
    }
}
