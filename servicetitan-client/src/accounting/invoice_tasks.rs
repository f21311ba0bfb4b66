//! Tasks that belong to invoices.

use crate::declare::*;

model! {
    /// A task that belongs to an invoice.
    pub struct InvoiceTask {
        /// The task.
        "taskId" => task_id: Option<InvoiceTaskId>,
        /// The type.
        "type" => r#type: Option<String>,
        /// The name.
        "name" => name: Option<String>,
        /// The status.
        "status" => status: Option<String>,
        /// Whose task it is, by GUID.
        "assigneeId" => assignee_id: Option<String>,
        /// When the task is due.
        "dueDate" => due_date: Option<DateTime<Utc>>,
        /// The description.
        "description" => description: Option<String>,
        /// The template.
        "templateId" => template_id: Option<String>,
        /// How it relates to other tasks.
        "relations" => relations: Option<Vec<InvoiceTaskRelation>>,
    }
}

model! {
    /// How a task relates to another one.
    pub struct InvoiceTaskRelation {
        /// The type.
        "type" => r#type: Option<String>,
        /// The task.
        "taskId" => task_id: Option<InvoiceTaskId>,
    }
}

model! {
    /// What running a task template made.
    pub struct CreatedInvoiceTasks {
        /// The run of the template.
        "executionId" => execution_id: Option<String>,
        /// The tasks.
        "tasks" => tasks: Option<Vec<CreatedInvoiceTask>>,
        /// The status.
        "status" => status: Option<String>,
        /// What went wrong.
        "errors" => errors: Option<Vec<InvoiceTaskError>>,
    }
}

model! {
    /// A task that a template made.
    pub struct CreatedInvoiceTask {
        /// The task.
        "taskId" => task_id: Option<InvoiceTaskId>,
        /// The key.
        "key" => key: Option<String>,
    }
}

model! {
    /// What went wrong in running a template.
    pub struct InvoiceTaskError {
        /// What ServiceTitan says about it.
        "message" => message: Option<String>,
    }
}

model! {
    /// The task that was changed.
    pub struct UpdatedInvoiceTask {
        /// The task.
        "taskId" => task_id: Option<InvoiceTaskId>,
    }
}

request! {
    /// A task template to be run for an invoice.
    pub struct NewInvoiceTask {
        must {
            /// The template.
            "templateId" => template_id: String,
        }
        may {
            /// Values for the variables of the template.
            "variables" => variables: BTreeMap<String, String>,
        }
    }
}

request! {
    /// What changes of a task.
    pub struct InvoiceTaskUpdate {
        may_clear {
            /// The name.
            "name" => name: String,
            /// The status.
            "status" => status: String,
            /// Whose task it is, by GUID.
            "assigneeId" => assignee_id: String,
            /// When the task is due.
            "dueDate" => due_date: DateTime<Utc>,
            /// The description.
            "description" => description: String,
        }
    }
}
