//! Tag types.

use crate::declare::*;

model! {
    /// Tag type: a label that customers, locations, jobs and other records can carry.
    pub struct TagType {
        /// ID of the tag type.
        "id" => id: TagTypeId,
        /// Name of the tag type.
        "name" => name: Option<String>,
        /// Colour of the tag, as a hexadecimal text.
        "color" => color: Option<String>,
        /// Code of the tag type.
        "code" => code: Option<String>,
        /// Importance of the tag: medium or high.
        "importance" => importance: Option<TagImportance>,
        /// True if records with this tag count as sales opportunities.
        "isConversionOpportunity" => is_conversion_opportunity: Option<bool>,
        /// True if the tag may be used on timesheet activities.
        "allowToUseOnTimesheetActivity" => allow_to_use_on_timesheet_activity: Option<bool>,
        /// True if the tag is visible on the dispatch board.
        "isVisibleOnDispatchBoard" => is_visible_on_dispatch_board: Option<bool>,
        /// True while the tag type is in use; false once it is deactivated or deleted.
        "active" => active: Option<bool>,
        /// Time when the tag type was created (UTC).
        "createdOn" => created_on: Option<DateTime<Utc>>,
        /// Time when the tag type was last changed (UTC).
        "modifiedOn" => modified_on: Option<DateTime<Utc>>,
    }
}

record!(TagType, TagTypeId, active: active, modified: modified_on);

open_enum! {
    /// Importance of a tag type.
    pub enum TagImportance {
        /// `Medium`.
        Medium,
        /// `High`.
        High,
    }
}

filter! {
    /// Filter for lists of tag types.
    pub struct TagTypeFilter with created, modified, active, sort {}
}

request! {
    /// A tag type to be added.
    pub struct NewTagType {
        must {
            /// Name of the tag type.
            "name" => name: String,
            /// Colour of the tag, as a hexadecimal text.
            "color" => color: String,
        }
        may {
            /// Code of the tag type.
            "code" => code: String,
            /// Importance of the tag: medium or high.
            "importance" => importance: TagImportance,
            /// True if records with this tag count as sales opportunities.
            "isConversionOpportunity" => is_conversion_opportunity: bool,
            /// True if the tag may be used on timesheet activities.
            "allowToUseOnTimesheetActivity" => allow_to_use_on_timesheet_activity: bool,
            /// True if the tag is visible on the dispatch board.
            "isVisibleOnDispatchBoard" => is_visible_on_dispatch_board: bool,
        }
    }
}

request! {
    /// Changes to a tag type. Fields that are not set keep their value.
    pub struct TagTypeUpdate {
        may {
            /// Name of the tag type.
            "name" => name: String,
            /// Colour of the tag, as a hexadecimal text.
            "color" => color: String,
            /// Code of the tag type.
            "code" => code: String,
            /// True if records with this tag count as sales opportunities.
            "isConversionOpportunity" => is_conversion_opportunity: bool,
            /// True if the tag may be used on timesheet activities.
            "allowToUseOnTimesheetActivity" => allow_to_use_on_timesheet_activity: bool,
            /// True if the tag is visible on the dispatch board.
            "isVisibleOnDispatchBoard" => is_visible_on_dispatch_board: bool,
        }
        may_clear {
            /// Importance of the tag: medium or high.
            "importance" => importance: TagImportance,
        }
    }
}

resource! {
    /// Tag types.
    pub struct TagTypes as tag_types, scope "tn.stt.tagtypes", under "settings/v2/tenant/{tenant}/" {
        /// Lists the tag types that match the filter.
        list "tag-types" => list() -> TagType, by TagTypeFilter;
        /// Reads the change feed of tag types, including inactive ones.
        export "export/tag-types" => export() -> TagType;
        /// Adds a tag type.
        post "tag-types" => create() -> Modified, sends NewTagType;
        /// Changes a tag type.
        patch "tag-types/{id}" => update(id: TagTypeId) -> Modified, sends TagTypeUpdate;
    }
}
