//! Tag types.

use crate::declare::*;

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

filter! {
    /// Which tag types a list gives.
    pub struct TagTypeFilter with created, modified, active, sort {}
}

request! {
    /// A tag type to be added.
    pub struct NewTagType {
        must {
            /// The name.
            "name" => name: String,
            /// The colour in which people see it.
            "color" => color: String,
        }
        may {
            /// The code of the tag type.
            "code" => code: String,
            /// How important the tag is.
            "importance" => importance: TagImportance,
            /// Whether the tag marks a conversion opportunity.
            "isConversionOpportunity" => is_conversion_opportunity: bool,
            /// Whether the tag may be used on timesheet activities.
            "allowToUseOnTimesheetActivity" => allow_to_use_on_timesheet_activity: bool,
            /// Whether the tag is shown on the dispatch board.
            "isVisibleOnDispatchBoard" => is_visible_on_dispatch_board: bool,
        }
    }
}

request! {
    /// What changes of a tag type.
    pub struct TagTypeUpdate {
        may {
            /// The name.
            "name" => name: String,
            /// The colour in which people see it.
            "color" => color: String,
            /// The code of the tag type.
            "code" => code: String,
            /// Whether the tag marks a conversion opportunity.
            "isConversionOpportunity" => is_conversion_opportunity: bool,
            /// Whether the tag may be used on timesheet activities.
            "allowToUseOnTimesheetActivity" => allow_to_use_on_timesheet_activity: bool,
            /// Whether the tag is shown on the dispatch board.
            "isVisibleOnDispatchBoard" => is_visible_on_dispatch_board: bool,
        }
        may_clear {
            /// How important the tag is.
            "importance" => importance: TagImportance,
        }
    }
}

resource! {
    /// Tag types.
    pub struct TagTypes as tag_types, scope "tn.stt.tagtypes", under "settings/v2/tenant/{tenant}/" {
        /// Reads the list.
        list "tag-types" => list() -> TagType, by TagTypeFilter;
        /// Reads the change feed. Inactive tag types come too.
        export "export/tag-types" => export() -> TagType;
        /// Adds a tag type.
        post "tag-types" => create() -> Modified, sends NewTagType;
        /// Changes a tag type.
        patch "tag-types/{id}" => update(id: TagTypeId) -> Modified, sends TagTypeUpdate;
    }
}
