//! Values that a model keeps as they came, beside the fields that were made of them.
//!
//! # Why beside the fields?
//!
//! A field is a plain Rust value that hosts read and set. Of a few values the field does not tell how they came: `"42"` reads as 42, and `"soon"`
//! reads as no time at all. A record that is written back must still look like the one that came, so these few are kept apart. A record without
//! any has one null pointer for them.

use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::unread::{Expected, Path, UnreadField, reason};

/// The values that a model keeps as they came. Most keep none.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct Kept(Option<Box<KeptValues>>);

#[derive(Clone, PartialEq, Default)]
struct KeptValues {
    values: Vec<KeptValue>,
}

/// One value as it came.
#[derive(Clone, PartialEq)]
pub(crate) struct KeptValue {
    /// The field, by its place in the declaration.
    field: u8,
    pub(crate) place: Place,
    pub(crate) came: Value,
    /// The type that the value does not fit; `None` for a value that was read all the same.
    pub(crate) misfit: Option<Expected>,
}

/// The part of a field that a kept value was.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Place {
    /// All of the field.
    Whole,
    /// An element of the field's list, counted from 0 as the elements came.
    Item(u32),
    /// The only element of the field's list, which came without the list around it. The element keeps itself; the kept value is null.
    Alone,
}

impl Kept {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The values that are kept of a field, in the order in which they came.
    pub(crate) fn of(&self, field: u8) -> KeptOf<'_> {
        KeptOf { values: self.0.as_ref().map_or(&[], |kept| &kept.values), field }
    }

    /// Drops what is kept of a field: the field came a second time, and the last one counts.
    #[cold]
    pub(crate) fn forget(&mut self, field: u8) {
        if let Some(kept) = &mut self.0 {
            kept.values.retain(|value| value.field != field);
        }
    }

    #[cold]
    fn keep(&mut self, value: KeptValue) {
        self.0.get_or_insert_default().values.push(value);
    }

    /// The reason why the value that came last does not fit: it was kept, or was null.
    #[cold]
    pub(crate) fn reason(&self, expected: Expected) -> String {
        let last = self.0.as_ref().and_then(|kept| kept.values.last());
        reason(expected, last.map_or(&Value::Null, |value| &value.came))
    }
}

/// The values that are kept of one field.
#[derive(Clone, Copy)]
pub(crate) struct KeptOf<'k> {
    values: &'k [KeptValue],
    field: u8,
}

impl<'k> KeptOf<'k> {
    pub(crate) const NOTHING: KeptOf<'static> = KeptOf { values: &[], field: 0 };

    pub(crate) fn is_empty(self) -> bool {
        self.values.is_empty()
    }

    fn values(self) -> impl Iterator<Item = &'k KeptValue> {
        self.values.iter().filter(move |value| value.field == self.field)
    }

    /// The value of the whole field, if it is kept.
    pub(crate) fn whole(self) -> Option<&'k KeptValue> {
        self.values().find(|value| value.place == Place::Whole)
    }

    /// Returns whether the list's one element came without the list around it.
    pub(crate) fn is_alone(self) -> bool {
        self.values().any(|value| value.place == Place::Alone)
    }

    /// The kept elements of the list with their places, in order.
    pub(crate) fn items(self) -> impl Iterator<Item = (u32, &'k KeptValue)> {
        self.values().filter_map(|value| match value.place {
            Place::Item(place) => Some((place, value)),
            Place::Whole | Place::Alone => None,
        })
    }

    /// Reports a field that reads as absent.
    pub(crate) fn find_unread(self, is_absent: bool, path: &Path<'_>, found: &mut Vec<UnreadField>) {
        for value in self.values() {
            let Some(expected) = value.misfit else { continue };
            let path = match value.place {
                Place::Item(place) => path.item(place).to_string(),
                // A host has set the field since.
                _ if !is_absent => continue,
                _ => path.to_string(),
            };
            found.push(UnreadField { path, reason: reason(expected, &value.came) });
        }
    }
}

/// Writes a value as it came.
impl Serialize for KeptValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.came.serialize(serializer)
    }
}

/// What a value is as a reading of a type.
pub(crate) enum Reading<T> {
    /// Read, and written back by the type just as it came.
    Plain(T),
    /// Read without doubt; the type alone would write it otherwise.
    Odd(T),
    /// No reading of the type, or not without doubt.
    Misfit,
}

impl<T> Reading<T> {
    pub(crate) fn map<U>(self, into: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Reading::Plain(value) => Reading::Plain(into(value)),
            Reading::Odd(value) => Reading::Odd(into(value)),
            Reading::Misfit => Reading::Misfit,
        }
    }

    /// The value, however it was read.
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Reading::Plain(value) | Reading::Odd(value) => Some(value),
            Reading::Misfit => None,
        }
    }
}

/// The place of a value that is being read, and where to keep the value if it has to be kept.
///
/// A slot goes through every call of the decoding, so it is made to fit two registers.
pub(crate) struct Slot<'k> {
    kept: &'k mut Kept,
    /// The field in the upper half, the list's element in the lower one, or [`WHOLE`].
    place: u64,
}

/// No element of a list. A list has fewer elements than this, or the last ones share it.
const WHOLE: u64 = u32::MAX as u64;

impl<'k> Slot<'k> {
    #[inline]
    pub(crate) fn of(kept: &'k mut Kept, field: u8) -> Slot<'k> {
        Slot { kept, place: u64::from(field) << 32 | WHOLE }
    }

    /// The place of one of the list's elements.
    #[inline]
    pub(crate) fn item(&mut self, item: u32) -> Slot<'_> {
        Slot { kept: self.kept, place: self.place & !WHOLE | u64::from(item) }
    }

    fn field(&self) -> u8 {
        (self.place >> 32) as u8
    }

    fn is_item(&self) -> bool {
        self.place & WHOLE != WHOLE
    }

    /// Keeps a value that was read, and that the type alone would write otherwise.
    #[cold]
    pub(crate) fn odd(self, came: Value) {
        self.keep(came, None);
    }

    /// Keeps a value that does not fit.
    #[cold]
    pub(crate) fn misfit(self, came: Value, expected: Expected) {
        self.keep(came, Some(expected));
    }

    /// Takes note of a null. A field that is null is absent; an element of a list cannot be.
    #[inline]
    pub(crate) fn null(self, expected: Expected) {
        if self.is_item() {
            self.keep(Value::Null, Some(expected));
        }
    }

    /// Takes note that a list's one element came without the list.
    #[cold]
    pub(crate) fn alone(self) {
        let field = self.field();
        self.kept.keep(KeptValue { field, place: Place::Alone, came: Value::Null, misfit: None });
    }

    #[cold]
    fn keep(self, came: Value, misfit: Option<Expected>) {
        let place = if self.is_item() { Place::Item((self.place & WHOLE) as u32) } else { Place::Whole };
        let field = self.field();
        self.kept.keep(KeptValue { field, place, came, misfit });
    }
}
