//! Integrations of the host: the same in all of its lives, or different in each.

use std::sync::Arc;

use hatch_mapping::{Mapper, MapperConfig, ObjectSelection, OpportunityModel, SelectableObject};
use rand::RngExt;
use rand::rngs::StdRng;
use simulator::{HatchDepartment, Simulator, SimulatorConfig};
use sync_core::{Integration, Resource};

use crate::chaos::Chaos;
use crate::in_process::Department;

/// An integration of the host.
#[derive(Clone)]
pub struct HostIntegration {
    pub name: &'static str,
    pub mapper: Mapper,
    /// Simulator of the integration's Hatch.
    pub simulator: Arc<Simulator>,
    department: HatchDepartment,
    /// Resource of the opportunities' base records.
    pub base: Resource,
    delivers_deletions: bool,
}

/// Returns an integration for each model, with everything selected.
pub fn both_models(simulator: &Arc<Simulator>) -> Vec<HostIntegration> {
    let [jobs, memberships] = simulator.hatch_departments();
    vec![
        integration("jobs", OpportunityModel::Job, simulator, jobs),
        integration("memberships", OpportunityModel::Membership, simulator, memberships),
    ]
}

/// Returns another integration of jobs, to a separate Hatch.
pub fn jobs_elsewhere() -> HostIntegration {
    let config =
        SimulatorConfig { jobs: 0, memberships: 0, reveal_revisions: true, ..SimulatorConfig::default() };
    let simulator = Arc::new(Simulator::in_process(config));
    let [mut department, _] = simulator.hatch_departments();
    department.name = "elsewhere".to_owned();
    integration("jobs-elsewhere", OpportunityModel::Job, &simulator, department)
}

fn integration(
    name: &'static str,
    model: OpportunityModel,
    simulator: &Arc<Simulator>,
    department: HatchDepartment,
) -> HostIntegration {
    let base = match model {
        OpportunityModel::Job => Resource::Jobs,
        OpportunityModel::Membership => Resource::Memberships,
    };
    HostIntegration {
        name,
        mapper: mapper(model, ObjectSelection::all(model)),
        simulator: Arc::clone(simulator),
        department,
        base,
        delivers_deletions: false,
    }
}

fn mapper(model: OpportunityModel, selection: ObjectSelection) -> Mapper {
    let source = match model {
        OpportunityModel::Job => "custom:servicetitan-jobs",
        OpportunityModel::Membership => "custom:servicetitan-memberships",
    };
    let mut config = MapperConfig::new(model, source);
    config.selection = selection;
    Mapper::new(config).expect("a mapper")
}

impl HostIntegration {
    /// Returns the same integration with a subset of its objects, and perhaps with deletions reported.
    pub fn other(&self, dice: &mut StdRng) -> HostIntegration {
        let model = self.mapper.config().model;
        let chosen: ObjectSelection =
            ObjectSelection::all(model).iter().filter(|_| dice.random_bool(0.6)).collect();
        // Assignments need appointments.
        let has_place = |object: &SelectableObject| {
            *object != SelectableObject::AppointmentAssignments
                || chosen.contains(SelectableObject::Appointments)
        };
        let selection = chosen.iter().filter(has_place).collect();
        HostIntegration {
            mapper: mapper(model, selection),
            delivers_deletions: dice.random_bool(0.5),
            ..self.clone()
        }
    }

    pub fn for_engine(&self, chaos: &Arc<Chaos>) -> Integration {
        let sink = Department {
            simulator: Arc::clone(&self.simulator),
            chaos: Arc::clone(chaos),
            department: self.department.clone(),
            base: self.base.name(),
        };
        let integration = Integration::new(self.name, self.mapper.clone(), Arc::new(sink));
        if self.delivers_deletions { integration.deliver_deletions() } else { integration }
    }
}
