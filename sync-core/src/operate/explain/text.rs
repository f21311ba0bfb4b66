//! An explanation of an opportunity as text, for support people.

use std::fmt::{self, Formatter};

use chrono::{DateTime, Utc};
use hatch_mapping::NoteTarget;

use super::next::NextDelivery;
use super::report::{LastDelivery, OpportunityExplanation, RecordState};
use crate::{EventExplanation, EventProgress, FeedStatus, NoteExplanation, NoteProgress};

/// Writes the record and its state, the deliveries, the standard fields, what is missing, the notes and the feeds, a paragraph each.
impl fmt::Display for OpportunityExplanation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.write_record(formatter)?;
        self.write_deliveries(formatter)?;
        if let Some(explanation) = &self.explanation {
            write!(formatter, "\n\nStandard fields\n{}", indented(&explanation.to_string()))?;
        }
        if let Some(opportunity) = &self.opportunity {
            let details = opportunity.details.flatten().len();
            write!(formatter, "\n\nDetails: {details} values")?;
        }
        let missing = self.missing.iter().map(ToString::to_string);
        let lines: Vec<String> =
            self.lacks.iter().cloned().chain(missing).chain(self.warnings.iter().cloned()).collect();
        write_list(formatter, "Missing or not usable", &lines)?;
        if !self.events.is_empty() {
            write!(formatter, "\n\nEvents of Hatch")?;
            for event in &self.events {
                write!(formatter, "\n{}", indented(&event.to_string()))?;
            }
        }
        self.write_feeds(formatter)
    }
}

impl OpportunityExplanation {
    fn write_record(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let OpportunityExplanation { integration, model, id, .. } = self;
        write!(formatter, "{model} {id} in {integration}: ")?;
        fmt::Display::fmt(&self.record, formatter)?;
        if let Some(modified_on) = self.modified_on {
            write!(formatter, ", last changed {}", written(modified_on))?;
        }
        if self.is_refreshed {
            formatter.write_str(
                "\nRead from ServiceTitan just now, except for shared lists such as tags, zones and technicians.",
            )?;
        }
        Ok(())
    }

    fn write_deliveries(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("\n\nLast delivery to Hatch: ")?;
        match &self.last_delivery {
            None => formatter.write_str("none")?,
            Some(last) => write!(formatter, "{}", last.to_string().replace('\n', "\n  "))?,
        }
        write!(formatter, "\nNext delivery to Hatch: {}", self.next_delivery)?;
        if let Some(letter) = &self.dead_letter {
            write!(formatter, "\nDead letter of {}: {}", written(letter.at), letter.reason)?;
        }
        Ok(())
    }

    fn write_feeds(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> =
            self.feeds.iter().map(|(resource, feed)| format!("{resource}: {feed}")).collect();
        write_list(formatter, "Changes read from ServiceTitan", &lines)
    }
}

impl fmt::Display for RecordState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            RecordState::Active => "active in ServiceTitan",
            RecordState::Inactive => "inactive in ServiceTitan",
            RecordState::NotFound => "ServiceTitan has no such record",
            RecordState::NeverRead => {
                "not known here. Its last change may be older than the start of the syncs, it may have been removed here after it was \
                 finished, or ServiceTitan has no such record"
            }
            RecordState::Unreadable => "the copy kept here cannot be read; the next change in ServiceTitan replaces it",
        })
    }
}

