//! The examples that the shipped mappings carry, run as `cmegate mapping check` runs them.

use cmegate::{config::Catalogue, mapping::example, model::codes};

#[test]
fn every_example_of_every_shipped_mapping_comes_out_as_it_says() {
    let catalogue = Catalogue::open(None);
    let mut faults = Vec::new();
    for input in catalogue.inputs().unwrap() {
        for example in &input.examples {
            if let Err([_, fault]) = example::run(input, example) {
                faults.push(format!("{}:{}: {fault}", input.name, example.line));
            }
            for finding in &example.findings {
                let code = finding.split(" @ ").next().unwrap_or_default();
                assert!(codes::find(code).is_some(), "no code is called {code}");
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
