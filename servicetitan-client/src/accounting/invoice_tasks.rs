//! Tasks of invoices.

use crate::declare::*;

model! {
    /// A task of an invoice.
    pub struct InvoiceTask {
        /// ID of the task.
        "taskId" => task_id: Option<InvoiceTaskId>,
        /// Type of the task.
        "type" => r#type: Option<String>,
        /// Name of the task.
        "name" => name: Option<String>,
        /// Status of the task.
        "status" => status: Option<String>,
        /// GUID of the task's assignee.
        "assigneeId" => assignee_id: Option<String>,
        /// Time at which the task is due (UTC).
        "dueDate" => due_date: Option<DateTime<Utc>>,
        /// Description of the task.
        "description" => description: Option<String>,
        /// ID of the template that the task was made from.
        "templateId" => template_id: Option<String>,
        /// Relations to other tasks.
        "relations" => relations: Option<Vec<InvoiceTaskRelation>>,
    }
}

model! {
    /// Relation of a task to another one.
    pub struct InvoiceTaskRelation {
        /// Type of the relation.
        "type" => r#type: Option<String>,
        /// ID of the other task.
        "taskId" => task_id: Option<InvoiceTaskId>,
    }
}

model! {
    /// Result of running a task template.
    pub struct CreatedInvoiceTasks {
        /// ID of the template's run.
        "executionId" => execution_id: Option<String>,
        /// Tasks that the run created.
        "tasks" => tasks: Option<Vec<CreatedInvoiceTask>>,
        /// Status of the run.
        "status" => status: Option<String>,
        /// Errors of the run.
        "errors" => errors: Option<Vec<InvoiceTaskError>>,
    }
}

model! {
    /// A task that a template created.
    pub struct CreatedInvoiceTask {
        /// ID of the task.
        "taskId" => task_id: Option<InvoiceTaskId>,
        /// Key of the task within the template.
        "key" => key: Option<String>,
    }
}

model! {
    /// An error in running a task template.
    pub struct InvoiceTaskError {
        /// Error message from ServiceTitan.
        "message" => message: Option<String>,
    }
}

model! {
    /// The task that was changed.
    pub struct UpdatedInvoiceTask {
        /// ID of the task.
        "taskId" => task_id: Option<InvoiceTaskId>,
    }
}

request! {
    /// A task template to be run for an invoice.
    pub struct NewInvoiceTask {
        must {
            /// ID of the template.
            "templateId" => template_id: String,
        }
        may {
            /// Values of the template's variables, by name.
            "variables" => variables: BTreeMap<String, String>,
        }
    }
}

request! {
    /// Changes to a task of an invoice. Fields that are not set keep their value.
    pub struct InvoiceTaskUpdate {
        may_clear {
            /// Name of the task.
            "name" => name: String,
            /// Status of the task.
            "status" => status: String,
            /// GUID of the task's assignee.
            "assigneeId" => assignee_id: String,
            /// Time at which the task is due (UTC).
            "dueDate" => due_date: DateTime<Utc>,
            /// Description of the task.
            "description" => description: String,
        }
    }
}