/// Writes a line for the delivery, and one for each remark.
impl fmt::Display for LastDelivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = written(self.at);
        if self.is_confirmed {
            let comparison = match self.is_as_now {
                Some(true) => ", the same as now",
                Some(false) => ", differs from now",
                None => "",
            };
            write!(formatter, "{at}{comparison}")?;
            if !self.left_out.is_empty() {
                let fields = self.left_out.join(" and ");
                write!(formatter, "\nDelivered without {fields}, which Hatch refused.")?;
            }
        } else {
            write!(formatter, "begun {at}, and not confirmed by Hatch")?;
        }
        if self.contact_has_moved {
            formatter.write_str(
                "\nThe phone number or e-mail address by which Hatch finds the contact was another one then: a copy may stay in Hatch \
                 under the former one.",
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for NextDelivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NextDelivery::NoRecord => formatter.write_str("none, as the record is not known here"),
            NextDelivery::Inactive => {
                formatter.write_str("none, as the record is inactive; Hatch keeps the opportunity as it is")
            }
            NextDelivery::NoContactKey => formatter.write_str(
                "none, as there is neither a phone number nor an e-mail address by which Hatch could find the contact",
            ),
            NextDelivery::Paused { since } => {
                write!(formatter, "when the integration is resumed; it is paused since {}", written(*since))
            }
            NextDelivery::NextRun => formatter.write_str("with the next run"),
            NextDelivery::DeadLettered => {
                formatter.write_str("when the record changes, or an operator retries the dead letter")
            }
            NextDelivery::NextChange => formatter.write_str(
                "with the next change of the record. A changed name in a shared list, such as job types or campaigns, is not delivered by \
                 itself",
            ),
            NextDelivery::UpToDate => formatter.write_str("when something changes; Hatch is up to date"),
        }
    }
}

impl fmt::Display for FeedStatus {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match (&self.refused, self.read) {
            (Some(refused), _) => write!(formatter, "refused by ServiceTitan: {refused}"),
            (None, Some(read)) => write!(formatter, "up to date at {}", written(read)),
            (None, None) => formatter.write_str("not up to date yet"),
        }?;
        if let Some(standstill) = &self.stands_still {
            let since = written(standstill.since);
            write!(
                formatter,
                "; stands still since {since} at {}: {}",
                standstill.request, standstill.reason
            )?;
        }
        if let Some(narrow) = &self.narrow {
            write!(
                formatter,
                "; a lookup left some of the asked IDs out without a word at {}: at most {} are asked for at a time for a day",
                written(narrow.noted),
                narrow.most_at_once
            )?;
        }
        Ok(())
    }
}

/// Writes a line for the event and one for each note.
impl fmt::Display for EventExplanation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "event {} of {}: ", self.id, written(self.happened_at.unwrap_or(self.stored_at)))?;
        formatter.write_str(match self.progress {
            EventProgress::Waiting => "notes are waiting",
            EventProgress::DeadLettered => "a note could not be written",
            EventProgress::Finished if self.notes.is_empty() => {
                "finished: each note was written, did not apply or was discarded"
            }
            EventProgress::Finished => "finished",
        })?;
        if let (Some(integration), Some(external_id)) = (&self.integration, &self.external_id) {
            write!(formatter, "\n  about opportunity {external_id} of {integration}")?;
        }
        for note in &self.notes {
            write!(formatter, "\n  {note}")?;
        }
        // An event that cannot be read has no notes that tell.
        if let (Some(letter), true) = (&self.dead_letter, self.notes.is_empty()) {
            write!(formatter, "\n  {}", letter.reason)?;
        }
        Ok(())
    }
}

impl fmt::Display for NoteExplanation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.target {
            NoteTarget::Job => "note on the job",
            NoteTarget::Customer => "note on the customer",
            NoteTarget::Location => "note on the location",
        })?;
        if let Some(id) = self.record_id {
            write!(formatter, " {id}")?;
        }
        formatter.write_str(match self.progress {
            NoteProgress::Waiting => ": waits to be written",
            NoteProgress::Unclear => {
                ": sent, and ServiceTitan's answer is not known yet; it is looked for before it is sent again"
            }
            NoteProgress::Written => ": written",
            NoteProgress::NotApplicable => ": does not apply, as the opportunity has no such record",
            NoteProgress::DeadLettered => ": not written",
            NoteProgress::Discarded => ": discarded by an operator",
        })?;
        if let Some(reason) = &self.reason {
            write!(formatter, ", since {reason}")?;
        }
        if let (Some(reference), NoteProgress::Written | NoteProgress::Unclear) =
            (&self.reference, self.progress)
        {
            write!(formatter, " {reference}")?;
        }
        Ok(())
    }
}

fn write_list(formatter: &mut Formatter<'_>, title: &str, lines: &[String]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    write!(formatter, "\n\n{title}")?;
    lines.iter().try_for_each(|line| write!(formatter, "\n  {line}"))
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

fn written(time: DateTime<Utc>) -> String {
    time.format("%F %T UTC").to_string()
}
