//! Tag types.

use chrono::{DateTime, Utc};

use crate::ids::TagTypeId;
use crate::model::{model, open_enum, record};

model! {
    /// A tag type: a label for customers, locations and jobs.
    pub struct TagType {
        /// The ID.
        "id" => id: TagTypeId,
        /// The name.
        "name" => name: Option<String>,
        /// The colour in which people see it.
        "color" => color: Option<String>,
        /// The code of the tag type.
        "code" => code: Option<String>,
        /// How important the tag is.
        "importance" => importance: Option<TagImportance>,
        /// Whether the tag marks a conversion opportunity.
        "isConversionOpportunity" => is_conversion_opportunity: Option<bool>,
        /// Whether the tag may be used on timesheet activities.
        "allowToUseOnTimesheetActivity" => allow_to_use_on_timesheet_activity: Option<bool>,
        /// Whether the tag is shown on the dispatch board.
        "isVisibleOnDispatchBoard" => is_visible_on_dispatch_board: Option<bool>,
        /// Whether the record is in use; inactive and deleted records come through the export with `false`.
        "active" => active: Option<bool>,
        /// When the record was created.
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// When the record itself was changed last; a child's change does not move it.
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(TagType, TagTypeId, active: active, modified: modified_on);

open_enum! {
    /// The tag importance, with room for values to come.
    pub enum TagImportance {
        /// `Medium`.
        Medium,
        /// `High`.
        High,
    }
}
